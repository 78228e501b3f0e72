"""The interview itself: asks questions, reads and saves the answers, and reports their effect.

It talks with one who types: lines, tables, evidence, and commands that go everywhere.
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from rich.console import Console

from readiness.collecting.interview import messages
from readiness.collecting.interview.flow import InterviewFlow
from readiness.collecting.interview.opening import SheetFile
from readiness.collecting.interview.parse_input import (
    COMMANDS,
    Complaint,
    ParsedInput,
    complaint,
    is_begun,
    options_of,
    parse_line,
    unknown_command,
    value_of,
)
from readiness.documents.changing import ChangedMeanwhile
from readiness.documents.editing import NotEditable
from readiness.documents.from_python import build
from readiness.documents.nodes import Mapping
from readiness.documents.schemas import FORMATS
from readiness.documents.validation import validate
from readiness.model.answers import Evidence, Given, refuse_not_applicable
from readiness.model.questionnaire import Field, Question
from readiness.model.value import Row, Value
from readiness.problems import DocumentError, Problems, Source
from readiness.reports.phrasing import capitalise, count_noun
from readiness.reports.report_model import build_report
from readiness.reports.terminal.assessment import print_head
from readiness.reports.terminal.page import QUIET, STRONG, Page

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
        messages.print_complaint(self.page, complaint)

    def standing(self, width: int) -> str:
        """Return the state of the gates and the interview's progress, for a width in columns."""
        course, page = self.course, self.page
        answered, remaining = course.answered, course.remaining
        about = "about " if remaining and not course.setting.puts_all else ""
        progress = f"{answered} of {about}{count_noun(answered + remaining, 'question')} answered"
        gates = course.setting.gates
        return messages.standing_line(course.assessment, gates, page.marks, progress, width)

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
            messages.print_why(page, course.assessment, course.hanging(course.question.id))
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
        return [word.partition(" ")[0] for word in messages.TABLE_WORDS]

    @property
    def is_changed(self) -> bool:
        """Whether rows were typed that no answer holds yet."""
        return tuple(self.rows) != self.saved

    def show(self) -> None:
        """Show the rows, or what to type where there are none."""
        if self.rows:
            messages.print_rows(self.talk.page, self.question, self.rows)
        self.talk.page.write(f"{capitalise(_WORDS)}.", 2)

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
            messages.print_options(self.talk.page, column)
        held = row.get(column.id)
        so_far = f", now {messages.cell_in_words(column, held)}" if held is not None else ""
        words = self.talk.ask(
            f"Row {number}, {column.label} ({messages.how_typed(column)}{so_far})",
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


_REASON = "The reason is saved with the answer and shown in reports."


class Interview(Conversation):
    """One interview with one respondent."""

    def __init__(
        self, course: InterviewFlow, file: SheetFile, console: Console, reader: LineReader
    ) -> None:
        super().__init__(course, console, reader)
        self.file = file
        self._sections = course.assessor.ruleset.sections
        self._section = ""
        self._left_sections: set[str] = set()
        self._table: TableEditor | None = None

    def hold(self) -> None:
        """Ask one question after another until none is left.

        Raises `InterviewLeft` when the respondent leaves, `EOFError` when the input ends, and
        `UnusableLine` when a line cannot be used and nobody can type it again. The answers given
        until then are saved.
        """
        self._welcome()
        while (question := self.course.question) is not None:
            self._enter_section(question)
            self._ask(question)
        self._tell_end()

    def tell_leaving(self) -> None:
        """Say what is saved, and what is not, to one who leaves."""
        page = self.page
        page.blank()
        if self._table is not None and self._table.is_changed:
            page.write(f"The table {self._table.question.id} was not finished and is not saved.")
        if remaining := self.course.remaining:
            page.write(
                f"{count_noun(remaining, 'question')} left. Run the same command again to continue."
            )
        self._tell_saved()

    def _welcome(self) -> None:
        page, course = self.page, self.course
        ruleset = course.assessor.ruleset
        page.write((course.setting.title or f"{ruleset.title} {ruleset.version}", STRONG))
        if self.file.respondent:
            name = course.setting.circumstances.people.name(self.file.respondent)
            page.write(f"Respondent: {name}")
        page.write(f"Each answer is saved to {self.file.path} as soon as you give it.")
        page.write(
            "Type an answer, ? for help, or /unknown, /na, /note, /evidence, /back, /skip, "
            "/sections, /why, /status, /quit."
        )
        self._tell_standing()

    def _tell_standing(self) -> None:
        if not self.reader.shows_standing:
            self.page.write((self.standing(self.page.width), QUIET))

    def _enter_section(self, question: Question) -> None:
        course, page = self.course, self.page
        section = self._sections[question.section]
        if section.id == self._section:
            return
        if self._section and not course.is_back and self._section not in self._left_sections:
            self._left_sections.add(self._section)
            left = course.left_out(self._section)
            gates, hidden = course.setting.gates, course.hidden(self._section)
            for sentence in (
                *messages.describe_left_out(left, gates, where="this section"),
                *messages.describe_hidden(hidden, course.questions, where="this section"),
            ):
                page.blank()
                page.write(sentence)
        self._section = section.id
        page.heading(section.title)
        if section.help:
            page.write(section.help)

    def _ask(self, question: Question) -> None:
        """Ask one question until it is answered or postponed, or another one is chosen."""
        page, course = self.page, self.course
        messages.print_question(page, question, course.hanging(question.id))
        entry = course.entries.get(question.id)
        if entry is not None:
            messages.print_given(page, question, entry, course.assessment)
            if entry.state != "blank":
                page.write("Press Enter to keep this answer.", 2)
        self._table = None
        if question.kind == "table":
            self._table = TableEditor(self, question, _rows(entry))
            self._table.show()
        while True:
            words = self._table.words if self._table else options_of(question)
            typed = self.line(question.id, words, lambda t: _live(question, t, self.today))
            try:
                if self._take(question, typed):
                    self._table = None
                    return
            except Back:
                page.write(question.label)

    def _take(self, question: Question, typed: ParsedInput) -> bool:
        """Carry out what was typed; True when another question may come, or this one again."""
        match typed.command:
            case "":
                return self._answer(question, typed.words)
            case "?":
                messages.print_help(self.page, question)
            case "/unknown":
                reason = typed.words or self.ask("Reason why it is not known", explain=_REASON)
                return self._give(self._with_change(question, state="unknown", reason=reason))
            case "/na":
                return self._inapplicable(question, typed.words)
            case "/note":
                note = typed.words or self.ask("Note", explain="A note about the answer.")
                return self._add(self._with_change(question, note=note), "The note")
            case "/evidence":
                item = evidence_typed(self, typed.words)
                return self._add(self._with_change(question, item=item), "The evidence")
            case "/back":
                if self.course.back():
                    return True
                self.complain(("this is the first question",))
            case "/skip":
                self.course.skip()
                return True
            case "/sections":
                return self._choose_section(typed.words)
            case _ if not self.is_common(typed):
                self.complain(unknown_command(typed.command))
        return False

    def _choose_section(self, typed: str) -> bool:
        """Go to the section that is chosen from a list; True when its first question comes."""
        found = self.course.sections
        titles = {key: self._sections[key].title for key in found}
        if not typed:
            for number, (key, (done, left)) in enumerate(found.items(), 1):
                told = f"{titles[key]}: {count_noun(left, 'question')} left, {done} answered"
                self.page.hang(f"  {number}  ", told)
            explain = "Type the number of a section, or the beginning of its title."
            typed = self.ask("Section", explain=explain, words=list(titles.values()))
        by_number = dict(zip(map(str, range(1, len(found) + 1)), found, strict=True))
        alike = [key for key, one in titles.items() if one.casefold().startswith(typed.casefold())]
        section = by_number.get(typed) or (alike[0] if len(alike) == 1 else "")
        if section and self.course.go_to(section):
            return True
        wrong = "nothing is left to ask in this section" if section else "there is no such section"
        self.complain((wrong, "/sections lists them"))
        return False

    def _answer(self, question: Question, words: str) -> bool:
        entry = self.course.entries.get(question.id)
        if not words:
            if entry is not None and entry.state != "blank":
                self.course.go_on()
                return True
            self.pass_over()
            return False
        if self._table is not None:
            if not self._table.take(words):
                return False
            rows = tuple(self._table.rows)
            return self._give(self._with_change(question, state="answered", value=rows))
        value, wrong = value_of(question, words, self.today)
        if wrong or value is None:
            self.complain(wrong)
            return False
        return self._give(self._with_change(question, state="answered", value=value))

    def _inapplicable(self, question: Question, reason: str) -> bool:
        problems = Problems()
        node = build({"not_applicable": reason}, Source("", ""))
        assert isinstance(node, Mapping)
        refuse_not_applicable(question, node, problems)
        if len(problems):
            self.complain((next(iter(problems)).message, "if it is not known, type /unknown"))
            return False
        reason = reason or self.ask("Reason why it does not apply", explain=_REASON)
        return self._give(self._with_change(question, state="not_applicable", reason=reason))

    def _with_change(self, question: Question, **changes: object) -> Given:
        """What was given for a question with something else in it; note and evidence stay."""
        course = self.course
        blank = Given(question.id, course.respondent, "blank", sheet=course.setting.own)
        old = course.entries.get(question.id) or blank
        if "item" in changes:
            changes["evidence"] = (*old.evidence, changes.pop("item"))
        if "state" in changes:
            changes = {"value": None, "reason": "", **changes}
        changes |= {"given_on": self.today.isoformat(), "given_by": "interview"}
        return dataclasses.replace(old, **changes)  # type: ignore[arg-type]

    def _give(self, entry: Given) -> bool:
        """Take an answer and go on; where it could not be put down the question comes again."""
        if self._keep(entry):
            question = self.course.questions[entry.question]
            if entry.state == "answered" and question.evidence == "required" and not entry.evidence:
                self.say("This answer requires evidence: type /back, then /evidence and its title.")
            self.course.go_on()
        return True

    def _add(self, entry: Given, what: str) -> bool:
        """Save a note or evidence; the question waits for its answer all the same."""
        if not self._keep(entry):
            return True
        self.say(f"{what} is saved.")
        return False

    def _keep(self, entry: Given) -> bool:
        """Save an entry and tell what it changed; False where the question has been answered.

        Somebody else may have done so in the same file meanwhile.
        """
        before = self.course.entries.get(entry.question)
        while True:
            try:
                self.file.keep(entry)
            except ChangedMeanwhile:
                self.say(f"{self.file.path} was changed in the meantime and has been read again.")
                self.course.reload(self.file.sheet)
                if before != self.course.entries.get(entry.question):
                    self.say("This question has been answered there, so your answer is not saved.")
                    return False
            except OSError as fault:
                self._cannot_save((fault.strerror or "it cannot be written").lower())
            except NotEditable as fault:
                self._cannot_save(str(fault))
            except DocumentError as error:
                self._cannot_save("it is no longer an answers file", str(error))
            else:
                break
        self._tell_changes(entry)
        return True

    def _cannot_save(self, reason: str, more: str = "") -> None:
        """Say that nothing was saved and wait until it can be tried again."""
        message = f"cannot save to {self.file.path}: {reason}"
        if not self.reader.is_patient:
            raise UnusableLine((message, *more.splitlines()))
        messages.print_complaint(self.page, (message, *more.splitlines()))
        self.ask(
            "Your answer is not lost; press Enter to try again",
            explain="/quit leaves without saving this answer.",
            may_be_empty=True,
        )

    def _tell_changes(self, entry: Given) -> None:
        course = self.course
        before = course.put_down(entry)
        told = list(messages.describe_changes(before, course.assessment, course.setting.gates))
        for sentence in told:
            self.page.hang(f"{self.page.marks.bullet} ", sentence)
        if told:
            self._tell_standing()

    def _tell_end(self) -> None:
        page, course = self.page, self.course
        page.blank()
        page.write(("There are no more questions.", STRONG))
        for sentence in (
            *messages.describe_left_out(course.left_out(), course.setting.gates),
            *messages.describe_hidden(course.hidden(), course.questions),
        ):
            page.write(sentence)
        self._tell_saved()
        page.write(self.standing(page.width))

    def _tell_saved(self) -> None:
        if self.file.is_there:
            self.say(f"{count_noun(self.course.answered, 'answer')} saved in {self.file.path}.")
        else:
            self.say(f"Nothing was answered, and {self.file.path} was not created.")


def _rows(entry: Given | None) -> tuple[Row, ...]:
    held = entry.value if entry is not None else ()
    return tuple(row for row in held if not isinstance(row, str)) if type(held) is tuple else ()


def _live(question: Question, line: str, today: datetime.date) -> Complaint:
    """What is wrong with an answer while it is typed; nothing as long as it may become one."""
    typed = parse_line(line)
    if typed.command or not typed.words or question.kind == "table":
        return ()
    return () if is_begun(question, typed.words) else value_of(question, typed.words, today)[1]
