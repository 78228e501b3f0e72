"""A whole engagement of two rounds, from an empty folder: six departments, forms, an interview."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.comments import Comment

from tests.collecting.interview.typist import Typist
from tests.commands.running import CommandRun, run
from tests.reports.libreoffice import LibreOffice

DEPARTMENTS = ("sales", "claims", "underwriting", "finance", "it", "legal")
ENGAGEMENT = "broker/engagement.yaml"
FIRST, SECOND = "2026-11-30", "2026-12-14"
PEOPLE = """
respondents:
  finance: {name: Ann Åberg, email: ann@example.com, due: 2026-12-04}
  it: {name: Dr. Jörg Müller, email: mueller@example.com, due: 2026-12-04}
assign:
  finance: {also: [funding]}
scope:
  areas:
    upkeep: {reason: The board has not decided to buy anything., by: lead assessor, on: 2026-11-30}
"""
COMMON: dict[str, object] = {
    "programme.stage": "A concept that is still being developed",
    "sponsor.identified": "YES",
    "sponsor.level": "Board",
    "goals.written": "yes",
    "funding.source": "The project's own budget",
}


class Engagement:
    """Runs commands in a folder and counts them; what is done by hand is counted as well."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.commands: list[str] = []
        self.files_by_hand: set[str] = set()

    def does(self, *words: str, status: int = 0) -> CommandRun:
        """Run a command and check its exit status."""
        self.commands.append(" ".join(words[:2]))
        done = run(*words, folder=self.folder)
        assert done.status == status, (words, done.stdout[-3000:], done.stderr[-3000:])
        return done

    def types(self, *words: str) -> Typist:
        """Start an interview on a terminal."""
        self.commands.append("ask")
        typist = Typist(self.folder, *words)
        typist.start()
        return typist

    def result(self, name: str) -> dict[str, Any]:
        """Return a result that was written."""
        return dict(json.loads((self.folder / name).read_text(encoding="utf-8")))


def fill(file: Path, answers: Mapping[str, object], *, mess: bool = False) -> None:
    """Fill in a form as people do: some with remarks beside it, and a cell that cannot be read."""
    book = load_workbook(file)
    sheet: Any = book["Questions"]
    rows = {row[0].value: row[0].row for row in sheet.iter_rows() if row[0].value}
    columns = {cell.value: cell.column for cell in sheet[2]}
    for question, value in answers.items():
        sheet.cell(rows[question], columns["answer"]).value = value
    if mess:
        sheet.cell(rows["goals.written"], columns["answer"]).comment = Comment("ask Ben", "Cleo")
        sheet.cell(4, 14).value = "Please call me about page 2"
    book.save(file)


def first_forms(returned: Path, forms: Path, libreoffice: LibreOffice) -> None:
    """Fill in six forms, each saved by LibreOffice under another name."""
    returned.mkdir()
    differing: dict[str, dict[str, object]] = {
        "sales": {"funding.committed": 700_000},
        "claims": {},
        "underwriting": {"programme.starts_on": "next spring"},
        "finance": {"funding.committed": 610_000, "funding.estimated": 600_000},
        "it": {"eai.web_searched": "no"},
        "legal": {},
    }
    for name in DEPARTMENTS:
        fill(forms / f"{name}.xlsx", COMMON | differing[name], mess=name == "claims")
    (returned / "xlsx").mkdir()
    files = [forms / f"{name}.xlsx" for name in DEPARTMENTS]
    libreoffice.convert_all(files[:-1], "xlsx", returned / "xlsx")
    libreoffice.convert(files[-1], "ods", returned)
    (returned / "xlsx" / "claims.xlsx").rename(returned / "xlsx" / "Claims FINAL (2).xlsx")


def starts(here: Engagement) -> None:
    """Make the engagement, and state by hand who answers and what is out of scope."""
    group = f"departments={','.join(DEPARTMENTS)}"
    new = ("new", "engagement", "broker", "--ruleset", "crm-regulated", "--group", group)
    here.does(*new, "--client", "Brigg & Sons")
    stated = here.folder / ENGAGEMENT
    here.files_by_hand.add(stated.name)
    stated.write_text(stated.read_text(encoding="utf-8") + PEOPLE, encoding="utf-8")


