"""The respondents that an engagement declares, and what is assigned to them."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness import Assessor, load_engagement
from readiness.advice.questions import next_questions
from readiness.collecting.form.form_questions import build_form
from readiness.loading.engagements import Inquiry
from readiness.reports.formats import lay_out
from readiness.reports.report_model import build_report
from readiness.reports.respondents.progress import ANYONE, progress
from readiness.verification.independent_run import disagreements, reperform
from tests.collecting.garden import ADA, BEN, ENGAGEMENT, write_garden
from tests.reports.test_exports import READERS

PEOPLE = """
respondents:
  ada: {name: Ada Løvelace, groups: [gardeners], email: ada@example.com, due: 2027-03-09}
  ben: {name: 本 Ben}
  cem: {}
"""


def inquiry(folder: Path, further: str = PEOPLE, **changed: str) -> Inquiry:
    """Return the garden with respondents."""
    stated = ENGAGEMENT.replace("[ada, ben, cem]", "[ben, cem]") + further
    return load_engagement(write_garden(folder, engagement=stated, **changed))


def report_in(name: str, found: Inquiry) -> str:
    """Return what a reader of a report reads, or all of it where it is read by programs."""
    assessment = Assessor(found.ruleset).assess(found)
    return READERS[name](lay_out(name, build_report(assessment)))


def test_respondents(tmp_path: Path) -> None:
    """A respondent belongs to the groups it names, beside those that name it."""
    stated = inquiry(tmp_path).circumstances
    ada = stated.people.respondents["ada"]
    assert ("Ada Løvelace", "ada@example.com", "2027-03-09") == (ada.name, ada.email, ada.due)
    assert stated.people.respondents["cem"].name == "cem"
    assert stated.groups["gardeners"] == ("ben", "cem", "ada")
    assert (stated.people.called("ada  løvelace"), stated.people.called("eve")) == ("ada", "eve")


@pytest.mark.parametrize("name", sorted(READERS.keys() - {"csv", "junit", "sarif", "json"}))
def test_reports_show_names(name: str, tmp_path: Path) -> None:
    """Reports name respondents as people call them."""
    text = report_in(name, inquiry(tmp_path))
    assert "Ada Løvelace" in text
    assert "本 Ben" in text or name == "pdf"  # for which this machine may have no font


@pytest.mark.parametrize("name", sorted(READERS))
def test_anonymous(name: str, tmp_path: Path) -> None:
    """No report shows who an anonymous respondent is; the place would tell it too."""
    found = inquiry(tmp_path, PEOPLE.replace("name: Ada", "anonymous: true, name: Ada"))
    text = report_in(name, found)
    assert "Løvelace" not in text
    assert "ada:" not in text
    assert "ada.yaml:" not in text
    if name in ("html", "markdown", "json", "xlsx"):
        assert "I did it myself" in text


def test_the_result_of_an_anonymous_respondent(tmp_path: Path) -> None:
    """The result names the file of an anonymous respondent, but not which answers are from it."""
    named = inquiry(tmp_path, PEOPLE)
    hidden = inquiry(tmp_path, PEOPLE.replace("name: Ada", "anonymous: true, name: Ada"))
    before, after = (Assessor(one.ruleset).assess(one).to_dict() for one in (named, hidden))
    assert after["answers"][0].items() >= {"respondent": None, "file": "ada.yaml"}.items()
    after["answers"] = []
    assert "anonymous-1" in str(after)
    assert not [word for word in ("'ada'", "ada.yaml", "Løvelace") if word in str(after)]
    for key in ("gates", "score", "order", "unanswered"):
        assert before[key] == after[key]
    kept = load_engagement(tmp_path / "engagement.yaml", names_all=True)
    assert kept.circumstances.people.respondents["ada"].anonymous
    assert {one.respondent for one in kept.sheets[0].given} == {"ada"}


def test_the_independent_engine_agrees_on_anonymous_respondents(tmp_path: Path) -> None:
    """It reads the sheets as they are written, and gives the same result."""
    pytest.importorskip("durable")
    ben = BEN.replace("{unknown: it depends}", "{by: {ben: yes, cem: yes}}")
    found = inquiry(tmp_path, PEOPLE.replace("name: Ada", "anonymous: true, name: Ada"), ben=ben)
    judgement = Assessor(found.ruleset).assess(found).judgement
    assert judgement.statuses["helped"] == "met"
    assert list(disagreements(judgement, reperform(found))) == []


ASSIGNED = f"""{PEOPLE}
assign:
  ada: {{primary: [is], also: [is.paid]}}
  ben: [is.beds, is.soil]
  cem: {{also: [is.fenced]}}
"""


def test_assignments(tmp_path: Path) -> None:
    """Only assigned respondents are asked, and a question takes precedence over its section.

    Questions for each member of a group go to its members, regardless of assignments.
    """
    found = inquiry(tmp_path, ASSIGNED)
    people, questions = found.circumstances.people, found.ruleset.questions
    groups = found.circumstances.groups

    def form(who: str) -> set[str]:
        made = build_form(found.ruleset, who, groups=groups, people=people)
        return {one.question.id for one in made.asked}

    each = {"is.wants", "is.helps"}
    assert form("ben") == {"is.beds", "is.soil", *each}
    assert form("cem") == {"is.fenced", *each}
    assert form("ada") == questions.keys() - {"is.beds", "is.soil"}
    rows = {row.name: row for row in progress(Assessor(found.ruleset).assess(found)).rows}
    assert rows[ANYONE].put == ()
    assert {"is.beds", "is.wants"} == {*rows["ben"].missing}
    assert "is.fenced" in rows["cem"].missing
    wanted = {
        one.question.id: one.of for one in next_questions(Assessor(found.ruleset).assess(found))
    }
    assert wanted["is.beds"] == ("ben",)


def test_who_is_spared(tmp_path: Path) -> None:
    """Who is asked as well is never spared; a primary respondent only by another one."""
    people = inquiry(tmp_path, ASSIGNED).circumstances.people
    given = inquiry(tmp_path, ASSIGNED).sheets[0].given
    fenced = [one for one in given if one.question == "is.fenced"]  # by ada, primary
    assert not people.spare("is.fenced", "cem", fenced)
    assert people.spare("is.fenced", "ben", fenced)
    assert not people.spare("is.fenced", "ada", fenced)
    assert not people.spare("is.beds", "ben", fenced)
    everybody = inquiry(tmp_path, PEOPLE).circumstances.people
    assert everybody.spare("is.fenced", "ben", fenced)


def test_a_sheet_speaks_for_respondents(tmp_path: Path) -> None:
    """Members of a group need no separate declaration."""
    sheet = ADA.replace("respondent: ada", "respondent: cem")
    assert inquiry(tmp_path, PEOPLE.replace("  cem: {}\n", ""), ada=sheet).sheets
