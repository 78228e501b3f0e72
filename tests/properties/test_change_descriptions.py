"""Every change between two assessments can be described."""

from __future__ import annotations

import io
from itertools import pairwise
from typing import get_args

from rich.console import Console

from readiness.assessing import changes
from readiness.evaluation.incremental import ChangeKind
from readiness.reports.phrasing import BLOCKERS, STATUSES, VERDICTS
from readiness.reports.respondents.conflicts_page import print_changes
from tests.properties.pairs import Pair

NAMED = {"verdict": VERDICTS, "status": STATUSES, "blocker": BLOCKERS}


def test_every_change_is_told(pairs: list[Pair]) -> None:
    """Every changed gate, check and blocker is named, with its new value."""
    seen = set()
    for before, after in pairwise(pairs):
        if before.ruleset is not after.ruleset:
            continue
        found = changes(before.assessment(), after.assessment())
        text = io.StringIO()
        print_changes("Told.", found, Console(file=text, width=100_000))
        for change in found:
            seen.add(change.kind)
            if change.kind in NAMED:
                now = NAMED[change.kind][change.after]
                lines = [line for line in text.getvalue().splitlines() if change.id in line]
                assert any(now in line for line in lines), (after.label, change)
    only_in_sessions = {"question"}
    assert seen == set(get_args(ChangeKind)) - only_in_sessions
