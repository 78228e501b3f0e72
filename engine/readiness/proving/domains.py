"""The answers that conditions can tell apart: finitely many for each question.

Numbers and dates are cut where conditions compare them: at each constant, with some values between
any two. Tables have up to `ROWS` rows, or more that are alike; groups have the members `MEMBERS`.
"""

from __future__ import annotations

import datetime
import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from fractions import Fraction
from itertools import combinations, combinations_with_replacement, islice, pairwise, product
from typing import Any

from readiness.conditions import terms
from readiness.conditions.terms import Term, walk
from readiness.documents.decimals import NUMBERS, as_written, exact
from readiness.evaluation.compiler import Compiler, Run
from readiness.evaluation.states import UNKNOWN, Case, State
from readiness.model.questionnaire import TODAY, Field, Question
from readiness.problems.values import FrozenDict

ROWS = 2
MEMBERS = ("a", "b", "c")
_MOST_ROWS = 1_000  # kinds of rows of one table that are tried
_MOST_TABLES = 1_000
_FEW_ROWS = 40
_MOST_APART = 6  # numbers or dates that may all differ between two constants
_MOST_COPIES = 12
_FEW_CHOICES = 10
_MOST_WHOLE = 30  # a range of whole numbers of which each is tried
_DAYS = frozenset({"days_until", "days_since"})
_EPOCH = datetime.date(1, 1, 1)


class _Row(FrozenDict[str, Any]):
    """A row of a table that can be told from others quickly."""

    __slots__ = ()

    def __hash__(self) -> int:  # type: ignore[override]
        return hash(frozenset(self.items()))


