"""The finder of signatures, and the pages it learns from."""
