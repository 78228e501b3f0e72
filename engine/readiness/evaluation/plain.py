"""Which answers are their own state as they stand, without being read."""

from __future__ import annotations

from collections.abc import Callable

from readiness.documents.reading import LARGEST_EXACT
from readiness.model.questionnaire import Question

# Of these a plain answer is its own state; the others have to be read.
_PLAIN_KINDS = frozenset({"truth", "choice", "number"})

Fits = Callable[[object], bool]


def is_plain(question: Question) -> bool:
    """Whether one plain answer to the question is its own state."""
    return question.kind in _PLAIN_KINDS and not question.ask_each


def limits(question: Question) -> tuple[float, float]:
    """Between which numbers an answer to a question of numbers lies."""
    low, high = question.minimum, question.maximum
    return (
        max(low, -LARGEST_EXACT) if isinstance(low, int | float) else -LARGEST_EXACT,
        min(high, LARGEST_EXACT) if isinstance(high, int | float) else LARGEST_EXACT,
    )


def fitting(question: Question) -> Fits:
    """Says whether a value is a valid answer and its own state; never so where it has to be read.

    What it says no to may be valid all the same, written in another way.
    """
    if not is_plain(question):
        return lambda _value: False
    if question.kind == "truth":
        return lambda value: value is True or value is False
    if question.kind == "choice":
        options = frozenset(question.options)
        return lambda value: value.__class__ is str and value in options
    least, most = limits(question)
    if question.question_type.is_whole:
        return lambda value: value.__class__ is int and least <= value <= most

    def is_within(value: object) -> bool:
        return (value.__class__ is int or value.__class__ is float) and least <= value <= most

    return is_within
