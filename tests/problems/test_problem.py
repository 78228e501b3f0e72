"""Collecting problems, hints at the probably intended name, and lines of text."""

from __future__ import annotations

from functools import partial

import pytest
import yaml

import readiness
from readiness.documents.nodes import Scalar
from readiness.problems import DocumentError, Excerpt, Place, Problems, Source, nearest
from readiness.problems.catalogue import (
    CHECKLIST,
    COLLECTING,
    CONDITIONS,
    DOCUMENTS,
    FINDINGS,
    LOADING,
    MESSAGES,
    MODEL,
    PLAN,
    PORTFOLIO,
    RENAMING,
)
from tests.semantics.harness import ruleset_of

IDS = ["sponsor.identified", "sponsor.level", "funding.committed", "funding.estimated"]


@pytest.mark.parametrize(
    ("written", "hint"),
    [
        ("sponsor.identifed", "did you mean 'sponsor.identified'?"),
        ("funding.comitted", "did you mean 'funding.committed' or 'funding.estimated'?"),
        ("level", "did you mean 'sponsor.level'?"),
        ("legal.reviewed", ""),
    ],
)
def test_nearest(written: str, hint: str) -> None:
    """The nearest names are offered, also for a name without its section; otherwise none."""
    assert hint == nearest(written, IDS)


def test_nearest_of_many() -> None:
    """Among thousands of names the right one is still found if its beginning or end is right."""
    many = [f"check-{number:04}" for number in range(5_000)]
    assert nearest("chck-0815", many).startswith("did you mean 'check-0815'")


def node(column: int) -> Scalar:
    """Return a text on line 1 of a document."""
    return Scalar(Source("it.yaml", "a: bc"), 1, column, 1, column + 1, "b", "b")


def test_what_follows_is_not_told() -> None:
    """If a value has the wrong shape, consequential problems are not reported."""
    problems = Problems()
    problems.add("wrong-type", node(4), expected="a list", found="text")
    problems.add("unknown-link", node(4), hint="did you mean 'bcd'?", kind="check", name="b")
    problems.add("unknown-link", node(5), kind="check", name="c")
    assert [(problem.code, problem.hint) for problem in problems] == [
        ("wrong-type", "did you mean 'bcd'?"),
        ("unknown-link", ""),
    ]


def test_in_order() -> None:
    """Problems are sorted by line and column, each once."""
    problems = Problems()
    for column in (5, 4, 5):
        problems.add("unknown-link", node(column), kind="check", name="b")
    assert [problem.column for problem in problems] == [4, 5]
    assert len(problems.in_order()) == 2


def test_no_two_messages_have_one_code() -> None:
    """No two messages share a code: one of them would not be found."""
    catalogues = [
        CHECKLIST,
        COLLECTING,
        CONDITIONS,
        DOCUMENTS,
        FINDINGS,
        LOADING,
        MODEL,
        PLAN,
        PORTFOLIO,
        RENAMING,
    ]
    assert sum(map(len, catalogues)) == len(MESSAGES)


@pytest.mark.parametrize(
    ("line", "column", "length", "carets"),
    [
        ("  a: bord", 6, 4, "   ^^^^"),
        ("\ta: bord", 5, 4, "   ^^^^"),
        ("a: 東京 x", 7, 1, "        ^"),  # a wide letter takes two columns of a terminal
        ("a: 東京 x", 4, 2, "   ^^^^"),
        ("a: e\u0301 x", 7, 1, "     ^"),  # an accent takes none
        ("a: b", 9, 1, "        ^"),
        ("a: b", 4, 99, "   ^"),
    ],
)
def test_carets_stand_under_the_place(line: str, column: int, length: int, carets: str) -> None:
    """Carets mark the excerpt, however wide its letters are, and end with the line."""
    shown = Excerpt(Place("it.yaml", 1, column, length), line).render()
    assert "    " + carets == shown[1]


def test_long_line_is_cut_around_the_place() -> None:
    """Of a long line about a hundred characters around the place are shown."""
    line = "a " * 5_000 + "here" + " b" * 5_000
    text, carets = Excerpt(Place("it.yaml", 1, 10_001, 4), line).render()
    assert text[carets.index("^") : carets.rindex("^") + 1] == "here"
    assert len(text) < 120


def test_what_cannot_be_seen_is_shown_as_such() -> None:
    """A control character does not reach the terminal."""
    assert Excerpt(Place("f", 1, 1), "a\x1bb").render()[0] == "    a\N{REPLACEMENT CHARACTER}b"


SHEET = """
format: readiness/answers/1
respondent: sales
questionnaire: case
answers:
  s.paid: {by: {ann: [1]}}
  s.rows: {value: [{}, {name: [1], colour: red}]}
  s.named: {}
  s.lost: yes
"""
QUESTIONS = {
    "s.paid": {"type": "yes_no", "ask_each": "shops"},
    "s.rows": {"type": "table", "columns": {"name": {"type": "text"}}},
    "s.named": {"type": "yes_no"},
}  # fmt: skip


@pytest.mark.parametrize("is_plain", [True, False])
def test_a_problem_with_an_answer_says_which_one(*, is_plain: bool) -> None:
    """Question, respondent, row and column are values, in documents and in plain answers."""
    ruleset = ruleset_of(
        {"questions": QUESTIONS, "checks": {"paid": {"met_when": "every(s.paid)"}}}
    )
    answers = {**yaml.safe_load(SHEET)["answers"], "s.named": {"note": 1}}
    assess = partial(readiness.Assessor(ruleset).assess, answers)
    load = partial(readiness.load_answers, "row 3", ruleset, text=SHEET)
    with pytest.raises(DocumentError) as caught:
        (assess if is_plain else load)()
    whose = "" if is_plain else "sales"
    found = [
        (p.code, p.question, p.respondent, p.row, p.table_column) for p in caught.value.problems
    ]
    assert ("answer-of-wrong-type", "s.paid", "ann", 0, "") in found
    assert ("answer-of-wrong-type", "s.rows", whose, 2, "name") in found
    assert ("unknown-column", "s.rows", whose, 2, "colour") in found
    assert ("unknown-answer", "s.lost", whose, 0, "") in found
    assert "s.named" in {question for _, question, *_ in found}
    told = [p.to_dict() for p in caught.value.problems if p.table_column == "name"]
    assert told[0]["row"] == 2
