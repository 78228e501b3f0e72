"""`readiness new`: what it writes, what it prints, and what it refuses."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.commands.running import CommandRun, run

PARENT = "crm-pre-implementation"
FILES = ["answers.yaml", "cases.yaml", "questionnaire.yaml", "ruleset.yaml"]


def names(folder: Path) -> list[str]:
    """Return everything in a folder, at any depth."""
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*"))


def typed(done: CommandRun, folder: Path) -> list[CommandRun]:
    """Run the printed commands exactly as printed and return their results."""
    lines = [shlex.split(line) for line in done.stdout.splitlines()]
    assert all(words[0] == "readiness" for words in lines)
    return [run(*words[1:], folder=folder) for words in lines]


def holds(done: CommandRun, folder: Path) -> None:
    """Check that the printed commands keep their promise: clean, passed, assessed."""
    assert done.status == 0, done.stderr
    lint, test, assess = typed(done, folder)
    assert (lint.status, lint.stderr) == (0, "No problems.\n")
    assert test.status == 0
    assert " passed, 0 failed" in test.stderr
    assert (assess.status, assess.stderr) == (1, "")
    assert "What to do first, and why" in assess.stdout


def test_a_ruleset_works_at_once(tmp_path: Path) -> None:
    """The printed commands run without findings, pass, and assess."""
    done = run("new", "ruleset", "office-move", folder=tmp_path)
    assert done.stdout == (
        "readiness lint office-move\n"
        "readiness test office-move\n"
        "readiness assess office-move/answers.yaml\n"
    )
    assert sorted(done.stderr.splitlines()) == [f"wrote {Path('office-move', f)}" for f in FILES]
    assert names(tmp_path / "office-move") == FILES
    holds(done, tmp_path)


@pytest.mark.slow
def test_a_ruleset_that_extends_works_at_once(tmp_path: Path) -> None:
    """If the parent asks each member of a group, an engagement lists the members."""
    done = run("new", "ruleset", "our-crm", "--extends", PARENT, folder=tmp_path)
    assert done.stdout.splitlines()[-1] == "readiness assess our-crm/engagement.yaml"
    holds(done, tmp_path)


def test_a_ruleset_that_extends_one_of_ones_own(tmp_path: Path) -> None:
    """`--path` finds the parent, and the printed commands contain it."""
    assert run("new", "ruleset", "one", "--into", "a b", folder=tmp_path).status == 0
    done = run("new", "ruleset", "two", "--extends", "one", "--path", "a b", folder=tmp_path)
    assert done.stdout.splitlines()[-1] == "readiness assess two/answers.yaml --path 'a b'"
    holds(done, tmp_path)


def test_a_questionnaire_works_at_once(tmp_path: Path) -> None:
    """A questionnaire and a sheet are written to a folder, which is created if it is missing."""
    done = run("new", "questionnaire", "office-move", "--into", "my drafts/2027", folder=tmp_path)
    assert done.stdout == "readiness lint 'my drafts/2027/office-move'\n"
    assert names(tmp_path / "my drafts/2027/office-move") == ["answers.yaml", "questionnaire.yaml"]
    assert [found.stderr for found in typed(done, tmp_path)] == ["No problems.\n"]


def test_files_that_are_there_are_left_alone(tmp_path: Path) -> None:
    """Nothing is written if one of the files exists; the refusal names it."""
    folder = tmp_path / "office-move"
    folder.mkdir()
    (folder / "cases.yaml").write_text("mine")
    done = run("new", "ruleset", "office-move", folder=tmp_path)
    assert (done.status, done.stdout) == (2, "")
    there = f"'{Path('office-move', 'cases.yaml')}' already exists; nothing was written\n"
    assert done.stderr.endswith(f"Error: Invalid value for 'NAME': {there}")
    assert names(folder) == ["cases.yaml"]
    assert (folder / "cases.yaml").read_text() == "mine"


def test_other_files_of_the_folder_do_not_matter(tmp_path: Path) -> None:
    """An existing folder without these files is used."""
    (tmp_path / "office-move").mkdir()
    (tmp_path / "office-move" / "notes.txt").write_text("mine")
    holds(run("new", "ruleset", "office-move", folder=tmp_path), tmp_path)
    assert (tmp_path / "office-move" / "notes.txt").read_text() == "mine"


REFUSED = {
    "capitals": (
        ["ruleset", "Office Move"],
        "'NAME': 'Office Move' can be no id; write 'office-move'",
    ),
    "underscores": (
        ["questionnaire", "office_move"],
        "'NAME': 'office_move' can be no id; write 'office-move'",
    ),
    "no letter": (
        ["ruleset", "2027"],
        "'NAME': '2027' can be no id; write 'c-2027'",
    ),
    "a way out": (["ruleset", "../up"], "'NAME': '../up' can be no id; write 'up'"),
    "taken": (["ruleset", PARENT], f"'NAME': there is already a questionnaire '{PARENT}' in "),
    "no parent": (
        ["ruleset", "ours", "--extends", "crm-preimplementation"],
        f"'--extends': there is no ruleset 'crm-preimplementation'; did you mean '{PARENT}'?",
    ),
    "a folder in a file": (
        ["ruleset", "ours", "--into", "file/deep"],
        f"Error: cannot write '{Path('file', 'deep')}': not a directory",
    ),
    "a file": (
        ["ruleset", "ours", "--into", "file"],
        "'--into': Directory 'file' is a file.",
    ),
    "a questionnaire that extends": (
        ["questionnaire", "ours", "--extends", PARENT],
        "Error: --extends is for rulesets; their questionnaire is extended with them",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_wrong_is_refused(case: str, tmp_path: Path) -> None:
    """A wrong call is refused with what to do and status 2, and nothing is written."""
    words, message = REFUSED[case]
    (tmp_path / "file").write_text("")
    done = run("new", *words, folder=tmp_path)
    assert (done.status, done.stdout) == (2, "")
    assert message in done.stderr
    assert names(tmp_path) == ["file"]


def test_a_folder_that_may_not_be_written_to(tmp_path: Path) -> None:
    """A read-only folder is named in the message, and nothing is left behind."""
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o500)
    if _writable(closed):
        pytest.skip("the current user can write everywhere")
    done = run("new", "ruleset", "ours", "--into", "closed", folder=tmp_path)
    assert (done.status, done.stdout) == (2, "")
    assert f"Error: cannot write '{Path('closed', 'ours')}': permission denied" in done.stderr
    assert names(closed) == []


def _writable(folder: Path) -> bool:
    try:
        (folder / "try").mkdir()
    except OSError:
        return False
    (folder / "try").rmdir()
    return True


def test_a_ruleset_from_a_checklist(tmp_path: Path) -> None:
    """The template becomes a ruleset of that title; nothing is written over, or by halves."""
    pytest.importorskip("xlsxwriter")
    made = run("new", "checklist", "-o", "list.xlsx", folder=tmp_path)
    assert (made.status, made.stderr) == (0, "wrote list.xlsx\n")
    words = ("new", "ruleset", "ward", "--from", "list.xlsx", "--title", "Opening a ward")
    done = run(*words, folder=tmp_path)
    assert names(tmp_path / "ward") == FILES
    assert "title: Opening a ward\n" in (tmp_path / "ward/ruleset.yaml").read_text()
    holds_drafted = typed(done, tmp_path)
    assert holds_drafted[0].stderr == "No problems.\n"
    assert holds_drafted[1].stderr == "9 passed, 0 failed\n"
    assert holds_drafted[2].status == 1
    again = run("new", "checklist", "-o", "list.xlsx", folder=tmp_path)
    assert (again.status, "exists" in again.stderr) == (2, True)
    (tmp_path / "bad.csv").write_text("Question,Check,Type,Severity\nQ,,nothing,awful\n")
    refused = run("new", "ruleset", "other", "--from", "bad.csv", folder=tmp_path)
    assert refused.status == 2
    assert refused.stderr.count("bad.csv:") == 3
    assert not (tmp_path / "other").exists()


@pytest.mark.parametrize(
    "words",
    [("checklist", "x"), ("checklist", "--title", "T"), ("ruleset",), ("ruleset", "x", "-o", "y"),
     ("questionnaire", "x", "--from", "y"), ("ruleset", "x", "--from", "missing.xlsx")],
)  # fmt: skip
def test_options_that_do_not_go_together(words: tuple[str, ...], tmp_path: Path) -> None:
    """What does not belong together is refused, and nothing is written."""
    assert run("new", *words, folder=tmp_path).status == 2
    assert names(tmp_path) == []
