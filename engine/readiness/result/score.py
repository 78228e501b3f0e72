"""The score: the share of the applicable checks that are met, by weight."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.verdicts import MET, STATUSES, UNDETERMINED, UNMET

WEIGHTS = {"critical": 3, "major": 2, "minor": 1}


@dataclass(frozen=True, slots=True)
class Score:
    """The weight of the met checks divided by that of the applicable ones, 0 to 1.

    `low` counts undetermined checks as unmet, `high` as met; both are None if no check applies.
    """

    low: float | None
    high: float | None


# The total weight of the checks with each status.
Weights = Map[str, int]


def weights(ruleset: Ruleset, statuses: Map[str, str]) -> Map[str, Weights]:
    """Return the weight of the checks of each area by status; areas in the order of the ruleset."""
    found = {area: dict.fromkeys(STATUSES, 0) for area in ruleset.areas}
    for (area, severity), checks in ruleset.ranking.alike.items():
        own, weight = found[area], WEIGHTS[severity]
        for status in map(statuses.__getitem__, checks):
            own[status] += weight
    return found


def score(held: Iterable[Weights]) -> Score:
    """Return the score of the checks with these weights combined."""
    met = unmet = undetermined = 0
    for one in held:
        met += one[MET]
        unmet += one[UNMET]
        undetermined += one[UNDETERMINED]
    applicable = met + unmet + undetermined
    if not applicable:
        return Score(None, None)
    return Score(met / applicable, (met + undetermined) / applicable)
