"""Rulesets from checklists: what rows become, and what is said about those that mean nothing."""

from __future__ import annotations

import datetime
import re
from pathlib import Path

import pytest

from readiness import DocumentError, Draft, draft_ruleset, lint, load_ruleset, run_cases
from readiness.authoring.checklist import COLUMNS, checklist_template
from readiness.problems.catalogue import CHECKLIST

DAY = datetime.date(2026, 11, 30)
GOOD = {
    "Area": "Personal", "Question": "Wurde die Prüfung bestanden?",
    "Check": "Die Prüfung ist bestanden",
    "Why": "W.", "Action": "A.", "Owner": "IT lead", "Source": "Law",
}  # fmt: skip


def sheet(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS) -> bytes:
    """Return a checklist as CSV."""
    lines = [columns, *([row.get(name, "") for name in columns] for row in rows)]
    quoted = (",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
    return "".join(f"{line}\r\n" for line in quoted).encode()


def drafted(*rows: dict[str, str]) -> Draft:
    """Return what a checklist becomes."""
    return draft_ruleset(sheet(*rows), "list.csv", "ward", as_of=DAY)


def written(draft: Draft, folder: Path) -> Path:
    """Write the documents of a draft into a folder."""
    for name, text in draft.texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def test_the_template_is_a_ruleset(tmp_path: Path) -> None:
    """The template has three rows, which load as they are, without findings, and pass."""
    draft = draft_ruleset(checklist_template(), "checklist.xlsx", "ward", as_of=DAY)
    assert draft.remarks == ()
    assert lint([str(written(draft, tmp_path))]) == []
    assert len(run_cases(tmp_path / "cases.yaml")) == 9
    cited = load_ruleset(tmp_path / "ruleset.yaml").checks["plan-agreed"].node.plain()["cites"]
    assert cited == [{"source": "project-handbook", "clause": "Chapter 3"}]
    assert not any(run_cases(tmp_path / "cases.yaml").values())


@pytest.mark.parametrize(
    ("kind", "options", "condition"),
    [
        ("", "", "q"),
        ("Yes / No", "No*; Yes", "not q"),
        ("dropdown", "Open; Agreed*; Signed*", "q in ['agreed', 'signed']"),
        ("", "Open\nAgreed, and signed*", "q == 'agreed_signed'"),
        ("multiple choice", "Fire*; First aid*; Other", "covers(q, ['fire', 'first_aid'])"),
        ("percentage", "90", "q >= 90"),
        ("%", "less than 5 %", "q < 5"),
        ("money", "≥ 1,250,000 USD", "q >= 1250000"),
        ("number", "at most 2.5", "q <= 2.5"),
        ("date", "by 31.12.2026", "q <= '2026-12-31'"),
        ("text", "", "stated(q)"),
        ("number", "", "stated(q)"),
    ],
)
def test_what_meets_a_check(kind: str, options: str, condition: str, tmp_path: Path) -> None:
    """Type and options say when an answer meets a check; the cases show both sides of it."""
    folder = written(drafted(GOOD | {"Type": kind, "Options": options}), tmp_path)
    rules = (folder / "ruleset.yaml").read_text(encoding="utf-8")
    met = re.sub(r"\bq\b", "personal.wurde_die_pruefung_bestanden", condition)
    assert f"met_when: {met}\n" in rules
    # lint remarks on an option that no check asks for
    assert {problem.code for problem in lint([str(folder)])} <= {"unread-option"}
    assert not any(run_cases(folder / "cases.yaml").values())


def test_rows_depend_on_one_another(tmp_path: Path) -> None:
    """Areas go on below, checks are named by their titles, and gates wait for what is needed."""
    draft = drafted(
        GOOD | {"Gate": "Start"},
        {"Question": "Second?", "Check": "Second", "Requires": "die prüfung ist bestanden",
         "Gate": "Start; Go live", "Days": "2 / 5 / 10 days"},
        {"Question": "Second?", "Check": "Third", "Gate": "Start (recommended)"},
        {"Question": "Готово?", "Check": "Готово", "Area": "Люди"},
    )  # fmt: skip
    text = draft.texts["ruleset.yaml"]
    assert "die-pruefung-ist-bestanden:" in text
    assert "requires: [die-pruefung-ist-bestanden]" in text
    assert "  start:\n    title: Start\n    requires: [second]\n    advises: [third]\n" in text
    assert "effort_days: {low: 2, likely: 5, high: 10}" in text
    assert "  check:\n    title: Готово\n    area: area\n" in text
    assert draft.texts["questionnaire.yaml"].count("ask: Second?") == 1
    written(draft, tmp_path)
    assert "check" in load_ruleset(tmp_path / "ruleset.yaml").checks


SLIPS: dict[str, list[dict[str, str]]] = {
    "checklist-blank": [GOOD | {"Question": ""}, GOOD | {"Check": ""}],
    "checklist-twice": [GOOD, GOOD],
    "checklist-question-twice": [GOOD, GOOD | {"Check": "Other", "Type": "text"}],
    "checklist-type": [GOOD | {"Type": "percnt"}],
    "checklist-options": [GOOD | {"Type": "yes/no", "Options": "Open; Agreed"}],
    "checklist-too-few-options": [GOOD | {"Type": "choice"}],
    "checklist-all-options": [GOOD | {"Options": "Open*; Agreed*"}],
    "checklist-limit": [GOOD | {"Type": "number", "Options": "1.040"}],
    "checklist-days": [GOOD | {"Days": "soon"}],
    "checklist-owner": [GOOD | {"Owner": "Люди"}],
    "checklist-severity": [GOOD | {"Severity": "high"}],
    "checklist-clauses": [GOOD | {"Clause": "Art. 1; Art. 2"}],
    "checklist-requires": [GOOD | {"Requires": "Die Prüfung ist bestandn"}],
    "checklist-empty": [],
}


@pytest.mark.parametrize("code", SLIPS)
def test_what_is_not_understood(code: str) -> None:
    """Each cell that cannot be understood is reported with its place and what to write instead."""
    data = sheet(*SLIPS[code], columns=(*COLUMNS, "Severity"))
    with pytest.raises(DocumentError) as error:
        draft_ruleset(data, "list.csv", "ward")
    found = [problem for problem in error.value.problems if problem.code == code]
    assert len(found) == max(len(SLIPS[code]) - ("twice" in code), 1)
    assert all(problem.hint and problem.line > 1 for problem in found)


def test_everything_is_told_together() -> None:
    """All cells are read before any is refused, and unknown columns are named."""
    rows = [GOOD | {"Type": "percnt", "Days": "soon", "Colour": "red"}, GOOD | {"Check": ""}]
    with pytest.raises(DocumentError) as error:
        draft_ruleset(sheet(*rows, columns=(*COLUMNS, "Colour")), "list.csv", "ward")
    assert [problem.code for problem in error.value.problems] == [
        "checklist-column", "checklist-type", "checklist-days", "checklist-blank",
    ]  # fmt: skip
    with pytest.raises(DocumentError, match="headings"):
        draft_ruleset(b"a,b\r\n1,2\r\n", "list.csv", "ward")


def test_what_is_taken_for_granted() -> None:
    """Without a mark the first option meets the check, and that is said."""
    draft = drafted(GOOD | {"Options": "Agreed; Open"})
    assert [one.code for one in draft.remarks] == ["checklist-first-option"]
    assert "'agreed'" in draft.texts["ruleset.yaml"]


def test_every_message_has_a_checklist() -> None:
    """No message about a checklist is left without a test."""
    assert set(CHECKLIST) == {
        *SLIPS, "checklist-column", "checklist-without-headings", "checklist-first-option",
        # in test_checklist_update.py
        "checklist-both", "checklist-kept", "checklist-order", "checklist-reference",
        "checklist-reference-twice", "checklist-removed",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("options", "hint"),
    [
        ("at most 2,5", "write at most 2.5"),
        ("at most 1.200,50 €", "write at most 1200.50 €"),
        ("at most 80,000 EUR", "write at most 80000 EUR or at most 80.0000 EUR"),
        ("at most 80 000 EUR", "write one limit"),
        ("5-10", "write one limit"),
    ],
)
def test_a_limit_is_not_guessed(options: str, hint: str) -> None:
    """A limit that can be read in two ways is refused; what to write keeps sign and unit."""
    with pytest.raises(DocumentError) as refused:
        drafted(GOOD | {"Type": "number", "Options": options})
    [told] = refused.value.problems
    assert (told.code, told.hint.startswith(hint)) == ("checklist-limit", True), told.hint


def test_no_alone_meets_the_check() -> None:
    """Of yes and no, the only one that is written meets the check."""
    draft = drafted(GOOD | {"Type": "yes/no", "Options": "no"})
    assert "met_when: not " in draft.texts["ruleset.yaml"]
