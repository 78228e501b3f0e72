"""The sheet of the questions, section by section."""

from __future__ import annotations

from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any

from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.formatting.rule import FormulaRule
from openpyxl.styles import Color, Font, PatternFill
from openpyxl.utils import get_column_letter

from readiness.collecting.form.form_questions import Asked, Form, Part
from readiness.collecting.form.wording import (
    INAPPLICABLE,
    NO_ROWS,
    STATES,
    UNKNOWN,
    how,
    option_marks,
)
from readiness.collecting.workbook.markers import HEAD, SECTION, of_option
from readiness.collecting.workbook.page import FormSheet
from readiness.documents.sanitize import cleaned
from readiness.model.questionnaire import Question
from readiness.reports.workbook.styles import FONT, QUIET, SIZE

TITLE = "Questions"
KEYS = ("number", "question", "answer", "how", "state", "reason", "note", "done")
NUMBER, QUESTION, ANSWER, HOW, STATE, REASON, NOTE, DONE = range(2, 10)
_HEADINGS = (
    "No.", "Question", "Answer", "How to answer", "If there is no answer", "Why there is none",
    "Note",
)  # fmt: skip
_WIDTHS = (6, 58, 32, 22, 16, 30, 30, 4)
TOP = 3
_rule: Any = FormulaRule


@dataclass(frozen=True, slots=True)
class Rows:
    """Where the parts of a form ended up: of each its row, and the rows of its questions."""

    section: int
    first: int
    last: int


def fill_questions(page: FormSheet, form: Form, tables: Map[str, tuple[str, str]]) -> list[Rows]:
    """Put every question with what is given already; `tables` links those that are tables.

    Of each it has where its sheet begins, and the range of its cells.
    """
    page.widths(*_WIDTHS)
    page.across(1, NUMBER, NOTE, "Questions", "title")
    page.keys(2, KEYS)
    page.mark(TOP, HEAD)
    for number, heading in enumerate(_HEADINGS, NUMBER):
        page.put(TOP, number, heading, "head")
    page.held.row_dimensions[TOP].height = 30
    page.held.column_dimensions[get_column_letter(DONE)].hidden = True
    found = []
    row = TOP + 1
    for part in form.parts:
        section = row
        row = _section(page, part, row)
        first = row
        for asked in part.asked:
            row = _QuestionWriter(page, asked, row).put(tables)
        found.append(Rows(section, first, row - 1))
    _colour(page, row - 1)
    page.close(top=TOP, column=ANSWER)
    return found


def _section(page: FormSheet, part: Part, row: int) -> int:
    page.mark(row, SECTION)
    page.put(row, NUMBER, None, "section")
    page.put(row, QUESTION, part.section.title, "section")
    page.across(row, ANSWER, NOTE, " ".join(part.section.help.split()), "section help")
    page.raise_to(row, 24)
    return row + 1


@dataclass(frozen=True, slots=True)
class _QuestionWriter:
    page: FormSheet
    asked: Asked
    row: int

    @property
    def question(self) -> Question:
        return self.asked.question

    def put(self, tables: Map[str, tuple[str, str]]) -> int:
        """Put the question from this row on; returns the next free row."""
        page, row, question = self.page, self.row, self.question
        page.mark(row, question.id)
        page.put(row, NUMBER, self.asked.number, "number")
        cell = page.put(row, QUESTION, None, "question")
        cell.value = in_full(self.asked)
        page.put(row, HOW, how(question), "how")
        self._beside()
        done = f'{_at(ANSWER, row)}<>""'
        last = row
        if question.kind == "table":
            done = self._table(*tables[question.id])
        elif question.kind == "choices":
            last = self._choices()
            done = f"COUNTA({_at(ANSWER, row + 1)}:{_at(ANSWER, last)})>0"
        else:
            page.ask(row, ANSWER, question, self.asked.value)
        formula = f'=IF(OR({done},{_at(STATE, row)}<>""),1,0)'
        page.formula(row, DONE, formula, "quiet")
        page.fit(row, QUESTION, NOTE, least=2)
        return last + 1

    def _beside(self) -> None:
        page, row, entry = self.page, self.row, self.asked.entry
        words = [UNKNOWN, INAPPLICABLE] if self.question.may_not_apply else [UNKNOWN]
        page.ask_word(row, STATE, words, STATES.get(entry.state) if entry else None)
        page.ask_text(row, REASON, entry.reason if entry else None)
        page.ask_text(row, NOTE, entry.note if entry else None)

    def _table(self, target: str, cells: str) -> str:
        is_empty = self.asked.value == ()
        self.page.ask_word(self.row, ANSWER, [NO_ROWS], NO_ROWS if is_empty else None)
        self.page.link(self.row, HOW, "→ go to its rows", target)
        return f'OR({_at(ANSWER, self.row)}<>"",COUNTA({cells})>0)'

    def _choices(self) -> int:
        page, row = self.page, self.row
        page.put(row, ANSWER, "mark below", "closed")
        for option, name, is_marked in option_marks(self.question, self.asked.value):
            row += 1
            page.mark(row, of_option(self.question.id, option))
            page.put(row, NUMBER, None, "number")
            page.put(row, QUESTION, name, "option")
            page.ask_mark(row, ANSWER, marked=is_marked)
            for column in (HOW, STATE, REASON, NOTE):
                page.put(row, column, None, "closed")
            page.fit(row, QUESTION, QUESTION)
        return row


def in_full(asked: Asked) -> CellRichText:
    """A question as it stands in its cell: the wording, when it is asked, and what helps."""
    question = asked.question
    blocks = [TextBlock(InlineFont(rFont=FONT, sz=SIZE, b=True), _told(question.label))]
    if asked.when:
        font = InlineFont(rFont=FONT, sz=9, i=True, color=Color("FF7A4A00"))
        blocks.append(TextBlock(font, f"\n{_told(asked.when)}"))
    if helping := _help(question):
        font = InlineFont(rFont=FONT, sz=9, color=Color(f"FF{QUIET}"))
        blocks.append(TextBlock(font, f"\n{_told(helping)}"))
    return CellRichText(blocks)


def _help(question: Question) -> str:
    more = " ".join(question.help.split())
    if question.evidence == "required":
        more = f"{more} Evidence is asked for: see the sheet “Evidence”.".strip()
    return more


def _told(text: str) -> str:
    return " ".join(cleaned(text).split(" ")).strip()


def _at(column: int, row: int) -> str:
    return f"{get_column_letter(column)}{row}"


def _colour(page: FormSheet, last: int) -> None:
    """Say in colours what is done, and where a reason is missing."""
    rules = page.held.conditional_formatting
    done = f"${get_column_letter(DONE)}{TOP + 1}=1"
    green = PatternFill("solid", bgColor="DDEFD9")
    area = f"{_at(NUMBER, TOP + 1)}:{_at(NUMBER, last)}"
    rules.add(area, _rule([done], fill=green, font=Font(color="1E4D1F")))
    state, reason = (f"${get_column_letter(one)}{TOP + 1}" for one in (STATE, REASON))
    missing = f'AND({state}<>"",{reason}="")'
    red = PatternFill("solid", bgColor="F9D9DA")
    rules.add(f"{_at(REASON, TOP + 1)}:{_at(REASON, last)}", _rule([missing], fill=red))
