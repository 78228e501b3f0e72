"""The result of an assessment as one frozen value."""
