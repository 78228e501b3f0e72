"""Options that several commands share."""

from __future__ import annotations

import datetime
import os
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

if TYPE_CHECKING:
    from readiness.documents.csv_text import Separated
    from readiness.problems.proposals import Options

Command = TypeVar("Command", bound=Callable[..., Any])


def folders_of(given: tuple[str, ...]) -> list[Path]:
    """The folders to look in for rulesets: `--path`, then those of READINESS_PATH."""
    named = os.environ.get("READINESS_PATH", "").split(os.pathsep)
    return [Path(path) for path in (*given, *named) if path]


def path_option(command: Command) -> Command:
    """`--path DIR`: further folders in which rulesets and questionnaires are found."""
    return click.option(
        "--path",
        "paths",
        multiple=True,
        metavar="DIR",
        type=click.Path(exists=True, file_okay=False),
        help="Look for rulesets and questionnaires in DIR as well; may be given several times. "
        "Also READINESS_PATH.",
    )(_no_cache_option(command))


def _no_cache_option(command: Command) -> Command:
    """`--no-cache`, which did something once: it is still taken, so that no script breaks."""
    return click.option("--no-cache", is_flag=True, hidden=True, expose_value=False)(command)


def repeated_options() -> Options:
    """The options of the running command that the commands it proposes have to repeat."""
    given = click.get_current_context().params
    day = given.get("as_of")
    named = {
        "--ruleset": given.get("ruleset"),
        "--as-of": day and day.isoformat(),
        "--assurance": given.get("assurance"),
    }
    options = [(option, value) for option, value in named.items() if value]
    return [*options, *(("--path", folder) for folder in given.get("paths", ()))]


SEPARATORS = {"comma": ",", "semicolon": ";", "tab": "\t"}


def separated_options(command: Command) -> Command:
    """`--separator` and `--no-guard`: how CSV is written; see `separated_as`."""
    command = click.option(
        "--no-guard",
        "guard",
        is_flag=True,
        callback=lambda _context, _option, is_given: not is_given,
        help="Write texts into CSV as they are, for programs. Without it, a text that a "
        "spreadsheet would run as a formula has an apostrophe in front.",
    )(command)
    return click.option(
        "--separator",
        type=click.Choice([*SEPARATORS, *SEPARATORS.values()]),
        metavar="SEPARATOR",
        help="Separate the cells of CSV that is written by a comma, semicolon or tab; left out, a "
        "comma.",
    )(command)


def separated_as(separator: str | None, *, guard: bool) -> Separated:
    """How CSV is written, as `separated_options` say."""
    from readiness.documents.csv_text import Separated

    found = Separated(SEPARATORS.get(separator or "comma", separator or ","))
    return found if guard else replace(found, guard=None)


def gate_option(what: str) -> Callable[[Command], Command]:
    """`--gate G`, as often as one likes; `what` says what is done for them."""
    return click.option(
        "--gate",
        "gates",
        multiple=True,
        metavar="G",
        help=f"{what}; may be given several times.",
    )


def color_options(command: Command) -> Command:
    """`--color`, `--no-color` and `--width`."""
    command = click.option(
        "--width",
        type=click.IntRange(min=40, max=400),
        metavar="COLUMNS",
        help="Lay text out for so many columns instead of the width of the terminal.",
    )(command)
    return click.option(
        "--color/--no-color",
        default=None,
        help="Use colour or not; left out, only on a terminal, and never with NO_COLOR set.",
    )(command)


class Date(click.ParamType):  # type: ignore[type-arg]
    """A day, written as 2026-11-21."""

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> datetime.date:
        """The day that a text names; any other text is refused."""
        if isinstance(value, datetime.date):
            return value
        try:
            return datetime.date.fromisoformat(value)
        except ValueError:
            from readiness.documents.shapes import days_in

            days = days_in(value)
            hint = f"write {' or '.join(days)}" if days else "write it as YYYY-MM-DD"
            self.fail(f"'{value}' is not a date; {hint}", param, ctx)
