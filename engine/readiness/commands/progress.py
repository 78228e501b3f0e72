"""`readiness progress`: what people filled in in an action plan, written into the engagement."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.commands.decisions import DRY_RUN, edit_engagement, refuse_elsewhere
from readiness.commands.main import EXIT_NOT_READY
from readiness.commands.options import AssessmentSource, Date, color_options, path_option
from readiness.commands.outputs import TEXT_OR_JSON, Output, output_options
from readiness.commands.refusals import reason, wrong
from readiness.documents.opening import read_bytes

if TYPE_CHECKING:
    from readiness.collecting.progress_import import ProgressImport
    from readiness.loading.engagements import Inquiry


@click.group("progress")
def progress_command() -> None:
    """Import an action plan: who has started, what is done.

    \b
    readiness plan engagement.yaml --output plan.xlsx
    readiness progress import engagement.yaml plan.xlsx
    """


@progress_command.command(
    "import",
    epilog="Exit status: 0 if everything that was edited is in the engagement; 1 if a conflict or "
    "an unreadable entry remains; 2 if the file was refused and nothing was written.",
)
@click.argument("path", metavar="ENGAGEMENT")
@click.argument("file", metavar="FILE", type=click.Path())
@click.option(
    "--as-of",
    metavar="DATE",
    type=Date(),
    help="The date to record for a status changed without a date. Default: the day of the "
    "assessment.",
)
@DRY_RUN
@path_option
@output_options(TEXT_OR_JSON)
@color_options
def import_command(
    *,
    path: str,
    file: str,
    as_of: datetime.date | None,
    dry_run: bool,
    paths: list[Path],
    output: Output,
) -> int:
    """Import an action plan that people have filled in.

    Writes what was edited since the plan was issued into the engagement, under `progress`, and
    nothing else. Anything that was also changed in the engagement is listed and left unchanged.
    FILE is a workbook that `readiness plan --format xlsx` has written.

    \b
    readiness progress import engagement.yaml plan.xlsx
    readiness progress import engagement.yaml plan.xlsx --dry-run
    """
    from readiness.collecting.progress_import import import_progress, print_progress_import

    output.refuse_input()
    try:
        data = read_bytes(file)
    except OSError as fault:
        raise wrong("FILE", f"cannot read '{file}': {reason(fault)}") from None

    def edit(inquiry: Inquiry, old: str) -> tuple[ProgressImport, str]:
        refuse_elsewhere(path, inquiry, "progress", "progress belongs")
        return import_progress(data, file, inquiry, old, is_dry_run=dry_run)

    source = AssessmentSource(path, paths, as_of=as_of)
    found, diff = edit_engagement(source, edit, is_dry_run=dry_run)
    if output.format == "json":
        output.write_json(found.to_dict() | ({} if diff is None else {"diff": diff}))
    else:
        output.print(lambda console: print_progress_import(found, console, diff or ""))
    return 0 if found.is_complete else EXIT_NOT_READY
