"""Talking with one who types: who reads lines, tables, evidence, commands that go everywhere."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from rich.console import Console

from readiness.collecting.interview.flow import InterviewFlow
from readiness.collecting.interview.messages import (
    TABLE_WORDS,
    cell_in_words,
    how_typed,
    print_complaint,
    print_options,
    print_rows,
    print_why,
    standing_line,
)
from readiness.collecting.interview.parse_input import (
    COMMANDS,
    Complaint,
    ParsedInput,
    complaint,
    options_of,
    parse_line,
    unknown_command,
    value_of,
)
from readiness.documents.from_python import build
from readiness.documents.schemas import FORMATS
from readiness.documents.validation import validate
from readiness.model.answers import Evidence
from readiness.model.questionnaire import Field, Question
from readiness.model.value import Row, Value
from readiness.problems import Problems, Source
from readiness.reports.phrasing import count_noun
from readiness.reports.report_model import build_report
from readiness.reports.terminal.assessment import print_head
from readiness.reports.terminal.page import Page

_FIRST_THIS = ("finish this first", "/back leaves it")


class InterviewLeft(Exception):
    """The respondent has left the interview."""


class Back(Exception):
    """Back out of what was begun inside a question."""


class UnusableLine(Exception):
    """What was typed cannot be used, and nobody is there to type it again."""

    def __init__(self, complaint: Complaint) -> None:
        self.complaint = complaint
        super().__init__("\n".join(complaint))


@dataclass(frozen=True, slots=True)
class Prompt:
    """A prompt for input.

    `label` stands before the cursor, `words` may complete what is typed, `complain` says what is
    wrong with a line while it is typed, `standing` returns the state of the gates for a width.
    """

    label: str
    words: Sequence[str] = ()
    complain: Callable[[str], Complaint] = lambda _line: ()
    standing: Callable[[int], str] = lambda _columns: ""


class LineReader(Protocol):
    """Reads lines.

    `is_patient` tells whether what cannot be used is asked for again, `shows_standing` whether the
    standing of the gates is in view all the time, `number` the line that was read last, where
    lines have numbers.
    """

    is_patient: bool
    number: int

    @property
    def shows_standing(self) -> bool:
        """See above."""
        ...

    def read(self, prompt: Prompt) -> str:
        """The line that is typed. Raises `EOFError` when there is none any more."""
        ...


class Lines:
    """Reads the lines of a file or a pipe, and shows each behind its prompt."""

    is_patient = False
    shows_standing = False

    def __init__(self, file: BinaryIO, show: Callable[[str], None]) -> None:
        self.file = file
        self.show = show
        self.number: int = 0

    def read(self, prompt: Prompt) -> str:
        """The next line. Raises `EOFError` behind the last, `UnicodeError` where it is no UTF-8."""
        line = self.file.readline()
        if not line:
            self.show(prompt.label)
            raise EOFError
        self.number += 1
        text = line.decode("utf-8-sig" if self.number == 1 else "utf-8").rstrip("\r\n")
        self.show(f"{prompt.label}{text}")
        return text


class Conversation:
    """The terminal's side of an interview: what is shown and what is read."""

    def __init__(self, course: InterviewFlow, console: Console, reader: LineReader) -> None:
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
        """Print what is wrong with a line; raise `UnusableLine` if nobody can type it again."""
        if not self.reader.is_patient:
            raise UnusableLine(complaint)
        print_complaint(self.page, complaint)

    def standing(self, width: int) -> str:
        """Return the state of the gates and the interview's progress, for a width in columns."""
        course, page = self.course, self.page
        answered, remaining = course.answered, course.remaining
        about = "about " if remaining and not course.setting.puts_all else ""
        progress = f"{answered} of {about}{count_noun(answered + remaining, 'question')}"
        gates = course.setting.gates
        return standing_line(course.assessment, gates, page.marks, progress, width)

    def line(
        self,
        label: str,
        words: Sequence[str] = (),
        complain: Callable[[str], Complaint] = lambda _line: (),
    ) -> ParsedInput:
        """The next line that is typed behind a label."""
        shown = f"{self.page.text(label).plain}: "
        complete = [*words, *(word for word in COMMANDS if word != "?")]
        return parse_line(self.reader.read(Prompt(shown, complete, complain, self.standing)))

    def is_common(self, typed: ParsedInput) -> bool:
        """Carry out a command that goes everywhere; False for anything else."""
        course, page = self.course, self.page
        if typed.command == "/quit":
            raise InterviewLeft
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
        complain: Callable[[str], Complaint] = lambda _line: (),
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
            self.say("Nothing was typed. Type ? to see how to answer.")


def _of_words(line: str, complain: Callable[[str], Complaint]) -> Complaint:
    typed = parse_line(line)
    return complain(typed.words) if typed.words and not typed.command else ()


BLANK = "-"
_WORDS = "type add, change N, delete N, none (nothing to list) or done"


