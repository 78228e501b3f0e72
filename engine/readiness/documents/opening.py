"""The one way in which files that people name are opened."""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Collection, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

from readiness.problems import DocumentError, Excerpt, Place, refusal

_INPUTS: ContextVar[list[Path] | None] = ContextVar("inputs", default=None)
_UNSAVED: ContextVar[Mapping[Path, bytes] | None] = ContextVar("unsaved", default=None)


class BrokenFile(Exception):
    """A file is not what it should be.

    `reason` says why, `hint` what to do; `line` and `column` say where, counted from 1, and `text`
    is that line. `line` is 0 where it is about the whole file.
    """

    def __init__(
        self, reason: str, hint: str = "", line: int = 0, column: int = 0, text: str = ""
    ) -> None:
        super().__init__(reason)
        self.reason: str = reason
        self.hint: str = hint
        self.line: int = line
        self.column: int = column
        self.text: str = text

    def refusal(self, code: str, name: str, **facts: object) -> DocumentError:
        """The exception with it as the problem `code` of the file of that name."""
        at = _BrokenSpot(Excerpt(Place(name, self.line, self.column), self.text))
        return refusal(code, at, hint=self.hint, reason=self.reason, **facts)


@dataclass(frozen=True, slots=True)
class _BrokenSpot:
    excerpt: Excerpt


@contextlib.contextmanager
def record_inputs() -> Iterator[None]:
    """Record which files are read within, for `is_input`; otherwise nothing is recorded."""
    token = _INPUTS.set([])
    try:
        yield
    finally:
        _INPUTS.reset(token)


@contextlib.contextmanager
def unsaved(texts: Mapping[Path, bytes]) -> Iterator[None]:
    """Have files read within as they are in an editor; `texts` are by resolved path."""
    token = _UNSAVED.set(texts)
    try:
        yield
    finally:
        _UNSAVED.reset(token)


def is_input(path: str | Path) -> bool:
    """Return whether a file has been read, under this name or another."""
    return any(_is_same(Path(path), one) for one in _INPUTS.get() or ())


def is_standard_input(path: object) -> bool:
    """Return whether `-` names standard input: only for commands, which record what they read."""
    return str(path) == "-" and _INPUTS.get() is not None


def note_input(path: str | Path) -> None:
    """Record that a file is read; `read_bytes` does so by itself."""
    inputs = _INPUTS.get()
    if inputs is not None:
        inputs.append(Path(path))


def read_bytes(path: str | Path, most: int = -1) -> bytes:
    """Return what is in a regular file, at most `most` bytes of it.

    A pipe or a device is refused and not waited for; a link to a regular file is one. Raises
    `OSError` where the file cannot be read, with a reason in words.
    """
    note_input(path)
    return first_bytes(path, most)


def first_bytes(path: str | Path, most: int) -> bytes:
    """Return the first bytes of a file, to see what it is; as `read_bytes`, but it is no input."""
    try:
        texts = _UNSAVED.get()
        if texts and (text := texts.get(Path(path).resolve())) is not None:
            return text if most < 0 else text[:most]
        mode = os.stat(path).st_mode  # noqa: PTH116 - before it is opened: opening a device may act
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(errno.EISDIR, "it is a directory", str(path))
        if not stat.S_ISREG(mode):
            raise OSError(errno.EINVAL, f"it is {_kind(mode)}, not a file", str(path))
        flags = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
        with os.fdopen(os.open(path, flags), "rb") as file:
            return file.read(most)
    except ValueError:  # of a name with a NUL in it
        raise OSError(errno.EINVAL, "no file can have this name", str(path)) from None


def is_hidden(path: Path, folder: Path, named: Collection[str] = ()) -> bool:
    """Return whether the name of a file, or of a folder on the way to it, starts with a dot.

    The way starts at `folder`; names in `named` were asked for. Hidden files belong to programs:
    the copies of attributes that macOS makes, such as `._sales.yaml`, and what editors and
    version control keep.
    """
    parts = path.relative_to(folder).parts
    return any(part.startswith(".") and part != ".." and part not in named for part in parts)


def _is_same(one: Path, other: Path) -> bool:
    try:
        return one.samefile(other)
    except (OSError, ValueError):
        return False


def _kind(mode: int) -> str:
    return "a pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
