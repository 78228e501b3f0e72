"""What is decided about a case: the status and standing of each check, the verdict of each gate."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass

MET, UNMET = "met", "unmet"
UNDETERMINED, NOT_APPLICABLE = "undetermined", "not_applicable"
STATUSES = (MET, UNMET, UNDETERMINED, NOT_APPLICABLE)
STANDINGS = ("ready", "premature", "actionable", "blocked")
VERDICTS = ("go", "conditional_go", "no_go", "undetermined")


@dataclass(frozen=True, slots=True)
class Judgement:
    """Statuses and standings by check, verdicts by gate."""

    statuses: Map[str, str]
    standings: Map[str, str]
    verdicts: Map[str, str]
