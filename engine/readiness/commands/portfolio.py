"""`readiness portfolio`."""

from __future__ import annotations

import contextlib
import datetime
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from readiness.commands.extras import needed
from readiness.commands.main import EXIT_NOT_READY
from readiness.commands.options import (
    Date,
    cache_option,
    folders_of,
    path_option,
    separated_as,
    separated_options,
)
from readiness.commands.writing import advancing, say, working, write_text

if TYPE_CHECKING:
    from readiness.dependencies.ruleset import Ruleset
    from readiness.reports.rows.run import CaseRun, Target
    from readiness.reports.separated import Separated

# How the names of files end, and what they hold then.
ROWS = {
    ".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}  # fmt: skip
WRITTEN = {ending: held for ending, held in ROWS.items() if ending != ".tsv"}
SUMMARIES = {".html": "html", ".json": "json", ".md": "markdown", ".txt": "text"}


@click.command("portfolio")
@click.argument("ruleset", metavar="RULESET")
@click.argument("table", metavar="TABLE")
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="Write a row for each case to FILE: Parquet, CSV or JSON Lines by how its name ends. The "
    "file is whole or not there.",
)
@click.option(
    "--keep",
    multiple=True,
    metavar="COLUMN",
    help="Let COLUMN through as it is, such as the name of the case; may be given several times. "
    "Every other column has to be a question.",
)
@click.option(
    "--only",
    "outcomes",
    multiple=True,
    type=click.Choice(["verdict", "blockers", "first_root_blocker", "status", "standing"]),
    help="Write this of each case, and nothing else but the row's number and what is kept; may be "
    "given several times.",
)
@click.option(
    "--summary",
    "summaries",
    multiple=True,
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="Write what blocks most to FILE: .html, .json, .md or .txt; may be given several times. "
    "Without --output it goes to standard output.",
)
@click.option(
    "--refused",
    metavar="FILE",
    type=click.Path(dir_okay=False),
    help="Write what does not fit to FILE, as CSV with the number of the row and why; left out, "
    "beside the output: results.parquet gets results.refused.csv.",
)
@click.option(
    "--input-format",
    type=click.Choice(["parquet", "csv", "jsonl"]),
    help="What TABLE holds; left out, its name says it.",
)
@click.option(
    "--format",
    "-f",
    "format_",
    type=click.Choice(["parquet", "csv", "jsonl"]),
    help="How to write the output; left out, its name says it.",
)
@separated_options
@click.option(
    "--as-of",
    metavar="DATE",
    type=Date(),
    help="Assess as of DATE (2026-11-21); left out, today.",
)
@path_option
@cache_option
def portfolio_command(
    *,
    ruleset: str,
    table: str,
    output: str | None,
    keep: tuple[str, ...],
    outcomes: tuple[str, ...],
    summaries: tuple[str, ...],
    refused: str | None,
    input_format: str | None,
    format_: str | None,
    separator: str | None,
    guard: bool,
    as_of: datetime.date | None,
    paths: tuple[str, ...],
    cache: bool,
) -> int:
    """Assess many cases: each row of a table is one.

    TABLE is Parquet, CSV or JSON Lines; its columns are questions by their ids. The file `-` is
    standard input. Each row comes out with the verdict of every gate, the number of blockers, the
    first root blocker, and the status and standing of every check. A row with an answer that does
    not fit is set aside, with its number and the reason; the exit status is then 1.

    \b
    readiness portfolio crm-readiness companies.parquet --output results.parquet --keep company
    readiness portfolio crm-readiness companies.csv --summary summary.html --summary -
    """
    for library in ("numpy", "pyarrow"):
        needed(library, "columnar", "portfolios")
    from readiness.evaluation.bulk import Bulk
    from readiness.loading.rulesets import load_ruleset

    kinds = [_by_name(one, SUMMARIES, "--summary", otherwise="text") for one in summaries]
    target = _target(output, format_, refused, separated_as(separator, guard=guard))
    _examine(table, output, target, summaries)
    with working("loading"):
        loaded = load_ruleset(ruleset, paths=folders_of(paths), cache=cache)
    with _opened(table) as (file, size):
        from readiness.reports.rows.run import CaseRun

        run = CaseRun(
            Bulk(loaded),
            file,
            input_format or _by_name(table, ROWS, "--input-format"),
            name="standard input" if table == "-" else table,
            size=size,
            as_of=as_of or datetime.date.today(),
            keep=keep,
            outcomes=outcomes,
        )
        _run(run, target)
    written = list(zip(summaries, kinds, strict=True))
    if not written and target is None:
        written = [("-", "text")]
    _summarise(run, loaded, written)
    _say(run, target)
    return EXIT_NOT_READY if run.tally.refused else 0


