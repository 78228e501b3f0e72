"""The functions of the condition language, as their users see them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how it is written, what it yields, what it means."""

    name: str
    forms: Sequence[str]
    result: str
    meaning: str
    source: str = ""


# Functions over the rows of a table or over the respondents of a group.
OVER_TRUTHS = {"every": "truth", "some": "truth", "count": "number", "share": "number"}
OVER_NUMBERS = frozenset({"sum", "min", "max", "mean"})
OVER_FLOWS = frozenset({"npv", "irr", "payback"})

FUNCTIONS = {
    name: Function(name, **told)
    for name, told in json.loads(Path(__file__).with_suffix(".json").read_bytes()).items()
}
"""The functions by name, as `functions.json` describes them."""
