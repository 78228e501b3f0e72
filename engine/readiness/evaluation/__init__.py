"""Evaluation of conditions: the reference interpreter, and the program checked against it."""
