"""`readiness list`, `show` and `schema`: what there is to assess against, and its form."""

from __future__ import annotations

import datetime
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import readiness
from readiness.commands import options
from readiness.commands.options import flag, option
from readiness.commands.outputs import TEXT_OR_JSON, Output, output_options, result_options
from readiness.commands.refusals import refuse_unknown, require_module, wrong
from readiness.documents.schemas import KINDS, schema
from readiness.problems import Problems
from readiness.reports.formats import DOCUMENTS, FORMATS

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.console import Console


@click.command("list")
@click.argument(
    "kind",
    metavar="[rulesets|questionnaires]",
    type=click.Choice(["rulesets", "questionnaires"]),
    default="rulesets",
)
@result_options(TEXT_OR_JSON)
def list_command(*, kind: str, paths: list[Path], output: Output) -> None:
    """List the rulesets or questionnaires that can be named by id."""
    entries = [asdict(one) for one in readiness.list_documents(kind.removesuffix("s"), paths=paths)]
    if output.format == "json":
        output.write_json(entries)
    else:
        from readiness.reports.catalogue import print_entries

        output.print(lambda console: print_entries(entries, console))


@click.command("show")
@click.argument("name", metavar="ID")
@click.argument("check", required=False)
@flag("--questions", "Show the questions instead of the checks.")
@flag("--origin", "Show the file and line of every field.")
@flag("--dated", "Show which checks depend on the day of the assessment, and why.")
@option(
    "--table",
    "Write the checks, gates or areas as a table, for a data warehouse.",
    type=click.Choice(["checks", "gates", "areas"]),
)
@result_options(
    {
        **TEXT_OR_JSON, "csv": (".csv",), "parquet": (".parquet", ".pq"),
        **{name: FORMATS[name].ends for name in (*DOCUMENTS, "xlsx")},
    }
)  # fmt: skip
def show_command(
    *,
    name: str,
    check: str | None,
    questions: bool,
    origin: bool,
    dated: bool,
    table: str | None,
    paths: list[Path],
    output: Output,
) -> None:
    """Show a ruleset, a check, a questionnaire, or the functions for conditions.

    ID is an id or a file. For an engagement, its ruleset is shown. `functions` shows the functions
    that conditions may use.

    \b
    readiness show crm-pre-implementation
    readiness show crm-pre-implementation executive-sponsor
    readiness show crm-pre-implementation --questions
    readiness show crm-pre-implementation --origin
    readiness show crm-pre-implementation --dated
    readiness show crm-pre-implementation --table checks --output checks.parquet
    readiness show functions
    readiness show crm-pre-implementation --output ruleset.pdf

    HTML, Markdown, Word and PDF show the whole ruleset in sentences, with room for the comments of
    those who review it. A workbook (.xlsx) has one row for each check: edit it in a
    spreadsheet, and import it with `update`.
    """
    from readiness.loading.files import kind_of, read_file
    from readiness.reports import catalogue

    rows: list[Any] | None = None
    ruleset: readiness.Ruleset | None = None
    if name == "functions":
        plain: Any = catalogue.plain_functions()
        draw: Callable[[Console], None] = catalogue.print_functions
    else:
        is_engagement = (
            Path(name).is_file() and kind_of(read_file(name, Problems())) == "engagement"
        )
        source = options.AssessmentSource(name, paths)
        inquiry = source.load() if is_engagement else None
        ruleset = inquiry.ruleset if inquiry else options.ruleset_of(name, paths)
        if check is not None:
            refuse_unknown("check", [check], ruleset.checks, "CHECK")
        if dated:
            plain, rows, draw = _dated(ruleset, inquiry.circumstances if inquiry else None, check)
        elif table or output.format in ("csv", "parquet"):
            from readiness.reports.csv_tables import dimension

            plain = rows = dimension(ruleset, table or "checks")
        elif origin:
            plain = catalogue.show(ruleset, check or "", questions=questions, origin=True)
            draw = partial(catalogue.print_origins, plain)
        else:
            plain = catalogue.show(ruleset, check or "", questions=questions)
            draw = partial(catalogue.print_ruleset, ruleset)
            if check is not None:
                draw = partial(catalogue.print_check, ruleset, check)
            elif questions:
                draw = partial(catalogue.print_questions, ruleset)
    if output.format == "json":
        output.write_json(plain)
    elif output.format == "text" and not table:
        output.print(draw)
    else:
        _write(rows, ruleset, name, output)


def _dated(
    ruleset: readiness.Ruleset, circumstances: readiness.Circumstances | None, check: str | None
) -> tuple[Any, list[Any], Callable[[Console], None]]:
    """The checks that depend on the day, or the one, in every form."""
    from readiness.dependencies.dated import dated_checks
    from readiness.reports.catalogue import print_dated
    from readiness.reports.csv_tables import dated_document, dated_rows

    found = dated_checks(ruleset, circumstances)
    found = {key: held for key, held in found.items() if check in (None, key)}
    draw = partial(print_dated, ruleset, found)
    return dated_document(ruleset, found), dated_rows(ruleset, found), draw


def _write(
    rows: list[Any] | None, ruleset: readiness.Ruleset | None, name: str, output: Output
) -> None:
    """Write a table as CSV or Parquet, or the whole ruleset as a document."""
    if output.format not in (*DOCUMENTS, "xlsx"):
        _write_table(rows, output)
        return
    if rows is not None or ruleset is None:
        raise wrong("--format", f"{output.format} shows a whole ruleset")
    from readiness.reports.formats import lay_out_ruleset
    from readiness.reports.readers.ruleset import RulesetPaper

    kind = FORMATS[output.format]
    if output.format == "xlsx":
        from readiness.authoring.checklist import checklist_workbook
        from readiness.authoring.checklist_update import ruleset_rows

        require_module(kind.library, kind.extra, "checklists as workbooks")
        output.write(checklist_workbook(ruleset_rows(ruleset)))
        return
    if kind.library:
        require_module(kind.library, kind.extra, f"{output.format} documents")
    paper = RulesetPaper(ruleset, datetime.date.today(), name, options.repeated_options())
    output.write(lay_out_ruleset(output.format, paper))


def _write_table(rows: list[Any] | None, output: Output) -> None:
    """Write a table as CSV or Parquet."""
    from readiness.reports.csv_tables import as_csv, as_parquet

    if rows is None:
        raise wrong("--format", f"{output.format} is for tables of a ruleset")
    if output.format == "parquet":
        require_module("pyarrow", "columnar", "Parquet files")
    output.write(as_parquet(rows) if output.format == "parquet" else as_csv(rows))


@click.command("schema", epilog=f"KIND is one of {', '.join(KINDS)}.")
@click.argument("kind", type=click.Choice(list(KINDS)), metavar="KIND")
@output_options({"json": (".json",)})
def schema_command(*, kind: str, output: Output) -> None:
    """Print the JSON Schema (2020-12) for a type of document.

    \b
    readiness schema ruleset -o ruleset.schema.json
    """
    output.write_json(schema(kind))
