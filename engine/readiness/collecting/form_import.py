"""Forms that came back, taken into answer sheets: what changes there, receipts, and corrections."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import astuple, dataclass, field, fields, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from readiness.assessing import Assessor
from readiness.collecting.answer_files import NoSheet, answer_file, name_sheets
from readiness.collecting.form.cells import how
from readiness.collecting.form.form_entries import (
    ImportOptions,
    Outcome,
    entries_by,
    outcomes,
    own_entries,
    with_entry,
    with_history,
)
from readiness.collecting.forms import ReturnedForm, read_form
from readiness.collecting.receipt import Receipt, print_problem, print_receipt, problem_as_plain
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.changing import save_if_unchanged
from readiness.documents.csv_text import CsvDialect, comma_separated
from readiness.documents.editing import NotEditable
from readiness.documents.nodes import Node
from readiness.documents.opening import is_hidden, read_bytes
from readiness.documents.reading import decode, read
from readiness.documents.schemas import FORMATS
from readiness.documents.validation import validate
from readiness.loading.engagements import Inquiry, engagements_with
from readiness.loading.files import kind_of, read_file
from readiness.loading.rulesets import is_file
from readiness.model.answers import Given, Sheet, named_questionnaires, read_sheet
from readiness.model.fields import child, text
from readiness.problems import DocumentError, Problem, Problems, Source, Whole, quote_names
from readiness.problems.values import brief
from readiness.reports.phrasing import count_noun
from readiness.result.assessment import Assessment
from readiness.result.contradictions import Contradiction

if TYPE_CHECKING:
    from rich.console import Console


@brief
@dataclass(frozen=True, slots=True)
class Imported:
    """What comes of an import: the new text of the sheet, None where it stays, and the receipt."""

    text: str | None
    receipt: Receipt


class Sheets:
    """Where answer sheets are read from and saved: the files of these names."""

    is_dry_run = False

    def read(self, name: str) -> bytes | None:
        """Return the content of a sheet; None if there is none. Raises `OSError`."""
        return read_bytes(Path(name)) if name and Path(name).exists() else None

    def save(self, name: str, before: bytes | None, after: bytes) -> bool:
        """Save a sheet; return False if it is no longer as it was before. Raises `OSError`."""
        return save_if_unchanged(name, before, after)


class Unsaved(Sheets):
    """Sheets that are not saved, but kept in `held` for whatever comes after.

    An empty name stands for a sheet that is not in a file.
    """

    def __init__(self, *, is_dry_run: bool = True) -> None:
        self.is_dry_run = is_dry_run
        self.held: dict[str, bytes] = {}

    def read(self, name: str) -> bytes | None:
        """Return the content that a sheet would have by now."""
        return self.held.get(name) or super().read(name)

    def save(self, name: str, before: bytes | None, after: bytes) -> bool:
        """Keep the content that a sheet would have."""
        del before
        self.held[name] = after
        return True


def import_into(
    returned: ReturnedForm, name: str, manner: ImportOptions, sheets: Sheets
) -> Receipt:
    """Import a form into the answer sheet of that name, and save it.

    It is merged again as long as somebody else is changing the sheet. Raises as `import_form`, and
    `OSError` where the sheet cannot be read or saved.
    """
    while True:
        before = sheets.read(name)
        if before is not None:
            decode(before, name)
        imported = import_form(returned, None if before is None else before.decode(), name, manner)
        if imported.text is None:
            return imported.receipt
        if sheets.save(name, before, imported.text.encode()):
            done = "dry_run" if sheets.is_dry_run else imported.receipt.status
            return replace(imported.receipt, status=done)


def import_form(
    returned: ReturnedForm, sheet: str | None, name: str, manner: ImportOptions | None = None
) -> Imported:
    """Merge a form into the text of an answer sheet; None stands for a sheet that is not there yet.

    What the respondent changed since the form was issued counts, what came back as it was does
    not. A form that does not say what it was issued with counts as issued blank; a sheet that does
    not exist yet counts as what the form was issued with. `name` is the file of the sheet, empty if
    there is none. Nothing is written. Raises `DocumentError` if the sheet cannot be read, and
    `NotEditable` where an answer in it cannot be changed by itself.
    """
    manner = manner or ImportOptions()
    refusals = Problems()
    held: dict[str, Given] = {}
    if sheet is not None:
        held = _entries_of(sheet, name, returned, refusals, replaces=manner.replaces)
    if name:
        _refuse_another_engagement(returned, name, refusals)
    if len(refusals):
        receipt = Receipt(returned, name, (), status="refused", refusals=tuple(refusals))
        return Imported(None, receipt)
    base = {} if manner.replaces else returned.issued
    now = {} if manner.replaces else held if sheet is not None else base
    answers = returned.answers
    decided = tuple(outcomes(answers.readable, base, answers.entries, now, manner))
    lost = tuple(
        key
        for key, one in held.items()
        if manner.replaces and key not in answers.entries and not one.is_empty
    )
    receipt = Receipt(returned, name, decided, lost=lost)
    if returned.problems and not manner.partial:
        return Imported(None, replace(receipt, status="refused"))
    if sheet is None or manner.replaces:
        new = returned.as_sheet(_new_entries(returned, decided, held, manner))
    else:
        new = _apply_changes(sheet, name, returned, decided, manner)
    assessment = _assess(returned, new, name)
    hidden = tuple(_find_hidden(returned, assessment))
    contradictions = tuple(_find_contradictions(assessment))
    status = "unchanged" if new == sheet else "imported"
    return Imported(
        None if new == sheet else new,
        replace(receipt, status=status, hidden=hidden, contradictions=contradictions),
    )


def find_earlier_issue(
    path: str, ruleset: Ruleset, respondent: str, given: Map[str, Given]
) -> tuple[int, tuple[str, ...]]:
    """The number of the form in a file, and the questions changed there that `given` has not yet.

    `given` is what the respondent has answered by now. The number is 0 where the file is no form,
    or the form of somebody else.
    """
    try:
        returned = read_form(path, ruleset=ruleset, respondent=respondent)
    except DocumentError:
        return 0, ()
    answers = returned.answers
    merged = outcomes(answers.readable, returned.issued, answers.entries, given, ImportOptions())
    waiting = [one.question for one in merged if one.kind in ("taken", "conflict")]
    number = returned.issue.number if returned.issue else 0
    return number, (*waiting, *sorted(answers.unread))


def _entries_of(
    sheet: str, name: str, returned: ReturnedForm, refusals: Problems, *, replaces: bool
) -> dict[str, Given]:
    """What the respondent of a form answered in the sheet that it goes into; why it cannot."""
    root = read(Source(name, sheet.lstrip("\ufeff")))

    def refuse(key: str, reason: str, hint: str = "") -> None:
        at = child(root, key) or Whole(name)
        refusals.add("not-its-sheet", at, hint=hint, form=returned.name, reason=reason)

    if (kind := kind_of(root)) != "answers":
        what = f"its format is '{kind}'" if kind else "it has no 'format:'"
        refuse("", f"{what}, so it is not an answer sheet")
        return {}
    wrong = Problems()
    validate(root, "answers", wrong)
    wrong.raise_if_any()
    ruleset = returned.ruleset
    held = [one.id for one in ruleset.questionnaires]
    for other in named_questionnaires(root):
        if other not in held:
            form = quote_names(held, joint="and")
            refuse("questionnaire", f"it answers '{other}', but the form is for {form}")
    named = _ruleset_of(root, name)
    if named and named != ruleset.id:
        refuse("ruleset", f"it is for the ruleset '{named}', but the form is for '{ruleset.id}'")
    found = read_sheet(root, name, ruleset.questions, wrong)
    if len(refusals):
        return {}
    wrong.raise_if_any()
    if why := _of_another(found, returned.respondent, replaces=replaces):
        refuse("respondent", *why)
    own = {one.question: one for one in own_entries(returned.respondent, found)}
    return own | entries_by(returned.respondent, [found], refusals)


def _ruleset_of(root: Node, name: str) -> str:
    """The id of the ruleset that a sheet names, also where it names a file."""
    named = text(child(root, "ruleset"))
    if not named or not is_file(named):
        return named.split(" ")[0]
    return text(child(read_file(Path(name).parent / named, Problems()), "id"))


def _of_another(sheet: Sheet, who: str, *, replaces: bool) -> tuple[str, str] | None:
    """Why the form of somebody does not go into a sheet, and what to do; None where it does."""
    whose, others = sheet.respondent, [name for name in sheet.speaks_for if name != who]
    if whose == who:
        if not (replaces and others):
            return None
        return (
            f"it also has answers from {quote_names(others, joint='and')}, which would be lost",
            "",
        )
    if who and who in sheet.speaks_for and not replaces:
        return None
    if not who:
        return f"it belongs to '{whose}', but the form names no respondent", f"--respondent {whose}"
    if whose or sheet.speaks_for:
        names = [whose] if whose else list(sheet.speaks_for)
        hint = "import the form into the sheet of its respondent, or into a new one"
        owners = quote_names(names, joint="and")
        return f"it belongs to {owners}, but the form belongs to '{who}'", hint
    hint = f"if it is the sheet of '{who}', add the line 'respondent: {who}' to it"
    return f"it names no respondent, but the form belongs to '{who}'", hint


def _refuse_another_engagement(returned: ReturnedForm, name: str, problems: Problems) -> None:
    """Refuse a sheet that belongs to another engagement than the form."""
    issued_for = returned.issue.engagement if returned.issue else ""
    there = engagements_with(Path(name)) if issued_for else {}
    if there and issued_for not in there:
        other, file = next(iter(there.items()))
        reason = (
            f"the form was issued for the engagement '{issued_for}', but the file belongs to "
            f"'{other}' ({file})"
        )
        problems.add("not-its-sheet", Whole(name), form=returned.name, reason=reason)


def _new_entries(
    returned: ReturnedForm,
    decided: tuple[Outcome, ...],
    held: Map[str, Given],
    manner: ImportOptions,
) -> dict[str, Given]:
    """The entries of a form that make up a sheet; what they replace stays in their history."""
    entries = {one.question: one.form for one in decided if one.form is not None}
    blank = {key: Given(key, returned.respondent, "blank") for key in held if key not in entries}
    found = {
        key: with_history(manner.stamp(one), held.get(key))
        for key, one in (entries | blank).items()
    }
    return {key: found[key] for key in returned.ruleset.questions if key in found}


def _apply_changes(
    sheet: str,
    name: str,
    returned: ReturnedForm,
    decided: tuple[Outcome, ...],
    manner: ImportOptions,
) -> str:
    """The text of a sheet with what the form changes; all else in it stays as it is."""
    questions, found = returned.ruleset.questions, sheet
    for one in decided:
        if one.changes_the_sheet:
            entry = one.form or Given(one.question, returned.respondent, "blank")
            found = with_entry(found, manner.stamp(entry), returned.respondent, questions, name)
    return found


def _assess(returned: ReturnedForm, sheet: str, name: str) -> Assessment:
    """The assessment of a sheet by itself."""
    ruleset = returned.ruleset
    read_in = read_sheet(read(Source(name, sheet)), name, ruleset.questions, Problems())
    return Assessor(ruleset).assess(read_in)


def _find_contradictions(assessment: Assessment) -> Iterator[Contradiction]:
    """The contradictions in a sheet; not those about answers that are asked of each respondent."""
    questions = assessment.ruleset.questions
    for one in assessment.contradictions:
        if not any(questions[key].ask_each for key in one.questions):
            yield one


def _find_hidden(returned: ReturnedForm, assessment: Assessment) -> Iterator[str]:
    """The questions of the form that are answered, and not asked because of other answers."""
    answered = {key for key, one in returned.answers.entries.items() if one.state == "answered"}
    if answered.isdisjoint(returned.ruleset.ask_when):
        return
    for response in assessment.responses:
        whose = response.respondent == returned.respondent
        if whose and not response.is_asked and response.question.id in answered:
            yield response.question.id


_SPREADSHEETS = (".xlsx", ".xlsm", ".xls", ".ods", ".csv")


@brief
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
    manner: Callable[[ReturnedForm], ImportOptions] = lambda _: ImportOptions(),
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


@dataclass(frozen=True, slots=True)
class Correction:
    """One place of a form to correct: what was found there, what is wrong, and what is expected.

    `sheet` and `cell` are empty for a form that cannot be used as a whole, `question` then too.
    """

    form: str
    respondent: str
    sheet: str
    cell: str
    question: str
    found: str
    problem: str
    expected: str


def corrections(receipts: Iterable[Receipt], unusable: Iterable[Unusable]) -> Iterator[Correction]:
    """Yield what has to be corrected, form by form."""
    for receipt in receipts:
        returned = receipt.returned
        for problem in (*receipt.refusals, *returned.problems, *returned.left_out):
            yield _correction(returned.name, problem, returned)
    for one in unusable:
        for problem in one.problems:
            yield _correction(one.name, problem, None)


def _correction(form: str, problem: Problem, returned: ReturnedForm | None) -> Correction:
    sheet, _, cell = problem.place.cell.rpartition("!")
    question = returned.ruleset.questions.get(problem.question) if returned else None
    return Correction(
        form,
        respondent=(returned.who or returned.respondent) if returned else "",
        sheet=sheet.strip("'"),
        cell=cell,
        question=question.label if question else "",
        found=returned.cells.get(problem.place, "") if returned else "",
        problem=problem.message,
        expected=problem.hint or (how(question) if question else ""),
    )


def corrections_as_csv(found: Iterable[Correction]) -> str:
    """Return corrections as CSV, one line each."""
    names = [one.name for one in fields(Correction)]
    return comma_separated(names, map(astuple, found), CsvDialect())


def corrections_as_text(found: Iterable[Correction]) -> str:
    """Return corrections as a text that people read, form by form."""
    by_form: dict[tuple[str, str], list[Correction]] = {}
    for one in found:
        by_form.setdefault((one.form, one.respondent), []).append(one)
    lines = [] if by_form else ["No corrections needed."]
    for (form, respondent), held in by_form.items():
        whose = f" of {respondent}" if respondent else ""
        lines += [f"Form {form}{whose}: {count_noun(len(held), 'correction')}", ""]
        for one in held:
            place = ", ".join(filter(None, (one.sheet, one.cell)))
            head = ": ".join(filter(None, (place, one.question))) or "The whole form"
            facts = {"Found": one.found, "Problem": one.problem, "Expected": one.expected}
            lines += [head, *(f"  {name}: {text}" for name, text in facts.items() if text), ""]
    return "\n".join(lines).rstrip() + "\n"
