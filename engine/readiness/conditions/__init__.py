"""The condition language: parsed from expressions, typed against questions and values."""
