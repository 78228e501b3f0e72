"""The interview: questions put one at a time in a terminal, each answer saved at once."""
