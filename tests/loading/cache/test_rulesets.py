"""A ruleset as bytes, and the same ruleset made of them."""

from __future__ import annotations

import datetime
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from readiness import Assessor, Ruleset, load_ruleset
from readiness.documents.digests import as_written, digest_of
from readiness.evaluation.program import Program
from readiness.loading.cache import ruleset_from_bytes, ruleset_to_bytes
from readiness.loading.shelves import known
from readiness.model.fields import child
from readiness.result.digest import digest
from tests.loading.cache.alike import difference
from tests.loading.cache.written import ANSWERS

pytestmark = pytest.mark.slow

TODAY = datetime.date(2026, 3, 1)


def brought_back(ruleset: Ruleset) -> Ruleset:
    return ruleset_from_bytes(ruleset_to_bytes(ruleset))


@pytest.fixture
def own(folder: Path) -> Ruleset:
    return load_ruleset(folder / "own.yaml")


@pytest.mark.parametrize("name", known("ruleset", ()))
def test_a_shipped_ruleset_is_the_same_afterwards(name: str) -> None:
    """All that can be reached from a ruleset is the same: values, terms, places, texts, digests."""
    ruleset = load_ruleset(name)
    assert difference(ruleset, brought_back(ruleset)) == ""


def test_a_ruleset_of_every_kind_of_condition_is_the_same_afterwards(own: Ruleset) -> None:
    """The same of a ruleset with conditions of all kinds, put together from two files."""
    assert difference(own, brought_back(own)) == ""


def test_a_difference_would_be_found(own: Ruleset) -> None:
    """What tells two rulesets apart does so: here by the place of one value."""
    again = brought_back(own)
    why = child(again.checks["dug"].node, "why")
    assert why is not None
    why.column += 1
    assert difference(own, again).startswith(".checklist.checks[dug].node.entries[why].value.")


def test_the_bytes_are_the_same_each_time(own: Ruleset) -> None:
    """Written twice, and written of a ruleset that was brought back, the bytes are the same."""
    held = ruleset_to_bytes(own)
    assert held == ruleset_to_bytes(own)
    assert held == ruleset_to_bytes(ruleset_from_bytes(held))


def test_results_are_the_same_byte_for_byte(own: Ruleset) -> None:
    """With reasons, origins and digests."""
    again = brought_back(own)
    found = [Assessor(ruleset).assess(ANSWERS, as_of=TODAY).to_json() for ruleset in (own, again)]
    assert found[0] == found[1]
    assert '"id": "garden"' in found[0]


def test_the_program_is_the_same(own: Ruleset) -> None:
    """The ruleset that comes from the bytes has the statements and leaves of the one written."""
    again = Program(brought_back(own))
    assert again.statements == Program(own).statements
    assert difference(again.leaves, Program(own).leaves) == ""


def test_digests_are_those_of_the_documents(own: Ruleset) -> None:
    """The digest that is kept is the one that would be worked out of what was read."""
    again = brought_back(own)
    for node in (again.checklist.node, *(held.node for held in again.questionnaires)):
        assert digest_of(node) == digest(as_written(node))


def test_no_file_is_needed(folder: Path) -> None:
    """In another process, without the files, all that an assessor does comes to the same."""
    ruleset = load_ruleset(folder / "own.yaml")
    kept = folder.parent / "kept"
    kept.write_bytes(ruleset_to_bytes(ruleset))
    wanted = Assessor(ruleset).assess(ANSWERS, as_of=TODAY).to_json()
    shutil.rmtree(folder)
    program = (
        f"import sys; sys.path[:0] = {[path for path in sys.path if path]!r}\n"
        "import datetime, pathlib, readiness\n"
        "from readiness.loading.cache import ruleset_from_bytes\n"
        "from tests.loading.cache.written import ANSWERS\n"
        "ruleset = ruleset_from_bytes(pathlib.Path(sys.argv[1]).read_bytes())\n"
        f"found = readiness.Assessor(ruleset).assess(ANSWERS, as_of={TODAY!r})\n"
        "sys.stdout.buffer.write(found.to_json().encode())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(kept)], capture_output=True, check=True, cwd=kept.parent
    )
    assert done.stdout.decode() == wanted


def test_nothing_is_executed(folder: Path) -> None:
    """Neither bringing a ruleset back nor its first result compiles, executes or unpickles."""
    kept = folder.parent / "kept"
    kept.write_bytes(ruleset_to_bytes(load_ruleset(folder / "own.yaml")))
    program = (
        f"import sys; sys.path[:0] = {[path for path in sys.path if path]!r}\n"
        "import pathlib, readiness\n"
        "from readiness.loading.cache import ruleset_from_bytes\n"
        "from tests.loading.cache.written import ANSWERS\n"
        "held = pathlib.Path(sys.argv[1]).read_bytes()\n"
        "def once():\n"
        "    readiness.Assessor(ruleset_from_bytes(held)).assess(ANSWERS).to_json()\n"
        "once()  # imports what is wanted late\n"
        "seen = []\n"
        "sys.addaudithook(lambda name, _: seen.append(name))\n"
        "once()\n"
        "print([name for name in seen if name.split('.')[0] in"
        " ('exec', 'compile', 'marshal', 'pickle')])\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(kept)], capture_output=True, check=True, cwd=kept.parent
    )
    assert done.stdout.decode().strip() == "[]"


@pytest.mark.parametrize("turned", [0x01, 0x20, 0xFF])
def test_any_byte_changed_is_refused(own: Ruleset, turned: int) -> None:
    """Bytes of which one is another one are no ruleset."""
    held = ruleset_to_bytes(own)
    for at in range(len(held)):
        changed = bytearray(held)
        changed[at] ^= turned
        with pytest.raises(ValueError, match="not what was written"):
            ruleset_from_bytes(bytes(changed))


def test_any_end_cut_off_is_refused(own: Ruleset) -> None:
    """Bytes that end too early are no ruleset, and none that go on."""
    held = ruleset_to_bytes(own)
    for length in range(len(held)):
        with pytest.raises(ValueError, match="not what was written"):
            ruleset_from_bytes(held[:length])
    with pytest.raises(ValueError, match="not what was written"):
        ruleset_from_bytes(held + b"\n")


def test_what_another_version_wrote_is_refused(own: Ruleset) -> None:
    """The version of the package stands in the head line; of another one nothing is read."""
    head, _, rest = ruleset_to_bytes(own).partition(b"\n")
    what, layout, version, sha256 = head.rsplit(b" ", 3)
    for other in (
        b" ".join([what, b"0", version, sha256]),
        b" ".join([what, layout, b"0.0.1", sha256]),
    ):
        with pytest.raises(ValueError, match="another version"):
            ruleset_from_bytes(other + b"\n" + rest)


def test_a_part_is_one_object_however_many_threads_want_it(own: Ruleset) -> None:
    """What is read when it is first wanted is read once, or counts as read once."""
    for _ in range(20):
        again = brought_back(own)
        found: list[int] = []
        barrier = threading.Barrier(4)

        def want(
            again: Ruleset = again, found: list[int] = found, barrier: threading.Barrier = barrier
        ) -> None:
            barrier.wait()
            found.append(id(again.checks["ready"].met_when))

        threads = [threading.Thread(target=want) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert set(found) == {id(again.checks["ready"].met_when)}
