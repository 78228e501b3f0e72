"""From the cells that were filled in to the answers of a respondent."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import Any

from readiness.collecting.form.cells import FormCell, Spot, mapping, scalar, sequence
from readiness.collecting.form.entries import FormEntry, entries_by, plain_text
from readiness.collecting.form.values import CellReader, Marks
from readiness.collecting.form.wording import INAPPLICABLE, NO_ROWS, STATES, UNKNOWN
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.nodes import Node, Scalar
from readiness.documents.reading import read
from readiness.documents.schemas import FORMATS
from readiness.documents.validation import validate
from readiness.model.answers import read_sheet
from readiness.model.questionnaire import Question
from readiness.problems import DocumentError, Problem, Problems, Source, nearest

EVIDENCE_KEYS = ("title", "file", "url", "collected", "expires")
_NO_ROWS = frozenset({NO_ROWS, "none", "no row", "there are none", "[]"})


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a table that was filled in: cells by column, marks by column and option."""

    at: Spot
    cells: Map[str, FormCell]
    marks: Map[str, Marks]

    @property
    def is_blank(self) -> bool:
        """Whether nothing stands in it."""
        marked = (cell for marks in self.marks.values() for cell in marks.values())
        return all(cell.is_blank for cell in (*self.cells.values(), *marked))


@dataclass(slots=True)
class Filled:
    """What was filled in for one question of a form.

    `shown` is what options were called in the form, and `units` in what numbers were asked: those
    of the question under an empty name, those of a column under its own. `is_unclear` says that a
    problem was found already, and that its answer cannot be taken.
    """

    id: str
    answer: FormCell
    state: FormCell
    reason: FormCell
    note: FormCell
    marks: dict[str, FormCell] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    evidence: list[dict[str, FormCell]] = field(default_factory=list)
    shown: Map[str, Map[str, str]] = field(default_factory=dict)
    units: Map[str, str] = field(default_factory=dict)
    is_as_it_was: bool = True
    is_unclear: bool = False

    @property
    def at(self) -> Spot:
        """Where its answer stands."""
        return self.answer.spot

    @property
    def is_blank(self) -> bool:
        """Whether nothing was filled in."""
        cells = (self.answer, self.state, self.reason, self.note, *self.marks.values())
        items = (cell for item in self.evidence for cell in item.values())
        lines = all(line.is_blank for line in self.lines)
        return lines and all(cell.is_blank for cell in (*cells, *items))


@dataclass(frozen=True, slots=True)
class FilledEntries:
    """What came back: the entries by question, and what no longer fits the questionnaire.

    `asked` are the questions of the form; `unread` those of which something cannot be read,
    `unfit` those of which something no longer fits.
    """

    entries: Map[str, FormEntry]
    left_out: tuple[Problem, ...]
    asked: tuple[str, ...] = ()
    unread: frozenset[str] = frozenset()
    unfit: frozenset[str] = frozenset()

    @property
    def readable(self) -> list[str]:
        """The questions of the form that can be read, and still fit."""
        return [key for key in self.asked if key not in self.unread | self.unfit]


def read_back(
    filled: Iterable[Filled],
    ruleset: Ruleset,
    problems: Problems,
    remarks: Problems,
    issued: Map[str, FormEntry],
) -> FilledEntries:
    """The answers of a form as the ruleset's questionnaires type them.

    What is wrong goes to `problems`; what was right when the form was made, and is not any more,
    is left out and told. An answer that was typed beside a reason for having none counts where
    that stood there as the form was `issued`, with a remark.
    """
    reading = _FormReader(ruleset.questions, problems, remarks, issued)
    asked: list[str] = []
    for one in filled:
        asked.append(one.id)
        if one.is_unclear:
            reading.unread.add(one.id)
        if not one.is_blank:
            reading.read(one)
    ordered = {key: reading.found[key] for key in ruleset.questions if key in reading.found}
    left_out = tuple(reading.left_out.in_order())
    return FilledEntries(
        ordered, left_out, tuple(asked), frozenset(reading.unread), frozenset(reading.unfit)
    )


