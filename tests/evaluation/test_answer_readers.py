"""The fast way to read an answer gives the same as the thorough way."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.assessing.plain_answers import PlainAnswers
from readiness.evaluation.answer_readers import respondents_reader
from readiness.evaluation.reconciliation import settle
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN
from readiness.model.engagement import Circumstances
from readiness.problems import Problems
from tests.odd_values import VALUES, odd_values
from tests.semantics.harness import ruleset_of

AS_OF = datetime.date(2026, 11, 21)
TEAM = ("it", "sales")
OPTIONS = {"a": "A", "b": "B", "yes": "Yes"}
COLUMNS: dict[str, Any] = {
    "name": "text",
    "size": {"type": "number", "minimum": 0},
    "kind": {"type": "choice", "options": OPTIONS},
    "kinds": {"type": "choices", "options": OPTIONS},
    "start": "date",
    "done": "yes_no",
}
QUESTIONS: dict[str, Any] = {
    "s.yes": "yes_no",
    "s.one": {"type": "choice", "options": OPTIONS},
    "s.many": {"type": "choices", "options": OPTIONS},
    "s.number": "number",
    "s.whole": "integer",
    "s.part": "percent",
    "s.money": {"type": "money", "unit": "USD", "minimum": 2, "maximum": 50.5},
    "s.day": "date",
    "s.past": {"type": "date", "minimum": "2026-01-01", "maximum": "today"},
    "s.text": "text",
    "s.link": "url",
    "s.may": {"type": "yes_no", "not_applicable": "justified"},
    "s.rows": {
        "type": "table",
        "columns": {
            key: {"title": key.title(), **({"type": one} if isinstance(one, str) else one)}
            for key, one in COLUMNS.items()
        },
    },
    "s.each": {"type": "number", "ask_each": "team"},
}
RULESET = ruleset_of({"questions": QUESTIONS, "checks": {"c": {"met_when": "s.yes"}}})
PLAIN = PlainAnswers(RULESET)
ROW: dict[str, Any] = {"name": " Ada ", "size": 2.5, "kind": "a", "kinds": ["b", "a"]}
EVIDENCE = [{"title": "Minute 14", "collected": AS_OF, "url": "https://example.org"}]
# Answers to each question that the fast way reads, with their states.
TAKEN: dict[str, list[tuple[Any, Any]]] = {
    "s.yes": [(True, True), ({"value": False, "note": "as minuted"}, False)],
    "s.one": [("yes", "yes"), ({"unknown": "the board decides"}, UNKNOWN)],
    "s.many": [(["b", "a", "b"], ("a", "b")), ([], ()), ({"value": ["a"]}, ("a",))],
    "s.number": [(0, 0), (-2.5, -2.5), ({"value": 3, "evidence": EVIDENCE}, 3)],
    "s.whole": [(7, 7)],
    "s.part": [(100, 100)],
    "s.money": [(2, 2), (50.5, 50.5)],
    "s.day": [(AS_OF, AS_OF), ("2026-11-21", AS_OF)],
    "s.past": [(AS_OF, AS_OF), ("2026-01-01", datetime.date(2026, 1, 1))],
    "s.text": [(" Größe ", "Größe")],
    "s.link": [("https://example.org", "https://example.org")],
    "s.may": [({"not_applicable": "there is no board"}, NOT_APPLICABLE)],
    "s.rows": [
        ([], ()),
        (
            [ROW, {"name": None, "start": "2026-11-21", "done": True, "kind": " "}],
            (
                {"name": "Ada", "size": 2.5, "kind": "a", "kinds": ("a", "b")},
                {"start": AS_OF, "done": True},
            ),
        ),
    ],
}


def with_care(key: str, value: Any) -> Any:
    """Return the state of an answer that is read as in a sheet; None if it is invalid."""
    problems = Problems()
    sheet = PLAIN.sheet({key: value}, problems)
    if problems:
        return None
    groups = {"team": TEAM}
    asked = {key: RULESET.questions[key]}
    found = settle(asked, (sheet,), Circumstances(AS_OF, groups=groups)).stated
    return found.each[key] if key in found.each else found.single.get(key, UNKNOWN)


def at_a_glance(key: str, value: Any) -> Any:
    if key != "s.each":
        return PLAIN.readers[key](value, AS_OF)
    return respondents_reader(RULESET.questions[key])(value, TEAM, AS_OF)


def agree(key: str, value: Any) -> bool:
    """Return whether both ways of reading agree, including the type of each number."""
    found = at_a_glance(key, value)
    expected = None if found is None else with_care(key, value)
    return found is None or (found == expected and _types(found) == _types(expected))


def _types(state: Any) -> Any:
    if isinstance(state, tuple):
        return tuple(map(_types, state))
    if hasattr(state, "items"):
        return {key: _types(one) for key, one in state.items()}
    return type(state)


@pytest.mark.parametrize("key", TAKEN)
def test_what_is_read_at_a_glance(key: str) -> None:
    """Answers as programs write them, with notes and evidence, are read the fast way."""
    for value, state in TAKEN[key]:
        assert at_a_glance(key, value) == state
        assert agree(key, value)


def test_respondents() -> None:
    """Answers of expected respondents are read as well; those without an answer are unknown."""
    answers = {"by": {"sales": {"value": 4, "note": "counted"}}}
    assert at_a_glance("s.each", answers) == {"it": UNKNOWN, "sales": 4}
    assert agree("s.each", answers)
    wrong: tuple[Any, ...] = (4, {"by": {}}, {"by": {"board": 4}}, {"by": {"it": "four"}})
    for odd in (*wrong, {"value": 4}):
        assert at_a_glance("s.each", odd) is None


@pytest.mark.parametrize("key", QUESTIONS)
def test_odd_values(key: str) -> None:
    """Both ways read odd values alike: alone, with a note, and in a cell of a table."""
    for value in VALUES:
        for answer in (value, {"value": value, "note": "n"}, {"by": {"it": value}}):
            assert agree(key, answer), answer
    if key == "s.rows":
        for value in VALUES:
            for column in COLUMNS:
                assert agree(key, [{column: value}]), (column, value)


@given(st.sampled_from(sorted(QUESTIONS)), odd_values(), st.sampled_from(sorted(COLUMNS)))
def test_any_value(key: str, value: Any, column: str) -> None:
    """Both ways also agree on any other value."""
    for answer in (value, {"value": value}, {"by": {"sales": value}}, [{column: value}]):
        assert agree(key, answer)
