"""Changing a document: the one way to save what was made of one that had been read."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

from readiness.documents.opening import read_bytes
from readiness.documents.saving import alone, folder_made, save


class ChangedMeanwhile(Exception):
    """A document is not as it was read: `content` is what it holds now, None where it is gone."""

    def __init__(self, content: bytes | None) -> None:
        super().__init__()
        self.content = content


def change(path: str | Path, before: bytes | None, after: bytes) -> None:
    """Save a document that is still as it was read, in one step, while nobody else can.

    A folder that is missing is made. `before` is what was read, None where there was no file.
    Raises `ChangedMeanwhile` where there is something else by now: decide anew by what is there.
    Raises `OSError` where it cannot be saved. In both cases it is as it was.
    """
    path = Path(path)
    folder = path.resolve().parent
    with folder_made(folder), alone(folder):
        found = read_bytes(path) if path.exists() else None
        if found != before:
            raise ChangedMeanwhile(found)
        save(path, after)


def save_if_unchanged(path: str | Path, before: bytes | None, after: bytes) -> bool:
    """Save a document, as `change`; return False where there is something else by now."""
    try:
        change(path, before, after)
    except ChangedMeanwhile:
        return False
    return True


def change_all(changes: Mapping[Path, tuple[bytes, bytes]]) -> None:
    """Save several documents that are still as they were read: all of them or none.

    For each, what was read and what to save. Raises `ChangedMeanwhile` and `OSError` as
    `change`; those that were saved until then are as they were again.
    """
    with ExitStack() as locks, ExitStack() as undoing:
        for folder in sorted({path.resolve().parent for path in changes}):
            locks.enter_context(alone(folder))
        for path, (before, _) in changes.items():
            if (found := read_bytes(path)) != before:
                raise ChangedMeanwhile(found)
        for path, (before, after) in changes.items():
            save(path, after)
            undoing.callback(save, path, before)
        undoing.pop_all()


def diff(name: str | Path, old: str, new: str) -> str:
    """Return what changes in a file, as `diff -u` shows it."""
    before, after = (text.splitlines(keepends=True) for text in (old, new))
    lines = difflib.unified_diff(before, after, fromfile=str(name), tofile=str(name))
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
