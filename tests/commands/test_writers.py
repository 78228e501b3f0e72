"""Commands that write: at the same time, killed at any moment, and on a full disk.

The size of long runs is set by READINESS_KILLS and READINESS_WRITERS.
"""

from __future__ import annotations

import io
import os
import random
import shutil
import time
import zipfile
from functools import cache
from itertools import combinations_with_replacement
from pathlib import Path

import pytest

from tests.commands.running import run
from tests.commands.scene import contents
from tests.commands.writers import (
    CHANGERS,
    WRITERS,
    Writer,
    all_commands,
    set_forms,
    states,
    writing_commands,
)

if os.name != "posix":
    pytest.skip("the tests fork and kill processes", allow_module_level=True)

from tests.commands.processes import start

KILLS = int(os.environ.get("READINESS_KILLS", "24"))
PAIRS = int(os.environ.get("READINESS_WRITERS", "16"))
SEED = os.environ.get("READINESS_SEED", "1")
BLOCK = 8


@pytest.fixture(scope="session")
def shop(scene_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of all commands, with filled-in forms."""
    folder = tmp_path_factory.mktemp("writers") / "scene"
    shutil.copytree(scene_once, folder)
    set_forms(folder)
    return folder


def fresh(shop: Path, folder: Path) -> Path:
    shutil.rmtree(folder, ignore_errors=True)
    return Path(shutil.copytree(shop, folder))


def test_every_command_is_known_to_write_or_to_print() -> None:
    """A new command is covered by all tests of this kind, or listed as writing nothing."""
    assert writing_commands() == all_commands()


def tidy(folder: Path) -> None:
    """Check that the next save in a folder removes what a killed process has left there."""
    for held in {path.parent for path in folder.rglob(".readiness*")}:
        done = run("status", "engagement.yaml", "-o", str(held / "tidy.json"), folder=folder)
        assert done.status == 0, done.stderr
        (held / "tidy.json").unlink()
    words = ("--value", "yes", "--reason", "r", "--by", "b", "--force")
    assert run("resolve", "engagement.yaml", "is.fenced", *words, folder=folder).status == 0
    assert not list(folder.rglob(".readiness*"))


@cache
def known(writer: str, shop: Path, folder: Path) -> tuple[list[bytes], float]:
    """Return the content of a target, and how many seconds the command takes."""
    one = next(held for held in WRITERS if held.name == writer)
    found = states(fresh(shop, folder), one)
    place, began = fresh(shop, folder), time.monotonic()
    start(place, *one.words[0], stdin=one.stdin[0]).wait()
    return found, time.monotonic() - began


@pytest.mark.slow
@pytest.mark.parametrize("block", range(-(-KILLS // BLOCK)))
def test_killed_at_any_moment(
    shop: Path, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, block: int
) -> None:
    """A reported save is on disk, every file is complete, and the next save tidies up.

    No other file has changed.
    """
    draw = random.Random(f"kills {SEED} {block}")
    before = contents(shop)
    for _ in range(BLOCK):
        # half of the kills hit commands that change files people have written
        writer = draw.choice(WRITERS if draw.random() < 0.5 else CHANGERS)
        held, seconds = known(writer.name, shop, tmp_path_factory.getbasetemp() / "known")
        folder = fresh(shop, tmp_path / "scene")
        started = start(folder, *writer.words[0], stdin=writer.stdin[0])
        time.sleep(draw.random() * seconds * 1.1)
        done = started.kill()
        told = done.stdout
        target = folder / writer.target
        content = target.read_bytes() if target.exists() else b""
        if writer.command == "sign" and writer.target.endswith(".pem"):  # each key is new
            assert not content or content.endswith(b"-----END PRIVATE KEY-----\n")
        elif writer.target.endswith(".xlsx") and content:  # it records when it was made
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                assert archive.testzip() is None
        else:
            assert content in held, writer.name
        sure = max(0, told.count(writer.told) - writer.untold) if writer.told else 0
        if done.status in (0, 1):
            sure = len(held) - 1
        if content in held:
            assert held.index(content) >= min(sure, len(held) - 1), (writer.name, told)
        others = {
            name: data for name, data in contents(folder).items()
            if name in before and name != writer.target
        }  # fmt: skip
        assert others == {name: data for name, data in before.items() if name != writer.target}
        tidy(folder)


def pairs() -> list[tuple[int, Writer, Writer]]:
    """Return all pairs of commands that change documents first, then random pairs."""
    draw = random.Random(f"pairs {SEED}")
    found = 2 * list(combinations_with_replacement(CHANGERS, 2))
    while len(found) < PAIRS:
        found.append((draw.choice(WRITERS), draw.choice([*CHANGERS, *WRITERS])))
    return [(number, *pair) for number, pair in enumerate(found)]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "one", "other"), pairs(), ids=lambda held: getattr(held, "name", str(held))
)
def test_two_at_once(shop: Path, tmp_path: Path, number: int, one: Writer, other: Writer) -> None:
    """Of two commands that write at the same time, both changes are saved in complete files."""
    draw = random.Random(f"at once {SEED} {number}")
    folder = fresh(shop, tmp_path / "scene")
    both = [(one, 0), (other, 1)]
    started = []
    for writer, way in both:
        line = "".join(writer.stdin[way].splitlines(keepends=True)[:1])
        started.append(start(folder, *writer.words[way], stdin=line))
        time.sleep(draw.choice([0, draw.random() * 0.05]))
    for held, (writer, way) in zip(started, both, strict=True):
        done = held.wait()
        assert done.status in (0, 1), done.stderr
        assert "Traceback" not in done.stderr
        target = folder / writer.words[way][-1] if writer.target.endswith(".pem") else None
        target = target or folder / writer.target.replace("-0/", f"-{way}/")
        assert target.exists()
        if writer.changes:
            assert writer.marks[way] in target.read_text(encoding="utf-8"), done.stdout
    assert not list(folder.rglob(".readiness*"))
    check(folder)


def check(folder: Path) -> None:
    """Check that every document can be read."""
    assert run("assess", "engagement.yaml", folder=folder).status in (0, 1)


@pytest.mark.parametrize("writer", CHANGERS, ids=lambda writer: writer.name)
def test_a_disk_without_room(shop: Path, tmp_path: Path, writer: Writer) -> None:
    """A document that cannot be saved is unchanged, the message says why, the exit status is 2."""
    folder = fresh(shop, tmp_path / "scene")
    before = contents(folder)
    done = start(folder, *writer.words[0], stdin=writer.stdin[0], most=100).wait()
    assert done.status == 2
    assert "too large" in done.stderr
    assert contents(folder) == before
