"""The reader of a single answer, which the type of its question determines."""

from __future__ import annotations

import datetime
import math
import re
from collections.abc import Callable
from collections.abc import Mapping as Map
from typing import TypeAlias

from readiness.documents.decimals import Number, as_written, exact
from readiness.documents.emitting import flow_text
from readiness.documents.from_python import PythonDay, PythonValue, Unreadable
from readiness.documents.nodes import Mapping, Node, Scalar, Sequence
from readiness.documents.reading import LARGEST_EXACT, read
from readiness.documents.shapes import DATE, is_two_fold, matches, meant
from readiness.model.fields import day
from readiness.model.proposals import Proposal, proposal
from readiness.model.question_types import QUESTION_TYPES, Kind
from readiness.model.questionnaire import TODAY, Field, Question, lacks_options
from readiness.problems import DocumentError, Problems, Source, nearest, quote_names
from readiness.problems.values import FrozenDict

Row: TypeAlias = Map[str, "Value"]
# A choice is held as its key, choices as keys in the order of the options, a table as its rows; a
# row leaves out blank cells.
Value: TypeAlias = "bool | Number | str | datetime.date | tuple[str, ...] | tuple[Row, ...]"

_YES = frozenset({"yes", "y", "true", "on"})
_NO = frozenset({"no", "n", "false", "off"})


def is_blank(node: Node) -> bool:
    """Return whether a value is blank, that is, null or a text of spaces only."""
    if not isinstance(node, Scalar):
        return False
    return node.value is None or (isinstance(node.value, str) and not node.text.strip())


def read_value(field: Field, node: Node, problems: Problems) -> Value | None:
    """Return the answer in `node`, typed for `field`; None, and a problem, if it is not valid.

    Callers handle blank values first, see `is_blank`.
    """
    if field.type not in QUESTION_TYPES or lacks_options(field):
        return None  # the problem is reported for the questionnaire
    if isinstance(node, Scalar) and isinstance(node.value, Unreadable):
        _refuse(field, node, problems, node.value.hint, found=node.value.what)
        return None
    if isinstance(field, Question) and field.kind == "table":
        return _table(field, node, problems)
    if field.kind == "choices":
        return _choices(field, node, problems)
    if not isinstance(node, Scalar):
        _refuse(field, node, problems)
        return None
    if field.kind in ("choice", "text") and not _is_text(node):
        _refuse(field, node, problems, f"give it as a text: '{node.text}'")
        return None
    reader = _READERS.get(field.kind)  # a table within a table is reported for the questionnaire
    return reader(field, node, problems) if reader else None


def _is_text(node: Scalar) -> bool:
    """Return whether a value is a text: any scalar of a document, but in Python only a `str`."""
    if isinstance(node, PythonValue):
        return isinstance(node.value, str) and not isinstance(node, PythonDay)
    return True


def _refuse(
    field: Field, node: Node, problems: Problems, hint: str = "", *, found: str = ""
) -> None:
    facts = {"wanted": field.question_type.wanted, "found": found or _describe(node)}
    problems.add("answer-of-wrong-type", node, hint=hint, id=field.id, **facts)


def _describe(node: Node) -> str:
    if not isinstance(node, Scalar):
        return "a list" if isinstance(node, Sequence) else "lines of 'key: value'"
    text = node.text.strip()
    return f"'{text}'" if len(text) <= 40 else f"'{text[:37]}…'"


def _yes_no(field: Field, node: Scalar, problems: Problems) -> bool | None:
    if isinstance(node.value, bool):
        return node.value
    spelled = node.text.strip().lower()
    if spelled in _YES or spelled in _NO:
        return spelled in _YES
    word = meant("answers", spelled, ("yes", "no"))
    hint = "where the answer is not known, give {unknown: why}"
    if spelled in ("n/a", "na", "not applicable"):
        hint = "where the question does not apply, give {not_applicable: why}"
    _refuse(field, node, problems, f"write {word}" if word else hint)
    return None


def _choice(field: Field, node: Scalar, problems: Problems) -> str | None:
    key = node.text.strip()
    if (key := field.renamed.get(key, key) if key not in field.options else key) in field.options:
        return key
    spelled = key.casefold()
    by_label = [option for option, label in field.options.items() if label.casefold() == spelled]
    hint = f"did you mean '{by_label[0]}'?" if by_label else nearest(key.lower(), field.options)
    hint = hint or "its options are " + quote_names(list(field.options), joint="and")
    problems.add("not-an-option", node, hint=hint, id=field.id, found=key)
    return None


def _choices(field: Field, node: Node, problems: Problems) -> tuple[str, ...] | None:
    if not isinstance(node, Sequence):
        _refuse(field, node, problems, _list_meant(field, node))
        return None
    chosen: set[str] = set()
    for element in node.elements:
        if not isinstance(element, Scalar) or not _is_text(element):
            shown = (
                _describe(element)
                if isinstance(element, Scalar)
                else "a list or lines of 'key: value'"
            )
            _refuse(field, element, problems, found=f"a list with {shown} in it")
        elif (key := _choice(field, element, problems)) is not None:
            chosen.add(key)
    return tuple(option for option in field.options if option in chosen)


