"""`readiness rename`: another id for something, in all documents that name it."""

from __future__ import annotations

import click

import readiness
from readiness.commands.decisions import DRY_RUN
from readiness.commands.options import color_options
from readiness.commands.outputs import TEXT_OR_JSON, Output, printed_option, report_write_errors
from readiness.commands.writing import say
from readiness.reports.phrasing import count_noun


@click.command("rename")
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.argument("targets", metavar="PATH...", nargs=-1, required=True, type=click.Path(exists=True))
@click.option(
    "--kind",
    type=click.Choice(["question", "option", "check", "gate", "area"]),
    help="What OLD is, if several kinds of things have this id.",
)
@DRY_RUN
@printed_option(TEXT_OR_JSON)
@color_options
def rename_command(
    *, old: str, new: str, targets: tuple[str, ...], kind: str | None, dry_run: bool, output: Output
) -> None:
    """Change the id of a question, an option, a check, a gate or an area.

    PATH is a file or a folder: name all rulesets, questionnaires, answer sheets, test cases and
    engagements that belong together. The id changes everywhere in these files, also in conditions;
    nothing else changes. If one file cannot be changed, none is. Write an option as
    QUESTION.OPTION.

    \b
    readiness rename upkeep-risks-known risks-known rulesets questionnaires --dry-run
    readiness rename upkeep_risks.examined upkeep_risks.seen rulesets questionnaires
    readiness rename upkeep_risks.examined.hiring staffing . --kind option
    """
    with report_write_errors("the files"):
        found = readiness.rename(old, new, targets, kind=kind, is_dry_run=dry_run)  # type: ignore[arg-type]
    if output.format == "json":
        output.write_json(found.to_dict())
        return
    output.write_lines("".join(one.diff for one in found.files))
    places = sum(len(one.places) for one in found.files)
    would = "would change" if dry_run else "changed"
    say(f"{count_noun(places, 'place')} in {count_noun(len(found.files), 'file')} {would}")
