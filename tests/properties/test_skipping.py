"""A question that is not asked could not have changed the requested outcome."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.advice.questions import next_questions
from readiness.result.assessment import Assessment
from tests.properties.blanks import Blank, blanks, filled
from tests.properties.pairs import Pair, pair_of
from tests.properties.shrinking import hold


def unanswered(pair: Pair) -> list[Blank]:
    """Return the unanswered questions, by respondent if each is asked."""
    given = pair.answers.given
    return [
        blank
        for blank in blanks(pair)
        if blank.row is None
        and all(one.respondent != _whose(blank) for one in given.get(blank.question, ()))
        and (pair.ruleset.questions[blank.question].ask_each or blank.question not in given)
    ]


def _whose(blank: Blank) -> str:
    return blank.sheet if blank.by is None else blank.by


def put(pair: Pair, gates: Sequence[str]) -> list[Blank]:
    """Return the unanswered questions that are asked, the best first."""
    found = []
    rest = unanswered(pair)
    for one in next_questions(pair.assessment(), gates=gates, adviser=pair.compiled.adviser):
        for blank in rest:
            whose = _whose(blank)
            if blank.question == one.question.id and (not one.of or whose in one.of):
                found.append(blank)
    return found


def asked_for(found: Assessment, gates: Sequence[str]) -> dict[str, str]:
    """Return the verdicts of the gates; without any, all verdicts and statuses in scope."""
    verdicts: dict[str, str] = {
        key: gate.verdict for key, gate in found.gates.items() if not gates or key in gates
    }
    statuses: dict[str, str] = {
        key: one.status for key, one in found.checks.items() if not one.out_of_scope
    }
    return verdicts if gates else {**verdicts, **statuses}


def _walk(pair: Pair, gates: Sequence[str]) -> str:
    """Ask question after question; at each step try answers to all the others."""
    draw = pair.draw("skip")
    for _ in range(20):
        asked = put(pair, gates)
        skipped = [blank for blank in unanswered(pair) if blank not in asked]
        now = asked_for(pair.assessment(), gates)
        for _ in range(2):
            after = filled(pair, skipped, draw)
            then = asked_for(after.assessment(), gates)
            if then != now:
                changed = {key: (now[key], then[key]) for key in now if now[key] != then[key]}
                return f"skipped: {skipped} changed {changed}\nonce filled: {after.case['sheets']}"
        if not asked:
            return ""
        pair = filled(pair, asked[:1], draw)
    return ""


def test_what_is_not_put_changes_no_status(pairs: list[Pair]) -> None:
    """With everything requested, no answer to a question left out changes anything."""
    hold(lambda pair: _walk(pair, ()), pairs[::3])


def test_what_is_not_put_changes_no_verdict_asked_for(pairs: list[Pair]) -> None:
    """With one gate requested, no answer to a question left out changes its verdict."""

    def rule(pair: Pair) -> str:
        gates = list(pair.ruleset.gates)
        return _walk(pair, [pair.draw("gate").choice(gates)]) if gates else ""

    hold(rule, pairs[::3])


def test_who_has_not_been_asked_what_decides_over_a_question_is_asked() -> None:
    """A respondent is asked a deciding question even if an unnamed respondent answered it."""
    one = {"type": "integer", "ask_each": "board"}
    another = {"type": "number", "ask_each": "board", "ask_when": "s0.q0 == 2"}
    case = {
        "questions": {"s0.q0": one, "s1.q1": another},
        "values": {},
        "checks": {"c0": {"met_when": "every(s1.q1 > 5)"}},
        "gates": {},
        "sheets": {"": {"s0.q0": 1}, "sales": {}},
    }
    assert [(blank.sheet, blank.question) for blank in put(pair_of(case), ())] == [
        ("sales", "s0.q0")
    ]
