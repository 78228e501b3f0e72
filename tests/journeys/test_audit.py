"""An audit through the commands: from a new ruleset to the verified bundle of the second round."""

from __future__ import annotations

import csv
import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from tests.commands.running import CommandRun, run
from tests.journeys.test_examples import FORMATS

ENGAGEMENT = """\
format: readiness/engagement/1
id: move-2027
title: Office move 2027
ruleset: ../office-move/ruleset.yaml
as_of: 2026-11-21
answers: [answers/*.yaml]
"""
WAIVER = """\
waivers:
  money-sufficient:
    reason: The landlord lends the rest
    approved_by: CFO
    approved_on: 2026-11-20
    expires: 2026-12-31
"""
IN_FORCE, LATER = "2026-12-31", "2027-01-01"


@dataclass(frozen=True)
class Audit:
    """The folder of an engagement, beside that of its ruleset."""

    folder: Path

    def does(self, *words: str, status: int = 0) -> CommandRun:
        """Run a command in the folder and check its exit status."""
        done = run(*words, folder=self.folder)
        assert done.status == status, (words, done.stdout, done.stderr)
        return done

    def verdict(self, *words: str, status: int) -> str:
        """Return the verdict of the gate as JSON reports it."""
        done = self.does("assess", "engagement.yaml", "-f", "json", *words, status=status)
        [gate] = json.loads(done.stdout)["gates"]
        return str(gate["verdict"])

    def imports(self, form: str, *words: str, status: int = 0) -> dict[str, Any]:
        """Return the receipt of a form that is imported into its respondent's sheet."""
        sheet = f"answers/{Path(form).stem}.yaml"
        more = ("--path", "..", "-f", "json", *words)
        done = self.does("workbook", "import", form, "-o", sheet, *more, status=status)
        receipt: dict[str, Any] = json.loads(done.stdout)
        return receipt

    def fills_in(self, form: str, answers: Mapping[str, object]) -> None:
        """Export a form, and fill in the answers by question id."""
        file = self.folder / form
        self.does("workbook", "export", "engagement.yaml", "-r", file.stem, "-o", form)
        (_in_csv if file.suffix == ".csv" else _in_workbook)(file, answers)

    def sheets(self) -> dict[str, bytes]:
        """Return the bytes of every answer sheet."""
        return {path.name: path.read_bytes() for path in (self.folder / "answers").iterdir()}


def _in_workbook(file: Path, values: Mapping[str, object], column: str = "answer") -> None:
    book = load_workbook(file)
    sheet: Any = book["Questions"]
    columns = {cell.value: cell.column for cell in sheet[2]}
    rows = {row[0].value: row[0].row for row in sheet.iter_rows()}
    for question, value in values.items():
        sheet.cell(rows[question], columns[column]).value = value
    book.save(file)


