"""Values of answers and terms, calculations with them, and functions over many of them.

A value is known, unknown, or not applicable. A yes or no is a bool, a text or an option a str, a
date a date, a set of choices a frozenset, a table a tuple of rows, a list of literals a list. Every
number is an `Interval`, and a statement about an interval holds for every number in it. Each leaf
of a condition is compared once, with its conditions for each row or respondent; the rules join the
leaves.
"""

from __future__ import annotations

import datetime
import enum
import math
import operator
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from decimal import Context, Decimal
from fractions import Fraction
from functools import partial
from itertools import pairwise
from operator import attrgetter
from typing import Any, TypeAlias

from readiness.conditions import terms
from readiness.conditions.terms import Term


class NoValue(enum.Enum):
    """The reason why there is no value."""

    UNKNOWN = "unknown"
    VOID = "not applicable"


UNKNOWN, VOID = NoValue.UNKNOWN, NoValue.VOID


@dataclass(frozen=True, slots=True)
class Interval:
    """A number by its lower and upper limit; both are equal if the number is known.

    A limit is a fraction, or infinite.
    """

    low: Fraction | float
    high: Fraction | float

    @property
    def is_point(self) -> bool:
        """Return whether the number is known."""
        return self.low == self.high


TreeValue: TypeAlias = Any
TableRow: TypeAlias = Map[str, TreeValue]


def point(number: float | Decimal | Fraction) -> Interval:
    """Return the interval of a known number; a float is the decimal that it is written as."""
    exact = Fraction(repr(number)) if isinstance(number, float) else Fraction(number)
    return Interval(exact, exact)


def value_of(value: object) -> TreeValue:
    """Return a document's value: sets of choices as sets, tables as rows, numbers as intervals."""
    if isinstance(value, bool | str | datetime.date):
        return value
    if isinstance(value, int | float | Decimal):
        return point(value)
    assert isinstance(value, tuple)
    if value and isinstance(value[0], Map):
        return tuple({key: value_of(cell) for key, cell in row.items()} for row in value)
    return frozenset(value)


# The number of digits of exact results and quotients; the exponent is not limited.
_KEPT = Context(prec=100, Emin=-999_999, Emax=999_999)
# From this limit on, a number is nearer to infinity than to any double.
_ENDLESS = 2**1024 - 2**970
_PLACES = 12

