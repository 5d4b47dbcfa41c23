"""Receipts and invoices: their fields and line items, from the words, lines and pairs of a page."""
