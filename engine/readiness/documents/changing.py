"""Changing a document: the one way to save what was made of one that had been read."""

from __future__ import annotations

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
