"""`readiness portfolio`."""

from __future__ import annotations

import contextlib
import datetime
import re
import shlex
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from readiness.commands import refusals
from readiness.commands.main import EXIT_NOT_READY
from readiness.commands.options import (
    flag,
    option,
    path_option,
    ruleset_of,
    separated_options,
    several,
)
from readiness.commands.outputs import STANDARD_OUTPUT, Formats, Output, OutputFile, choose_output
from readiness.commands.writing import advancing, say

if TYPE_CHECKING:
    from readiness.documents.csv_text import CsvDialect
    from readiness.portfolio.files.case_files import CaseFile, Target
    from readiness.portfolio.files.case_run import CaseRun
    from readiness.portfolio.tally import Tally

WRITTEN: Formats = {
    "parquet": (".parquet", ".pq"), "csv": (".csv",), "jsonl": (".jsonl", ".ndjson"),
}  # fmt: skip
SUMMARIES: Formats = {
    "text": (".txt",), "html": (".html",), "json": (".json",), "markdown": (".md",),
}  # fmt: skip
REFUSED: Formats = {"csv": (".csv",)}


OUTCOMES = ("verdict", "blockers", "first_root_blocker", "status", "standing")
FURTHER_OUTCOMES = ("score", "unanswered", "root_blockers", "waves")


class _MostRefused(click.ParamType):  # type: ignore[type-arg]
    """How many rows may be refused: a number, or a share such as 1%."""

    name = "number"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[str, float, bool]:
        """Return what was given, the number, and whether it is in per cent."""
        if isinstance(value, tuple):
            return value
        digits = value.removesuffix("%")
        if not re.fullmatch(r"\d+(\.\d+)?" if digits != value else r"\d+", digits, re.ASCII):
            self.fail(f"'{value}' is not a number of rows: write 100, or 1%", param, ctx)
        return value, float(digits), digits != value


