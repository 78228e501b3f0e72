"""Types in a real terminal and reads its screen."""

from __future__ import annotations

import os
import re
import signal
import sys
import time
from pathlib import Path

import pexpect

from tests.commands.running import environment_kept

ANSI = re.compile(r"\x1b\[[0-?]*[ -/]*[@-~]|\x1b\][^\x07]*\x07|\x1b[()][A-Z0-9]|\x1b[=>78]")
_UNFINISHED = re.compile(r"\x1b[^@-~]*\Z|\x1b\[[0-?]*[ -/]*\Z")
_WHERE = "\x1b[6n"  # the program asks for the position of the cursor and waits for the reply

# Restarts the command whenever it is killed, without importing everything each time.
_STARTING = """
import os, sys, termios
import prompt_toolkit.shortcuts.prompt, readiness.commands.ask
import readiness.collecting.interview.terminal, readiness.collecting.interview.interview
import readiness.collecting.interview.opening, readiness.documents.validation, jsonschema
from readiness.commands import main
as_it_was = termios.tcgetattr(0)
while True:
    child = os.fork()
    if not child:
        print(f"[process {os.getpid()}]", flush=True)
        main()
    status = os.waitpid(child, 0)[1]
    termios.tcsetattr(0, termios.TCSAFLUSH, as_it_was)
    print(f"[ended {os.waitstatus_to_exitcode(status)}]", flush=True)
    if os.WIFEXITED(status):
        break
"""


class Typist:
    """Types into `readiness ask` with these arguments in a folder; can kill and restart it."""

    def __init__(self, folder: Path, *words: str, columns: int = 100) -> None:
        source = os.pathsep.join(str(Path(path).resolve()) for path in sys.path if path)
        kept = environment_kept()
        environment = {**kept, "PYTHONPATH": source, "TERM": "xterm", "PYTHONUTF8": "1"}
        self.child = pexpect.spawn(
            sys.executable,
            ["-c", _STARTING, "ask", *words],
            cwd=str(folder),
            env=environment,
            dimensions=(24, columns),
            encoding="utf-8",
            codec_errors="replace",
            timeout=30,
        )
        self.child.delaybeforesend = None
        self.process = 0
        self.screen = ""  # all output since the process started
        self._seen = 0
        self._raw = ""

    def start(self) -> None:
        """Wait until a process has started."""
        self.screen, self._seen = self.screen[self._seen :], 0
        self.process = int(self.until(r"\[process (\d+)\]")[1])

    def until(self, pattern: str, seconds: float = 30) -> re.Match[str]:
        """Wait until a pattern appears after the text that was waited for before."""
        late = time.monotonic() + seconds
        while (found := re.compile(pattern).search(self.screen, self._seen)) is None:
            assert time.monotonic() < late, f"no {pattern!r} in:\n{self.screen[self._seen :]}"
            self.look()
        self._seen = found.end()
        return found

    def look(self, seconds: float = 0.1) -> None:
        """Read the output so far."""
        try:
            self._raw += self.child.read_nonblocking(65536, timeout=seconds)
        except pexpect.TIMEOUT:
            return
        except pexpect.EOF:
            raise AssertionError(f"it has ended:\n{self.screen[-2000:]}") from None
        unfinished = _UNFINISHED.search(self._raw)
        end = unfinished.start() if unfinished else len(self._raw)
        whole, self._raw = self._raw[:end], self._raw[end:]
        for _ in range(whole.count(_WHERE)):
            self.child.send("\x1b[1;1R")
        self.screen += ANSI.sub("", whole)

    def type(self, keys: str) -> None:
        """Press these keys."""
        self.child.send(keys)

    def kill(self) -> None:
        """End the process as a power failure would."""
        os.kill(self.process, signal.SIGKILL)
        self.until(r"\[ended -9\]")

    def ended(self) -> int:
        """Return the exit status of the process once it has ended."""
        status = int(self.until(r"\[ended (-?\d+)\]")[1])
        self.child.expect(pexpect.EOF)
        self.child.close()
        return status
