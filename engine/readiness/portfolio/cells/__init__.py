"""Reading the cells of columns as their questions type them.

Whole columns are read at once where their type allows it; texts are read once for each text that
occurs. What does not fit is refused with the words that a single assessment has for it.
"""
