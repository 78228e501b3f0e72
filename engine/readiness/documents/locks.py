"""Locks on open files, which the system takes away from a process that ends, however it ends.

A lock is for one holder at a time, among processes as among threads.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

# A lock is held for as long as a document takes to be read, changed and saved.
SECONDS_TO_WAIT = 60.0
LOCK_NAME = ".readiness.lock"

_PAUSE = 0.01

if sys.platform == "win32":  # pragma: no cover - Windows only
    import msvcrt

    def _take(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def lock(handle: int) -> bool | None:
    """Lock an open file until it is closed, and return at once.

    Returns False where somebody else has locked it, None where its file system has no locks.
    """
    try:
        _take(handle)
    except OSError as fault:
        return False if fault.errno in (errno.EACCES, errno.EAGAIN, errno.EDEADLK) else None
    return True


@contextlib.contextmanager
def alone(folder: Path, seconds: float | None = None) -> Iterator[None]:
    """Keep all others who ask for the same from changing files of a folder meanwhile.

    The lock is a file in the folder, so that it holds on shared drives too, and is gone afterwards.
    Raises `OSError` when the file cannot be made, and `TimeoutError` when others hold it for
    longer than `seconds`, `SECONDS_TO_WAIT` unless told otherwise.
    """
    path = folder / LOCK_NAME
    seconds = SECONDS_TO_WAIT if seconds is None else seconds
    until = time.monotonic() + seconds
    while (handle := _locked(path)) is None:
        if time.monotonic() > until:
            reason = f"another process has kept this folder locked for {seconds:.0f} seconds"
            raise TimeoutError(errno.ETIMEDOUT, reason, str(path))
        time.sleep(_PAUSE)
    try:
        yield
    finally:
        # Where an open file can be removed, it is while nobody else can have locked it.
        with contextlib.suppress(OSError):
            path.unlink()
        os.close(handle)
        if sys.platform == "win32":  # pragma: no cover - Windows only
            with contextlib.suppress(OSError):
                path.unlink()


def _locked(path: Path) -> int | None:
    """The lock file, opened and locked; None where somebody else has it at the moment."""
    flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
    try:
        handle = os.open(path, flags, 0o666)
    except PermissionError:
        if os.name == "nt":  # pragma: no cover - Windows says so of a file that is being removed
            return None
        raise
    try:
        # The holder before may have removed the file while it was waited for.
        if lock(handle) is not False and is_still(path, handle):
            return handle
    except BaseException:
        os.close(handle)
        raise
    os.close(handle)
    return None


def is_still(path: Path, handle: int) -> bool:
    """Whether an open file is the one of that name."""
    try:
        return os.path.samestat(path.lstat(), os.fstat(handle))
    except FileNotFoundError:
        return False
