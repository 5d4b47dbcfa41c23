"""The finder of key–value pairs, and the forms it learns from."""
