"""Numbers in a result have enough digits to show why a comparison was decided."""

from __future__ import annotations

from typing import Any

from readiness.assessing import Assessor
from readiness.reports.phrasing import state_in_words
from readiness.result.reason import Reason
from tests.semantics.harness import ruleset_of

FLOWS = {"type": "table", "columns": {"flow": {"type": "number"}}}


def reason(condition: str, **answers: Any) -> Reason:
    questions = {
        "s.a": "number", "s.b": "number", "s.c": {"type": "money", "unit": "USD"}, "s.t": FLOWS,
    }  # fmt: skip
    values = {"v.ratio": "s.a / s.b", "v.sum": "s.a + s.b", "v.least": "s.a * 1"}
    case = {"questions": questions, "values": values, "checks": {"one": {"met_when": condition}}}
    given = {f"s.{key}": value for key, value in answers.items()}
    return Assessor(ruleset_of(case)).assess(given).checks["one"].because


def shown(found: Reason) -> list[str]:
    values = [state_in_words(value, found.places) for _, value in found.values]
    return values + [one.text for one in found.answers]


def test_the_sides_of_a_decided_comparison_never_look_alike() -> None:
    """A derived value has as many decimals as are needed to tell it from the other side."""
    assert shown(reason("v.ratio == s.c", a=1, b=3, c=0.3333333)) == [
        "0.33333333", "1", "3", "0.3333333 USD",
    ]  # fmt: skip
    assert shown(reason("v.sum > v.least", a=1.00001, b=1e-9))[:2] == [
        "1.000010001", "1.00001",
    ]  # fmt: skip


def test_otherwise_four_decimals_are_shown() -> None:
    """Four decimals are shown if nothing is decided, or if the sides are far apart."""
    assert shown(reason("v.ratio > 0", a=1, b=3))[0] == "0.3333"
    assert shown(reason("v.ratio > s.c", a=1, b=3))[0] == "0.3333"


def test_an_answer_is_shown_with_all_its_digits() -> None:
    """An answer is shown as it was written."""
    assert shown(reason("s.c > 1", c=1234.000001)) == ["1,234.000001 USD"]
    assert shown(reason("s.c > 1", c=1234.5)) == ["1,234.5 USD"]


def test_flows_are_shown_with_what_they_came_to() -> None:
    """`npv`, `irr` and `payback` are shown beside the condition that contains them."""
    flows = [{"flow": -1000}, {"flow": 1070}]
    found = reason("npv(0.05, s.t, flow) > 0 + irr(s.t, flow) * 2", t=flows)
    texts = [text for text, _ in found.values]
    assert texts == ["npv(0.05, s.t, flow)", "irr(s.t, flow)"]
    assert shown(found)[:2] == ["19.0476", "0.07"]
    assert found.to_dict()["values"][1] == {"id": "irr(s.t, flow)", "value": 0.07}
    late = reason("payback(s.t, flow) <= 1", t=[{"flow": -10}, {"flow": 1}])
    assert (late.truth, shown(late)[0]) == ("false", "more than 1")


def test_a_figure_of_each_row_is_not_shown() -> None:
    """A figure that is calculated for each row separately has no single value to show."""
    rate = {"type": "table", "columns": {"flow": {"type": "number"}, "rate": {"type": "number"}}}
    condition = "every(s.t, npv(rate, s.t, flow) > 0)"
    case = {"questions": {"s.t": rate}, "checks": {"one": {"met_when": condition}}}
    rows = [{"flow": -10, "rate": 0.1}, {"flow": 20, "rate": 0.2}]
    found = Assessor(ruleset_of(case)).assess({"s.t": rows}).checks["one"].because
    assert (found.truth, found.values) == ("true", ())
