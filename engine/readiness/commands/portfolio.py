"""`readiness portfolio`."""

from __future__ import annotations

import contextlib
import datetime
import os
import shlex
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import click

from readiness.commands.main import EXIT_NOT_READY
from readiness.commands.options import Date, path_option, ruleset_of, separated_options
from readiness.commands.outputs import Formats, Output, OutputFile, choose_output
from readiness.commands.refusals import CannotWrite, reason, require_module
from readiness.commands.writing import advancing, say

if TYPE_CHECKING:
    from readiness.documents.csv_text import CsvDialect
    from readiness.portfolio.files.case_run import CaseRun, Target

# How the names of files end, and what they hold then.
ROWS = {
    ".parquet": "parquet", ".pq": "parquet", ".csv": "csv", ".tsv": "csv", ".jsonl": "jsonl",
    ".ndjson": "jsonl",
}  # fmt: skip
WRITTEN: Formats = {
    "parquet": (".parquet", ".pq"), "csv": (".csv",), "jsonl": (".jsonl", ".ndjson"),
}  # fmt: skip
SUMMARIES: Formats = {
    "text": (".txt",), "html": (".html",), "json": (".json",), "markdown": (".md",),
}  # fmt: skip
REFUSED: Formats = {"csv": (".csv",)}


@click.command("portfolio")
@click.argument("ruleset", metavar="RULESET")
@click.argument("table", metavar="TABLE")
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    type=OutputFile(WRITTEN),
    help="Write a row for each case to FILE: Parquet, CSV or JSON Lines, depending on its name. "
    "The file is written completely or not at all.",
)
@click.option(
    "--keep",
    multiple=True,
    metavar="COLUMN",
    help="Copy COLUMN to the output unchanged, such as the name of the case; may be given "
    "several times. Every other column must be a question.",
)
@click.option(
    "--key",
    default="",
    metavar="COLUMN",
    help="Identify rows by COLUMN, which is also kept. A row without a key, or with the key of "
    "an earlier row, is refused. Refused rows are listed by their keys.",
)
@click.option(
    "--require-all",
    is_flag=True,
    help="Refuse a table in which a question has no column.",
)
@click.option(
    "--only",
    "outcomes",
    multiple=True,
    type=click.Choice(["verdict", "blockers", "first_root_blocker", "status", "standing"]),
    help="Write only this result for each case, besides the row number and the kept columns; may "
    "be given several times.",
)
@click.option(
    "--summary",
    "summaries",
    multiple=True,
    metavar="FILE",
    type=OutputFile(SUMMARIES),
    help="Write a summary of what blocks the most cases to FILE: .html, .json, .md or .txt; may "
    "be given several times. Without --output, the summary goes to standard output.",
)
@click.option(
    "--refused",
    metavar="FILE",
    type=OutputFile(REFUSED),
    help="Write the refused rows to FILE, as CSV with the row number and the reason. Default: "
    "beside the output, for example results.refused.csv for results.parquet.",
)
@click.option(
    "--input-format",
    type=click.Choice(["parquet", "csv", "jsonl"]),
    help="Format of TABLE. Default: from its name.",
)
@click.option(
    "--format",
    "-f",
    "format_",
    type=click.Choice(list(WRITTEN)),
    help="Output format. Default: from the file name.",
)
@separated_options
@click.option(
    "--as-of",
    metavar="DATE",
    type=Date(),
    help="Assess as of DATE, such as 2026-11-21. Default: today.",
)
@path_option
def portfolio_command(
    *,
    ruleset: str,
    table: str,
    output: str | None,
    keep: tuple[str, ...],
    key: str,
    require_all: bool,
    outcomes: tuple[str, ...],
    summaries: tuple[str, ...],
    refused: str | None,
    input_format: str | None,
    format_: str | None,
    separated: CsvDialect,
    as_of: datetime.date | None,
    paths: list[Path],
) -> int:
    """Assess many cases, one for each row of a table.

    TABLE is Parquet, CSV or JSON Lines; its columns are question ids. The file `-` is standard
    input. The output has for each row the verdict of every gate, the number of blockers, the first
    root blocker, and the status and progress of every check. A row with an invalid answer is
    refused, with its number and the reason; the exit status is then 1.

    \b
    readiness portfolio crm-readiness companies.parquet --output results.parquet --keep company
    readiness portfolio crm-readiness companies.csv --keep company --summary summary.html
    """
    for library in ("numpy", "pyarrow"):
        require_module(library, "columnar", "portfolios")
    from readiness.evaluation.bulk import Bulk
    from readiness.reports.portfolio.summary import write_summary

    told = [choose_output(SUMMARIES, None, one, "--summary") for one in summaries]
    target, outputs = _target(output, format_, refused, separated)
    outputs += told
    _examine(table, outputs)
    loaded = ruleset_of(ruleset, paths)
    for one in outputs:
        one.refuse_input()
    with _open_table(table) as (file, size):
        from readiness.portfolio.files.case_run import CaseRun

        run = CaseRun(
            Bulk(loaded),
            file,
            input_format or _format_of(table),
            name="standard input" if table == "-" else table,
            size=size,
            as_of=as_of or datetime.date.today(),
            keep=keep,
            outcomes=outcomes,
            key=key,
            require_all=require_all,
            keeping=lambda column: f"--keep {shlex.quote(column)}",
        )
        _run(run, target)
    if not told and target is None:
        told = [Output(None, "text")]
    for one in told:
        one.write(write_summary(run.tally, loaded, run.as_of, one.format, run.missing))
    _say(run, target)
    return EXIT_NOT_READY if run.tally.refused else 0


