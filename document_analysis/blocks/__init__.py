"""A response read: blocks indexed and merged, their geometry, order, labels and tables."""
