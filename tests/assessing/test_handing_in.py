"""What hosts pass in beside answers, and values that are not answers at all."""

from __future__ import annotations

import datetime
import pickle
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import readiness
from readiness.problems import DocumentError
from tests.odd_values import ENDLESS
from tests.portfolio.bakery import AS_OF, ASSESSOR

EXAMPLES = Path(__file__).parents[2] / "questionnaires" / "examples"
MOMENT = datetime.datetime(2026, 11, 21, 9, 30)

CALLS: dict[str, Callable[[Any], Any]] = {
    "assess": lambda day: ASSESSOR.assess({"shop.staff": 1}, as_of=day),
    "judge": lambda day: ASSESSOR.judge({"shop.staff": 1}, as_of=day),
    "session": lambda day: ASSESSOR.session({"shop.staff": 1}, as_of=day),
    "assess_table": lambda day: ASSESSOR.assess_table({"shop.staff": [1]}, as_of=day),
}


@pytest.mark.parametrize("name", CALLS)
@pytest.mark.parametrize(
    "day", [MOMENT, "2026-11-21", 5, object()], ids=lambda day: type(day).__name__
)
def test_the_day_is_a_date(name: str, day: Any) -> None:
    """A datetime, a text or any other value is refused, with what to pass instead."""
    for _ in range(3):
        with pytest.raises(DocumentError) as caught:
            CALLS[name](day)
        assert f"not an object of type '{type(day).__name__}'" in str(caught.value)
        assert ("moment.date()" in str(caught.value)) == (day is MOMENT)


@pytest.mark.parametrize("name", ["assess", "judge", "session"])
@pytest.mark.parametrize("answers", ["x", 5, b"x", ["x"], [None], object(), {1, 2}])
def test_answers_are_a_mapping(name: str, answers: Any) -> None:
    """Any other value is refused, with its type and what to pass instead."""
    with pytest.raises(DocumentError) as caught:
        getattr(ASSESSOR, name)(answers, as_of=AS_OF)
    assert str(caught.value).startswith(
        "answers: answers must be a dict of question ids and values"
    )
    assert "{'section.question': True}" in str(caught.value)


@pytest.mark.parametrize("name", ["assess", "judge"])
def test_no_answers(name: str) -> None:
    """None is not an answers document; an endless iterator is refused without waiting."""
    for answers in (None, ENDLESS[0]()):
        with pytest.raises(DocumentError, match="answers must be a dict"):
            getattr(ASSESSOR, name)(answers, as_of=AS_OF)


@pytest.mark.parametrize(
    "given",
    [
        {"as_of": AS_OF},
        {"assurance": "stated"},
        {"groups": {}},
        {"resolutions": {}},
        {"waivers": {}, "as_of": AS_OF},
    ],
)
def test_an_engagement_brings_its_own(given: dict[str, Any]) -> None:
    """Arguments that would be ignored beside an engagement are refused."""
    inquiry = readiness.load_engagement(EXAMPLES / "halden-outdoor" / "engagement.yaml")
    assessor = readiness.Assessor(inquiry.ruleset)
    with pytest.raises(ValueError, match="brings its own") as caught:
        assessor.assess(inquiry, **given)
    assert all(name in str(caught.value) for name in given)
    assert assessor.assess(inquiry).as_of == inquiry.circumstances.as_of


def test_where_a_value_is() -> None:
    """A problem within an answer names the question, the row and the column, or the respondent."""
    with pytest.raises(DocumentError) as caught:
        ASSESSOR.assess(
            {
                "shop.staff": "many",
                "shop.shifts": [{"hours": 8}, {"hours": "x"}, 5],
                "shop.agreed": {"by": {"anna": True, "bert": "perhaps"}},
                "shop.wares": ["bread", "milk"],
                "shop.motto": {"valeu": "a"},
                "shop.rent": {1: 2},
                "shop.nowhere": 1,
            }
        )
    found = [str(problem).splitlines()[0] for problem in caught.value.problems]
    assert sorted(found) == [
        "answers: 'shop.rent' takes an amount of money, not a mapping with a key of type 'int'",
        "answers: 'shop.staff' takes a number, not 'many'",
        "answers: shop.agreed, by, bert: 'shop.agreed' takes yes or no, not 'perhaps'",
        "answers: shop.motto: unknown key 'valeu'",
        ("answers: shop.shifts, item 3: each row of 'shop.shifts' must be written {column: value}"),
        "answers: shop.shifts, row 2, hours: 'hours' takes a number, not 'x'",
        "answers: shop.wares, item 2: 'milk' is not an option of 'shop.wares'",
        "answers: there is no question 'shop.nowhere'",
    ]


def test_document_errors_are_carried_between_processes() -> None:
    """After pickling, an error still has its problems and its text."""
    with pytest.raises(DocumentError) as caught:
        ASSESSOR.assess({"shop.staff": "many", "shop.open": "perhaps"})
    back = pickle.loads(pickle.dumps(caught.value))
    assert (str(back), back.problems) == (str(caught.value), caught.value.problems)
    assert len(back.problems) == 2