def _in_csv(file: Path, answers: Mapping[str, object]) -> None:
    with file.open(encoding="utf-8-sig", newline="") as read:
        rows = list(csv.DictReader(read))
    for row in rows:
        row["answer"] = str(answers.get(row["id"], row["answer"]))
    with file.open("w", encoding="utf-8", newline="") as written:
        writer = csv.DictWriter(written, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


def begins(folder: Path) -> Audit:
    """Create a new ruleset, and an engagement without any sheets."""
    run("new", "ruleset", "office-move", folder=folder)
    audit = Audit(folder / "audit")
    audit.folder.mkdir()
    (audit.folder / "engagement.yaml").write_text(ENGAGEMENT)
    assert audit.verdict(status=1) == "undetermined"
    assert "lead.named" in audit.does("status", "engagement.yaml").stdout
    return audit


def collects(audit: Audit) -> None:
    """Export a form for each of two respondents; importing one twice changes nothing."""
    first = {"lead.named": "yes", "plan.state": "Everyone involved has agreed to it"}
    board = audit.folder / "board.xlsx"
    audit.fills_in(board.name, first | {"money.set_aside": 50000})
    _in_workbook(board, {"money.estimate": "don't know"}, "state")
    _in_workbook(board, {"money.estimate": "Two offers are missing"}, "reason")
    audit.fills_in(
        "site.csv",
        {
            "lead.named": "yes",
            "plan.state": "There is a draft",
            "money.set_aside": 45000,
            "money.estimate": 60000,
        },
    )
    for form in ("board.xlsx", "site.csv"):
        assert audit.imports(form)["changed"] == 4
    before = audit.sheets()
    for form in ("board.xlsx", "site.csv"):
        assert audit.imports(form)["changed"] == 0
    assert audit.sheets() == before


def merges(audit: Audit) -> None:
    """A change in both a form and its sheet is taken only from the side that is named."""
    audit.fills_in("board.xlsx", {"money.set_aside": 52000})
    sheet = audit.folder / "answers" / "board.yaml"
    sheet.write_text(sheet.read_text().replace("50000", "51000"))
    before = audit.sheets()
    shown = audit.does(
        "workbook", "import", "board.xlsx", "--path", "..", "-o", "answers/board.yaml", status=1
    ).stdout
    assert all(amount in shown for amount in ("50,000 EUR", "51,000 EUR", "52,000 EUR"))
    assert "--prefer" in shown
    audit.imports("board.xlsx", "--prefer", "sheet")
    assert audit.sheets() == before
    audit.imports("board.xlsx", "--prefer", "form")
    assert "money.set_aside:\n    value: 52000\n" in sheet.read_text()
    assert "No problems." in audit.does("lint", ".").stderr


def settles(audit: Audit) -> None:
    """Resolve each conflict with the proposed command, with a reason and a name."""
    shown = audit.does("resolve", "engagement.yaml").stdout
    proposed = [shlex.split(line) for line in shown.splitlines() if "--value" in line]
    assert len(proposed) == 4
    given = {"WHY": "The minutes of 20 November", "NAME": "lead auditor"}
    for words in (proposed[0], proposed[3]):  # answers of the board and the site
        audit.does(*(given.get(word, word) for word in words[1:]))
    assert "0 not resolved" in audit.does("resolve", "engagement.yaml").stdout
    assert audit.verdict(status=1) == "no_go"


def waives(audit: Audit) -> None:
    """A waiver is valid up to and including the day on which it expires."""
    engagement = audit.folder / "engagement.yaml"
    engagement.write_text(engagement.read_text() + WAIVER)
    assert audit.verdict(status=0) == "conditional_go"
    assert audit.verdict("--as-of", IN_FORCE, status=0) == "conditional_go"
    assert audit.verdict("--as-of", LATER, status=1) == "no_go"
    text = audit.does("assess", "engagement.yaml", "--as-of", LATER, status=1).stdout
    assert "the waiver of 'money-sufficient' expired on 2026-12-31" in text


def reports(audit: Audit) -> None:
    """Each format has a separate file, which contains the waived check."""
    wanted = [word for name in (*FORMATS, "xlsx") for word in ("-f", name)]
    audit.does("assess", "engagement.yaml", *wanted, "-o", "reports")
    written = {path.suffix: path for path in (audit.folder / "reports").iterdir()}
    assert len(written) == len(FORMATS) + 1
    cells = [
        str(cell)
        for sheet in load_workbook(written.pop(".xlsx"))
        for row in sheet.iter_rows(values_only=True)
        for cell in row
    ]
    texts = [path.read_text(encoding="utf-8") for path in written.values()]
    for text in (*texts, "\n".join(cells)):
        assert "The money covers the estimated cost" in text


def comes_back(audit: Audit) -> None:
    """In the second round answers change; obsolete resolutions are removed."""
    audit.fills_in("board.xlsx", {"money.set_aside": 70000, "money.estimate": 60000})
    taken = audit.imports("board.xlsx")  # "don't know" is still beside the answer
    assert [remark["code"] for remark in taken["remarks"]] == ["state-replaced"]
    assert taken["issue"]["number"] == 3
    assert (
        "money.estimate:\n    value: 60000\n"
        in (audit.folder / "answers" / "board.yaml").read_text()
    )
    audit.fills_in("site.csv", {"plan.state": "agreed", "money.set_aside": 70000})
    audit.imports("site.csv")
    warned = audit.does("lint", ".", status=1).stdout
    for question in ("plan.state", "money.set_aside"):
        assert f"respondents agree on '{question}'" in warned
        audit.does("resolve", "engagement.yaml", question, "--remove")
    assert audit.verdict("--as-of", LATER, status=0) == "go"


def proves(audit: Audit) -> None:
    """The bundle verifies in any folder, and fails once one of its bytes is changed."""
    audit.does("bundle", "engagement.yaml", "--as-of", LATER, "-o", "sent/all.zip")
    sent = Audit(audit.folder / "sent")
    sent.does("verify", "all.zip")
    content = (sent.folder / "all.zip").read_bytes()
    for at in range(40, len(content), len(content) // 5):
        changed = bytearray(content)
        changed[at] ^= 1
        (sent.folder / "changed.zip").write_bytes(changed)
        sent.does("verify", "changed.zip", "--engine", "native", status=1)


@pytest.mark.slow
def test_an_audit_of_two_rounds(tmp_path: Path) -> None:
    """The commands alone lead from nothing to a verified result."""
    audit = begins(tmp_path)
    for step in (collects, merges, settles, waives, reports, comes_back, proves):
        step(audit)
