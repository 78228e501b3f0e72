"""Where every command writes, in which format, and what it refuses to overwrite."""

from __future__ import annotations

import csv
import json
import os
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from readiness.commands.outputs import OutputFile
from tests.commands.running import run
from tests.commands.scene import CALLS, commands, contents, outputs

OUTPUTS = outputs()
WRITING = [(name, option) for name, option, _ in OUTPUTS]
NAMES = [f"{name} {option}" for name, option in WRITING]

# Files that commands read, or create as a folder or key; every other file name is an output.
READ = {
    "assess path", "explain path", "plan path", "graph path", "portfolio ruleset",
    "portfolio tables", "ask path", "workbook export source", "workbook import file", "status path",
    "resolve path", "progress import path",
    "progress import file", "bundle path", "bundle include", "verify file", "verify engagement",
    "verify signature", "verify key", "sign file", "sign key", "show name", "new into",
    "new checklist", "rename targets", "update target",
    "update checklist",
    "lint targets", "test targets", "forms export into", "forms import targets",
    "remind into",
}  # fmt: skip
MADE = {"sign new_key"}
LOOKS_LIKE_A_FILE = ("FILE", "PATH", "DIR", "ANSWERS", "TABLE", "FORM", "BUNDLE", "SOURCE")


def test_every_command_is_tried() -> None:
    """A new command is covered by all tests of this kind, or fails this one."""
    assert set(CALLS) == set(commands())


def test_every_file_that_a_command_names_is_read_or_an_output() -> None:
    """Every file that a command writes to is declared as an output of the one output type."""
    for name, command in commands().items():
        for param in command.params:
            key = f"{name} {param.name}"
            if key in READ | MADE or isinstance(param.type, OutputFile):
                continue
            metavar = param.metavar or ""
            assert not isinstance(param.type, click.Path) or param.name == "paths", key
            assert param.name == "paths" or not any(
                word in metavar for word in LOOKS_LIKE_A_FILE
            ), key
            assert param.opts[0] not in ("--output", "-o"), key


def is_json(data: bytes) -> bool:
    return isinstance(json.loads(data), dict | list)


def is_text(data: bytes) -> bool:
    return data.lstrip()[:1] not in b"{<[" and b"\0" not in data


SIGNS: dict[str, Callable[[bytes], bool]] = {
    "text": is_text,
    "json": is_json,
    "html": lambda data: data.lower().startswith(b"<!doctype html>"),
    "markdown": lambda data: data.startswith(b"# "),
    "xlsx": lambda data: data.startswith(b"PK") and b"xl/workbook.xml" in data,
    "pdf": lambda data: data.startswith(b"%PDF-1."),
    "docx": lambda data: data.startswith(b"PK") and b"word/document.xml" in data,
    "zip": lambda data: data.startswith(b"PK") and b"manifest.json" in data,
    "csv": lambda data: len(next(csv.reader(data.decode("utf-8-sig").splitlines()))) > 1,
    "junit": lambda data: b"<testsuites" in data,
    "sarif": lambda data: "runs" in json.loads(data),
    "ics": lambda data: data.startswith(b"BEGIN:VCALENDAR"),
    "svg": lambda data: b"<svg" in data,
    "png": lambda data: data.startswith(b"\x89PNG"),
    "dot": lambda data: data.startswith(b"digraph"),
    "mermaid": lambda data: b"flowchart" in data,
    "yaml": lambda data: b"format: readiness/answers/1" in data,
    "parquet": lambda data: data.startswith(b"PAR1"),
    "jsonl": lambda data: all(is_json(line) for line in data.splitlines()),
}

ENDS = [
    (name, option, format_, end)
    for name, option, held in OUTPUTS
    for format_, ends in held.formats.items()
    for end in ends
]


@pytest.mark.parametrize(("name", "option", "format_", "end"), ENDS)
def test_the_end_of_a_name_says_the_format(
    scene: Path, name: str, option: str, format_: str, end: str
) -> None:
    """The name of a file decides its format; its folder is created if it is missing.

    Nothing else is left in the folder, and no input has changed.
    """
    before = contents(scene)
    target = Path("made") / "for it" / f"result{end}"
    done = run(*CALLS[name].words, *more(name, option), option, str(target), folder=scene)
    assert done.status in (0, 1), done.stderr
    after = contents(scene)
    made = after.pop(str(target), b"")
    if option == "--refused":  # no row is refused, so there is no such file
        assert made == b""
    else:
        assert SIGNS[format_](made), made[:200]
    for rest in ("made", "made/for it", *more(name, option)[1:]):
        after.pop(rest, None)
    assert after == before


def more(name: str, option: str) -> tuple[str, ...]:
    """Return what is added to a call when `option` is not the one that it writes with."""
    return () if option in ("--output", "-o") else CALLS[name].more


@pytest.mark.parametrize("end", [".odp", ".gif", ".xls", ".yaml.bak"])
@pytest.mark.parametrize(("name", "option"), WRITING, ids=NAMES)
def test_an_end_that_cannot_be_written(scene: Path, name: str, option: str, end: str) -> None:
    """Nothing is written to a file with an unknown extension; the message lists the known ones."""
    before = contents(scene)
    done = run(*CALLS[name].words, option, f"result{end}", folder=scene)
    assert (done.status, done.stdout) == (2, "")
    assert f"'result{end}' does not end in ." in done.stderr
    assert contents(scene) == before


INPUTS = [
    (name, option, next(iter(held.formats.values()))[0], read)
    for name, option, held in OUTPUTS
    for read in CALLS[name].reads
]


@pytest.mark.parametrize(("name", "option", "end", "read"), INPUTS)
def test_inputs_are_not_written_over(
    scene: Path, name: str, option: str, end: str, read: str
) -> None:
    """A file that a command has read is refused as its output, under whatever name."""
    link = scene / f"another-name{end}"
    os.link(scene / read, link)
    before = contents(scene)
    done = run(*CALLS[name].words, *more(name, option), option, link.name, folder=scene)
    assert done.status == 2, done.stderr
    assert "Traceback" not in done.stderr
    assert contents(scene) == before


@pytest.mark.parametrize(("name", "option"), WRITING, ids=NAMES)
def test_a_file_that_cannot_be_made(scene: Path, name: str, option: str) -> None:
    """If a file cannot be created, one line says why, and no file or folder is left behind."""
    held = next(one for key, opt, one in OUTPUTS if (key, opt) == (name, option))
    end = next(iter(held.formats.values()))[0]
    before = contents(scene)
    target = f"rules.yaml/made/result{end}"
    done = run(*CALLS[name].words, *more(name, option), option, target, folder=scene)
    assert done.status == 2
    assert done.stderr.splitlines()[-1].endswith("not a directory")
    assert contents(scene) == before


def test_the_format_that_is_asked_for_wins(scene: Path) -> None:
    """With an explicit format, the file may have any name."""
    done = run("status", "engagement.yaml", "-f", "json", "-o", "progress.log", folder=scene)
    assert done.status == 0
    assert is_json((scene / "progress.log").read_bytes())


def test_several_formats_make_their_folder(scene: Path) -> None:
    """Commands with several formats and with one treat a missing folder alike."""
    words = ("assess", "engagement.yaml", "-f", "json", "-f", "html", "-o", "made/reports")
    assert run(*words, folder=scene).status == 1
    found = sorted(path.name for path in (scene / "made" / "reports").iterdir())
    assert found == ["assessment.html", "assessment.json"]
