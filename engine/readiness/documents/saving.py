"""Saving a file so that it is whole at any moment, whatever happens meanwhile."""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from readiness.documents.locks import is_still, lock

# Where locks do not tell whose process has ended: no save takes so long.
STALE_SECONDS = 3600

_PREFIX, _SUFFIX = ".readiness-", ".unfinished"
_CLOSED_FIRST = os.name == "nt"  # an open file cannot be renamed


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
    mode = None if found is None else stat.S_IMODE(found.st_mode)
    try:
        _sweep(target.parent)
        with _replacing(target, mode) as unfinished:
            yield unfinished
        _keep_entry(target.parent)
    except OSError as fault:
        if fault.errno:  # told of the file that was meant
            raise OSError(fault.errno, fault.strerror, str(path)) from fault
        raise


@contextlib.contextmanager
def _replacing(target: Path, mode: int | None) -> Iterator[BinaryIO]:
    """A new file, which takes the place of another at the end, or is gone."""
    path, file = _opened(target.parent, mode)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if not _CLOSED_FIRST:  # as long as it is open it is seen not to be left behind
                _finish(path, target, mode)
        if _CLOSED_FIRST:
            _finish(path, target, mode)
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise


def _found(path: str | Path) -> os.stat_result | None:
    try:
        return Path(path).stat()
    except FileNotFoundError:
        return None
    except ValueError:  # of a name with a NUL in it
        raise OSError(22, "no file can have this name", str(path)) from None


def _opened(folder: Path, mode: int | None) -> tuple[Path, BinaryIO]:
    """A new file to write to, locked as long as it is open; without a mode that of any new file."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    while True:
        path = folder / f"{_PREFIX}{os.urandom(8).hex()}{_SUFFIX}"
        handle = os.open(path, flags, 0o666 if mode is None else mode & 0o600)
        if _CLOSED_FIRST or (lock(handle) is not False and is_still(path, handle)):
            return path, os.fdopen(handle, "wb")
        os.close(handle)  # somebody swept it before it was locked


def _finish(unfinished: Path, target: Path, mode: int | None) -> None:
    if mode is not None:
        unfinished.chmod(mode)
    unfinished.replace(target)


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
                _remove_if_left_behind(path)


def _remove_if_left_behind(path: Path) -> None:
    is_stale = time.time() - path.lstat().st_mtime > STALE_SECONDS
    if _CLOSED_FIRST:
        if is_stale:
            path.unlink()  # which fails where it is open
        return
    handle = os.open(path, os.O_RDWR | os.O_NONBLOCK | os.O_NOFOLLOW)
    try:
        is_free = lock(handle)
        if is_free or (is_free is None and is_stale):
            path.unlink()
    finally:
        os.close(handle)
