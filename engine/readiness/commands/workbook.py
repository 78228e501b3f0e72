"""`readiness workbook`: forms that people fill in, and what comes back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.commands.forms import (
    FORMS,
    FormMaker,
    Merge,
    merge_options,
    replace_option,
)
from readiness.commands.main import EXIT_NOT_READY, EXIT_WRONG
from readiness.commands.options import (
    AssessmentSource,
    color_options,
    is_ruleset,
    path_option,
    questions_option,
    ruleset_of,
    separator_option,
)
from readiness.commands.outputs import (
    TEXT_OR_JSON,
    Formats,
    Output,
    OutputFile,
    choose_output,
    output_options,
    printed_option,
)
from readiness.commands.refusals import CannotWrite, refuse_misspelt, refuse_unknown, wrong
from readiness.commands.writing import console, say
from readiness.problems import nearest
from readiness.problems.terminal_text import json_file_text

if TYPE_CHECKING:
    from readiness.collecting.receipt import Receipt
    from readiness.loading.engagements import Inquiry

SHEETS: Formats = {"yaml": (".yaml", ".yml")}


@click.group("workbook")
def workbook_command() -> None:
    """Create a form for a respondent to fill in, and import the answers.

    The form is a workbook for Excel or LibreOffice Calc, or CSV.

    \b
    readiness workbook export engagement.yaml --respondent sales -o sales.xlsx
    readiness workbook import sales.xlsx -o answers/sales.yaml
    """


@workbook_command.command("export")
@click.argument("source", metavar="RULESET_OR_ENGAGEMENT")
@click.option(
    "--respondent",
    "-r",
    required=True,
    metavar="NAME",
    help="The respondent who will fill in the form.",
)
@questions_option
@path_option
@click.option(
    "--issue",
    type=click.IntRange(min=1),
    metavar="N",
    help="The issue number of the form. Default: one more than that of the form in FILE, else 1.",
)
@separator_option("CSV")
@replace_option
@output_options(FORMS)
def export_command(
    *,
    source: str,
    respondent: str,
    questions: tuple[str, ...],
    paths: list[Path],
    issue: int | None,
    separator: str,
    replace: bool,
    output: Output,
) -> None:
    """Create a form for a respondent.

    For an engagement, the form contains the respondent's previous answers, and leaves out questions
    for groups to which the respondent does not belong. RULESET_OR_ENGAGEMENT is the id of a
    ruleset, or a file: a ruleset, an engagement, or answers.

    \b
    readiness workbook export crm-pre-implementation -r sales -o sales.xlsx
    readiness workbook export engagement.yaml -r sales -q funding -o sales.csv
    """
    from readiness.loading.rulesets import is_file

    inquiry = None
    if is_file(source) and not is_ruleset(source):
        inquiry = AssessmentSource(source, paths).load(names_all=True)
        respondent = inquiry.circumstances.people.called(respondent)
    refuse_misspelt(respondent, "--respondent", "head-of-sales")
    if inquiry:
        _tell_stranger(respondent, inquiry)
    ruleset = inquiry.ruleset if inquiry else ruleset_of(source, paths)
    maker = FormMaker(ruleset, inquiry, questions, output.format, separator, replace)
    output.write(maker.content(maker.make(respondent, output.file, issue)))


def _tell_stranger(respondent: str, inquiry: Inquiry) -> None:
    """Say so where nothing in the engagement speaks of the respondent: it may be misspelt.

    If the engagement declares its respondents, nobody else is one.
    """
    if inquiry.circumstances.people.respondents:
        refuse_unknown("respondent", [respondent], inquiry.respondents, "--respondent")
    known = inquiry.respondents
    if known and respondent not in known:
        hint = nearest(respondent, known)
        message = f"'{respondent}' belongs to no group and has not answered anything yet"
        say("; ".join(filter(None, (message, hint))))


@workbook_command.command(
    "import",
    epilog="Exit status: 0 if every change in the form has been imported or decided on; 1 if a "
    "conflict or an unreadable entry remains; 2 if the form was refused and nothing was "
    "written.",
)
@click.argument("file", metavar="FORM", type=click.Path())
@click.option(
    "--ruleset",
    metavar="R",
    help="The file of the ruleset for which the form was created, if its id is not found.",
)
@click.option(
    "--respondent", "-r", metavar="NAME", help="The respondent, if the form does not name one."
)
@merge_options
@path_option
@printed_option(TEXT_OR_JSON)
@click.option(
    "--output",
    "-o",
    "sheet",
    metavar="SHEET",
    type=OutputFile(SHEETS),
    help="The answer sheet to import into; it is created if missing. Default: the answers go to "
    "standard output as a new sheet, and the receipt to standard error.",
)
@color_options
def import_command(
    *,
    file: str,
    ruleset: str | None,
    respondent: str | None,
    merge: Merge,
    paths: list[Path],
    output: Output,
    sheet: str | None,
) -> int:
    """Import a completed form into an answer sheet.

    Only what the respondent changed since the form was issued is imported. If the sheet has changed
    as well, both versions are shown, and you choose one with --prefer. A cleared cell removes
    nothing without --clear. An answer that is replaced stays in the sheet's history. If something
    cannot be read, nothing is written without --partial. FORM is an Excel (.xlsx) or LibreOffice
    (.ods) workbook, or CSV.

    \b
    readiness workbook import sales.xlsx -o answers/sales.yaml
    readiness workbook import sales.xlsx -o answers/sales.yaml --dry-run
    """
    from readiness.collecting.form_import import Sheets, Unsaved, import_into
    from readiness.collecting.form_reading import read_form
    from readiness.documents.editing import NotEditable

    if respondent is not None:
        refuse_misspelt(respondent, "--respondent", "head-of-sales")
    into = sheet if sheet and Path(sheet).is_file() else choose_output(SHEETS, None, sheet).file
    returned = read_form(
        file, ruleset=ruleset, respondent=respondent or "", paths=paths, strict=merge.strict
    )
    manner = merge.manner(returned, output, may_ask=into is not None)
    sheets = Sheets() if into and not merge.dry_run else Unsaved(is_dry_run=merge.dry_run)
    try:
        receipt = import_into(returned, into or "", manner, sheets)
    except NotEditable as fault:
        raise wrong("--output", f"'{into}': {fault}") from None
    except OSError as fault:
        raise CannotWrite(f"'{into}'", fault) from None
    if into is None and isinstance(sheets, Unsaved) and sheets.held and not merge.dry_run:
        Output(None, "yaml").write(sheets.held[""])
    _tell(receipt, output, to_error=into is None)
    merge.write_corrections([receipt])
    if receipt.status == "refused":
        say(_why_refused(receipt))
        return EXIT_WRONG
    return 0 if receipt.is_complete else EXIT_NOT_READY


def _tell(receipt: Receipt, output: Output, *, to_error: bool) -> None:
    from readiness.collecting.receipt import print_receipt

    if output.format == "json" and to_error:
        say(json_file_text(receipt.to_dict()).removesuffix("\n"))
    elif output.format == "json":
        output.write_json(receipt.to_dict())
    elif to_error:
        print_receipt(receipt, console(color=output.color, width=output.width, to_error=True))
    else:
        output.print(lambda page: print_receipt(receipt, page))


def _why_refused(receipt: Receipt) -> str:
    from readiness.reports.phrasing import count_noun

    if receipt.refusals:
        return "nothing was written: the form cannot be imported into this file"
    problems = count_noun(len(receipt.returned.problems), "problem")
    return (
        f"nothing was written: {problems} in the form; correct the form, or take what can be read "
        "with --partial"
    )
