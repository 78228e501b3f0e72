"""Tables from host programs: anything that Arrow accepts as a table, or a mapping of columns.

A value in a Python column means the same as in a single assessment; see `plain`.
"""

from __future__ import annotations

import contextlib
import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from readiness.documents.from_python import plain
from readiness.model.questionnaire import Question
from readiness.portfolio.arrow_types import can_hold, is_text
from readiness.problems import DocumentError, Problems, Whole

_NAME = "the table"
_FLAT = frozenset({type(None), bool, int, float, str, datetime.date})
_UNTAKEN = (pa.ArrowException, TypeError, ValueError, OverflowError, RecursionError)
_HINT = "give a pyarrow.Table, a data frame, or a dict with a list of values for each column"


@dataclass(frozen=True)
class InputTable:
    """A table; for a column in `lists`, the values are there, and the table has only nulls."""

    table: Any
    lists: Mapping[str, Sequence[Any]]

    def columns(self, batch: Any, start: int) -> dict[str, Any]:
        """Return the columns of a batch of the table that begins at row `start`."""
        found = dict(zip(batch.schema.names, batch.columns, strict=True))
        for name, values in self.lists.items():
            if name in found:
                found[name] = list(values[start : start + batch.num_rows])
        return found


def read_table(given: Any, questions: Mapping[str, Question]) -> InputTable:
    """Return the table passed in; raises `DocumentError`, with a hint, if it is not a table."""
    if isinstance(given, pa.Table):
        return InputTable(given, {})
    if isinstance(given, Mapping):
        return _of_columns(given, questions)
    is_frame = type(given).__module__.partition(".")[0] == "pandas"
    is_arrow = hasattr(given, "__arrow_c_stream__") or hasattr(given, "__arrow_c_array__")
    problems, hint = Problems(), _HINT
    if is_frame or is_arrow:
        with contextlib.suppress(*_UNTAKEN):
            return InputTable(pa.table(given), {})
    elif hasattr(given, "collect"):
        hint = "call its method collect() first"
    elif isinstance(given, Sequence) and given and isinstance(given[0], Mapping):
        hint = "convert the rows to a table: pyarrow.Table.from_pylist(rows)"
    for number, name in enumerate(given.columns if is_frame else ()):
        try:
            pa.array(given.iloc[:, number], from_pandas=True)
        except _UNTAKEN:
            _tell_of_column(str(name), problems)
    if not len(problems):
        problems.add("no-table", Whole(_NAME), hint=hint, kind=type(given).__name__)
    raise DocumentError(problems.in_order())


def _tell_of_column(name: str, problems: Problems) -> None:
    hint = "give values of one type, or, to check each row separately, the table as a dict of lists"
    problems.add("mixed-column", Whole(_NAME), hint=hint, name=name)


def _of_columns(given: Mapping[Any, Any], questions: Mapping[str, Question]) -> InputTable:
    """Return a table from a mapping of columns; values that Arrow rejects are read one by one."""
    problems = Problems()
    arrays: dict[str, Any] = {}
    lists: dict[str, Sequence[Any]] = {}
    for key, column in given.items():
        name = str(key)
        if isinstance(column, str | bytes | Mapping) or not hasattr(column, "__len__"):
            hint = f"give a list: {{'{name}': [...]}}"
            problems.add("no-column", Whole(_NAME), hint=hint, name=name)
            continue
        array = _array(column, questions.get(name))
        if array is None and name in questions:
            lists[name] = [plain(value) for value in column]
            array = pa.nulls(len(column))
        elif array is None:  # a column of Python values that is not a question
            try:
                array = pa.array(list(column))
            except _UNTAKEN:
                _tell_of_column(name, problems)
                continue
        arrays[name] = array
    most = max(map(len, arrays.values()), default=0)
    shorter = next((name for name, array in arrays.items() if len(array) < most), None)
    if shorter is not None:
        rows = len(arrays[shorter])
        problems.add("column-too-short", Whole(_NAME), name=shorter, rows=rows, most=most)
    problems.raise_if_any()
    return InputTable(pa.table(arrays), lists)


def _array(column: Any, question: Question | None) -> Any:
    """Return a column as an Arrow array; None if its values must be read one by one.

    A list without any answer equals one of None, for every type of question.
    """
    is_list = isinstance(column, list | tuple)
    if is_list and not _FLAT.issuperset(map(type, column)):
        return None
    try:
        found = pa.array(column, from_pandas=not is_list)
    except _UNTAKEN:
        return None
    is_odd = question and not can_hold(question, found.type, as_text=False)
    return pa.nulls(len(found)) if is_list and is_odd and _is_blank(found) else found


def _is_blank(column: Any) -> bool:
    """Return whether a column has only nulls, NaN and blank texts."""
    if column.null_count == len(column):
        return True
    if pa.types.is_floating(column.type):
        return bool(pc.all(pc.is_null(column, nan_is_null=True)).as_py())
    if is_text(column.type):
        texts = pc.unique(column).to_pylist()
        return not any(text and text.strip() for text in texts)
    return False
