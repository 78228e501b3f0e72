"""Which engine an assessment comes from: the native one, the independent one, or both."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from readiness.commands.extras import MissingExtra
from readiness.commands.writing import say

if TYPE_CHECKING:
    from readiness.loading.engagements import Inquiry
    from readiness.result.assessment import Assessment

ENGINES = ("native", "durable", "both")
Command = TypeVar("Command", bound=Callable[..., Any])


def engine_option(command: Command) -> Command:
    """`--engine E`: what works the assessment out."""
    return click.option(
        "--engine",
        type=click.Choice(ENGINES),
        default=ENGINES[0],
        show_default=True,
        help="Work it out natively, by the independent engine of readiness[durable], or by both, "
        "and say that they agree.",
    )(command)


def assessed(inquiry: Inquiry, engine: str) -> Assessment:
    """The result, which is the same whichever engine it comes from.

    Reasons and lists are written by the program, so what the independent engine says must agree
    with it. Raises `EnginesDiffer` where it does not, `CouldNotReperform` where it says nothing,
    and `MissingExtra` where it is not installed.
    """
    from readiness.assessing import Assessor

    assessment = Assessor(inquiry.ruleset).assess(inquiry)
    if engine == "native":
        return assessment
    from readiness.verification.reperformance import EnginesDiffer, NoEngine, differences, reperform

    try:
        again = reperform(inquiry)
    except NoEngine as fault:
        raise MissingExtra(str(fault)) from None
    if found := differences(assessment.judgement, again):
        raise EnginesDiffer("\n  ".join(["the two engines say different things", *found]))
    if engine == "both":
        say(
            f"worked twice, the second time with {again.engine} {again.version}: all statuses, "
            f"standings and verdicts agree ({len(again.statuses)} checks, "
            f"{len(again.verdicts)} gates)"
        )
    return dataclasses.replace(assessment, judgement=again.judgement())
