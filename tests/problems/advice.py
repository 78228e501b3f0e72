"""Following the advice of a problem to the letter, as an author does who trusts it."""

from __future__ import annotations

from pathlib import Path

from readiness.authoring.corrections import proposed
from readiness.problems import Problem


def follow(problem: Problem, folder: Path) -> bool:
    """Write what a problem proposes in its place; return whether it proposes something."""
    wording, place = proposed(problem), problem.place
    if wording is None:
        return False
    file = folder / Path(place.file).name if Path(place.file).is_absolute() else folder / place.file
    lines = file.read_text(encoding="utf-8").split("\n")
    line, start = lines[place.line - 1], place.column - 1
    lines[place.line - 1] = line[:start] + wording + line[start + place.length :]
    file.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    return True
