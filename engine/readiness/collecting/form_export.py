"""Forms as the contents of files: of one respondent, or of all of an engagement."""

from __future__ import annotations

import datetime
from collections.abc import Iterable

from readiness.collecting.form.form_entries import entries_by
from readiness.collecting.form.form_questions import Form, build_form
from readiness.dependencies.ruleset import Ruleset
from readiness.loading.engagements import Inquiry
from readiness.model.answers import Given
from readiness.problems import Problems, refuse_unknown

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
