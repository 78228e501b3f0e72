"""`readiness assess`."""

from __future__ import annotations

import datetime

import click

from readiness.commands.engines import assessed, engine_option
from readiness.commands.loading import inquiry_of
from readiness.commands.main import EXIT_NOT_READY
from readiness.commands.names import refuse_unknown_gates
from readiness.commands.options import (
    color_options,
    engagement_options,
    gate_option,
    path_option,
    repeated_options,
)
from readiness.commands.outputs import Output
from readiness.commands.reporting import report_options, write_reports


@click.command("assess")
@click.argument("path", metavar="ENGAGEMENT_OR_ANSWERS")
@engagement_options
@gate_option("Ask about this gate only")
@path_option
@engine_option
@report_options
@color_options
def assess_command(
    *,
    path: str,
    ruleset: str | None,
    as_of: datetime.date | None,
    assurance: str | None,
    gates: tuple[str, ...],
    paths: tuple[str, ...],
    engine: str,
    outputs: tuple[Output, ...],
    compact: bool,
    color: bool | None,
    width: int | None,
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
    inquiry = inquiry_of(path, paths, ruleset=ruleset, as_of=as_of, assurance=assurance)
    refuse_unknown_gates(gates, inquiry.ruleset.gates)
    assessment = assessed(inquiry, engine)
    options = repeated_options()
    if [output.format for output in outputs] == ["text"]:
        from readiness.reports.terminal.assessment import print_assessment

        outputs[0].print(
            lambda console: print_assessment(
                assessment, console, gates=gates, path=path, options=options
            ),
            color=color,
            width=width,
        )
    else:
        write_reports(assessment, outputs, gates=gates, path=path, options=options, compact=compact)
    asked = gates or assessment.gates
    return 0 if all(assessment.gates[gate].is_passed for gate in asked) else EXIT_NOT_READY
