"""Following the advice of a problem to the letter, as an author does who trusts it."""

from __future__ import annotations

import re
from pathlib import Path

from readiness.problems import Problem

_ADVICE = re.compile(r"(?:.*: )?(write|did you mean|leave it out)\b ?(.*)")


def proposed(problem: Problem) -> str | None:
    """Return what a hint proposes to write where the carets are; None if it only explains."""
    found = _ADVICE.fullmatch(problem.hint.split("\n")[0])
    if found is None:
        return None
    kind, wording = found.groups()
    if kind == "leave it out":
        return ""
    if kind == "did you mean":
        one = re.match(r"'(.+?)'( or .+)?\?$|([^' ]+)\?$", wording)
        return (one[1] or one[3]) if one else None
    return None if re.fullmatch(r"[\d.-]+ or [\d.-]+", wording) else wording  # one of two


def follow(problem: Problem, folder: Path) -> bool:
    """Write what a problem proposes in its place; return whether it proposes something."""
    wording, place = proposed(problem), problem.place
    if wording is None or not place.line:
        return False
    file = folder / Path(place.file).name if Path(place.file).is_absolute() else folder / place.file
    lines = file.read_text(encoding="utf-8").split("\n")
    line, start = lines[place.line - 1], place.column - 1
    marked = line[start : start + place.length]
    if problem.hint.endswith("?") and marked[:1] in "'\"" and marked[-1:] == marked[:1]:
        wording = f"{marked[0]}{wording}{marked[0]}"
    lines[place.line - 1] = line[:start] + wording + line[start + place.length :]
    file.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    return True
