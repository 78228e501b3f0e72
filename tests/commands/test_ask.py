"""Interviews through a pipe: the complete output, and how they end."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest

from tests.commands.running import ROOT, CommandRun, run, run_process
from tests.conftest import GoldenCheck

GOLDEN = ROOT / "tests" / "golden" / "commands" / "ask"
SHOP = ROOT / "tests" / "reports" / "shop"
ENGAGEMENT = """\
format: readiness/engagement/1
id: opening
title: Opening of the web shop
ruleset: ./ruleset.yaml
as_of: 2026-11-21
groups: {departments: [sales, finance]}
answers: [answers/*.yaml]
"""

# The input of each interview, and the arguments of `readiness ask`.
WHOLE = """\
yes
?
board
/back

/note The sponsor was introduced in October
yes
add
Teapot
yes
add
Kettle

change 2

yes
done
/skip
no
/why
/unknown The painter is asked on Monday
120000
100 000 EUR
/evidence Audit of 2025
audit-2025.pdf
2026-03-02

yes
yes
no
"""
ALL = "no\nyes\n80000\n/back\n90000\n/status\n/quit\n"
INTERVIEWS = {
    "whole": (["opening.yaml", "--respondent", "sales"], WHOLE),
    "one-gate": (["opening.yaml", "--respondent", "sales", "--gate", "build"], "no\n"),
    "all-and-left": (["opening.yaml", "--respondent", "sales", "--all", "--width", "40"], ALL),
    "wrong-line": (["opening.yaml", "--respondent", "sales"], "yes\nbord\nyes\n"),
    "no-respondent": (["opening.yaml"], ""),
    "unknown-gate": (["opening.yaml", "--respondent", "sales", "--gate", "bild"], ""),
    "standard-input": (["-"], ""),
    "nowhere": (["nowhere.yaml"], ""),
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write the web shop and an engagement without sheets."""
    for name in ("ruleset.yaml", "questionnaire.yaml"):
        shutil.copy(SHOP / name, tmp_path / name)
    (tmp_path / "opening.yaml").write_text(ENGAGEMENT)
    return tmp_path


def shown(done: CommandRun, folder: Path) -> str:
    """Return the result of an interview: its output, how it ended, and the sheet."""
    text = "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())
    if done.stderr:
        text += f"--- standard error\n{done.stderr}"
    text += f"--- exit status {done.status}\n"
    sheet = folder / "answers" / "sales.yaml"
    return text + (f"--- answers/sales.yaml\n{sheet.read_text()}" if sheet.exists() else "")


@pytest.mark.parametrize("name", INTERVIEWS)
def test_an_interview(name: str, folder: Path, golden: GoldenCheck) -> None:
    """The output equals the golden file, and the sheet equals the one that it contains."""
    words, typed = INTERVIEWS[name]
    done = run("ask", *words, stdin=typed, folder=folder)
    golden(GOLDEN / f"{name}.txt", shown(done, folder))


def test_what_was_left_goes_on(folder: Path) -> None:
    """An interview in several parts produces the same sheet as one in a single run."""
    words = ["ask", "opening.yaml", "--respondent", "sales"]
    lines = ["yes\n", "board\n", "/note Told\n", "yes\n", "none\n"]
    run(*words, stdin="".join(lines), folder=folder)
    whole = (folder / "answers" / "sales.yaml").read_text()
    shutil.rmtree(folder / "answers")
    for line in lines:
        assert run(*words, stdin=line, folder=folder).status == 0
    assert (folder / "answers" / "sales.yaml").read_text() == whole


def test_a_new_file_is_assessed_as_of_today(folder: Path) -> None:
    """A new file is assessed as of today unless a day is named."""
    words = ["ask", "new.yaml", "--ruleset", "ruleset.yaml"]
    assert datetime.date.today().isoformat() in run(*words, stdin="/status\n", folder=folder).stdout
    done = run(*words, "--as-of", "2026-01-02", stdin="/status\n", folder=folder)
    assert "As of        2026-01-02" in done.stdout


def test_nothing_steers_the_terminal_in_a_pipe(folder: Path) -> None:
    """Control sequences appear only if colour is asked for; an ASCII encoding gets ASCII signs."""
    words = ["ask", "new.yaml", "--ruleset", "ruleset.yaml"]
    plain = run_process(
        *words, stdin="no\n", folder=folder, PYTHONUTF8="0", PYTHONIOENCODING="ascii"
    )
    assert plain.status == 0
    assert plain.stdout.isascii()
    assert "\x1b" not in plain.stdout
    assert "\x1b[" in run(*words, "--color", folder=folder).stdout


def test_a_file_that_cannot_be_written_ends_a_pipe_with_2(folder: Path) -> None:
    """If the file cannot be written, the message says why, and the exit status is 2."""
    (folder / "answers").write_text("no folder")
    done = run("ask", "opening.yaml", "--respondent", "sales", stdin="yes\n", folder=folder)
    assert done.status == 2
    assert "cannot save to answers/sales.yaml" in done.stderr
