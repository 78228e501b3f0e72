"""What came out over many cases, summed up: text, JSON, Markdown, and a page with pictures."""
