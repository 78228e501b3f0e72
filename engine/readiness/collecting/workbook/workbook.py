"""The form as a workbook: cover, questions, tables and evidence, and the sheets that are hidden."""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass

from xlsxwriter.utility import quote_sheetname, xl_col_to_name

from readiness.collecting.form import cells, form_questions
from readiness.collecting.form.cells import INAPPLICABLE, MARK, NO_ROWS, UNKNOWN
from readiness.collecting.form.filled_form import EVIDENCE_KEYS
from readiness.collecting.form.form_questions import Form, FormQuestion, Part
from readiness.collecting.workbook.page import (
    DAY,
    LISTS_TITLE,
    MARKED,
    ROLES,
    TEXT,
    FormSheet,
    HiddenSheet,
    Lists,
    RowBlock,
    whole_number,
)
from readiness.collecting.workbook.reading import (
    EVIDENCE,
    HEAD,
    QUESTIONS,
    ROW_NUMBER,
    SECTION,
    START,
    TABLE,
    of_option,
    own_marks,
)
from readiness.documents.sanitize import clean_text
from readiness.model.answers import Evidence
from readiness.model.question_types import Kind
from readiness.model.questionnaire import Field, Question
from readiness.reports.workbook.sheet import CellStyler, empty_workbook, pack_workbook, set_width

QUESTIONS_TITLE = "Questions"
KEYS = ("number", "question", "answer", "how", "state", "reason", "note", "done")
NUMBER, QUESTION, ANSWER, HOW, STATE, REASON, NOTE, DONE = range(2, 10)
_HEADINGS = (
    "No.", "Question", "Answer", "How to answer", "If you cannot answer", "Reason",
    "Note",
)  # fmt: skip
_WIDTHS = (6, 58, 32, 22, 16, 30, 30, 4)
TOP = 3

_FIRST = 3  # column of a table, behind the marks and the numbers of the rows
_KEY_ROW, _HEAD_ROW = 2, 6
_BLANK_ROWS, _FEWEST = 10, 20
_USUAL_WIDTH: Map[Kind, float] = {
    "truth": 14, "choice": 28, "choices": 18, "number": 18, "date": 16, "text": 36, "table": 18,
}  # fmt: skip
_MOST_TITLE = 31
_REFUSED = re.compile(r"[\[\]:*?/\\]")


