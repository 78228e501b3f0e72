"""Runs interviews without a terminal: the input is a list of lines."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from readiness.assessing import Assessor
from readiness.collecting.interview.flow import InterviewFlow
from readiness.collecting.interview.interview import Interview, InterviewLeft, Prompt
from readiness.collecting.interview.opening import Beginning, InterviewOptions, Opening

SHOP = Path(__file__).resolve().parents[2] / "reports" / "shop"


def shop(folder: Path, engagement: str = "") -> Path:
    """Write the web shop to a folder, with an engagement `e.yaml` if one is given."""
    for name in ("ruleset.yaml", "questionnaire.yaml"):
        shutil.copy(SHOP / name, folder / name)
    if engagement:
        head = "format: readiness/engagement/1\nid: e\nruleset: ./ruleset.yaml\nas_of: 2026-11-21\n"
        (folder / "e.yaml").write_text(head + engagement)
    return folder


def begin(path: Path, respondent: str = "", asking: InterviewOptions | None = None) -> Beginning:
    """Return an interview that starts from a file."""
    return Opening(path, asking or InterviewOptions()).begin(respondent)


def course_of(
    path: Path, respondent: str = "", asking: InterviewOptions | None = None
) -> tuple[InterviewFlow, Beginning]:
    """Return the flow of an interview that starts from a file."""
    beginning = begin(path, respondent, asking)
    return InterviewFlow(Assessor(beginning.ruleset), beginning.setting), beginning


class Script:
    """Reads lines from a list; a function in the list is called to get its line."""

    shows_standing = False
    number = 0

    def __init__(self, lines: Iterable[str | Callable[[], str]], *, is_patient: bool) -> None:
        self.lines = list(lines)
        self.is_patient = is_patient
        self.prompts: list[Prompt] = []

    def read(self, prompt: Prompt) -> str:
        """Return the next line."""
        self.prompts.append(prompt)
        if not self.lines:
            raise EOFError
        line = self.lines.pop(0)
        return line if isinstance(line, str) else line()


@dataclass
class InterviewRun:
    """A finished interview."""

    shown: str
    interview: Interview
    script: Script
    ended: bool

    @property
    def labels(self) -> list[str]:
        """Return the prompts that were shown, in order."""
        return [prompt.label.removesuffix(": ") for prompt in self.script.prompts]


def hold(
    beginning: Beginning,
    *lines: str | Callable[[], str],
    is_patient: bool = True,
    width: int = 100,
) -> InterviewRun:
    """Run an interview until there are no more lines."""
    course = InterviewFlow(Assessor(beginning.ruleset), beginning.setting)
    text = io.StringIO()
    console = Console(file=text, width=width, color_system=None, highlight=False, markup=False)
    script = Script(lines, is_patient=is_patient)
    interview = Interview(course, beginning.file, console, script)
    ended = False
    try:
        interview.hold()
        ended = True
    except (InterviewLeft, EOFError):
        interview.tell_leaving()
    return InterviewRun(text.getvalue(), interview, script, ended)
