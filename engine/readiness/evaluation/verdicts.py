"""What is decided about a case: the status and standing of each check, the verdict of each gate."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import ClassVar, Literal, TypeAlias

from readiness.problems.values import brief

Status: TypeAlias = Literal["met", "unmet", "undetermined", "not_applicable"]
Standing: TypeAlias = Literal["ready", "premature", "actionable", "blocked"]
Verdict: TypeAlias = Literal["go", "conditional_go", "no_go", "undetermined", "out_of_scope"]

MET, UNMET = "met", "unmet"
UNDETERMINED, NOT_APPLICABLE = "undetermined", "not_applicable"
# Their order is that of the codes in `portfolio/judging.py`.
STATUSES = (MET, UNMET, UNDETERMINED, NOT_APPLICABLE)
STANDINGS = READY, PREMATURE, ACTIONABLE, BLOCKED = "ready", "premature", "actionable", "blocked"
VERDICTS = ("go", "conditional_go", "no_go", "undetermined")
OUT_OF_SCOPE = "out_of_scope"  # in place of the verdict of a gate that is out of scope


@brief
@dataclass(frozen=True, slots=True, eq=False)
class Judgement:
    """Statuses and standings by check, verdicts by gate.

    Judgements with equal mappings are equal, whether or not the mappings were looked at before.
    """

    statuses: Map[str, str]
    standings: Map[str, str]
    verdicts: Map[str, str]

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Judgement):
            return NotImplemented
        return (self.statuses, self.standings, self.verdicts) == (
            other.statuses, other.standings, other.verdicts,
        )  # fmt: skip

    __hash__: ClassVar[None] = None  # type: ignore[assignment]

    def __reduce__(self) -> tuple[type, tuple[dict[str, str], ...]]:
        return Judgement, (dict(self.statuses), dict(self.standings), dict(self.verdicts))
