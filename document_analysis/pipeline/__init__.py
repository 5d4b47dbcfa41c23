"""The use case: a request for an analysis, its pages on their way, and the result."""
