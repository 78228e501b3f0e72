"""Runs LibreOffice, which opens files as their readers do and converts them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

REQUIRED = "READINESS_REQUIRE_LIBREOFFICE"
_SECONDS = 180


@dataclass(frozen=True)
class LibreOffice:
    """LibreOffice with a separate profile, independent of the user's settings."""

    program: str
    profile: Path

    def convert(self, file: Path, to: str, folder: Path, *, opened_as: str = "") -> Path:
        """Open a file and write it into a folder; return the file written.

        `to` is a suffix, or a suffix and a filter; `opened_as` is a filter, for files whose
        beginning does not identify them.
        """
        [written] = self.convert_all([file], to, folder, opened_as=opened_as)
        return written

    def convert_all(
        self, files: Sequence[Path], to: str, folder: Path, *, opened_as: str = ""
    ) -> list[Path]:
        """Convert several files like `convert`, in a single run of the program."""
        suffix = to.partition(":")[0]
        done = subprocess.run(
            [
                self.program, f"-env:UserInstallation={self.profile.as_uri()}", "--headless",
                *([f"--infilter={opened_as}"] if opened_as else []),
                "--convert-to", to, "--outdir", str(folder), *map(str, files),
            ],
            capture_output=True,
            text=True,
            timeout=_SECONDS,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        for file in files:
            assert any(folder.glob(f"{file.stem}*.{suffix}")), done.stderr
        return [folder / f"{file.stem}.{suffix}" for file in files]


@pytest.fixture(scope="session")
def libreoffice(tmp_path_factory: pytest.TempPathFactory) -> LibreOffice:
    """Skip without LibreOffice; fail instead if `READINESS_REQUIRE_LIBREOFFICE` is 1."""
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        if os.environ.get(REQUIRED) == "1":
            pytest.fail("LibreOffice is not installed")
        pytest.skip("LibreOffice is not installed")
    return LibreOffice(program, tmp_path_factory.mktemp("libreoffice"))
