"""`readiness workbook`: forms that people fill in, and what comes back."""

from __future__ import annotations

import dataclasses
import datetime
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.commands.main import EXIT_NOT_READY, EXIT_WRONG
from readiness.commands.options import (
    AssessmentSource,
    Date,
    color_options,
    is_ruleset,
    path_option,
    ruleset_of,
)
from readiness.commands.outputs import (
    TEXT_OR_JSON,
    Formats,
    Output,
    OutputFile,
    choose_output,
    output_options,
    printed_option,
    save_if_unchanged,
)
from readiness.commands.refusals import (
    reason,
    refuse_misspelt,
    refuse_unknown,
    require_module,
    wrong,
)
from readiness.commands.writing import console, say
from readiness.documents.opening import read_bytes, record_inputs
from readiness.problems import Problems, nearest
from readiness.problems.terminal_text import json_file_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from readiness.collecting.form.merging import ImportOptions, Outcome, Settle
    from readiness.collecting.form_reading import ReturnedForm
    from readiness.collecting.receipt import Receipt
    from readiness.dependencies.ruleset import Ruleset
    from readiness.loading.engagements import Inquiry
    from readiness.model.answers import Given

FORMS: Formats = {"xlsx": (".xlsx",), "csv": (".csv",)}
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
@click.option(
    "--questions",
    "-q",
    multiple=True,
    metavar="ID",
    help="Ask only this section or question; may be given several times.",
)
@path_option
@click.option(
    "--issue",
    type=click.IntRange(min=1),
    metavar="N",
    help="The issue number of the form. Default: one more than that of the form in FILE, else 1.",
)
@click.option(
    "--replace",
    is_flag=True,
    help="Replace the form in FILE even if its answers have not been imported yet.",
)
@output_options(FORMS)
def export_command(
    *,
    source: str,
    respondent: str,
    questions: tuple[str, ...],
    paths: list[Path],
    issue: int | None,
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
    from readiness.collecting.form.form_entries import entries_by
    from readiness.collecting.form.form_questions import build_form
    from readiness.loading.rulesets import is_file

    refuse_misspelt(respondent, "--respondent", "head-of-sales")
    if output.format == "xlsx":
        require_module("xlsxwriter", "xlsx", "workbooks")
    inquiry = None
    if is_file(source) and not is_ruleset(source):
        inquiry = AssessmentSource(source, paths).load()
    ruleset = inquiry.ruleset if inquiry else ruleset_of(source, paths)
    sections = [key for held in ruleset.questionnaires for key in held.sections]
    known = [*sections, *ruleset.questions]
    refuse_unknown("section or question", questions, known, "--questions")
    given: Mapping[str, Given] = {}
    if inquiry:
        problems = Problems()
        given = entries_by(respondent, inquiry.sheets, problems)
        problems.raise_if_any()
        _tell_stranger(respondent, inquiry)
    before = _earlier_issue(output.file, ruleset, respondent, given, replaces=replace)
    form = build_form(
        ruleset,
        respondent,
        title=inquiry.title if inquiry else "",
        groups=inquiry.circumstances.groups if inquiry else {},
        given=given,
        only=questions,
        engagement=inquiry.id if inquiry else "",
        issue=issue or before + 1,
        day=datetime.date.today().isoformat(),
    )
    if output.format == "csv":
        from readiness.collecting.csv_form import form_as_csv

        output.write(form_as_csv(form))
    else:
        from readiness.collecting.workbook.workbook import form_as_workbook

        output.write(form_as_workbook(form))


def _earlier_issue(
    file: str | None, ruleset: Ruleset, who: str, given: Mapping[str, Given], *, replaces: bool
) -> int:
    """The number of the form that is in a file already; 0 where there is none.

    Refuses to replace a form that was not imported yet.
    """
    from readiness.collecting.form_import import find_earlier_issue

    if file is None or not Path(file).is_file():
        return 0
    with record_inputs():  # the form before is read to be replaced
        before, waiting = find_earlier_issue(file, ruleset, who, given)
    if waiting and not replaces:
        which = waiting[0] if len(waiting) == 1 else f"{waiting[0]} and {len(waiting) - 1} more"
        message = (
            f"'{file}' is a form with answers that have not been imported ({which}): "
            "import it first, write to another file, or replace it with --replace"
        )
        raise wrong("--output", message)
    return before


def _tell_stranger(respondent: str, inquiry: Inquiry) -> None:
    """Say so where nothing in the engagement speaks of the respondent: it may be misspelt."""
    known = {name for members in inquiry.circumstances.groups.values() for name in members}
    for sheet in inquiry.sheets:
        known |= {one.respondent for one in sheet.given} | {sheet.respondent, *sheet.speaks_for}
    known.discard("")
    if known and respondent not in known:
        hint = nearest(respondent, known)
        message = f"'{respondent}' belongs to no group and has not answered anything yet"
        say("; ".join(filter(None, (message, hint))))


@workbook_command.command(
    "import",
    epilog="Exit status: 0 if every change in the form has been imported or decided on; 1 if a "
    "conflict or something unreadable is left; 2 if the form was refused and nothing was "
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
@click.option(
    "--prefer",
    type=click.Choice(["form", "sheet"]),
    help="Use this version if form and sheet have both changed. Default: a terminal asks; "
    "otherwise neither is imported.",
)
@click.option("--clear", is_flag=True, help="Remove the answers that were cleared in the form.")
@click.option("--partial", is_flag=True, help="Import what can be read, and list the rest.")
@click.option(
    "--replace", is_flag=True, help="Replace the content of the sheet with that of the form."
)
@click.option(
    "--strict", is_flag=True, help="Refuse the form if an answer no longer fits the questionnaire."
)
@click.option(
    "--as-of",
    metavar="DATE",
    type=Date(),
    help="The day on which the answers were given, such as 2026-11-21. Default: today.",
)
@click.option("--dry-run", is_flag=True, help="Show the receipt, but write nothing.")
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
    prefer: str | None,
    clear: bool,
    partial: bool,
    replace: bool,
    strict: bool,
    as_of: datetime.date | None,
    dry_run: bool,
    paths: list[Path],
    output: Output,
    sheet: str | None,
) -> int:
    """Import a completed form into an answer sheet.

    Only what the respondent changed since the form was issued is imported. If the sheet has changed
    as well, both versions are shown, and you choose one with --prefer. A cleared cell removes
    nothing without --clear. An answer that is replaced stays in the sheet's history. If something
    cannot be read, nothing is written without --partial. FORM is a workbook, or CSV if its name
    ends in .csv.

    \b
    readiness workbook import sales.xlsx -o answers/sales.yaml
    readiness workbook import sales.xlsx -o answers/sales.yaml --dry-run
    """
    from readiness.collecting.form.merging import ImportOptions
    from readiness.collecting.form_reading import read_form

    if respondent is not None:
        refuse_misspelt(respondent, "--respondent", "head-of-sales")
    if replace and (prefer or clear or partial):
        raise click.UsageError(
            "--replace merges nothing; leave out --prefer, --clear and --partial"
        )
    into = sheet if sheet and Path(sheet).is_file() else choose_output(SHEETS, None, sheet).file
    returned = read_form(
        file, ruleset=ruleset, respondent=respondent or "", paths=paths, strict=strict
    )
    target = None if into is None else Path(into)
    asks = sys.stdin.isatty() and sys.stdout.isatty() and not dry_run and target is not None
    settle = _asking(returned) if asks and not prefer else lambda _: prefer or ""
    manner = ImportOptions(settle, clear=clear, partial=partial, replaces=replace, day=as_of)
    receipt = _import(returned, target, manner, dry_run=dry_run)
    _tell(receipt, output, to_error=target is None)
    if receipt.status == "refused":
        say(_why_refused(receipt))
        return EXIT_WRONG
    return 0 if receipt.is_complete else EXIT_NOT_READY


def _asking(returned: ReturnedForm) -> Settle:
    """What asks at the terminal which side of a conflict to take.

    What was said of a conflict counts as long as it stays the same.
    """
    from readiness.collecting.form.merging import is_alike
    from readiness.collecting.receipt import print_conflict
    from readiness.reports.terminal.page import Page

    said: dict[str, tuple[Outcome, str]] = {}

    def settle(one: Outcome) -> str:
        known = said.get(one.question)
        if known is None or not is_alike(known[0].sheet, one.sheet):
            print_conflict(Page(console(color=None, width=None)), returned, one)
            choices = click.Choice(["form", "sheet", "neither"], case_sensitive=False)
            taken = click.prompt("Use", type=choices, default="neither")
            said[one.question] = known = one, "" if taken == "neither" else str(taken)
        return known[1]

    return settle


def _import(
    returned: ReturnedForm, target: Path | None, manner: ImportOptions, *, dry_run: bool
) -> Receipt:
    """Import a form into the sheet of that name; without a name, into standard output."""
    from readiness.collecting.form_import import import_form
    from readiness.documents.editing import NotEditable
    from readiness.documents.reading import decode

    while True:
        before = None if target is None else _content_of(target)
        if before is not None:
            decode(before, str(target))
        sheet = None if before is None else before.decode()
        try:
            imported = import_form(returned, sheet, str(target or ""), manner)
        except NotEditable as fault:
            raise wrong("--output", f"'{target}': {fault}") from None
        receipt = imported.receipt
        if imported.text is None:
            return receipt
        if dry_run:
            return dataclasses.replace(receipt, status="dry_run")
        if target is None:
            Output(None, "yaml").write(imported.text)
            return receipt
        if save_if_unchanged(target, before, imported.text.encode()):
            return receipt


def _content_of(target: Path) -> bytes | None:
    if target.exists() and not target.is_file():
        raise wrong("--output", f"'{target}' is not a file")
    try:
        return read_bytes(target) if target.exists() else None
    except OSError as fault:
        raise wrong("--output", f"cannot read '{target}': {reason(fault)}") from None


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
    if receipt.refusals:
        return "nothing was written: the form cannot be imported into this file"
    number = len(receipt.returned.problems)
    problems = "1 problem" if number == 1 else f"{number} problems"
    return (
        f"nothing was written: {problems} in the form; correct the form, or take what can be read "
        "with --partial"
    )
