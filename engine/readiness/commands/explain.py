"""`readiness explain`."""

from __future__ import annotations

import click

from readiness.commands.loading import AssessmentSource, engagement_options
from readiness.commands.options import (
    color_options,
    path_option,
)
from readiness.commands.outputs import TEXT_OR_JSON, Output, output_options
from readiness.commands.refusals import refuse_unknown


@click.command("explain")
@click.argument("path", metavar="ENGAGEMENT_OR_ANSWERS")
@click.argument("check")
@engagement_options
@path_option
@output_options(TEXT_OR_JSON)
@color_options
def explain_command(
    *,
    source: AssessmentSource,
    check: str,
    output: Output,
) -> int:
    """Explain why a check is met or not: its condition down to the answers.

    \b
    readiness explain engagement.yaml executive-sponsor
    """
    from readiness.assessing import Assessor

    inquiry = source.load()
    refuse_unknown("check", check, inquiry.ruleset.checks, "CHECK")
    assessment = Assessor(inquiry.ruleset).assess(inquiry)
    if output.format == "json":
        from readiness.result.document import check_document

        output.write_json(check_document(assessment.checks[check]))
        return 0
    from readiness.reports.terminal.explanation import print_explanation

    output.print(
        lambda console: print_explanation(assessment, check, console),
    )
    return 0
