"""`readiness forms` and `workbook`: forms that people fill in, and what comes back.

`forms` makes those of all respondents; `workbook` uses the same for one of them.
"""

from __future__ import annotations

import datetime
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

import readiness
from readiness.commands import options, outputs, refusals
from readiness.commands.main import EXIT_NOT_READY, EXIT_WRONG
from readiness.commands.options import flag, option, several
from readiness.commands.outputs import Output
from readiness.commands.writing import console, say
from readiness.documents.opening import record_inputs
from readiness.problems import nearest
from readiness.problems.terminal_text import json_file_text

if TYPE_CHECKING:
    from email.headerregistry import Address

    from readiness.collecting.form.form_entries import Settle
    from readiness.collecting.form.form_questions import Form

FORMS: outputs.Formats = {"xlsx": (".xlsx",), "csv": (".csv",)}
_CORRECTIONS: outputs.Formats = {"text": (".txt",), "csv": (".csv",)}


@click.group("forms")
def forms_command() -> None:
    """Create forms for all respondents, and import completed forms.

    \b
    readiness forms export engagement.yaml --into forms
    readiness forms import engagement.yaml returned
    """


replace_option: options.Decorator = flag(
    "--replace", "Replace an existing form even if its answers have not been imported yet."
)


def _require_format(form: str) -> None:
    if form == "xlsx":
        refusals.require_module("xlsxwriter", "xlsx", "workbooks")


@dataclass(frozen=True)
class FormMaker:
    """Makes forms for respondents, of an engagement if there is an `inquiry`."""

    ruleset: readiness.Ruleset
    inquiry: readiness.Inquiry | None
    questions: tuple[str, ...]
    format: str
    separator: str = ","
    replace: bool = False

    def __post_init__(self) -> None:
        _require_format(self.format)
        options.refuse_unknown_questions(self.questions, self.ruleset)

    def make(self, respondent: str, file: str | None, issue: int | None = None) -> Form:
        """The form of a respondent for a file; its issue follows that of a form there.

        Refuses to replace a form in the file that was not imported yet.
        """
        from readiness.collecting.forms import make_form

        source, wanted = self.inquiry or self.ruleset, self.questions
        before = self._earlier_issue(file, respondent)
        return make_form(source, respondent, questions=wanted, issue=issue or before + 1)

    def content(self, form: Form) -> bytes:
        """A form as the content of a file."""
        from readiness.collecting.forms import form_content

        return form_content(form, self.format, self.separator)

    def _earlier_issue(self, file: str | None, respondent: str) -> int:
        """The number of the form that is in a file already; 0 where there is none."""
        from readiness.collecting.form_import import find_earlier_issue
        from readiness.collecting.forms import given_by

        if file is None or not Path(file).is_file():
            return 0
        given = given_by(self.inquiry, respondent)
        with record_inputs():  # the form before is read to be replaced
            before, waiting = find_earlier_issue(file, self.ruleset, respondent, given)
        if waiting and not self.replace:
            which = waiting[0] if len(waiting) == 1 else f"{waiting[0]} and {len(waiting) - 1} more"
            message = (
                f"'{file}' is a form with answers that have not been imported ({which}): "
                "import it first, write to another file, or replace it with --replace"
            )
            raise refusals.wrong("--output", message)
        return before


def _load_engagement(source: options.AssessmentSource) -> readiness.Inquiry:
    """Load an engagement, as `AssessmentSource.load`; refuse a single answer sheet."""
    inquiry = source.load(names_all=True)
    if inquiry.engagement is None:
        raise refusals.wrong(
            "ENGAGEMENT", f"'{source.path}' is a single answer sheet, not an engagement"
        )
    return inquiry


