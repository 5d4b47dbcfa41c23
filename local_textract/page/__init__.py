"""What is known of a page: boxes, words, lines, rules, and what the finders find."""