def _number(field: Field, node: Scalar, problems: Problems) -> Number | None:
    value = node.value
    if type(value) not in (int, float) or _may_mean_two(node):
        _refuse(field, node, problems, propose_value(field, node.text).hint)
        return None
    assert isinstance(value, (int, float))
    if abs(value) > LARGEST_EXACT or not math.isfinite(value):
        limit = f"between -{LARGEST_EXACT} and {LARGEST_EXACT}, to be kept exactly"
        problems.add("answer-out-of-range", node, id=field.id, limit=limit)
        return None
    number = as_written(node.text) if isinstance(value, float) else value
    if field.question_type.is_whole:
        if number != (whole := int(number)):
            _refuse(field, node, problems, propose_value(field, node.text).hint)
            return None
        number = whole
    return number if _within(field, number, node, problems) else None


def _may_mean_two(node: Scalar) -> bool:
    """Return whether a hand-written document has an ambiguous number; JSON never has one."""
    source = node.source
    return bool(source.text) and is_two_fold(node.text.strip()) and not source.is_json


def propose_value(field: Field, text: str) -> Proposal:
    """Return the value to write instead of a text that is no number or date, for such fields.

    `read_value` has read and accepted the proposed value.
    """
    return proposal(field, text, lambda value: why_not(field, value))


def why_not(field: Field, written: str) -> str:
    """Return why a field refuses a value as written in a document; empty if it accepts it."""
    found = Problems()
    try:
        read_value(field, read(Source("", written)), found)
    except DocumentError as error:
        found.extend(error.problems)
    return next((problem.message for problem in found), "")


def _list_meant(field: Field, node: Node) -> str:
    """Return the hint for a value that should be a list of options."""
    parts = re.split(r"\s*[,;]\s*", node.text.strip()) if isinstance(node, Scalar) else []
    labels = {label.casefold(): key for key, label in field.options.items()}
    keys = [part if part in field.options else labels.get(part.casefold(), "") for part in parts]
    if parts and all(keys):
        return f"write {flow_text(keys)}"
    return "give a list of its options, which are " + quote_names(list(field.options), joint="and")


def _text(field: Field, node: Scalar, problems: Problems) -> str | None:
    text, held = node.text.strip(), field.question_type
    if held.is_valid(text):
        return text
    meant = held.meant(text)
    _refuse(field, node, problems, f"write {meant}" if meant else "")
    return None


def _date(field: Field, node: Scalar, problems: Problems) -> datetime.date | None:
    written = node.text.strip()
    if not matches(DATE, written):
        _refuse(field, node, problems, propose_value(field, written).hint)
        return None
    value = day(written)
    if value is None:
        problems.add("answer-no-such-day", node, id=field.id, text=written)
        return None
    return value if _within(field, value.isoformat(), node, problems) else None


# Readers of the kinds whose answer is a single value.
_READERS: Map[Kind, Callable[[Field, Scalar, Problems], Value | None]] = {
    "truth": _yes_no,
    "choice": _choice,
    "number": _number,
    "date": _date,
    "text": _text,
}


def _within(field: Field, value: Number | str, node: Node, problems: Problems) -> bool:
    if field.minimum is not None and _is_above(field.minimum, value):
        limit = f"{_limit(field.minimum)} or {'later' if field.kind == 'date' else 'more'}"
    elif field.maximum not in (None, TODAY) and _is_above(value, field.maximum):
        limit = f"{_limit(field.maximum)} or {'earlier' if field.kind == 'date' else 'less'}"
    else:
        return True
    problems.add("answer-out-of-range", node, id=field.id, limit=limit)
    return False


def ends_today(question: Question) -> bool:
    """Return whether an answer, or a table column in it, must not contain a date after today."""
    if not question.columns:
        return question.maximum == TODAY
    return any(column.maximum == TODAY for column in question.columns.values())


def day_to_come(field: Field, value: Value | None, today: datetime.date) -> datetime.date | None:
    """Return the first date in an answer that is later than `today` although that is not allowed.

    None if there is no such date.
    """
    if isinstance(value, datetime.date):
        return value if field.maximum == TODAY and value > today else None
    if not (isinstance(field, Question) and field.kind == "table" and isinstance(value, tuple)):
        return None
    cells = (
        day_to_come(field.columns[key], cell, today)
        for row in value
        if isinstance(row, Map)
        for key, cell in row.items()
    )
    return next((day for day in cells if day is not None), None)


def _is_above(this: Number | str, other: Number | str) -> bool:
    """Return whether a value exceeds a limit; False if the questionnaire's limit is invalid."""
    if isinstance(this, str) or isinstance(other, str):
        return isinstance(this, str) and isinstance(other, str) and this > other
    return exact(this) > exact(other)


def _limit(limit: float | str) -> str:
    return str(limit).removesuffix(".0")


def _table(field: Question, node: Node, problems: Problems) -> tuple[Row, ...] | None:
    if not isinstance(node, Sequence):
        _refuse(field, node, problems, f"give its rows as a list: [{_row_form(field)}]")
        return None
    return tuple(_row(field, element, problems) for element in node.elements)


def _row_form(table: Question) -> str:
    return "{" + ", ".join(f"{name}: ..." for name in list(table.columns)[:3]) + "}"


def _row(table: Question, node: Node, problems: Problems) -> Row:
    row: dict[str, Value] = {}
    if not isinstance(node, Mapping):
        problems.add("row-not-mapping", node, hint=f"write {_row_form(table)}", id=table.id)
        return row
    for name, cell in node.items():
        column = table.columns.get(name)
        if column is None:
            columns = list(table.columns)
            hint = nearest(name, columns) or "its columns are " + quote_names(columns, joint="and")
            problems.add("unknown-column", node.key(name), hint=hint, id=table.id, name=name)
        elif not is_blank(cell):
            value = read_value(column, cell, problems)
            if value is not None:
                row[name] = value
    return FrozenDict(row)
