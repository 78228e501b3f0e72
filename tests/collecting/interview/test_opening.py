"""How an interview opens its file."""

from __future__ import annotations

import datetime
import json
from pathlib import Path

import pytest

from readiness import DocumentError
from readiness.collecting.answer_files import NoSheet, sheet_name
from readiness.collecting.interview.opening import (
    InterviewOptions,
    Opening,
)
from tests.collecting.interview.interview_runs import begin, hold, shop

NAMES = [
    ("answers/*.yaml", "answers/sales.yaml"),
    ("answers/**/*.yaml", "answers/sales.yaml"),
    ("*.json", "sales.json"),
    ("answers/sheet-*.yml", "answers/sheet-sales.yml"),
    ("answers/*", "answers/sales.yaml"),
    ("answers/sales.yaml", "answers/sales.yaml"),
    ("../answers/*.yaml", "../answers/sales.yaml"),
    ("answers/s*.yaml", "answers/ssales.yaml"),
    ("answers/finance.yaml", ""),
    ("*/answers.yaml", ""),
    ("answers/sheet-?.yaml", ""),
    ("answers/[a-f]*.yaml", ""),
]


@pytest.mark.parametrize(("pattern", "name"), NAMES)
def test_a_new_sheet_is_named_so_that_the_engagement_finds_it(
    tmp_path: Path, pattern: str, name: str
) -> None:
    """If no file name can match the pattern, no name is proposed."""
    assert sheet_name(pattern, "sales") == name
    if name:
        folder = tmp_path / "here"
        folder.mkdir()
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.touch()
        assert file in folder.glob(pattern)


def test_the_sheet_of_a_respondent_is_the_one_that_names_it(tmp_path: Path) -> None:
    """The sheet is found whatever the name of its file."""
    shop(tmp_path, "answers: ['*-answers.yaml']\n")
    text = "format: readiness/answers/1\nrespondent: sales\nanswers: {}\n"
    (tmp_path / "our-answers.yaml").write_text(text)
    assert begin(tmp_path / "e.yaml", "sales").file.path == tmp_path / "our-answers.yaml"
    assert begin(tmp_path / "e.yaml", "it").file.path == tmp_path / "it-answers.yaml"


def test_an_engagement_may_have_no_sheets_yet(tmp_path: Path) -> None:
    """The first answer creates the folder and the file, and then the engagement can be assessed."""
    shop(tmp_path, "answers: [answers/*.yaml]\n")
    held = hold(begin(tmp_path / "e.yaml", "sales"), "yes")
    assert (tmp_path / "answers" / "sales.yaml").read_text() == (
        "format: readiness/answers/1\nquestionnaire: shop\nrespondent: sales\nanswers:\n"
        "  sponsor.named: {value: yes, given_on: 2026-11-21, given_by: interview}\n"
    )
    opening = Opening(tmp_path / "e.yaml", InterviewOptions())
    assert opening.respondents == ("sales",)
    assert held.interview.course.assessment.as_of.isoformat() == "2026-11-21"


def test_an_engagement_may_name_no_sheets_yet(tmp_path: Path) -> None:
    """The usual pattern is added to the engagement, so that it finds the new sheet."""
    shop(tmp_path, "answers: []  # to come\n")
    hold(begin(tmp_path / "e.yaml", "sales"), "yes")
    assert (tmp_path / "e.yaml").read_text().endswith("answers: [answers/*.yaml]  # to come\n")
    inquiry = Opening(tmp_path / "e.yaml", InterviewOptions()).inquiry
    assert inquiry is not None
    assert ["answers/sales.yaml"] == [sheet.name for sheet in inquiry.sheets]


def test_an_engagement_that_would_not_find_the_sheet_says_what_to_add(tmp_path: Path) -> None:
    """No sheet is created that the engagement would not read."""
    shop(tmp_path, "answers: [answers/finance.yaml]\n")
    with pytest.raises(NoSheet, match=r"add 'answers/sales\.yaml' to them"):
        begin(tmp_path / "e.yaml", "sales")


