"""The interview itself: asks questions, reads and saves the answers, and reports their effect."""

from __future__ import annotations

import dataclasses
import datetime

from rich.console import Console

from readiness.collecting.interview.flow import InterviewFlow
from readiness.collecting.interview.messages import (
    describe_changes,
    describe_hidden,
    describe_left_out,
    print_complaint,
    print_given,
    print_help,
    print_question,
)
from readiness.collecting.interview.opening import SheetFile
from readiness.collecting.interview.parse_input import (
    Complaint,
    ParsedInput,
    is_begun,
    options_of,
    parse_line,
    unknown_command,
    value_of,
)
from readiness.collecting.interview.prompts import (
    Back,
    Conversation,
    LineReader,
    TableEditor,
    UnusableLine,
    evidence_typed,
)
from readiness.documents.changing import ChangedMeanwhile
from readiness.documents.editing import NotEditable
from readiness.documents.from_python import build
from readiness.documents.nodes import Mapping
from readiness.model.answers import Given, refuse_not_applicable
from readiness.model.questionnaire import Question
from readiness.model.value import Row
from readiness.problems import DocumentError, Problems, Source
from readiness.reports.phrasing import count_noun
from readiness.reports.terminal.symbols import QUIET, STRONG

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
                *describe_left_out(left, gates, where="this section"),
                *describe_hidden(hidden, course.questions, where="this section"),
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
        print_question(page, question, course.hanging(question.id))
        entry = course.entries.get(question.id)
        if entry is not None:
            print_given(page, question, entry, course.assessment)
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
                print_help(self.page, question)
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
        print_complaint(self.page, (message, *more.splitlines()))
        self.ask(
            "Your answer is not lost; press Enter to try again",
            explain="/quit leaves without saving this answer.",
            may_be_empty=True,
        )

    def _tell_changes(self, entry: Given) -> None:
        course = self.course
        before = course.put_down(entry)
        told = list(describe_changes(before, course.assessment, course.setting.gates))
        for sentence in told:
            self.page.hang(f"{self.page.marks.bullet} ", sentence)
        if told:
            self._tell_standing()

    def _tell_end(self) -> None:
        page, course = self.page, self.course
        page.blank()
        page.write(("There are no more questions.", STRONG))
        for sentence in (
            *describe_left_out(course.left_out(), course.setting.gates),
            *describe_hidden(course.hidden(), course.questions),
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
