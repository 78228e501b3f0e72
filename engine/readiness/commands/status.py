"""`readiness status`."""

from __future__ import annotations

import datetime

import click

from readiness.commands.inquiry import inquiry_of
from readiness.commands.names import refuse_unknown
from readiness.commands.options import (
    cache_option,
    color_options,
    engagement_options,
    format_option,
    output_option,
    path_option,
)
from readiness.commands.writing import write_printed, write_text
from readiness.documents.json_files import json_file_text


@click.command("status")
@click.argument("path", metavar="ENGAGEMENT_OR_ANSWERS")
@engagement_options
@click.option("--respondent", metavar="NAME", help="Tell of this respondent only.")
@path_option
@cache_option
@format_option("text", "json")
@output_option
@color_options
def status_command(
    *,
    path: str,
    ruleset: str | None,
    as_of: datetime.date | None,
    assurance: str | None,
    respondent: str | None,
    paths: tuple[str, ...],
    cache: bool,
    format_: str,
    output: str | None,
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
    from readiness.collecting.progress import progress
    from readiness.loading.engagements import missing_evidence

    inquiry = inquiry_of(
        path, paths, ruleset=ruleset, as_of=as_of, assurance=assurance, cache=cache
    )
    found = progress(Assessor(inquiry.ruleset).assess(inquiry), missing_evidence(inquiry))
    if respondent is not None:
        names = [row.name for row in found.rows if row.name]
        refuse_unknown("respondent", respondent, names, "--respondent")
        found = found.only(respondent)
    if format_ == "json":
        from readiness.collecting.progress_document import document

        write_text(json_file_text(document(found)), output)
        return 0
    from readiness.collecting.progress_page import print_progress

    write_printed(
        lambda console: print_progress(found, console, is_whole=respondent is None),
        output,
        color=color,
        width=width,
    )
    return 0