def issued_entries(given: Map[str, str], ruleset: Ruleset) -> dict[str, FormEntry]:
    """The answers that a form was issued with, as the ruleset's questionnaires type them now.

    One that no longer can be read is there all the same, with a value that is like no other.
    """
    found: dict[str, FormEntry] = {}
    for key, held in given.items():
        if question := ruleset.questions.get(key):
            try:
                entry = _entry(question, read(Source("", str(held))), Problems())
            except DocumentError:
                entry = None
            found[key] = entry or FormEntry(key, "answered", ({"": str(held)},))
    return found


def _entry(question: Question, node: Node, problems: Problems) -> FormEntry | None:
    """What an answer sheet with this answer to a question says; None, and problems, if none."""
    own = Problems()
    plain = {"format": scalar(_spot(node), FORMATS["answers"])}
    root = mapping(_spot(node), {**plain, "answers": mapping(_spot(node), {question.id: node})})
    validate(root, "answers", own)
    sheet = read_sheet(root, "", {question.id: question}, own)
    problems.extend(own)
    return None if len(own) else entries_by("", [sheet], problems).get(question.id)


@dataclass(slots=True)
class _FormReader:
    questions: Map[str, Question]
    problems: Problems
    remarks: Problems
    issued: Map[str, FormEntry]
    left_out: Problems = field(default_factory=Problems)
    found: dict[str, FormEntry] = field(default_factory=dict)
    unread: set[str] = field(default_factory=set)
    unfit: set[str] = field(default_factory=set)

    def read(self, filled: Filled) -> None:
        question = self.questions.get(filled.id)
        if question is None:
            self._unknown(filled)
            return
        if not filled.is_as_it_was and (reason := _other_unit(question, filled)):
            self.left_out.add("no-longer-fits", filled.at, id=filled.id, reason=reason)
            self.unfit.add(filled.id)
            return
        own = Problems()
        values = CellReader(own)
        issued = self.issued.get(filled.id)
        node = _AnswerWriter(question, filled, values, self.remarks, issued).entry()
        entry = None if node is None else _entry(question, node, own)
        told = [values.advised(problem) for problem in own.in_order()]
        if not filled.is_as_it_was and all(problem.code in _OF_CHANGE for problem in told):
            for problem in told:
                self._leave_out(filled.id, problem)
        else:
            self.problems.extend(told)
            if told:
                self.unread.add(filled.id)
        if entry is not None and not told and not filled.is_unclear:
            self.found[question.id] = entry

    def _unknown(self, filled: Filled) -> None:
        if filled.is_as_it_was:
            hint = nearest(filled.id, self.questions)
            self.problems.add("unknown-answer", filled.at, hint=hint, name=filled.id)
            self.unread.add(filled.id)
        else:
            facts = {"id": filled.id, "reason": "there is no such question any more"}
            self.left_out.add("no-longer-fits", filled.at, **facts)
            self.unfit.add(filled.id)

    def _leave_out(self, question: str, problem: Problem) -> None:
        at = problem.excerpts[0]
        self.left_out.add("no-longer-fits", at, id=question, reason=problem.message)
        self.unfit.add(question)


def _other_unit(question: Question, filled: Filled) -> str:
    """That a number was asked in another unit, as a reason; empty where none was."""
    for key, unit in filled.units.items():
        asked = question.columns.get(key) if key else question
        cells = [line.cells.get(key) for line in filled.lines] if key else [filled.answer]
        is_used = any(cell is not None and not cell.is_blank for cell in cells)
        if asked and is_used and asked.kind == "number" and unit != asked.unit:
            return f"it was asked in {unit or 'no unit'}, and is in {asked.unit or 'no unit'} now"
    return ""


# What may be wrong because the question is another than it was.
_OF_CHANGE = frozenset(
    {
        "answer-of-wrong-type",
        "answer-out-of-range",
        "may-not-be-inapplicable",
        "not-an-option",
        "unknown-column",
        "row-not-mapping",
    }
)


def _spot(node: Node) -> Spot:
    place = node.place
    return Spot(place.file, place.cell, place.line, place.column)


