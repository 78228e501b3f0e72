"""The folder in which rulesets are kept: whole files, nobody else's, and not too many."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import stat
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from readiness import load_ruleset
from readiness.documents.deferred import Deferred
from readiness.loading.cache import folder as module
from readiness.loading.cache.folder import MOST_FILES, STALE_SECONDS, Folder
from tests.loading.cache.written import garden

on_posix = pytest.mark.skipif(os.name != "posix", reason="there are modes on POSIX")
as_root = pytest.mark.skipif(
    os.name != "posix" or os.geteuid() != 0, reason="only root can give a file away"
)
_PATHS = f"import sys; sys.path[:0] = {[path for path in sys.path if path]!r}\n"


@pytest.fixture
def place(tmp_path: Path) -> Folder:
    return Folder(tmp_path / "some" / "where")


def names(folder: Folder) -> list[str]:
    return sorted(path.name for path in folder.path.iterdir())


def test_what_was_written_is_read(place: Folder) -> None:
    """A file is what was written last; one that was not written is not there."""
    assert place.read("a") is None
    place.write("a", b"one")
    place.write("a", b"two")
    place.write("b", b"")
    assert (place.read("a"), place.read("b"), place.read("c")) == (b"two", b"", None)
    assert names(place) == ["a.ruleset", "b.ruleset"]


@on_posix
@pytest.mark.parametrize("mask", [0o000, 0o077, 0o002])
def test_files_and_folder_are_for_the_user_alone(place: Folder, mask: int) -> None:
    """Files have the mode 0600 and the folder 0700, whatever new files get else."""
    before = os.umask(mask)
    try:
        place.write("a", b"one")
    finally:
        os.umask(before)
    assert stat.S_IMODE(place.path.stat().st_mode) == 0o700
    assert stat.S_IMODE((place.path / "a.ruleset").stat().st_mode) == 0o600


@on_posix
@pytest.mark.parametrize("mode", [0o720, 0o702, 0o777])
def test_a_folder_that_others_may_write_to_is_not_used(place: Folder, mode: int) -> None:
    """Neither is it read from nor written to."""
    place.write("a", b"one")
    place.path.chmod(mode)
    place.write("b", b"two")
    assert place.read("a") is None
    assert names(place) == ["a.ruleset"]
    place.path.chmod(0o755)
    assert place.read("a") == b"one"


@on_posix
@pytest.mark.parametrize("mode", [0o620, 0o602])
def test_a_file_that_others_may_write_to_is_not_used(place: Folder, mode: int) -> None:
    """It is as none, and replaced by the next one."""
    place.write("a", b"one")
    (place.path / "a.ruleset").chmod(mode)
    assert place.read("a") is None
    place.write("a", b"two")
    assert place.read("a") == b"two"


@as_root
def test_what_belongs_to_somebody_else_is_not_used(place: Folder) -> None:
    """Neither a file nor a folder of another user."""
    place.write("a", b"one")
    os.chown(place.path / "a.ruleset", 54321, 54321)
    assert place.read("a") is None
    place.write("a", b"two")
    assert place.read("a") == b"two"
    os.chown(place.path, 54321, 54321)
    assert place.read("a") is None
    place.write("b", b"two")
    assert names(place) == ["a.ruleset"]


@on_posix
def test_a_link_is_not_followed(place: Folder, tmp_path: Path) -> None:
    """What a link leads to is neither read nor written; the link makes way for the file."""
    (tmp_path / "secret").write_bytes(b"secret")
    place.write("b", b"two")
    (place.path / "a.ruleset").symlink_to(tmp_path / "secret")
    assert place.read("a") is None
    place.write("a", b"one")
    assert place.read("a") == b"one"
    assert (tmp_path / "secret").read_bytes() == b"secret"


@on_posix
def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(place: Folder) -> None:
    """What is no regular file is as none, at once."""
    place.write("b", b"two")
    os.mkfifo(place.path / "a.ruleset")
    assert place.read("a") is None
    place.write("a", b"one")
    assert place.read("a") == b"one"


def test_a_folder_in_the_place_of_a_file(place: Folder) -> None:
    """An empty one makes way for the file; of one with something in it nothing is touched."""
    place.write("b", b"two")
    (place.path / "a.ruleset").mkdir()
    (place.path / "c.ruleset").mkdir()
    (place.path / "c.ruleset" / "mine").touch()
    for name in ("a", "c"):
        assert place.read(name) is None
        place.write(name, b"one")
    assert (place.read("a"), place.read("c")) == (b"one", None)
    assert names(place) == ["a.ruleset", "b.ruleset", "c.ruleset"]
    assert (place.path / "c.ruleset" / "mine").exists()


@pytest.mark.parametrize("above", ["file", "file/below", "\0", "x" * 300])
def test_a_folder_that_cannot_be_made(tmp_path: Path, above: str) -> None:
    """Nothing is kept, and nothing is said."""
    (tmp_path / "file").touch()
    folder = Folder(tmp_path / above)
    folder.write("a", b"one")
    assert folder.read("a") is None
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@contextlib.contextmanager
def at_most(size: int) -> Iterator[None]:
    """Files can grow to so many bytes, as on a disk that is full."""
    resource = pytest.importorskip("resource")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


@on_posix
def test_a_full_disk(place: Folder) -> None:
    """Where a file does not fit nothing of it stays, and the one before it is as it was."""
    place.write("a", b"one")
    with at_most(1000):
        place.write("a", b"two" * 1000)
        place.write("b", b"two" * 1000)
    assert place.read("a") == b"one"
    assert names(place) == ["a.ruleset"]


def test_the_files_used_last_stay(place: Folder) -> None:
    """Of more than so many files, those that were not used for the longest time are removed."""
    started = time.time() - 10_000
    for number in range(MOST_FILES):
        place.write(f"{number}", b"one")
        os.utime(place.path / f"{number}.ruleset", (started + number, started + number))
    place.used("0")
    place.write("new", b"one")
    place.write("newer", b"one")
    assert len(names(place)) == MOST_FILES
    assert [place.read(name) for name in ("0", "1", "2", "3")] == [b"one", None, None, b"one"]


def test_the_files_together_are_not_too_large(
    place: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The limit is on what they hold together, too; a file that alone is larger is not read."""
    monkeypatch.setattr(module, "MOST_BYTES", 10_000)
    for number in range(20):
        place.write(f"{number}", bytes(1_000))
        os.utime(place.path / f"{number}.ruleset", (number, number))
    assert sum(path.stat().st_size for path in place.path.iterdir()) <= 11_000
    place.write("large", bytes(10_001))
    assert place.read("large") is None


