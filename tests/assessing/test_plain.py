"""Plain values are assessed by a program of their own, with the same outcome."""

from __future__ import annotations

import datetime

from benchmarks.workload import Workload
from readiness import Assessor

TODAY = datetime.date(2026, 11, 21)
WORK = Workload(30, 45, 45, seed=3)


def test_the_quick_way_gives_the_same_document() -> None:
    """After many assessments of plain values the result is still the same, byte for byte."""
    cases = [WORK.answers(number) for number in range(30)]
    used = Assessor(WORK.loaded)
    for case in cases:  # so that the program for one case is compiled
        used.assess(case, as_of=TODAY)
    for case in cases[:8]:
        quick = used.assess(case, as_of=TODAY)
        assert type(quick).__name__ == "PlainAssessment"
        plain = Assessor(WORK.loaded).assess(case, as_of=TODAY)
        assert type(plain).__name__ == "Assessment"
        assert plain.to_json() == quick.to_json()
        assert plain.answers.single == quick.answers.single


def test_judge_decides_as_assess_does() -> None:
    """`judge` gives the statuses, standings and verdicts of `assess`, in the same order."""
    assessor = Assessor(WORK.loaded)
    for number in range(10):
        case = WORK.answers(number)
        assert assessor.judge(case, as_of=TODAY) == assessor.assess(case, as_of=TODAY).judgement


def test_what_is_answered_later_does_not_change_a_result() -> None:
    """A result is that of the answers as they were, whatever becomes of the mapping."""
    assessor, case = Assessor(WORK.loaded), WORK.answers(1)
    for _ in range(25):
        found = assessor.assess(case, as_of=TODAY)
    given = len(case)
    case.clear()
    assert len(found.sheets[0].given) == given
