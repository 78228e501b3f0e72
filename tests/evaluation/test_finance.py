"""Investment arithmetic, compared with numpy-financial."""

from __future__ import annotations

import math
import random
from itertools import pairwise

import numpy_financial as npf
import pytest

from readiness.evaluation.finance import NoResult, irr, npv, payback
from readiness.evaluation.numbers import round_calculated
from readiness.evaluation.states import Bounds

RUNS = 1_500


def flows(chance: random.Random) -> list[float]:
    """Return an outlay over one to three periods, then income over one to ten, some of it zero."""
    size = 10 ** chance.uniform(0, 7)
    outlay = [-round(size * chance.uniform(0.1, 1), 2) for _ in range(chance.randint(1, 3))]
    income = [
        0.0 if chance.random() < 0.1 else round(size * chance.uniform(0.01, 1.2), 2)
        for _ in range(chance.randint(1, 10))
    ]
    return [*outlay, *income, round(size * 0.05, 2)]


def test_npv_agrees_with_numpy_financial() -> None:
    """The net present value equals that of numpy-financial, for 1,500 random flows and rates."""
    chance = random.Random(1)
    for _ in range(RUNS):
        found, rate = flows(chance), chance.uniform(-0.5, 1.5)
        expected = float(npf.npv(rate, found))
        scale = max(map(abs, found)) * max(1.0, (1 + rate) ** -len(found))
        assert math.isclose(expected, float(npv(rate, found)), rel_tol=1e-9, abs_tol=1e-12 * scale)


def test_irr_agrees_with_numpy_financial() -> None:
    """The internal rate of return equals that of numpy-financial, for 1,500 random flows."""
    chance = random.Random(2)
    for _ in range(RUNS):
        found = flows(chance)
        assert math.isclose(float(npf.irr(found)), float(irr(found)), rel_tol=1e-6, abs_tol=1e-7)


def test_irr_is_where_npv_is_nothing() -> None:
    """At the internal rate of return the net present value is 0, to more than 12 places."""
    chance = random.Random(3)
    for _ in range(RUNS):
        found = flows(chance)
        rate = irr(found)
        assert round_calculated(npv(rate, found)) == 0


@pytest.mark.parametrize("found", [[1, 2, 3], [-1, -2], [0, 0], [-1, 3, -2.5], [1, -3, 2, -1]])
def test_no_single_rate_is_said(found: list[float]) -> None:
    """Flows without a change of sign have no rate; those with several changes may have several."""
    changes = sum(a * b < 0 for a, b in pairwise(flow for flow in found if flow))
    why = "never change their sign, so there is no rate" if not changes else "there may be several"
    with pytest.raises(NoResult, match=why):
        irr(found)


@pytest.mark.parametrize(
    ("found", "periods"),
    [
        ([-100, 50, 50], 2),
        ([-100, 50, 100], 1.5),
        ([0, 10], 0),
        ([-10, -10, 40], 1.5),
        ([-10, 20, -15, 0, 10], 3.5),
        ([5, -4, 3], 0),
    ],
)
def test_payback_counts_the_last_period_in_proportion(found: list[float], periods: float) -> None:
    """Payback ends when the total stays at 0 or more; the last period counts in proportion."""
    assert periods == payback(found)


def test_payback_that_never_comes_is_beyond_the_periods_given() -> None:
    """If the total is negative at the end, payback is only known to take longer."""
    for flows in ([-100, 10, 10], [0, -1000, 10], [-10, 20, -15]):
        found = payback(flows)
        assert isinstance(found, Bounds)
        assert (found.low > 2, found.high) == (True, math.inf)


def test_rates_that_make_no_sense_have_no_result() -> None:
    """A rate of -1 or less, and a result beyond all doubles, have no result."""
    for rate in (-1.0, -2.0):
        with pytest.raises(NoResult, match="above -1"):
            npv(rate, [1.0])
    with pytest.raises(NoResult, match="too large"):
        npv(-0.999999999999, [1e300] * 60)
