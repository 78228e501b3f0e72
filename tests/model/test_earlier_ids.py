"""Ids that questions and options had before: what was answered under them still fits."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.assurance.lint import lint
from tests.commands.running import run

OLD = """\
format: readiness/questionnaire/1
id: office
sections:
  sponsor:
    questions:
      named: {ask: Is a sponsor named?, type: yes_no}
      level: {ask: At which level?, type: choice, options: {top: Board, line: Line}}
"""
NEW = OLD.replace("named: {", "identified: {was: sponsor.named, ").replace(
    "top: Board", "board: {label: Board, was: top}"
)
RULES = """\
format: readiness/ruleset/1
id: office
questionnaire: office
areas: {people: {title: People}}
gates: {commit: {title: Commit, requires: [sponsor]}}
checks:
  sponsor:
    title: A sponsor is named
    area: people
    severity: major
    met_when: sponsor.named and sponsor.level == 'top'
"""
ENGAGEMENT = """\
format: readiness/engagement/1
id: office-2026
ruleset: ./ruleset.yaml
as_of: 2026-11-21
groups: {departments: [sales]}
answers: ["answers/*.yaml"]
"""
SHEET = "format: readiness/answers/1\nquestionnaire: office\nrespondent: sales\nanswers:\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with an engagement whose questionnaire has the ids from before."""
    (tmp_path / "answers").mkdir()
    answers = SHEET + "  sponsor.named: yes\n  sponsor.level: top\n"
    texts = {"questionnaire": OLD, "ruleset": RULES, "engagement": ENGAGEMENT}
    for name, text in {**texts, "answers/sales": answers}.items():
        (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def renamed(folder: Path) -> None:
    """Give the question and the option other ids."""
    rules = RULES.replace("sponsor.named", "sponsor.identified").replace("'top'", "'board'")
    (folder / "questionnaire.yaml").write_text(NEW, encoding="utf-8")
    (folder / "ruleset.yaml").write_text(rules, encoding="utf-8")


def test_older_sheets_still_fit_with_one_warning(folder: Path) -> None:
    """Answers count under the new id; one warning a sheet says so."""
    renamed(folder)
    said = run("assess", "engagement.yaml", folder=folder)
    assert (said.status, "GO" in said.stdout) == (0, True)
    [found] = [one for one in lint([str(folder)]) if one.code == "earlier-ids"]
    assert "'sponsor.named' (now 'sponsor.identified')" in found.message


def test_an_answer_under_the_new_id_takes_the_place_of_the_old_one(folder: Path) -> None:
    """A sheet may have both, as after an import; the older answer no longer counts."""
    renamed(folder)
    answers = "  sponsor.named: yes\n  sponsor.identified: no\n  sponsor.level: board\n"
    (folder / "answers" / "sales.yaml").write_text(SHEET + answers, encoding="utf-8")
    said = run("assess", "engagement.yaml", folder=folder)
    assert (said.status, "NO GO" in said.stdout) == (1, True)


def test_older_resolutions_and_forms_still_fit(folder: Path) -> None:
    """A resolution and a form made before the ids changed are read under the new ones."""
    form = ("--respondent", "sales", "-o", "form.csv")
    assert run("workbook", "export", "engagement.yaml", *form, folder=folder).status == 0
    renamed(folder)
    resolution = "resolutions: {sponsor.named: {value: yes, reason: Seen, by: lead}}\n"
    (folder / "engagement.yaml").write_text(ENGAGEMENT + resolution, encoding="utf-8")
    (folder / "answers" / "sales.yaml").unlink()
    said = run("forms", "import", "engagement.yaml", "form.csv", folder=folder)
    assert (said.status, "Left out" in said.stdout) == (0, False), said.stdout
    assert "GO" in run("assess", "engagement.yaml", folder=folder).stdout.split("Score")[0]


def test_an_earlier_id_that_is_in_use_again_is_a_finding(folder: Path) -> None:
    """Older answers could mean either of the two."""
    renamed(folder)
    taken = "      named: {ask: By which name?, type: text}\n"
    options = NEW.replace("line: Line", "top: Top of the line")
    (folder / "questionnaire.yaml").write_text(options + taken, encoding="utf-8")
    found = [one.message for one in lint([str(folder)]) if one.code == "earlier-id-taken"]
    assert ["'sponsor.named', an", "'top', an"] == [one.partition(" earlier")[0] for one in found]
