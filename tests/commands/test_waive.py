"""`readiness waive` on a small engagement."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.collecting.garden import ENGAGEMENT, write_garden
from tests.commands.running import CommandRun, run

APPROVED = ("--reason", "The dog is old.", "--approved-by", "Ann: CFO")
WAIVER = """\
waivers:  # none yet
  dug:
    reason: The dog is old.
    approved_by: 'Ann: CFO'
    approved_on: 2027-03-01
    expires: 2027-06-01
"""


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    write_garden(tmp_path)
    return tmp_path


def waive(folder: Path, *words: str) -> CommandRun:
    return run("waive", "engagement.yaml", *words, folder=folder)


def text_in(folder: Path) -> str:
    return (folder / "engagement.yaml").read_bytes().decode()


def test_a_waiver_and_its_end(garden: Path) -> None:
    """The file gains the waiver and is otherwise unchanged; changed verdicts are reported."""
    done = waive(garden, "dug", *APPROVED, "--expires", "2027-06-01")
    assert (done.status, done.stderr) == (0, "")
    said, *told = done.stdout.splitlines()
    assert said.startswith("dug is waived, approved by Ann: CFO on 2027-03-01, expires 2027-06-01")
    assert told == [
        "• gate plant: UNDETERMINED → CONDITIONAL GO",
        "• the progress of 1 check: 1 now done",
        "• no longer a blocker: dug",
    ]
    assert text_in(garden) == ENGAGEMENT.replace("waivers: {}  # none yet\n", WAIVER)
    again = waive(garden, "dug", "--reason", "It digs.", "--approved-by", "Ann", "--replace")
    assert again.stdout.endswith("No verdict and no status changes.\n")
    assert "    reason: It digs.\n    approved_by: Ann\n    approved_on: 2027-03-01\n" in text_in(
        garden
    )
    done = waive(garden, "dug", "--remove")
    assert "• gate plant: CONDITIONAL GO → UNDETERMINED" in done.stdout
    assert text_in(garden).endswith("waivers: {}  # none yet\n")


def test_dry_run_and_json(garden: Path) -> None:
    """The difference and the changes are shown, and nothing is written."""
    done = waive(garden, "dug", *APPROVED, "--dry-run", "--format", "json")
    told = json.loads(done.stdout)
    assert told["check"] == "dug"
    assert told["changes"][0] == {
        "kind": "verdict", "id": "plant", "before": "undetermined", "after": "conditional_go",
    }  # fmt: skip
    assert "+    reason: The dog is old.\n" in told["diff"]
    assert text_in(garden) == ENGAGEMENT


def test_a_waiver_that_changes_nothing(garden: Path) -> None:
    """A closed check is waived only on request, and a later start is mentioned."""
    done = waive(garden, "fenced", *APPROVED, "--force")
    assert "'fenced' is not needed" in done.stderr
    done = waive(garden, "dug", *APPROVED, "--approved-on", "2027-04-01")
    assert "the waiver of 'dug' starts on 2027-04-01" in done.stderr


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["helpd", *APPROVED], "there is no check 'helpd'; did you mean 'helped'?"),
        (["fenced", *APPROVED], "'fenced' is met, so there is no gap to waive; --force"),
        (["dug", *APPROVED[:2]], "name who approves it: --approved-by NAME"),
        (["dug", "--reason", " ", *APPROVED[2:]], "give the reason for this waiver"),
        (
            ["dug", *APPROVED, "--expires", "2027-02-28"],
            "would expire on 2027-02-28, before the day of the assessment, 2027-03-01",
        ),
        (
            ["dug", *APPROVED, "--approved-on", "2027-05-01", "--expires", "2027-04-01"],
            "would expire on 2027-04-01, before its start, 2027-05-01",
        ),
        (["dug", *APPROVED, "--expires", "1.6.2027"], "'1.6.2027' is not a date"),
        (["dug", "--remove"], "there is no waiver for 'dug'"),
        (["dug", "--remove", *APPROVED], "--remove takes no other options for the waiver"),
    ],
)  # fmt: skip
def test_refused(garden: Path, words: list[str], told: str) -> None:
    """The exit status is 2, one sentence says why, and the file is unchanged."""
    done = waive(garden, *words)
    assert (done.status, done.stdout) == (2, "")
    assert told in done.stderr
    assert text_in(garden) == ENGAGEMENT


def test_an_existing_waiver(garden: Path) -> None:
    """An existing waiver is shown with its place and reason, and replaced only on request."""
    assert waive(garden, "dug", *APPROVED).status == 0
    before = text_in(garden)
    done = waive(garden, "dug", *APPROVED)
    assert done.status == 2
    assert (
        "already a waiver for 'dug', at engagement.yaml:11:3, approved by Ann: CFO on 2027-03-01, "
        "does not expire: “The dog is old.”;"
    ) in done.stderr
    assert "replace it with --replace or remove it with --remove" in done.stderr
    assert text_in(garden) == before


def test_only_an_engagement(garden: Path) -> None:
    """A single answer sheet and standard input have no place for a waiver."""
    done = run("waive", "ada.yaml", "dug", *APPROVED, "--path", ".", folder=garden)
    assert done.status == 2
    done = run("waive", "-", "dug", *APPROVED, stdin=ENGAGEMENT, folder=garden)
    assert "a waiver is written to a file, not to standard input" in done.stderr