@forms_command.command("export")
@click.argument("engagement", metavar="ENGAGEMENT")
@option(
    "--into DIR",
    "The folder for the forms, each named after its respondent; it is created if missing.",
    required=True,
)
@several("--respondent -r NAME", "Only the form of this respondent", name="named")
@options.questions_option
@option(
    "--format -f",
    "The format of the forms. Default: xlsx.",
    name="format_",
    type=click.Choice(list(FORMS)),
    default="xlsx",
)
@options.separator_option("CSV")
@replace_option
@options.path_option
def export_command(
    *,
    engagement: str,
    into: str,
    named: tuple[str, ...],
    questions: tuple[str, ...],
    format_: str,
    separator: str,
    replace: bool,
    paths: list[Path],
) -> None:
    """Create a form for each respondent of an engagement in one folder.

    Each form contains the respondent's questions and previous answers. Exporting again raises the
    issue number. No form is written if one in the folder has answers that have not been imported
    yet.

    \b
    readiness forms export engagement.yaml --into forms
    readiness forms export engagement.yaml --into forms --format csv --separator semicolon
    """
    from readiness.reports.phrasing import count_noun

    inquiry = options.AssessmentSource(engagement, paths).load(names_all=True)
    maker = FormMaker(inquiry.ruleset, inquiry, questions, format_, separator, replace)
    respondents = inquiry.respondents
    if inquiry.engagement is None or not respondents:
        message = f"'{engagement}' names nobody: list them under 'respondents' or 'groups'"
        raise refusals.wrong("ENGAGEMENT", message)
    people = inquiry.circumstances.people
    chosen = [people.called(name) for name in named] or respondents
    refusals.refuse_unknown("respondent", chosen, respondents, "--respondent")
    made = {}
    for respondent in chosen:
        file = str(Path(into) / f"{respondent}.{format_}")
        made[file] = maker.make(respondent, file)
    contents = {file: maker.content(form) for file, form in made.items() if form.asked}
    for file, form in made.items():
        told = "no questions for this respondent"
        if file in contents:
            Output(file, format_, "--into").write(contents[file])
            told = count_noun(len(form.asked), "question")
        where = file if file in contents else "no form"
        Output(None, "text").write_lines(f"{where}: {form.respondent}, {told}\n")


@dataclass(frozen=True)
class Merge:
    """What the command line says of how forms are imported."""

    prefer: str | None
    clear: bool
    partial: bool
    replace: bool
    strict: bool
    as_of: datetime.date | None
    dry_run: bool
    corrections: Output | None

    def __post_init__(self) -> None:
        if self.replace and (self.prefer or self.clear or self.partial):
            raise click.UsageError(
                "--replace merges nothing; leave out --prefer, --clear and --partial"
            )

    def manner(
        self, returned: readiness.ReturnedForm, output: Output, *, may_ask: bool = True
    ) -> readiness.ImportOptions:
        """How a form that was read is imported, before anything is written.

        A terminal asks about conflicts unless a side is preferred.
        """
        for written in filter(None, (output, self.corrections)):
            written.refuse_input()
        may_ask = may_ask and sys.stdin.isatty() and sys.stdout.isatty() and not self.dry_run
        ask = _asking(returned) if may_ask and not self.prefer else lambda _: self.prefer or ""
        return readiness.ImportOptions(
            ask, clear=self.clear, partial=self.partial, replaces=self.replace, day=self.as_of
        )

    def write_corrections(
        self, receipts: Iterable[readiness.Receipt], unusable: Iterable[readiness.Unusable] = ()
    ) -> None:
        """Write what has to be corrected in the forms, if that is asked for."""
        from readiness.collecting.form_import import (
            corrections,
            corrections_as_csv,
            corrections_as_text,
        )

        found, output = corrections(receipts, unusable), self.corrections
        if output is not None and output.format == "csv":
            output.write(corrections_as_csv(found))
        elif output is not None:
            output.write_lines(corrections_as_text(found))


# The command gets `merge`, how forms are imported.
merge_options: options.Decorator = options.collect_options(
    "merge",
    Merge,
    option(
        "--prefer",
        "Use this version if form and sheet have both changed. Default: you are asked; "
        "without a terminal, neither is imported.",
        type=click.Choice(["form", "sheet"]),
    ),
    flag("--clear", "Remove the answers that were cleared in the form."),
    flag("--partial", "Import what can be read, and list the rest."),
    flag("--replace", "Replace the content of the sheet with that of the form."),
    flag("--strict", "Refuse the form if an answer no longer fits the questionnaire."),
    option(
        "--as-of DATE",
        "The day on which the answers were given, such as 2026-11-21. Default: today.",
    ),
    flag("--dry-run", "Show the receipt, but write nothing."),
    option(
        "--corrections FILE",
        "Write what has to be corrected in the forms to FILE, as text or CSV: form, sheet, "
        "cell, what was found, and what is expected.",
        type=outputs.OutputFile(_CORRECTIONS),
        callback=lambda _context, _option, file: (
            file and outputs.choose_output(_CORRECTIONS, None, file, "--corrections")
        ),
    ),
)


def _asking(returned: readiness.ReturnedForm) -> Settle:
    """What asks at the terminal which side of a conflict to take.

    What was said of a conflict counts as long as it stays the same.
    """
    from readiness.collecting.form.form_entries import is_alike
    from readiness.collecting.receipt import print_conflict
    from readiness.reports.terminal.page import Page

    said: dict[str, tuple[readiness.Outcome, str]] = {}

    def settle(one: readiness.Outcome) -> str:
        known = said.get(one.question)
        if known is None or not is_alike(known[0].sheet, one.sheet):
            print_conflict(Page(console(color=None, width=None)), returned, one)
            choices = click.Choice(["form", "sheet", "neither"], case_sensitive=False)
            taken = click.prompt("Use", type=choices, default="neither")
            said[one.question] = known = one, "" if taken == "neither" else str(taken)
        return known[1]

    return settle