@dataclass(slots=True)
class _AnswerWriter:
    """Writes what was filled in for a question as an answer sheet has it."""

    question: Question
    filled: Filled
    values: CellReader
    remarks: Problems
    issued: FormEntry | None

    @property
    def problems(self) -> Problems:
        return self.values.problems

    def entry(self) -> Node | None:
        """The mapping of an answer; None where there is nothing, or nothing that can be read."""
        filled, before = self.filled, len(self.problems)
        held: dict[str, Node] = {}
        value = self._value()
        state, reason = self.values.state(filled.state), self.values.text(filled.reason)
        if state and value is not None and self._is_as_issued(state, reason):
            facts = {"id": filled.id, "state": STATES[state]}
            self.remarks.add("state-replaced", filled.state.spot, **facts)
            held["value"] = value
        elif state and value is not None:
            hint = "keep one of the two"
            facts = {"id": filled.id, "state": STATES[state]}
            self.problems.add("answer-and-state", filled.state.spot, hint=hint, **facts)
        elif state and reason is None:
            hint = "write the reason beside it"
            if filled.reason.is_blank:
                facts = {"state": STATES[state]}
                self.problems.add("reason-missing", filled.reason.spot, hint=hint, **facts)
        elif state and reason is not None:
            held[state] = reason
        elif reason is not None and filled.state.is_blank:
            hint = f'choose "{UNKNOWN}" or "{INAPPLICABLE}", or write it as a note'
            self.problems.add("reason-alone", filled.reason.spot, hint=hint)
        else:
            held["value"] = value or scalar(filled.at, None)
        if (note := self.values.text(filled.note)) is not None:
            held["note"] = note
        items = [item for one in filled.evidence if (item := self._item(one)) is not None]
        if items:
            held["evidence"] = sequence(_spot(items[0]), items)
        is_empty = held.keys() == {"value"} and value is None
        if len(self.problems) > before or is_empty:
            return None
        return mapping(filled.at, held)

    def _is_as_issued(self, state: str, reason: Scalar | None) -> bool:
        """Whether the respondent did not write that there is no answer: the form said so."""
        issued = self.issued
        if issued is None or issued.state != state:
            return False
        return reason is None or plain_text(reason.text) == plain_text(issued.reason)

    def _value(self) -> Node | None:
        filled, question = self.filled, self.question
        if question.kind == "table" or filled.lines:
            return self._rows()
        if filled.marks and filled.answer.is_blank:
            return self._marked()
        return self.values.of(question, filled.answer, filled.shown.get(""))

    def _marked(self) -> Node | None:
        """The marked options; of a question that is no longer of several choices, as they stand."""
        return self.values.marked(self.question, self.filled.marks, self.filled.at)

    def _rows(self) -> Node | None:
        filled = self.filled
        rows = [self._row(line) for line in filled.lines if not line.is_blank]
        if filled.answer.is_blank:
            return sequence(_spot(rows[0]), rows) if rows else None
        if not isinstance(filled.answer.value, str) or (
            filled.answer.text.casefold() not in _NO_ROWS
        ):
            return self.values.of(self.question, filled.answer)
        if rows:
            hint = "take the rows away, or what stands here"
            facts = {"id": filled.id, "none": NO_ROWS}
            self.problems.add("rows-and-none", filled.answer.spot, hint=hint, **facts)
        return sequence(filled.at, [])

    def _row(self, line: Line) -> Node:
        held: dict[str, Node] = {}
        columns: Map[str, Any] = self.question.columns
        for key, cell in line.cells.items():
            column = columns.get(key, self.question)
            if (value := self.values.of(column, cell, self.filled.shown.get(key))) is not None:
                held[key] = value
        for key, marks in line.marks.items():
            column = columns.get(key, self.question)
            if (value := self.values.marked(column, marks, line.at)) is not None:
                held[key] = value
        return mapping(line.at, held)

    def _item(self, item: dict[str, FormCell]) -> Node | None:
        if item["title"].is_blank:
            hint = "write what it is, such as: Minutes of the board"
            self.problems.add("evidence-untitled", item["title"].spot, hint=hint)
            return None
        held = {
            key: value
            for key in EVIDENCE_KEYS
            if key in item and (value := self.values.text(item[key])) is not None
        }
        return mapping(item["title"].spot, held)
