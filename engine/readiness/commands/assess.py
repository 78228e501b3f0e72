"""`readiness assess`."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import click

from readiness.commands.loading import AssessmentSource, engagement_options
from readiness.commands.main import EXIT_NOT_READY
from readiness.commands.options import (
    color_options,
    gate_option,
    path_option,
    repeated_options,
)
from readiness.commands.outputs import Output
from readiness.commands.refusals import MissingExtra, refuse_unknown_gates
from readiness.commands.reporting import report_options, write_reports
from readiness.commands.writing import say

if TYPE_CHECKING:
    from readiness.loading.engagements import Inquiry
    from readiness.result.assessment import Assessment

ENGINES = ("native", "durable", "both")


@click.command("assess")
@click.argument("path", metavar="ENGAGEMENT_OR_ANSWERS")
@engagement_options
@gate_option("Ask about this gate only")
@path_option
@click.option(
    "--engine",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
    help="Work it out natively, by the independent engine of readiness[durable], or by both, "
    "and say that they agree.",
)
@report_options
@color_options
def assess_command(
    *,
    source: AssessmentSource,
    gates: tuple[str, ...],
    engine: str,
    outputs: tuple[Output, ...],
    compact: bool,
) -> int:
    """Assess an engagement, or a single sheet of answers.

    Tells the verdict of each gate, what to do first and why, and all the rest. The file `-` is
    standard input.

    \b
    readiness assess engagement.yaml
    readiness assess answers.yaml --ruleset crm-pre-implementation --gate commit
    readiness assess engagement.yaml --output report.html
    readiness assess engagement.yaml --format html --format xlsx --output reports
    readiness assess engagement.yaml --compact --output result.json
    """
    from readiness.reports.report_model import build_report

    inquiry = source.load()
    refuse_unknown_gates(gates, inquiry.ruleset.gates)
    assessment = assessed(inquiry, engine)
    report = build_report(assessment, gates=gates, path=source.path, options=repeated_options())
    if [output.format for output in outputs] == ["text"]:
        from readiness.reports.terminal.assessment import print_report

        outputs[0].print(lambda console: print_report(report, console))
    else:
        write_reports(report, outputs, compact=compact)
    asked = gates or assessment.gates
    return 0 if all(assessment.gates[gate].is_passed for gate in asked) else EXIT_NOT_READY


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
