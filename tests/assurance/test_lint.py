"""Lint findings in documents that are valid on their own."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from readiness.assurance.lint import lint
from readiness.assurance.scaffold import new_ruleset, write_all
from readiness.problems.catalogue import FINDINGS
from tests.conftest import GoldenCheck

GOLDEN = Path(__file__).parents[1] / "golden" / "assurance" / "lint"


@pytest.fixture(autouse=True)
def _beside_the_documents(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(GOLDEN)


DOCUMENTS = ["ruleset", "logic", "engagement", "begun", "empty", "questionnaire", "scope"]


@pytest.mark.parametrize("name", DOCUMENTS)
def test_findings(name: str, golden: GoldenCheck) -> None:
    """Each finding has its place, the line, and what to do if that helps."""
    found = lint([f"{name}.yaml"])
    golden(GOLDEN / f"{name}.txt", "".join(f"{one}\n" for one in found))


def test_every_finding_has_a_document_that_causes_it() -> None:
    """The careless documents cause every lint message, each at a place."""
    found = lint([f"{name}.yaml" for name in DOCUMENTS], severity="note")
    since_an_earlier_version = {"label-changed", "version-not-raised"}  # see test_drift.py
    assert set(FINDINGS) - since_an_earlier_version == {one.code for one in found}
    assert all(one.line for one in found)


def test_a_folder_stands_for_all_documents_in_it() -> None:
    """Linting a folder finds what linting each of its documents finds, each finding once."""
    alone = lint([f"{name}.yaml" for name in DOCUMENTS])
    assert {str(one) for one in alone} == {str(one) for one in lint(["."])}
    assert len(alone) == len(set(alone))


def test_answers_without_a_ruleset_are_held_against_their_questionnaire(tmp_path: Path) -> None:
    """A sheet that names a questionnaire is checked against it."""
    questions = (GOLDEN / "questionnaire.yaml").read_text(encoding="utf-8")
    (tmp_path / "questions.yaml").write_text(questions, encoding="utf-8")
    sheet = tmp_path / "sheet.yaml"
    sheet.write_text(
        "format: readiness/answers/1\nquestionnaire: careless\nanswers: {s.a: perhaps, s.x: 1}\n"
    )
    assert {one.code for one in lint([str(sheet)])} == {"answer-of-wrong-type", "unknown-answer"}


def test_answers_beside_their_engagement_are_held_against_what_it_reads(tmp_path: Path) -> None:
    """A sheet finds the questionnaire beside the ruleset file that its engagement names."""
    write_all(tmp_path / "office-move", new_ruleset("office-move"))
    audit = tmp_path / "audit"
    audit.mkdir()
    (audit / "engagement.yaml").write_text(
        "format: readiness/engagement/1\nid: move\nruleset: ../office-move/ruleset.yaml\n"
        "as_of: 2026-11-21\nanswers: ['*-sheet.yaml']\n"
    )
    sheet = audit / "board-sheet.yaml"
    text = "format: readiness/answers/1\nquestionnaire: office-move\nanswers: {lead.named: "
    for value, codes in (("yes", set()), ("perhaps", {"answer-of-wrong-type"})):
        sheet.write_text(text + value + "}\n")
        assert {one.code for one in lint([str(audit)])} == codes
        assert {one.code for one in lint([str(sheet), str(audit / "engagement.yaml")])} == codes
    assert {one.code for one in lint([str(sheet)])} == {"unknown-link"}


def test_cases_are_checked_like_other_documents(tmp_path: Path) -> None:
    """The problems of a case file are reported; a correct one has no findings."""
    cases = tmp_path / "cases.yaml"
    head = "format: readiness/cases/1\nruleset: crm-pre-implementation\nchecks:\n"
    cases.write_text(head + "  executive-sponsor: {unmet: {sponsor.identified: no}}\n")
    assert lint([str(cases)]) == []
    cases.write_text(head + "  executive-sponsr: {unmet: {sponsor.identified: no}}\n")
    assert [one.code for one in lint([str(cases)])] == ["unknown-link"]


def test_what_is_nowhere_is_said() -> None:
    """A target that is not a file, folder or id is an error in the call."""
    with pytest.raises(LookupError, match="no-such-thing"):
        lint(["no-such-thing"])


@pytest.mark.slow
def test_what_an_extension_makes_of_inherited_entries_is_found(tmp_path: Path) -> None:
    """A finding in an inherited entry is reported if the extension causes it."""
    own = tmp_path / "own.yaml"
    own.write_text(
        "format: readiness/ruleset/1\nid: own\nversion: 1.0.0\ntitle: Own\n"
        "extends: [crm-pre-implementation]\n"
        "gates: {plan: {requires: {remove: [beyond-technology]}}}\n"
    )
    [found] = lint([str(own)])
    assert (found.code, found.message) == (
        "waited-for-by-nobody",
        "no gate and no check waits for 'beyond-technology'",
    )


def test_hidden_files_are_not_linted(tmp_path: Path) -> None:
    """Files of macOS, editors and version control are not documents."""
    (tmp_path / ".git").mkdir()
    for name in ("._sheet.yaml", ".git/config.yaml"):
        (tmp_path / name).write_bytes(b"\x00\x05\x16\x07")
    [nothing] = lint([str(tmp_path)])
    assert (nothing.code, nothing.severity) == ("nothing-to-lint", "error")


def layout(folder: Path, questions: str = "careless") -> None:
    """Write the layout that the documentation recommends: a sheet in a folder below."""
    text = (GOLDEN / "questionnaire.yaml").read_text(encoding="utf-8")
    (folder / "questionnaire.yaml").write_text(text)
    (folder / "answers").mkdir()
    (folder / "answers" / "it.yaml").write_text(
        f"format: readiness/answers/1\nquestionnaire: {questions}\nanswers: {{s.a: yes}}\n"
    )


def test_ids_are_looked_up_in_the_folder(tmp_path: Path) -> None:
    """Ids that a document names are looked up in the folder that is linted."""
    layout(tmp_path)
    assert lint([str(tmp_path)]) == []


def test_an_unknown_questionnaire_has_its_place(tmp_path: Path) -> None:
    """An unknown questionnaire is reported at the place where the sheet names it."""
    layout(tmp_path, "carelss")
    (found,) = lint([str(tmp_path)])
    assert (found.file, found.line) == (str(tmp_path / "answers" / "it.yaml"), 2)
    assert found.hint == "did you mean 'careless'?"


def test_copies_under_one_id(tmp_path: Path) -> None:
    """Two documents of a kind with the same id are reported, with both places.

    The one nearer to the folder is used.
    """
    layout(tmp_path)
    (tmp_path / "old").mkdir()
    shutil.copy(tmp_path / "questionnaire.yaml", tmp_path / "old" / "copy.yaml")
    (copies,) = lint([str(tmp_path)])
    assert copies.message == "there is more than one questionnaire 'careless'"
    assert [Path(one.place.file).name for one in copies.excerpts] == [
        "copy.yaml", "questionnaire.yaml",
    ]  # fmt: skip
    assert all(one.place.line == 2 for one in copies.excerpts)


def test_an_unread_question_says_which_ruleset(tmp_path: Path) -> None:
    """Each ruleset that does not read a question is named, except one that extends another."""
    for name in ("questionnaire.yaml", "ruleset.yaml"):
        shutil.copy(GOLDEN / name, tmp_path / name)
    head = "format: readiness/ruleset/1\nid: own\nversion: 1.0.0\ntitle: Own\n"
    (tmp_path / "own.yaml").write_text(f"{head}extends: [careless]\n")
    unread = [one.message for one in lint([str(tmp_path)]) if one.code == "unread-question"]
    assert unread == [
        f"the ruleset 'careless' does not use the question '{question}'"
        for question in ("s.nobody", "s.proven", "s.past")
    ]


@pytest.mark.parametrize(
    ("line", "cut"),
    [
        ("title: The hotline is staffed (see #12)", "#12)"),
        ("title: The hotline is staffed (see # 12)", "# 12)"),
        ("title: The hotline is staffed #always", "#always"),
        ("title: The hotline is staffed # always", ""),
        ("title: 'The hotline is staffed (see #12)'", ""),
        ('title: "The hotline is staffed" # always', ""),
        ("title: The hotline is#staffed", ""),
        ("title: Hotline # one word", ""),
    ],
)
def test_a_text_that_is_cut_off_by_a_comment(tmp_path: Path, line: str, cut: str) -> None:
    """A comment after a text of several words may have been meant as part of it."""
    document = tmp_path / "questionnaire.yaml"
    document.write_text(
        "format: readiness/questionnaire/1\nid: small\n" + line + "\nsections:\n"
        "  s: {title: S, questions: {a: {ask: A?, type: yes_no, ask_when: s.b == yes # or not\n"
        "  }, b: {ask: B?, type: yes_no}}}\n"
    )
    found = [one.message for one in lint([str(document)]) if one.code == "cut-off"]
    assert found == (
        [f"the text ends here, because YAML reads '{cut}' as a comment"] if cut else []
    )
