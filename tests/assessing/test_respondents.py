"""Engagements with many respondents."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from readiness.assessing import Assessor
from readiness.evaluation.aggregates import gather
from readiness.evaluation.reconciliation import settle
from readiness.evaluation.states import Bounds
from readiness.model.answers import Given, differing
from readiness.problems import Place, Problems
from readiness.reports.formats import lay_out
from readiness.reports.report_model import build_report
from readiness.reports.respondents.conflicts_page import print_conflicts
from readiness.reports.respondents.progress import progress
from readiness.result.assessment import Assessment
from readiness.verification.durable.outcomes import Reconciliation
from readiness.verification.durable.values import Interval, aggregate
from tests.growing import assert_linear
from tests.reports.printing import printed
from tests.semantics.harness import circumstances_of, ruleset_of, sheets_of

Step = Callable[[], object]


def engagement(size: int) -> dict[str, Any]:
    """Return a case in which each respondent answers, with every kind of question and conflict."""
    people = [f"p{number}" for number in range(size)]
    return {
        "questions": {
            "s.known": "yes_no",
            "s.differs": "text",
            "s.settled": "number",
            "s.table": {"type": "table", "columns": {"name": {"type": "text"}}},
            "s.each": {"type": "choice", "options": {"a": "A", "b": "B"}, "ask_each": "team"},
            "s.unsure": {"type": "text", "ask_each": "team", "ask_when": "s.known"},
            "s.missing": {"type": "yes_no", "ask_each": "team"},
        },
        "checks": {
            "each": {"met_when": "agree(s.each)"},
            "unsure": {"met_when": "agree(s.unsure)"},
            "missing": {"met_when": "every(s.missing)", "requires": ["each"]},
            "differs": {"met_when": "stated(s.differs)"},
            "table": {"met_when": "count(s.table) >= 1"},
        },
        "gates": {"go": {"requires": ["missing", "differs"]}},
        "groups": {"team": people},
        "resolutions": {"s.settled": {"value": 3, "reason": "Counted", "by": "Lead"}},
        "sheets": {
            name: {
                "s.known": True,
                "s.differs": f"text {number}",
                "s.settled": number,
                "s.table": [{"name": f"row {number}"}],
                "s.each": "a",
                "s.unsure": {"unknown": "asked around"},
            }
            for number, name in enumerate(people)
        },
    }


def assessor_and_sheets(size: int) -> tuple[Assessor, Any, Any]:
    case, problems = engagement(size), Problems()
    ruleset = ruleset_of(case)
    sheets = sheets_of(case, ruleset, problems)
    circumstances = circumstances_of(case, ruleset, problems)
    problems.raise_if_any()
    return Assessor(ruleset), sheets, circumstances


def assessed(size: int) -> Assessment:
    assessor, sheets, circumstances = assessor_and_sheets(size)
    return assessor.assess_sheets(sheets, circumstances)


def settling(size: int) -> Step:
    assessor, sheets, circumstances = assessor_and_sheets(size)
    return lambda: settle(assessor.ruleset.questions, sheets, circumstances)


def assessing(size: int) -> Step:
    assessor, sheets, circumstances = assessor_and_sheets(size)
    return lambda: assessor.assess_sheets(sheets, circumstances).to_dict()


def counting(size: int) -> Step:
    found = assessed(size)
    return lambda: progress(found)


def showing_conflicts(size: int) -> Step:
    found = assessed(size)
    report = build_report(found, path="e.yaml")
    return lambda: printed(lambda console: print_conflicts(report, console))


def hearing_again(size: int) -> Step:
    assessor, sheets, circumstances = assessor_and_sheets(size)
    each = [q for q in assessor.ruleset.questions.values() if q.ask_each]
    people = circumstances.groups["team"]

    def hear() -> None:
        heard = Reconciliation(sheets, circumstances)
        for question in each:
            aggregate("agree", [heard.answer_of(question, name) for name in people])

    return hear


@pytest.mark.slow
@pytest.mark.parametrize(
    ("step", "size"),
    [
        (settling, 300),
        (assessing, 150),
        (counting, 800),
        (showing_conflicts, 150),
        (hearing_again, 300),
    ],
    ids=lambda given: getattr(given, "__name__", ""),
)
def test_time_grows_with_the_respondents(step: Callable[[int], Step], size: int) -> None:
    """No step scans all answers once per respondent."""
    assert_linear(step, size)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["markdown", "html", "csv", "junit", "sarif", "text"])
def test_reports_grow_with_the_respondents(name: str) -> None:
    """No report scans all answers once per respondent."""

    def laying_out(size: int) -> Step:
        found = assessed(size)
        return lambda: lay_out(name, build_report(found, gates=(), path="e.yaml"))

    assert_linear(laying_out, 80)


@pytest.mark.slow
def test_agreeing_between_bounds_grows_with_the_parts() -> None:
    """Numbers known within bounds are not compared in pairs."""
    apart = [Bounds(0, 10), Bounds(5, 20), 7, Bounds(8, 9)]
    assert gather("agree", apart, (), print) is False
    assert gather("agree", apart[:3], (), print) is not False
    spans = [Interval(0, 10), Interval(5, 20), Interval(7, 7), Interval(8, 9)]
    assert aggregate("agree", spans) is False
    assert aggregate("agree", spans[:3]) is not False
    assert_linear(lambda size: lambda: gather("agree", [Bounds(0, 10)] * size, (), print), 2000)
    assert_linear(lambda size: lambda: aggregate("agree", [Interval(0, 10)] * size), 2000)


def test_differing_answers_of_every_kind() -> None:
    """The first of each different answer is returned, also of tables and choices."""

    def given(state: str, value: Any) -> Given:
        return Given("s.q", "ann", state, value, "", "", (), "", Place(""))

    rows = ({"name": "x"}, {"name": "y", "marks": ("a", "b")})
    turned = (dict(reversed(rows[1].items())), rows[0])
    said = [
        given("unknown", None), given("answered", rows),
        given("answered", tuple(dict(row) for row in rows)),
        given("answered", turned), given("answered", ("a", "b")), given("answered", ("b", "a")),
        given("not_applicable", None), given("not_applicable", None), given("answered", 1),
        given("answered", 1.0),
    ]  # fmt: skip
    assert differing(said) == (said[1], said[3], said[4], said[5], said[6], said[8])
