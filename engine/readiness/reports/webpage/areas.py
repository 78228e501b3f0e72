"""The checks area by area."""

from __future__ import annotations

from dataclasses import dataclass

from readiness.model.ruleset import Area
from readiness.reports.dossier.dossier import Dossier
from readiness.reports.dossier.entries import CheckEntry
from readiness.result.score import Score


@dataclass(frozen=True, slots=True, eq=False)
class AreaEntry:
    """An area with its checks; `score` is that of all its checks, also of those not shown."""

    area: Area
    score: Score
    checks: tuple[CheckEntry, ...]

    @property
    def open(self) -> int:
        """How many of its checks are open."""
        return sum(entry.result.is_open for entry in self.checks)


def areas(dossier: Dossier) -> tuple[AreaEntry, ...]:
    """The areas that the checks shown belong to, in the order of the ruleset."""
    assessment = dossier.assessment
    held: dict[str, list[CheckEntry]] = {}
    for entry in dossier.checks:
        held.setdefault(entry.result.check.area, []).append(entry)
    return tuple(
        AreaEntry(area, assessment.area_scores[key], tuple(held[key]))
        for key, area in assessment.ruleset.areas.items()
        if key in held
    )
