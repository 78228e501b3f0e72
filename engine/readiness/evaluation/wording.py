"""Answers and numbers as people say them."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from readiness.documents.decimals import NUMBERS, Number
from readiness.evaluation.states import State
from readiness.model.questionnaire import Field


def spoken(question: Field, value: State) -> str:
    """An answer in words: the label of an option, an amount with its unit, rows by number."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        if question.type == "choices":
            return ", ".join(question.options[key] for key in value) or "none of them"
        return "1 row" if len(value) == 1 else f"{len(value)} rows"
    if isinstance(value, NUMBERS):
        unit = "%" if question.type == "percent" and not question.unit else question.unit
        return f"{figure(value)} {unit}".strip() if unit != "%" else f"{figure(value)} %"
    if isinstance(value, datetime.date):
        return value.isoformat()
    return question.options.get(value, value) if isinstance(value, str) else str(value)


def listed(names: Sequence[str], most: int = 0) -> str:
    """Return names as a sentence lists them, after `most` of them only how many more there are."""
    shown = list(names)
    if 0 < most < len(shown):
        shown[most:] = [f"{len(shown) - most:,} more"]
    return ", ".join(shown[:-1]) + " and " + shown[-1] if len(shown) > 1 else "".join(shown)


def figure(number: Number) -> str:
    """A number with thousands set apart and at most four decimals."""
    if number == (whole := int(number)):
        return f"{whole:,}"
    if abs(float(number)) < 0.0001:
        return f"{float(number):g}"
    return f"{number:,.4f}".rstrip("0").rstrip(".")
