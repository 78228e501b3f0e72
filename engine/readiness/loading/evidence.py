"""Finding the evidence files that answers name."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path

from readiness.model.answers import FindEvidence


class EvidenceFolder:
    """The evidence files of an engagement: those whose names do not lead out of its folder.

    A file is looked for beside the document that names it, then beside the engagement. Each is
    read once, however many answers name it. A link in the folder counts as the file it leads to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._digests: dict[Path, str | None] = {}

    def beside(self, document: Path) -> FindEvidence:
        """Return what finds the evidence that `document` names; see `find`."""
        return lambda file: self.find(file, document.parent)

    def find(self, file: str, beside: Path) -> str | None:
        """Return the SHA-256 of a file in hexadecimal digits, or None where there is no such file.

        A directory and a device are no evidence files.
        """
        path = self.path(file, beside)
        return None if path is None else self._digest(path)

    def path(self, file: str, beside: Path) -> Path | None:
        """Return the path of a file that is named beside a document, None where it is none."""
        for folder in (os.path.relpath(beside, self.folder), ""):
            name = os.path.normpath(Path(folder, file))
            if Path(name).is_absolute() or name.split(os.sep, 1)[0] == os.pardir:
                continue
            path = self.folder / name
            try:
                if stat.S_ISREG(path.stat().st_mode):
                    return path
            except (OSError, ValueError):  # not there, or a name that no file can have
                continue
        return None

    def _digest(self, path: Path) -> str | None:
        if path not in self._digests:
            try:
                with path.open("rb") as file:
                    self._digests[path] = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError:  # there, and not to be read
                self._digests[path] = None
        return self._digests[path]
