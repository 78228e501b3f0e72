"""How disagreements between respondents are worded."""

from __future__ import annotations

from typing import Any

import pytest

from tests.semantics.harness import assess

TABLE = {
    "type": "table",
    "columns": {
        "name": {"type": "text", "title": "Name"},
        "list": {"type": "choice", "options": {"must": "Essential", "may": "Optional"}},
    },
}
NAMED = "count(s.q, name != '') > 0"


def said(kind: Any, met_when: str = "s.q == 1", **answers: Any) -> str:
    """Return why the answers of these respondents to one question count as unknown."""
    case = {
        "questions": {"s.q": kind},
        "checks": {"c": {"met_when": met_when}},
        "sheets": {name: {"s.q": answer} for name, answer in answers.items()},
    }
    return assess(case).answers.reasons["s.q", ""].removeprefix("respondents disagree: ")


def test_all_sides_are_shown() -> None:
    """Every answer is shown once with everybody who gave it; "don't know" is on no side."""
    unknown = {"unknown": "no idea"}
    shown = said("number", ann=1, bob=2, cat=1, dan=3, eve=unknown)
    assert shown == "ann and cat say 1, bob says 2, dan says 3"


def test_many_on_one_side() -> None:
    """If many are on one side, the first are named and the others counted."""
    many: dict[str, Any] = {f"r{number}": 1 for number in range(1, 10)}
    assert said("number", **many, z=2) == "r1, r2, r3, r4, r5, r6 and 3 more say 1, z says 2"


@pytest.mark.parametrize(
    ("ann", "bob", "shown"),
    [
        (
            [{"name": "A", "list": "must"}, {"name": "B", "list": "must"}],
            [{"name": "A", "list": "must"}, {"name": "B", "list": "may"}],
            (
                "2 rows, bob says 2 rows; first difference in row 2, list: Essential (ann); "
                "Optional (bob)"
            ),
        ),
        (
            [{"name": "A"}],
            [{"name": "A"}, {"name": "B"}],
            "1 row, bob says 2 rows; first difference in row 2, Name: no such row (ann); B (bob)",
        ),
        (
            [{"name": "A"}],
            [{"name": "A", "list": "may"}],
            "1 row, bob says 1 row; first difference in row 1, list: blank (ann); Optional (bob)",
        ),
        ([{"name": "A"}], {"not_applicable": "none"}, "1 row, bob says it does not apply"),
    ],
)
def test_tables_show_their_first_difference(ann: Any, bob: Any, shown: str) -> None:
    """For differing tables, the first differing cell is shown by row and column."""
    kind = {**TABLE, "not_applicable": "justified"}
    assert said(kind, NAMED, ann=ann, bob=bob) == f"ann says {shown}"


def test_three_tables() -> None:
    """For the first difference, the values of each side are shown."""
    first, second = [{"name": "A"}], [{"name": "B"}]
    shown = said(TABLE, NAMED, ann=first, bob=second, cat=first, dan=[])
    assert shown.endswith("row 1, Name: A (ann and cat); B (bob); no such row (dan)")


def test_answers_that_read_alike() -> None:
    """Answers that are worded alike are shown as they were written."""
    assert said("number", ann=1.00001, bob=1.00002) == "ann says 1.00001, bob says 1.00002"
