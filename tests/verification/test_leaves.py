"""How the independent engine evaluates single conditions."""

from __future__ import annotations

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from readiness.documents.reading import decode, read
from readiness.evaluation import states
from readiness.loading.engagements import load_engagement
from readiness.reports.phrasing import state_in_words
from readiness.verification.durable import values
from readiness.verification.durable.outcomes import IndependentOutcomes, read_request
from readiness.verification.durable.rule_engine import Rules
from readiness.verification.independent_run import Reperformer, _request
from tests.docs.pages import ROOT, blocks
from tests.docs.test_conditions_page import EXAMPLES, write_ruleset, written
from tests.semantics.harness import assess
from tests.verification.library import needs_durable

# The library reads the time in a way that Python 3.12 deprecates.
pytestmark = [needs_durable, pytest.mark.filterwarnings("ignore:datetime.datetime.utcfromtime")]


def in_words(found: values.TreeValue) -> str:
    """Convert a value as the page on conditions writes it."""
    if isinstance(found, values.Interval):
        low, high = (Decimal(one.numerator) / one.denominator if isinstance(one, Fraction) else one
                     for one in (found.low, found.high))  # fmt: skip
        whole = low if found.is_point else states.Bounds(low, high)
        return state_in_words(whole)
    lacks = {values.UNKNOWN: states.UNKNOWN, values.VOID: states.NOT_APPLICABLE}
    words = {"yes": "true", "no": "false"}
    said = state_in_words(lacks[found] if isinstance(found, values.NoValue) else found)
    return words.get(said, said)


def test_the_examples_of_the_page_come_out(tmp_path: Path) -> None:
    """Each example of the pages on conditions has the result given beside it."""
    for block in blocks(ROOT / "docs" / "example-answers.md", "yaml"):
        if "file" in block.options:
            text = "\n".join(block.lines) + "\n"
            (tmp_path / block.options["file"]).write_text(text, encoding="utf-8")
    values = {f"example.number{n}": written(text) for n, (text, _) in enumerate(EXAMPLES)}
    write_ruleset(tmp_path, values=values)
    inquiry = load_engagement(tmp_path / "engagement.yaml", paths=[tmp_path])
    line = _request(1, inquiry.ruleset, inquiry.sheets, inquiry.circumstances)
    ruleset, sheets, settings = read_request(json.loads(line))
    outcomes = IndependentOutcomes(Rules(), ruleset, sheets, settings)
    found = [outcomes._as_counted._terms.evaluate(term) for term in ruleset.values.values()]
    assert [(text, in_words(one)) for (text, _), one in zip(EXAMPLES, found, strict=True)] == (
        EXAMPLES
    )


def status(reperformer: Reperformer, case: str) -> str:
    """Return the status of the one check of a case, from the independent engine alone."""
    plain: dict[str, Any] = read(decode(case.encode(), "case")).plain()
    found = assess(plain)
    again = reperformer.reperform(found.ruleset, found.sheets, found.answers.circumstances)
    return again.statuses["one"]


def test_sets_of_choices_are_compared_as_sets(reperformer: Reperformer) -> None:
    """The order in which two questions list their options makes no difference."""
    case = """
        questions:
          s.a: {type: choices, options: {x: X, y: Y}}
          s.b: {type: choices, options: {y: Y, x: X}}
        checks: {one: {met_when: s.a == s.b}}
        answers: {s.a: [x, y], s.b: [x, y]}
        """
    assert status(reperformer, case) == "met"


def test_limits_that_meet_are_a_number(reperformer: Reperformer) -> None:
    """A value whose bounds are equal is compared as that number."""
    case = """
        questions: {s.a: {type: yes_no, ask_each: team}}
        groups: {team: [sales, it, ops]}
        checks: {one: {met_when: 'min(count(s.a), 1) == 1'}}
        sheets: {sales: {s.a: yes}, it: {s.a: yes}}
        """
    assert status(reperformer, case) == "met"


def test_a_rate_of_a_tenth_is_a_tenth(reperformer: Reperformer) -> None:
    """110 a year after paying 100 is a rate of return of exactly 0.1."""
    case = """
        questions: {s.t: {type: table, columns: {flow: {type: number}}}}
        checks: {one: {met_when: '0.1 <= irr(s.t, flow) <= 0.1'}}
        answers: {s.t: [{flow: -100}, {flow: 110}]}
        """
    assert status(reperformer, case) == "met"


def test_one_sheet_that_names_somebody_twice_has_one_respondent(reperformer: Reperformer) -> None:
    """A respondent who hands in a sheet and is also named in it is asked once."""
    case = """
        questions: {s.a: {type: yes_no, ask_each: team}}
        checks: {one: {met_when: 'count(s.a) == 1'}}
        sheets: {sales: {s.a: {by: {sales: yes}}}}
        """
    assert status(reperformer, case) == "met"
