"""The words of a form."""

from __future__ import annotations

import pytest

from readiness import load_engagement, load_ruleset
from readiness.collecting.form.cells import how, name_options
from readiness.collecting.form.form_questions import build_form
from tests.collecting.example_forms import KINDS, form_of, kinds


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("first.agreed", "yes or no"),
        ("first.level", "choose one"),
        ("first.parts", "an x next to each that applies"),
        ("first.count", "a number"),
        ("first.years", "a number of years, 0 to 99.5"),
        ("first.money", "an amount in EUR, 0 or more"),
        ("first.share", "a percentage without the % sign, 0 to 100"),
        ("second.start", "a date such as 2026-11-21, 2020-01-01 to 2030-12-31"),
        ("second.words", "in your own words"),
    ],
)
def test_how_to_answer(question: str, words: str) -> None:
    """A short instruction says how to answer each type of question."""
    assert how(kinds().questions[question]) == words


@pytest.mark.parametrize(
    ("question", "words"),
    [
        ("first.agreed", ""),
        ("first.parts", "Only if question 1 is answered yes."),
        ("first.count", "Only if the answer to question 2 is not “Board”."),
        ("first.years", "Only if the answer to question 4 is more than 1."),
        (
            "second.rows",
            "Only if question 1 is answered yes and the answer to question 3 includes “Part A”.",
        ),
    ],
)
def test_when_it_is_asked(question: str, words: str) -> None:
    """Conditions are worded in plain text, with the form's question numbers."""
    asked = {one.question.id: one.when for one in form_of().asked}
    assert asked[question] == words


def test_a_condition_on_rows() -> None:
    """A condition on the rows of a table is worded too."""
    form = build_form(load_ruleset("crm-readiness"), "sales")
    [asked] = [one for one in form.asked if one.question.id == "feature_lists.optional_stands_in"]
    rows = f"in at least 1 of the rows of question {asked.number - 3}"
    assert asked.when == f"Only if “List” is “Optional, if money and time allow” {rows}."


def test_conditions_of_what_is_not_asked() -> None:
    """A question that is not in the form is referred to by its wording."""
    form = build_form(kinds(), "sales", only=["first.parts"])
    assert [one.when for one in form.asked] == ["Only if “Is it agreed?” is answered yes."]


def test_options_are_told_apart() -> None:
    """No two options have the same label, and no label is the key of another option."""
    shown = name_options(kinds().questions["first.level"])
    assert list(shown.values()) == [
        "Board",
        'One; two, and "three"',
        "The same (twin)",
        "the same (other twin)",
        "twin (twine)",
    ]


@pytest.mark.parametrize(("respondent", "is_asked"), [("sales", True), ("board", False)])
def test_groups(respondent: str, is_asked: bool) -> None:
    """A question asked of each member of a group is left out for respondents outside the group."""
    inquiry = load_engagement(KINDS / "engagement.yaml")
    form = build_form(inquiry.ruleset, respondent, groups=inquiry.circumstances.groups)
    assert is_asked == ("second.words" in {one.question.id for one in form.asked})
