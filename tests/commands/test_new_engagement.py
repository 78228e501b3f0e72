"""Every command about an engagement works before the first sheet is handed in."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.commands.main import COMMANDS
from tests.commands.running import run
from tests.lanes import each

ENGAGEMENT = """\
format: readiness/engagement/1
id: new
ruleset: crm-pre-implementation
as_of: 2026-11-21
groups: {departments: [sales, it]}
answers: """
NOTES = {
    "[answers/*.yaml]": "e.yaml:6:11: no answer sheet matches 'answers/*.yaml' yet\n",
    "[]": "e.yaml:6:10: the engagement has no answer sheets yet\n",
}
# How each command is called, and its exit status; 1 means that the gates are not passed.
CALLS = {
    "assess": (["e.yaml", "-f", "html", "-o", "out.html"], 1),
    "explain": (["e.yaml", "executive-sponsor"], 0),
    "plan": (["e.yaml"], 0),
    "graph": (["e.yaml"], 0),
    "ask": (["e.yaml", "--respondent", "sales"], 0),
    "workbook": (["export", "e.yaml", "-r", "sales", "-f", "csv"], 0),
    "status": (["e.yaml"], 0),
    "resolve": (["e.yaml"], 0),
    "bundle": (["e.yaml", "-o", "bundle.zip"], 0),
    "lint": (["e.yaml"], 1),
}
# These commands read other files than engagements.
OTHERS = {"portfolio", "verify", "sign", "list", "show", "new", "test", "schema"}


def test_no_command_is_forgotten() -> None:
    """A new command is listed either as reading engagements or as not reading them."""
    assert set(COMMANDS) == CALLS.keys() | OTHERS


@pytest.mark.parametrize("answers", each(NOTES, fast="[]".__eq__))
@pytest.mark.parametrize("command", CALLS)
def test_without_sheets(command: str, answers: str, tmp_path: Path) -> None:
    """Each command works, with a note at the place where the engagement names sheets."""
    (tmp_path / "e.yaml").write_text(ENGAGEMENT + answers + "\n")
    words, status = CALLS[command]
    done = run(command, *words, folder=tmp_path)
    assert done.status == status
    if command != "ask":  # which creates the first sheet
        assert NOTES[answers] in (done.stdout if command == "lint" else done.stderr)


@pytest.mark.slow
def test_verified_without_sheets(tmp_path: Path) -> None:
    """A result that was assessed without a sheet is verified like any other result."""
    (tmp_path / "e.yaml").write_text(ENGAGEMENT + "[answers/*.yaml]\n")
    assert run("assess", "e.yaml", "-f", "json", "-o", "r.json", folder=tmp_path).status == 1
    assert run("verify", "r.json", "--engagement", "e.yaml", folder=tmp_path).status == 0
    assert run("bundle", "e.yaml", "-o", "b.zip", folder=tmp_path).status == 0
    assert run("verify", "b.zip", folder=tmp_path).status == 0
