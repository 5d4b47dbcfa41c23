"""Finding key–value pairs."""