def _format_of(table: str) -> str:
    """What a table holds by how its name ends."""
    found = ROWS.get(Path(table).suffix.lower(), "")
    if not found:
        option = "--input-format"
        message = (
            f"'{table}' does not end in any of {', '.join(ROWS)}; give its format with {option}"
        )
        raise click.BadParameter(message, param_hint=f"'{option}'")
    return found


def _target(
    output: str | None, format_: str | None, refused: str | None, separated: CsvDialect
) -> tuple[Target | None, list[Output]]:
    """Where the rows go, None where nobody wants them; and the outputs that these are."""
    from readiness.portfolio.files.case_run import Target

    if refused is not None:
        choose_output(REFUSED, None, refused, "--refused")
    if output is None and format_ is not None:
        message = "it only applies to the output; add --output FILE"
        raise click.BadParameter(message, param_hint="'--format'")
    aside = None if refused is None else Path(refused)
    file: Path | BinaryIO | None = None
    outputs: list[Output] = []
    if output is not None:
        outputs.append(choose_output(WRITTEN, format_, output, has_default=False))
        format_, path = outputs[0].format, Path(output)
        if output == "-" and format_ == "parquet":
            raise click.BadParameter("Parquet needs a file", param_hint="'--output'")
        file = sys.stdout.buffer if output == "-" else path
        if aside is None and file is path and (path.is_file() or not path.exists()):
            aside = path.with_suffix(".refused.csv")  # beside a device is no place
    if aside is not None:
        outputs.append(Output(str(aside), "csv", "--refused"))
    return Target(file, format_ or "", aside, separated) if outputs else None, outputs


def _examine(table: str, outputs: Sequence[Output]) -> None:
    """No two files may be the same: none is read and written, and none written twice."""
    taken = [] if table == "-" else [("the input table", table)]
    for output in outputs:
        file = output.file or "-"
        for what, other in taken:
            if _is_same(file, other):
                raise click.BadParameter(f"'{file}' is {what}", param_hint=f"'{output.option}'")
        taken.append((f"already written by {output.option}", file))


def _is_same(one: str, other: str) -> bool:
    if "-" in (one, other):
        return one == other
    with contextlib.suppress(OSError):
        if Path(one).samefile(other):
            return True
    return Path(one).resolve() == Path(other).resolve()


@contextlib.contextmanager
def _open_table(table: str) -> Iterator[tuple[BinaryIO, int]]:
    """The table to read, and how many bytes it has; 0 where nobody knows."""
    from readiness.documents.opening import note_input

    if table == "-":
        # Not sys.stdin, and never closed: at an interruption a thread may still wait for it, and
        # closing it would then wait for that thread.
        yield os.fdopen(sys.stdin.fileno(), "rb", closefd=False), 0
        return
    try:
        note_input(table)
        file = Path(table).open("rb")  # noqa: SIM115 - told apart from faults in the block
    except OSError as fault:
        message = f"cannot read '{table}': {reason(fault)}"
        raise click.BadParameter(message, param_hint="'TABLE'") from None
    with file:
        yield file, os.fstat(file.fileno()).st_size


def _run(run: CaseRun, target: Target | None) -> None:
    try:
        for _ in advancing(run.run(target), run.total, "cases", done=lambda done: done):
            pass
    except BrokenPipeError:
        raise  # the reader of standard output is gone
    except OSError as fault:
        name = f"'{fault.filename}'" if fault.filename else "to standard output"
        raise CannotWrite(name, fault) from None


def _say(run: CaseRun, target: Target | None) -> None:
    """A line on what was done."""
    cases = f"{run.tally.cases:,} case{'' if run.tally.cases == 1 else 's'} assessed"
    refused = run.tally.refused
    aside = ""
    if refused:
        where = f", see {target.refused}" if target and target.refused else "; --refused says why"
        aside = f", {refused:,} row{'' if refused == 1 else 's'} refused{where}"
    say(f"{cases}{aside}")
    if run.missing:
        from readiness.problems import quote_names

        number = f"{len(run.missing):,} of {len(run.layout.ruleset.questions):,}"
        named = quote_names(run.missing, joint="and")
        say(f"{number} questions have no column, so they have no answer: {named}")
