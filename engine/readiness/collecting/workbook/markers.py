"""The hidden words by which a form knows its own sheets, rows, columns and texts."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence

from readiness.collecting.form.form_questions import from_texts

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


def split_marker(mark: str) -> tuple[str, str | None]:
    """The question or column of a mark, and its option; None where it has none."""
    found = _MARKED.fullmatch(mark)
    return (found[1], found[2]) if found else (mark, None)


_MARK = 8  # hexadecimal digits by which a text is known


def own_marks(texts: Iterable[str]) -> str:
    """Return marks that distinguish the texts of a form from what others wrote."""
    return "".join(sorted({_mark_of(text) for text in texts}))


def _mark_of(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:_MARK]


class OwnTexts:
    """The texts that a form had when it was made, by the rows of its hidden sheet."""

    def __init__(self, rows: Iterable[Sequence[str]]) -> None:
        found = [row[1:] for row in rows if row and row[0] == "own"]
        try:
            marks = str(from_texts(found[0])) if found else ""
        except ValueError:
            marks = ""
        self._marks = {marks[at : at + _MARK] for at in range(0, len(marks), _MARK)}

    @property
    def are_known(self) -> bool:
        """Whether the form says which they were."""
        return bool(self._marks)

    def __contains__(self, text: str) -> bool:
        return _mark_of(text) in self._marks
