"""The interview and the import that the documentation shows, held anew."""

from __future__ import annotations

import datetime
import difflib
import re
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.commands.running import run
from tests.docs.pages import ROOT, Block, pieces

PAGE = ROOT / "docs" / "collecting.md"
_TYPED = re.compile(r"[a-z_]+\.[a-z_]+: (.+)")
EXAMPLE = ROOT / "questionnaires" / "examples" / "halden-outdoor"


def held(block: Block, folder: Path) -> list[str]:
    """The block as it comes out: in it, what is typed stands behind the labels of the prompts."""
    command, *shown = block.lines
    typed = [match[1] for line in shown if (match := _TYPED.fullmatch(line))]
    done = run(*command.split()[2:], stdin="\n".join(typed) + "\n", folder=folder)
    return [command, *(line.rstrip() for line in (done.stdout + done.stderr).splitlines())]


def imported(block: Block, folder: Path) -> list[str]:
    """The block as it comes out: the form of sales, filled in, while the sheet was changed."""
    export = ("workbook", "export", "engagement.yaml", "-r", "sales", "-o", "sales.xlsx")
    assert run(*export, folder=folder).status == 0
    book = load_workbook(folder / "sales.xlsx")
    sheet = book["Questions"]
    rows = {row[0].value: row for row in sheet.iter_rows()}
    rows["success.data_recorded"][3].value = "yes"
    rows["funding.committed"][3].value = 610_000
    book.save(folder / "sales.xlsx")
    answers = folder / "answers" / "sales.yaml"
    answers.write_text(answers.read_text(encoding="utf-8").replace("700000", "650000"))
    command = block.lines[0]
    done = run(*command.split()[2:], folder=folder)
    assert (done.status, done.stderr) == (1, "")
    told = done.stdout.replace(datetime.date.today().isoformat(), "2026-11-21")
    return [command, *(line.rstrip() for line in told.splitlines())]


HELD = {"interview": held, "import": imported}


def test_what_is_shown_is_what_happens(tmp_path: Path, request: pytest.FixtureRequest) -> None:
    """In a copy of the worked example each, with the answers that stand in the page."""
    for kind in HELD:
        shutil.copytree(EXAMPLE, tmp_path / kind)
    lines: list[str] = []
    for piece in pieces(PAGE.read_text(encoding="utf-8")):
        if isinstance(piece, str):
            lines.append(piece)
        else:
            kinds = [kind for kind in HELD if kind in piece.options]
            inside = HELD[kinds[0]](piece, tmp_path / kinds[0]) if kinds else piece.lines
            lines += [piece.opening, *inside, piece.closing]
    renewed = "\n".join(lines) + "\n"
    if request.config.getoption("--renew-golden"):
        PAGE.write_text(renewed, encoding="utf-8", newline="\n")
    written = PAGE.read_text(encoding="utf-8")
    assert all(f"```text {kind}" in written for kind in HELD)
    difference = difflib.unified_diff(written.splitlines(), renewed.splitlines(), lineterm="")
    assert written == renewed, "\n".join(difference)
