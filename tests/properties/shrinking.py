"""Reduces a random failing case to a small one that fails in the same way."""

from __future__ import annotations

import time
import traceback
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any

import pytest
import yaml

from readiness.problems import DocumentError
from tests.properties.cases import Case, apart
from tests.properties.pairs import Pair, pair_of

# The failure of a pair as text that begins with its kind; empty if there is none.
Property = Callable[[Pair], str]
PATIENCE = 30.0


def hold(rule: Property, pairs: Iterable[Pair]) -> None:
    """Fail with a small case for the first pair that violates the rule."""
    for pair in pairs:
        if found := told(rule, pair):
            case = shrunk(pair.case, rule, found)
            last = told(rule, pair_of(case))
            text = yaml.safe_dump(apart(case), sort_keys=False, default_flow_style=None, width=110)
            pytest.fail(f"{last}\n({pair.label}; made smaller:)\n{text}", pytrace=False)


def told(rule: Property, pair: Pair) -> str:
    """Return what the rule says about a pair; a crash is a failure as well."""
    try:
        return rule(pair)
    except Exception as error:  # noqa: BLE001 - any error is shown
        return f"{type(error).__name__}: {traceback.format_exc(limit=-3)}"


def shrunk(case: Case, rule: Property, failure: str) -> Case:
    """Return a smaller case with the same failure; the best found in reasonable time."""
    kind, until = failure.split(":", maxsplit=1)[0], time.monotonic() + PATIENCE
    start, since_progress = 0, False
    while True:
        for position, candidate in enumerate(islice(smaller(case), start, None), start):
            if time.monotonic() > until:
                return case
            if _fails(candidate, rule, kind):
                case, start, since_progress = candidate, position, True
                break
        else:
            if not since_progress:
                return case
            start, since_progress = 0, False  # start over: more may be removable now


def _fails(case: Any, rule: Property, kind: str) -> bool:
    try:
        pair = pair_of(case)
    except (DocumentError, KeyError, TypeError, ValueError, AttributeError, AssertionError):
        return False
    return told(rule, pair).split(":")[0] == kind


def smaller(value: Any) -> Iterator[Any]:
    """Yield every case that is one step smaller: a part left out or replacing the whole."""
    if isinstance(value, dict):
        for key in value:
            yield {other: held for other, held in value.items() if other != key}
        for key, held in value.items():
            yield from ({**value, key: less} for less in _instead(held))
    elif isinstance(value, list):
        for position, held in enumerate(value):
            before, after = value[:position], value[position + 1 :]
            yield before + after
            yield from ([*before, less, *after] for less in _instead(held))
    elif isinstance(value, str) and " " in value:
        words = value.replace("(", " ( ").replace(")", " ) ").replace(",", " , ").split()
        for length in range(1, len(words)):
            for start in range(len(words) - length + 1):
                yield " ".join(words[start : start + length])
        for start in range(len(words)):
            for end in range(start + 1, min(len(words), start + 12)):
                yield " ".join(words[:start] + words[end:])


def _instead(held: Any) -> Iterator[Any]:
    if isinstance(held, dict):
        for part in held.values():
            yield from part if isinstance(part, list) else [part]
    yield from smaller(held)
