"""What can be asked of an engine: the catalogue of operations, what they cost, and what their answers look like."""
