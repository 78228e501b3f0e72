"""The hidden words by which a form knows its own sheets, rows and columns."""

from __future__ import annotations

import re

START = "readiness:start"
QUESTIONS = "readiness:questions"
EVIDENCE = "readiness:evidence"
TABLE = "readiness:table:"
LISTS = "readiness:lists"

# In the first column: the row of the headings, below which people fill in; that of a section.
HEAD, SECTION = "head", "section"
# In the row of keys.
KEYS = "keys"
# The key of the column that numbers the rows of a table; no column of a table can have it.
ROW_NUMBER = "#"

_MARKED = re.compile(r"([^\[]+)\[(.*)\]", re.DOTALL)


def of_option(key: str, option: str) -> str:
    """The mark of an option of a question or column; the empty option stands for none of them."""
    return f"{key}[{option}]"


def parted(mark: str) -> tuple[str, str | None]:
    """The question or column of a mark, and its option; None where it has none."""
    found = _MARKED.fullmatch(mark)
    return (found[1], found[2]) if found else (mark, None)
