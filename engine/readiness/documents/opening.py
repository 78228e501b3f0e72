"""The one way in which files that people name are opened."""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Collection
from pathlib import Path


def read_bytes(path: str | Path, most: int = -1) -> bytes:
    """Return what is in a regular file, at most `most` bytes of it.

    A pipe or a device is refused and not waited for; a link to a regular file is one. Raises
    `OSError` where the file cannot be read, with a reason in words.
    """
    try:
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


def _kind(mode: int) -> str:
    return "a pipe" if stat.S_ISFIFO(mode) else "a socket" if stat.S_ISSOCK(mode) else "a device"
