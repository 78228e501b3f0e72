"""From the cells that were filled in to the answers of a respondent."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace

from readiness.collecting.form.cells import (
    INAPPLICABLE,
    NO_ROWS,
    STATES,
    UNKNOWN,
    CellReader,
    FormCell,
    Spot,
    mapping,
    scalar,
    sequence,
)
from readiness.collecting.form.form_entries import entries_by, plain_text
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.nodes import Node, Scalar
from readiness.documents.reading import read
from readiness.documents.schemas import FORMATS
from readiness.documents.validation import validate
from readiness.model.answers import Given, read_sheet
from readiness.model.questionnaire import Field, Question, with_earlier
from readiness.problems import DocumentError, Located, Problems, Source, nearest

BESIDE = ("state", "reason", "note")
"""What is filled in beside an answer."""

EVIDENCE_KEYS = ("title", "file", "url", "collected", "expires")
_NO_ROWS = frozenset({NO_ROWS, "none", "no row", "there are none", "[]"})


@dataclass(frozen=True, slots=True)
class Line:
    """The answer to a question, or a row of a table that was filled in.

    `cells` are by column and option: the column is empty for the question itself, and the option is
    None for a cell that holds a value and no mark.
    """

    at: Spot
    cells: dict[tuple[str, str | None], FormCell] = field(default_factory=dict)

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        return all(cell.is_blank for cell in self.cells.values())


@dataclass(slots=True)
class FilledQuestion:
    """What was filled in for one question of a form.

    `own` is its answer, `beside` has what stands there as its state, reason and note, `rows` are
    those of a table by their numbers.

    `shown` is what options were called in the form, and `units` in what numbers were asked: those
    of the question under an empty name, those of a column under its own. `is_unclear` says that a
    problem was found already, and that its answer cannot be taken.
    """

    id: str
    own: Line
    beside: dict[str, FormCell]
    rows: dict[int, Line] = field(default_factory=dict)
    evidence: list[dict[str, FormCell]] = field(default_factory=list)
    shown: Map[str, Map[str, str]] = field(default_factory=dict)
    units: dict[str, str] = field(default_factory=dict)
    is_as_it_was: bool = True
    is_unclear: bool = False

    @property
    def answer(self) -> FormCell:
        """The cell of its answer."""
        return self.own.cells["", None]

    @property
    def lines(self) -> list[Line]:
        """The rows in which something stands."""
        return [line for _, line in sorted(self.rows.items()) if not line.is_blank]

    @property
    def cells(self) -> Iterator[FormCell]:
        """All its cells, those of rows too."""
        for line in (self.own, *self.rows.values()):
            yield from line.cells.values()
        for held in (self.beside, *self.evidence):
            yield from held.values()

    @property
    def is_blank(self) -> bool:
        """Whether nothing was filled in."""
        return all(cell.is_blank for cell in self.cells)

    def put(
        self,
        line: Line,
        key: tuple[str, str | None],
        cell: FormCell,
        problems: Problems,
        facts: Map[str, str],
    ) -> None:
        """Put a cell into a line; what stands there twice is a problem, which `facts` word."""
        before = line.cells.get(key)
        if before is not None and not before.is_blank and not cell.is_blank:
            problems.add("twice-in-form", before.spot, cell.spot, **facts)
            self.is_unclear = True
        elif before is None or before.is_blank:
            line.cells[key] = cell


@dataclass(slots=True)
class FilledEntries:
    """What came back: the entries by question, and what no longer fits the questionnaire.

    `asked` are the questions of the form; `unread` those of which something cannot be read,
    `unfit` those of which something no longer fits.
    """

    entries: dict[str, Given] = field(default_factory=dict)
    left_out: Problems = field(default_factory=Problems)
    asked: list[str] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)
    unfit: set[str] = field(default_factory=set)

    @property
    def readable(self) -> list[str]:
        """The questions of the form that can be read, and still fit."""
        return [key for key in self.asked if key not in self.unread | self.unfit]


def issued_entries(given: Map[str, str], ruleset: Ruleset) -> dict[str, Given]:
    """The answers that a form was issued with, as the ruleset's questionnaires type them now.

    One that no longer can be read is there all the same, with a value that is like no other.
    """
    found: dict[str, Given] = {}
    by_id = with_earlier(ruleset.questions)
    for key, held in given.items():
        if question := by_id.get(key):
            try:
                entry = _entry(question, read(Source("", str(held))), Problems())
            except DocumentError:
                entry = None
            found[question.id] = entry or Given(key, "", "answered", ({"": str(held)},))
    return found


def _entry(question: Question, node: Node, problems: Problems) -> Given | None:
    """What an answer sheet with this answer to a question says; None, and problems, if none."""
    own = Problems()
    plain = {"format": scalar(_spot(node), FORMATS["answers"])}
    root = mapping(_spot(node), {**plain, "answers": mapping(_spot(node), {question.id: node})})
    validate(root, "answers", own)
    sheet = read_sheet(root, "", {question.id: question}, own)
    problems.extend(own)
    return None if len(own) else entries_by("", [sheet], problems).get(question.id)


@dataclass(slots=True)
class FormReader:
    """Reads the answers of a form as the questions type them.

    What is wrong goes to `problems`; what was right when the form was made, and is not any more,
    is left out and told. An answer that was typed beside a reason for having none counts where
    that stood there as the form was `issued`, with a remark.
    """

    questions: Map[str, Question]
    problems: Problems
    remarks: Problems
    issued: Map[str, Given]
    back: FilledEntries = field(default_factory=FilledEntries)

    def read_all(self, filled: Iterable[FilledQuestion]) -> FilledEntries:
        """What came back, in the order of the questions."""
        back, by_id = self.back, with_earlier(self.questions)
        for one in filled:
            one.id = by_id[one.id].id if one.id in by_id else one.id
            back.asked.append(one.id)
            if one.is_unclear:
                back.unread.add(one.id)
            if not one.is_blank:
                self._read(one)
        back.entries = {key: back.entries[key] for key in self.questions if key in back.entries}
        return back

    def _read(self, filled: FilledQuestion) -> None:
        question = self.questions.get(filled.id)
        if question is None:
            self._unknown(filled)
            return
        if not filled.is_as_it_was and (reason := _other_unit(question, filled)):
            self._leave_out(filled, filled.answer.spot, reason)
            return
        own = Problems()
        values = CellReader(own)
        issued = self.issued.get(filled.id)
        node = _AnswerWriter(question, filled, values, self.remarks, issued).entry()
        entry = None if node is None else _entry(question, node, own)
        told = [replace(values.add_advice(p), question=question.id) for p in own.in_order()]
        if not filled.is_as_it_was and all(problem.code in _OF_CHANGE for problem in told):
            for problem in told:
                self._leave_out(filled, problem.excerpts[0], problem.message)
        else:
            self.problems.extend(told)
            if told:
                self.back.unread.add(filled.id)
        if entry is not None and not told and not filled.is_unclear:
            self.back.entries[question.id] = entry

    def _unknown(self, filled: FilledQuestion) -> None:
        if filled.is_as_it_was:
            hint = nearest(filled.id, self.questions)
            self.problems.add("unknown-answer", filled.answer.spot, hint=hint, name=filled.id)
            self.back.unread.add(filled.id)
        else:
            reason = "this question no longer exists"
            self._leave_out(filled, filled.answer.spot, reason)

    def _leave_out(self, filled: FilledQuestion, at: Located, reason: str) -> None:
        self.back.left_out.add("no-longer-fits", at, id=filled.id, reason=reason)
        self.back.unfit.add(filled.id)


def _other_unit(question: Question, filled: FilledQuestion) -> str:
    """That a number was asked in another unit, as a reason; empty where none was."""
    for key, unit in filled.units.items():
        asked = question.columns.get(key) if key else question
        lines = filled.lines if key else [filled.own]
        cells = (line.cells.get((key, None)) for line in lines)
        is_used = any(cell is not None and not cell.is_blank for cell in cells)
        if asked and is_used and asked.kind == "number" and unit != asked.unit:
            return f"its unit was {unit or 'none'}; now it is {asked.unit or 'none'}"
    return ""


# What may be wrong because the question is another than it was.
_OF_CHANGE = frozenset(
    {
        "answer-of-wrong-type", "answer-out-of-range", "may-not-be-inapplicable",
        "not-an-option", "unknown-column", "row-not-mapping",
    }
)  # fmt: skip


def _spot(node: Node) -> Spot:
    place = node.place
    return Spot(place.file, place.cell, place.line, place.column)


@dataclass(slots=True)
class _AnswerWriter:
    """Writes what was filled in for a question as an answer sheet has it."""

    question: Question
    filled: FilledQuestion
    values: CellReader
    remarks: Problems
    issued: Given | None

    @property
    def problems(self) -> Problems:
        return self.values.problems

    def entry(self) -> Node | None:
        """The mapping of an answer; None where there is nothing, or nothing that can be read."""
        filled, before = self.filled, len(self.problems)
        held: dict[str, Node] = {}
        value = self._value()
        state_cell, reason_cell = filled.beside["state"], filled.beside["reason"]
        state, reason = self.values.state(state_cell), self.values.text(reason_cell)
        facts = {"id": filled.id, "state": STATES.get(state, "")}
        if state and value is not None and self._is_as_issued(state, reason):
            self.remarks.add("state-replaced", state_cell.spot, **facts)
            held["value"] = value
        elif state and value is not None:
            self.problems.add("answer-and-state", state_cell.spot, **facts)
        elif state and reason is None:
            if reason_cell.is_blank:
                self.problems.add("reason-missing", reason_cell.spot, **facts)
        elif state and reason is not None:
            held[state] = reason
        elif reason is not None and state_cell.is_blank:
            hint = f'choose "{UNKNOWN}" or "{INAPPLICABLE}", or move the text to the note'
            self.problems.add("reason-alone", reason_cell.spot, hint=hint)
        else:
            held["value"] = value or scalar(filled.answer.spot, None)
        if (note := self.values.text(filled.beside["note"])) is not None:
            held["note"] = note
        items = [item for one in filled.evidence if (item := self._item(one)) is not None]
        if items:
            held["evidence"] = sequence(_spot(items[0]), items)
        is_empty = held.keys() == {"value"} and value is None
        if len(self.problems) > before or is_empty:
            return None
        return mapping(filled.answer.spot, held)

    def _is_as_issued(self, state: str, reason: Scalar | None) -> bool:
        """Whether the respondent did not write that there is no answer: the form said so."""
        issued = self.issued
        if issued is None or issued.state != state:
            return False
        return reason is None or plain_text(reason.text) == plain_text(issued.reason)

    def _value(self) -> Node | None:
        if self.question.kind == "table" or self.filled.lines:
            return self._rows()
        return self._in_line(self.question, self.filled.own, "")

    def _in_line(self, field: Field, line: Line, column: str) -> Node | None:
        """Return the value in a column of a line, or the options marked there.

        If the field no longer has several options, the marks are read unchanged.
        """
        cell = line.cells.get((column, None))
        marks = {
            option: held
            for (key, option), held in line.cells.items()
            if key == column and option is not None
        }
        if cell is not None and not (cell.is_blank and marks):
            return self.values.of(field, cell, self.filled.shown.get(column))
        return self.values.read_marks(field, marks, cell.spot if cell else line.at)

    def _rows(self) -> Node | None:
        filled, answer = self.filled, self.filled.answer
        rows = [self._row(line) for line in filled.lines]
        if answer.is_blank:
            return sequence(_spot(rows[0]), rows) if rows else None
        if not isinstance(answer.value, str) or answer.text.casefold() not in _NO_ROWS:
            return self.values.of(self.question, answer)
        if rows:
            facts = {"id": filled.id, "none": NO_ROWS}
            self.problems.add("rows-and-none", answer.spot, **facts)
        return sequence(answer.spot, [])

    def _row(self, line: Line) -> Node:
        marked_last = sorted(line.cells, key=lambda key: key[1] is not None)
        held: dict[str, Node] = {}
        for key in dict.fromkeys(column for column, _ in marked_last):
            column = self.question.columns.get(key, self.question)
            if (value := self._in_line(column, line, key)) is not None:
                held[key] = value
        return mapping(line.at, held)

    def _item(self, item: dict[str, FormCell]) -> Node | None:
        if item["title"].is_blank:
            self.problems.add("evidence-untitled", item["title"].spot)
            return None
        texts = {key: self.values.text(item[key]) for key in EVIDENCE_KEYS}
        held = {key: text for key, text in texts.items() if text is not None}
        return mapping(item["title"].spot, held)
