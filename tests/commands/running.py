"""Running the command as its users do: in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ENGAGEMENT = "questionnaires/examples/halden-outdoor/engagement.yaml"


@dataclass(frozen=True)
class Run:
    """What a command printed, and its exit status."""

    stdout: str
    stderr: str
    status: int


def environment_kept() -> dict[str, str]:
    """The environment without what would change what a command says."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("READINESS", "NO_COLOR"))}
    return kept | {"READINESS_CACHE_DIR": os.environ["READINESS_CACHE_DIR"]}


def run(*words: str, stdin: str = "", folder: Path = ROOT, **environment: str) -> Run:
    """Run `readiness` with these words; the terminal is 100 columns wide and without colour."""
    settings = {**environment_kept(), "COLUMNS": "100", "PYTHONUTF8": "1", **environment}
    source = [str(Path(path).resolve()) for path in sys.path if path]
    settings["PYTHONPATH"] = os.pathsep.join(source)
    done = subprocess.run(
        [sys.executable, "-m", "readiness", *words],
        input=stdin.encode(),
        capture_output=True,
        cwd=folder,
        env=settings,
        timeout=60,
        check=False,
    )
    return Run(done.stdout.decode(), done.stderr.decode(), done.returncode)
