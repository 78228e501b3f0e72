"""What respondents said between them: on what they differ, and what is still missing."""
