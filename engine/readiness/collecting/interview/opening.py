"""What an interview begins with: a ruleset, the sheets there are, and the file that is saved."""

from __future__ import annotations

import datetime
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from readiness.collecting.answer_files import NoSheet, answer_file, name_sheets
from readiness.collecting.form.form_entries import answers_text, with_entry
from readiness.collecting.interview.flow import Setting
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.changing import ChangedMeanwhile, change
from readiness.documents.opening import read_bytes
from readiness.documents.reading import decode, read
from readiness.documents.shapes import ID, SHAPES, advice, matches
from readiness.documents.validation import validate
from readiness.loading.engagements import EngagementLoader, Inquiry
from readiness.loading.rulesets import load_ruleset, named_from
from readiness.model.answers import Given, Sheet, read_sheet
from readiness.model.engagement import Circumstances
from readiness.model.questionnaire import Question
from readiness.problems import Problems, Source
from readiness.problems.terminal_text import json_file_text


@dataclass(frozen=True, slots=True)
class InterviewOptions:
    """What the command line says: against what is asked, as of when, and about which gates."""

    ruleset: str | None = None
    as_of: datetime.date | None = None
    assurance: str | None = None
    folders: Sequence[Path] = ()
    gates: tuple[str, ...] = ()
    puts_all: bool = False
    puts_answered: bool = False
    only: tuple[str, ...] = ()


class SheetFile:
    """A respondent's answers file, which may not be there before the first answer.

    `name` is what the sheet is called in the engagement; `sheet` holds what the file says.
    """

    def __init__(
        self,
        path: Path,
        name: str,
        respondent: str,
        questions: Map[str, Question],
        *,
        fresh: str = "",
    ) -> None:
        """`fresh` is the text of a file that is not there yet, without answers.

        Raises `DocumentError` where the file, or one like this, cannot be used, and `OSError`.
        """
        self.path = path
        self.name = name
        self.respondent = respondent
        self._questions = questions
        self._content: bytes | None = None
        self._text = ""
        self.sheet: Sheet
        if not fresh:
            self._read(read_bytes(path))
        elif path.suffix.lower() == ".json":
            self._take(json_file_text(read(Source(name, fresh)).plain()))
        else:
            self._take(fresh)

    @property
    def is_there(self) -> bool:
        """Whether the file has been read or saved."""
        return self._content is not None

    def keep(self, entry: Given) -> None:
        """Put an entry into the file and save it.

        Raises `ChangedMeanwhile`, with the entry not put in and the file read again, where it is
        not as it was last read or saved; `OSError` where it cannot be saved, `DocumentError` where
        it has been changed into no answers file, `NotEditable` where the answer cannot be changed
        by itself.
        """
        text = with_entry(self._text, entry, self.respondent, self._questions, str(self.path))
        try:
            self._save(text.encode())
        except ChangedMeanwhile as fault:
            self._read(fault.content or b"")
            raise
        self._text = text

    def _save(self, content: bytes) -> None:
        try:
            change(self.path, self._content, content)
        except ChangedMeanwhile as fault:
            if fault.content is not None:
                raise
            change(self.path, None, content)  # it was taken away, and is written anew
        self._content = content

    def _read(self, content: bytes) -> None:
        decode(content, str(self.path))
        self._take(content.decode())
        self._content = content

    def _take(self, text: str) -> None:
        problems = Problems()
        root = read(decode(text.encode(), str(self.path)))
        if validate(root, "answers", problems):
            sheet = read_sheet(root, self.name, self._questions, problems)
        problems.raise_if_any()
        self.sheet, self._text = sheet, text


@dataclass(frozen=True, slots=True)
class Beginning:
    """The file to answer on, and what the interview is held about."""

    ruleset: Ruleset
    file: SheetFile
    setting: Setting


