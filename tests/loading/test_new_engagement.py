"""An engagement to which no sheet has been handed in yet."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from readiness import Assessor, DocumentError, load_engagement
from readiness.loading.engagements import Inquiry, missing_evidence

SHOP = Path(__file__).resolve().parents[1] / "reports" / "shop"
SHEET = "format: readiness/answers/1\nrespondent: sales\nanswers: {sponsor.named: yes}\n"


def written(folder: Path, answers: str, further: str = "") -> Path:
    """Write an engagement over the web shop with these patterns for sheets."""
    for name in ("ruleset.yaml", "questionnaire.yaml"):
        shutil.copy(SHOP / name, folder / name)
    head = "format: readiness/engagement/1\nid: e\nruleset: ./ruleset.yaml\nas_of: 2026-11-21\n"
    path = folder / "engagement.yaml"
    path.write_text(f"{head}answers: {answers}\n{further}")
    return path


def loaded(folder: Path, answers: str) -> Inquiry:
    """Return the engagement, loaded."""
    return load_engagement(written(folder, answers))


NOTES = {
    "[]": "the engagement has no answer sheets yet",
    "[answers/*.yaml]": "no answer sheet matches 'answers/*.yaml' yet",
    "['sheet-[a-z].yaml']": "no answer sheet matches 'sheet-[a-z].yaml' yet",
}


@pytest.mark.parametrize(("answers", "note"), NOTES.items())
def test_without_sheets(answers: str, note: str, tmp_path: Path) -> None:
    """Without sheets, everything is undetermined, and a note says why, with its place."""
    inquiry = loaded(tmp_path, answers)
    (found,) = inquiry.circumstances.notes
    assert (found.message, found.line) == (note, 5)
    assessment = Assessor(inquiry.ruleset).assess(inquiry)
    assert {gate.verdict for gate in assessment.gates.values()} == {"undetermined"}
    assert {"undetermined"} == {check.status for check in assessment.checks.values()}
    assert assessment.warnings == (note,)
    assert assessment.to_dict()["answers"] == []


def test_one_pattern_of_two(tmp_path: Path) -> None:
    """A pattern without a match is a note even if other patterns match."""
    (tmp_path / "sales.yaml").write_text(SHEET)
    inquiry = loaded(tmp_path, "[sales.yaml, later/*.yaml]")
    assert ["sales.yaml"] == [sheet.name for sheet in inquiry.sheets]
    notes = ["no answer sheet matches 'later/*.yaml' yet"]
    assert notes == [note.message for note in inquiry.circumstances.notes]


@pytest.mark.parametrize("answers", ["[sales.yaml]", "[sheets]", "['answers\\*.yaml']"])
def test_a_sheet_that_is_named_must_be_there(answers: str, tmp_path: Path) -> None:
    """A named file that is missing is a problem: without it a disagreement would go unnoticed."""
    (tmp_path / "sheets").mkdir()
    with pytest.raises(DocumentError) as caught:
        loaded(tmp_path, answers)
    assert ["no-such-answers"] == [problem.code for problem in caught.value.problems]


def test_hidden_files_are_no_sheets(tmp_path: Path) -> None:
    """Hidden files of macOS and of editors do not count as sheets unless they are named."""
    folder = tmp_path / "answers"
    (folder / ".old").mkdir(parents=True)
    (folder / "sales.yaml").write_text(SHEET)
    (folder / "._sales.yaml").write_bytes(b"\x00\x05\x16\x07")
    (folder / ".sales.yaml").write_text("never read: [")
    (folder / ".old" / "sales.yaml").write_text("never read: [")
    found = loaded(tmp_path, "['answers/*.yaml', 'answers/**/*.yaml']")
    assert ["answers/sales.yaml"] == [sheet.name for sheet in found.sheets]
    shutil.copy(folder / "sales.yaml", folder / ".sales.yaml")
    assert len(loaded(tmp_path, "[answers/.sales.yaml, 'answers/.s*.yaml']").sheets) == 1


def test_evidence_lies_beside_the_sheet_or_the_engagement(tmp_path: Path) -> None:
    """A file that a respondent names is looked for beside the sheet, then the engagement."""
    item = "{value: yes, evidence: [{title: Minutes, file: proof/minutes.pdf}]}"
    (tmp_path / "answers").mkdir()
    (tmp_path / "answers" / "sales.yaml").write_text(SHEET.replace("yes}", f"{item}}}"))
    path = written(tmp_path, "[answers/*.yaml]")
    assert ["proof/minutes.pdf"] == [file for _, file in missing_evidence(load_engagement(path))]
    for folder in (tmp_path, tmp_path / "answers"):
        (folder / "proof").mkdir()
        (folder / "proof" / "minutes.pdf").touch()
        assert missing_evidence(load_engagement(path)) == []
        shutil.rmtree(folder / "proof")
