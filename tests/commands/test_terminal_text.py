"""How commands print texts that contain control characters."""

from __future__ import annotations

import gc
import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from readiness.commands.main import group, main
from tests.commands.running import run
from tests.reports.example_reports import hostile

TEXT = (
    "\x1b[31mX\x1b[0m\x1b]0;title\x07\x1b]8;;https://example.org\x1b\\ \x1b[2J\x9b1m\x9d0;t\x9c"
    "\x00\x08\x7f\u202eR\u202c\u2066L\u2069\u200e\u200f\u061c\u2028\u2029\r\v\x85\ufeff"
)
# Only tabs and line ends may remain; CSV and calendars end lines with both characters.
OBEYED = re.compile(
    "(?![\t\n])[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
NAME = "h\x1b[31m\x9b2J\u202e\x07"  # as a file, a folder, or any argument
BINARY = frozenset({"xlsx", "png", "parquet", "pdf", "docx"})
CHECK = "unmet"

# Arguments of each command; all succeed except the table with odd columns and the interview, which
# ends at an invalid line. The project is in the current folder.
SITUATIONS: dict[str, list[list[str]]] = {
    "assess": [["engagement.yaml"], ["second.yaml", "--ruleset", "ruleset.yaml"]],
    "explain": [["engagement.yaml", CHECK], ["engagement.yaml", "disputed"]],
    "plan": [["engagement.yaml"]],
    "compare": [
        ["engagement.yaml", "result.json", "result.json"], ["result.json", "engagement.yaml"],
    ],
    "graph": [
        ["engagement.yaml"], ["engagement.yaml", "--around", CHECK], ["ruleset.yaml"],
        ["engagement.yaml", "--all"],
    ],
    "portfolio": [
        ["ruleset.yaml", "table.jsonl", "-o", "-", "--keep", "name", "--refused", "aside.csv"],
        ["ruleset.yaml", "table.jsonl", "--summary", "-", "--keep", "name"],
        ["ruleset.yaml", "odd.csv"],
    ],
    "ask": [["engagement.yaml", "--respondent", "three", "--all"]],
    "workbook export": [["engagement.yaml", "-r", "four", "-f", "csv"]],
    "workbook import": [["form.csv", "--ruleset", "ruleset.yaml"]],
    "forms export": [["engagement.yaml", "--into", NAME, "-q", "s.disputed"]],
    "forms import": [["engagement.yaml", "form.csv", "--dry-run"]],
    "remind": [["engagement.yaml"]],
    "status": [["engagement.yaml"]],
    "resolve": [
        ["engagement.yaml"],
        ["engagement.yaml", "s.said", "--value", f"{TEXT} new", "--reason", TEXT, "--by", TEXT,
         "--dry-run"],
        ["engagement.yaml", "s.disputed", "--remove", "--dry-run"],
    ],
    "waive": [
        ["engagement.yaml", CHECK, "--reason", TEXT, "--approved-by", TEXT, "--replace", *dry]
        for dry in (["--dry-run"], [])
    ],
    "progress import": [["engagement.yaml", "plan.xlsx", "--dry-run"]],
    "bundle": [["second.yaml", "--ruleset", "ruleset.yaml", "-o", f"{NAME}.zip"]],
    "verify": [["result.json", "--engagement", "engagement.yaml"], ["altered.json"]],
    "sign": [["--new-key", f"{NAME}.pem"]],
    "list": [["rulesets", "--path", "."], ["questionnaires", "--path", "."]],
    "show": [
        ["ruleset.yaml"], ["ruleset.yaml", CHECK], ["ruleset.yaml", "--questions"],
        ["ruleset.yaml", "--origin"],
    ],
    "new": [["ruleset", "fresh", "--extends", "hostile", "--path", ".", "--into", NAME]],
    "rename": [[CHECK, "fresh", "ruleset.yaml", "--dry-run"]],
    "update": [["ruleset.yaml", "--from", "checklist.xlsx", "--dry-run"]],
    "lint": [["."], ["broken.yaml"]],
    "test": [["cases.yaml"]],
    "coverage": [["ruleset.yaml"]],
    "mutants": [["ruleset.yaml"]],
    "diff": [["ruleset.yaml", "ruleset.yaml", "--all"]],
    "upgrade": [["engagement.yaml", "--to", "ruleset.yaml", "--dry-run"]],
    "schema": [["ruleset"]],
    "api": [["--openapi"]],
    "lsp": [["--help"]],
}  # fmt: skip


def commands(found: click.Command = group, name: str = "") -> Iterator[tuple[str, click.Command]]:
    """Return every command with the arguments of its call."""
    if not isinstance(found, click.Group):
        yield name, found
        return
    context = click.Context(found)
    for word in found.list_commands(context):
        inner = found.get_command(context, word)
        assert inner is not None
        yield from commands(inner, f"{name} {word}".strip())


COMMANDS = dict(commands())


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a hostile name, in which every text of every document is hostile."""
    folder = tmp_path_factory.mktemp("project") / NAME
    folder.mkdir()
    hostile(TEXT, folder)
    engagement = json.loads((folder / "engagement.yaml").read_text())
    engagement["answers"].append(f"{NAME}.yaml")
    (folder / "engagement.yaml").write_text(json.dumps(engagement))
    answers = {"s.said": f"{TEXT} otherwise", "s.silent": {"unknown": TEXT}}
    third = {"format": "readiness/answers/1", "respondent": "three", "answers": answers}
    (folder / f"{NAME}.yaml").write_text(json.dumps(third))
    broken = {**third, "answers": {"s.yes": f"{TEXT}", TEXT: 1}, TEXT: TEXT}
    (folder / "broken.yaml").write_text(json.dumps(broken))
    (folder / "unread.yaml").write_bytes(f"title: '{TEXT[:8]}\x9b' {TEXT}".encode())
    cases = {"format": "readiness/cases/1", "ruleset": "ruleset.yaml", "cases": [
        {"name": f"{TEXT} case", "answers": {"s.said": TEXT},
         "expect": {"checks": {CHECK: "met"}}}]}  # fmt: skip
    (folder / "cases.yaml").write_text(json.dumps(cases))
    rows = [{"name": TEXT, "s.said": TEXT, "s.yes": True}, {"name": TEXT, "s.yes": TEXT}]
    (folder / "table.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    (folder / "odd.csv").write_bytes(f"name,{TEXT},s.yes\nx,y,z\n".encode())
    for words in (
        ["assess", "engagement.yaml", "-f", "json", "-o", "result.json"],
        ["show", "ruleset.yaml", "-o", "checklist.xlsx"],
        ["workbook", "export", "engagement.yaml", "-r", "four", "-f", "csv", "-o", "form.csv"],
        ["plan", "engagement.yaml", "-o", "plan.xlsx"],
    ):
        assert run(*words, folder=folder).status in (0, 1)
    altered = json.loads((folder / "result.json").read_text())
    altered["gates"][0]["title"] = TEXT
    altered["answers"][0]["file"] = f"{NAME}/{TEXT}"
    (folder / "altered.json").write_text(json.dumps(altered))
    return folder


def printed(
    words: list[str], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> tuple[str, int]:
    """Return the output of a command, standard output and standard error, and its exit status."""
    monkeypatch.setattr(sys, "argv", ["readiness", *words])
    typed = f"{TEXT}\n{TEXT} typed\n".encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(typed)))
    threshold = gc.get_threshold()
    with pytest.raises(SystemExit) as left:
        main()
    gc.set_threshold(*threshold)
    sys.stdout.flush()
    out, err = capfd.readouterr()
    assert left.value.code in (0, 1, 2), err
    return out + err, int(left.value.code)


def formats(command: click.Command) -> list[str]:
    """Return the text formats of a command; an empty one if it has no choice."""
    for one in command.params:
        if "--format" in one.opts and isinstance(one.type, click.Choice):
            return [str(choice) for choice in one.type.choices if choice not in BINARY]
    return [""]


def test_every_command_is_tried() -> None:
    """A new command needs an entry here."""
    assert SITUATIONS.keys() == COMMANDS.keys()


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_printed_is_obeyed(
    name: str, project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """No command prints a control character of a document or a file name, in any format."""
    monkeypatch.chdir(project)
    for words in SITUATIONS[name]:
        for form in formats(COMMANDS[name]):
            chosen = ["--format", form] if form and (name != "portfolio" or "-o" in words) else []
            told, status = printed([*name.split(), *words, *chosen], monkeypatch, capfd)
            assert told
            assert status < 2 or "odd.csv" in words or name == "ask", told
            assert not OBEYED.findall(told.replace("\r\n", "\n")), (words, chosen)


@pytest.mark.parametrize("name", COMMANDS)
def test_nothing_complained_of_is_obeyed(
    name: str, project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """No message about an argument or an option prints a control character from it."""
    monkeypatch.chdir(project)
    words, command = SITUATIONS[name][0], COMMANDS[name]
    tried = [[f"--{NAME}"], [*words, NAME], [NAME, *words[1:]]]
    tried += [["broken.yaml", *words[1:]], ["unread.yaml", *words[1:]]]
    for one in command.params:
        if isinstance(one, click.Option) and not one.is_flag and "--help" not in one.opts:
            tried += [[*words, f"{one.opts[0]}={NAME}"], [*words, f"{one.opts[0]}={NAME}/x"]]
    for held in tried:
        told, _ = printed([*name.split(), *held], monkeypatch, capfd)
        assert not OBEYED.findall(told.replace("\r\n", "\n")), held


def test_a_name_that_is_no_text(tmp_path: Path) -> None:
    """A file name outside the encoding of the system is shown, and nothing fails."""
    name = b"\xff\x1b.yaml".decode(errors="surrogateescape")
    done = run("assess", name, folder=tmp_path)
    assert done.status == 2
    assert "there is no such file" in done.stderr
    assert "\x1b" not in done.stderr
