"""The judge of check boxes, and the pages it learns from."""
