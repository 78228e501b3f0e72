"""The reader of a single cell: its answer as the question types it, with the usual messages."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import pyarrow as pa

from readiness.documents.from_python import build, plain
from readiness.documents.shapes import is_two_fold
from readiness.model import value as model
from readiness.model.questionnaire import Field, Question
from readiness.model.value import read_value
from readiness.problems import Problems, Source

_NUMBER = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[-+]?\d+", re.ASCII)
_MOST_DIGITS = 20  # the length of a whole number that can be valid
SEPARATOR = ";"
"""The separator between chosen options in one text cell."""


@dataclass(frozen=True, slots=True)
class RefusedCell:
    """A refused answer and the reason; `row` counts from 0 within the rows read."""

    row: int
    question: str
    reason: str


def join_problems(problems: Problems, *, hints: bool = True) -> str:
    """Return problems as one line of text."""
    return "; ".join(
        f"{problem.message}: {problem.hint}" if problem.hint and hints else problem.message
        for problem in problems
    )


def reason(question: Field, held: Any, *, as_text: bool) -> str:
    """Return why the value of a cell is refused."""
    problems = Problems()
    _value(question, held, problems, as_text=as_text)
    if question.kind == "truth":  # a cell cannot say why an answer is not known
        return f"{join_problems(problems, hints=False)}: leave it empty if the answer is not known"
    return join_problems(problems)


def refusals(
    question: Field, rows: Sequence[int], held: Sequence[Any], *, as_text: bool = False
) -> list[RefusedCell]:
    """Return the refusals of the values in some rows; the reason is worded once for all of them."""
    reasons = {one: reason(question, one, as_text=as_text) for one in dict.fromkeys(held)}
    return [
        RefusedCell(row, question.id, reasons[one]) for row, one in zip(rows, held, strict=True)
    ]


@lru_cache(maxsize=4_096)
def value_of(question: Field, text: str, *, as_text: bool) -> Any:
    """Return the value that a text means; None if it is not a valid answer."""
    if question.kind == "choice":  # without searching for the intended option
        key = text.strip()
        return key if key in question.options else None
    problems = Problems()
    value = _value(question, text, problems, as_text=as_text)
    return None if len(problems) else value  # a set has no list of problems


def _value(question: Field, held: Any, problems: Problems, *, as_text: bool) -> Any:
    """Return the value of a cell as the question types it; None, and problems, if not valid."""
    if as_text and isinstance(held, str):
        held = as_plain(question, held)
    node = build(plain(held), Source("", ""))
    return None if model.is_blank(node) else read_value(question, node, problems)


def as_plain(question: Field, text: str) -> Any:
    """Return the value that a text cell means: a number, or a list of options, if asked for.

    None if the cell is blank.
    """
    text = text.strip()
    if not text:
        return None
    if question.kind == "number" and _NUMBER.fullmatch(text) and not is_two_fold(text):
        is_whole = len(text) <= _MOST_DIGITS and _WHOLE.fullmatch(text)
        return int(text) if is_whole else float(text)
    if question.kind == "choices":
        return [part.strip() for part in text.split(SEPARATOR) if part.strip()]
    return text


# Nested Arrow columns as Python values, in the form of answers documents.


def cell_texts(question: str, column: Any, refused: list[RefusedCell]) -> list[Any]:
    """Return the value of each cell of a column, None for a blank cell.

    A map has the respondents that it names; a struct has a field for each respondent of any row,
    and only those with an answer are returned. Values that Python cannot hold go to `refused`.
    """
    try:
        found = column.to_pylist(maps_as_pydicts="strict")
    except _UNREADABLE:
        found = [_cell(question, row, cell, refused) for row, cell in enumerate(column)]
    return [_speaking(one) for one in found] if _names_all(column.type) else found


def answers_in(
    question: Question, column: Any, refused: list[RefusedCell], *, as_text: bool
) -> list[Any]:
    """Return `cell_texts` as in an answers document; `as_text` if the column is from texts."""
    held = cell_texts(question.id, column, refused)
    return [None if one is None else as_plain(question, one) for one in held] if as_text else held


# A duplicate key in a map; dates beyond any calendar, and fractions of a microsecond.
_UNREADABLE = (KeyError, ValueError, OverflowError, pa.ArrowException)


def _cell(question: str, row: int, cell: Any, refused: list[RefusedCell]) -> Any:
    try:
        return cell.as_py(maps_as_pydicts="strict")
    except KeyError:
        why = f"a key is given twice in '{question}'"
    except _UNREADABLE:
        why = f"'{question}' contains a time that cannot be read"
    refused.append(RefusedCell(row, question, why))
    return None


def _names_all(kind: Any) -> bool:
    """Return whether answers by respondent are a struct, with all respondents in every row."""
    if pa.types.is_struct(kind):
        place = kind.get_field_index("by")
        return bool(place >= 0 and pa.types.is_struct(kind.field(place).type))
    return bool(pa.types.is_map(kind) and pa.types.is_struct(kind.item_type))


def _speaking(held: Any) -> Any:
    """Return answers by respondent without the respondents that gave none."""
    if not isinstance(held, dict) or not isinstance(by := held.get("by"), dict):
        return held
    return {**held, "by": {who: one for who, one in by.items() if _says(one)} or None}


def _says(held: object) -> bool:
    if isinstance(held, dict):
        return any(_says(one) for one in held.values())
    return held is not None
