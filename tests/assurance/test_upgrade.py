"""Moving an engagement to another ruleset keeps what means the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import readiness
from readiness.commands.main import group
from tests.content.shipped import ruleset_of
from tests.docs.pages import ROOT

HALDEN = ROOT / "questionnaires" / "examples" / "halden-outdoor"
QUESTIONS = """\
format: readiness/questionnaire/1
id: move
title: Move
sections:
  s:
    title: S
    questions:
      kept: {ask: Kept?, type: yes_no}
      grade: {ask: Which grade?, type: choice, options: {good: Good, bad: Bad}}
      days: {ask: How many?, type: number, unit: days}
      gone: {ask: Gone?, type: yes_no}
      old: {ask: Renamed?, type: yes_no}
"""
RULES = """\
format: readiness/ruleset/1
id: move
title: Move
questionnaire: move
areas: {a: {title: A}}
checks:
  one: {title: One, area: a, severity: major, met_when: s.kept}
  two: {title: Two, area: a, severity: major, met_when: s.grade == 'good'}
"""
ENGAGEMENT = """\
format: readiness/answers/1
questionnaire: move
ruleset: ruleset.yaml
answers:
  s.kept: yes  # as agreed
  s.grade: bad
  s.days: 3
  s.gone: no
  s.old: yes
"""


def test_what_means_the_same_is_kept(tmp_path: Path) -> None:
    """Answers to questions that are gone, or mean something else, are removed, with the reason."""
    changed = QUESTIONS.replace("bad: Bad", "poor: Poor").replace("unit: days", "unit: weeks")
    changed = changed.replace("      gone: {ask: Gone?, type: yes_no}\n", "")
    changed = changed.replace("old: {ask: Renamed?", "new: {was: s.old, ask: Renamed?")
    for folder, questions in (("old", QUESTIONS), ("new", changed)):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "questionnaire.yaml").write_text(questions)
        (tmp_path / folder / "ruleset.yaml").write_text(RULES)
    sheet = tmp_path / "old" / "answers.yaml"
    sheet.write_text(ENGAGEMENT)
    ruleset = readiness.load_ruleset(tmp_path / "new" / "ruleset.yaml")
    found = readiness.upgrade(sheet, ruleset, str(tmp_path / "new" / "ruleset.yaml"))
    assert found.kept == ("s.kept", "s.old")
    assert set(found.dropped) == {"s.grade", "s.days", "s.gone"}
    assert set(found.to_ask) == {"s.grade", "s.days"}
    ((before, after),) = found.texts.values()
    assert before == ENGAGEMENT.encode()
    assert b"s.kept: yes  # as agreed" in after
    assert b"ruleset: ../new/ruleset.yaml" in after  # as named from the folder of the sheet
    assert b"s.days" not in after
    sheet.write_bytes(after)
    assert readiness.load_engagement(sheet).sheets[0].given[0].value is True


@pytest.mark.slow
def test_an_engagement_moves_to_an_extension(tmp_path: Path) -> None:
    """Each answer stays where the new ruleset extends the old one; it loads afterwards."""
    folder = tmp_path / "halden"
    shutil.copytree(HALDEN, folder)
    file = str(folder / "engagement.yaml")
    group.main(["upgrade", file, "--to", "crm-regulated", "--dry-run"], standalone_mode=False)
    assert readiness.load_engagement(file).ruleset.id == "crm-readiness"
    group.main(["upgrade", file, "--to", "crm-regulated"], standalone_mode=False)
    assert readiness.load_engagement(file).ruleset.id == ruleset_of("crm-regulated").id
