"""How long an activity takes: one figure out of an estimate of three."""

from __future__ import annotations

from collections.abc import Callable
from collections.abc import Mapping as Map

from readiness.model.ruleset import Effort


def expected(effort: Effort) -> float:
    """The mean of the three-point estimate, (low + 4 likely + high) / 6, as PERT takes it.

    Malcolm, Roseboom, Clark and Fazar, Application of a Technique for Research and Development
    Program Evaluation, 1959.
    """
    return (effort.low + 4 * effort.likely + effort.high) / 6


ESTIMATES: Map[str, Callable[[Effort], float]] = {
    "likely": lambda effort: effort.likely,
    "expected": expected,
    "low": lambda effort: effort.low,
    "high": lambda effort: effort.high,
}
"""The figures that a plan can be worked with, by name; each in working days."""
