"""What several models' pages are drawn with: words, pens, the parts of forms."""
