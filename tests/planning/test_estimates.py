"""One figure from a three-point estimate."""

from __future__ import annotations

from fractions import Fraction

import pytest

from readiness.commands.planning import plan_command
from readiness.model.ruleset import Effort
from readiness.planning.network import ESTIMATES, exactly


@pytest.mark.parametrize(
    ("name", "days"),
    [("low", 1), ("likely", 2), ("high", 9), ("expected", 3)],
)
def test_figures_of_an_estimate(name: str, days: int) -> None:
    """Low, likely and high are the estimate's own; expected is (low + 4 likely + high) / 6."""
    assert ESTIMATES[name](Effort(1, 2, 9)) == days


def test_a_single_figure_is_all_of_them() -> None:
    """If low, likely and high are equal, so is the expected figure."""
    assert {figure(Effort(0.7, 0.7, 0.7)) for figure in ESTIMATES.values()} == {Fraction(7, 10)}


def test_numbers_are_what_is_written() -> None:
    """A tenth is exactly a tenth, although the nearest float is not."""
    assert exactly(0.1) * 10 == 1
    assert exactly(3) == 3
    assert exactly(1e-7) == Fraction(1, 10_000_000)


def test_the_command_offers_every_estimate() -> None:
    """`--estimate` accepts every kind of estimate; the plan's own comes first."""
    (option,) = (one for one in plan_command.params if one.name == "estimate")
    assert list(ESTIMATES) == list(option.type.choices)  # type: ignore[attr-defined]
