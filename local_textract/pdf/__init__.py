"""Pages of PDFs: the text layer where it is sound, reading where it is not."""
