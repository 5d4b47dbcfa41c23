"""The judge of tables, and the pages it learns from."""