_CALCULATIONS: dict[str, Callable[[Any, Any], Fraction]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv,
}  # fmt: skip
_COMPARISONS: dict[str, Callable[[TreeValue, TreeValue], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip


def strictly(function: Callable[..., TreeValue], operands: Sequence[TreeValue]) -> TreeValue:
    """Return a function's result; not applicable if an operand is, else unknown if one is."""
    for lack in (VOID, UNKNOWN):
        if any(operand is lack for operand in operands):
            return lack
    return function(*operands)


def calculate(symbol: str, left: Interval, right: Interval) -> TreeValue:
    """Return the sum, difference, product or quotient; unknown if it may not be a number."""
    if symbol == "/" and right.low <= 0 <= right.high:
        return UNKNOWN
    limits = (left.low, left.high, right.low, right.high)
    if not all(map(math.isfinite, limits)):
        return UNKNOWN
    calculation = _CALCULATIONS[symbol]
    ends = [calculation(a, b) for a in (left.low, left.high) for b in (right.low, right.high)]
    low, high = limit_digits(min(ends)), limit_digits(max(ends))
    return UNKNOWN if low is None or high is None else Interval(low, high)


def limit_digits(number: Fraction) -> Fraction | None:
    """Return a number rounded to 100 significant digits; None if it is too large."""
    if abs(number) >= _ENDLESS:
        return None
    return Fraction(_KEPT.divide(Decimal(number.numerator), Decimal(number.denominator)))


def round_value(value: TreeValue) -> TreeValue:
    """Return numbers that result from a division rounded for comparison, all else unchanged."""
    if isinstance(value, list):
        return list(map(round_value, value))
    if not isinstance(value, Interval):
        return value
    low, high = (
        one if math.isinf(one) else round(Fraction(one), _PLACES) for one in (value.low, value.high)
    )
    return Interval(low, high)


def compare(symbol: str, left: TreeValue, right: TreeValue) -> TreeValue:
    """Return the truth of a comparison; unknown unless all numbers in the limits agree."""
    comparison = _COMPARISONS[symbol]
    if not isinstance(left, Interval):
        return comparison(left, right)
    if symbol in ("==", "!="):
        same = _same(left, right)
        return same if same is UNKNOWN else same is (symbol == "==")
    found = {comparison(a, b) for a in (left.low, left.high) for b in (right.low, right.high)}
    return found.pop() if len(found) == 1 else UNKNOWN


def _same(left: Interval, right: Interval) -> TreeValue:
    if left.high < right.low or right.high < left.low:
        return False
    return True if left.is_point and right.is_point else UNKNOWN


def among(item: TreeValue, collection: TreeValue) -> TreeValue:
    """Return whether an item is in a list or in a set of choices."""
    if not isinstance(item, Interval):
        return item in collection
    found = [_same(item, one) for one in collection]
    if True in found:
        return True
    return UNKNOWN if UNKNOWN in found else False


def extreme(pick: Callable[[Iterable[Any]], Any], operands: Sequence[Interval]) -> Interval:
    """Return the minimum or maximum of several numbers; `pick` is `min` or `max`."""
    return Interval(pick(one.low for one in operands), pick(one.high for one in operands))


def band(number: Interval, classes: Sequence[str], limits: Sequence[Interval]) -> TreeValue:
    """Return the class that contains a number; unknown while several are still possible."""
    first, last = (sum(limit.low <= end for limit in limits) for end in (number.low, number.high))
    found = set(classes[first : last + 1])
    return found.pop() if len(found) == 1 else UNKNOWN


# ---- over the rows of a table, or over the respondents of a group --------------------------------

# Each function takes the value of its part for each row or respondent. If the part does not apply,
# the row or the respondent is left out; if none remains, the result does not apply. While it is not
# known that any remains, the result may still be not applicable, and nothing is decided.


def aggregate(function: str, parts: Sequence[TreeValue], rate: TreeValue = None) -> TreeValue:
    """Return the result of a function over its parts; `rate` is the rate of `npv`."""
    counting = [part for part in parts if part is not VOID]
    if parts and not counting:
        return VOID
    if function in ("npv", "irr", "payback"):
        return _flows(function, counting, rate)
    return _FUNCTIONS[function](counting)


def _decide(by: bool, parts: Sequence[TreeValue]) -> TreeValue:
    """Return `by` if any part is `by`, which decides the result; otherwise the other value."""
    if by in parts:
        return by
    return UNKNOWN if UNKNOWN in parts else not by


def _agree(parts: Sequence[TreeValue]) -> TreeValue:
    known = [part for part in parts if part is not UNKNOWN]
    pairs = [(known[0], other) for other in known[1:]]
    if known and isinstance(known[0], Interval):
        # Two values certainly differ if the highest lower limit and the lowest upper limit do.
        pairs = [(max(known, key=attrgetter("low")), min(known, key=attrgetter("high")))]
    if any(compare("==", one, other) is False for one, other in pairs):
        return False
    settled = _known_parts(parts)
    return True if settled and len(settled) == len(parts) else UNKNOWN


def _count(parts: Sequence[TreeValue]) -> TreeValue:
    if parts and all(part is UNKNOWN for part in parts):
        return UNKNOWN
    yes = sum(1 for part in parts if part is True)
    may_be = sum(1 for part in parts if part is UNKNOWN)
    return Interval(Fraction(yes), Fraction(yes + may_be))


def _per_part(
    total: Callable[[Sequence[TreeValue]], TreeValue], parts: Sequence[TreeValue]
) -> TreeValue:
    """Return a total divided by the number of parts; unknown if there are none."""
    return strictly(partial(calculate, "/"), [total(parts), point(len(parts))])


def _known_parts(parts: Sequence[TreeValue]) -> list[TreeValue]:
    """Return those parts whose value is known."""
    known = [part for part in parts if part is not UNKNOWN]
    return [part for part in known if not isinstance(part, Interval) or part.is_point]


def _extreme(pick: Callable[[Iterable[Any]], Any], parts: Sequence[TreeValue]) -> TreeValue:
    """Return the minimum or maximum; `pick` is `min` or `max`. A missing value may exceed it."""
    missing = parts.count(UNKNOWN)
    if len(parts) == missing or len(_known_parts(parts)) + missing < len(parts):
        return UNKNOWN
    anything = Interval(-math.inf, math.inf)
    return extreme(pick, [anything if part is UNKNOWN else part for part in parts])


def _sum(parts: Sequence[TreeValue]) -> TreeValue:
    numbers = [part.low for part in _known_parts(parts)]
    found = limit_digits(sum(numbers, Fraction(0))) if len(numbers) == len(parts) else None
    return UNKNOWN if found is None else point(found)


_FUNCTIONS: dict[str, Callable[[Sequence[TreeValue]], TreeValue]] = {
    "every": partial(_decide, False), "some": partial(_decide, True), "agree": _agree,
    "count": _count, "share": partial(_per_part, _count), "sum": _sum,
    "mean": partial(_per_part, _sum), "min": partial(_extreme, min), "max": partial(_extreme, max),
}  # fmt: skip


def _flows(function: str, parts: Sequence[TreeValue], rate: TreeValue) -> TreeValue:
    if rate is VOID:
        return VOID
    flows = [part.low for part in _known_parts(parts)]
    if not parts or len(flows) < len(parts):
        return UNKNOWN
    if function == "payback":
        found = payback(flows)
        # The payback takes longer than all periods, which are one fewer than the flows: the first
        # flow is immediate.
        longer = Interval(len(flows) - 1 + Fraction(1, 10**12), math.inf)
        return longer if found is None else point(found)
    if function == "irr":
        found = rate_of_return(flows)
    elif rate is UNKNOWN or not rate.is_point:
        return UNKNOWN
    else:
        found = present_value(rate.low, flows)
    return UNKNOWN if found is None else point(found)


def is_covered(have: Sequence[TreeValue], need: Sequence[TreeValue]) -> TreeValue:
    """Return whether every needed value is among the given ones."""
    sides = []
    for parts in (have, need):
        counting = [part for part in parts if part is not VOID]
        if parts and not counting:
            return VOID
        sides.append(counting)
    known, needed = map(_known_parts, sides)
    for side, settled in zip(sides, (known, needed), strict=True):
        if side and not settled:
            return UNKNOWN
    missing = [value for value in needed if value not in known]
    if missing:
        return False if len(known) == len(sides[0]) else UNKNOWN
    return True if len(needed) == len(sides[1]) else UNKNOWN


# ---- cash flows: one per period, the first one immediate -----------------------------------------

# Net present value, internal rate of return and payback, from their definitions. Each function
# returns None if there is no such figure. Formulas: Brealey, Myers, Allen, Principles of Corporate
# Finance, chapters 2 and 5.

FARTHEST_RATE = 2**200
# The precision of the search for the rate, and the number of decimals of the result.
NEAR, PLACES = Fraction(1, 10**48), 45


def present_value(rate: Fraction, flows: list[Fraction]) -> Fraction | None:
    """Return the sum of flow / (1 + rate) ** period; None for a rate of -1 or less."""
    if rate <= -1:
        return None
    return limit_digits(sum((flow / (1 + rate) ** n for n, flow in enumerate(flows)), Fraction(0)))


def rate_of_return(flows: list[Fraction]) -> Fraction | None:
    """Return the rate at which the present value is 0, to 45 decimal places.

    None unless the flows change their sign exactly once; then there is exactly one such rate. The
    sign of the present value at a rate is calculated exactly, in whole numbers.
    """
    signs = [flow > 0 for flow in flows if flow != 0]
    if sum(1 for one, other in pairwise(signs) if one != other) != 1:
        return None
    ahead = 1 if signs[0] else -1  # the sign at a very high rate: the first flow decides
    low, high = Fraction(-1), Fraction(1)
    while _sign(flows, high) == -ahead:
        low, high = high, high * 2
        if high > FARTHEST_RATE:
            return None
    while high - low > NEAR:
        middle = (low + high) / 2
        low, high = (low, middle) if _sign(flows, middle) == ahead else (middle, high)
    return round(high, PLACES)


def _sign(flows: list[Fraction], rate: Fraction) -> int:
    """Return the sign of the present value at a rate: 1, 0 or -1.

    With 1 + rate = a / q, the present value has the sign of the sum of
    flow * a ** (last - period) * q ** period.
    """
    growth = 1 + rate
    whole = math.lcm(*(flow.denominator for flow in flows))
    found, power = 0, 1
    for flow in flows:
        found = found * growth.numerator + int(flow * whole) * power
        power *= growth.denominator
    return (found > 0) - (found < 0)


def payback(flows: list[Fraction]) -> Fraction | None:
    """Return the period after which the running total, once negative, never is negative again.

    The last period counts in proportion; 0 for a total that is never negative, None for one that is
    negative at the end.
    """
    running = Fraction(0)
    totals = [running := running + flow for flow in flows]
    short = [period for period, total in enumerate(totals) if total < 0]
    if not short:
        return Fraction(0)
    last = short[-1]
    return None if last == len(flows) - 1 else last - totals[last] / flows[last + 1]


NOBODY = ""

TruthTerm: TypeAlias = (
    terms.Comparison | terms.Membership | terms.Not | terms.Junction | terms.AtLeast | terms.Covers
)


@dataclass
class TermReader:
    """Reads the values of terms; `answers` is filled as it becomes known which questions are asked.

    `answers` holds values by question and respondent; the respondent is empty for a question that
    has one answer for all. `respondents` lists who is asked in each group.
    """

    as_of: datetime.date
    respondents: Callable[[str], Sequence[str]]
    answers: dict[tuple[str, str], TreeValue] = field(default_factory=dict)
    _values: dict[str, TreeValue] = field(default_factory=dict)

    def evaluate(self, term: Term, row: TableRow | None = None, who: str = NOBODY) -> TreeValue:
        """Return the value of a term, for the current row and respondent."""
        match term:
            case terms.Constant():
                return _literal(term)
            case terms.Answer(question=question):
                return self.answers.get(
                    (question.id, who if question.ask_each else NOBODY), UNKNOWN
                )
            case terms.Cell(column=column):
                return UNKNOWN if row is None else row.get(column, UNKNOWN)
            case terms.Derived(text=name, body=body):
                if name not in self._values:
                    self._values[name] = self.evaluate(body)
                return self._values[name]
            case terms.Arithmetic(operator=symbol, left=left, right=right):
                sides = [self.evaluate(left, row, who), self.evaluate(right, row, who)]
                return strictly(partial(calculate, symbol), sides)
            case terms.Apply():
                operands = [self.evaluate(operand, row, who) for operand in term.arguments]
                if term.function == "band":
                    operands = _as_compared(operands, term.arguments[0])
                return strictly(partial(self._apply, term.function), operands)
            case terms.Over():
                return self._over(term, row, who)
        return self._truth(term, row, who)

    def _truth(self, term: TruthTerm, row: TableRow | None, who: str) -> TreeValue:
        """Return the value of a term that is true or false."""
        match term:
            case terms.Comparison(operator=symbol, left=left, right=right):
                sides = [self.evaluate(left, row, who), self.evaluate(right, row, who)]
                return strictly(partial(compare, symbol), _as_compared(sides, left, right))
            case terms.Membership(item=item, collection=collection, negated=negated):
                sides = [self.evaluate(item, row, who), self.evaluate(collection, row, who)]
                found = strictly(among, _as_compared(sides, item))
                return _negate(found) if negated else found
            case terms.Not(part=part):
                return _negate(self.evaluate(part, row, who))
            case terms.Junction(kind=kind):
                parts = [self.evaluate(part, row, who) for part in term.parts]
                return aggregate("every" if kind == "all" else "some", parts)
            case terms.AtLeast(least=least):
                parts = [self.evaluate(part, row, who) for part in term.parts]
                wanted = point(min(least, len(parts) - parts.count(VOID)))
                return strictly(partial(compare, ">="), [aggregate("count", parts), wanted])
            case terms.Covers(have=have, need=need):
                sides = [self._parts(have, row, who), self._parts(need, row, who)]
                return strictly(is_covered, _as_compared(sides, have.part, need.part))

    def _apply(self, function: str, *operands: TreeValue) -> TreeValue:
        """Return the value of a function applied to single values."""
        if function in ("min", "max"):
            return extreme(min if function == "min" else max, operands)
        if function == "band":
            return band(operands[0], operands[1::2], operands[2::2])
        first = operands[0]
        if function in ("days_until", "days_since"):
            days = (first - self.as_of).days
            return point(days if function == "days_until" else -days)
        if function == "comparable":
            return first.strip().casefold()
        if function == "count":
            return point(len(first))
        if function == "covers":
            return set(operands[1]) <= first
        return _is_stated(first)

    def _over(self, term: terms.Over, row: TableRow | None, who: str) -> TreeValue:
        parts = self._parts(term, row, who)
        if not isinstance(parts, list):
            return parts
        if term.function in ("agree", "irr", "payback"):
            parts = _as_compared(parts, term.part)
        rate = self.evaluate(term.arguments[0], row, who) if term.arguments else None
        return aggregate(term.function, parts, rate)

    def _parts(self, term: terms.Over, row: TableRow | None, who: str) -> TreeValue:
        """Return a part's values for all rows or respondents; a missing value if there are none."""
        if term.table is None:
            everyone = self.respondents(term.group)
            return [self.evaluate(term.part, row, one) for one in everyone] or UNKNOWN
        rows = self.evaluate(term.table, row, who)
        if rows in (UNKNOWN, VOID):
            return rows
        return [self.evaluate(term.part, one, who) for one in rows]


def _divides(term: Term) -> bool:
    """Return whether a number results from a division or an inexact function."""
    match term:
        case (
            terms.Arithmetic(operator="/")
            | terms.Over(function="mean" | "share" | "npv" | "irr" | "payback")
        ):
            return True
        case terms.Arithmetic(left=left, right=right):
            return _divides(left) or _divides(right)
        case terms.Derived(body=body) | terms.Over(function="sum" | "min" | "max", part=body):
            return _divides(body)
        case terms.Apply(function="min" | "max", arguments=arguments):
            return any(map(_divides, arguments))
    return False


def _as_compared(values: list[TreeValue], *of: Term) -> list[TreeValue]:
    """Return values ready for comparison: rounded if one of the terms results from a division."""
    return round_value(values) if any(map(_divides, of)) else values


def _literal(term: terms.Constant) -> TreeValue:
    if not isinstance(term.value, tuple):
        return value_of(term.value)
    items = [value_of(item) for item in term.value]
    return frozenset(items) if term.type.kind == "choices" else items


def _negate(truth: TreeValue) -> TreeValue:
    return truth if truth in (UNKNOWN, VOID) else not truth


def _is_stated(answer: TreeValue) -> TreeValue:
    """Return whether an answer is stated; unknown for a number that is only known within limits."""
    if isinstance(answer, Interval):
        return True if answer.is_point else UNKNOWN
    if isinstance(answer, str | tuple | frozenset | Map):
        return len(answer) > 0
    return True
