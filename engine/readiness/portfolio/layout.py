"""The layout of a portfolio: the table that is read, its columns, and the columns of the result.

From host programs comes anything that Arrow accepts as a table, or a mapping of columns. A value in
a Python column means the same as in a single assessment; see `plain`.
"""

from __future__ import annotations

import contextlib
import datetime
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.from_python import plain
from readiness.model.questionnaire import Question
from readiness.portfolio.segments import can_hold, is_text, unknown_zone
from readiness.problems import DocumentError, Problems, Whole, nearest, quote_names
from readiness.problems.terminal_text import mark_control_characters
from readiness.version import __version__

ROW = "row"
BLOCKERS = "blockers"
FIRST_ROOT_BLOCKER = "first_root_blocker"
REFUSED = "refused"
OUTCOMES = ("verdict", BLOCKERS, FIRST_ROOT_BLOCKER, "status", "standing")
"""The outcomes of each row: result columns of that name, or `NAME.ID` for each gate or check."""
SCORE, UNANSWERED, ROOT_BLOCKERS, WAVES = "score", "unanswered", "root_blockers", "waves"
FURTHER_OUTCOMES = (SCORE, UNANSWERED, ROOT_BLOCKERS, WAVES)
"""The outcomes that a row has only if they are asked for; they come after the others."""
CIRCUMSTANCES = ("as_of", "groups", "waivers")
"""The columns that say under which circumstances a row is assessed; they are not questions."""


_LONGEST_SHOWN = 60

CODED = pa.dictionary(pa.int8(), pa.string())
NAMED = pa.dictionary(pa.int32(), pa.string())


@dataclass(frozen=True, slots=True)
class RefusedRow:
    """A refused row and the reason; `row` counts from 1, `question` is empty for the whole row.

    `code` is that of the problem, `value` the answer as text, empty for the whole row.
    """

    row: int
    question: str
    reason: str
    code: str = "unreadable-row"
    value: str = ""


@dataclass(frozen=True)
class Layout:
    """The columns that are read from a table, and those of the result.

    `questions` are the columns that are answers, `kept` those that are copied unchanged, both as
    Arrow fields. `as_text` means that every column is text, as in CSV. Result rows have their
    number, counted from 1, if they are `numbered`. With `in_place` refused rows stay among them,
    with only the kept columns and the reason. `outcomes` are some of `OUTCOMES` and
    `FURTHER_OUTCOMES`; `is_long` has a row for each check instead. `facts` are columns in which
    all rows have the same text. `joined` means that lists are written as one text.
    """

    ruleset: Ruleset
    questions: tuple[str, ...]
    kept: tuple[Any, ...]
    as_text: bool = False
    in_place: bool = False
    outcomes: tuple[str, ...] = OUTCOMES
    numbered: bool = True
    circumstances: tuple[str, ...] = ()
    is_long: bool = False
    facts: tuple[tuple[str, str], ...] = ()
    joined: bool = False

    @cached_property
    def read(self) -> list[str]:
        """The names of the columns that are read, each once."""
        kept = (field.name for field in self.kept)
        return list(dict.fromkeys([*self.questions, *kept, *self.circumstances]))

    @cached_property
    def schema(self) -> Any:
        """The Arrow schema of the result."""
        found = [pa.field(ROW, pa.int64())] if self.numbered else []
        found += [*self.kept, *(field for one in self.wanted for field in self._fields(one))]
        if self.is_long:
            found += [pa.field("check", NAMED), pa.field("status", CODED)]
            found.append(pa.field("standing", CODED))
        found += [pa.field(name, CODED) for name, _ in self.facts]
        return pa.schema([*found, pa.field(REFUSED, pa.string())] if self.in_place else found)

    @property
    def wanted(self) -> list[str]:
        """The outcomes in the order of their columns; none of a row if each check has one."""
        every = () if self.is_long else (*OUTCOMES, *FURTHER_OUTCOMES)
        return [one for one in every if one in self.outcomes]

    def _fields(self, outcome: str) -> list[Any]:
        """Return the result columns of an outcome."""
        if outcome in (BLOCKERS, UNANSWERED):
            return [pa.field(outcome, pa.int32())]
        if outcome == FIRST_ROOT_BLOCKER:
            return [pa.field(outcome, NAMED)]
        if outcome == SCORE:
            return [pa.field("score.low", pa.float64()), pa.field("score.high", pa.float64())]
        if outcome in (ROOT_BLOCKERS, WAVES):
            held = pa.list_(pa.string())
            kind = pa.string() if self.joined else held if outcome != WAVES else pa.list_(held)
            return [pa.field(outcome, kind)]
        ids = self.ruleset.gate_order if outcome == "verdict" else self.ruleset.checks
        return [pa.field(f"{outcome}.{key}", CODED) for key in ids]