def fill_questions(page: FormSheet, form: Form, tables: Map[str, TableSheet]) -> list[range]:
    """Put every question with what is given already; `tables` are the sheets of those with rows.

    Of each part of the form it returns the rows: that of its section, then those of its questions.
    """
    page.widths(*_WIDTHS)
    page.across(1, NUMBER, NOTE, "Questions", "title")
    page.keys(2, KEYS)
    page.mark(TOP, HEAD)
    for number, heading in enumerate(_HEADINGS, NUMBER):
        page.put(TOP, number, heading, "head")
    page.raise_to(TOP, 30)
    page.held.set_column(DONE - 1, DONE - 1, _WIDTHS[-1], None, {"hidden": True})
    found = []
    row = TOP + 1
    for part in form.parts:
        section, row = row, _section(page, part, row)
        for asked in part.asked:
            row = _QuestionWriter(page, asked, row).put(tables)
        found.append(range(section, row))
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
    asked: FormQuestion
    row: int

    @property
    def question(self) -> Question:
        return self.asked.question

    def put(self, tables: Map[str, TableSheet]) -> int:
        """Write the question from this row on; return the next free row."""
        page, row, question = self.page, self.row, self.question
        page.mark(row, question.id)
        page.put(row, NUMBER, self.asked.number, "number")
        page.put_blocks(row, QUESTION, "question", _in_full(self.asked))
        page.put(row, HOW, cells.how(question), "how")
        self._beside()
        done = f'{_at(ANSWER, row)}<>""'
        last = row
        if question.kind == "table":
            done = self._table(tables[question.id])
        elif question.kind == "choices":
            last = self._choices()
            done = f"COUNTA({_at(ANSWER, row + 1)}:{_at(ANSWER, last)})>0"
        else:
            page.ask_field(row, ANSWER, question, self.asked.value)
        formula = f'=IF(OR({done},{_at(STATE, row)}<>""),1,0)'
        page.formula(row, DONE, formula, "quiet")
        page.fit(row, QUESTION, NOTE, least=2)
        return last + 1

    def _beside(self) -> None:
        page, row, entry = self.page, self.row, self.asked.entry
        words = (
            [cells.UNKNOWN, cells.INAPPLICABLE] if self.question.may_not_apply else [cells.UNKNOWN]
        )
        page.ask_word(row, STATE, words, cells.STATES.get(entry.state) if entry else None)
        page.ask(row, REASON, TEXT, entry.reason if entry else None)
        page.ask(row, NOTE, TEXT, entry.note if entry else None)

    def _table(self, table: TableSheet) -> str:
        is_empty = self.asked.value == ()
        self.page.ask_word(self.row, ANSWER, [cells.NO_ROWS], cells.NO_ROWS if is_empty else None)
        self.page.link(self.row, HOW, "→ go to the list", table.start)
        return f'OR({_at(ANSWER, self.row)}<>"",COUNTA({table.area})>0)'

    def _choices(self) -> int:
        page, row = self.page, self.row
        page.put(row, ANSWER, "mark below", "closed")
        for option, name, is_marked in cells.option_marks(self.question, self.asked.value):
            row += 1
            page.mark(row, of_option(self.question.id, option))
            page.put(row, NUMBER, None, "number")
            page.put(row, QUESTION, name, "option")
            page.ask(row, ANSWER, MARKED, cells.MARK if is_marked else None)
            for column in (HOW, STATE, REASON, NOTE):
                page.put(row, column, None, "closed")
            page.fit(row, QUESTION, QUESTION)
        return row


def _in_full(asked: FormQuestion) -> list[RowBlock]:
    """Return the text of a question's cell: the wording, when it is asked, and its help."""
    blocks = [RowBlock(_describe(asked.question.label), "label")]
    if asked.when:
        blocks.append(RowBlock(f"\n{_describe(asked.when)}", "when"))
    if helping := _help(asked.question):
        blocks.append(RowBlock(f"\n{_describe(helping)}", "help"))
    return blocks


def _help(question: Question) -> str:
    more = " ".join(question.help.split())
    if question.evidence == "required":
        more = f"{more} Please give evidence on the sheet “Evidence”.".strip()
    return more


def _describe(text: str) -> str:
    return " ".join(clean_text(text).split(" ")).strip()


def _at(column: int, row: int) -> str:
    return f"{xl_col_to_name(column - 1)}{row}"


def _colour(page: FormSheet, last: int) -> None:
    """Say in colours what is done, and where a reason is missing."""
    state, reason = (f"${_at(one, TOP + 1)}" for one in (STATE, REASON))
    for column, is_so, role in (
        (NUMBER, f"${_at(DONE, TOP + 1)}=1", "done"),
        (REASON, f'AND({state}<>"",{reason}="")', "missing"),
    ):
        rule = {"type": "formula", "criteria": f"={is_so}", "format": page.looks.of(role)}
        page.held.conditional_format(TOP, column - 1, last - 1, column - 1, rule)


class TableSheet:
    """The sheet of a question that takes rows.

    Its title is the number of the question and the section that it is in. Of its columns it has
    the field, its option where it has marks, and the heading.
    """

    def __init__(self, asked: FormQuestion, part: Part) -> None:
        self.asked = asked
        self.title: str = _sheet_title(f"{asked.number} {part.section.title}")
        self.columns: list[tuple[Field, str | None, str]] = list(_columns(asked.question))
        self.count: int = max(len(asked.rows) + _BLANK_ROWS, _FEWEST)

    @property
    def start(self) -> str:
        """Where its cells begin, as formulas name it."""
        return f"{quote_sheetname(self.title)}!{_at(_FIRST, _HEAD_ROW + 1)}"

    @property
    def area(self) -> str:
        """The range of its cells."""
        return f"{self.start}:{_at(_FIRST + len(self.columns) - 1, _HEAD_ROW + self.count)}"


