"""All the forms that came back, taken into the answer sheets of an engagement one after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from readiness.collecting.answer_files import NoSheet, answer_file, name_sheets
from readiness.collecting.form.merging import ImportOptions
from readiness.collecting.form_import import Sheets, import_into
from readiness.collecting.form_reading import ReturnedForm, read_form
from readiness.collecting.receipt import Receipt, print_problem, print_receipt, problem_as_plain
from readiness.documents.editing import NotEditable
from readiness.documents.opening import is_hidden
from readiness.documents.schemas import FORMATS
from readiness.loading.engagements import Inquiry
from readiness.problems import DocumentError, Problem, Problems, Whole
from readiness.reports.phrasing import count_noun

if TYPE_CHECKING:
    from rich.console import Console

_SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv")


@dataclass(frozen=True, slots=True)
class Unusable:
    """A file that cannot be read as a form of the engagement at all, and why."""

    name: str
    problems: tuple[Problem, ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain values that JSON can hold."""
        return {"form": self.name, "problems": [problem_as_plain(one) for one in self.problems]}


@dataclass(slots=True)
class Intake:
    """What came of importing forms; `skipped` are the files of folders that are no forms."""

    engagement: str
    receipts: list[Receipt] = field(default_factory=list)
    unusable: list[Unusable] = field(default_factory=list)
    skipped: list[str] = field(default_factory=list)

    @property
    def is_complete(self) -> bool:
        """Whether everything in all forms could be read, and has been decided on."""
        return not self.unusable and all(one.is_complete for one in self.receipts)

    def to_dict(self) -> dict[str, Any]:
        """The receipts document: plain values that JSON can hold."""
        return {
            "format": FORMATS["receipts"],
            "engagement": self.engagement,
            "receipts": [one.to_dict() for one in self.receipts],
            "unusable": [one.to_dict() for one in self.unusable],
            "skipped": self.skipped,
        }


def import_forms(
    inquiry: Inquiry,
    targets: Iterable[str],
    manner: Callable[[ReturnedForm], ImportOptions],
    *,
    sheets: Sheets | None = None,
    strict: bool = False,
) -> Intake:
    """Import the forms in some files and folders, each into the answer sheet of its respondent.

    Forms are recognised by their content. `manner` says how a form is imported. A form that cannot
    be used never keeps the others from being imported. Forms of the same respondent are imported in
    the order of their issues. `strict` is as in `read_form`. Raises `OSError` where a sheet cannot
    be read or saved.
    """
    sheets = sheets or Sheets()
    intake, returned = Intake(inquiry.id), list[ReturnedForm]()
    for path, is_named in _files(targets):
        try:
            form = read_form(path, ruleset=inquiry.ruleset, strict=strict)
            returned.append(replace(form, who=inquiry.circumstances.people.name(form.respondent)))
        except DocumentError as error:
            if is_named or _is_meant(path, error):
                intake.unusable.append(Unusable(path, error.problems))
            else:
                intake.skipped.append(path)
    files: dict[str, str] = {}
    for form in sorted(returned, key=lambda one: one.issue.number if one.issue else 0):
        try:
            options = manner(form)
            name = _sheet_of(inquiry, form, files, replaces=options.replaces)
            if not sheets.is_dry_run:
                name_sheets(inquiry)
            intake.receipts.append(import_into(form, name, options, sheets))
        except DocumentError as error:
            intake.unusable.append(Unusable(form.name, error.problems))
        except (NoSheet, NotEditable) as fault:
            problems = Problems()
            problems.add("not-importable", Whole(form.name), reason=str(fault))
            intake.unusable.append(Unusable(form.name, tuple(problems)))
    return intake


def _sheet_of(
    inquiry: Inquiry, form: ReturnedForm, files: dict[str, str], *, replaces: bool
) -> str:
    """The answer sheet of the respondent of a form; `files` has those of the forms before."""
    if not form.respondent:
        raise NoSheet("it does not state its respondent")
    if form.respondent in files and replaces:
        raise NoSheet("another form of the same respondent has just replaced the answers")
    if form.respondent not in files:
        file = Path(inquiry.name).parent / answer_file(inquiry, form.respondent)
        files[form.respondent] = str(file)
    return files[form.respondent]


def _files(targets: Iterable[str]) -> Iterator[tuple[str, bool]]:
    """Each file once, and whether it was named itself; hidden files of folders are left out."""
    seen: set[Path] = set()
    for target in targets:
        folder = Path(target)
        is_folder = folder.is_dir()
        for path in sorted(folder.rglob("*")) if is_folder else [folder]:
            is_left = is_folder and (not path.is_file() or is_hidden(path, folder, ()))
            if is_left or path.name.startswith("~$") or path.resolve() in seen:
                continue
            seen.add(path.resolve())
            yield str(path), not is_folder


def _is_meant(path: str, error: DocumentError) -> bool:
    """Whether a file of a folder that cannot be used was meant as a form all the same."""
    is_foreign = {problem.code for problem in error.problems} == {"form-foreign"}
    return path.lower().endswith(_SPREADSHEETS) and not is_foreign


def print_intake(intake: Intake, console: Console) -> None:
    """Print the receipt of each form, the files that cannot be used, and a summary."""
    from readiness.reports.terminal.page import Page

    page = Page(console)
    for receipt in intake.receipts:
        print_receipt(receipt, console)
        page.blank()
    for one in page.section("Files that cannot be imported", intake.unusable):
        for problem in one.problems:
            print_problem(page, problem)
    for name in page.section("Files that are not forms", intake.skipped):
        page.bullet(name)
    page.heading(f"Summary: {count_noun(len(intake.receipts) + len(intake.unusable), 'form')}")
    for receipt in intake.receipts:
        returned, done = receipt.returned, receipt.status.replace("_", " ")
        figures = {
            "changed": len(receipt.changed),
            "not decided": len(receipt.undecided),
            "not readable": len(returned.problems),
        }
        told = "".join(f", {number} {what}" for what, number in figures.items() if number)
        page.bullet(f"{returned.name}, {returned.who}: {done}{told}")
    for one in intake.unusable:
        page.bullet(f"{one.name}: refused")