@forms_command.command(
    "import",
    epilog="Exit status: 0 if every change in every form has been imported or decided on; 1 if a "
    "form could not be used, or a conflict or an unreadable entry remains; 2 if the command line "
    "or the engagement is wrong.",
)
@click.argument("engagement", metavar="ENGAGEMENT")
@click.argument(
    "targets", metavar="FILE_OR_DIR...", nargs=-1, required=True, type=click.Path(exists=True)
)
@merge_options
@outputs.result_options(outputs.TEXT_OR_JSON)
def import_command(
    *, engagement: str, targets: tuple[str, ...], merge: Merge, paths: list[Path], output: Output
) -> int:
    """Import completed forms, each into the answer sheet of its respondent.

    The forms are recognised by their content, whatever the files are called: Excel
    (.xlsx) or LibreOffice (.ods) workbooks, or CSV. Each is merged as 'workbook import' does: only
    the respondent's changes are imported, and an answer that was also changed in the sheet is a
    conflict. A form that cannot be used does not stop the others. Prints a receipt for each form,
    and a summary.

    \b
    readiness forms import engagement.yaml returned --dry-run
    readiness forms import engagement.yaml returned --partial --corrections corrections.csv
    """
    from readiness.collecting.form_import import Unsaved, print_intake

    inquiry = _load_engagement(options.AssessmentSource(engagement, paths))
    sheets = Unsaved() if merge.dry_run else readiness.Sheets()
    intake = readiness.import_forms(
        inquiry,
        targets,
        lambda form: merge.manner(form, output),
        sheets=sheets,
        strict=merge.strict,
    )
    if output.format == "json":
        output.write_json(intake.to_dict())
    else:
        output.print(lambda page: print_intake(intake, page))
    merge.write_corrections(intake.receipts, intake.unusable)
    return 0 if intake.is_complete else EXIT_NOT_READY


def _address(context: click.Context, param: click.Parameter, given: str | None) -> Address | None:
    """Whom reminders are from: Ann <ann@example.com>, or an address alone."""
    from email.errors import MessageError
    from email.headerregistry import Address
    from email.utils import parseaddr

    name, address = parseaddr(given or "")
    try:
        return Address(name, addr_spec=address) if given else None
    except (IndexError, MessageError, ValueError):  # by Python version
        message = "write an address, such as 'Ann Smith <ann@example.com>'"
        raise click.BadParameter(message, context, param) from None


@click.command("remind")
@click.argument("path", metavar="ENGAGEMENT")
@option(
    "--into DIR",
    "The folder for the e-mails; it is created if missing. Default: reminders.",
    default="reminders",
)
@option(
    "--form",
    "The format of the attached forms. Default: xlsx.",
    type=click.Choice(list(FORMS)),
    default="xlsx",
)
@option(
    "--from ADDRESS",
    "The sender of the e-mails: 'Ann Smith <ann@example.com>'. Default: a placeholder.",
    name="sender",
    callback=_address,
)
@options.engagement_options
@options.path_option
@outputs.output_options(outputs.TEXT_OR_JSON)
def remind_command(
    *,
    source: options.AssessmentSource,
    into: str,
    form: str,
    sender: Address | None,
    output: Output,
) -> None:
    """Draft an e-mail to each respondent who still has questions to answer.

    Nothing is sent: each e-mail is a draft (.eml) with the open questions, the due date, and the
    form attached. Respondents without an e-mail address, or with nothing outstanding, are listed.
    --as-of sets the date of the e-mails; the same input gives the same files.

    \b
    readiness remind engagement.yaml
    readiness remind engagement.yaml --into reminders --as-of 2026-12-04
    """
    from readiness.collecting.reminders import SENDER, reminder_messages
    from readiness.documents.schemas import FORMATS
    from readiness.reports.phrasing import count_noun
    from readiness.reports.respondents.progress import progress

    inquiry = _load_engagement(source)
    assessment = readiness.Assessor(inquiry.ruleset).assess(inquiry)
    _require_format(form)
    found, told = list(readiness.reminders(inquiry, progress(assessment))), []
    messages = reminder_messages(inquiry, found, format=form, sender=sender or SENDER)
    for one in found:
        who = one.respondent
        file = Path(into) / f"{who.id}.eml"
        what = one.why_not or count_noun(len(one.own or one.shared), "question")
        told.append(f"{'no reminder' if one.why_not else file}: {who.name}, {what}\n")
        if not one.why_not:
            Output(str(file), "eml", "--into").write(messages[who.id])
    if output.format == "json":
        document = {"format": FORMATS["reminders"], "engagement": inquiry.id}
        plain = [
            {**one.to_dict(), "file": None if one.why_not else f"{into}/{one.respondent.id}.eml"}
            for one in found
        ]
        output.write_json({**document, "reminders": plain})
    else:
        output.write_lines("".join(told) or "There is nobody to remind.\n")