class Domains:
    """The values worth trying of each question that some conditions read.

    `samples` are answers that somebody gave, by question; they are tried first.
    `reduced` are the questions that have more: what holds for these values need not hold for all.
    """

    def __init__(
        self,
        leaves: Iterable[Term],
        questions: Map[str, Sequence[Question]],
        as_of: datetime.date,
        samples: Map[str, Sequence[State]],
    ) -> None:
        self.as_of = as_of
        self._samples = samples
        self.reduced: set[str] = set()
        self.compiler: Compiler = Compiler()
        self._questions = questions
        self._reading: dict[str, list[Term]] = {}
        self._pool: dict[str, list[str]] = {}
        for leaf in leaves:
            named = terms.questions_of(leaf)
            for key in named:
                self._reading.setdefault(key, []).append(leaf)
            joined = list(dict.fromkeys(q for key in named for q in self._pool.get(key, [key])))
            self._pool |= dict.fromkeys(joined, joined)

    def values(self, question: str) -> list[State]:
        """Return the values of a question: unknown, then every other that may matter."""
        pool = self._pool.get(question, [question])
        leaves = list(dict.fromkeys(leaf for key in pool for leaf in self._reading.get(key, ())))
        cuts = _Cuts(leaves, self.as_of, self._number_like(pool))
        held = self._questions[question]
        if held[0].kind == "table":
            found = self._tables(held[0], self._reading.get(question, ()), cuts)
        else:
            found = list(self._of_field(held[0], cuts))
        for other in held[1:]:  # what fits another version of the question too
            fits = set(self._of_field(other, cuts)) if other.kind != "table" else set(found)
            found = [value for value in found if value in fits]
        samples = (_hashable(value) for value in self._samples.get(question, ()))
        return list(dict.fromkeys([UNKNOWN, *samples, *found]))

    def _number_like(self, pool: Iterable[str]) -> int:
        fields = [self._questions[key][0] for key in pool]
        return sum(field.kind in ("number", "date") for field in fields)

    def _of_field(self, field: Field, cuts: _Cuts) -> Iterator[State]:
        match field.kind:
            case "truth":
                yield from (True, False)
            case "choice":
                yield from field.options
            case "choices":
                yield from self._choices(field, cuts)
            case "number":
                yield from cuts.numbers(field)
            case "date":
                yield from cuts.days(field)
            case "text" if field.type == "text":
                yield from cuts.texts
            case "text":
                yield field.question_type.example

    def _choices(self, field: Field, cuts: _Cuts) -> Iterator[State]:
        named = [option for option in field.options if option in cuts.named]
        others = [option for option in field.options if option not in cuts.named]
        if len(named) > _FEW_CHOICES:
            self.reduced.add(field.id)
            chosen = [c for size in (0, 1, 2) for c in combinations(named, size)]
            chosen += [tuple(o for o in named if o not in few) for few in chosen]
        else:
            chosen = [c for size in range(len(named) + 1) for c in combinations(named, size)]
        for few in dict.fromkeys(chosen):
            for count in range(len(others) + 1) if cuts.counts else {0, len(others)}:
                held = {*few, *others[:count]}
                yield tuple(option for option in field.options if option in held)

    # Tables

    def _tables(self, table: Question, leaves: Iterable[Term], cuts: _Cuts) -> list[State]:
        overs = [
            part
            for leaf in leaves
            for part in walk(leaf)
            if isinstance(part, terms.Over) and part.table and part.table.question.id == table.id
        ]
        rows = self._rows(table, [over.part for over in overs], cuts)
        counts = range(ROWS + 1)
        while (
            sum(len(rows) ** count for count in counts[1:]) > 2 * _MOST_TABLES and len(counts) > 2
        ):
            counts = counts[:-1]
        tables = [t for n in counts for t in combinations_with_replacement(rows, n)]
        if len(counts) <= ROWS:
            self.reduced.add(table.id)
            tables += list(combinations_with_replacement(_varied(rows), ROWS))
        copies = min(_MOST_COPIES, max(cuts.small, default=0) + 1)
        few = _varied(rows)
        tables += [(row,) * count for row in few for count in range(ROWS + 1, copies + 1)]
        return list(dict.fromkeys(tables))

    def rows(self, table: Question, parts: Sequence[Term]) -> list[Any]:
        """Return rows that differ in what some conditions make of them."""
        cuts = _Cuts(self._reading.get(table.id, ()), self.as_of, 1)
        return self._rows(table, parts, cuts)

    def _rows(self, table: Question, parts: Sequence[Term], cuts: _Cuts) -> list[Any]:
        read = {t.column for part in parts for t in walk(part) if isinstance(t, terms.Cell)}
        columns = [table.columns[key] for key in table.columns if key in read]
        few = cuts.of_cells(len(columns))
        cells = {column.id: [*self._of_field(column, few), UNKNOWN] for column in columns}
        size = 1
        for values in cells.values():
            size *= len(values)
        if size <= _MOST_ROWS:
            rows: Iterator[dict[str, State]] = (
                dict(zip(cells, row, strict=True)) for row in product(*cells.values())
            )
        else:
            self.reduced.add(table.id)
            rows = islice(self._near(cells), 2 * _MOST_ROWS)
        distinct = {terms.canonical(part): part for part in parts}
        sorters = [self._sorter(part) for part in distinct.values()]
        found: dict[tuple[State, ...], Any] = {}
        for row in rows:
            held = _Row({key: cell for key, cell in row.items() if cell is not UNKNOWN})
            found.setdefault(tuple(sort(held) for sort in sorters), held)
        return list(found.values())

    @staticmethod
    def _near(cells: Map[str, Sequence[State]]) -> Iterator[dict[str, State]]:
        """Yield rows in which up to two cells differ from the same value in all of them."""
        for base in range(min(4, max(map(len, cells.values())))):
            row = {key: values[base % len(values)] for key, values in cells.items()}
            yield row
            for one, other in combinations(cells, 2):
                for pair in product(cells[one], cells[other]):
                    yield row | dict(zip((one, other), pair, strict=True))

    def _sorter(self, part: Term) -> Callable[[Any], State]:
        """Return the function that distinguishes rows: the state of a part, or its cells."""
        if terms.questions_of(part):
            read = sorted({t.column for t in walk(part) if isinstance(t, terms.Cell)})
            return lambda row: tuple(row.get(column, UNKNOWN) for column in read)
        closure, run = self.compiler.compile(part), Run(Case({}, {}, {}, self.as_of))

        def state(row: Any) -> State:
            run.row = row
            return closure(run)

        return state


