"""`readiness plan`, `progress` and `graph`: what to do when, how far it is, what waits for what."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Collection
from pathlib import Path
from typing import TYPE_CHECKING

import click

import readiness
from readiness.commands import options
from readiness.commands.decisions import edit_engagement, refuse_elsewhere
from readiness.commands.main import EXIT_NOT_READY
from readiness.commands.options import flag, option, several
from readiness.commands.outputs import TEXT_OR_JSON, Formats, Output, result_options
from readiness.commands.refusals import Refusal, reason, refuse_unknown, require_module, wrong
from readiness.commands.writing import say
from readiness.documents.opening import read_bytes

if TYPE_CHECKING:
    from readiness.reports.graph.drawing import Drawing

PLANS: Formats = {
    "text": (".txt",), "json": (".json",), "csv": (".csv",), "ics": (".ics",),
    "xlsx": (".xlsx",),
}  # fmt: skip
DRAWINGS: Formats = {
    "text": (".txt",), "svg": (".svg",), "png": (".png",), "dot": (".dot", ".gv"),
    "mermaid": (".mmd", ".md"),
}  # fmt: skip
_MOST_IN_PNG = 300  # nodes whose words can still be read
_MANY = 800  # nodes that take Graphviz more than a second or two


@click.command("plan")
@click.argument("path", metavar="ENGAGEMENT_OR_ANSWERS")
@options.engagement_options
@options.gate_option("Plan only for this gate and the gates before it")
@option(
    "--estimate",
    "Which estimate of the effort to use; expected is (low + 4 * likely + high) / 6.",
    type=click.Choice(["likely", "expected", "low", "high"]),
    default="likely",
    show_default=True,
)
@option(
    "--start DATE",
    "Start work on DATE, or on the next working day. Default: the day of the assessment.",
)
@several(
    "--day-off DATE",
    "No work is done on DATE, in addition to Saturdays and Sundays",
    name="days_off",
)
@result_options(PLANS)
def plan_command(
    *,
    source: options.AssessmentSource,
    gates: tuple[str, ...],
    estimate: str,
    start: datetime.date | None,
    days_off: tuple[datetime.date, ...],
    output: Output,
) -> None:
    """Plan the open checks: dates, owners, and the earliest date of each gate.

    Calculates the critical path from the effort that the ruleset estimates for each check. It
    assumes that people are available when needed. The file `-` is standard input. Written as
    a workbook, the plan can be filled in and imported again with `readiness progress import`.

    \b
    readiness plan engagement.yaml
    readiness plan engagement.yaml --gate commit --start 2027-01-04 --day-off 2027-01-06
    readiness plan engagement.yaml --format ics --output plan.ics
    readiness plan engagement.yaml --output plan.xlsx
    """
    if output.format == "ics":
        require_module("icalendar", "calendar", "plans as calendars")
    if output.format == "xlsx":
        require_module("xlsxwriter", "xlsx", "workbooks")
    assessment = source.assess(gates)
    try:
        found = readiness.plan(
            assessment, gates=gates, estimate=estimate, start=start, days_off=days_off
        )
    except OverflowError:
        raise click.UsageError("the work would last beyond the year 9999") from None
    if output.format == "text":
        from readiness.reports.plan import print_plan

        output.print(lambda console: print_plan(found, console))
    else:
        output.write(readiness.render(found, output.format))


@click.command("graph")
@click.argument("path", metavar="RULESET_OR_PATH")
@options.gate_option("Show what this gate and the gates before it wait for")
@option("--around CHECK", "Show what comes before and after this check.")
@option("--steps N", "With --around: show checks up to N arrows away.")
@flag("--all", "Also show closed checks.", name="everything")
@options.engagement_options
@result_options(DRAWINGS)
def graph_command(
    *,
    source: options.AssessmentSource,
    gates: tuple[str, ...],
    around: str | None,
    steps: int | None,
    everything: bool,
    output: Output,
) -> None:
    """Show the dependencies between checks in a ruleset or an assessment.

    RULESET_OR_PATH is the id or the file of a ruleset, an engagement, or an answer sheet. Arrows
    implied by others are left out. For an assessment, the graph shows the open checks by
    wave, with the critical path.

    \b
    readiness graph crm-pre-implementation --output graph.svg
    readiness graph engagement.yaml --gate commit --output commit.png
    readiness graph engagement.yaml --around funding-sufficient --steps 1
    """
    if steps is not None and around is None:
        raise click.UsageError("--steps requires --around")
    from readiness.reports.graph.drawing import draw

    critical: Collection[str] = ()
    if options.is_ruleset(source.path):
        given = {
            "--ruleset": source.ruleset, "--as-of": source.as_of,
            "--assurance": source.assurance, "--all": everything or None,
        }  # fmt: skip
        for named, held in given.items():
            if held is not None:
                raise click.UsageError(f"{named} is for an engagement or a sheet of answers")
        shown: readiness.Ruleset | readiness.Assessment = options.ruleset_of(
            source.path, source.paths
        )
        refuse_unknown("gate", gates, shown.gates, "--gate")
    else:
        shown = source.assess(gates)
        critical = readiness.plan(shown, gates=gates).critical_path
    if around:
        refuse_unknown("check", [around], shown.checks, "--around")
    drawing = draw(shown, gates, around or "", steps, everything=everything, critical=critical)
    from readiness.problems.proposals import format_command

    again = format_command("graph", options=options.repeated_options(), path=source.path)
    _write(drawing, output, again)


def _write(drawing: Drawing, output: Output, again: str) -> None:
    if output.format == "text":
        from readiness.reports.graph.outline import print_outline

        output.print(lambda console: print_outline(drawing, console))
    elif output.format == "dot":
        from readiness.reports.graph.dot import to_dot

        output.write(to_dot(drawing))
    elif output.format == "mermaid":
        from readiness.reports.graph.mermaid import to_mermaid

        text = to_mermaid(drawing)
        is_page = (output.file or "").lower().endswith(".md")
        output.write(f"```mermaid\n{text}```\n" if is_page else text)
    else:
        _write_picture(drawing, output, again)


def _write_picture(drawing: Drawing, output: Output, again: str) -> None:
    try:
        require_module("pygraphviz", "graph", "pictures of graphs")
        from readiness.reports.graph import picture
    except ImportError as fault:
        raise Refusal(
            f"Graphviz, which comes with pygraphviz, cannot be loaded: {fault}\n"
            "  install the system library that it names, or write --format dot or mermaid"
        ) from None
    nodes = len(drawing.nodes)
    if output.format == "png" and nodes > _MOST_IN_PNG:
        raise Refusal(
            f"a PNG of {nodes:,} checks and gates cannot be read; write an SVG, which can be "
            f"enlarged:\n  {again} --output graph.svg\n  or draw less with --gate or --around"
        )
    if nodes > _MANY and sys.stderr.isatty():  # it cannot be interrupted to turn a spinner
        say(f"Laying out {nodes:,} nodes; this may take a minute.")
    if output.format == "svg":
        output.write(picture.to_svg(drawing))
    elif picture.has_font():
        output.write(picture.to_png(drawing))
    else:
        raise Refusal("a PNG needs a font, and none is installed; write --format svg instead")


@click.group("progress")
def progress_command() -> None:
    """Import the progress that people report in an action plan.

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
@option(
    "--as-of DATE",
    "The date to record for a status changed without a date. Default: the day of the assessment.",
)
@options.dry_run_option
@result_options(TEXT_OR_JSON)
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
    from readiness.collecting.progress_import import print_progress_import

    output.refuse_input()
    try:
        data = read_bytes(file)
    except OSError as fault:
        raise wrong("FILE", f"cannot read '{file}': {reason(fault)}") from None

    def edit(inquiry: readiness.Inquiry, old: str) -> tuple[readiness.ProgressImport, str]:
        refuse_elsewhere(path, inquiry, "progress", "progress belongs")
        return readiness.import_progress(data, file, inquiry, old, is_dry_run=dry_run)

    source = options.AssessmentSource(path, paths, as_of=as_of)
    found, diff = edit_engagement(source, edit, is_dry_run=dry_run)
    if output.format == "json":
        output.write_json(found.to_dict() | ({} if diff is None else {"diff": diff}))
    else:
        output.print(lambda console: print_progress_import(found, console, diff or ""))
    return 0 if found.is_complete else EXIT_NOT_READY
