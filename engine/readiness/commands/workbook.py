"""`readiness workbook`: forms that people fill in, and what comes back."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.commands.extras import needed
from readiness.commands.inquiry import inquiry_of
from readiness.commands.names import refuse_unknown
from readiness.commands.options import cache_option, folders_of, output_option, path_option
from readiness.commands.writing import say, write_bytes, write_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from readiness.collecting.form.asked import Form
    from readiness.dependencies.ruleset import Ruleset
    from readiness.loading.engagements import Inquiry

_FORMATS = ("xlsx", "csv")


@click.group("workbook")
def workbook_command() -> None:
    """Make a form of the questions for a respondent to fill in, and read it back.

    The form is a workbook for Excel or LibreOffice Calc, or CSV.

    \b
    readiness workbook export engagement.yaml --respondent sales -o sales.xlsx
    readiness workbook import sales.xlsx -o answers/sales.yaml
    """


@workbook_command.command("export")
@click.argument("source", metavar="RULESET_OR_ENGAGEMENT")
@click.option(
    "--respondent", "-r", required=True, metavar="NAME", help="Who is to fill in the form."
)
@click.option(
    "--questions",
    "-q",
    multiple=True,
    metavar="ID",
    help="Ask only this section or question; may be given several times.",
)
@path_option
@cache_option
@click.option(
    "--format",
    "-f",
    "format_",
    type=click.Choice(_FORMATS),
    help="Make a workbook or CSV. Left out, the end of the file's name says it, else xlsx.",
)
@output_option
def export_command(
    *,
    source: str,
    respondent: str,
    questions: tuple[str, ...],
    paths: tuple[str, ...],
    cache: bool,
    format_: str | None,
    output: str | None,
) -> int:
    """Make the form of a respondent.

    Of an engagement, the form has what the respondent answered already, and leaves out what is
    asked only of groups that the respondent is not in. RULESET_OR_ENGAGEMENT is the id of a
    ruleset, or a file: a ruleset, an engagement, or answers.

    \b
    readiness workbook export crm-pre-implementation -r sales -o sales.xlsx
    readiness workbook export engagement.yaml -r sales -q funding -o sales.csv
    """
    _refuse_misspelt(respondent)
    kind = format_ or _format_of(output)
    if kind == "xlsx" and output in (None, "-") and sys.stdout.isatty():
        msg = "a terminal cannot show a workbook: write it to a file with --output FILE"
        raise click.UsageError(msg)
    if kind == "xlsx":
        needed("openpyxl", "xlsx", "workbooks")
    form = _form(source, respondent, questions, folders_of(paths), cache=cache)
    write_bytes(_laid_out(form, kind), output)
    return 0


def _laid_out(form: Form, kind: str) -> bytes:
    if kind == "csv":
        from readiness.collecting.csv_sheet.writing import form_as_csv

        return form_as_csv(form)
    from readiness.collecting.workbook.book import form_as_workbook

    return form_as_workbook(form)


def _format_of(output: str | None) -> str:
    return "csv" if output and output.lower().endswith(".csv") else "xlsx"


def _form(
    source: str, respondent: str, only: Sequence[str], folders: Sequence[Path], *, cache: bool
) -> Form:
    from readiness.collecting.form.asked import build_form
    from readiness.collecting.form.entries import entries_by
    from readiness.problems import Problems

    ruleset, inquiry = _source(source, folders, cache=cache)
    sections = [key for held in ruleset.questionnaires for key in held.sections]
    for name in only:
        refuse_unknown("section or question", name, [*sections, *ruleset.questions], "--questions")
    if inquiry is None:
        return build_form(ruleset, respondent, only=only)
    problems = Problems()
    given = entries_by(respondent, inquiry.sheets, problems)
    problems.raise_if_any()
    _tell_stranger(respondent, inquiry)
    groups = inquiry.circumstances.groups
    return build_form(
        ruleset, respondent, title=inquiry.title, groups=groups, given=given, only=only
    )


def _source(source: str, folders: Sequence[Path], *, cache: bool) -> tuple[Ruleset, Inquiry | None]:
    """The ruleset that the argument names, with the engagement where it is one."""
    from readiness.loading.files import kind_of, read_file
    from readiness.loading.rulesets import is_file, load_ruleset
    from readiness.problems import Problems

    if not is_file(source):
        return load_ruleset(source, paths=folders, cache=cache), None
    problems = Problems()
    root = read_file(source, problems)
    problems.raise_if_any()
    if kind_of(root) == "ruleset":
        return load_ruleset(Path(source), paths=folders, cache=cache), None
    inquiry = inquiry_of(source, tuple(map(str, folders)), cache=cache)
    return inquiry.ruleset, inquiry


def _tell_stranger(respondent: str, inquiry: Inquiry) -> None:
    """Say so where nothing in the engagement speaks of the respondent: it may be misspelt."""
    from readiness.problems import nearest

    known = {name for members in inquiry.circumstances.groups.values() for name in members}
    for sheet in inquiry.sheets:
        known |= {one.respondent for one in sheet.given} | {sheet.respondent, *sheet.speaks_for}
    known.discard("")
    if known and respondent not in known:
        hint = nearest(respondent, known)
        message = f"'{respondent}' is in no group and has answered nothing yet"
        say("; ".join(filter(None, (message, hint))))


def _refuse_misspelt(respondent: str) -> None:
    from readiness.documents.shapes import correction, matches

    shape = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
    if not matches(shape, respondent):
        right = correction(shape, respondent)
        hint = f"write '{right}'" if right else "write small letters and hyphens: head-of-sales"
        msg = f"'{respondent}' is not kebab-case; {hint}"
        raise click.BadParameter(msg, param_hint="'--respondent'")


@workbook_command.command("import")
@click.argument("file", metavar="FORM", type=click.Path())
@click.option(
    "--ruleset",
    metavar="R",
    help="The ruleset that the form was made for, where it is not found by its id: a file.",
)
@click.option(
    "--respondent", "-r", metavar="NAME", help="Who answers, where the form does not say it."
)
@click.option("--strict", is_flag=True, help="Refuse what no longer fits the questionnaire.")
@path_option
@cache_option
@output_option
def import_command(
    *,
    file: str,
    ruleset: str | None,
    respondent: str | None,
    strict: bool,
    paths: tuple[str, ...],
    cache: bool,
    output: str | None,
) -> int:
    """Read a form that was filled in, and write its answers as an answer sheet.

    Tells every problem with its sheet and cell; then nothing is written. A form that was made
    from an older edition of the questionnaire is read as far as it fits; what does not is told
    and left out. FORM is a workbook, or CSV where its name ends in .csv.

    \b
    readiness workbook import sales.xlsx -o answers/sales.yaml
    """
    from readiness.collecting.returned import is_csv, read_form

    if respondent is not None:
        _refuse_misspelt(respondent)
    if not is_csv(file):
        needed("openpyxl", "xlsx", "workbooks")
        needed("defusedxml", "xlsx", "workbooks")
    returned = read_form(
        file,
        ruleset=ruleset,
        respondent=respondent or "",
        paths=folders_of(paths),
        cache=cache,
        strict=strict,
    )
    write_text(returned.text, output)
    if returned.left_out:
        say("left out, because the questionnaire is another one by now:")
        for problem in returned.left_out:
            say(problem)
    return 0
