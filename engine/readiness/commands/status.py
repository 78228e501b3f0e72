"""`readiness status`."""

from __future__ import annotations

import datetime

import click

from readiness.commands.loading import inquiry_of
from readiness.commands.names import refuse_unknown
from readiness.commands.options import (
    color_options,
    engagement_options,
    path_option,
)
from readiness.commands.outputs import TEXT_OR_JSON, Output, output_options


@click.command("status")
@click.argument("path", metavar="ENGAGEMENT_OR_ANSWERS")
@engagement_options
@click.option("--respondent", "-r", metavar="NAME", help="Tell of this respondent only.")
@path_option
@output_options(TEXT_OR_JSON)
@color_options
def status_command(
    *,
    path: str,
    ruleset: str | None,
    as_of: datetime.date | None,
    assurance: str | None,
    respondent: str | None,
    paths: tuple[str, ...],
    output: Output,
    color: bool | None,
    width: int | None,
) -> int:
    """Tell how far the answers are, and what to ask next, of whom.

    Counts what each respondent was asked and has answered, and ranks what could still decide the
    first gate that is not passed. The file `-` is standard input.

    \b
    readiness status engagement.yaml
    readiness status engagement.yaml --respondent sales
    """
    from readiness.assessing import Assessor
    from readiness.loading.engagements import missing_evidence
    from readiness.reports.respondents.progress import progress

    inquiry = inquiry_of(path, paths, ruleset=ruleset, as_of=as_of, assurance=assurance)
    found = progress(Assessor(inquiry.ruleset).assess(inquiry), missing_evidence(inquiry))
    if respondent is not None:
        names = [row.name for row in found.rows if row.name]
        refuse_unknown("respondent", respondent, names, "--respondent")
        found = found.only(respondent)
    if output.format == "json":
        output.write_json(found.to_dict())
        return 0
    from readiness.reports.respondents.progress_page import print_progress

    output.print(
        lambda console: print_progress(found, console, is_whole=respondent is None),
        color=color,
        width=width,
    )
    return 0
