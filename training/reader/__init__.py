"""The recogniser of text, and the lines it learns from."""
