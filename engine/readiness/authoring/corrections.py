"""What the hint of a problem proposes to write, for editors and for tests that follow it."""

from __future__ import annotations

import re

from readiness.problems import Problem

_ADVICE = re.compile(r"(?:.*: )?(write|did you mean|leave it out)\b ?(.*)")


def proposed(problem: Problem) -> str | None:
    """Return what a hint proposes to write where the carets are; None if it only explains."""
    found, place = _ADVICE.fullmatch(problem.hint.split("\n")[0]), problem.place
    if found is None or not place.line or place.cell:
        return None
    kind, wording = found.groups()
    if kind == "leave it out":
        return ""
    if kind == "write":
        return None if re.fullmatch(r"[\d.-]+ or [\d.-]+", wording) else wording  # one of two
    one = re.match(r"'(.+?)'( or .+)?\?$|([^' ]+)\?$", wording)
    if one is None:
        return None
    marked = problem.excerpts[0].text[place.column - 1 :][: place.length]
    quote = marked[0] if marked[:1] in ("'", '"') and marked[-1:] == marked[:1] else ""
    return f"{quote}{one[1] or one[3]}{quote}"
