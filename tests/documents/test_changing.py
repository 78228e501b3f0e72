"""Changing a document while others may change it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from readiness.documents.changing import ChangedMeanwhile, change
from readiness.documents.saving import LOCK_NAME, alone
from tests.commands.running import ROOT

posix = pytest.mark.skipif(os.name != "posix", reason="the test is about links or signals")
ENVIRONMENT = {**os.environ, "PYTHONPATH": str(ROOT / "engine")}

COUNTING = """
import sys
from pathlib import Path
from readiness.documents.changing import ChangedMeanwhile, change
path = Path(sys.argv[1])
left = 25
while left:
    before = path.read_bytes()
    try:
        change(path, before, b"%d" % (int(before) + 1))
    except ChangedMeanwhile:
        continue
    left -= 1
"""

HOLDING = """
import sys, time
from pathlib import Path
from readiness.documents.saving import alone
with alone(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_what_was_read_is_replaced(tmp_path: Path) -> None:
    """A document unchanged since it was read is saved, also a new one; no lock file stays."""
    path = tmp_path / "sheet.yaml"
    change(path, None, b"one")
    change(path, b"one", b"two")
    assert path.read_bytes() == b"two"
    assert names(tmp_path) == ["sheet.yaml"]


@pytest.mark.parametrize(("before", "now"), [(b"one", b"two"), (None, b"two"), (b"one", None)])
def test_what_was_changed_meanwhile_stays(
    tmp_path: Path, before: bytes | None, now: bytes | None
) -> None:
    """A save after somebody else's change is refused with the current content, which stays."""
    path = tmp_path / "sheet.yaml"
    if now is not None:
        path.write_bytes(now)
    with pytest.raises(ChangedMeanwhile) as told:
        change(path, before, b"three")
    assert told.value.content == now
    assert (path.read_bytes() if path.exists() else None) == now
    assert names(tmp_path) == ["sheet.yaml"][: now is not None]


def test_many_at_once(tmp_path: Path) -> None:
    """When many processes change a document simultaneously, each change is saved."""
    path = tmp_path / "count"
    path.write_bytes(b"0")
    running = [
        subprocess.Popen([sys.executable, "-c", COUNTING, str(path)], env=ENVIRONMENT)
        for _ in range(4)
    ]
    assert [process.wait() for process in running] == [0] * 4
    assert path.read_bytes() == b"100"
    assert names(tmp_path) == ["count"]


def test_threads_at_once(tmp_path: Path) -> None:
    """Threads of one process wait for each other too."""
    inside, most = [0], [0]

    def enter() -> None:
        for _ in range(20):
            with alone(tmp_path):
                inside[0] += 1
                most[0] = max(most[0], inside[0])
                inside[0] -= 1

    threads = [threading.Thread(target=enter) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert most == [1]
    assert names(tmp_path) == []


@posix
def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    """While a process holds a lock others time out; once it is killed they continue."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLDING, str(tmp_path)], stdout=subprocess.PIPE, env=ENVIRONMENT
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(TimeoutError, match="another process has kept this folder locked"),
            alone(tmp_path, seconds=0.1),
        ):
            pass
        holder.send_signal(signal.SIGKILL)
        holder.wait()
    assert names(tmp_path) == [LOCK_NAME]
    with alone(tmp_path):
        pass
    assert names(tmp_path) == []


@posix
def test_links_lead_to_one_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two names of one document share one lock, which is beside the document."""
    (tmp_path / "shared").mkdir()
    link = tmp_path / "sheet.yaml"
    link.symlink_to(Path("shared") / "sheet.yaml")
    monkeypatch.setattr("readiness.documents.saving.SECONDS_TO_WAIT", 0.1)
    with alone(tmp_path / "shared"), pytest.raises(TimeoutError):
        change(link, None, b"one")
    change(link, None, b"one")
    assert (tmp_path / "shared" / "sheet.yaml").read_bytes() == b"one"
