"""Who analyses a page: Amazon Textract, or the embedded engine; pace and price of it."""