@click.command("portfolio")
@click.argument("ruleset", metavar="RULESET")
@click.argument("tables", metavar="TABLE...", nargs=-1, required=True)
@option(
    "--output -o FILE",
    "Write a row for each case to FILE: Parquet, CSV or JSON Lines, depending on its name; "
    "the latter two also compressed, as in results.csv.gz. The file is written completely or not "
    "at all.",
    type=OutputFile(WRITTEN, is_folder_too=True),
)
@option(
    "--partition COLUMN",
    "Make the output a folder, with a folder COLUMN=VALUE for each value of this column; "
    "may be given several times. Default format: Parquet.",
    name="partition_by",
    multiple=True,
)
@option(
    "--keep COLUMN",
    "Copy COLUMN to the output unchanged, such as the name of the case; may be given "
    "several times. Every other column must be a question.",
    multiple=True,
)
@option(
    "--key COLUMN",
    "Identify rows by COLUMN, which is also kept. A row without a key, or with the key of "
    "an earlier row, is refused. Refused rows are listed by their keys.",
    default="",
)
@flag("--require-all", "Refuse a table in which a question has no column.")
@several(
    "--only",
    "Write only this result for each case, besides the row number and the kept columns",
    name="outcomes",
    type=click.Choice([*OUTCOMES, *FURTHER_OUTCOMES]),
)
@option(
    "--also",
    "Also write this result for each case; may be given several times. 'origin' is the "
    "ruleset, its version and digest, the day of the assessment, and the version of readiness.",
    multiple=True,
    type=click.Choice([*FURTHER_OUTCOMES, "origin"]),
)
@flag(
    "--long",
    "Write one row for each check of each case, with its status and progress, instead of "
    "one row for each case.",
    name="is_long",
)
@option(
    "--summary FILE",
    "Write a summary of what blocks the most cases to FILE: .html, .json, .md or .txt; may "
    "be given several times. Without --output, the summary goes to standard output.",
    name="summaries",
    multiple=True,
    type=OutputFile(SUMMARIES),
)
@option(
    "--refused FILE",
    "Write the refused rows to FILE, as CSV with the row number and the reason. Default: "
    "next to the output, for example results.refused.csv for results.parquet.",
    type=OutputFile(REFUSED),
)
@flag(
    "--keep-refused",
    "Also write the refused rows to the output, with the reason in the column 'refused'.",
)
@option(
    "--max-refused N|N%",
    "With up to N refused rows, or N per cent, the exit status is 0. With more, no results "
    "are written, and the exit status is 2.",
    name="most_refused",
    type=_MostRefused(),
)
@option("--jobs -j N", "Use N processes; the results are the same. Default: 1.", default=1)
@option(
    "--input-format",
    "Format of TABLE. Default: from its name.",
    type=click.Choice(["parquet", "csv", "jsonl"]),
)
@option(
    "--format -f",
    "Output format. Default: from the file name.",
    name="format_",
    type=click.Choice(list(WRITTEN)),
)
@separated_options
@option("--as-of DATE", "Assess as of DATE, such as 2026-11-21. Default: today.")
@path_option
def portfolio_command(
    *,
    ruleset: str,
    tables: tuple[str, ...],
    output: str | None,
    partition_by: tuple[str, ...],
    keep: tuple[str, ...],
    key: str,
    require_all: bool,
    outcomes: tuple[str, ...],
    also: tuple[str, ...],
    is_long: bool,
    summaries: tuple[str, ...],
    refused: str | None,
    keep_refused: bool,
    most_refused: tuple[str, float, bool] | None,
    jobs: int,
    input_format: str | None,
    format_: str | None,
    separated: CsvDialect,
    as_of: datetime.date | None,
    paths: list[Path],
) -> int:
    """Assess many cases, one for each row of a table.

    TABLE is Parquet, CSV or JSON Lines; its columns are question ids. Several tables, a folder or a
    pattern such as 'data/*.csv' are read one after the other. The file `-` is standard input. For
    each row, the output contains the verdict of every gate, the number of blockers, the first root
    blocker, and the status and progress of every check. A row with an invalid answer is refused,
    with its number and the reason; the exit status is then 1.

    \b
    readiness portfolio crm-readiness companies.parquet --output results.parquet --keep company
    readiness portfolio crm-readiness companies.csv --keep company --summary summary.html
    """
    for library in ("numpy", "pyarrow"):
        refusals.require_module(library, "columnar", "portfolios")
    from readiness.evaluation.bulk import Bulk
    from readiness.reports.portfolio.summary import write_summary

    if is_long and (outcomes or keep_refused or set(also) - {"origin"}):
        message = "a row for each check has its status and standing alone; leave out --only, --also"
        raise refusals.wrong("--long", f"{message} and --keep-refused")
    told = [choose_output(SUMMARIES, None, one, "--summary") for one in summaries]
    target, outputs = _target(output, format_, refused, separated, partition_by)
    if most_refused and output == "-":
        message = "standard output gets results before all rows are read: add --output FILE"
        raise refusals.wrong("--max-refused", message)
    files = _files(tables, input_format)
    outputs += told
    _examine([one.name for one in files], outputs)
    loaded = ruleset_of(ruleset, paths)
    for one in outputs:
        one.refuse_input()
    from readiness.portfolio.files.case_run import CaseRun

    run = CaseRun(
        Bulk(loaded),
        files,
        as_of=as_of or datetime.date.today(),
        keep=keep,
        key=key,
        require_all=require_all,
        jobs=jobs,
        facts="origin" in also,
        is_too_many=partial(_is_too_many, most_refused),
        outcomes=(*(outcomes or OUTCOMES), *also) if output else (),
        keeping=lambda column: f"--keep {shlex.quote(column)}",
        is_long=is_long,
        in_place=keep_refused,
        joined=bool(target and target.format == "csv"),
    )
    columns = [one.name for one in run.layout.schema if not one.type.num_fields]
    refusals.refuse_unknown("column", partition_by, columns, "--partition")
    _run(run, target, most_refused[0] if most_refused else "")
    if not told and target is None:
        told = [Output(None, "text")]
    for one in told:
        one.write(write_summary(run.tally, loaded, run.as_of, one.format, run.missing))
    _say(run, target)
    return EXIT_NOT_READY if run.tally.refused and not most_refused else 0


def _is_too_many(most: tuple[str, float, bool] | None, tally: Tally) -> bool:
    """Whether more rows were refused than may be."""
    if most is None:
        return False
    _, number, is_share = most
    return tally.refused > (number / 100 * (tally.cases + tally.refused) if is_share else number)


def _files(tables: Sequence[str], format_: str | None) -> list[CaseFile]:
    """The files that the tables are read from."""
    from readiness.portfolio.files.case_files import ENDINGS, find_case_files, standard_input

    if tables == (STANDARD_OUTPUT,):
        files = [standard_input(sys.stdin.fileno(), format_ or "")]
    else:
        files = find_case_files(tables, format_)
    for one in files:
        if isinstance(one.source, Path):
            if one.source.is_dir():
                raise refusals.wrong("TABLE", f"there is no table in '{one.name}'")
            try:
                one.source.open("rb").close()
            except OSError as fault:
                raise refusals.wrong(
                    "TABLE", f"cannot read '{one.name}': {refusals.reason(fault)}"
                ) from None
        if not one.format:
            option, name = "--input-format", "-" if one.name == "standard input" else one.name
            message = f"'{name}' does not end in any of {', '.join(ENDINGS)}"
            raise refusals.wrong(option, f"{message}; give its format with {option}")
    return files


