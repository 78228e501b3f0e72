"""How much of what applies is met, by weight."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass

from readiness.evaluation.verdicts import MET, NOT_APPLICABLE, UNDETERMINED
from readiness.model.ruleset import Check

WEIGHTS = {"critical": 3, "major": 2, "minor": 1}


@dataclass(frozen=True, slots=True)
class Score:
    """The weight of the met checks over that of the applicable ones, 0 to 1.

    `low` takes what is undetermined as unmet, `high` as met; both are None where nothing applies.
    """

    low: float | None
    high: float | None


def score(checks: Iterable[Check], statuses: Map[str, str]) -> Score:
    """The score of some checks."""
    weights = dict.fromkeys((MET, UNDETERMINED), 0)
    applicable = 0
    for check in checks:
        status = statuses[check.id]
        if status == NOT_APPLICABLE:
            continue
        applicable += WEIGHTS[check.severity]
        if status in weights:
            weights[status] += WEIGHTS[check.severity]
    if not applicable:
        return Score(None, None)
    met, undetermined = weights[MET], weights[UNDETERMINED]
    return Score(met / applicable, (met + undetermined) / applicable)