SHEETS: outputs.Formats = {"yaml": (".yaml", ".yml")}


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
@option("--respondent -r NAME", "The respondent who will fill in the form.", required=True)
@options.questions_option
@options.path_option
@option(
    "--issue N",
    "The issue number of the form. Default: one more than that of the form in FILE, else 1.",
)
@options.separator_option("CSV")
@replace_option
@outputs.output_options(FORMS)
def export_one(
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
    if is_file(source) and not options.is_ruleset(source):
        inquiry = options.AssessmentSource(source, paths).load(names_all=True)
        respondent = inquiry.circumstances.people.called(respondent)
    refusals.refuse_misspelt(respondent, "--respondent", "head-of-sales")
    if inquiry:
        _tell_stranger(respondent, inquiry)
    ruleset = inquiry.ruleset if inquiry else options.ruleset_of(source, paths)
    maker = FormMaker(ruleset, inquiry, questions, output.format, separator, replace)
    output.write(maker.content(maker.make(respondent, output.file, issue)))


def _tell_stranger(respondent: str, inquiry: readiness.Inquiry) -> None:
    """Say so where nothing in the engagement speaks of the respondent: it may be misspelt.

    If the engagement declares its respondents, nobody else is one.
    """
    if inquiry.circumstances.people.respondents:
        refusals.refuse_unknown("respondent", [respondent], inquiry.respondents, "--respondent")
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
@option(
    "--ruleset R", "The file of the ruleset for which the form was created, if its id is not found."
)
@option("--respondent -r NAME", "The respondent, if the form does not name one.")
@merge_options
@options.path_option
@outputs.printed_option(outputs.TEXT_OR_JSON)
@option(
    "--output -o SHEET",
    "The answer sheet to import into; it is created if missing. Default: the answers go to "
    "standard output as a new sheet, and the receipt to standard error.",
    name="sheet",
    type=outputs.OutputFile(SHEETS),
)
@options.color_options
def import_one(
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
    from readiness.collecting.form_import import Unsaved, import_into

    if respondent is not None:
        refusals.refuse_misspelt(respondent, "--respondent", "head-of-sales")
    into = (
        sheet
        if sheet and Path(sheet).is_file()
        else outputs.choose_output(SHEETS, None, sheet).file
    )
    returned = readiness.read_form(
        file, ruleset=ruleset, respondent=respondent or "", paths=paths, strict=merge.strict
    )
    manner = merge.manner(returned, output, may_ask=into is not None)
    sheets = readiness.Sheets() if into and not merge.dry_run else Unsaved(is_dry_run=merge.dry_run)
    try:
        receipt = import_into(returned, into or "", manner, sheets)
    except readiness.NotEditable as fault:
        raise refusals.wrong("--output", f"'{into}': {fault}") from None
    except OSError as fault:
        raise refusals.CannotWrite(f"'{into}'", fault) from None
    if into is None and isinstance(sheets, Unsaved) and sheets.held and not merge.dry_run:
        Output(None, "yaml").write(sheets.held[""])
    _tell_receipt(receipt, output, to_error=into is None)
    merge.write_corrections([receipt])
    if receipt.status == "refused":
        say(_why_refused(receipt))
        return EXIT_WRONG
    return 0 if receipt.is_complete else EXIT_NOT_READY


def _tell_receipt(receipt: readiness.Receipt, output: Output, *, to_error: bool) -> None:
    from readiness.collecting.receipt import print_receipt

    if output.format == "json" and to_error:
        say(json_file_text(receipt.to_dict()).removesuffix("\n"))
    elif output.format == "json":
        output.write_json(receipt.to_dict())
    elif to_error:
        print_receipt(receipt, console(color=output.color, width=output.width, to_error=True))
    else:
        output.print(lambda page: print_receipt(receipt, page))


def _why_refused(receipt: readiness.Receipt) -> str:
    from readiness.reports.phrasing import count_noun

    if receipt.refusals:
        return "nothing was written: the form cannot be imported into this file"
    problems = count_noun(len(receipt.returned.problems), "problem")
    return (
        f"nothing was written: {problems} in the form; correct the form, or take what can be read "
        "with --partial"
    )
