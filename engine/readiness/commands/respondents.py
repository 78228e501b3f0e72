"""`readiness status`: who has answered what, and what to ask next."""

from __future__ import annotations

import click

from readiness.commands.options import (
    AssessmentSource,
    color_options,
    engagement_options,
    path_option,
)
from readiness.commands.outputs import TEXT_OR_JSON, Output, output_options
from readiness.commands.refusals import refuse_unknown


@click.command("status")
@click.argument("path", metavar="ENGAGEMENT_OR_ANSWERS")
@engagement_options
@click.option("--respondent", "-r", metavar="NAME", help="Show this respondent only.")
@path_option
@output_options(TEXT_OR_JSON)
@color_options
def status_command(*, source: AssessmentSource, respondent: str | None, output: Output) -> None:
    """Show progress by respondent and what to ask next.

    Counts the questions each respondent was asked and has answered, and ranks the questions that
    could still decide the next gate. The file `-` is standard input.

    \b
    readiness status engagement.yaml
    readiness status engagement.yaml --respondent sales
    """
    from readiness.assessing import Assessor
    from readiness.loading.engagements import missing_evidence
    from readiness.reports.respondents.progress import progress

    inquiry = source.load(names_all=True)
    found = progress(Assessor(inquiry.ruleset).assess(inquiry), missing_evidence(inquiry))
    if respondent is not None:
        names = [row.name for row in found.rows if row.name]
        respondent = inquiry.circumstances.people.called(respondent)
        refuse_unknown("respondent", [respondent], names, "--respondent")
        found = found.only(respondent)
    if output.format == "json":
        output.write_json(found.to_dict())
    else:
        from readiness.reports.respondents.progress_page import print_progress

        output.print(lambda page: print_progress(found, page, is_whole=respondent is None))
