"""Every command that writes: how it is called, and which of its saves are certain."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from openpyxl import load_workbook

from tests.commands.running import run
from tests.commands.scene import CALLS, commands, outputs

SAID = ("--reason", "I looked.", "--by", "ada", "--force")
PRINT_ONLY = {"api", "lsp", "verify"}


@dataclass(frozen=True)
class Writer:
    """A command that writes to `target`, with the arguments and input of one call or of two.

    Two calls can run at the same time, with one line each to read, and leave `marks` in the target.
    Each time the command prints `told`, one more save is certain, except for the last `untold`.
    """

    command: str
    target: str
    words: Sequence[tuple[str, ...]]
    stdin: Sequence[str] = ("", "")
    marks: Sequence[str] = ("", "")
    told: str = ""
    untold: int = 0
    changes: bool = False

    @property
    def name(self) -> str:
        """Return the name under which tests refer to it."""
        return f"{self.command} {self.target}"


def _to_files() -> list[Writer]:
    found = []
    for command, option, held in outputs():
        if command == "workbook import":
            continue
        for format_, ends in held.formats.items():
            if option == "--refused":
                continue
            more = () if option in ("--output", "-o") else CALLS[command].more
            target = f"out-{format_}{ends[0]}"
            words = (*CALLS[command].words, *more, option, target)
            found.append(Writer(command, target, (words, words)))
    return found


WRITERS = [
    *_to_files(),
    Writer(
        "ask", "ada.yaml",
        [(*CALLS["ask"].words, "--all"), (*CALLS["ask"].words, "--gate", "plant")],
        stdin=("yes\n3\n5\nEden\n", "3\n"),
        marks=("is.high:", "is.beds:"),
        told="evidence optional", untold=1, changes=True,
    ),
    Writer(
        "resolve", "engagement.yaml",
        [("resolve", "engagement.yaml", "is.dug", "--value", "yes", *SAID),
         ("resolve", "engagement.yaml", "is.tools", "--value", "[spade]", *SAID)],
        marks=("  is.dug:", "  is.tools:"),
        told="is settled by", changes=True,
    ),
    Writer(
        "waive", "engagement.yaml",
        [("waive", "engagement.yaml", check, *CALLS["waive"].words[3:-1])
         for check in ("dug", "soil")],
        marks=("  dug:", "  soil:"),
        told="is waived", changes=True,
    ),
    Writer(
        "workbook import", "ada.yaml",
        [("workbook", "import", f"form-{number}.csv", "--ruleset", "rules.yaml", "-o", "ada.yaml")
         for number in range(2)],
        marks=("is.name:", "is.rows:"),
        told="ada.yaml", changes=True,
    ),
    Writer(
        "forms import", "ada.yaml",
        [("forms", "import", "engagement.yaml", f"form-{number}.csv") for number in range(2)],
        marks=("is.name:", "is.rows:"),
        told="Imported into ada.yaml", changes=True,
    ),
    Writer(
        "forms export", "forms-0/ada.csv",
        [("forms", "export", "engagement.yaml", "-f", "csv", "--into", f"forms-{number}")
         for number in range(2)],
    ),
    Writer(
        "sign", "new-0.pem", [("sign", "--new-key", f"new-{number}.pem") for number in range(2)],
    ),
    Writer(
        "rename", "rules.yaml",
        [("rename", old, f"{old}-too", "rules.yaml") for old in ("plant", "sell")],
        marks=("plant-too:", "sell-too:"), told=" changed", changes=True,
    ),
    Writer(
        "update", "rules.yaml",
        [("update", "rules.yaml", "--from", f"checklist-{number}.xlsx") for number in range(2)],
        marks=("Fenced in", "Sandy"), told=" changed", changes=True,
    ),
    Writer("new", "orchard-0/questionnaire.yaml",
           [("new", "questionnaire", f"orchard-{number}") for number in range(2)]),
]  # fmt: skip
CHANGERS = [one for one in WRITERS if one.changes]


def writing_commands() -> set[str]:
    """Return the commands that have a writer."""
    return {one.command for one in WRITERS} | PRINT_ONLY


def all_commands() -> set[str]:
    """Return every command."""
    return set(commands())


def set_forms(folder: Path) -> None:
    """Write two forms of one respondent, and two checklists, each with a different change."""
    assert run("show", "rules.yaml", "-o", "shown.xlsx", folder=folder).status == 0
    for number, (title, ours) in enumerate(
        (("There is a fence", "Fenced in"), ("It is sand", "Sandy"))
    ):
        book = load_workbook(folder / "shown.xlsx")
        [cell] = [one for row in book.worksheets[0] for one in row if one.value == title]
        cell.value = ours
        book.save(folder / f"checklist-{number}.xlsx")
    text = (folder / "form.csv").read_text(encoding="utf-8-sig")
    for number, (key, answer) in enumerate((("is.name", "Eden"), ("is.rows", "no rows"))):
        rows = list(csv.reader(io.StringIO(text)))
        place, answers = rows[0].index("id"), rows[0].index("answer")
        row = next(one for one in rows if one[place].startswith(key) and one[0])
        row[answers] = answer
        made = io.StringIO()
        csv.writer(made, lineterminator="\n").writerows(rows)
        (folder / f"form-{number}.csv").write_text(made.getvalue(), encoding="utf-8")


def states(folder: Path, writer: Writer) -> list[bytes]:
    """Return the target's content before, and after each line read; `folder` is used up."""
    target = folder / writer.target
    found = [target.read_bytes() if target.exists() else b""]
    lines = writer.stdin[0].splitlines(keepends=True)
    for count in range(1, len(lines) + 1) if lines else [0]:
        kept = {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
        done = run(*writer.words[0], stdin="".join(lines[:count]), folder=folder)
        assert done.status in (0, 1), done.stderr
        found.append(target.read_bytes())
        for path, content in kept.items():
            path.write_bytes(content)
    return found