class Opening:
    """A file that an interview starts from: an engagement, a sheet, or a file to create."""

    def __init__(self, path: Path, asking: InterviewOptions) -> None:
        """Raises `DocumentError` for documents that cannot be used, and `NoSheet`."""
        self.path = path
        self.asking = asking
        self.inquiry: Inquiry | None = None
        if path.exists():
            stated = asking.ruleset, asking.as_of, asking.assurance, asking.folders
            self.inquiry = EngagementLoader(path, *stated, names_all=True, is_begun=True).load()
        elif asking.ruleset is None:
            raise NoSheet(f"'{path}' does not exist; to create it, give its --ruleset")
        elif not path.parent.is_dir():
            raise NoSheet(f"the folder '{path.parent}' for the answers file does not exist")

    @property
    def respondents(self) -> tuple[str, ...]:
        """Who is known to answer: those the engagement names, then those of the sheets."""
        return self.inquiry.respondents if self.inquiry else ()

    def name(self, respondent: str) -> str:
        """What a respondent is called."""
        return self.inquiry.circumstances.people.name(respondent) if self.inquiry else respondent

    @property
    def needs_respondent(self) -> bool:
        """Whether it has to be said who answers."""
        return self.inquiry is not None and self.inquiry.engagement is not None

    def begin(self, respondent: str) -> Beginning:
        """The interview with a respondent; an empty name stands for nobody in particular.

        Raises `NoSheet` where there is no sheet for it.
        """
        inquiry = self.inquiry
        if inquiry is not None:
            respondent = inquiry.circumstances.people.called(respondent)
        if respondent and not matches(ID, respondent):
            hint = advice(ID, respondent) or SHAPES[ID].rule
            raise NoSheet(f"'{respondent}' is not a valid respondent: {hint}")
        if inquiry is None:
            return self._new(respondent)
        file = self._sheet_of(inquiry, respondent)
        return self._beginning(
            inquiry.ruleset, file, inquiry.circumstances, inquiry.sheets, inquiry.title
        )

    def _new(self, respondent: str) -> Beginning:
        asking = self.asking
        assert asking.ruleset is not None
        ruleset = load_ruleset(asking.ruleset, paths=asking.folders)
        named = named_from(self.path.parent, asking.ruleset)
        fresh = answers_text({}, _questionnaires(ruleset), respondent, ruleset=named)
        file = SheetFile(self.path, self.path.name, respondent, ruleset.questions, fresh=fresh)
        as_of = asking.as_of or datetime.date.today()
        return self._beginning(ruleset, file, Circumstances(as_of, asking.assurance or "stated"))

    def _sheet_of(self, inquiry: Inquiry, respondent: str) -> SheetFile:
        """The sheet of a respondent; a new one in an engagement that has none."""
        folder, questions = self.path.parent, inquiry.ruleset.questions
        if inquiry.engagement is None:
            sheet = inquiry.sheets[0]
            if respondent and respondent != sheet.respondent:
                whose = f"belongs to {sheet.respondent}" if sheet.respondent else "names nobody"
                raise NoSheet(f"the answer sheet '{self.path}' {whose}, not {respondent}")
            return SheetFile(self.path, sheet.name, sheet.respondent, questions)
        name = answer_file(inquiry, respondent)
        fresh = ""
        if not any(sheet.name == name for sheet in inquiry.sheets):
            name_sheets(inquiry)
            fresh = answers_text({}, _questionnaires(inquiry.ruleset), respondent)
        return SheetFile(folder / name, name, respondent, questions, fresh=fresh)

    def _beginning(
        self,
        ruleset: Ruleset,
        file: SheetFile,
        circumstances: Circumstances,
        sheets: Sequence[Sheet] = (),
        title: str = "",
    ) -> Beginning:
        held = [file.sheet if sheet.name == file.name else sheet for sheet in sheets]
        if file.sheet not in held:
            held.append(file.sheet)
        setting = Setting(
            sheets=tuple(held),
            own=file.name,
            respondent=file.respondent,
            circumstances=circumstances,
            title=title,
            gates=self.asking.gates,
            puts_all=self.asking.puts_all,
            puts_answered=self.asking.puts_answered,
            only=self.asking.only,
        )
        return Beginning(ruleset, file, setting)


def _questionnaires(ruleset: Ruleset) -> list[str]:
    return [held.id for held in ruleset.questionnaires]
