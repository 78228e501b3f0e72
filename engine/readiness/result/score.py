"""How much of what applies is met, by weight."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.verdicts import MET, STATUSES, UNDETERMINED, UNMET

WEIGHTS = {"critical": 3, "major": 2, "minor": 1}


@dataclass(frozen=True, slots=True)
class Score:
    """The weight of the met checks over that of the applicable ones, 0 to 1.

    `low` takes what is undetermined as unmet, `high` as met; both are None where nothing applies.
    """

    low: float | None
    high: float | None


# The weight of the checks with each status.
Weights = Map[str, int]


def weights(ruleset: Ruleset, statuses: Map[str, str]) -> Map[str, Weights]:
    """What the checks of each area weigh, by their status; areas in the order of the ruleset."""
    found = {area: dict.fromkeys(STATUSES, 0) for area in ruleset.areas}
    for (area, severity), checks in ruleset.ranking.alike.items():
        own, weight = found[area], WEIGHTS[severity]
        for status in map(statuses.__getitem__, checks):
            own[status] += weight
    return found


def score(held: Iterable[Weights]) -> Score:
    """The score of the checks with these weights together."""
    met = unmet = undetermined = 0
    for one in held:
        met += one[MET]
        unmet += one[UNMET]
        undetermined += one[UNDETERMINED]
    applicable = met + unmet + undetermined
    if not applicable:
        return Score(None, None)
    return Score(met / applicable, (met + undetermined) / applicable)
