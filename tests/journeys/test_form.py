"""A form in a host: one question at a time, with answers kept as JSON between requests."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import Any

import pytest

import readiness

DAY = date(2026, 11, 21)
DEPARTMENTS = ("sales", "it")
# A visitor's first, invalid input, and then the answer, as JSON.
TYPED: dict[str, tuple[object, object]] = {
    "yes_no": ("perhaps", True),
    "number": ("many", 3),
    "money": ("much", 120000),
    "percent": ("half", 50),
    "date": ("soon", "2027-01-01"),
    "text": (5, "Go on"),
}


@cache
def assessor() -> readiness.Assessor:
    """Return the one assessor that the host keeps for all its requests."""
    return readiness.Assessor(readiness.load_ruleset("crm-pre-implementation"))


def session(kept: Mapping[str, object]) -> readiness.Session:
    """Return the session of a request."""
    return assessor().session(kept, as_of=DAY, groups={"departments": DEPARTMENTS})


def typed(question: Any) -> tuple[object, object]:
    """Return a visitor's first and second input."""
    if question.type == "table":
        cells = {key: typed(column)[1] for key, column in question.columns.items()}
        return [{"elsewhere": 1}], [cells]
    if question.type in ("choice", "choices"):
        several, options = question.type == "choices", list(question.options)
        return (["?"], options) if several else ("?", options[-1])
    return TYPED[question.type]


@dataclass
class EmbeddingHost:
    """A host that keeps only a JSON text for each visitor between requests."""

    kept: str = "{}"
    errors: dict[str, str] = field(default_factory=dict)
    gates: tuple[str, ...] = ()

    def asks(self) -> tuple[readiness.NextQuestion, ...]:
        """Return the next questions, as a request does."""
        return session(json.loads(self.kept)).next_questions(gates=self.gates)

    def takes(self, posted: Mapping[str, object]) -> None:
        """Save the valid answers of a request; return an error for each other one."""
        held = session(json.loads(self.kept))
        for question, value in posted.items():
            self.errors.pop(question, None)
            try:
                held.answer(question, value)
            except readiness.DocumentError as error:
                self.errors[question] = "; ".join(one.message for one in error.problems)
        self.kept = json.dumps(held.answers)

    @property
    def result(self) -> readiness.Assessment:
        """Return the assessment of the saved answers."""
        return session(json.loads(self.kept)).result


def answered(host: EmbeddingHost) -> list[str]:
    """Return the types of the questions asked until none is left."""
    put: list[str] = []
    while asked := host.asks():
        question = asked[0].question
        put.append(question.type)
        for value in typed(question):
            before = host.kept
            given = {"by": dict.fromkeys(asked[0].of, value)} if asked[0].of else value
            host.takes({question.id: given})
            assert (host.kept == before) == (question.id in host.errors)
            assert question.id in host.errors.get(question.id, question.id)
        assert host.errors == {}
    return put


@pytest.mark.slow
def test_until_the_gates_are_decided() -> None:
    """No question is asked twice; the outcome equals one assessment of all answers."""
    host = EmbeddingHost()
    put = answered(host)
    kept = json.loads(host.kept)
    assert len(put) == len(kept) < len(assessor().ruleset.questions)
    assert set(put) == {*TYPED, "choice", "choices", "table"}
    whole = assessor().assess(kept, as_of=DAY, groups={"departments": DEPARTMENTS})
    assert whole.to_json() == host.result.to_json()
    assert "undetermined" not in {check.status for check in whole.checks.values()}


@pytest.mark.slow
def test_one_gate_needs_fewer_questions() -> None:
    """A form about one gate ends once its verdict is final, whatever else is unanswered."""
    host = EmbeddingHost(gates=("commit",))
    put = answered(host)
    gate = host.result.gates["commit"]
    assert (gate.verdict == "undetermined", gate.questions) == (False, ())
    assert len(put) < len(answered(EmbeddingHost()))


def test_a_page_of_several_answers() -> None:
    """An invalid answer does not stop the others; once corrected, its error disappears."""
    host = EmbeddingHost()
    host.takes(
        {"sponsor.identified": True, "sponsor.level": "president", "funding.committed": "120000"}
    )
    assert json.loads(host.kept) == {"sponsor.identified": True}
    assert host.errors == {
        "sponsor.level": "'president' is not an option of 'sponsor.level'",
        "funding.committed": "'funding.committed' takes an amount of money, not '120000'",
    }
    host.takes({"sponsor.level": "board", "funding.committed": 120000})
    assert host.errors == {}
    assert len(json.loads(host.kept)) == 3


def test_one_department_after_the_other() -> None:
    """Respondents who have answered are not asked again; the host adds each further one."""
    host = EmbeddingHost()
    for number, department in enumerate(DEPARTMENTS):
        [asked] = [one for one in host.asks() if one.question.id == "customer.definition"]
        assert asked.of == DEPARTMENTS[number:]
        before = json.loads(host.kept).get(asked.question.id, {"by": {}})
        host.takes({asked.question.id: {"by": before["by"] | {department: "account"}}})
    assert "customer.definition" not in {one.question.id for one in host.asks()}


def test_answers_to_an_older_edition() -> None:
    """Answers that no longer fit are all named on loading, and block nothing else."""
    older = {"sponsor.named": True, "sponsor.level": "president", "sponsor.identified": True}
    with pytest.raises(readiness.DocumentError) as caught:
        session(older)
    told = [one.message for one in caught.value.problems]
    host = EmbeddingHost()
    host.takes(older)
    assert json.loads(host.kept) == {"sponsor.identified": True}
    assert told == list(host.errors.values())
