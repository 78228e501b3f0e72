"""All that a report tells, in words, for the formats to lay out."""
