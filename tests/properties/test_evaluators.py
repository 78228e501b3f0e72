"""Every way of evaluating agrees with the reference interpreter."""

from __future__ import annotations

from itertools import groupby

from readiness.evaluation.verdicts import Judgement
from tests.properties.bulk import judged_in_bulk
from tests.properties.pairs import Pair
from tests.properties.shrinking import hold


def difference(expected: Judgement, actual: Judgement) -> str:
    """Return the differences, if any."""
    for kind in ("statuses", "standings", "verdicts"):
        wanted, found = getattr(expected, kind), getattr(actual, kind)
        differing = [
            f"{key} {held} != {found[key]}" for key, held in wanted.items() if found[key] != held
        ]
        if differing or list(wanted) != list(found):
            return f"{kind} differ: {differing or list(found)}"
    return ""


def test_the_compiled_ruleset_agrees_with_the_reference(pairs: list[Pair]) -> None:
    """Statuses, standings and verdicts of one case are the same, in the same order."""
    hold(lambda pair: difference(pair.by_reference, pair.judgement), pairs)


def test_the_program_agrees_with_the_reference(pairs: list[Pair]) -> None:
    """Evaluated in bulk, a single case has the reference's statuses, standings and verdicts."""

    def rule(pair: Pair) -> str:
        (found,) = judged_in_bulk(pair.compiled, [pair.answers])
        return difference(pair.by_reference, found)

    hold(rule, pairs)


def test_several_cases_at_once_are_judged_as_each_alone(pairs: list[Pair]) -> None:
    """One run of the program over all answers gives each the same result as alone."""
    for _, same in groupby(pairs, key=lambda pair: pair.label):
        some = list(same)
        found = judged_in_bulk(some[0].compiled, [pair.answers for pair in some])
        for pair, judgement in zip(some, found, strict=True):
            assert difference(pair.judgement, judgement) == "", pair.case
