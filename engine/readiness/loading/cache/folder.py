"""A folder of the user's own in which files are kept until there are too many of them.

Nothing here fails: what cannot be read is not there, and what cannot be written is not kept.
"""

from __future__ import annotations

import contextlib
import os
import stat
import time
from collections.abc import Callable, Iterator
from pathlib import Path

# Of the files used last, how many are kept, and how much they may hold together.
MOST_FILES = 64
MOST_BYTES = 256 * 2**20
# No file takes so long to write: what has lain about for longer belongs to a process that ended.
STALE_SECONDS = 600
_MOST_UNFINISHED = 8

_KEPT, _UNFINISHED = ".ruleset", ".unfinished"
_SAFELY = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


class Folder:
    """Files by name: whole, and nobody else's, or not there.

    On POSIX the folder and each file must belong to the user who runs this, and nobody else may
    be able to write to them; otherwise they are not used.
    """

    def __init__(self, path: str | Path) -> None:
        self.path = Path(path)

    def read(self, name: str) -> bytes | None:
        """What is in a file; None where it is not there or may not be used."""
        with contextlib.suppress(OSError, ValueError):
            if not _is_ours(self.path.stat(), stat.S_ISDIR):
                return None
            file = self._file(name)
            handle = os.open(file, os.O_RDONLY | _SAFELY)
            with os.fdopen(handle, "rb") as opened:
                found = os.fstat(handle)
                if not _is_ours(found, stat.S_ISREG) or found.st_size > MOST_BYTES:
                    return None
                return opened.read()
        return None

    def used(self, name: str) -> None:
        """Note that a file was of use just now: those used last are kept."""
        with contextlib.suppress(OSError, ValueError):
            os.utime(self._file(name), follow_symlinks=os.utime not in os.supports_follow_symlinks)

    def write(self, name: str, content: bytes) -> None:
        """Keep a file, in one step, and remove those that were not used for the longest time."""
        with contextlib.suppress(OSError, ValueError):
            self.path.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not _is_ours(self.path.stat(), stat.S_ISDIR):
                return
            self._sweep()
            unfinished = self.path / f"{os.urandom(8).hex()}{_UNFINISHED}"
            try:
                _write(unfinished, content)
                self._replace(unfinished, self._file(name))
            except BaseException:
                with contextlib.suppress(OSError):
                    unfinished.unlink()
                raise

    def _file(self, name: str) -> Path:
        return self.path / f"{name}{_KEPT}"

    def _replace(self, unfinished: Path, file: Path) -> None:
        try:
            unfinished.replace(file)
        except OSError:
            file.rmdir()  # an empty folder in the place of the file; any other stays
            unfinished.replace(file)

    def _sweep(self) -> None:
        """Remove what killed processes left behind, and make room for one file more."""
        oldest = time.time() - STALE_SECONDS
        unfinished = self._by_age(_UNFINISHED)
        for number, (path, found) in enumerate(unfinished):
            if number >= _MOST_UNFINISHED or found.st_mtime < oldest:
                _remove(path)
        room = MOST_BYTES
        for number, (path, found) in enumerate(self._by_age(_KEPT), 1):
            room -= found.st_size
            if number >= MOST_FILES or room < 0:
                _remove(path)

    def _by_age(self, suffix: str) -> list[tuple[str, os.stat_result]]:
        """The files with a suffix, the one used last first."""
        return sorted(self._held(suffix), key=lambda one: (-one[1].st_mtime_ns, one[0]))

    def _held(self, suffix: str) -> Iterator[tuple[str, os.stat_result]]:
        with os.scandir(self.path) as found:
            for entry in found:
                with contextlib.suppress(OSError):  # another process was quicker to remove it
                    if entry.name.endswith(suffix) and entry.is_file(follow_symlinks=False):
                        yield entry.path, entry.stat(follow_symlinks=False)


def _is_ours(found: os.stat_result, is_kind: Callable[[int], bool]) -> bool:
    """Whether it is of this kind, belongs to who runs this, and nobody else may write to it."""
    if not is_kind(found.st_mode):
        return False
    if os.name != "posix":
        return True
    return found.st_uid == os.geteuid() and not found.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | _SAFELY, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)


def _remove(path: str) -> None:
    with contextlib.suppress(OSError):
        Path(path).unlink()
