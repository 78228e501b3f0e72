"""`readiness assess`."""

from __future__ import annotations

import datetime

import click

from readiness.commands.engines import assessed, engine_option
from readiness.commands.inquiry import inquiry_of
from readiness.commands.main import EXIT_NOT_READY
from readiness.commands.names import refuse_unknown_gates
from readiness.commands.options import (
    cache_option,
    color_options,
    engagement_options,
    gate_option,
    path_option,
    report_options,
)
from readiness.commands.reporting import file_for, wanted, write_reports
from readiness.commands.writing import write_printed
from readiness.reports.formats import FORMATS


@click.command("assess")
@click.argument("path", metavar="ENGAGEMENT_OR_ANSWERS")
@engagement_options
@gate_option("Ask about this gate only")
@path_option
@cache_option
@engine_option
@report_options(*FORMATS)
@color_options
def assess_command(
    *,
    path: str,
    ruleset: str | None,
    as_of: datetime.date | None,
    assurance: str | None,
    gates: tuple[str, ...],
    paths: tuple[str, ...],
    cache: bool,
    engine: str,
    formats: tuple[str, ...],
    output: str | None,
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
    """
    asked_for = wanted(formats, output)
    inquiry = inquiry_of(
        path, paths, ruleset=ruleset, as_of=as_of, assurance=assurance, cache=cache
    )
    refuse_unknown_gates(gates, inquiry.ruleset.gates)
    assessment = assessed(inquiry, engine)
    if asked_for == ("text",):
        from readiness.reports.text import print_assessment

        write_printed(
            lambda console: print_assessment(assessment, console, gates=gates, path=path),
            file_for("text", output),
            color=color,
            width=width,
        )
    else:
        write_reports(assessment, asked_for, output, gates=gates, path=path)
    asked = gates or assessment.gates
    return 0 if all(assessment.gates[gate].is_passed for gate in asked) else EXIT_NOT_READY
