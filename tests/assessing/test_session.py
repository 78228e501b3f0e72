"""A session accepts one answer at a time and notifies its listeners of each change."""

from __future__ import annotations

import copy
import datetime
import random
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from readiness import Assessor, Change, DocumentError, Ruleset, Sheet, load_ruleset
from readiness.evaluation.interpreter import Interpreter
from readiness.evaluation.judging import Judging
from readiness.evaluation.reconciliation import settle
from readiness.evaluation.verdicts import Judgement
from readiness.model.engagement import Circumstances
from readiness.verification.independent_run import Reperformer
from tests.semantics.harness import ruleset_of
from tests.verification.library import needs_durable

TODAY = datetime.date(2026, 11, 21)
CASE: dict[str, Any] = {
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
        reference = Interpreter(ruleset, settle(ruleset.questions, sheets, circumstances))
        return Judging(ruleset, reference, circumstances.waived()).judgement()


def heard_from(assessor: Assessor) -> list[Change]:
    """Return what a listener receives while every question is answered and one is withdrawn."""
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
    """Whichever engine decides, listeners receive the same changes in the same order."""
    ruleset = ruleset_of(CASE)
    assert heard_from(Assessor(ruleset, engine=ByReference())) == heard_from(Assessor(ruleset))


@needs_durable
@pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtime")
def test_the_independent_engine_tells_the_same() -> None:
    """A session can use the engine on durable-rules, and reports the same changes."""
    ruleset = ruleset_of(CASE)
    with Reperformer() as engine:
        assert heard_from(Assessor(ruleset, engine=engine)) == heard_from(Assessor(ruleset))


def test_a_listener_can_be_taken_away() -> None:
    """After `stop` a listener receives nothing more; stopping twice does nothing."""
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
    """The answer is accepted, all others are notified, and the errors are raised together."""
    heard: list[Change] = []

    def fail(change: Change) -> None:
        raise ValueError(change.id)

    session = Assessor(ruleset_of(CASE)).session(as_of=TODAY, listeners=[fail, heard.append])
    with pytest.raises(ExceptionGroup) as raised:
        session.answer("s.c", value=True)
    assert [str(fault) for fault in raised.value.exceptions] == [change.id for change in heard]
    assert session.result.checks["three"].status == "met"


def test_a_listener_may_not_answer() -> None:
    """An answer given during a notification is refused and changes nothing."""
    session = Assessor(ruleset_of(CASE)).session(as_of=TODAY)
    session.listen(lambda _change: session.answer("s.a", value=True))
    with pytest.raises(ExceptionGroup) as raised:
        session.answer("s.c", value=True)
    assert all(isinstance(fault, RuntimeError) for fault in raised.value.exceptions)
    assert "s.a" not in session.answers


def test_what_does_not_fit_is_not_told() -> None:
    """An answer that is refused leaves the session unchanged, and no listener is notified."""
    heard: list[Change] = []
    session = Assessor(ruleset_of(CASE)).session(as_of=TODAY, listeners=[heard.append])
    with pytest.raises(DocumentError):
        session.answer("s.a", "perhaps")
    assert (heard, session.answers) == ([], {})


def test_a_session_knows_its_circumstances() -> None:
    """Groups, waivers, resolutions and assurance have the same effect as with `assess`."""
    waivers = {"two": {"reason": "accepted", "approved_by": "board"}}
    session = Assessor(ruleset_of(CASE)).session({"s.a": True}, as_of=TODAY, waivers=waivers)
    assert session.result.gates["go"].verdict == "conditional_go"


def test_a_result_stays_what_it_was() -> None:
    """A result reflects the answers when it was requested, even if it is first read later."""
    assessor = Assessor(ruleset_of(CASE))
    session = assessor.session(as_of=TODAY)
    taken = []
    for question, value in (("s.a", True), ("s.b", False), ("s.a", None), ("s.c", {"value": True})):
        session.answer(question, value)
        taken.append((session.result, session.answers))
    found = [result.to_json() for result, _ in taken]
    assert found == [assessor.assess(held, as_of=TODAY).to_json() for _, held in taken]
    assert len(set(found)) == len(taken)


def test_a_result_is_put_together_once() -> None:
    """Until the next answer, the result is the same object."""
    session = Assessor(ruleset_of(CASE)).session(as_of=TODAY)
    first = session.result
    session.answer("s.a", value=True)
    assert session.result is session.result
    assert session.result is not first


def test_answers_are_a_dict_of_their_own() -> None:
    """The dict of answers is a copy, independent of later answers and of the session."""
    session = Assessor(ruleset_of(CASE)).session({"s.a": True}, as_of=TODAY)
    before = session.answers
    session.answer("s.a", None)
    assert before == {"s.a": True}
    before["s.b"] = True
    assert session.answers == {"s.a": None}


def test_an_answer_is_what_it_was_when_it_was_given() -> None:
    """A list or mapping that its owner changes later does not affect the session."""
    questions = {"s.many": {"type": "choices", "options": {"a": "A", "b": "B"}}, "s.yes": "yes_no"}
    checks = {"c": {"met_when": "'a' in s.many"}, "d": {"met_when": "s.yes"}}
    assessor = Assessor(ruleset_of({"questions": questions, "checks": checks}))
    many, said = ["a"], {"value": ["b"], "note": "first"}
    session = assessor.session({"s.many": said}, as_of=TODAY)
    said["value"] = many
    assert session.answer("s.yes", value=True)[0].id == "d"
    before = session.result
    session.answer("s.many", many)
    many.clear()
    session.answer("s.yes", value=False)
    after = session.result
    assert (before.checks["c"].status, after.checks["c"].status) == ("unmet", "met")
    assert session.answers["s.many"] == ["a"]


def test_an_answer_is_refused_as_it_is_among_all_answers() -> None:
    """A session words the problem of an answer exactly as an assessment does."""
    many = {"type": "choices", "options": {"null": "Nothing", "some": "Something"}}
    questions = {**CASE["questions"], "s.many": many}
    assessor = Assessor(ruleset_of({**CASE, "questions": questions}))
    answers: dict[str, Any] = {"s.a": {"value": True, "note": "board minute"}}
    session = assessor.session(answers, as_of=TODAY)
    wrong: list[tuple[str, Any]] = [
        ("s.b", "perhaps"), ("s.b", ["yes"]), ("s.b", {"valeu": True}), ("s.d", True),
        ("s.many", [None]),
    ]  # fmt: skip
    for question, value in wrong:
        with pytest.raises(DocumentError) as expected:
            assessor.assess({**answers, question: value}, as_of=TODAY)
        with pytest.raises(DocumentError) as raised:
            session.answer(question, value)
        assert str(raised.value) == str(expected.value)
    assert session.answers == answers
    assert session.result.checks["one"].status == "met"
    session.answer("s.a", value=False)
    with pytest.raises(DocumentError, match="a list with 'null' in it"):
        session.answer("s.many", [None])
    session.answer("s.b", {"value": True, "note": None})
    assert session.result.to_json() == assessor.assess(session.answers, as_of=TODAY).to_json()


def test_whoever_speaks_first_is_expected_everywhere() -> None:
    """A respondent's first answer makes them expected for every question asked of each."""
    questions = {"s.each": {"type": "yes_no", "ask_each": "team"}, "s.a": "yes_no"}
    checks = {"all": {"met_when": "every(s.each)"}, "one": {"met_when": "s.a"}}
    session = Assessor(ruleset_of({"questions": questions, "checks": checks})).session(as_of=TODAY)
    session.answer("s.each", {"by": {"it": True}})
    assert session.result.checks["all"].status == "met"
    assert Change("status", "all", "met", "undetermined") in session.answer(
        "s.a", {"by": {"sales": True}}
    )
    assert Change("status", "all", "undetermined", "met") in session.answer("s.a", value=True)


def test_sessions_of_one_assessor_run_side_by_side() -> None:
    """Sessions share what they compile, and concurrent threads do not interfere with each other."""
    keys = [f"s.q{number}" for number in range(60)]
    checks = {
        f"c{number}": {
            "met_when": f"{key} and not {keys[number - 1]}",
            "requires": [f"c{number - 1}"] if number % 7 else [],
        }
        for number, key in enumerate(keys)
    }
    assessor = Assessor(ruleset_of({"questions": dict.fromkeys(keys, "yes_no"), "checks": checks}))

    def run(seed: int) -> bool:
        draw = random.Random(seed)
        session = assessor.session(as_of=TODAY)
        for _ in range(100):
            session.answer(draw.choice(keys), draw.choice([True, False, None]))
        again = Assessor(assessor.ruleset).assess(session.answers, as_of=TODAY)
        return session.result.judgement == again.judgement

    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(run, range(16)))


