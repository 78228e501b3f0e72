"""Saving a file so that it is whole at any moment, whatever happens meanwhile."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

# No save takes so long: what has lain about unfinished for longer belongs to a process that ended.
STALE_SECONDS = 3600

_PREFIX, _SUFFIX = ".readiness-", ".unfinished"


def save(path: str | Path, content: bytes) -> None:
    """Make `content` the content of a file, in one step.

    Whoever reads the file finds the old content or the new one, also when the process is killed
    or the power fails; once this returns, it is the new one. An existing file keeps its mode. A
    symbolic link stays, and the file that it leads to is saved. What is no regular file, such as
    a pipe, is written to as it is. Raises `OSError` when it cannot be saved, also where the file
    is write-protected; it is as it was then.
    """
    with saving(path) as file:
        file.write(content)


@contextlib.contextmanager
def saving(path: str | Path) -> Iterator[BinaryIO]:
    """A file to write to, which becomes the file of that name in one step at the end.

    As `save`; when the block is left by an exception, everything is as it was.
    """
    found = _found(path)
    if found is not None and not stat.S_ISREG(found.st_mode):
        with Path(path).open("wb") as file:
            yield file
        return
    if found is not None and not os.access(path, os.W_OK):
        raise PermissionError(13, "it is write-protected", str(path))
    target = Path(os.path.realpath(path))
    _sweep(target.parent)
    unfinished = target.parent / f"{_PREFIX}{os.urandom(8).hex()}{_SUFFIX}"
    mode = None if found is None else stat.S_IMODE(found.st_mode)
    try:
        with _opened(unfinished, mode) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        if mode is not None:
            unfinished.chmod(mode)
        unfinished.replace(target)
    except BaseException as fault:
        with contextlib.suppress(OSError):
            unfinished.unlink()
        if isinstance(fault, OSError) and fault.errno:  # told of the file that was meant
            raise OSError(fault.errno, fault.strerror, str(path)) from fault
        raise
    _keep_entry(target.parent)


def _found(path: str | Path) -> os.stat_result | None:
    try:
        return Path(path).stat()
    except FileNotFoundError:
        return None
    except ValueError:  # of a name with a NUL in it
        raise OSError(22, "no file can have this name", str(path)) from None


def _opened(path: Path, mode: int | None) -> BinaryIO:
    """A new file to write to; without a mode it gets that of any new file."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    return os.fdopen(os.open(path, flags, 0o666 if mode is None else mode & 0o600), "wb")


def _keep_entry(folder: Path) -> None:
    """Have the folder's list of files on the disk, where the system has a way to ask for it."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):  # some file systems have none
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _sweep(folder: Path) -> None:
    """Remove what killed processes left behind; it does not matter if that fails."""
    with contextlib.suppress(OSError):
        for path in folder.glob(f"{_PREFIX}*{_SUFFIX}"):
            with contextlib.suppress(OSError):
                if time.time() - path.stat().st_mtime > STALE_SECONDS:
                    path.unlink()
