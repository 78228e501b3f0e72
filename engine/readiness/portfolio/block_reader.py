"""The block reader: reads the answers to every question in a block of rows.

Answers of respondents are a table in each row, with a line for each respondent. Every respondent
whom a row names, in any answer, is expected to answer each question that is asked of a group. If a
row names nobody, it has one respondent, without a name.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache, reduce
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Missing, State
from readiness.model.engagement import Circumstances
from readiness.model.questionnaire import Question
from readiness.portfolio import segments
from readiness.portfolio.column_reader import (
    AnswerByRow,
    AnswersOfEach,
    ColumnReader,
    RefusedAnswer,
    RefusedCell,
    answers_in,
    blank,
    cell_texts,
    is_plain_name,
    nested_reader,
    reader_of,
    until,
    vector_of,
)
from readiness.portfolio.values import number_keys

Counts: TypeAlias = npt.NDArray[np.int64]
_Entries: TypeAlias = tuple[Counts, Counts, list[str], Any]
NAMES = ""
"""The column of a table of respondents that has their names."""
NOBODY = ""


@dataclass(frozen=True)
class _Said:
    """Answers to one question: for each its row, its respondent as a position in `names`."""

    rows: Counts
    codes: Counts
    names: Sequence[str]
    vector: segments.Vector | None  # None if the question is not asked of a group


class RespondentsReader:
    """Reads the answers to all questions asked of a group; it may be shared between threads."""

    def __init__(self, questions: Mapping[str, Question]) -> None:
        self._questions = {key: one for key, one in questions.items() if one.ask_each}
        self._alone = {key: replace(one, ask_each="") for key, one in self._questions.items()}
        self._by_row = {key: AnswersOfEach(one) for key, one in self._questions.items()}
        self._readers = lru_cache(maxsize=256)(self._reader)

    def read(
        self,
        columns: Mapping[str, Any],
        rows: int,
        circumstances: Circumstances,
        refused: list[RefusedCell],
        *,
        as_text: bool,
    ) -> dict[str, segments.Table]:
        """Return the respondents of each group; the cells are their answers, by question.

        `columns` may have other questions too, in lists: whom they name is expected to answer.
        """
        said: dict[str, _Said] = {}
        alone = replace(circumstances, groups={})
        for key, column in columns.items():
            if key not in self._questions:
                said[key] = _named_in(column)
            elif isinstance(column, list):
                said[key] = self._listed(key, column, alone, refused, as_text=as_text)
            else:
                found = self._in_columns(key, column, alone, as_text=as_text)
                if found is None:
                    held = answers_in(self._questions[key], column, refused, as_text=as_text)
                    found = self._listed(key, held, alone, refused, as_text=as_text)
                said[key] = found
        groups = dict.fromkeys(one.ask_each for one in self._questions.values())
        return {group: self._table(group, said, rows, circumstances) for group in groups}

    def _table(
        self, group: str, said: Mapping[str, _Said], rows: int, circumstances: Circumstances
    ) -> segments.Table:
        """Return the answers of each respondent of a group in each row side by side."""
        members = circumstances.groups.get(group)
        names = sorted(
            {NOBODY, *(members or ()), *(name for one in said.values() for name in one.names)}
        )
        place = {name: number for number, name in enumerate(names)}
        every = np.arange(rows, dtype=np.int64) * len(names)  # the key of nobody in each row
        keys = {
            key: every.take(one.rows)
            + np.array([place[name] for name in one.names], np.int64).take(one.codes)
            for key, one in said.items()
        }
        if members is None:
            named = np.zeros(rows, np.bool_)
            for key, one in said.items():
                named[one.rows[keys[key] > every.take(one.rows)]] = True
            found = np.concatenate([every[~named], *keys.values()])
            # An answer without a name does not count beside those of respondents.
            found = found[~named[found // len(names)] | (found % len(names) > 0)]
            parts = found.take(number_keys(found)[0])
        else:
            own = np.array(sorted(place[name] for name in members), np.int64)
            parts = (every[:, None] + own).ravel()
        cells: dict[str, segments.Vector] = {}
        for key, question in self._alone.items():
            if self._questions[key].ask_each != group:
                continue
            vector = said[key].vector if key in said else None
            if vector is None or not (len(keys[key]) and len(parts)):
                cells[key] = blank(question, len(parts))
            else:
                cells[key] = _spread(vector, keys[key], parts)
        cells[NAMES] = segments.Coded(
            segments.full(len(parts)), segments.empty(len(parts)), parts % len(names), tuple(names)
        )
        offsets = np.searchsorted(parts, np.append(every, rows * len(names))).astype(np.int64)
        known = segments.full(rows) if members != () else segments.empty(rows)
        return segments.Table(known, segments.empty(rows), offsets, cells)

    def _listed(
        self,
        key: str,
        column: Sequence[Any],
        circumstances: Circumstances,
        refused: list[RefusedCell],
        *,
        as_text: bool,
    ) -> _Said:
        """Read values one by one."""
        rows: list[int] = []
        names: list[str] = []
        states: list[Any] = []
        read = self._by_row[key].states
        for row, held in enumerate(column):
            found = {} if held is None else read(held, circumstances, as_text=as_text)
            if isinstance(found, str):
                refused.append(RefusedCell(row, key, found))
            else:
                rows += [row] * len(found)
                names += found
                states += found.values()
        vector = vector_of(self._alone[key], states)
        return _Said(np.array(rows, np.int64), *_numbered(names), vector)

    def _reader(self, key: str, kind: Any, as_text: bool) -> Any:
        question = self._alone[key]
        plain = reader_of(question, kind, as_text=as_text)
        return plain, nested_reader(question, kind) if plain is None else None

    def _in_columns(
        self, key: str, column: Any, circumstances: Circumstances, *, as_text: bool
    ) -> _Said | None:
        """Read a column of values or of structs; None if one has to be read with care."""
        found = _entries(column)
        if found is None:
            return None
        rows, codes, names, values = found
        if not all(is_plain_name(self._alone[key], name) for name in names if name != NOBODY):
            return None
        plain, nested = self._readers(key, values.type, as_text)
        if plain is not None:
            vector, refused = plain(values)
            if refused:
                return None
            vector = until(vector, self._alone[key], circumstances.as_of)
        elif nested is not None:
            vector, odd = nested(values, circumstances.as_of)
            if odd.any():
                return None
        else:
            return None
        return _Said(rows, codes, names, vector)


def _named_in(column: Sequence[Any]) -> _Said:
    """Return whom the answers to a question name that is not asked of a group."""
    pairs = [
        (row, name)
        for row, held in enumerate(column)
        if isinstance(held, dict) and isinstance(by := held.get("by"), dict)
        for name in by
        if isinstance(name, str)
    ]
    return _Said(
        np.array([row for row, _ in pairs], np.int64), *_numbered([one for _, one in pairs]), None
    )


def _numbered(names: Sequence[str]) -> tuple[Counts, list[str]]:
    """Return names as positions among the different ones."""
    place: dict[str, int] = {}
    codes = [place.setdefault(name, len(place)) for name in names]
    return np.array(codes, np.int64), list(place)


def _entries(column: Any) -> _Entries | None:
    """Return the rows, respondents, names and values of the answers in a column, if they are plain.

    Null is no answer; under a name in a map, it is a respondent that gave none.
    """
    types, kind = pa.types, column.type
    if not (types.is_struct(kind) or types.is_map(kind)):
        given = np.flatnonzero(np.asarray(column.is_valid()))
        values = column if len(given) == len(column) else column.take(pa.array(given))
        return given, np.zeros(len(given), np.int64), [NOBODY], values
    place = kind.get_field_index("by") if types.is_struct(kind) else -1
    if place < 0:
        return None
    parts = column.flatten()
    by = parts.pop(place)
    if any(part.null_count < len(part) for part in parts):
        return None
    if types.is_map(by.type):
        return _of_map(by)
    return _of_struct(by) if types.is_struct(by.type) else None


def _of_map(by: Any) -> _Entries | None:
    """Return the answers in a map of respondents."""
    held = by.cast(pa.list_(pa.struct({"key": by.type.key_type, "value": by.type.item_type})))
    rows = np.asarray(pc.list_parent_indices(held), np.int64)
    names, values = held.flatten().flatten()
    named = names.dictionary_encode()
    codes = np.asarray(named.indices, np.int64)
    is_empty = pc.fill_null(pc.equal(pc.list_value_length(held), 0), fill_value=False)
    is_twice = len(np.unique(rows * (len(named.dictionary) + 1) + codes)) < len(rows)
    if is_twice or pc.any(is_empty).as_py() or NOBODY in named.dictionary.to_pylist():
        return None
    return rows, codes, named.dictionary.to_pylist(), values


def _of_struct(by: Any) -> _Entries | None:
    """Return the answers in a struct, which has each respondent in every row: those not null."""
    names = [field.name for field in by.type]
    fields = by.flatten()
    kinds = {field.type for field in fields} - {pa.null()}
    if len(kinds) != 1 or len({NOBODY, *names}) <= len(names):
        return None
    given = [np.flatnonzero(_says(field)) for field in fields]
    values = pa.concat_arrays(
        [field.take(pa.array(rows)) for field, rows in zip(fields, given, strict=True) if len(rows)]
        or [pa.nulls(0, *kinds)]
    )
    codes = np.repeat(np.arange(len(names)), [len(rows) for rows in given])
    return np.concatenate(given), codes, names, values


def _says(column: Any) -> segments.Flags:
    """Where a value is more than null, or than a struct of nulls."""
    if not pa.types.is_struct(column.type):
        return np.asarray(column.is_valid())
    return reduce(np.logical_or, map(_says, column.flatten()), np.zeros(len(column), np.bool_))


def _spread(vector: segments.Vector, keys: Counts, parts: Counts) -> segments.Vector:
    """Return the answers in a vector at the places of their keys among all parts, in order."""
    places = np.searchsorted(parts, keys)
    own = np.flatnonzero(parts.take(places, mode="clip") == keys)
    source, is_there = np.zeros(len(parts), np.int64), np.zeros(len(parts), np.bool_)
    source[places[own]], is_there[places[own]] = own, True
    found, there = segments.take_rows(vector, source, len(keys)), segments.pack_flags(is_there)
    return found._replace(known=found.known & there, inapplicable=found.inapplicable & there)


@dataclass(frozen=True)
class CaseBlock:
    """The answers in some rows; rows with a refused answer are judged too, and left out later.

    `columns` are the answers as they were given, `respondents` those of each group, with theirs.
    """

    rows: int
    columns: Mapping[str, Any]
    vectors: dict[str, segments.Vector]
    respondents: dict[str, segments.Table]
    refused: tuple[RefusedCell, ...]


class BlockReader:
    """Reads blocks of answers to a ruleset's questions; it may be shared between threads."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self._readers: dict[tuple[str, bool], tuple[Any, ColumnReader | None]] = {}
        questions = ruleset.questions
        self._by_row = {key: AnswerByRow(one) for key, one in questions.items() if not one.ask_each}
        self._respondents = RespondentsReader(questions)

    def read(
        self,
        columns: Mapping[str, Any],
        rows: int,
        circumstances: Circumstances,
        *,
        as_text: bool = False,
    ) -> CaseBlock:
        """Read the answers in some rows by question, from Arrow arrays or lists of plain values."""
        vectors: dict[str, segments.Vector] = {}
        refused: list[RefusedCell] = []
        mixed: dict[str, list[Any]] = {}
        each: dict[str, Any] = {}
        for key, question in self.ruleset.questions.items():
            column = _plainly(columns.get(key), is_within=bool(question.ask_each))
            if isinstance(column, list):
                mixed[key] = column
            elif column is None or column.null_count == rows:
                if not question.ask_each:
                    vectors[key] = blank(question, rows)
            elif question.ask_each:
                each[key] = column
            elif (found := self._whole(question, column, circumstances, refused, as_text)) is None:
                mixed[key] = answers_in(question, column, refused, as_text=as_text)
            else:
                vectors[key] = found
        for key, column in mixed.items():
            if (by_row := self._by_row.get(key)) is not None:
                states = [by_row.state(one, circumstances, as_text=as_text) for one in column]
                vectors[key] = vector_of(by_row.question, _accepted(key, states, refused))
        each |= mixed
        respondents = self._respondents.read(each, rows, circumstances, refused, as_text=as_text)
        refused.sort(key=lambda one: one.row)
        return CaseBlock(rows, columns, vectors, respondents, tuple(refused))

    def _whole(
        self,
        question: Question,
        column: Any,
        circumstances: Circumstances,
        refused: list[RefusedCell],
        as_text: bool,
    ) -> segments.Vector | None:
        """Read a column in bulk except for irregular rows; None if all are read one by one."""
        reader = self._reader(question, column.type, as_text)
        if reader is not None:
            vector, aside = reader(column)
            refused += aside
            return until(vector, question, circumstances.as_of)
        nested = nested_reader(question, column.type)
        if nested is None:
            return None
        vector, odd = nested(column, circumstances.as_of)
        places = np.flatnonzero(odd)
        if not len(places):
            return vector
        by_row, own = self._by_row[question.id], list[RefusedCell]()
        held = cell_texts(question.id, column.take(pa.array(places)), own)
        if own:
            return None
        states = [by_row.with_care(one, circumstances) for one in held]
        if not all(isinstance(one, Missing | RefusedAnswer) for one in states):
            return None
        known, inapplicable = segments.unpack_flags(vector.known, len(odd)) & ~odd, odd.copy()
        inapplicable[places] = [one is NOT_APPLICABLE for one in states]
        for place, one in zip(places.tolist(), states, strict=True):
            if isinstance(one, RefusedAnswer):
                refused.append(RefusedCell(place, question.id, str(one)))
        return vector._replace(
            known=segments.pack_flags(known), inapplicable=segments.pack_flags(inapplicable)
        )

    def _reader(self, question: Question, kind: Any, as_text: bool) -> ColumnReader | None:
        """Return the reader of a question's columns of a type, kept from one block to the next."""
        key = question.id, as_text
        last = self._readers.get(key)
        if last is None or last[0] != kind:
            last = self._readers[key] = kind, reader_of(question, kind, as_text=as_text)
        return last[1]


def _plainly(column: Any, *, is_within: bool) -> Any:
    """Return a column without views of texts in its lists and structs, or in it, if `is_within`."""
    if not isinstance(column, pa.Array) or not (is_within or pa.types.is_nested(column.type)):
        return column
    kind = segments.plain_type_of(column.type, is_within=is_within)
    return column if kind == column.type else column.cast(kind)


def _accepted(
    question: str, states: Sequence[State], refused: list[RefusedCell]
) -> Sequence[State]:
    """Return the states, with unknown for refused answers, which are added to `refused`."""
    wrong = {row: str(one) for row, one in enumerate(states) if isinstance(one, RefusedAnswer)}
    refused += [RefusedCell(row, question, why) for row, why in wrong.items()]
    return [UNKNOWN if row in wrong else one for row, one in enumerate(states)] if wrong else states
