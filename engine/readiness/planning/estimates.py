"""How long an activity takes: one figure out of an estimate of three."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Map
from fractions import Fraction

from readiness.model.ruleset import Effort


def exactly(days: float) -> Fraction:
    """The number as its document writes it: 0.1 is a tenth, and ten of them are one."""
    return Fraction(repr(days))


def expected(effort: Effort) -> Fraction:
    """The mean of the three-point estimate, (low + 4 likely + high) / 6, as PERT takes it.

    Malcolm, Roseboom, Clark and Fazar, Application of a Technique for Research and Development
    Program Evaluation, 1959.
    """
    return (exactly(effort.low) + 4 * exactly(effort.likely) + exactly(effort.high)) / 6


ESTIMATES: Map[str, Callable[[Effort], Fraction]] = {
    "likely": lambda effort: exactly(effort.likely),
    "expected": expected,
    "low": lambda effort: exactly(effort.low),
    "high": lambda effort: exactly(effort.high),
}
"""The figures that a plan can be worked with, by name; each in working days."""
