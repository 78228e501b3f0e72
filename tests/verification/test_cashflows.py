"""The figures of the independent engine, worked from their definitions."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import numpy_financial as npf
import pytest

from readiness.verification.durable.cashflows import payback, present_value, rate_of_return, total


@pytest.mark.parametrize(
    ("flows", "rate"),
    [
        ([-100.0, 110.0], 0.1),
        ([-100.0, 100.0], 0.0),
        ([100.0, -150.0], 0.5),
        ([-1000.0, 0.0, 1210.0], 0.1),
        ([-4.0, 1.0], -0.75),
        ([-1.0, 3.0, 0.0], 2.0),
    ],
)
def test_a_rate_that_is_a_number_is_that_number(flows: list[float], rate: float) -> None:
    """Where the rate of return is a number with few digits, it is exactly that."""
    assert rate_of_return(flows) == rate


@pytest.mark.parametrize("flows", [[], [1.0], [1.0, 2.0], [-1.0, 2.0, -1.0], [0.0, 0.0]])
def test_there_is_one_rate_or_none(flows: list[float]) -> None:
    """Flows that do not change their sign exactly once have no rate of return."""
    assert rate_of_return(flows) is None


def test_no_number_is_nearer_to_the_rate() -> None:
    """The present value changes its sign between the two neighbours of the rate."""
    draw = random.Random(3)
    for _ in range(200):
        flows = [float(draw.randint(0, 999)) for _ in range(draw.randint(2, 12))]
        flows[0] = -float(draw.randint(1, 5000))
        rate = rate_of_return(flows)
        if rate is None:
            assert not any(flow > 0 for flow in flows)
            continue
        assert math.isclose(float(npf.irr(flows)), rate, rel_tol=1e-6, abs_tol=1e-7)
        below, above = math.nextafter(rate, -math.inf), math.nextafter(rate, math.inf)
        values = [
            sum(Fraction(flow) / (1 + Fraction(at)) ** period for period, flow in enumerate(flows))
            for at in (below, above)
        ]
        assert values[0] > 0 > values[1]


def test_present_value_is_its_formula() -> None:
    """The sum of flow / (1 + rate) ** period, the first at once; none at a rate of -1 or less."""
    assert present_value(0.25, [-100.0, 125.0]) == 0
    assert present_value(0.5, [1.0, 3.0, 9.0]) == 7
    assert present_value(-1.0, [1.0]) is None
    assert present_value(-0.999, [1.0] * 400) is None


@pytest.mark.parametrize(
    ("flows", "periods"),
    [
        ([0.0], 0.0), ([5.0, -9.0], 0.0), ([-4.0, 4.0], 1.0), ([-4.0, 8.0], 0.5),
        ([-1000.0, 600.0, 600.0], 1 + 400 / 600), ([-1.0, 0.5], None),
    ],
)  # fmt: skip
def test_payback_takes_the_last_period_in_proportion(
    flows: list[float], periods: float | None
) -> None:
    """Periods until the running total is no longer negative; none where the flows end before."""
    assert payback(flows) == periods


def test_a_sum_is_rounded_once() -> None:
    """Ten tenths are one; what is too large for a number has no sum."""
    assert total([0.1] * 10) == 1
    assert total([1e308, 1e308]) is None
