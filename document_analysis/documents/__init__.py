"""Bytes as documents: sniffed, bounded, their pages as pictures and single PDFs."""
