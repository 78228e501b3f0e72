"""`readiness plan`."""

from __future__ import annotations

import datetime

import click

from readiness.commands.options import (
    AssessmentSource,
    Date,
    color_options,
    engagement_options,
    gate_option,
    path_option,
)
from readiness.commands.outputs import Formats, Output, output_options
from readiness.commands.refusals import needed

FORMATS: Formats = {"text": (".txt",), "json": (".json",), "csv": (".csv",), "ics": (".ics",)}


@click.command("plan")
@click.argument("path", metavar="ENGAGEMENT_OR_ANSWERS")
@engagement_options
@gate_option("Plan for this gate and those before it only")
@click.option(
    "--estimate",
    type=click.Choice(["likely", "expected", "low", "high"]),
    default="likely",
    show_default=True,
    help="Which figure of an effort counts; expected is (low + 4 likely + high) / 6.",
)
@click.option(
    "--start",
    metavar="DATE",
    type=Date(),
    help="Start work on DATE, or on the next working day; left out, on the day of the assessment.",
)
@click.option(
    "--day-off",
    "days_off",
    multiple=True,
    metavar="DATE",
    type=Date(),
    help="No work is done on DATE, nor on Saturdays and Sundays; may be given several times.",
)
@path_option
@output_options(FORMATS)
@color_options
def plan_command(
    *,
    source: AssessmentSource,
    gates: tuple[str, ...],
    estimate: str,
    start: datetime.date | None,
    days_off: tuple[datetime.date, ...],
    output: Output,
) -> None:
    """Plan the open checks: when, by whom, and how long until each gate.

    Works out the critical path from the effort that the ruleset estimates for each check. It
    does not look at whether the people are there. The file `-` is standard input.

    \b
    readiness plan engagement.yaml
    readiness plan engagement.yaml --gate commit --start 2027-01-04 --day-off 2027-01-06
    readiness plan engagement.yaml --format ics --output plan.ics
    """
    from readiness.planning.plan import plan

    if output.format == "ics":
        needed("icalendar", "calendar", "plans as calendars")
    assessment = source.assess(gates)
    try:
        found = plan(assessment, gates=gates, estimate=estimate, start=start, days_off=days_off)
    except OverflowError:
        raise click.UsageError("the work would go on beyond the year 9999") from None
    if output.format == "text":
        from readiness.reports.plan import print_plan

        output.print(lambda console: print_plan(found, console))
    elif output.format == "json":
        output.write(found.to_json())
    elif output.format == "csv":
        from readiness.reports.csv_tables import plan_as_csv

        output.write(plan_as_csv(found))
    else:
        from readiness.reports.plan_calendar import plan_as_calendar

        output.write(plan_as_calendar(found))
