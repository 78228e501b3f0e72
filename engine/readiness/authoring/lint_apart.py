"""Lint in a separate process, so that its caller can go on, and stop it at any time.

Questions and answers go over the pipes of the process: the length in eight bytes, then a pickle.
"""

from __future__ import annotations

import asyncio
import pickle
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from readiness.assurance.findings import Finding
from readiness.assurance.lint import lint
from readiness.documents.opening import unsaved


class LintApart:
    """The process, started when it is first needed and again after it was stopped."""

    def __init__(self) -> None:
        self._process: Process | None = None

    async def findings(
        self,
        files: Sequence[Path],
        folders: Sequence[Path],
        texts: Mapping[Path, bytes],
        *,
        is_quick: bool,
    ) -> list[Finding]:
        """Return the findings that have a place; `texts` are what is not saved yet.

        Cancelled, it stops the process. There are none where the process comes to an end.
        """
        if not files:
            return []
        question = pickle.dumps((list(map(str, files)), list(folders), dict(texts), is_quick))
        try:
            if self._process is None:
                command = (sys.executable, "-m", __name__)
                self._process = await asyncio.create_subprocess_exec(
                    *command, stdin=PIPE, stdout=PIPE
                )
            to, back = self._process.stdin, self._process.stdout
            assert to is not None
            assert back is not None
            to.write(len(question).to_bytes(8) + question)
            length = int.from_bytes(await back.readexactly(8))
            found: list[Finding] = pickle.loads(await back.readexactly(length))  # noqa: S301 - of our own process
        except (asyncio.IncompleteReadError, OSError):
            self.stop()
            return []
        except asyncio.CancelledError:
            self.stop()
            raise
        return found

    def stop(self) -> None:
        """End the process, whatever it is doing."""
        if self._process is not None and self._process.returncode is None:
            self._process.kill()
        self._process = None


def answer(asked: BinaryIO, told: BinaryIO) -> None:
    """Answer questions for as long as there are any."""
    while length := asked.read(8):
        files, folders, texts, is_quick = pickle.loads(asked.read(int.from_bytes(length)))  # noqa: S301
        with unsaved(texts):
            found = lint(files, folders, severity="note", is_quick=is_quick)
        held = pickle.dumps([one for one in found if one.excerpts])
        told.write(len(held).to_bytes(8) + held)
        told.flush()


if __name__ == "__main__":
    answer(sys.stdin.buffer, sys.stdout.buffer)