class _Cuts:
    """Where a set of conditions cuts numbers, dates and texts."""

    def __init__(self, leaves: Sequence[Term], as_of: datetime.date, apart: int) -> None:
        self.leaves, self.as_of = leaves, as_of
        self._apart = max(1, min(apart, _MOST_APART))
        found = [part for leaf in leaves for part in walk(leaf)]
        held = [part.value for part in found if isinstance(part, terms.Constant)]
        values = [
            one for value in held for one in (value if isinstance(value, tuple) else (value,))
        ]
        plain = [v for v in values if not isinstance(v, bool)]
        numbers: set[Any] = {exact(v) for v in plain if isinstance(v, NUMBERS)}
        self._numbers = sorted(numbers)
        self._days = {v for v in values if isinstance(v, datetime.date)}
        functions = {part.function for part in found if isinstance(part, terms.Apply)}
        if functions & _DAYS:
            whole = [int(number) for number in numbers if abs(number) < 100_000]
            shifts = [datetime.timedelta(days=days) for days in (0, *whole)]
            self._days |= {as_of + way * shift for shift in shifts for way in (1, -1)}
        self.named = {value for value in values if isinstance(value, str)}
        self.counts = any(getattr(part, "function", "") in ("count", "agree") for part in found)
        self.texts: list[str] = [*sorted(self.named), "one", "two"]
        self.small = [int(number) for number in self._numbers if 0 < number <= _MOST_COPIES]

    def of_cells(self, columns: int) -> _Cuts:
        """Return the cuts for the cells of a table, of which there are many combinations."""
        return _Cuts(self.leaves, self.as_of, 2 if columns <= 4 else 1)

    def numbers(self, field: Field) -> Iterator[State]:
        """Yield a number in each region, some apart, that the limits of a field allow."""
        limits = (field.minimum, field.maximum)
        low, high = (Fraction(exact(x)) if isinstance(x, NUMBERS) else None for x in limits)
        if is_finite(field) and low is not None and high is not None:
            yield from range(math.ceil(low), math.floor(high) + 1)
            return
        known = {Fraction(number) for number in self._numbers}
        cuts = sorted({*known, *(Fraction(0) if end is None else end for end in (low, high))})
        step = range(1, self._apart + 1)
        around = [cuts[0] - count for count in reversed(step)]
        for one, other in pairwise(cuts):
            width = other - one
            inside = [one + width * count / (self._apart + 1) for count in step]
            near = [one + count for count in step if one + count < other]
            around += [one, *near, *inside]
        around += [cuts[-1], *(cuts[-1] + count for count in step)]
        whole = field.question_type.is_whole
        for number in dict.fromkeys(around):
            if (low is None or number >= low) and (high is None or number <= high):
                if number == int(number):
                    yield int(number)
                elif not whole:
                    yield as_written(repr(float(round(number, 6))))

    def days(self, field: Field) -> Iterator[datetime.date]:
        """Yield the days around each cut that the limits of a field allow."""
        ends = [x for x in (field.minimum, field.maximum) if isinstance(x, str)]
        last = self.as_of if TODAY in ends else None
        days = [datetime.date.fromisoformat(end) for end in ends if end != TODAY]
        cuts = {
            *self._days,
            *days,
            *([last] if last else []),
            *([] if self._days else [self.as_of]),
        }
        shifts = [datetime.timedelta(days=s) for s in range(-self._apart, self._apart + 1)]
        for day in sorted({cut + shift for cut in cuts for shift in shifts}):
            text = day.isoformat()
            fits = not (isinstance(field.minimum, str) and text < field.minimum)
            if isinstance(field.maximum, str):
                fits = fits and text <= (last.isoformat() if last else field.maximum)
            if fits:
                yield day


def _hashable(value: State) -> State:
    if not isinstance(value, tuple):
        return value
    return tuple(_Row(one) if isinstance(one, Map) else one for one in value)


def _varied(rows: Sequence[Any]) -> list[Any]:
    """Return at most some rows: the first with each value of a cell, then some of the others."""
    if len(rows) <= _FEW_ROWS:
        return list(rows)
    first: dict[Any, int] = {}
    for number, row in enumerate(rows):
        for cell in row.items():
            first.setdefault(cell, number)
    chosen = [*first.values(), *range(0, len(rows), max(1, len(rows) // _FEW_ROWS))]
    return [rows[number] for number in list(dict.fromkeys(chosen))[:_FEW_ROWS]]


def is_finite(field: Field) -> bool:
    """Whether every answer to a question is tried."""
    if field.kind in ("truth", "choice"):
        return True
    if field.kind != "number" or not field.question_type.is_whole:
        return False
    low, high = field.minimum, field.maximum
    ends = isinstance(low, int | float) and isinstance(high, int | float)
    return ends and high - low <= _MOST_WHOLE  # type: ignore[operator]
