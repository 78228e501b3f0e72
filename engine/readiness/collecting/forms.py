"""Forms as files: those of the respondents, and what is in one that came back."""

from __future__ import annotations

import datetime
import re
from codecs import BOM_UTF8
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from readiness.collecting.csv_form import CsvForm
from readiness.collecting.form import filled_form
from readiness.collecting.form.form_entries import answers_text, entries_by
from readiness.collecting.form.form_questions import Form, FormFingerprint, Issue, build_form
from readiness.collecting.workbook.cell_reading import OLE
from readiness.collecting.workbook.reading import WorkbookForm
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.opening import read_bytes
from readiness.loading.engagements import Inquiry
from readiness.loading.rulesets import is_file, load_ruleset
from readiness.loading.search_path import find
from readiness.model.answers import Given
from readiness.problems import Place, Problem, Problems, Whole, quote_names, refusal, refuse_unknown
from readiness.problems.values import brief

MOST_MIB = 32
"""How large a file may be."""

_KEYS, _FIRST = {b"id", b"answer"}, 4096


@brief
@dataclass(frozen=True, slots=True)
class ReturnedForm:
    """A form as it came back.

    `issue` is None, and `issued` empty, where the form does not say what it was issued with.
    `problems` are what cannot be read, cell by cell; `remarks` what is in the form beside the
    answers, such as comments. `cells` has what was filled in, by its place. `who` is the name of
    the respondent, where an engagement tells it.
    """

    name: str
    ruleset: Ruleset
    respondent: str
    issue: Issue | None
    issued: Map[str, Given]
    answers: filled_form.FilledEntries
    problems: tuple[Problem, ...]
    remarks: tuple[Problem, ...]
    cells: Map[Place, str] = field(default_factory=dict)
    who: str = ""

    @property
    def left_out(self) -> tuple[Problem, ...]:
        """What no longer fits the questionnaire."""
        return tuple(self.answers.left_out.in_order())

    def as_sheet(self, entries: Map[str, Given]) -> str:
        """Answers to the questions of the form as a new answer sheet of its respondent."""
        held = self.ruleset.questionnaires
        editions = ", ".join(f"{one.id} {one.version}" for one in held)
        origin = f"Answers from {Path(self.name).name}, to {editions}"
        names = [one.id for one in held]
        return answers_text(entries, names, self.respondent, origin=origin)


class OpenedForm(Protocol):
    """A form as one kind of file holds it."""

    binding: FormFingerprint

    def filled_in(
        self, rules: Ruleset, problems: Problems, remarks: Problems
    ) -> list[filled_form.FilledQuestion]:
        """What was filled in, question by question; what is wrong, and what stands beside it."""
        ...


def read_form(
    path: str | Path,
    data: bytes | None = None,
    *,
    ruleset: str | Path | Ruleset | None = None,
    respondent: str = "",
    paths: Sequence[str | Path] = (),
    strict: bool = False,
) -> ReturnedForm:
    """The answers in a form: CSV, or a workbook of Excel or OpenDocument, whatever its name is.

    `data` is its content; without it, the file is read. `ruleset` takes the place of the one that
    the form names, and must be the same by its id; `respondent` is for a form that names none.
    Raises `DocumentError` where the file as a whole cannot be used. What is wrong in a cell is
    among the problems of the result; under `strict` so is what no longer fits.
    """
    problems, name = Problems(), str(path)
    data = _bytes_of(Path(path), name) if data is None else data
    form: OpenedForm = (
        CsvForm(data, name, problems) if is_csv(name, data) else WorkbookForm(data, name)
    )
    if not isinstance(ruleset, Ruleset):
        named = _find_ruleset(form.binding, ruleset, name, paths)
        ruleset = load_ruleset(named, paths=paths)
    rules = ruleset
    _refuse_another(rules, form.binding, name)
    remarks = Problems()
    issue = form.binding.issue
    issued = filled_form.issued_entries(issue.given, rules) if issue else {}
    filled = form.filled_in(rules, problems, remarks)
    answers = filled_form.FormReader(rules.questions, problems, remarks, issued).read_all(filled)
    if strict:
        problems.extend(answers.left_out)
    return ReturnedForm(
        name=name,
        ruleset=rules,
        respondent=_respondent(form.binding, respondent, name),
        issue=issue,
        issued=issued,
        answers=answers,
        problems=tuple(problems.in_order()),
        remarks=tuple(remarks.in_order()),
        cells={cell.spot.place: cell.text or cell.broken for one in filled for cell in one.cells},
    )


def is_csv(name: str, data: bytes = b"") -> bool:
    """Whether a file is CSV: by its first line, else by its name if it is no workbook."""
    first = data[:_FIRST].removeprefix(BOM_UTF8).lower().splitlines()[:2]
    is_form = any(_KEYS <= {word.strip(b'" ') for word in re.split(rb"[,;\t]", x)} for x in first)
    return is_form or (name.lower().endswith(".csv") and not data.startswith((b"PK", OLE)))


