"""Reading one cell as its question types it, in the words of a single assessment."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from readiness.documents.from_python import build, plain
from readiness.documents.shapes import is_two_fold
from readiness.model import value as model
from readiness.model.questionnaire import Question
from readiness.model.value import read_value
from readiness.problems import Problems, Source

_NUMBER = re.compile(r"[-+]?(\.\d+|\d+(\.\d*)?)([eE][-+]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[-+]?\d+", re.ASCII)
_MOST_DIGITS = 20  # of a whole number that can be admissible
SEPARATOR = ";"
"""Between the options that are chosen in one cell of text."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that does not fit; `row` counts from 0 within what was read."""

    row: int
    question: str
    reason: str


def told(problems: Problems, *, hints: bool = True) -> str:
    """Problems in one line."""
    return "; ".join(
        f"{problem.message}: {problem.hint}" if problem.hint and hints else problem.message
        for problem in problems
    )


def is_blank(text: str) -> bool:
    """Whether a cell is as good as none."""
    return not text.strip()


def reason(question: Question, held: Any, *, as_text: bool) -> str:
    """Why what a cell holds is refused."""
    problems = Problems()
    _value(question, held, problems, as_text=as_text)
    if question.kind == "truth":  # a cell cannot say why an answer is not known
        return f"{told(problems, hints=False)}: leave it empty where the answer is not known"
    return told(problems)


def refusals(
    question: Question, rows: Sequence[int], held: Sequence[Any], *, as_text: bool = False
) -> list[Refusal]:
    """What the cells of some rows hold, refused; what is wrong with it is told once for all."""
    reasons = {one: reason(question, one, as_text=as_text) for one in dict.fromkeys(held)}
    return [Refusal(row, question.id, reasons[one]) for row, one in zip(rows, held, strict=True)]


@lru_cache(maxsize=4_096)
def value_of(question: Question, text: str, *, as_text: bool) -> Any:
    """The value that a text stands for; None where it stands for none."""
    if question.kind == "choice":  # without looking for the option that was meant
        key = text.strip()
        return key if key in question.options else None
    problems = Problems()
    value = _value(question, text, problems, as_text=as_text)
    return None if len(problems) else value  # a set comes without what is wrong in it


def _value(question: Question, held: Any, problems: Problems, *, as_text: bool) -> Any:
    """What a cell holds as the question types it; None, and problems, where it does not."""
    if as_text and isinstance(held, str):
        held = as_plain(question, held)
    node = build(plain(held), Source("", ""))
    return None if model.is_blank(node) else read_value(question, node, problems)


def as_plain(question: Question, text: str) -> Any:
    """What a cell of text means: a number where one is asked for, options where several are.

    None where there is nothing in it.
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