def test_what_goes_in_and_out_is_a_copy() -> None:
    """Values passed in are copied, and changing returned values changes nothing in a session."""
    questions = {
        "s.many": {"type": "choices", "options": {"a": "A", "b": "B"}},
        "s.rows": {"type": "table", "columns": {"size": {"type": "number"}}},
        "s.each": {"type": "yes_no", "ask_each": "team"},
    }
    checks = {
        "many": {"met_when": "'a' in s.many"},
        "rows": {"met_when": "every(s.rows, size > 1)"},
        "each": {"met_when": "every(s.each)"},
    }
    assessor = Assessor(ruleset_of({"questions": questions, "checks": checks}))
    answers: dict[str, Any] = {"s.many": ["a"], "s.rows": [{"size": 2}]}
    each: dict[str, Any] = {"by": {"anna": {"value": True, "note": "asked"}}}
    groups = {"team": ["anna"]}
    session = assessor.session(answers, as_of=TODAY, groups=groups)
    session.answer("s.each", each)
    given = copy.deepcopy({**answers, "s.each": each})
    before = session.result.to_json()

    def spoil(held: dict[str, Any]) -> None:
        held["s.many"].append("nonsense")
        held["s.rows"][0]["size"] = "nonsense"
        held["s.rows"].append("nonsense")
        held["s.each"]["by"]["anna"]["value"] = "nonsense"
        held["s.each"]["by"]["bert"] = False
        held.pop("s.many")

    spoil({**answers, "s.each": each})
    groups["team"].append("nobody")
    assert session.answers == given
    spoil(session.answers)
    assert session.answers == given
    assert (
        assessor.session(session.answers, as_of=TODAY, groups={"team": ["anna"]}).answers == given
    )
    session.answer("s.many", ["b"])
    session.answer("s.many", ["a"])
    assert session.result.to_json() == before
    assert {key: check.status for key, check in session.result.checks.items()} == dict.fromkeys(
        checks, "met"
    )


