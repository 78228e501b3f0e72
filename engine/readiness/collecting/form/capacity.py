"""Whether the answers that are given already can stand in the cells of a form."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from readiness.collecting.form.entries import FormEntry
from readiness.collecting.form.form_questions import Asked, Form
from readiness.documents.sanitize import cleaned
from readiness.problems import Problems, Whole

MOST_CHARACTERS = 32_767
"""What fits into a cell of a workbook, counted as UTF-16 counts."""

# Spreadsheets write characters as their codes like this, and read them so.
_CODE = re.compile(r"_x[0-9A-Fa-f]{4}_|x005F_")


def refuse_what_does_not_fit(form: Form, problems: Problems, *, in_workbook: bool) -> None:
    """Add a problem for each answer that a form would lose a part of."""
    for asked in form.asked:
        entry = asked.entry
        if entry is None:
            continue
        for reason in dict.fromkeys(_reasons(asked, entry, in_workbook=in_workbook)):
            at = entry.excerpt or Whole("")
            hint = "leave this question out of the form, with --questions"
            facts = {"id": asked.question.id, "reason": reason}
            problems.add("not-for-a-form", at, hint=hint, **facts)


def _reasons(asked: Asked, entry: FormEntry, *, in_workbook: bool) -> Iterator[str]:
    if asked.question.kind == "table" and isinstance(entry.value, tuple):
        rows = [row for row in entry.value if isinstance(row, Mapping)]
        if any(not row for row in rows):
            yield "it has a row that is blank"
    texts = list(_texts(entry))
    for text in texts if in_workbook else ():
        if len(text.encode("utf-16-le", "surrogatepass")) // 2 > MOST_CHARACTERS:
            yield f"a cell holds at most {MOST_CHARACTERS:,} characters"
        if _CODE.search(text):
            yield "it has characters that no cell can hold"
    for text in texts:
        if text.replace("\r\n", "\n") != cleaned(text):
            yield "it has characters that no cell can hold"


def _texts(entry: FormEntry) -> Iterator[str]:
    yield from _texts_of(entry.value)
    yield from filter(None, (entry.reason, entry.note))
    for item in entry.evidence:
        yield from filter(None, (item.title, item.file, item.url))


def _texts_of(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for one in value:
            yield from _texts_of(one)
    elif isinstance(value, Mapping):
        for held in value.values():
            yield from _texts_of(held)