def test_other_files_are_left_alone(place: Folder) -> None:
    """In a folder that is used for something else as well only our own files are removed."""
    place.path.mkdir(mode=0o700, parents=True)
    for number in range(MOST_FILES + 10):
        (place.path / f"{number}.txt").touch()
    place.write("a", b"one")
    assert len(names(place)) == MOST_FILES + 11


def test_what_a_killed_process_left_is_removed(place: Folder) -> None:
    """What nobody can be writing any more, and what there is too much of."""
    place.write("a", b"one")
    for number in range(30):
        (place.path / f"{number}.unfinished").touch()
    old = time.time() - STALE_SECONDS - 1
    os.utime(place.path / "0.unfinished", (old, old))
    place.write("b", b"one")
    left = [name for name in names(place) if name.endswith(".unfinished")]
    assert 0 < len(left) < 10
    for name in left:
        os.utime(place.path / name, (old, old))
    place.write("b", b"one")
    assert names(place) == ["a.ruleset", "b.ruleset"]


_WRITING = (
    _PATHS + "from readiness.loading.cache.folder import Folder\n"
    "folder = Folder(sys.argv[1])\n"
    "print('ready', flush=True)\n"
    "sys.stdin.readline()\n"
    "for number in range(int(sys.argv[3])):\n"
    "    folder.write('a', sys.argv[2].encode() * 400_000)\n"
)


def writing(place: Folder, letter: str, times: int) -> subprocess.Popen[bytes]:
    words = [sys.executable, "-c", _WRITING, str(place.path), letter, str(times)]
    process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
    assert process.stdout is not None
    process.stdout.readline()
    return process


def begin(process: subprocess.Popen[bytes]) -> None:
    assert process.stdin is not None
    process.stdin.write(b"\n")
    process.stdin.flush()


def test_two_processes_that_write_at_once(place: Folder) -> None:
    """Whoever reads meanwhile finds the file of the one or of the other, whole."""
    processes = [writing(place, letter, 100) for letter in "xy"]
    for process in processes:
        begin(process)
    seen = set()
    while any(process.poll() is None for process in processes):
        if (held := place.read("a")) is not None:
            assert held in (b"x" * 400_000, b"y" * 400_000)
            seen.add(held[:1])
    for process in processes:
        process.communicate()
        assert process.returncode == 0
    assert seen == {b"x", b"y"}
    assert names(place) == ["a.ruleset"]


@pytest.mark.slow
@on_posix
def test_a_process_that_is_killed_while_it_writes(place: Folder) -> None:
    """Killed at any moment, it leaves a whole file; what is unfinished does not pile up."""
    draw = random.Random(1)
    were_unfinished = tries = 0
    while tries < 15 or (not were_unfinished and tries < 500):  # until it was caught writing
        tries += 1
        process = writing(place, "x", 100_000)
        begin(process)
        time.sleep(draw.uniform(0.0, 0.03))
        process.kill()
        process.communicate()
        were_unfinished += any(name.endswith(".unfinished") for name in names(place))
        assert place.read("a") in (None, b"x" * 400_000)
        place.write("b", b"one")
        assert len(names(place)) < 14
    assert place.read("b") == b"one"
    assert were_unfinished


_LOADING = (
    _PATHS + "import readiness\n"
    "print('ready', flush=True)\n"
    "for number in range(int(sys.argv[3])):\n"
    "    with open(sys.argv[1], 'a') as file:\n"
    "        print(f'# {number}', file=file)\n"
    "    readiness.load_ruleset(sys.argv[1], cache=sys.argv[2])\n"
)


@on_posix
def test_a_process_that_is_killed_while_it_keeps_a_ruleset(tmp_path: Path) -> None:
    """Killed while it loads and keeps one edition after another; what is loaded next is right."""
    rules, cache = garden(tmp_path / "rules") / "own.yaml", tmp_path / "cache"
    draw = random.Random(2)
    for _ in range(8):
        words = [sys.executable, "-c", _LOADING, str(rules), str(cache), "100000"]
        with subprocess.Popen(words, stdout=subprocess.PIPE) as process:
            assert process.stdout is not None
            process.stdout.readline()
            time.sleep(draw.uniform(0.0, 0.3))
            process.kill()
        assert load_ruleset(rules, cache=cache).title == "My garden"
    assert isinstance(load_ruleset(rules, cache=cache).questions, Deferred)