def test_a_result_is_of_the_answers_that_were_given() -> None:
    """Reasons that are read later are those of the answers at the time."""
    questions = {"s.many": {"type": "choices", "options": {"a": "A", "b": "B"}}}
    assessor = Assessor(
        ruleset_of({"questions": questions, "checks": {"many": {"met_when": "'a' in s.many"}}})
    )
    answers: dict[str, Any] = {"s.many": ["a"]}
    result = assessor.assess(answers, as_of=TODAY)
    answers["s.many"].clear()
    assert result.to_json() == assessor.assess({"s.many": ["a"]}, as_of=TODAY).to_json()


def test_a_page_is_taken_whole_or_not_at_all() -> None:
    """Either all answers of a page are taken, or none; they are undone together."""
    session = Assessor(load_ruleset("crm-pre-implementation")).session(as_of=TODAY)
    start = session.result.to_dict()
    with pytest.raises(DocumentError):
        session.answer_all({"sponsor.identified": True, "sponsor.level": "nobody"})
    assert session.answers == {}
    page: dict[str, object] = {"sponsor.identified": True, "sponsor.level": "board"}
    changes = session.answer_all(page)
    assert ("status", "executive-sponsor") in [(one.kind, one.id) for one in changes]
    assert "sponsor.level" in session.shown
    assert session.undo()
    assert session.result.to_dict()["checks"] == start["checks"]
    assert session.redo() == changes
    assert session.answers == page


def test_steps_are_undone_and_done_again() -> None:
    """Undoing goes back step by step; a new answer forgets what was undone."""
    session = Assessor(load_ruleset("crm-pre-implementation")).session(as_of=TODAY)
    with pytest.raises(IndexError, match="there is no step to undo"):
        session.undo()
    session.answer("sponsor.identified", value=True)
    session.answer("sponsor.level", "board")
    session.undo()
    session.undo()
    assert [one for one in session.answers.values() if one is not None] == []
    session.redo()
    assert session.answers["sponsor.identified"] is True
    session.answer("sponsor.level", "manager")
    with pytest.raises(IndexError, match="there is no step to redo"):
        session.redo()


def test_changes_tell_which_questions_are_shown() -> None:
    """Questions that an answer shows or hides come last among the changes; numbers sum them up."""
    session = Assessor(load_ruleset("crm-pre-implementation")).session(as_of=TODAY)
    assert Change("question", "sponsor.level", "hidden", "shown") in session.answer(
        "sponsor.identified", value=True
    )
    before = session.progress
    assert (before.shown, before.answered) == (len(session.shown), 1)
    hidden = session.answer_all({"sponsor.identified": False, "funding.committed": 5})
    assert Change("question", "sponsor.level", "shown", "hidden") in hidden
    assert session.progress.answered == 2
    assert "sponsor.level" not in session.shown


def test_unknown_gates_are_refused() -> None:
    """A gate that does not exist is named, with those there are, wherever gates are chosen."""
    session = Assessor(ruleset_of(CASE)).session(as_of=TODAY)
    with pytest.raises(DocumentError, match="unknown gate 'og'"):
        session.next_questions(gates=["og"])
    with pytest.raises(DocumentError, match="unknown gate 'og'"):
        session.result.deciding_questions("og")
    assert session.result.deciding_questions("go") == session.result.gates["go"].questions