def _bytes_of(path: Path, name: str) -> bytes:
    try:
        data = read_bytes(path, MOST_MIB * 2**20 + 1)
    except FileNotFoundError:
        raise refusal("file-not-found", Whole(name)) from None
    except OSError as fault:
        reason = (fault.strerror or "it cannot be opened").lower()
        raise refusal("file-unreadable", Whole(name), reason=reason) from None
    if len(data) > MOST_MIB * 2**20:
        raise refusal("too-large", Whole(name), limit=MOST_MIB)
    return data


def _find_ruleset(
    binding: FormFingerprint, given: str | Path | None, name: str, paths: Sequence[str | Path]
) -> str | Path:
    """Return the ruleset that a form is read against. A form has its id alone, without a place."""
    named = given or binding.ruleset
    if not named:
        raise refusal("form-without", Whole(name), what="ruleset")
    if not given and not is_file(named) and not find("ruleset", str(named), paths):
        hint = "give its file with --ruleset, or its folder with --path"
        raise refusal("unknown-link", Whole(name), hint=hint, kind="ruleset", name=named)
    return named


def _respondent(binding: FormFingerprint, given: str, name: str) -> str:
    """Who answers. Raises `DocumentError` where the form says that it is somebody else."""
    if given and binding.respondent and given != binding.respondent:
        facts = {"respondent": binding.respondent, "other": given}
        raise refusal("form-of-another-respondent", Whole(name), **facts)
    return binding.respondent or given


def _refuse_another(rules: Ruleset, binding: FormFingerprint, name: str) -> None:
    """Refuse a ruleset that is not the form's, or does not read what the form asks."""
    problems = Problems()
    if binding.ruleset and rules.id != binding.ruleset:
        facts = {"name": binding.ruleset, "other": rules.id}
        problems.add("form-of-another-ruleset", Whole(name), **facts)
    held = [questionnaire.id for questionnaire in rules.questionnaires]
    for edition in binding.editions:
        if edition.id not in held:
            hint = f"it uses {quote_names(held, joint='and')}"
            facts = {"ruleset": rules.id, "name": edition.id}
            problems.add("foreign-questionnaire", Whole(name), hint=hint, **facts)
    problems.raise_if_any()


FORMATS = ("xlsx", "csv")


def make_form(
    source: Ruleset | Inquiry,
    respondent: str,
    *,
    questions: Iterable[str] = (),
    issue: int = 1,
    day: datetime.date | None = None,
) -> Form:
    """Return the form of a respondent; for an engagement, with the previous answers.

    `questions` limits it to these sections and questions. Raises `DocumentError` for unknown ones,
    and for answers that contradict each other.
    """
    inquiry = source if isinstance(source, Inquiry) else None
    ruleset = inquiry.ruleset if inquiry else source
    assert isinstance(ruleset, Ruleset)
    known = [*ruleset.sections, *ruleset.questions]
    refuse_unknown("section or question", questions, known, "questions")
    return build_form(
        ruleset,
        respondent,
        title=inquiry.title if inquiry else "",
        groups=inquiry.circumstances.groups if inquiry else {},
        people=inquiry.circumstances.people if inquiry else None,
        given=given_by(inquiry, respondent),
        only=questions,
        engagement=inquiry.id if inquiry else "",
        issue=issue,
        day=(day or datetime.date.today()).isoformat(),
    )


def given_by(inquiry: Inquiry | None, respondent: str) -> dict[str, Given]:
    """Return the answers of a respondent so far, by question; none without an engagement."""
    problems = Problems()
    given = entries_by(respondent, inquiry.sheets, problems) if inquiry else {}
    problems.raise_if_any()
    return given


def form_content(form: Form, format: str = "xlsx", separator: str = ",") -> bytes:  # noqa: A002
    """Return a form as the content of a file, in one of `FORMATS`."""
    refuse_unknown("format", [format], FORMATS, "format")
    if format == "csv":
        from readiness.collecting.csv_form import form_as_csv

        return form_as_csv(form, separator)
    from readiness.collecting.workbook.workbook import form_as_workbook

    return form_as_workbook(form)


def export_forms(
    source: Ruleset | Inquiry,
    respondents: Iterable[str] = (),
    *,
    format: str = "xlsx",  # noqa: A002
    separator: str = ",",
    questions: Iterable[str] = (),
    issue: int = 1,
    day: datetime.date | None = None,
) -> dict[str, bytes]:
    """Return the form of each respondent who is asked anything, as the content of a file.

    Without `respondents`, of everybody whom the engagement names. `issue` is the number of the
    form, `day` the day on which it is issued. Raises as `make_form`, and `ModuleNotFoundError` for
    xlsx without the extra of that name.
    """
    asked, found = list(questions), {}
    everybody = source.respondents if isinstance(source, Inquiry) else []
    for name in list(respondents) or everybody:
        form = make_form(source, name, questions=asked, issue=issue, day=day)
        if form.asked:
            found[name] = form_content(form, format, separator)
    return found
