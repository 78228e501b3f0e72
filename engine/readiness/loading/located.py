"""Finding the one file of an id, or saying why there is none."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from readiness.loading.shelves import find, known
from readiness.problems import Located, Problems, Whole, nearest, there_are


def located(
    kind: str, name: str, folders: Sequence[Path], problems: Problems, at: Located | None
) -> Path | None:
    """The file of an id; None, and a problem, where there is none or more than one."""
    paths = find(kind, name, folders)
    if len(paths) == 1:
        return paths[0]
    place = at or Whole("")
    if paths:
        hint = "\n".join(str(path) for path in paths)
        problems.add("found-twice", place, hint=hint, kind=kind, name=name)
        return None
    ids = list(known(kind, folders))
    hint = nearest(name, ids) or there_are(ids)
    problems.add("unknown-link", place, hint=hint, kind=kind, name=name)
    return None
