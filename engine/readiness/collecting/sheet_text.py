"""A fresh answer sheet, ready to be filled in entry by entry."""

from __future__ import annotations

from collections.abc import Sequence

from readiness.documents.editing import edited
from readiness.documents.schemas import FORMATS


def fresh_sheet(questionnaires: Sequence[str], ruleset: str, respondent: str) -> str:
    """The text of an answers document without answers yet.

    `ruleset` and `respondent` are left out where they are empty, `questionnaires` where there are
    none. Answers are put in by `edited(text, ("answers", question), answer)`.
    """
    names = list(questionnaires)
    head: dict[str, object] = {
        "questionnaire": names[0] if len(names) == 1 else names,
        "ruleset": ruleset,
        "respondent": respondent,
        "answers": {},
    }
    text = f"format: {FORMATS['answers']}\n"
    for key, value in head.items():
        if value or key == "answers":
            text = edited(text, (key,), value)
    return text
