"""What is proposed instead of an answer that cannot be read."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness.collecting.form.cells import CellReader, FormCell, Spot
from readiness.collecting.interview.parse_input import value_of
from readiness.documents.from_python import build
from readiness.documents.reading import read
from readiness.model.questionnaire import Question, read_questionnaire
from readiness.model.value import propose_value, read_value
from readiness.problems import DocumentError, Problems, Source
from tests.odd_values import NUMERALS, WORDS

FIELDS: dict[str, dict[str, Any]] = {
    "months": {"type": "number", "unit": "months"},
    "years": {"type": "number", "unit": "years", "maximum": 50},
    "hours": {"type": "number", "unit": "hours"},
    "staff": {"type": "number", "unit": "employees"},
    "count": {"type": "number", "minimum": 0},
    "few": {"type": "number", "minimum": 0, "maximum": 100},
    "usd": {"type": "money", "unit": "USD", "minimum": 0},
    "eur": {"type": "money", "unit": "EUR"},
    "share": {"type": "percent"},
    "day": {"type": "date"},
    "soon": {"type": "date", "minimum": "2027-01-01", "maximum": "2027-12-31"},
    "parts": {"type": "choices", "options": {"a": "Alpha", "b, c": "Beta", "yes": "Yes"}},
    "level": {"type": "choice", "options": {"board": "The board", "staff": "Staff"}},
    "agreed": {"type": "yes_no"},
}


def question(name: str) -> Question:
    """Return the question of that name."""
    asked = {key: {"ask": "So?", **held} for key, held in FIELDS.items()}
    held = {"sections": {"s": {"questions": asked}}}
    return read_questionnaire(build(held, Source("", "")), Problems()).questions[f"s.{name}"]


def hint_of(name: str, text: str) -> str:
    """Return the hint that a text gets in a document; empty if it is an answer."""
    problems = Problems()
    read_value(question(name), build(text, Source("", "")), problems)
    return next((problem.hint for problem in problems), "")


HINTS = [
    # dates
    ("day", "1 March 2027", "write 2027-03-01"),
    ("day", "3/1/2027", "write 2027-01-03 or 2027-03-01"),
    ("day", "soon", "give the year, the month and the day as YYYY-MM-DD"),
    ("soon", "1 March 2026",
     "it seems to mean 2026-03-01, but 's.soon' must be 2027-01-01 or later"),
    ("soon", "1/3/2028",
     "it seems to mean 2028-03-01, but 's.soon' must be 2027-12-31 or earlier"),
    # units
    ("months", "7 years", "write 84"),
    ("months", "1.5 years", "write 18"),
    ("months", "7 months", "write 7"),
    ("months", "about 7", "write 7"),
    ("months", "2 quarters", "write 6"),
    ("months", "7 weeks", "write it in months: how much '7 weeks' is in months cannot be known"),
    ("months", "62%", "write it in months: how much '62%' is in months cannot be known"),
    ("months", "many", "give one number of months, in digits"),
    ("months", "6-8", "give one number of months, in digits"),
    ("years", "18 months", "write 1.5"),
    ("years", "7 months", "write it in years: how much '7 months' is in years cannot be known"),
    ("years", "700 months", "write it in years: how much '700 months' is in years cannot be known"),
    ("years", "1200 months", "it seems to mean 100, but 's.years' must be 50 or less"),
    ("hours", "2 days", "write 48"),
    ("hours", "90 min", "write 1.5"),
    ("staff", "12 employees", "write 12"),
    ("staff", "12 people",
     "write it in employees: how much '12 people' is in employees cannot be known"),
    ("count", "12 people", "write 12"),
    ("count", "under 12",
     "give the number alone: what 'under' is here cannot be known, as the question names no unit"),
    ("count", "62%",
     "give the number alone: what '%' is here cannot be known, as the question names no unit"),
    ("count", "1.200", "write 1200 or 1.2"),
    ("few", "1.200", "write 1.2"),
    ("count", "5k", "write 5000"),
    # money
    ("usd", "£520,000", "write the amount in USD: how much '£520,000' is in USD cannot be known"),
    ("usd", "$520,000", "write 520000 or 520"),
    ("usd", "$520,000.50", "write 520000.50"),
    ("usd", "1.2 million USD", "write 1200000"),
    ("usd", "USD 1.200", "write 1200 or 1.2"),
    ("usd", "$ -5", "it seems to mean -5, but 's.usd' must be 0 or more"),
    ("eur", "a lot", "give one amount in EUR, in digits"),
    ("eur", "1200 €", "write 1200"),
    ("eur", "EUR 1200", "write 1200"),
    ("eur", "-1'200.50 €", "write -1200.50"),
    ("share", "62%", "write 62"),
    ("share", "62 per cent", "write it in %: how much '62 per cent' is in % cannot be known"),
    ("share", "62 percent", "write 62"),
    # options
    ("parts", "a", "write [a]"),
    ("parts", "Alpha; Yes", "write [a, 'yes']"),
    ("parts", "a, z", "give a list of its options, which are 'a', 'b, c' and 'yes'"),
    ("level", "The Board", "did you mean 'board'?"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "text", "hint"), HINTS)
def test_hints(name: str, text: str, hint: str) -> None:
    """A hint gives exactly the value to write, in the unit of the question, or says it cannot."""
    assert hint == hint_of(name, text)


UNITS = (
    "months",
    "years",
    "weeks",
    "days",
    "h",
    "%",
    "USD",
    "€",
    "£",
    "people",
    "k",
    "million",
    "",
)
TEXTS = st.one_of(
    st.sampled_from([*NUMERALS, *WORDS]),
    st.builds(
        lambda before, number, after: f"{before}{number}{after}",
        st.sampled_from(["", "$", "EUR ", "about ", "~", "-", "+", "under "]),
        st.from_regex(r"[0-9]{1,4}([.,' ][0-9]{1,4}){0,2}", fullmatch=True),
        st.sampled_from(["", *(f" {unit}" for unit in UNITS), *UNITS]),
    ),
    st.dates().map(lambda day: day.strftime("%d %B %Y")),
    st.dates().map(lambda day: f"{day.day}/{day.month}/{day.year}"),
    st.text(max_size=12),
)


@pytest.mark.slow
@settings(max_examples=4 * settings().max_examples)
@given(st.sampled_from(list(FIELDS)), TEXTS)
def test_what_is_proposed_is_accepted(name: str, text: str) -> None:
    """A proposed value is accepted as an answer in documents, cells and the terminal."""
    asked = question(name)
    for value in propose_value(asked, text).values:
        assert not text_is_refused(asked, value)


def text_is_refused(asked: Question, value: str) -> bool:
    """Return whether one of the ways to answer refuses a value or reads it differently."""
    problems = Problems()
    try:
        in_document = read_value(asked, read(Source("", value)), problems)
    except DocumentError:
        return True
    typed, complaint = value_of(asked, value, datetime.date(2026, 11, 21))
    node = CellReader(problems).of(asked, FormCell(Spot("f", "A1", 1, 1), value))
    in_cell = None if node is None else read_value(asked, node, problems)
    return bool(problems or complaint) or not in_document == typed == in_cell


@pytest.mark.slow
@settings(max_examples=3 * settings().max_examples)
@given(st.sampled_from(list(FIELDS)), TEXTS)
def test_hints_propose_what_the_door_does(name: str, text: str) -> None:
    """A hint that proposes a number or a date names a value that has been tried."""
    asked, hint = question(name), hint_of(name, text)
    found = propose_value(asked, text)
    if found.values and hint:
        assert hint == found.hint == "write " + " or ".join(found.values)
