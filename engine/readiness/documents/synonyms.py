"""Words of other formats and languages, and the word of ours that each means."""

from __future__ import annotations

import json
from collections.abc import Container, Iterable, Mapping
from functools import cache

from readiness.problems.packaged import packaged


@cache
def _table(kind: str) -> Mapping[str, Iterable[str]]:
    found: Mapping[str, Iterable[str]] = json.loads(
        packaged("readiness.documents", "synonyms.json")
    )[kind]
    return found


def meant(kind: str, word: str, allowed: Container[str]) -> str:
    """Return the first allowed word that a word means; empty if there is none.

    `kind` is keys, values or answers.
    """
    spelled = word.strip().casefold()
    found = (ours for ours, others in _table(kind).items() if spelled in others)
    return next((ours for ours in found if ours in allowed), "")
