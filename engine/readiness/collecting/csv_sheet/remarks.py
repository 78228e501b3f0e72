"""What people put into a CSV beside the answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from readiness.collecting.csv_sheet.lines import ABOUT_THE_FORM, COLUMNS, EVIDENCE, about
from readiness.collecting.csv_sheet.writing import lines_of_form
from readiness.collecting.form.cells import Cell
from readiness.collecting.form.form_questions import build_form
from readiness.dependencies.ruleset import Ruleset
from readiness.problems import Problems

# What the form says in these columns is the same for everybody who is asked.
_OWN = ("section", "question", "help", "type", "options")
_BESIDE = ("state", "reason", "note", *EVIDENCE.values())


def add_remarks(
    records: Sequence[Mapping[str, Cell]], ruleset: Ruleset, remarks: Problems, *, is_current: bool
) -> None:
    """Add a remark for each cell with a text that belongs to no answer.

    Whether somebody changed what the form itself says is only known where `is_current` says that
    the questionnaires are those that the form was made from.
    """
    own: set[str] = set()
    if is_current:
        lines = lines_of_form(build_form(ruleset, ""))
        own = {_plain(line.get(column, "")) for line in lines for column in _OWN}
    for record in records:
        key = record["id"].text
        if key in ABOUT_THE_FORM:
            continue
        question = ruleset.questions.get(key.partition("[")[0])
        found = about(key, is_table=question is not None and question.kind == "table")
        is_part = found is not None and (found.row > 0 or found.option is not None)
        for column, cell in record.items():
            is_beside = column not in COLUMNS or (is_part and column in _BESIDE)
            is_changed = is_current and column in _OWN and _plain(cell.text) not in own
            if not cell.is_blank and (is_beside or is_changed):
                text = _plain(cell.text)
                shown = text if len(text) <= 80 else f"{text[:79]}…"
                remarks.add("text-beside", cell.spot, text=shown)


def _plain(text: str) -> str:
    return " ".join(text.split())