def _sheet_title(named: str) -> str:
    title = " ".join(_REFUSED.sub(" ", clean_text(named)).split())
    if len(title) > _MOST_TITLE:
        title = title[: _MOST_TITLE - 1].rsplit(" ", 1)[0] + "…"
    return title.strip("'")


def _columns(question: Question) -> Iterator[tuple[Field, str | None, str]]:
    for column in question.columns.values():
        if column.kind != "choices":
            yield column, None, column.label
            continue
        for key, name, _ in cells.option_marks(column, None):
            yield column, key, f"{column.label}: {name}"


def fill_table(page: FormSheet, table: TableSheet, back: str) -> None:
    """Put the headings of a table, the rows that are given, and blank ones."""
    asked, columns = table.asked, table.columns
    last = max(_FIRST + len(columns) - 1, _FIRST + 3)
    page.widths(5, *(_width(field, option) for field, option, _ in columns))
    for number in range(_FIRST + len(columns), last + 1):
        set_width(page.held, number, 24)
    page.across(1, 2, last, f"Question {asked.number}", "title")
    keys = [f.id if option is None else of_option(f.id, option) for f, option, _ in columns]
    page.keys(_KEY_ROW, [ROW_NUMBER, *keys])
    blocks = _in_full(asked)
    page.across(3, 2, last, "".join(block.text for block in blocks), "remark")
    page.put_blocks(3, 2, "remark", blocks)
    page.merge(4, 2, last, "free link")
    page.link(4, 2, "← Back to the questions", back, "free link")
    page.mark(_HEAD_ROW, HEAD)
    page.put(_HEAD_ROW, 2, "Row", "head")
    page.put(5, 2, None, "how")
    for number, (field, option, heading) in enumerate(columns, _FIRST):
        helps = " ".join(field.help.split())
        said = "x if it applies" if option is not None else cells.how(field)
        page.put(5, number, f"{said}. {helps}".removesuffix(" ") if helps else said, "how")
        page.put(_HEAD_ROW, number, heading, "head")
    page.fit(5, _FIRST, last)
    page.fit(_HEAD_ROW, _FIRST, last, least=2)
    given = asked.rows
    for number in range(table.count):
        row = _HEAD_ROW + 1 + number
        page.put(row, 2, number + 1, "number")
        held = given[number] if number < len(given) else {}
        for column, (field, option, _) in enumerate(columns, _FIRST):
            value = held.get(field.id)
            if option is None:
                page.ask_field(row, column, field, value)
            else:
                marked = {key: is_marked for key, _, is_marked in cells.option_marks(field, value)}
                page.ask(row, column, MARKED, cells.MARK if marked[option] else None)
        page.fit(row, _FIRST, last)
    page.close(top=_HEAD_ROW, column=_FIRST)


def _width(field: Field, option: str | None) -> float:
    if option is not None:
        return 14
    return max(_USUAL_WIDTH[field.kind], min(len(field.label) * 0.8 + 2, 40))


_NO_TIME = datetime.datetime(2000, 1, 1)
_COVER_TITLE = "Start"
_LAST_TITLES = ("Evidence", LISTS_TITLE, "readiness")


