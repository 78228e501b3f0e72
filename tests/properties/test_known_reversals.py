"""Cases in which a decision was once reversed, too rare to occur at random each time."""

from __future__ import annotations

from typing import Any

import pytest

from tests.properties.pairs import pair_of
from tests.properties.test_filling import reversal

TABLE = {"type": "table", "columns": {"x": {"type": "number"}}}
OF_EACH = {"type": "table", "columns": {"flag": {"type": "yes_no"}}, "ask_each": "team"}


def sheet(**answers: Any) -> dict[str, Any]:
    """Return one sheet without a respondent; `t` stands for `s.t`."""
    return {"": {f"s.{key}": value for key, value in answers.items()}}


def of_two(first: Any, second: Any) -> dict[str, Any]:
    """Return two sheets, each with a table."""
    return {"it": {"s.t": first}, "ops": {"s.t": second}}


CASES: dict[str, tuple[dict[str, Any], str, dict[str, Any], dict[str, Any]]] = {
    "agree: a bounded number does not differ from a number within its bounds": (
        {"s.t": OF_EACH}, "agree(count(s.t, flag))",
        of_two([{"flag": True}], [{"flag": True}, {"flag": None}]),
        of_two([{"flag": True}], [{"flag": True}, {"flag": False}]),
    ),
    "agree: two numbers with the same bounds need not be equal": (
        {"s.t": OF_EACH}, "agree(share(s.t, flag))",
        of_two([{"flag": True}, {}], [{"flag": True}, {}]),
        of_two([{"flag": True}, {"flag": True}], [{"flag": True}, {"flag": False}]),
    ),
    "covers: a bounded number may be the required one": (
        {"s.t": TABLE, "s.u": TABLE}, "covers(s.t, max(s.u, x), s.t, x)",
        sheet(t=[{"x": 5}], u=[{"x": 1}, {}]),
        sheet(t=[{"x": 5}], u=[{"x": 1}, {"x": 5}]),
    ),
    "respondents: a respondent named in a sheet is expected even without an answer": (
        {"s.q": {"type": "yes_no", "ask_each": "team"}}, "agree(s.q)",
        {"it": {"s.q": {"by": {"it": True, "sales": None}}}},
        {"it": {"s.q": {"by": {"it": True, "sales": False}}}},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_what_was_once_reversed_is_not(name: str) -> None:
    """What is decided in the first case is also decided in the second, with a blank filled in."""
    questions, condition, before, after = CASES[name]
    case = {"questions": questions, "checks": {"one": {"met_when": condition}}}
    pairs = [pair_of({**case, "sheets": sheets}) for sheets in (before, after)]
    assert reversal(*pairs) == ""
    assert pairs[1].judgement.statuses["one"] in ("met", "unmet")


def test_covers_leaves_out_what_does_not_apply() -> None:
    """If none of the values applies, on either side, `covers` does not apply."""
    questions = {"s.t": TABLE, "s.n": {"type": "number", "not_applicable": "justified"}}
    checks = {
        "have": {"met_when": "covers(s.t, s.n, s.t, x)"},
        "need": {"met_when": "covers(s.t, x, s.t, s.n)"},
        "both": {"met_when": "covers(s.t, s.n, s.t, s.n)"},
    }
    answers = sheet(t=[{"x": 5}], n={"not_applicable": "we have none"})
    pair = pair_of({"questions": questions, "checks": checks, "sheets": answers})
    assert dict.fromkeys(checks, "not_applicable") == pair.judgement.statuses
