"""A session takes one answer at a time and tells its listeners what each one changed."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

import pytest

from readiness import Assessor, Change, DocumentError, Ruleset, Sheet
from readiness.evaluation.judging import Judging
from readiness.evaluation.reference import Reference
from readiness.evaluation.settling import Circumstances, settle
from readiness.evaluation.verdicts import Judgement
from readiness.verification.reperformance import Reperformer
from tests.semantics.harness import ruleset_of
from tests.verification.library import needs_durable

TODAY = datetime.date(2026, 11, 21)
CASE = {
    "questions": {"s.a": "yes_no", "s.b": "yes_no", "s.c": "yes_no"},
    "checks": {
        "one": {"met_when": "s.a"},
        "two": {"met_when": "s.b", "requires": ["one"]},
        "three": {"met_when": "s.c"},
    },
    "gates": {"go": {"requires": ["two"]}},
}


class ByReference:
    """The reference interpreter as an engine."""

    def judge(
        self, ruleset: Ruleset, sheets: Sequence[Sheet], circumstances: Circumstances
    ) -> Judgement:
        reference = Reference(ruleset, settle(ruleset.questions, sheets, circumstances))
        return Judging(ruleset, reference, circumstances.waived()).judgement()


def heard_from(assessor: Assessor) -> list[Change]:
    """What a listener hears while every question is answered and one is taken back."""
    heard: list[Change] = []
    session = assessor.session(as_of=TODAY, listeners=[heard.append])
    for question, value in (("s.c", True), ("s.a", False), ("s.a", True), ("s.b", True)):
        before = len(heard)
        assert list(session.answer(question, value)) == heard[before:]
    session.answer("s.b", None)
    return heard


def test_listeners_hear_every_change_in_a_fixed_order() -> None:
    """Verdicts come first, then statuses, standings and blockers, each in their own order."""
    heard: list[Change] = []
    session = Assessor(ruleset_of(CASE)).session(as_of=TODAY, listeners=[heard.append])
    session.answer("s.a", value=False)
    assert heard == [
        Change("verdict", "go", "undetermined", "no_go"),
        Change("status", "one", "undetermined", "unmet"),
    ]
    heard.clear()
    session.answer("s.a", value=True)
    assert heard == [
        Change("verdict", "go", "no_go", "undetermined"),
        Change("status", "one", "unmet", "met"),
        Change("standing", "one", "actionable", "ready"),
        Change("standing", "two", "blocked", "actionable"),
        Change("blocker", "one", "root_blocker", "no_blocker"),
        Change("blocker", "two", "blocker", "root_blocker"),
    ]


def test_another_engine_tells_the_same() -> None:
    """Whichever engine decides, listeners hear the same changes in the same order."""
    ruleset = ruleset_of(CASE)
    assert heard_from(Assessor(ruleset, engine=ByReference())) == heard_from(Assessor(ruleset))


@needs_durable
@pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtime")
def test_the_independent_engine_tells_the_same() -> None:
    """The engine on durable-rules may stand behind a session, and nothing is told otherwise."""
    ruleset = ruleset_of(CASE)
    with Reperformer() as engine:
        assert heard_from(Assessor(ruleset, engine=engine)) == heard_from(Assessor(ruleset))


def test_a_listener_can_be_taken_away() -> None:
    """After `stop` a listener hears nothing more; stopping twice does nothing."""
    heard: list[Change] = []
    session = Assessor(ruleset_of(CASE)).session(as_of=TODAY)
    stop = session.listen(heard.append)
    session.answer("s.c", value=True)
    count = len(heard)
    assert count
    stop()
    stop()
    session.answer("s.a", value=True)
    assert len(heard) == count


def test_a_listener_that_fails_keeps_nobody_from_hearing() -> None:
    """The answer is taken, all others hear everything, and what was raised comes together."""
    heard: list[Change] = []

    def fail(change: Change) -> None:
        raise ValueError(change.id)

    session = Assessor(ruleset_of(CASE)).session(as_of=TODAY, listeners=[fail, heard.append])
    with pytest.raises(ExceptionGroup) as raised:
        session.answer("s.c", value=True)
    assert [str(fault) for fault in raised.value.exceptions] == [change.id for change in heard]
    assert session.result.checks["three"].status == "met"


def test_a_listener_may_not_answer() -> None:
    """An answer given while another is being told is refused, and changes nothing."""
    session = Assessor(ruleset_of(CASE)).session(as_of=TODAY)
    session.listen(lambda _change: session.answer("s.a", value=True))
    with pytest.raises(ExceptionGroup) as raised:
        session.answer("s.c", value=True)
    assert all(isinstance(fault, RuntimeError) for fault in raised.value.exceptions)
    assert "s.a" not in session.answers


def test_what_does_not_fit_is_not_told() -> None:
    """An answer that is refused leaves the session as it was, and nobody hears of it."""
    heard: list[Change] = []
    session = Assessor(ruleset_of(CASE)).session(as_of=TODAY, listeners=[heard.append])
    with pytest.raises(DocumentError):
        session.answer("s.a", "perhaps")
    assert (heard, session.answers) == ([], {})


def test_a_session_knows_its_circumstances() -> None:
    """Groups, waivers, resolutions and assurance count as they do for `assess`."""
    waivers = {"two": {"reason": "accepted", "approved_by": "board"}}
    session = Assessor(ruleset_of(CASE)).session({"s.a": True}, as_of=TODAY, waivers=waivers)
    assert session.result.gates["go"].verdict == "conditional_go"
