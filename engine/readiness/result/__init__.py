"""One frozen value that says everything about an assessment."""
