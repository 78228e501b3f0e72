"""`readiness status`: who has answered what, and what to ask next."""

from __future__ import annotations

import click

import readiness
from readiness.commands import options
from readiness.commands.outputs import TEXT_OR_JSON, Output, output_options
from readiness.commands.refusals import refuse_unknown


@click.command("status")
@click.argument("path", metavar="ENGAGEMENT_OR_ANSWERS")
@options.engagement_options
@click.option("--respondent", "-r", metavar="NAME", help="Show this respondent only.")
@click.option(
    "--since",
    metavar="OLD",
    help="Also show which answers changed since OLD, an earlier result or engagement.",
)
@click.option(
    "--text-for",
    metavar="NAME",
    help="Print a message to send instead: what is outstanding from a respondent, or in a section.",
)
@options.path_option
@output_options(TEXT_OR_JSON)
@options.color_options
def status_command(
    *,
    source: options.AssessmentSource,
    respondent: str | None,
    since: str | None,
    text_for: str | None,
    output: Output,
) -> None:
    """Show progress by respondent and what to ask next.

    Counts the questions that each respondent was asked and has answered, shows what is overdue, and
    ranks the questions that could still decide the next gate. The file `-` is standard input.

    \b
    readiness status engagement.yaml
    readiness status engagement.yaml --respondent sales
    readiness status engagement.yaml --since first-round/engagement.yaml
    readiness status engagement.yaml --text-for sales
    """
    inquiry, old = source.load(names_all=True), None
    if since is not None:
        from readiness.commands.assess import load_results

        [old] = load_results([since], source.paths)
    found = readiness.status(inquiry, since=old)
    if text_for is not None:
        if respondent or since or output.format == "json":
            raise click.UsageError("--text-for prints a text; leave out the other options")
        from readiness.collecting.reminders import outstanding_text

        name = inquiry.circumstances.people.called(text_for)
        known = [*(row.name for row in found.rows if row.name), *inquiry.ruleset.sections]
        refuse_unknown("respondent or section", [name], known, "--text-for")
        output.write_lines(outstanding_text(inquiry, found, name))
        return
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
