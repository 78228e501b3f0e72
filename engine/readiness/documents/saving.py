"""Saving a file so that it is whole at any moment, and changing it while nobody else does.

A lock on an open file is for one holder at a time, among processes as among threads; the system
takes it away from a process that ends, however it ends.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO

# A lock is held for as long as a document takes to be read, changed and saved.
SECONDS_TO_WAIT = 60.0
LOCK_NAME = ".readiness.lock"

_PAUSE = 0.01
# Where locks do not tell whose process has ended: no save takes so long.
STALE_SECONDS = 3600

_PREFIX, _SUFFIX = ".readiness-", ".unfinished"
_CLOSED_FIRST = sys.platform == "win32"  # an open file cannot be renamed

if sys.platform == "win32":  # pragma: no cover - Windows only
    import msvcrt

    def _take(handle: int) -> None:
        os.lseek(handle, 0, os.SEEK_SET)
        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _take(handle: int) -> None:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def save(path: str | Path, content: bytes) -> None:
    """Make `content` the content of a file, in one step.

    Readers of the file find the old content or the new one, even if the process is killed
    or the power fails; once this returns, it is the new one. An existing file keeps its mode. A
    symbolic link stays, and the file that it leads to is saved. A folder that is missing is made.
    What is no regular file, such as a pipe, is written to as it is. Raises `OSError` when it cannot
    be saved, also where the file is write-protected; it is as it was then.
    """
    with saving(path) as file:
        file.write(content)


def save_new(path: str | Path, content: bytes, mode: int = 0o666) -> None:
    """Save a file that is not there yet, as `save`; raises `FileExistsError` where it is.

    The umask is taken off its mode.
    """
    if os.path.lexists(path):
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(path))
    with _report_errors_for(path), folder_made(Path(path).parent):
        with _open_unfinished(
            Path(path).parent, mode, lambda made: _name(made, Path(path))
        ) as file:
            file.write(content)
        _keep_entry(Path(path).parent)


@contextlib.contextmanager
def saving(path: str | Path) -> Iterator[BinaryIO]:
    """A file to write to, which becomes the file of that name in one step at the end.

    As `save`; when the block is left by an exception, everything is as it was.
    """
    found = _stat(path)
    if found is not None and not stat.S_ISREG(found.st_mode):
        with Path(path).open("wb") as file:
            yield file
        return
    if found is not None and not os.access(path, os.W_OK):
        raise PermissionError(errno.EACCES, "it is write-protected", str(path))
    target = Path(os.path.realpath(path))
    mode = 0o666 if found is None else stat.S_IMODE(found.st_mode)

    def replace(made: Path) -> None:
        if found is not None:
            made.chmod(mode)
        made.replace(target)

    with _report_errors_for(path), folder_made(target.parent):
        _sweep(target.parent)
        with _open_unfinished(
            target.parent, mode if found is None else mode & 0o600, replace
        ) as made:
            yield made
        _keep_entry(target.parent)


@contextlib.contextmanager
def saving_folder(path: str | Path) -> Iterator[Path]:
    """A folder to fill, which becomes the folder of that name in one step at the end.

    Raises `FileExistsError` where there is one with something in it, or a file.
    """
    target = Path(os.path.realpath(path))
    if target.exists() and not (target.is_dir() and not any(target.iterdir())):
        raise FileExistsError(errno.EEXIST, "it is not empty", str(path))
    with _report_errors_for(path), folder_made(target.parent):
        made = target.parent / f"{_PREFIX}{os.urandom(8).hex()}{_SUFFIX}"
        made.mkdir()
        try:
            yield made
            with contextlib.suppress(FileNotFoundError):
                target.rmdir()
            made.rename(target)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise


@contextlib.contextmanager
def _report_errors_for(path: str | Path) -> Iterator[None]:
    """Report errors of the temporary file or of a folder for the intended file."""
    try:
        yield
    except OSError as fault:
        about, folders = fault.filename, Path(os.path.realpath(path)).parents
        is_own = about is None or Path(about) in folders or Path(about).name.startswith(_PREFIX)
        if fault.errno and is_own:
            raise OSError(fault.errno, fault.strerror, str(path)) from fault
        raise


@contextlib.contextmanager
def _open_unfinished(folder: Path, mode: int, finish: Callable[[Path], None]) -> Iterator[BinaryIO]:
    """A new file to write to; `finish` gives it its name at the end, else it is gone."""
    path, file = _open_new(folder, mode)
    try:
        with file:
            yield file
            file.flush()
            os.fsync(file.fileno())
            if not _CLOSED_FIRST:  # as long as it is open it is seen not to be left behind
                finish(path)
        if _CLOSED_FIRST:
            finish(path)
    except BaseException:
        with contextlib.suppress(OSError):
            path.unlink()
        raise


def _name(made: Path, target: Path) -> None:
    """Give a new file its name; raises `FileExistsError` where there is a file of that name."""
    if os.name == "nt":
        made.rename(target)
        return
    try:
        target.hardlink_to(made)
    except FileExistsError:
        raise
    except OSError:  # some file systems have no such links
        if os.path.lexists(target):
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), str(target)) from None
        made.replace(target)
    else:
        made.unlink()


@contextlib.contextmanager
def folder_made(folder: Path) -> Iterator[None]:
    """Make a folder where it is missing; and remove it where an exception leaves the block."""
    missing = [path for path in (folder, *folder.parents) if not path.exists()]
    with contextlib.ExitStack() as undoing:
        for path in reversed(missing):
            with contextlib.suppress(FileExistsError):  # somebody else has made it meanwhile
                path.mkdir()
                undoing.callback(_remove_if_empty, path)
        yield
        undoing.pop_all()


def _remove_if_empty(folder: Path) -> None:
    with contextlib.suppress(OSError):
        folder.rmdir()


def _stat(path: str | Path) -> os.stat_result | None:
    try:
        return Path(path).stat()
    except FileNotFoundError:
        return None
    except ValueError:  # of a name with a NUL in it
        raise OSError(22, "no file can have this name", str(path)) from None


def _open_new(folder: Path, mode: int) -> tuple[Path, BinaryIO]:
    """A new file to write to, locked as long as it is open."""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    while True:
        path = folder / f"{_PREFIX}{os.urandom(8).hex()}{_SUFFIX}"
        handle = os.open(path, flags, mode)
        if _CLOSED_FIRST or (lock(handle) is not False and is_still(path, handle)):
            return path, os.fdopen(handle, "wb")
        os.close(handle)  # somebody swept it before it was locked


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
    if sys.platform == "win32":  # pragma: no cover - Windows only
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


def lock(handle: int) -> bool | None:
    """Lock an open file until it is closed; return without waiting.

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
    while (handle := _open_locked(path)) is None:
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


def _open_locked(path: Path) -> int | None:
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
