"""Arithmetic on amounts in cents equals that of fractions, including ties.

`READINESS_DECIMALS` sets how many amounts of each kind are drawn.
"""

from __future__ import annotations

import operator
import os
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest

from readiness.documents.decimals import Number, as_written, exact, shortest
from readiness.evaluation.finance import irr, npv, payback
from readiness.evaluation.numbers import calculate, compare, round_calculated, total
from readiness.evaluation.states import UNKNOWN, Bounds

RUNS = int(os.environ.get("READINESS_DECIMALS", "300"))
SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
    "==": operator.eq, "!=": operator.ne,
}  # fmt: skip
PLACES = 12


def unheard(_reason: str) -> None:
    """Ignore the reason: no fault is expected."""


def cents(draw: random.Random, most: int = 10**9) -> float:
    return draw.randint(-most, most) / 100


def fraction(number: Number) -> Fraction:
    return Fraction(Decimal(exact(number)))


def around(draw: random.Random, value: Fraction, step: Fraction) -> Iterator[tuple[Number, Any]]:
    """Yield the value, its nearest distinguishable neighbours, and another value."""
    for shift in (0, step, -step, step * draw.randint(2, 1000)):
        shifted = value + shift
        digits = round(shifted * 10**20)
        yield as_written(f"{digits}e-20"), Fraction(digits, 10**20)


@pytest.mark.parametrize("symbol", ["+", "-", "*"])
def test_sums_differences_and_products_are_exact(symbol: str) -> None:
    """The result for two, three and four amounts equals the fraction, and compares as it does."""
    draw = random.Random(f"exact {symbol}")
    for _ in range(RUNS):
        amounts = [cents(draw) for _ in range(draw.randint(2, 4))]
        found, wanted = amounts[0], fraction(amounts[0])
        for amount in amounts[1:]:
            found = calculate(symbol, found, amount, unheard)
            wanted = _OPERATIONS[symbol](wanted, fraction(amount))
        assert fraction(found) == wanted
        for limit, other in around(draw, wanted, Fraction(1, 100)):
            for sign, compared in SIGNS.items():
                assert compare(sign, found, limit) is compared(wanted, other)


_OPERATIONS: dict[str, Callable[[Any, Any], Any]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul,
}  # fmt: skip


def test_the_sum_of_a_column_is_exact() -> None:
    """The sum of up to a hundred amounts equals the fraction, whatever their order."""
    draw = random.Random("sum")
    for _ in range(RUNS):
        amounts = [cents(draw) for _ in range(draw.randint(0, 100))]
        wanted = sum(map(fraction, amounts), Fraction(0))
        assert fraction(total(amounts)) == wanted
        draw.shuffle(amounts)
        assert fraction(total(amounts)) == wanted


def test_a_quotient_is_compared_to_twelve_places() -> None:
    """A quotient compares as the fraction rounded half even to 12 decimal places."""
    draw = random.Random("quotient")
    for _ in range(RUNS):
        amount, divisor = cents(draw), cents(draw, 10**4) or 1
        found = calculate("/", amount, divisor, unheard)
        wanted = round(fraction(amount) / fraction(divisor), PLACES)
        assert fraction(round_calculated(found)) == wanted
        back = calculate("*", found, divisor, unheard)
        assert compare("==", back, amount, calculated=True) is True
        for limit, other in around(draw, wanted, Fraction(1, 10**12)):
            for sign, compared in SIGNS.items():
                expected = compared(wanted, round(other, PLACES))
                assert compare(sign, found, limit, calculated=True) is expected


@pytest.mark.parametrize("half", ["0.0000000000005", "1.0000000000015", "-2.0000000000025"])
def test_a_tie_is_rounded_to_the_even_digit(half: str) -> None:
    """The sum of three rounded thirds of a tie, slightly less than the tie, rounds the same way."""
    third = calculate("/", as_written(half), 3, unheard)
    found = calculate("+", calculate("+", third, third, unheard), third, unheard)
    assert fraction(round_calculated(found)) == round(Fraction(half), PLACES)


def flows(draw: random.Random) -> list[float]:
    return [cents(draw, 10**6) for _ in range(draw.randint(1, 12))]


