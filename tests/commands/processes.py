"""Commands in separate processes that start immediately, to be limited, cut off and killed.

A process that has imported everything forks for each command, so that a kill interrupts the
command's work and not Python's start.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import sys
import tempfile
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path

from tests.commands.running import CommandRun, environment_kept

_CONTEXT = multiprocessing.get_context("forkserver")
_CONTEXT.set_forkserver_preload(["tests.commands.preloaded"])

FULL, CLOSED_PIPE, CLOSED = "/dev/full", "a closed pipe", "closed"
"""What standard output can be instead of a file."""


@dataclass(frozen=True)
class Started:
    """A running command; its output goes to files in `folder`."""

    process: ForkServerProcess
    folder: tempfile.TemporaryDirectory[str]

    def kill(self) -> CommandRun:
        """End the command immediately, as SIGKILL does; return its output and how it ended."""
        self.process.kill()
        return self.wait()

    def wait(self) -> CommandRun:
        """Wait for the end; return the output and the exit status."""
        self.process.join(120)
        assert self.process.exitcode is not None, "the command does not end"
        with self.folder as name:
            texts = [
                Path(name, one).read_text(encoding="utf-8", errors="replace")
                for one in ("stdout", "stderr")
            ]
        return CommandRun(texts[0], texts[1], self.process.exitcode)


def start(
    folder: Path, *words: str, stdin: str = "", stdout: str = "", most: int | None = None
) -> Started:
    """Start a command in a folder.

    `stdout` is one of the above; if left out, the output is kept. No file may grow beyond `most`
    bytes.
    """
    held = tempfile.TemporaryDirectory()
    for name, text in (("stdin", stdin), ("stdout", ""), ("stderr", "")):
        Path(held.name, name).write_text(text, encoding="utf-8")
    environment = {**environment_kept(), "COLUMNS": "100"}
    job = _Job(str(folder), words, environment, Path(held.name), stdout, most)
    process = _CONTEXT.Process(target=_run, args=(job,))
    process.start()
    return Started(process, held)


def run_process(folder: Path, *words: str, stdin: str = "", stdout: str = "") -> CommandRun:
    """Run a command in a folder until it ends."""
    return start(folder, *words, stdin=stdin, stdout=stdout).wait()


@dataclass(frozen=True)
class _Job:
    """The instructions for one process."""

    folder: str
    words: tuple[str, ...]
    environment: dict[str, str]
    streams: Path
    stdout: str
    most: int | None


def _run(job: _Job) -> None:
    from readiness.commands.main import main

    os.chdir(job.folder)
    os.environ.clear()
    os.environ.update(job.environment)
    _redirect(job.streams, job.stdout)
    if job.most is not None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (job.most, resource.RLIM_INFINITY))
    sys.argv = ["readiness", *job.words]
    main()


def _redirect(streams: Path, stdout: str) -> None:
    """Set up the standard streams from the file numbers up."""
    os.dup2(os.open(streams / "stdin", os.O_RDONLY), 0)
    os.dup2(os.open(streams / "stderr", os.O_WRONLY | os.O_APPEND), 2)
    if stdout == CLOSED_PIPE:
        reading, writing = os.pipe()
        os.close(reading)
        os.dup2(writing, 1)
    else:
        os.dup2(os.open(stdout if stdout == FULL else streams / "stdout", os.O_WRONLY), 1)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - a number
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False, errors="backslashreplace")  # noqa: SIM115
    sys.stdout = open(1, "w", 1, encoding="utf-8", closefd=False)  # noqa: SIM115
    if stdout == CLOSED:
        os.close(1)
        sys.stdout = None
