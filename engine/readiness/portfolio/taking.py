"""Tables as hosts hand them in: what Arrow knows as a table, or a mapping of columns.

A value in a column of Python means what it means in a single assessment; see `plain`.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from readiness.documents.values import plain
from readiness.model.questionnaire import Question
from readiness.portfolio.kinds import can_hold, is_text
from readiness.problems import Problems, Whole

_NAME = "the table"
_FLAT = frozenset({type(None), bool, int, float, str, datetime.date})
_HINT = "give a pyarrow.Table, a data frame, or a dict with a list of values for each column"


@dataclass(frozen=True)
class Taken:
    """A table; where `lists` has a column, its values are these, and the table has only nulls."""

    table: Any
    lists: Mapping[str, Sequence[Any]]

    def columns(self, batch: Any, start: int) -> dict[str, Any]:
        """The columns of a batch of the table, which begins at the row `start`."""
        found = dict(zip(batch.schema.names, batch.columns, strict=True))
        for name, values in self.lists.items():
            if name in found:
                found[name] = list(values[start : start + batch.num_rows])
        return found


def taken(given: Any, questions: Mapping[str, Question]) -> Taken:
    """A table that was handed in; raises `DocumentError` where it is none, with what to do."""
    problems = Problems()
    found = _taken(given, questions, problems)
    problems.raise_if_any()
    assert found is not None
    return found


def _taken(given: Any, questions: Mapping[str, Question], problems: Problems) -> Taken | None:
    if isinstance(given, pa.Table):
        return Taken(given, {})
    if isinstance(given, Mapping):
        return _of_columns(given, questions, problems)
    kind, hint = type(given).__name__, _HINT
    if _is_of(given, "pandas") or _is_arrow(given):
        try:
            return Taken(pa.table(given), {})
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            if not _is_of(given, "pandas"):
                problems.add("no-table", Whole(_NAME), hint=hint, kind=kind)
                return None
            _tell_of_frame(given, problems)
            return None
    if hasattr(given, "collect"):
        hint = "call its method collect() first"
    elif isinstance(given, Sequence) and given and isinstance(given[0], Mapping):
        hint = "make a table of the rows: pyarrow.Table.from_pylist(rows)"
    problems.add("no-table", Whole(_NAME), hint=hint, kind=kind)
    return None


def _is_arrow(given: Any) -> bool:
    return hasattr(given, "__arrow_c_stream__") or hasattr(given, "__arrow_c_array__")


def _is_of(given: Any, library: str) -> bool:
    return type(given).__module__.partition(".")[0] == library


def _tell_of_frame(frame: Any, problems: Problems) -> None:
    """Add a problem for each column of a data frame of pandas that Arrow cannot take."""
    names = [str(name) for name in frame.columns]
    for number, name in enumerate(names):
        try:
            pa.array(frame.iloc[:, number], from_pandas=True)
        except (pa.ArrowException, TypeError, ValueError, OverflowError):
            _tell_of_column(name, problems)
    if not len(problems):
        problems.add("no-table", Whole(_NAME), hint=_HINT, kind=type(frame).__name__)


def _tell_of_column(name: str, problems: Problems) -> None:
    hint = (
        "give it values of one type, or, where each row is to be looked at by itself, the table"
        " as a dict of lists"
    )
    problems.add("mixed-column", Whole(_NAME), hint=hint, name=name)


def _of_columns(
    given: Mapping[Any, Any], questions: Mapping[str, Question], problems: Problems
) -> Taken | None:
    """A mapping of columns; values that Arrow does not take are read one by one."""
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
        elif array is None:
            array = _kept(name, column, problems)
        if array is not None:
            arrays[name] = array
    lengths = {len(array) for array in arrays.values()}
    if len(lengths) > 1:
        most = max(lengths)
        shorter = [name for name, array in arrays.items() if len(array) < most]
        rows = len(arrays[shorter[0]])
        problems.add("column-too-short", Whole(_NAME), name=shorter[0], rows=rows, most=most)
    return None if len(problems) else Taken(pa.table(arrays), lists)


def _array(column: Any, question: Question | None) -> Any:
    """A column as Arrow has it; None where its values are to be looked at one by one.

    A list without any answer is as good as one of None, for every type of question.
    """
    is_list = isinstance(column, list | tuple)
    if is_list and not _FLAT.issuperset(map(type, column)):
        return None
    try:
        found = pa.array(column, from_pandas=not is_list)
    except (pa.ArrowException, TypeError, ValueError, OverflowError):
        return None
    is_odd = question and not can_hold(question, found.type, as_text=False)
    return pa.nulls(len(found)) if is_list and is_odd and _is_blank(found) else found


def _kept(name: str, column: Any, problems: Problems) -> Any:
    """A column that is no question, of values of Python."""
    try:
        return pa.array(list(column))
    except (pa.ArrowException, TypeError, ValueError, OverflowError, RecursionError):
        _tell_of_column(name, problems)
        return None


def _is_blank(column: Any) -> bool:
    """Whether a column has nothing but nulls, NaN and blank texts."""
    if column.null_count == len(column):
        return True
    if pa.types.is_floating(column.type):
        return bool(pc.all(pc.is_null(column, nan_is_null=True)).as_py())
    if is_text(column.type):
        texts = pc.unique(column).to_pylist()
        return not any(text and text.strip() for text in texts)
    return False