def test_net_present_values() -> None:
    """Net present values compare as the fraction to 12 places; a value of 0 is not above 0."""
    draw = random.Random("npv")
    for _ in range(RUNS):
        found, rate = flows(draw), draw.randint(-50, 300) / 1000
        growth = 1 + fraction(rate)
        wanted = sum((fraction(flow) / growth**n for n, flow in enumerate(found)), Fraction(0))
        assert fraction(round_calculated(npv(rate, found))) == round(wanted, PLACES)
        even = [-found[0], found[0] * 0, 0, *found[1:], *(-flow for flow in found[1:])]
        assert compare("==", npv(0, even), -found[0], calculated=True) is True
        outlay, periods = draw.randint(1, 10**4), draw.randint(1, 4)
        back = Fraction(outlay) * growth**periods  # exact in decimals
        returned = as_written(str(Decimal(back.numerator) / Decimal(back.denominator)))
        nothing = npv(rate, [-outlay, *[0] * (periods - 1), returned])
        assert compare(">", nothing, 0, calculated=True) is False
        assert compare("==", nothing, 0, calculated=True) is True


def changes_of_sign(found: list[float]) -> int:
    signs = [flow > 0 for flow in found if flow]
    return sum(one != other for one, other in pairwise(signs))


def test_rates_of_return() -> None:
    """Half a unit of the twelfth place below and above, the present value has opposite signs."""
    draw = random.Random("irr")
    seen = 0
    while seen < RUNS:
        found = flows(draw)
        if changes_of_sign(found) != 1:
            continue
        seen += 1
        rate = fraction(round_calculated(irr(found)))
        ends = []
        for end in (rate - Fraction(1, 2 * 10**12), rate + Fraction(1, 2 * 10**12)):
            growth = 1 + end
            ends.append(sum(fraction(flow) / growth**n for n, flow in enumerate(found)))
        assert ends[0] * ends[1] <= 0, found


def test_a_rate_of_return_that_is_a_hurdle() -> None:
    """An outlay that returns at a rate in thousandths has exactly that rate."""
    draw = random.Random("hurdle")
    for _ in range(RUNS):
        outlay, thousandths = draw.randint(1, 10**6), draw.randint(-500, 2000)
        rate, periods = Fraction(thousandths, 1000), draw.randint(1, 3)
        back = outlay * (1 + rate) ** periods
        returned = as_written(str(Decimal(back.numerator) / Decimal(back.denominator)))
        found = irr([-outlay, *[0] * (periods - 1), returned])
        assert compare("==", found, thousandths / 1000, calculated=True) is True


def by_fractions(found: list[float]) -> Fraction | None:
    """Return the payback period; None if the total is negative at the end."""
    running, since = Fraction(0), Fraction(0)
    for period, flow in enumerate(map(fraction, found)):
        if running < 0 <= running + flow:
            since = period - 1 + -running / flow
        running += flow
    return since if running >= 0 else None


def test_payback_periods() -> None:
    """Payback periods equal those of fractions, even if the flows add up to zero at the end."""
    draw = random.Random("payback")
    for number in range(RUNS):
        found = flows(draw)
        if number % 2:
            found.append(float(-sum(round(flow * 100) for flow in found)) / 100)
        wanted, mine = by_fractions(found), payback(found)
        if wanted is None:
            assert isinstance(mine, Bounds)
            assert compare("<=", mine, len(found) - 1, calculated=True) is False
            assert compare(">", mine, len(found) - 1, calculated=True) is True
            assert compare(">", mine, len(found) + 5, calculated=True) is UNKNOWN
        else:
            assert fraction(round_calculated(mine)) == round(wanted, PLACES)  # type: ignore[arg-type]


def test_more_than_a_hundred_digits_are_rounded_half_even() -> None:
    """An exact result with more digits is rounded there, which keeps the order."""
    large = 10**15 + 1
    found: Any = 1
    for _ in range(8):
        found = calculate("*", found, large, unheard)
    assert len(Decimal(found).as_tuple().digits) <= 100
    assert abs(fraction(found) / Fraction(large) ** 8 - 1) < Fraction(1, 10**99)
    assert compare("<=", found, calculate("*", found, 1.1, unheard)) is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [("0.1", 0.1), ("1e3", 1000.0), ("0.30000000000000004", 0.30000000000000004),
     ("0.1000000000000000000", 0.1), ("0.10000000000000001", Decimal("0.10000000000000001"))],
)  # fmt: skip
def test_a_number_is_the_decimal_that_was_written(text: str, expected: Number) -> None:
    """A number is a float if the float has that spelling, and otherwise keeps its digits."""
    found = as_written(text)
    assert (found, type(found)) == (expected, type(expected))
    assert exact(found) == Decimal(text)
    assert shortest(found) == float(text)
