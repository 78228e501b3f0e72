"""The interview that the documentation shows, held anew."""

from __future__ import annotations

import difflib
import re
import shutil
from pathlib import Path

import pytest

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


def test_the_interview_shown_is_what_happens(
    tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """In a copy of the worked example, with the answers that stand in the page."""
    folder = tmp_path / "halden-outdoor"
    shutil.copytree(EXAMPLE, folder)
    lines: list[str] = []
    for piece in pieces(PAGE.read_text(encoding="utf-8")):
        if isinstance(piece, str):
            lines.append(piece)
        else:
            is_meant = "interview" in piece.options
            inside = held(piece, folder) if is_meant else piece.lines
            lines += [piece.opening, *inside, piece.closing]
    renewed = "\n".join(lines) + "\n"
    if request.config.getoption("--renew-golden"):
        PAGE.write_text(renewed, encoding="utf-8", newline="\n")
    written = PAGE.read_text(encoding="utf-8")
    assert "```text interview" in written
    difference = difflib.unified_diff(written.splitlines(), renewed.splitlines(), lineterm="")
    assert written == renewed, "\n".join(difference)
