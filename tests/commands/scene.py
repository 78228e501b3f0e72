"""A folder in which every command has something to do, and a call of each command there.

The rules for all commands are tested with every command that click lists: a new command without an
entry here fails the tests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import click

from readiness.commands.main import group
from readiness.commands.outputs import OutputFile
from tests.collecting.garden import write_garden
from tests.commands.running import run

CASES = """\
format: readiness/cases/1
ruleset: rules.yaml
as_of: 2027-03-01
cases:
  - {name: A fence, answers: {is.fenced: yes}, expect: {checks: {fenced: met}}}
  - {name: No fence, answers: {is.fenced: no}, expect: {checks: {fenced: met}}}
"""
TABLE = "name,is.fenced,is.dug\nEden,yes,no\nArcadia,no,yes\n"


@dataclass(frozen=True)
class CommandCall:
    """How a command is called in the scene, and the files that it reads there."""

    words: tuple[str, ...]
    reads: tuple[str, ...] = ()
    more: tuple[str, ...] = ()
    """The options to add if the call writes nothing without them."""
    stdin: str = ""


SHEETS = ("engagement.yaml", "rules.yaml", "questions.yaml", "ada.yaml", "ben.yaml")
RULES = ("rules.yaml", "questions.yaml")

CALLS = {
    "assess": CommandCall(("assess", "engagement.yaml"), SHEETS),
    "explain": CommandCall(("explain", "engagement.yaml", "fenced"), SHEETS),
    "plan": CommandCall(("plan", "engagement.yaml"), SHEETS),
    "compare": CommandCall(
        ("compare", "engagement.yaml", "result.json"), (*SHEETS, "result.json")
    ),
    "graph": CommandCall(("graph", "engagement.yaml"), SHEETS),
    "portfolio": CommandCall(
        ("portfolio", "rules.yaml", "table.csv", "--keep", "name"), ("table.csv", *RULES)
    ),
    "ask": CommandCall(("ask", "engagement.yaml", "--respondent", "ada"), SHEETS, stdin="3\n"),
    "workbook export": CommandCall(("workbook", "export", "engagement.yaml", "-r", "ada"), SHEETS),
    "workbook import": CommandCall(
        ("workbook", "import", "form.csv", "--ruleset", "rules.yaml"), ("form.csv", *RULES)
    ),
    "forms export": CommandCall(("forms", "export", "engagement.yaml", "--into", "forms"), SHEETS),
    "forms import": CommandCall(
        ("forms", "import", "engagement.yaml", "form.csv"), ("form.csv", *SHEETS)
    ),
    "remind": CommandCall(("remind", "engagement.yaml"), SHEETS),
    "status": CommandCall(("status", "engagement.yaml"), SHEETS),
    "resolve": CommandCall(("resolve", "engagement.yaml"), SHEETS),
    "waive": CommandCall(
        ("waive", "engagement.yaml", "fenced", "--force", "--approved-by", "x", "--reason", "y",
         "--dry-run"), SHEETS,
    ),
    "progress import": CommandCall(
        ("progress", "import", "engagement.yaml", "plan.xlsx"), (*SHEETS, "plan.xlsx")
    ),
    "bundle": CommandCall(
        ("bundle", "engagement.yaml"), (*SHEETS, "photo.jpg"), ("-o", "bundle.zip")
    ),
    "verify": CommandCall(("verify", "result.json", "--engagement", "engagement.yaml"), SHEETS),
    "sign": CommandCall(("sign", "result.json", "--key", "key.pem"), ("result.json", "key.pem")),
    "list": CommandCall(("list",)),
    "show": CommandCall(("show", "rules.yaml"), RULES),
    "new": CommandCall(("new", "checklist")),
    "rename": CommandCall(("rename", "fenced", "walled", ".", "--dry-run")),
    "update": CommandCall(("update", "rules.yaml", "--from", "checklist.csv", "--dry-run")),
    "lint": CommandCall(("lint", "engagement.yaml"), SHEETS),
    "test": CommandCall(("test", "cases.yaml"), ("cases.yaml", *RULES)),
    "coverage": CommandCall(("coverage", "rules.yaml"), ("cases.yaml", *RULES)),
    "mutants": CommandCall(("mutants", "rules.yaml"), ("cases.yaml", *RULES)),
    "diff": CommandCall(("diff", "rules.yaml", "rules.yaml"), RULES),
    "upgrade": CommandCall(
        ("upgrade", "engagement.yaml", "--to", "rules.yaml", "--dry-run"), SHEETS
    ),
    "schema": CommandCall(("schema", "ruleset")),
    "api": CommandCall(("api", "--openapi")),
    "lsp": CommandCall(("lsp", "--help")),
}  # fmt: skip


def commands() -> dict[str, click.Command]:
    """Return every command by name, including those in groups."""
    context = click.Context(group)
    return dict(_commands(group, context, ""))


def _commands(
    one: click.Group, context: click.Context, before: str
) -> Iterator[tuple[str, click.Command]]:
    for name in one.list_commands(context):
        held = one.get_command(context, name)
        assert held is not None
        if isinstance(held, click.Group):
            yield from _commands(held, context, f"{before}{name} ")
        else:
            yield f"{before}{name}", held


def outputs() -> list[tuple[str, str, OutputFile]]:
    """Return every option with which a command is given an output file."""
    return [
        (name, param.opts[0], param.type)
        for name, command in commands().items()
        for param in command.params
        if isinstance(param.type, OutputFile)
    ]


def formats(name: str) -> list[str]:
    """Return the formats in which a command can write its result; empty if there is only one."""
    return [
        choice
        for param in commands()[name].params
        if isinstance(param.type, click.Choice) and "--format" in param.opts
        for choice in map(str, param.type.choices)
    ]


def set_scene(folder: Path) -> None:
    """Write everything that the calls read into a folder."""
    write_garden(folder)
    (folder / "photo.jpg").write_bytes(b"a photo")
    sheet = "Question,Check,Reference\nIs there a fence?,A fence is there,fenced\n"
    (folder / "checklist.csv").write_text(sheet, encoding="utf-8")
    (folder / "cases.yaml").write_text(CASES, encoding="utf-8")
    (folder / "table.csv").write_text(TABLE, encoding="utf-8")
    for words in (
        ("assess", "engagement.yaml", "-o", "result.json"),
        ("sign", "--new-key", "key.pem"),
        ("workbook", "export", "engagement.yaml", "-r", "ada", "-o", "form.csv"),
        ("plan", "engagement.yaml", "-o", "plan.xlsx"),
    ):
        done = run(*words, folder=folder)
        assert done.status in (0, 1), done.stderr


def contents(folder: Path) -> dict[str, bytes]:
    """Return every file below a folder with its content, and every folder."""
    return {
        str(path.relative_to(folder)): path.read_bytes() if path.is_file() else b"(folder)"
        for path in folder.rglob("*")
    }
