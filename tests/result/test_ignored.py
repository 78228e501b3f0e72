"""Answers to questions that are not asked."""

from __future__ import annotations

from typing import Any

from readiness.reports.terminal.explanation import print_explanation
from tests.reports.printing import printed
from tests.semantics.harness import assess

CASE: dict[str, Any] = {
    "questions": {
        "s.any": "yes_no",
        "s.old": "yes_no",
        "s.level": {"type": "text", "ask_when": {"any": ["s.any", {"not": "s.old"}]}},
        "s.each": {"type": "yes_no", "ask_when": "s.any", "ask_each": "team"},
    },
    "checks": {"c": {"met_when": "stated(s.level)"}, "d": {"met_when": "agree(s.each)"}},
    "groups": {"team": ["ann", "bob"]},
    "sheets": {
        "ann": {"s.any": False, "s.old": True, "s.level": "board", "s.each": True},
        "bob": {"s.level": "board", "s.each": {"unknown": "not told"}},
        "cat": {"s.each": True},
    },
    "resolutions": {"s.level": {"value": "office", "reason": "settled", "by": "assessor"}},
}
WHEN = "only when s.any or not s.old"


def test_an_answer_to_a_hidden_question_is_a_warning() -> None:
    """The result says who answered a question that is not asked, and that it is ignored."""
    assert set(assess(CASE).warnings) >= {
        f"ann and bob answered 's.level', which is asked {WHEN}; this is ignored",
        "ann answered 's.each', which is asked only when s.any; this is ignored",
        f"the resolution of 's.level' is ignored: the question is asked {WHEN}",
    }


def test_each_warning_has_its_places() -> None:
    """Lint reports a warning at every answer that is ignored."""
    held = [one for one in assess(CASE).remarks if "s.level" in one.message]
    found = {one.code: len(one.excerpts) for one in held if one.code.startswith("ignored")}
    assert found == {"ignored-answer": 2, "ignored-resolution": 1}


def test_who_is_not_asked_anyway_is_told_once() -> None:
    """A respondent outside the group gets a warning for that, and none for the hidden question."""
    found = [warning for warning in assess(CASE).warnings if warning.startswith("cat")]
    assert found == ["cat answered 's.each', which is asked only of members of 'team'"]


def test_an_asked_question_has_no_warning() -> None:
    """If the question is asked, there is no warning."""
    sheets = {"ann": {**CASE["sheets"]["ann"], "s.any": True}, "bob": {"s.each": True}}
    case = {**CASE, "sheets": sheets, "resolutions": {}}
    assert not [warning for warning in assess(case).warnings if "ignored" in warning]


def test_an_explanation_shows_the_answer_that_is_ignored() -> None:
    """`explain` shows the complete condition of the question, and the ignored answer."""
    shown = printed(lambda console: print_explanation(assess(CASE), "c", console), 200)
    shown = " ".join(shown.split())
    when = "only when either “s.any” is answered yes or “s.old” is answered no"
    assert f"not asked: {when}; the answer 'board' is ignored" in shown
