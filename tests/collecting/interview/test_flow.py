"""Which question is asked next, and which questions are left out."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest

from readiness.advice.candidates import candidates
from readiness.collecting.interview.flow import InterviewFlow, LeftOut
from readiness.collecting.interview.opening import InterviewOptions
from readiness.model.answers import Given
from readiness.model.value import Value
from tests.collecting.interview.interview_runs import course_of, shop


def begun(folder: Path, *gates: str, puts_all: bool = False) -> InterviewFlow:
    shop(folder)
    asking = InterviewOptions(ruleset=str(folder / "ruleset.yaml"), gates=gates, puts_all=puts_all)
    return course_of(folder / "new.yaml", "sales", asking)[0]


def answer(course: InterviewFlow, value: Value) -> None:
    assert course.question is not None
    course.put_down(Given(course.question.id, "sales", "answered", value))
    course.go_on()


def now(course: InterviewFlow) -> str:
    return course.question.id if course.question else ""


def everything(course: InterviewFlow) -> list[str]:
    """Return all questions that are asked when every one is skipped."""
    found = []
    while course.question is not None:
        found.append(course.question.id)
        course.skip()
    return found


def test_the_first_question_is_the_one_that_decides_most(tmp_path: Path) -> None:
    """The interview starts with the first question of `next_questions`."""
    course = begun(tmp_path)
    ranked = course.assessor.adviser.next_questions(course.assessment)
    assert now(course) == ranked[0].question.id == "sponsor.named"


def test_a_section_is_finished_before_the_next_begins(tmp_path: Path) -> None:
    """The questions of a section are asked together."""
    course = begun(tmp_path)
    sections = [key.partition(".")[0] for key in everything(course)]
    once = sections[: len(sections) // 2]
    assert [key for key, _ in itertools.groupby(once)] == list(dict.fromkeys(once))


def test_what_is_skipped_comes_once_more_at_the_end(tmp_path: Path) -> None:
    """A skipped question is asked once more at the end, and then not before the next interview."""
    put = everything(begun(tmp_path))
    half = len(put) // 2
    assert len(set(put[:half])) == half
    assert set(put[half:]) == set(put[:half])


def test_a_question_whose_asking_is_open_waits_for_what_decides_it(tmp_path: Path) -> None:
    """A question is asked as soon as it is known to apply, and never if it does not."""
    course = begun(tmp_path)
    assert now(course) == "sponsor.named"
    answer(course, True)
    assert now(course) == "sponsor.level"
    assert course.back()
    answer(course, False)
    assert "sponsor.level" not in everything(course)


def test_what_can_decide_nothing_any_more_is_not_put(tmp_path: Path) -> None:
    """A question that can no longer change anything is not asked, but is counted."""
    course = begun(tmp_path)
    for key, value in (("law.outsourced", True), ("goods.fragile", False)):
        course.put_down(Given(key, "sales", "answered", value))
    put = set(everything(course))
    assert not put & {"law.terms", "law.abroad", "goods.packed"}
    assert course.left_out("law") == LeftOut(idle=2)
    assert course.left_out("goods").idle == 1
    assert course.left_out().idle == 3


def test_only_what_matters_to_the_gates_asked_about_is_put(tmp_path: Path) -> None:
    """With a gate, questions that only change other verdicts are left out."""
    put = set(everything(begun(tmp_path, "build")))
    assert put == {"sponsor.named", "money.committed", "money.estimated"}


def test_nothing_is_put_once_the_gate_asked_about_is_decided(tmp_path: Path) -> None:
    """A gate that is no_go ends the interview about it."""
    course = begun(tmp_path, "build")
    answer(course, False)
    assert course.question is None


def test_all_are_put_in_the_order_of_the_questionnaire(tmp_path: Path) -> None:
    """With `puts_all`, all questions that apply are asked in the order of the questionnaire."""
    course = begun(tmp_path, puts_all=True)
    answer(course, False)
    put = everything(course)
    asked = [key for key in course.questions if key not in ("sponsor.named", "sponsor.level")]
    assert put == asked * 2


def test_of_all_what_may_not_be_asked_comes_last(tmp_path: Path) -> None:
    """While it is open whether a question applies, all other questions come first."""
    course = begun(tmp_path, puts_all=True)
    course.put_down(Given("sponsor.named", "sales", "unknown", reason="Nobody told"))
    course.go_on()
    put = everything(course)
    assert put[-2:] == ["sponsor.level", "sponsor.level"]


def test_back_leads_through_what_was_put(tmp_path: Path) -> None:
    """Going back works step by step; afterwards the interview continues where it was."""
    course = begun(tmp_path)
    answer(course, True)
    answer(course, "board")
    third = now(course)
    assert course.back()
    assert now(course) == "sponsor.level"
    assert course.back()
    assert now(course) == "sponsor.named"
    assert not course.back()
    assert course.is_back
    course.go_on()
    assert now(course) == third


def test_what_was_skipped_can_be_gone_back_to(tmp_path: Path) -> None:
    """A skipped question can be answered when going back, and is then not asked again."""
    course = begun(tmp_path)
    course.skip()
    assert course.back()
    assert now(course) == "sponsor.named"
    answer(course, True)
    assert "sponsor.named" not in everything(course)


def test_who_does_not_know_is_not_asked_again(tmp_path: Path) -> None:
    """A respondent who answers "don't know" has answered."""
    course = begun(tmp_path)
    course.put_down(Given("sponsor.named", "sales", "unknown", reason="Nobody told"))
    course.go_on()
    assert "sponsor.named" not in everything(course)


SHEETS = "groups: {departments: [sales, it]}\nanswers: [answers/*.yaml]\n"


def engaged(
    folder: Path, finance: str, respondent: str, *, puts_all: bool = False
) -> InterviewFlow:
    shop(folder, SHEETS)
    (folder / "answers").mkdir()
    head = "format: readiness/answers/1\nrespondent: finance\nanswers:\n"
    (folder / "answers" / "finance.yaml").write_text(head + finance)
    return course_of(folder / "e.yaml", respondent, InterviewOptions(puts_all=puts_all))[0]


def test_what_another_has_answered_is_not_put(tmp_path: Path) -> None:
    """Questions asked of each, and questions that the other does not know, are still asked."""
    finance = "  money.committed: 1\n  money.estimated: {unknown: Not yet}\n  sponsor.known: yes\n"
    course = engaged(tmp_path, finance, "sales")
    put = set(everything(course))
    assert "money.committed" not in put
    assert {"money.estimated", "sponsor.known"} <= put
    assert course.left_out().others == 1


def test_with_all_what_another_has_answered_is_put_too(tmp_path: Path) -> None:
    """With `puts_all`, a respondent is also asked what others have answered."""
    course = engaged(tmp_path, "  money.committed: 1\n", "sales", puts_all=True)
    assert "money.committed" in everything(course)


def test_what_is_asked_of_a_group_is_put_to_its_members(tmp_path: Path) -> None:
    """A respondent outside the group is not asked."""
    course = engaged(tmp_path, "  law.terms: yes\n", "legal", puts_all=True)
    assert "sponsor.known" not in everything(course)


def test_progress_counts_answers_and_what_is_left(tmp_path: Path) -> None:
    """A question that turns out to have no effect is no longer counted."""
    course = begun(tmp_path)
    assert (course.answered, course.remaining) == (0, 12)
    answer(course, True)
    assert (course.answered, course.remaining) == (1, 12)  # the level is asked now


@pytest.mark.parametrize("seed", range(20))
def test_no_answer_to_what_is_idle_changes_a_status(tmp_path: Path, seed: int) -> None:
    """Whatever the answers to all questions that are left out, no status changes."""
    draw = random.Random(seed)
    course = begun(tmp_path)
    for _ in range(draw.randint(0, 8)):
        if course.question is not None:
            tried = candidates(course.question, [], course.assessment.as_of)
            answer(course, draw.choice(tried))
    before = course.assessment.judgement.statuses
    put = set(everything(course))
    for key, question in course.questions.items():
        is_asked = course.asked(key) is True
        if is_asked and key not in put and key not in course.entries:
            tried = candidates(question, [], course.assessment.as_of)
            course.put_down(Given(key, "sales", "answered", draw.choice(tried)))
    assert course.assessment.judgement.statuses == before
