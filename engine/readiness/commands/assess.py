"""`readiness assess`."""

from __future__ import annotations

import datetime

import click

from readiness.commands.main import EXIT_NOT_READY
from readiness.commands.names import refuse_unknown
from readiness.commands.options import (
    color_options,
    engagement_options,
    folders_of,
    format_option,
    output_option,
    path_option,
)
from readiness.commands.writing import write_printed, write_text


@click.command("assess")
@click.argument("path", metavar="ENGAGEMENT_OR_ANSWERS")
@engagement_options
@click.option(
    "--gate",
    "gates",
    multiple=True,
    metavar="G",
    help="Ask about this gate only; may be given several times.",
)
@path_option
@format_option("text", "json")
@output_option
@color_options
def assess_command(
    *,
    path: str,
    ruleset: str | None,
    as_of: datetime.date | None,
    assurance: str | None,
    gates: tuple[str, ...],
    paths: tuple[str, ...],
    format_: str,
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
    readiness assess engagement.yaml --format json --output result.json
    """
    from readiness.assessing import Assessor
    from readiness.loading.engagements import load_engagement

    inquiry = load_engagement(
        path, ruleset=ruleset, as_of=as_of, assurance=assurance, paths=folders_of(paths)
    )
    for gate in gates:
        refuse_unknown("gate", gate, inquiry.ruleset.gates, "--gate")
    assessment = Assessor(inquiry.ruleset).assess(inquiry)
    if format_ == "json":
        write_text(assessment.to_json(), output)
    else:
        from readiness.reports.text import print_assessment

        write_printed(
            lambda console: print_assessment(assessment, console, gates=gates, path=path),
            output,
            color=color,
            width=width,
        )
    asked = gates or assessment.gates
    return 0 if all(assessment.gates[gate].is_passed for gate in asked) else EXIT_NOT_READY