def _target(
    output: str | None,
    format_: str | None,
    refused: str | None,
    separated: CsvDialect,
    partition_by: tuple[str, ...],
) -> tuple[Target | None, list[Output]]:
    """Where the rows go, None where nobody wants them; and the outputs that these are."""
    from readiness.portfolio.files.case_files import Target, codec_of

    if refused is not None:
        choose_output(REFUSED, None, refused, "--refused")
    if output is None and format_ is not None:
        message = "it only applies to the output; add --output FILE"
        raise refusals.wrong("--format", message)
    aside = None if refused is None else Path(refused)
    file: Path | BinaryIO | None = None
    outputs: list[Output] = []
    if output is not None:
        path = Path(output)
        plain = path.with_suffix("") if codec_of(path) else path
        if partition_by:
            format_ = format_ or "parquet"
        format_ = choose_output(WRITTEN, format_, str(plain), has_default=False).format
        outputs.append(Output(None if output == STANDARD_OUTPUT else output, format_))
        if plain != path and format_ == "parquet":
            raise refusals.wrong("--output", f"Parquet is already compressed: name it '{plain}'")
        if output == "-" and (partition_by or format_ == "parquet"):
            raise refusals.wrong(
                "--output", "partitions need a folder" if partition_by else "Parquet needs a file"
            )
        file = sys.stdout.buffer if output == "-" else path
        if aside is None and file is path and (path.is_file() or not path.exists() or partition_by):
            aside = plain.with_suffix(".refused.csv")  # beside a device is no place
    if aside is not None:
        outputs.append(Output(str(aside), "csv", "--refused"))
    target = Target(file, format_ or "", aside, separated, partition_by)
    return target if outputs else None, outputs


def _examine(tables: Sequence[str], outputs: Sequence[Output]) -> None:
    """No two files may be the same: none is read and written, and none written twice."""
    taken = [("the input table", table) for table in tables]
    for output in outputs:
        file = output.file or "-"
        for what, other in taken:
            if _is_same(file, other):
                raise refusals.wrong(output.option, f"'{file}' is {what}")
        taken.append((f"already written by {output.option}", file))


def _is_same(one: str, other: str) -> bool:
    if "-" in (one, other):
        return one == other
    with contextlib.suppress(OSError):
        if Path(one).samefile(other):
            return True
    return Path(one).resolve() == Path(other).resolve()


def _run(run: CaseRun, target: Target | None, most_refused: str) -> None:
    from readiness.portfolio.files.case_run import TooManyRefused, WorkerEnded

    try:
        for _ in advancing(run.run(target), run.total, "cases", done=lambda done: done):
            pass
    except TooManyRefused:
        refused, rows = run.tally.refused, run.tally.cases + run.tally.refused
        told = f"{refused:,} of {rows:,} rows refused ({refused / rows:.2%})"
        where = f"; see {target.refused}" if target and target.refused else ""
        message = f"{told}, more than --max-refused {most_refused}: no results written{where}"
        raise refusals.Refusal(message) from None
    except WorkerEnded:
        message = "a process ended before its work was done, perhaps for lack of memory"
        raise refusals.Refusal(f"{message}: try again with fewer --jobs") from None
    except BrokenPipeError:
        raise  # the reader of standard output is gone
    except OSError as fault:
        name = f"'{fault.filename}'" if fault.filename else "to standard output"
        raise refusals.CannotWrite(name, fault) from None


def _say(run: CaseRun, target: Target | None) -> None:
    """A line on what was done."""
    from readiness.reports.phrasing import count_noun

    cases = f"{count_noun(run.tally.cases, 'case')} assessed"
    refused = run.tally.refused
    aside = ""
    if refused:
        where = f", see {target.refused}" if target and target.refused else "; --refused says why"
        aside = f", {count_noun(refused, 'row')} refused{where}"
    say(f"{cases}{aside}")
    if run.missing:
        from readiness.problems import quote_names

        number = f"{len(run.missing):,} of {len(run.layout.ruleset.questions):,}"
        named = quote_names(run.missing, joint="and")
        say(f"{number} questions have no column, so they have no answer: {named}")
