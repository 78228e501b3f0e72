"""Which evidence files count as found."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

import readiness
from readiness.loading.engagements import EvidenceFolder

QUESTIONNAIRE = """format: readiness/questionnaire/1
id: small
title: Small
sections:
  s: {title: S, questions: {a: {ask: Is it so?, type: yes_no, evidence: required}}}
"""
RULESET = """format: readiness/ruleset/1
id: small
title: Small
questionnaire: small
areas: {g: {title: G}}
gates: {start: {title: Start, requires: [one]}}
checks: {one: {title: One, area: g, severity: major, met_when: s.a}}
"""
ENGAGEMENT = """format: readiness/engagement/1
id: small
ruleset: small.yaml
as_of: 2026-11-21
assurance: evidenced
answers: [answers/*.yaml]
"""
CONTENT = b"signed"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write an engagement of one sheet, with a file outside its folder."""
    held = tmp_path / "engagement"
    (held / "answers").mkdir(parents=True)
    (held / "questionnaire.yaml").write_text(QUESTIONNAIRE)
    (held / "small.yaml").write_text(RULESET)
    (held / "engagement.yaml").write_text(ENGAGEMENT)
    (tmp_path / "outside.txt").write_bytes(CONTENT)
    return held


def assessed(folder: Path, file: str) -> readiness.Assessment:
    """Return the assessment with one answer that names a file as evidence."""
    (folder / "answers" / "one.yaml").write_text(
        "format: readiness/answers/1\n"
        f"answers: {{s.a: {{value: yes, evidence: [{{title: Minute, file: '{file}'}}]}}}}\n"
    )
    engagement = readiness.load_engagement(folder / "engagement.yaml", paths=[folder])
    return readiness.Assessor(engagement.ruleset).assess(engagement)


@pytest.mark.parametrize(
    ("place", "named"),
    [
        ("answers/minute.txt", "minute.txt"),
        ("minute.txt", "../minute.txt"),
        ("minute.txt", "minute.txt"),
        ("evidence/minute.txt", "evidence/minute.txt"),
        ("evidence/minute.txt", "../evidence/minute.txt"),
    ],
)
def test_a_file_beside_the_sheet_or_beside_the_engagement_is_seen(
    folder: Path, place: str, named: str
) -> None:
    """A file is looked for beside the sheet, then the engagement; the result has its SHA-256."""
    (folder / place).parent.mkdir(exist_ok=True)
    (folder / place).write_bytes(CONTENT)
    result = assessed(folder, named)
    assert result.checks["one"].status == "met"
    (item,) = result.to_dict()["responses"][0]["evidence"]
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert item == {"title": "Minute", "file": named, "sha256": digest, "seen": True}


def test_a_file_that_is_not_there_is_missing_and_every_result_says_so(folder: Path) -> None:
    """The reason and a warning name a missing evidence file."""
    result = assessed(folder, "minute.txt")
    why = "the required evidence is missing: the file 'minute.txt' was not found"
    assert result.checks["one"].status == "undetermined"
    assert result.checks["one"].because.why == why
    assert any(why in warning for warning in result.warnings)
    (item,) = result.to_dict()["responses"][0]["evidence"]
    assert item == {"title": "Minute", "file": "minute.txt", "seen": False}


@pytest.mark.parametrize(
    "named",
    ["../../outside.txt", "../..", "..", ".", "answers", "/etc/hostname", "a\0b", "x" * 999],
)
def test_nothing_outside_of_the_folder_is_evidence(folder: Path, named: str) -> None:
    """Folders and invalid file names are not evidence either."""
    found = EvidenceFolder(folder).find(named, folder / "answers")
    assert found is None


@pytest.mark.skipif(os.name == "nt", reason="creating links needs a privilege on Windows")
def test_a_link_in_the_folder_counts_as_the_file_that_it_leads_to(folder: Path) -> None:
    """The owner of the folder put the link there; a bundle refuses to pack its outside target."""
    (folder / "out.txt").symlink_to(folder.parent / "outside.txt")
    (folder / "lost.txt").symlink_to(folder / "nowhere.txt")
    evidence = EvidenceFolder(folder)
    assert evidence.find("out.txt", folder) == hashlib.sha256(CONTENT).hexdigest()
    assert evidence.find("lost.txt", folder) is None


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_a_pipe_is_no_evidence_and_is_not_waited_for(folder: Path) -> None:
    """Only regular files are read."""
    os.mkfifo(folder / "pipe")
    assert EvidenceFolder(folder).find("pipe", folder) is None


def test_a_host_says_which_evidence_is_there(folder: Path) -> None:
    """For answers in memory, evidence counts as missing unless the host finds it."""
    ruleset = readiness.load_ruleset(folder / "small.yaml", paths=[folder])
    assessor = readiness.Assessor(ruleset)
    evidence = [{"title": "Minute", "file": "minute.txt"}]
    answers = {"s.a": {"value": True, "evidence": evidence}}
    held = {"minute.txt": "0" * 64}
    unseen = assessor.assess(answers, assurance="evidenced")
    seen = assessor.assess(answers, assurance="evidenced", find_evidence=held.get)
    assert (unseen.checks["one"].status, seen.checks["one"].status) == ("undetermined", "met")
    session = assessor.session({}, assurance="evidenced", find_evidence=held.get)
    session.answer("s.a", True)
    before = session.result
    session.answer("s.a", answers["s.a"])
    after = session.result
    assert (before.checks["one"].status, after.checks["one"].status) == ("undetermined", "met")