def form_as_workbook(form: form_questions.Form) -> bytes:
    """The workbook of a form; the same form gives the same bytes.

    Raises `DocumentError` if an existing answer does not fit into a cell.
    """
    form_questions.refuse_what_does_not_fit(form, in_workbook=True)
    book = empty_workbook(clean_text(f"{form.title}: {form.respondent}"), _NO_TIME)
    tables = {
        asked.question.id: TableSheet(asked, part)
        for part in form.parts
        for asked in part.asked
        if asked.question.kind == "table"
    }
    titles = (_COVER_TITLE, QUESTIONS_TITLE, *(table.title for table in tables.values()))
    cover, asked_on, *of_tables = map(book.add_worksheet, titles)
    of_evidence, of_lists, of_binding = map(book.add_worksheet, _LAST_TITLES)
    own: set[str] = set()
    looks, offered = CellStyler(book, ROLES), Lists(HiddenSheet(book, of_lists, own))
    asked_by_number = offered.questions((one.number, one.question.label) for one in form.asked)
    page = FormSheet(asked_on, looks, offered, QUESTIONS, own)
    rows = fill_questions(page, form, tables)
    for held, (key, table) in zip(of_tables, tables.items(), strict=True):
        sheet = FormSheet(held, looks, offered, TABLE + key, own)
        fill_table(sheet, table, page.place(page.rows[key], 3))
    evidence = FormSheet(of_evidence, looks, offered, EVIDENCE, own)
    _fill_evidence(evidence, form, asked_by_number)
    _fill_cover(FormSheet(cover, looks, offered, START, own), form, rows)
    _bind(HiddenSheet(book, of_binding, set()), form.binding, own_marks(own))
    return pack_workbook(book)


_GUIDANCE = f"""
Answer what you can on the sheet “Questions”. Fill in the yellow cells; all others are locked.
A blank answer counts as not answered yet, never as a no.
If you do not know an answer, choose “{UNKNOWN}” next to it and write why, or who may know.
Where a question may not concern you, you can choose “{INAPPLICABLE}”. Say why.
If there are several options, enter {MARK} next to each one that applies. If none does, mark the \
last line.
Some questions ask for a list. A link leads to its sheet, where each row is one entry. If there \
is nothing to list, choose “{NO_ROWS}” as the answer.
Some questions depend on another answer. Their text says when to answer them; otherwise leave \
them blank.
List evidence for your answers on the sheet “Evidence”, with the number of the question.
Enter numbers without words, and percentages without the % sign: 85.
"""
_COVER_WIDTHS = (5, 58, 12, 3, 12, 30)
_COVER_LAST = 7


def _fill_cover(page: FormSheet, form: form_questions.Form, rows: Sequence[range]) -> None:
    """Put the guidance, and the sections with how many of their questions are answered."""
    page.widths(*_COVER_WIDTHS)
    page.held.set_portrait()
    page.across(1, 2, _COVER_LAST, form.title, "title")
    page.raise_to(1, 34)
    page.put(2, 2, None, "remark")
    page.across(2, 2, _COVER_LAST, f"Questions for: {form.respondent}", "name")
    if form.due:
        page.across(3, 2, _COVER_LAST, f"Please return this form by {form.due}.", "remark")
    page.across(4, 2, _COVER_LAST, "How to fill in this form", "section")
    row = 5
    for number, text in enumerate(_GUIDANCE.strip().splitlines(), 1):
        page.put(row, 2, number, "quiet")
        page.across(row, 3, _COVER_LAST, text, "remark")
        row += 1
    row += 1
    page.across(row, 2, 3, "Questions", "section")
    page.across(row, 4, _COVER_LAST, "Answered", "section")
    first = row + 1
    done = xl_col_to_name(DONE - 1)
    for part, held in zip(form.parts, rows, strict=True):
        row += 1
        page.link(row, 3, part.section.title, f"{QUESTIONS_TITLE}!C{held[0]}", "free link")
        counted = f"=SUM({QUESTIONS_TITLE}!{done}{held[1]}:{done}{held[-1]})"
        page.formula(row, 4, counted, "figure")
        page.put(row, 5, "of", "quiet")
        page.put(row, 6, len(part.asked), "remark")
    row += 1
    page.put(row, 3, "Total", "name")
    if form.parts:
        page.formula(row, 4, f"=SUM(D{first}:D{row - 1})", "figure")
    page.put(row, 5, "of", "quiet")
    page.put(row, 6, len(form.asked), "remark")
    page.protect()