@lru_cache(maxsize=8)
def facts_of(ruleset: Ruleset, as_of: datetime.date) -> tuple[tuple[str, str], ...]:
    """Return what results were made with, by name: the ruleset, the day, and the engine."""
    used = "; ".join(map(str, ruleset.plugin_functions))
    return (
        ("ruleset.id", ruleset.id),
        ("ruleset.version", ruleset.version),
        ("ruleset.sha256", ruleset.sha256),
        ("as_of", as_of.isoformat()),
        ("engine.version", __version__),
        *((("plugins", used),) if used else ()),
    )


def metadata_of(ruleset: Ruleset, as_of: datetime.date) -> dict[str, str]:
    """Return `facts_of` as metadata of an Arrow schema, named `readiness.NAME`."""
    return {f"readiness.{name}": value for name, value in facts_of(ruleset, as_of)}


def known_outcomes(outcomes: Iterable[str]) -> tuple[str, ...]:
    """Return the requested outcomes; raises `ValueError` for an unknown one."""
    wanted, every = tuple(outcomes), (*OUTCOMES, *FURTHER_OUTCOMES)
    if unknown := [one for one in wanted if one not in every]:
        msg = f"there is no outcome '{unknown[0]}'; the outcomes are {', '.join(every)}"
        raise ValueError(msg)
    return wanted


def keeping_in_python(name: str) -> str:
    """Return the hint for how to keep a column from Python."""
    return f"keep=[{name!r}]"


def layout_of(
    ruleset: Ruleset,
    schema: Any,
    keep: Iterable[str] = (),
    *,
    name: str = "the table",
    as_text: bool = False,
    keeping: Callable[[str], str] = keeping_in_python,
    **more: Any,
) -> Layout:
    """Return the layout for a table of an Arrow schema; `name` is its name in problems.

    `keeping` returns the hint for how to keep a column; `more` are further fields of the layout.

    Every column must be a question, one of the `CIRCUMSTANCES`, or among those to `keep`, so that
    no answer is lost through a misspelled name; what is kept says nothing of circumstances. Raises
    `DocumentError` with every column that does not match the ruleset.
    """
    problems, times = Problems(), Counter(schema.names)
    kept = [keep] if isinstance(keep, str) else list(dict.fromkeys(keep))

    def add(code: str, hint: str = "", **facts: object) -> None:
        problems.add(code, Whole(name), hint=hint, **facts)

    for number in [number for number, one in enumerate(schema.names, 1) if not one]:
        add("nameless-column", "give it a name in the table, or remove it", number=number)
    for repeated in [one for one in times if one and times[one] > 1]:
        add("repeated-column", name=_shown(repeated))
    for missing in [one for one in kept if one not in times]:
        add("no-column-to-keep", nearest(missing, schema.names), name=_shown(missing))
    taken = {*ruleset.questions, *kept}
    circumstances = tuple(one for one in CIRCUMSTANCES if one in times and one not in taken)
    allowed = {"", *taken, *circumstances}
    for stray in [one for one in times if one not in allowed]:
        letting = f"to copy it to the output: {keeping(_shown(stray))}"
        hint = "\n".join(filter(None, (nearest(stray, ruleset.questions), letting)))
        add("stray-column", hint, name=_shown(stray), ruleset=ruleset.id)
    questions = [one for one in schema.names if one in ruleset.questions]
    if not questions:
        hint = "its questions are " + quote_names(list(ruleset.questions), joint="and")
        add("no-answers-in-table", hint, ruleset=ruleset.id)
    kinds = dict(zip(schema.names, schema.types, strict=True))
    for key in dict.fromkeys(questions):
        question, kind = ruleset.questions[key], kinds[key]
        if zone := unknown_zone(kind):
            hint = "give dates without a time, or times in UTC"
            add("column-in-unknown-zone", hint, id=key, zone=zone)
        elif not can_hold(question, kind, as_text=as_text):
            wanted = question.question_type.wanted
            add("column-of-wrong-type", id=key, wanted=wanted, found=f"{kind}")
    problems.raise_if_any()
    fields = tuple(schema.field(one) for one in kept)
    found = Layout(ruleset, tuple(questions), fields, as_text, circumstances=circumstances, **more)
    written = Counter(found.schema.names)
    for one in [one for one in kept if written[one] > 1]:
        add("kept-column-taken", "rename it in the table", name=_shown(one))
    problems.raise_if_any()
    return found


def _shown(name: str) -> str:
    """Return a column name shortened and made safe for a line of a terminal."""
    return mark_control_characters(
        name if len(name) <= _LONGEST_SHOWN else f"{name[: _LONGEST_SHOWN - 1]}…"
    )


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
    problems.add("mixed-column", Whole(_NAME), name=name)


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
