"""Every command in failing surroundings: full devices, closed pipes, read-only folders."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.commands.running import run
from tests.commands.scene import CALLS, contents, formats, outputs

if os.name != "posix":
    pytest.skip("the system has no such devices and limits", allow_module_level=True)

from tests.commands.processes import CLOSED, CLOSED_PIPE, FULL, run_process, start

pytestmark = pytest.mark.slow

# Every output of a command, in each of its formats.
PRINTED = [
    (name, *(("-f", format_) if format_ else ()))
    for name in CALLS
    if name not in ("portfolio", "bundle", "sign")
    for format_ in formats(name) or [""]
]
PRINTED += [
    ("portfolio",), ("portfolio", "-o", "-", "-f", "csv"), ("portfolio", "-o", "-", "-f", "jsonl"),
    ("portfolio", "--summary", "-"), ("sign", "-o", "-"), ("new",),
]  # fmt: skip
CHANGING = ("ask", "new", "forms export")
WRITTEN = [
    (name, option, ends[0]) for name, option, held in outputs() for ends in held.formats.values()
]


@pytest.mark.skipif(not Path(FULL).exists(), reason="the system has no such device")
@pytest.mark.parametrize("call", PRINTED, ids=" ".join)
def test_standard_output_that_is_full(scene: Path, call: tuple[str, ...]) -> None:
    """If standard output is full, one line says why, with status 2, and nothing is left behind."""
    name, *more = call
    words, before = [*CALLS[name].words, *more], contents(scene)
    done = run_process(scene, *words, stdin=CALLS[name].stdin, stdout=FULL)
    assert done.status == 2, done.stderr
    assert done.stderr.splitlines()[-1] in (
        "Error: cannot write to standard output: no space left on device",
        "Error: cannot write the output: no space left on device",
    )
    assert "Traceback" not in done.stderr
    assert name in CHANGING or contents(scene) == before


@pytest.mark.parametrize("stdout", [CLOSED_PIPE, CLOSED])
@pytest.mark.parametrize("name", [name for name in CALLS if name not in ("bundle", "sign")])
def test_nobody_reads_what_is_printed(scene: Path, name: str, stdout: str) -> None:
    """A reader that stops reading, or a closed standard output, gives no error message."""
    done = run_process(scene, *CALLS[name].words, stdin=CALLS[name].stdin, stdout=stdout)
    assert done.status in (0, 1)
    for word in ("Traceback", "Exception", "pipe", "Error"):
        assert word not in done.stderr


@pytest.mark.parametrize(("name", "option", "end"), WRITTEN)
def test_a_file_that_finds_no_room(scene: Path, name: str, option: str, end: str) -> None:
    """If a file does not fit, one line says why, with status 2; or the file is complete."""
    more = () if option in ("--output", "-o") else CALLS[name].more
    words = [*CALLS[name].words, *more, option, f"made/result{end}"]
    before = contents(scene)
    done = start(scene, *words, most=160).wait()
    if done.status == 2:
        assert done.stderr.splitlines()[-1].lower().endswith("file too large")
        assert contents(scene) == before
    else:
        assert contents(scene).keys() >= before.keys()
    assert "Traceback" not in done.stderr
    assert not list(scene.rglob(".readiness*"))


@pytest.mark.skipif(
    not Path("/proc/self").exists(), reason="the system has no folder that nobody can write to"
)
@pytest.mark.parametrize(("name", "option", "end"), WRITTEN)
def test_a_folder_that_nobody_can_write_to(scene: Path, name: str, option: str, end: str) -> None:
    """If nobody can write to the folder, one line says why, even to the administrator."""
    more = () if option in ("--output", "-o") else CALLS[name].more
    done = run(*CALLS[name].words, *more, option, f"/proc/result{end}", folder=scene)
    assert done.status == 2
    assert done.stderr.splitlines()[-1].startswith("Error: cannot write '/proc/result")
