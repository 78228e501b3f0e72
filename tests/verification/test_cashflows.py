"""The investment figures of the independent engine follow from their definitions."""

from __future__ import annotations

import math
import random
from fractions import Fraction

import numpy_financial as npf
import pytest

from readiness.verification.durable.values import payback, present_value, rate_of_return


def exact(flows: list[float]) -> list[Fraction]:
    return [Fraction(repr(flow)) for flow in flows]


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
    """A rate of return with few digits is found exactly."""
    assert rate_of_return(exact(flows)) == Fraction(repr(rate))


@pytest.mark.parametrize("flows", [[], [1.0], [1.0, 2.0], [-1.0, 2.0, -1.0], [0.0, 0.0]])
def test_there_is_one_rate_or_none(flows: list[float]) -> None:
    """Flows that do not change their sign exactly once have no rate of return."""
    assert rate_of_return(exact(flows)) is None


@pytest.mark.slow
def test_the_rate_is_right_to_the_last_place() -> None:
    """The present value changes its sign between slightly lower and slightly higher rates."""
    draw = random.Random(3)
    for _ in range(200):
        flows = [float(draw.randint(0, 999)) for _ in range(draw.randint(2, 12))]
        flows[0] = -float(draw.randint(1, 5000))
        rate = rate_of_return(exact(flows))
        if rate is None:
            assert not any(flow > 0 for flow in flows)
            continue
        assert math.isclose(float(npf.irr(flows)), float(rate), rel_tol=1e-6, abs_tol=1e-7)
        values = [
            sum(flow / (1 + at) ** period for period, flow in enumerate(exact(flows)))
            for at in (rate - Fraction(1, 10**44), rate + Fraction(1, 10**44))
        ]
        assert values[0] > 0 > values[1]


def test_present_value_is_its_formula() -> None:
    """The sum of flow / (1 + rate) ** period, from period 0; none at a rate of -1 or less."""
    assert present_value(Fraction(1, 4), exact([-100.0, 125.0])) == 0
    assert present_value(Fraction(7, 100), exact([-1000.0, 1070.0])) == 0
    assert present_value(Fraction(1, 2), exact([1.0, 3.0, 9.0])) == 7
    assert present_value(Fraction(-1), exact([1.0])) is None
    assert present_value(Fraction(-999, 1000), exact([1.0] * 400)) is None


@pytest.mark.parametrize(
    ("flows", "periods"),
    [
        ([0.0], 0), ([5.0, -9.0], None), ([-4.0, 4.0], 1), ([-4.0, 8.0], Fraction(1, 2)),
        ([-1000.0, 600.0, 600.0], 1 + Fraction(2, 3)), ([-1.0, 0.5], None),
        ([0.0, -1000.0, 10.0], None), ([-10.0, 20.0, -15.0, 0.0, 10.0], Fraction(7, 2)),
        ([-0.7, 0.1, 0.2, 0.4], 3), ([5.0, 0.0], 0),
    ],
)  # fmt: skip
def test_payback_takes_the_last_period_in_proportion(
    flows: list[float], periods: Fraction | None
) -> None:
    """The period after which the running total is never negative again; none if there is none."""
    assert payback(exact(flows)) == periods