class TableEditor:
    """One table that is filled in; `rows` are those there are so far."""

    def __init__(self, talk: Conversation, question: Question, rows: tuple[Row, ...]) -> None:
        self.talk = talk
        self.question = question
        self.saved = rows
        self.rows: list[Row] = list(rows)
        self._explained: set[str] = set()

    @property
    def words(self) -> list[str]:
        """What may be typed, for completion."""
        return [word.partition(" ")[0] for word in TABLE_WORDS]

    @property
    def is_changed(self) -> bool:
        """Whether rows were typed that no answer holds yet."""
        return tuple(self.rows) != self.saved

    def show(self) -> None:
        """Show the rows, or what to type where there are none."""
        if self.rows:
            print_rows(self.talk.page, self.question, self.rows)
        self.talk.page.write(f"{_WORDS[0].upper()}{_WORDS[1:]}.", 2)

    def take(self, words: str) -> bool:
        """Carry out what was typed; True when the table is complete."""
        word, _, rest = words.lower().partition(" ")
        number = self._number(rest)
        if not rest and word == ("done" if self.rows else "none"):
            return True
        if word == "add" and not rest:
            self._fill(len(self.rows) + 1)
        elif word == "change" and number:
            self._fill(number)
        elif word == "delete" and number:
            del self.rows[number - 1]
        else:
            self.talk.complain(self._wrong(word, rest))
            return False
        self.show()
        return False

    def _wrong(self, word: str, rest: str) -> Complaint:
        if word == "done" and not rest:
            return ("the table has no rows yet", "type add, or none if there is nothing to list")
        if word == "none" and not rest:
            return ("the table has rows", "type done, or delete the rows one by one: delete 1")
        if word in ("change", "delete"):
            return (f"there is no row '{rest}'", f"type {word} and the number of a row")
        return (f"'{word}' cannot be used in a table", _WORDS)

    def _number(self, text: str) -> int:
        is_number = text.isascii() and text.isdigit() and len(text) < 6
        return int(text) if is_number and 0 < int(text) <= len(self.rows) else 0

    def _fill(self, number: int) -> None:
        """Fill in a row that there is, or the next one."""
        old = self.rows[number - 1 : number]
        if row := self._row(number, old[0] if old else {}):
            self.rows[number - 1 : number] = [row]
        elif old:
            self.talk.say("The row would be empty, so it is unchanged.")
        else:
            self.talk.say("The row is empty and was not added.")

    def _row(self, number: int, old: Row) -> Row:
        """The row as it was typed; `/back` goes to the cell before, from the first one out."""
        row, columns, at = dict(old), list(self.question.columns.values()), 0
        while at < len(columns):
            try:
                self._cell(number, columns[at], row)
                at += 1
            except Back:
                if not at:
                    return old
                at -= 1
        return {key: row[key] for key in self.question.columns if key in row}

    def _cell(self, number: int, column: Field, row: dict[str, Value]) -> None:
        if column.id not in self._explained:
            self._explained.add(column.id)
            if column.help:
                self.talk.page.write(column.help, 2)
            print_options(self.talk.page, column)
        held = row.get(column.id)
        so_far = f", now {cell_in_words(column, held)}" if held is not None else ""
        words = self.talk.ask(
            f"Row {number}, {column.label} ({how_typed(column)}{so_far})",
            explain=f"Press Enter to keep the cell, type {BLANK} to empty it, or /back to go to "
            "the previous cell.",
            complain=lambda text: self._complaint(column, text),
            may_be_empty=True,
            words=options_of(column),
        )
        if words == BLANK:
            row.pop(column.id, None)
        elif words:
            value, _ = value_of(column, words, self.talk.today)
            if value is not None:
                row[column.id] = value

    def _complaint(self, column: Field, words: str) -> Complaint:
        return () if words == BLANK else value_of(column, words, self.talk.today)[1]


_URL = ("https://", "http://")


def evidence_typed(talk: Conversation, title: str) -> Evidence:
    """The item of which the title was typed already, if it was. Raises `Back`."""
    title = title or talk.ask("Title of the evidence", explain="For example: Board minute 14")
    where = talk.ask(
        "File or link (press Enter for none)",
        explain="A file in the folder of the answer sheet, or a link that starts with https://",
        complain=lambda text: _complaint(_place_label(text)),
        may_be_empty=True,
    )
    collected = _day(talk, "Collected on (press Enter if not known)", "collected")
    expires = _day(talk, "Expires on (press Enter if it does not expire)", "expires")
    placed = _place_label(where)
    return Evidence(title, placed.get("file", ""), placed.get("url", ""), collected, expires)


def _place_label(where: str) -> dict[str, str]:
    return {"url" if where.lower().startswith(_URL) else "file": where}


def _day(talk: Conversation, label: str, key: str) -> str:
    return talk.ask(
        label,
        explain="A date such as 2026-11-21",
        complain=lambda text: _complaint({key: text}),
        may_be_empty=True,
    )


def _complaint(fields: dict[str, str]) -> Complaint:
    """What an answers document with such evidence would be told."""
    item = {"title": "-", **{key: text for key, text in fields.items() if text}}
    held = {"format": FORMATS["answers"], "answers": {"a.b": {"value": 1, "evidence": [item]}}}
    problems = Problems()
    validate(build(held, Source("", "")), "answers", problems)
    return complaint(problems)
