"""The interview and the import in the documentation, run again."""

from __future__ import annotations

import datetime
import difflib
import re
import shutil
from pathlib import Path

import pytest
from openpyxl import load_workbook

from tests.commands.running import run
from tests.docs.pages import ROOT, PageBlock, pieces
from tests.lanes import each

DOCS = ROOT / "docs"
_TYPED = re.compile(r"[a-z_]+\.[a-z_]+: (.+)")
EXAMPLE = ROOT / "questionnaires" / "examples" / "halden-outdoor"


def held(block: PageBlock, folder: Path) -> list[str]:
    """Run the interview with the input that the block shows after the prompts."""
    command, *shown = block.lines
    typed = [match[1] for line in shown if (match := _TYPED.fullmatch(line))]
    done = run(*command.split()[2:], stdin="\n".join(typed) + "\n", folder=folder)
    return [command, *(line.rstrip() for line in (done.stdout + done.stderr).splitlines())]


def imported(block: PageBlock, folder: Path) -> list[str]:
    """Import the form of sales, filled in while the answer sheet was changed."""
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


SHOWN = {"interview": ("collecting.md", held), "import": ("forms.md", imported)}


@pytest.mark.parametrize("kind", each(SHOWN, fast="interview".__eq__))
def test_what_is_shown_is_what_happens(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """The page shows real output: the commands run in a copy of the example with its answers."""
    name, repeat = SHOWN[kind]
    page = DOCS / name
    shutil.copytree(EXAMPLE, tmp_path / kind)
    lines: list[str] = []
    for piece in pieces(page.read_text(encoding="utf-8")):
        if isinstance(piece, str):
            lines.append(piece)
        else:
            inside = repeat(piece, tmp_path / kind) if kind in piece.options else piece.lines
            lines += [piece.opening, *inside, piece.closing]
    renewed = "\n".join(lines) + "\n"
    if request.config.getoption("--renew-golden"):
        page.write_text(renewed, encoding="utf-8", newline="\n")
    written = page.read_text(encoding="utf-8")
    assert f"```text {kind}" in written
    difference = difflib.unified_diff(written.splitlines(), renewed.splitlines(), lineterm="")
    assert written == renewed, "\n".join(difference)