_NUMBER, _QUESTION, _NAME = range(2, 5)
_URL, _EXPIRES = 6, 8
_EVIDENCE_HEADINGS = (
    "No.", "Question", "Title", "File", "Link", "Collected on", "Expires on",
)  # fmt: skip
_HOW = (
    "", "filled in automatically", "for example: Minutes of the board, 2 October",
    "the name of a file that you send with this form", "starts with https:// or http://",
    "a date such as 2026-11-21", "the last day on which it is valid",
)  # fmt: skip
_EVIDENCE_WIDTHS = (7, 52, 40, 34, 34, 15, 15)
_BLANK_ITEMS = 40
_EVIDENCE_TOP = 5


def _fill_evidence(page: FormSheet, form: form_questions.Form, questions: str) -> None:
    """Put the evidence that is given, a row for each question that asks for some, and blank rows.

    `questions` is the range that has the questions behind their numbers.
    """
    page.widths(*_EVIDENCE_WIDTHS)
    page.across(1, _NUMBER, _EXPIRES, "Evidence", "title")
    page.keys(2, ("number", "question", *EVIDENCE_KEYS))
    remark = (
        "Evidence shows that an answer is true: minutes, letters, contracts, lists. Enter the "
        "number of the question in the first column, and one item of evidence per row. If a "
        "number is already there, that question requires evidence."
    )
    page.across(3, _NUMBER, _EXPIRES, remark, "remark")
    page.mark(_EVIDENCE_TOP, HEAD)
    for column, (heading, said) in enumerate(zip(_EVIDENCE_HEADINGS, _HOW, strict=True), _NUMBER):
        page.put(_EVIDENCE_TOP - 1, column, said, "how")
        page.put(_EVIDENCE_TOP, column, heading, "head")
    page.fit(_EVIDENCE_TOP - 1, _NUMBER, _EXPIRES)
    page.fit(_EVIDENCE_TOP, _NUMBER, _EXPIRES)
    numbered = whole_number(len(form.asked))
    for row, (number, item) in enumerate(_items(form), _EVIDENCE_TOP + 1):
        page.ask(row, _NUMBER, numbered, number)
        at = f"{xl_col_to_name(_NUMBER - 1)}{row}"
        found = f'IFERROR(VLOOKUP({at},{questions},2,FALSE),"there is no such question")'
        page.formula(row, _QUESTION, f'=IF({at}="","",{found})', "how")
        for column, text in enumerate((item.title, item.file, item.url), _NAME):
            page.ask(row, column, TEXT, text)
        for column, day in enumerate((item.collected, item.expires), _URL + 1):
            page.ask(row, column, DAY, datetime.date.fromisoformat(day) if day else None)
        page.fit(row, _NAME, _URL, least=2 if number else 1)
    page.close(top=_EVIDENCE_TOP, column=_NAME)


def _items(form: form_questions.Form) -> list[tuple[int | None, Evidence]]:
    found: list[tuple[int | None, Evidence]] = []
    for asked in form.asked:
        items = asked.entry.evidence if asked.entry else ()
        found += [(asked.number, item) for item in items]
        if not items and asked.question.evidence == "required":
            found.append((asked.number, Evidence("")))
    return [*found, *((None, Evidence("")) for _ in range(_BLANK_ITEMS))]


def _bind(held: HiddenSheet, binding: form_questions.FormFingerprint, own: str) -> None:
    """Put a binding into a hidden sheet, sealed with its digest."""
    issue = binding.issue or form_questions.Issue()
    rows: list[tuple[str, ...]] = [
        (form_questions.FORMAT,),
        ("issue", *form_questions.as_texts(issue.to_dict())),
        ("ruleset", binding.ruleset),
        ("respondent", binding.respondent),
        *(("questionnaire", one.id, one.version, one.sha256) for one in binding.editions),
        *(("asked", key, form_questions.json_text(asked)) for key, asked in binding.asked.items()),
        *(("given", key, *form_questions.as_texts(given)) for key, given in issue.given.items()),
        ("own", *form_questions.as_texts(own)),
        ("seal", binding.seal()),
    ]
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            held.put(number, column, text)
