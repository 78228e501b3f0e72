"""The only function that opens files."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from readiness.documents.opening import is_hidden, read_bytes

ENGINE = Path(__file__).resolve().parents[2] / "engine" / "readiness"
# Other places that open a file to read it, and why.
OTHERS = {
    "commands/portfolio.py": "a table of cases may come through a pipe, row by row",
    "portfolio/files/case_run.py": "the same, file by file",
    "portfolio/files/case_files.py": "the same",
    "plugins.py": "the entry points of installed packages",
    "commands/main.py": "only to write to nowhere",
    "documents/saving.py": "its own locks, and only to write",
    "loading/engagements.py": "evidence of any size, piece by piece, only of files",
    "collecting/workbook/cell_reading.py": "a part of an archive in memory",
    "reports/portfolio/pages.py": "its own styles",
    "reports/readers/paper.py": "its own styles",
    "reports/webpage/page.py": "its own styles and script",
    "reports/graph/picture.py": "only to write to nowhere",
}
IMPORT = re.compile(r"from readiness\.documents\.opening import .*\bread_bytes\b")
NO_FILES = {
    "a folder": ("folder", "it is a directory"),
    "a pipe": ("pipe", "it is a pipe, not a file"),
    "a device": ("device", "it is a device, not a file"),
    "a link to a pipe": ("link", "it is a pipe, not a file"),
    "a name with a NUL": ("no\0name", "no file can have this name"),
}


@pytest.mark.skipif(os.name != "posix", reason="only POSIX has named pipes")
@pytest.mark.parametrize(("name", "reason"), NO_FILES.values(), ids=NO_FILES)
def test_only_files_are_read(name: str, reason: str, tmp_path: Path) -> None:
    """A pipe or a device is refused immediately, without waiting for it."""
    (tmp_path / "folder").mkdir()
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "link").symlink_to("pipe")
    (tmp_path / "device").symlink_to("/dev/zero")
    with pytest.raises(OSError, match=re.escape(reason)) as caught:
        read_bytes(tmp_path / name)
    assert caught.value.strerror == reason


def test_a_link_to_a_file_is_one(tmp_path: Path) -> None:
    """The target of the link is read, up to the requested size."""
    (tmp_path / "file").write_bytes(b"twelve bytes")
    (tmp_path / "link").symlink_to("file")
    assert read_bytes(tmp_path / "link") == b"twelve bytes"
    assert read_bytes(tmp_path / "link", 6) == b"twelve"


def test_nothing_else_opens_files() -> None:
    """Every other place that opens a file is listed with its reason."""
    opens = re.compile(r"(?<!def )\b(open|read_bytes|read_text)\(")
    texts = {path: path.read_text(encoding="utf-8") for path in ENGINE.rglob("*.py")}
    # It counts as using the function only if a module imports it.
    found = {
        path.relative_to(ENGINE).as_posix()
        for path, text in texts.items()
        if any(
            one[1] != "read_bytes" or IMPORT.search(text) is None for one in opens.finditer(text)
        )
    }
    assert {*OTHERS, "documents/opening.py"} == found


HIDDEN = [
    ("sales.yaml", False), ("._sales.yaml", True), (".git/sales.yaml", True),
    ("deep/.sales.yaml", True), ("../sales.yaml", False), (".named/sales.yaml", False),
]  # fmt: skip


@pytest.mark.parametrize(("name", "hidden"), HIDDEN)
def test_hidden(name: str, hidden: bool) -> None:
    """A leading dot hides a file, or everything in a folder, unless the file is named."""
    assert hidden is is_hidden(Path("there") / name, Path("there"), {".named"})
