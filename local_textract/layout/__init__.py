"""Finding layout elements, and the order in which a page is read."""
