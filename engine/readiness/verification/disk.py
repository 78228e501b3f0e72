"""What a bundle may take from this machine: files of the engagement's folder, and those named."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable
from pathlib import Path

from readiness.documents.opening import read_bytes
from readiness.verification.packing import CannotPack

# Rulesets and questionnaires are found by their ids, wherever they are installed.
_RULES = frozenset({"ruleset", "questionnaire"})


class Disk:
    """Reads the files of a bundle; symbolic links are resolved, and none leads out of the folder.

    `include` are files, and folders of files, outside of the engagement's folder that may be packed
    all the same. `links` are the files that were reached through a link, with what it leads to.
    """

    def __init__(self, engagement: str | Path, include: Iterable[str | Path] = ()) -> None:
        self._folder = Path(engagement).parent
        self._inside = Path(os.path.realpath(self._folder))
        self._allowed = [Path(os.path.realpath(path)) for path in (engagement, *include)]
        self._refused: dict[str, str] = {}
        self.links: dict[str, Path] = {}

    def read(self, place: str, role: str, path: Path) -> bytes | None:
        """Return what is in the file that `path` leads to; None where there is none."""
        real = Path(os.path.realpath(path))
        content = None
        with contextlib.suppress(OSError):
            content = read_bytes(real)
        if content is None:
            return None
        if role in _RULES:
            is_link, may_leave = path.is_symlink(), True
        else:
            is_link = self._goes_through_link(path, real)
            may_leave = role != "evidence" and not is_link
        if not may_leave and not self._may_pack(real):
            self._refused[os.path.normpath(path)] = f", a link to {real}" if is_link else ""
        elif is_link:
            self.links[place] = real
        return content

    def refuse_what_leaves(self) -> None:
        """Raise `CannotPack` with every file that was read from outside, if there is one."""
        if self._refused:
            led = (f"  {name}{where}\n" for name, where in self._refused.items())
            raise CannotPack(
                "these files are outside of the engagement's folder:\n"
                + "".join(led)
                + "to pack such a file, name it, or a folder above it, with --include"
            )

    def _goes_through_link(self, path: Path, real: Path) -> bool:
        """Return whether the file, or a folder that it is in below the engagement's, is a link."""
        return str(real) != os.path.normpath(self._inside / os.path.relpath(path, self._folder))

    def _may_pack(self, real: Path) -> bool:
        return any(real == one or one in real.parents for one in (self._inside, *self._allowed))
