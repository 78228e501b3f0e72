"""What may stand behind an assessment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.reconciliation import Circumstances
from readiness.evaluation.verdicts import Judgement
from readiness.model.answers import Sheet


class Engine(Protocol):
    """Decides what answer sheets come to; every engine decides the same."""

    def judge(
        self, ruleset: Ruleset, sheets: Sequence[Sheet], circumstances: Circumstances
    ) -> Judgement:
        """Statuses, standings and verdicts; checks in the order of the ruleset."""
        ...
