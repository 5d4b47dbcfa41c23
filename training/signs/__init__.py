"""The recogniser's last layer, for rare signs."""
