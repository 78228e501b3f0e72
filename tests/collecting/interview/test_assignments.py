"""Interviews with several respondents: who is asked what, and in which sections."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.collecting.answer_files import NoSheet
from readiness.collecting.interview.flow import InterviewFlow, LeftOut
from readiness.collecting.interview.opening import InterviewOptions
from readiness.model.answers import Given
from tests.collecting.interview.interview_runs import begin, course_of, hold, shop

ENGAGEMENT = """\
title: Opening of the web shop
groups: {departments: [sales, finance]}
respondents:
  sales: {name: Señora Ventas}
  finance: {name: Finance}
assign:
  sales: {primary: [goods]}
  finance: {primary: [law], also: [money.committed]}
answers: [answers/*.yaml]
"""


def begun(folder: Path, respondent: str, **options: object) -> InterviewFlow:
    """Return the interview of a respondent, after sales has guessed the committed money."""
    shop(folder, ENGAGEMENT)
    (folder / "answers").mkdir(exist_ok=True)
    head = "format: readiness/answers/1\nrespondent: sales\nanswers:\n"
    answers = "  sponsor.named: no\n  money.committed: 5\n  money.estimated: 4\n"
    (folder / "answers" / "sales.yaml").write_text(head + answers)
    return course_of(folder / "e.yaml", respondent, InterviewOptions(**options))[0]  # type: ignore[arg-type]


def put(course: InterviewFlow) -> list[str]:
    """Return each question that is asked when all are skipped."""
    found: dict[str, None] = {}
    while course.question is not None:
        found[course.question.id] = None
        course.skip()
    return list(found)


def sections(keys: list[str]) -> set[str]:
    """Return the sections of some questions."""
    return {key.partition(".")[0] for key in keys}


def test_what_is_assigned_to_somebody_else(tmp_path: Path) -> None:
    """A question that is assigned to others is not put, and counted at the end."""
    finance, sales = begun(tmp_path, "finance"), begun(tmp_path, "sales")
    assert "goods" not in sections(put(finance))
    assert "law" not in sections(put(sales))
    assert finance.left_out().assigned == 4  # goods.photo is a column
    assert begun(tmp_path, "finance", puts_all=True).left_out().assigned == 4


def test_asked_as_well(tmp_path: Path) -> None:
    """Who is asked as well is asked although another has answered, and it changes no verdict."""
    course = begun(tmp_path, "finance")
    assert "money.committed" in put(course)
    assert "money.estimated" not in put(begun(tmp_path, "finance"))
    course = begun(tmp_path, "finance")
    course.put_down(Given("money.committed", "finance", "answered", 3))
    assert "money.committed" not in put(course)


def test_also_what_others_have_answered(tmp_path: Path) -> None:
    """Questions that others have answered are asked on request."""
    found = put(begun(tmp_path, "finance", puts_answered=True))
    assert {"sponsor.named", "money.estimated", "money.committed"} <= set(found)
    assert "goods" not in sections(found)


def test_only_some_sections(tmp_path: Path) -> None:
    """Sections and questions can be selected; the progress is that of the selection."""
    course = begun(tmp_path, "finance", only=("law", "money.audited"))
    assert course.sections == {"money": (0, 1), "law": (0, 3)}
    assert (course.answered, course.remaining) == (0, 4)
    assert set(put(course)) == {"law.terms", "law.abroad", "law.outsourced", "money.audited"}


@pytest.mark.parametrize("puts_all", [False, True])
def test_going_to_a_section(tmp_path: Path, puts_all: bool) -> None:
    """A section can be chosen, and is finished before the others go on."""
    course = begun(tmp_path, "finance", puts_all=puts_all)
    assert course.question is not None
    assert course.question.section != "law"
    assert course.go_to("law")
    found = put(course)
    assert sections(found[:3]) == {"law"}
    assert not course.go_to("goods")
    assert course.question is None


def test_hidden_questions(tmp_path: Path) -> None:
    """Questions that do not apply are counted by the questions that decide it."""
    course = begun(tmp_path, "finance")
    assert course.hidden() == {("sponsor.named",): 1}
    assert course.hidden("law") == {}
    assert course.left_out("sponsor") == LeftOut(others=1)


def test_a_menu_of_sections(tmp_path: Path) -> None:
    """The sections are listed with the progress of this respondent; one is chosen by its number."""
    begun(tmp_path, "finance")
    lines = ("/sections", "9", "/sections", "La", "/sections goods", "/quit")
    run = hold(begin(tmp_path / "e.yaml", "finance"), *lines)
    shown = " ".join(run.shown.split())
    assert "Respondent: Finance" in shown
    assert "Sponsorship: 1 question left, 0 answered" in shown
    assert "3 Law: 3 questions left, 0 answered" in shown
    assert shown.count("there is no such section") == 2
    assert shown.index("Law ─") > shown.index("3 Law")


def test_who_is_asked(tmp_path: Path) -> None:
    """A respondent is known by id and by name; nobody else is asked."""
    assert begun(tmp_path, "señora  ventas").respondent == "sales"
    with pytest.raises(NoSheet, match="has no respondent 'sale'"):
        begun(tmp_path, "sale")