def test_a_file_of_that_name_that_is_somebody_elses_is_left_alone(tmp_path: Path) -> None:
    """Another respondent's file is left alone; the message says what to add to the engagement."""
    shop(tmp_path, "answers: ['*.answers.yaml']\n")
    (tmp_path / "sales.answers.yaml").write_text("format: readiness/answers/1\nanswers: {}\n")
    with pytest.raises(NoSheet, match="respondent: sales"):
        begin(tmp_path / "e.yaml", "sales")


def test_the_known_respondents_are_those_of_groups_and_sheets(tmp_path: Path) -> None:
    """The respondents of groups come first, in their order."""
    shop(tmp_path, "groups: {departments: [sales, it]}\nanswers: ['*.answers.yaml']\n")
    text = "format: readiness/answers/1\nanswers: {sponsor.named: {by: {legal: yes}}}\n"
    (tmp_path / "x.answers.yaml").write_text(text)
    assert Opening(tmp_path / "e.yaml", InterviewOptions()).respondents == ("sales", "it", "legal")


def test_what_several_answered_on_one_sheet_stays(tmp_path: Path) -> None:
    """An answer is written beside those of other respondents."""
    shop(tmp_path, "groups: {departments: [sales, it]}\nanswers: [all.yaml]\n")
    head = "format: readiness/answers/1\nrespondent: sales\nanswers:\n"
    (tmp_path / "all.yaml").write_text(f"{head}  sponsor.known: {{by: {{it: yes}}}}\n")
    hold(begin(tmp_path / "e.yaml", "sales"), "no", "yes")
    text = (tmp_path / "all.yaml").read_text()
    own = "{value: yes, given_on: 2026-11-21, given_by: interview}"
    assert f"sponsor.known: {{by: {{it: yes, sales: {own}}}}}" in text


def test_a_new_file_names_its_ruleset_from_where_it_stands(tmp_path: Path) -> None:
    """A new file names its ruleset by path, so that it can be assessed alone."""
    shop(tmp_path)
    (tmp_path / "deep").mkdir()
    asking = InterviewOptions(ruleset=str(tmp_path / "ruleset.yaml"))
    hold(begin(tmp_path / "deep" / "a.yaml", asking=asking), "yes")
    assert "ruleset: ../ruleset.yaml\n" in (tmp_path / "deep" / "a.yaml").read_text()
    assert hold(begin(tmp_path / "deep" / "a.yaml")).labels == ["sponsor.level"]


def test_a_new_file_may_be_json(tmp_path: Path) -> None:
    """The file extension decides the format."""
    shop(tmp_path)
    asking = InterviewOptions(ruleset=str(tmp_path / "ruleset.yaml"))
    hold(begin(tmp_path / "a.json", "sales", asking), "yes")
    held = json.loads((tmp_path / "a.json").read_text())["answers"]["sponsor.named"]
    record = {"given_on": datetime.date.today().isoformat(), "given_by": "interview"}
    assert held == {"value": True, **record}
    assert hold(begin(tmp_path / "a.json")).labels == ["sponsor.level"]


def test_what_cannot_be_begun_says_why(tmp_path: Path) -> None:
    """Missing files or folders, invalid names and sheets of other respondents are refused."""
    shop(tmp_path, "answers: ['*.answers.yaml']\n")
    ruleset = str(tmp_path / "ruleset.yaml")
    with pytest.raises(NoSheet, match="--ruleset"):
        begin(tmp_path / "a.yaml")
    with pytest.raises(NoSheet, match="does not exist"):
        begin(tmp_path / "no" / "a.yaml", asking=InterviewOptions(ruleset=ruleset))
    with pytest.raises(NoSheet, match="write 'sales-team'"):
        begin(tmp_path / "e.yaml", "Sales Team")
    (tmp_path / "a.yaml").write_text(
        "format: readiness/answers/1\nruleset: ./ruleset.yaml\nrespondent: it\nanswers: {}\n"
    )
    with pytest.raises(NoSheet, match="belongs to it, not sales"):
        begin(tmp_path / "a.yaml", "sales")
    (tmp_path / "a.yaml").write_text("answers: {}\n")
    with pytest.raises(DocumentError):
        begin(tmp_path / "a.yaml")
