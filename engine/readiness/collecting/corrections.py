"""What has to be corrected in forms that came back, as a list that can be sent to respondents."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import astuple, dataclass, fields

from readiness.collecting.form.formatting import how
from readiness.collecting.form_intake import Unusable
from readiness.collecting.form_reading import ReturnedForm
from readiness.collecting.receipt import Receipt
from readiness.documents.csv_text import CsvDialect, comma_separated
from readiness.problems import Problem
from readiness.reports.phrasing import count_noun


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