def _by_name(name: str, formats: dict[str, str], option: str, otherwise: str = "") -> str:
    """What a file holds by how its name ends."""
    found = formats.get(Path(name).suffix.lower(), otherwise if name == "-" else "")
    if not found:
        message = f"'{name}' ends in none of {', '.join(formats)}"
        hint = f"; say what it holds with {option}" if option.endswith("format") else ""
        raise click.BadParameter(message + hint, param_hint=f"'{option}'")
    return found


def _target(
    output: str | None, format_: str | None, refused: str | None, separated: Separated
) -> Target | None:
    """Where the rows go; None where nobody wants them."""
    from readiness.reports.rows.run import Target

    aside = None if refused is None else Path(refused)
    if output is None:
        if format_ is not None:
            message = "it says how rows are written: add --output FILE"
            raise click.BadParameter(message, param_hint="'--format'")
        return None if aside is None else Target(None, "", aside, separated)
    format_ = format_ or _by_name(output, WRITTEN, "--format")
    if output == "-":
        if format_ == "parquet":
            raise click.BadParameter("Parquet needs a file", param_hint="'--output'")
        return Target(sys.stdout.buffer, format_, aside, separated)
    path = Path(output)
    if aside is None and (path.is_file() or not path.exists()):  # beside a device is no place
        aside = path.with_suffix(".refused.csv")
    return Target(path, format_, aside, separated)


def _examine(
    table: str, output: str | None, target: Target | None, summaries: Sequence[str]
) -> None:
    """No two files may be the same: none is read and written, and none written twice.

    That their folders are there is seen before the work begins, too.
    """
    refused = None if target is None or target.refused is None else str(target.refused)
    written = [("--output", output), ("--refused", refused)]
    written += [("--summary", one) for one in summaries]
    taken = [] if table == "-" else [("the table that is read", table)]
    for option, file in written:
        if file is None:
            continue
        if not Path(file).parent.is_dir():
            message = f"cannot write '{file}': no such file or directory"
            raise click.BadParameter(message, param_hint=f"'{option}'")
        for what, other in taken:
            if _is_same(file, other):
                raise click.BadParameter(f"'{file}' is {what}", param_hint=f"'{option}'")
        taken.append((f"what {option} writes already", file))


def _is_same(one: str, other: str) -> bool:
    if "-" in (one, other):
        return one == other
    return Path(one).resolve() == Path(other).resolve() or _is_linked(one, other)


def _is_linked(one: str, other: str) -> bool:
    with contextlib.suppress(OSError):
        return Path(one).samefile(other)
    return False


@contextlib.contextmanager
def _opened(table: str) -> Iterator[tuple[BinaryIO, int]]:
    """The table to read, and how many bytes it has; 0 where nobody knows."""
    if table == "-":
        # Not sys.stdin, and never closed: at an interruption a thread may still wait for it, and
        # whoever closes it then waits for that.
        yield os.fdopen(sys.stdin.fileno(), "rb", closefd=False), 0
        return
    try:
        file = Path(table).open("rb")  # noqa: SIM115 - told apart from faults in the block
    except OSError as fault:
        reason = (fault.strerror or "it cannot be read").lower()
        message = f"cannot read '{table}': {reason}"
        raise click.BadParameter(message, param_hint="'TABLE'") from None
    with file:
        yield file, os.fstat(file.fileno()).st_size


def _run(run: CaseRun, target: Target | None) -> None:
    try:
        for _ in advancing(run.run(target), run.total, "cases", done=lambda done: done):
            pass
    except BrokenPipeError:
        raise  # whoever read standard output went away
    except OSError as fault:
        reason = (fault.strerror or "it is not writable").lower()
        message = f"cannot write '{fault.filename or 'the output'}': {reason}"
        is_aside = target is not None and fault.filename == str(target.refused)
        option = "'--refused'" if is_aside else "'--output'"
        raise click.BadParameter(message, param_hint=option) from None


def _summarise(run: CaseRun, ruleset: Ruleset, summaries: Sequence[tuple[str, str]]) -> None:
    from readiness.reports.portfolio.writing import write_summary

    for file, kind in summaries:
        write_text(write_summary(run.tally, ruleset, run.as_of, kind), file)


def _say(run: CaseRun, target: Target | None) -> None:
    """A line on what was done."""
    cases = f"{run.tally.cases:,} case{'' if run.tally.cases == 1 else 's'} assessed"
    refused = run.tally.refused
    aside = ""
    if refused:
        where = f", see {target.refused}" if target and target.refused else "; --refused says why"
        aside = f", {refused:,} row{'' if refused == 1 else 's'} set aside{where}"
    say(f"{cases}{aside}")
