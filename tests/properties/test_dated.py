"""No check changes with the day that is not said to depend on it."""

from __future__ import annotations

import datetime
from dataclasses import replace

from readiness.dependencies.dated import dated_checks
from readiness.evaluation.reconciliation import settle
from tests.properties.pairs import Pair
from tests.properties.shrinking import hold


def test_other_checks_stay_the_same(pairs: list[Pair]) -> None:
    """On another day, the status of a check is the same unless it is among the dated checks."""

    def rule(pair: Pair) -> str:
        dated = dated_checks(pair.ruleset, pair.circumstances)
        for days in (-400, -20, 20, 400):
            day = pair.circumstances.as_of + datetime.timedelta(days)
            circumstances = replace(pair.circumstances, as_of=day)
            answers = settle(pair.ruleset.questions, pair.sheets, circumstances)
            statuses = pair.compiled.evaluator.judge_answers(answers).statuses
            for key, status in pair.judgement.statuses.items():
                if statuses[key] != status and key not in dated:
                    return f"{key} is {status}, and {statuses[key]} {days} days later"
        return ""

    hold(rule, pairs[::4])
