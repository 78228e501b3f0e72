"""Which checks depend on the day, and through what."""

from __future__ import annotations

import datetime

from readiness.dependencies.dated import DayLink, dated_checks
from readiness.model.engagement import Circumstances, Waiver
from readiness.problems import Excerpt, Place
from tests.semantics.harness import ruleset_of

RULESET = ruleset_of(
    {
        "questions": {
            "a.flag": "yes_no",
            "a.day": "date",
            "a.past": {"type": "date", "maximum": "today"},
            "a.proved": {"type": "yes_no", "evidence": "required"},
            "a.rows": {"type": "table", "columns": {"on": {"type": "date"}}},
            "a.asked": {"type": "yes_no", "ask_when": "within_last(a.day, 30)"},
        },
        "values": {"v.age": "days_since(a.day)"},
        "checks": {
            "plain": {"met_when": "a.flag", "requires": ["aged"]},
            "aged": {"met_when": "v.age < 10"},
            "applying": {"met_when": "a.flag", "applies_when": "days_until(a.day) > 0"},
            "past": {"met_when": "stated(a.past)"},
            "proved": {"met_when": "a.proved"},
            "listed": {"met_when": "every(a.rows, days_since(on) < 5)"},
            "asked": {"met_when": "a.asked"},
        },
        "gates": {},
    }
)
DAY = datetime.date(2026, 11, 21)


def waiver(check: str, expires: str) -> Waiver:
    return Waiver(check, "r", "a", "2026-11-01", expires, Excerpt(Place("", 1, 1)))


def test_what_makes_checks_depend_on_the_day() -> None:
    """Functions of the day, dates that may not be later, and evidence do, also of what is asked."""
    since = DayLink("function", "days_since(a.day)")
    assert dated_checks(RULESET) == {
        "aged": (since,),
        "applying": (DayLink("function", "days_until(a.day)"),),
        "past": (DayLink("question", "a.past"),),
        "proved": (DayLink("evidence", "a.proved"),),
        "listed": (DayLink("function", "days_since(on) in a.rows"),),
        "asked": (since,),
    }


def test_the_circumstances_of_an_engagement() -> None:
    """Waivers that end count; evidence does not where answers count as stated."""
    waivers = {"plain": waiver("plain", "2026-12-31"), "past": waiver("past", "")}
    found = dated_checks(RULESET, Circumstances(DAY, waivers=waivers))
    assert found["plain"] == (DayLink("waiver", "plain"),)
    assert found["past"] == (DayLink("question", "a.past"),)
    assert "proved" not in found