def collects(here: Engagement, libreoffice: LibreOffice) -> None:
    """Send forms out, import what came back, and interview one respondent."""
    here.does("forms", "export", ENGAGEMENT, "--into", "forms")
    first_forms(here.folder / "returned", here.folder / "forms", libreoffice)
    more = ("--partial", "--as-of", FIRST, "--corrections", "corrections.txt")
    taken = here.does("forms", "import", ENGAGEMENT, "returned", *more, status=1)
    listed = " ".join(taken.stdout.split())
    assert re.search(r"a comment: ask Ben(?!\d)", listed)
    assert "Please call me about page 2" in listed
    assert "next spring" in (here.folder / "corrections.txt").read_text(encoding="utf-8")
    sheets = sorted(path.stem for path in (here.folder / "broker" / "answers").iterdir())
    assert sheets == sorted(DEPARTMENTS)
    asked = ("--respondent", "legal", "--section", "privacy", "--as-of", FIRST)
    typist = here.types(ENGAGEMENT, *asked)
    typist.until("privacy.policy_defined:")
    typist.type("yes\r")
    typist.until("privacy.covers_crm:")
    typist.type("/quit\r")
    assert typist.ended() == 0


def decides(here: Engagement) -> None:
    """Resolve the disagreement, waive a gap, send reminders, and report the first round."""
    assert "Ann Åberg" in here.does("status", ENGAGEMENT).stdout
    decided = ("--reason", "The minutes of 2 October say so.", "--by", "lead assessor")
    here.does("resolve", ENGAGEMENT, "funding.committed", "--value", "610000", *decided)
    until = ("--approved-by", "CFO", "--expires", "2027-03-31", "--force")
    here.does("waive", ENGAGEMENT, "privacy-policy", "--reason", "The old one covers it.", *until)
    here.does("remind", ENGAGEMENT, "--into", "mails", "--as-of", FIRST)
    mails = sorted(path.name for path in (here.folder / "mails").iterdir())
    assert mails == ["finance.eml", "it.eml"]
    here.does("assess", ENGAGEMENT, "--as-of", FIRST, "-o", "first.json", status=1)
    board = ("--for", "board", "-o", "board.pdf")
    here.does("assess", ENGAGEMENT, "--as-of", FIRST, *board, status=1)


def goes_on(here: Engagement) -> None:
    """Import the partial forms of the second round, compare, and hand over."""
    here.does("forms", "export", ENGAGEMENT, "--into", "second", "-r", "sales", "-r", "finance")
    fill(here.folder / "second" / "sales.xlsx", {"sponsor.identified": "no"})
    fill(here.folder / "second" / "finance.xlsx", {"funding.committed": 650_000})
    here.does("forms", "import", ENGAGEMENT, "second", "--as-of", SECOND)
    kept = (here.folder / "broker" / "answers" / "finance.yaml").read_text(encoding="utf-8")
    assert "history:" in kept
    assert "610000" in kept
    here.does("assess", ENGAGEMENT, "--as-of", SECOND, "-o", "second.json", status=1)
    compared = here.does("compare", "first.json", "second.json", "-f", "json", status=1)
    checks = json.loads(compared.stdout)["checks"]
    assert "answer" in {cause["kind"] for check in checks for cause in check["causes"]}
    since = ("--since", "first.json", "-o", "moved.html")
    here.does("assess", ENGAGEMENT, "--as-of", SECOND, *since, status=1)
    here.does("plan", ENGAGEMENT, "--as-of", SECOND, "-o", "plan.xlsx")
    here.does("bundle", ENGAGEMENT, "-o", "bundle.zip")
    here.does("verify", "bundle.zip", "--engine", "native")
    assert here.result("second.json")["out_of_scope"]


@pytest.mark.slow
def test_two_rounds(tmp_path: Path, libreoffice: LibreOffice) -> None:
    """Six departments and two rounds take at most 20 commands and one file edited by hand."""
    here = Engagement(tmp_path)
    starts(here)
    collects(here, libreoffice)
    decides(here)
    goes_on(here)
    assert len(here.commands) <= 20, here.commands
    assert here.files_by_hand == {"engagement.yaml"}
