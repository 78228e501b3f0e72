"""Saving a file so that it is complete at any moment."""

from __future__ import annotations

import os
import random
import signal
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from readiness.documents.saving import STALE_SECONDS, save, save_new, saving
from tests.commands.running import ROOT

posix = pytest.mark.skipif(os.name != "posix", reason="the test is about modes, links or signals")


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_new_file_and_a_new_content(tmp_path: Path) -> None:
    """The file contains what was saved last, and its folder contains nothing else."""
    target = tmp_path / "sheet.yaml"
    save(target, b"one\r\n")
    save(str(target), b"two")
    assert target.read_bytes() == b"two"
    assert names(tmp_path) == ["sheet.yaml"]


@posix
def test_modes(tmp_path: Path) -> None:
    """An existing file keeps its mode; a new one gets the default mode."""
    target, other = tmp_path / "sheet.yaml", tmp_path / "other"
    other.touch()
    save(target, b"")
    assert stat.S_IMODE(target.stat().st_mode) == stat.S_IMODE(other.stat().st_mode)
    for mode in (0o600, 0o664, 0o640):
        target.chmod(mode)
        save(target, b"x")
        assert stat.S_IMODE(target.stat().st_mode) == mode


@posix
def test_links_stay(tmp_path: Path) -> None:
    """Saving through a symbolic link writes its target, even if that does not exist yet."""
    (tmp_path / "shared").mkdir()
    link = tmp_path / "sheet.yaml"
    link.symlink_to(Path("shared") / "sheet.yaml")
    save(link, b"one")
    save(link, b"two")
    assert link.is_symlink()
    assert (tmp_path / "shared" / "sheet.yaml").read_bytes() == b"two"
    assert names(tmp_path) == ["shared", "sheet.yaml"]


@posix
def test_pipes_are_written_to(tmp_path: Path) -> None:
    """Special files are written to, not replaced."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    found: list[bytes] = []
    reader = threading.Thread(target=lambda: found.append(pipe.read_bytes()))
    reader.start()
    save(pipe, b"content")
    reader.join()
    assert found == [b"content"]
    assert pipe.is_fifo()


def test_what_cannot_be_saved(tmp_path: Path) -> None:
    """An `OSError` says why; nothing has changed, and no folder was created."""
    (tmp_path / "file").touch()
    for path in (tmp_path / "file" / "made" / "x", tmp_path, tmp_path / "a\0b"):
        with pytest.raises(OSError, match=path.name.split("\0")[0]):
            save(path, b"x")
    with pytest.raises(RuntimeError), saving(tmp_path / "made" / "too" / "x"):
        raise RuntimeError
    assert names(tmp_path) == ["file"]


def test_a_missing_folder_is_made(tmp_path: Path) -> None:
    """A missing folder is created."""
    save(tmp_path / "made" / "too" / "x", b"x")
    assert (tmp_path / "made" / "too" / "x").read_bytes() == b"x"


def test_what_is_there_is_no_new_file(tmp_path: Path) -> None:
    """A new file is complete or absent, and never replaces another."""
    path = tmp_path / "made" / "key.pem"
    save_new(path, b"one", 0o600)
    assert os.name != "posix" or stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(FileExistsError, match="key"):
        save_new(path, b"two")
    assert path.read_bytes() == b"one"
    assert names(path.parent) == ["key.pem"]


@posix
@pytest.mark.skipif(
    not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root can write everything"
)
def test_a_write_protected_file_is_left_alone(tmp_path: Path) -> None:
    """A write-protected file is not replaced."""
    target = tmp_path / "sheet.yaml"
    target.write_bytes(b"kept")
    target.chmod(0o444)
    with pytest.raises(PermissionError, match="write-protected"):
        save(target, b"new")
    assert target.read_bytes() == b"kept"


def test_a_failing_save_leaves_the_old_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever goes wrong before the end, the file is unchanged."""
    target = tmp_path / "sheet.yaml"
    save(target, b"old")

    def full(_: int) -> None:
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="no space"):
        save(target, b"new")
    assert target.read_bytes() == b"old"
    assert names(tmp_path) == ["sheet.yaml"]


def test_the_file_that_cannot_be_saved_is_named(tmp_path: Path) -> None:
    """When two files are saved together, the error names the one that failed."""
    (tmp_path / "file").touch()
    with (
        pytest.raises(OSError, match="inner"),
        saving(tmp_path / "outer"),
        saving(tmp_path / "file" / "inner"),
    ):
        pass
    assert names(tmp_path) == ["file"]


def test_what_was_left_behind_is_removed(tmp_path: Path) -> None:
    """A save removes the unfinished files of ended processes, and none that is being written.

    If locks cannot tell them apart, it removes those older than any save takes.
    """
    left = tmp_path / ".readiness-1.unfinished"
    left.touch()
    past = time.time() - STALE_SECONDS - 1
    with saving(tmp_path / "other.yaml") as file:
        file.write(b"whole")
        file.flush()
        for path in tmp_path.iterdir():
            os.utime(path, (past, past))
        save(tmp_path / "sheet.yaml", b"")
        assert not left.exists()
        assert len(names(tmp_path)) == 2
    assert (tmp_path / "other.yaml").read_bytes() == b"whole"
    assert names(tmp_path) == ["other.yaml", "sheet.yaml"]


@posix
def test_what_only_looks_left_behind(tmp_path: Path) -> None:
    """Other files with such a name do not block a save."""
    os.mkfifo(tmp_path / ".readiness-1.unfinished")
    (tmp_path / ".readiness-2.unfinished").mkdir()
    (tmp_path / ".readiness-3.unfinished").symlink_to("nowhere")
    save(tmp_path / "sheet.yaml", b"")
    assert "sheet.yaml" in names(tmp_path)


SAVING = """
import sys
from readiness.documents.saving import save
print("begun", flush=True)
number = 0
while True:
    number += 1
    save(sys.argv[1], b"%d " % number * 40000)
"""


@pytest.mark.slow
@posix
def test_killed_at_any_moment(tmp_path: Path) -> None:
    """A process that is killed while saving leaves the complete old content or the complete new."""
    target = tmp_path / "sheet.yaml"
    save(target, b"0 " * 40000)
    lots = random.Random(5)
    contents = set()
    for _ in range(12):
        process = subprocess.Popen(
            [sys.executable, "-c", SAVING, str(target)],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": str(ROOT / "engine")},
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(lots.random() / 20)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
        content = target.read_bytes()
        number, *rest = content.split()
        assert content == number + b" " + (number + b" ") * 39999
        assert len(rest) == 39999
        contents.add(number)
    assert len(contents) > 1
    left = [name for name in names(tmp_path) if name != "sheet.yaml"]
    assert all(name.startswith(".readiness-") and name.endswith(".unfinished") for name in left)
    save(target, b"")
    assert names(tmp_path) == ["sheet.yaml"]
