"""Reading one answer according to its question's type."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.documents.emitting import flow_text
from readiness.documents.from_python import build
from readiness.documents.nodes import Node
from readiness.documents.reading import read
from readiness.model.fields import child
from readiness.model.questionnaire import Question, read_questionnaire
from readiness.model.value import Value, read_value
from readiness.portfolio.column_reader import value_of
from readiness.problems import Problems, Source

QUESTIONS = """\
format: readiness/questionnaire/1
id: small
version: 1.0.0
title: Small
sections:
  s:
    title: S
    questions:
      n: {ask: How many?, type: number}
"""


def question() -> Question:
    """Return a question for a number."""
    return read_questionnaire(read(Source("q.yaml", QUESTIONS)), Problems()).questions["s.n"]


def answered(node: Node | None) -> tuple[Value | None, str]:
    """Return the value of an answer, and the hint if it is refused."""
    problems = Problems()
    assert node is not None
    value = read_value(question(), node, problems)
    return value, "".join(problem.hint for problem in problems)


def test_no_answer_is_refused_for_options_that_are_missing() -> None:
    """That a choice has no options is said once, of the questionnaire, and not of each answer."""
    problems = Problems()
    text = QUESTIONS.replace("type: number", "type: choice")
    found = read_questionnaire(read(Source("q.yaml", text)), problems).questions["s.n"]
    assert [problem.code for problem in problems] == ["choice-without-options"]
    assert read_value(found, read(Source("a.yaml", "yes")), problems) is None
    assert len(list(problems)) == 1


TWO_FOLD = {
    "1.040": "write 1040 or 1.04",
    "1.234": "write 1234 or 1.2340",
    "-12.500": "write -12500 or -12.5",
    "100.000": "write 100000 or 100",
    "1,040": "write 1040 or 1.04",
}
CERTAIN = {
    "1.04": 1.04, "1.0400": 1.04, "0.125": 0.125, "1234.567": 1234.567, "1.2345": 1.2345,
    "1040": 1040, "-0.500": -0.5, "1.040e0": 1.04,
}  # fmt: skip


@pytest.mark.parametrize(("written", "hint"), TWO_FOLD.items())
def test_a_number_that_may_mean_two(written: str, hint: str) -> None:
    """Exactly three digits after one mark may be thousands or decimals: both are named."""
    assert answered(child(read(Source("a.yaml", f"n: {written}")), "n")) == (None, hint)
    assert value_of(question(), written, as_text=True) is None


@pytest.mark.parametrize(("written", "value"), CERTAIN.items())
def test_a_number_that_means_one(written: str, value: float) -> None:
    """Fewer or more digits, or a leading zero, leave no doubt."""
    assert answered(child(read(Source("a.yaml", f"n: {written}")), "n")) == (value, "")
    assert value_of(question(), written, as_text=True) == value


@pytest.mark.parametrize("value", [1.04, 1.234, -12.345, 100.125])
def test_what_comes_as_a_number_is_one(value: float) -> None:
    """Numbers in JSON and Python keep their value."""
    text = json.dumps({"n": value})
    assert answered(child(read(Source("a.json", text)), "n")) == (value, "")
    assert answered(build(value, Source("answers", ""))) == (value, "")


@given(st.floats(-1e6, 1e6) | st.integers(-(10**6), 10**6).map(lambda n: n / 1000))
def test_a_number_that_is_written_out_means_itself(value: float) -> None:
    """A number that the program writes into a document is read back as the same number."""
    text = f"n: {flow_text(value)}"
    assert answered(child(read(Source("a.yaml", text)), "n")) == (value, "")
