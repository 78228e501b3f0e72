"""Talking with one who types: lines are read, commands that go everywhere are carried out."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence

from rich.console import Console

from readiness.collecting.interview.flow import Course
from readiness.collecting.interview.parse_input import (
    COMMANDS,
    Complaint,
    Typed,
    parsed,
    unknown_command,
)
from readiness.collecting.interview.reader import Prompt, Reader
from readiness.collecting.interview.standing import standing_line
from readiness.collecting.interview.wording import print_complaint, print_why
from readiness.reports.labels import counted
from readiness.reports.report_model import build_report
from readiness.reports.terminal.assessment import print_head
from readiness.reports.terminal.page import Page

_FIRST_THIS = ("finish this first", "/back leaves it")


class Left(Exception):
    """Whoever is asked has left the interview."""


class Back(Exception):
    """Back out of what was begun inside a question."""


class Refused(Exception):
    """What was typed cannot be used, and nobody is there to type it again."""

    def __init__(self, complaint: Complaint) -> None:
        self.complaint = complaint
        super().__init__("\n".join(complaint))


def nothing_wrong(_: str) -> Complaint:
    """For lines that may hold anything."""
    return ()


class Talk:
    """The terminal's side of an interview: what is shown and what is read."""

    def __init__(self, course: Course, console: Console, reader: Reader) -> None:
        self.course = course
        self.console = console
        self.reader = reader

    @property
    def page(self) -> Page:
        """The page as wide as the terminal is now."""
        return Page(self.console)

    @property
    def today(self) -> datetime.date:
        """The day of the assessment."""
        return self.course.setting.circumstances.as_of

    def say(self, sentence: str) -> None:
        """Show a sentence."""
        self.page.write(sentence)

    def complain(self, complaint: Complaint) -> None:
        """Say what is wrong with what was typed. Raises `Refused` where nobody can type again."""
        if not self.reader.is_patient:
            raise Refused(complaint)
        print_complaint(self.page, complaint)

    def standing(self, width: int) -> str:
        """How the gates stand and how far the interview is, in so many columns."""
        course, page = self.course, self.page
        answered, remaining = course.answered, course.remaining
        about = "about " if remaining and not course.setting.puts_all else ""
        progress = f"{answered} of {about}{counted(answered + remaining, 'question')}"
        gates = course.setting.gates
        return standing_line(course.assessment, gates, page.marks, progress, width)

    def line(
        self,
        label: str,
        words: Sequence[str] = (),
        complain: Callable[[str], Complaint] = nothing_wrong,
    ) -> Typed:
        """The next line that is typed behind a label."""
        shown = f"{self.page.text(label).plain}: "
        complete = [*words, *(word for word in COMMANDS if word != "?")]
        return parsed(self.reader.read(Prompt(shown, complete, complain, self.standing)))

    def is_common(self, typed: Typed) -> bool:
        """Carry out a command that goes everywhere; False for anything else."""
        course, page = self.course, self.page
        if typed.command == "/quit":
            raise Left
        if typed.command == "/status":
            page.blank()
            print_head(page, build_report(course.assessment, gates=course.setting.gates))
            page.blank()
            return True
        if typed.command == "/why" and course.question is not None:
            print_why(page, course.assessment, course.hanging(course.question.id))
            return True
        return False

    def ask(
        self,
        label: str,
        *,
        explain: str,
        complain: Callable[[str], Complaint] = nothing_wrong,
        may_be_empty: bool = False,
        words: Sequence[str] = (),
    ) -> str:
        """What is typed behind a label inside a question; `explain` is the help for it.

        Raises `Back` where it is called off.
        """
        while True:
            typed = self.line(label, words, lambda line: _of_words(line, complain))
            if typed.command == "/back":
                raise Back
            if typed.command == "?":
                self.say(explain)
            elif self.is_common(typed):
                pass
            elif typed.command:
                self.complain(unknown_command(typed.command) or _FIRST_THIS)
            elif not typed.words and not may_be_empty:
                self.pass_over()
            elif typed.words and (wrong := complain(typed.words)):
                self.complain(wrong)
            else:
                return typed.words

    def pass_over(self) -> None:
        """An empty line where something has to be typed; in a file it means nothing."""
        if self.reader.is_patient:
            self.say("Nothing was typed. ? tells what can be.")


def _of_words(line: str, complain: Callable[[str], Complaint]) -> Complaint:
    typed = parsed(line)
    return complain(typed.words) if typed.words and not typed.command else ()
