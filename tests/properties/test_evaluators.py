"""The program says what the reference says."""

from __future__ import annotations

from itertools import groupby

import pytest

from readiness.evaluation import program
from readiness.evaluation.native import Native
from readiness.evaluation.verdicts import Judgement
from tests.properties.pairs import Pair
from tests.properties.shrinking import hold


def difference(expected: Judgement, actual: Judgement) -> str:
    """What differs, if anything."""
    for kind in ("statuses", "standings", "verdicts"):
        wanted, found = getattr(expected, kind), getattr(actual, kind)
        differing = [
            f"{key} {held} != {found[key]}" for key, held in wanted.items() if found[key] != held
        ]
        if differing or list(wanted) != list(found):
            return f"{kind} differ: {differing or list(found)}"
    return ""


def test_the_program_agrees_with_the_reference(pairs: list[Pair]) -> None:
    """Statuses, standings and verdicts are the same by the program and by the reference."""
    hold(lambda pair: difference(pair.by_reference, pair.judgement), pairs)


def test_several_cases_at_once_are_judged_as_each_alone(pairs: list[Pair]) -> None:
    """One run of the program over all answers to a ruleset says of each what it says alone."""
    for _, same in groupby(pairs, key=lambda pair: pair.label):
        some = list(same)
        native = some[0].native
        found = native.judge_all(
            [native.case(pair.answers) for pair in some],
            [pair.circumstances.waived() for pair in some],
        )
        for pair, judgement in zip(some, found, strict=True):
            assert difference(pair.judgement, judgement) == "", pair.case


@pytest.mark.parametrize("is_compiled", [False, True], ids=["interpreted", "compiled"])
@pytest.mark.parametrize("size", [7, 1_000])
def test_a_program_in_steps_says_the_same(
    pairs: list[Pair], monkeypatch: pytest.MonkeyPatch, size: int, *, is_compiled: bool
) -> None:
    """Into how many steps the program is cut, and whether they are compiled, changes nothing."""
    monkeypatch.setattr(program, "STATEMENTS_A_STEP", size)
    cut: dict[str, Native] = {}

    def rule(pair: Pair) -> str:
        key = pair.label if pair in pairs else ""
        if not key or key not in cut:
            cut[key] = Native(pair.ruleset)
            if is_compiled:
                cut[key].program.compile()
        waived = pair.circumstances.waived()
        return difference(pair.judgement, cut[key].judge(pair.answers, waived))

    hold(rule, pairs)
