"""An analysis as what the client asked to see."""
