"""Plain values as an answer sheet."""

from __future__ import annotations

from collections.abc import Mapping

from readiness.documents.building import build
from readiness.documents.schemas import FORMATS
from readiness.documents.validation import validate
from readiness.model.answers import Sheet, read_sheet
from readiness.model.questionnaire import Question
from readiness.problems import Problems, Source


def plain_sheet(
    answers: Mapping[str, object], questions: Mapping[str, Question], problems: Problems
) -> Sheet:
    """Values by question id as an answer sheet; what does not fit goes to `problems`.

    A value may also be written as in an answers document: `{"unknown": "IT is counting"}`.
    """
    written = {"format": FORMATS["answers"], "answers": answers}
    root = build(written, Source("answers", ""))
    if any(isinstance(value, Mapping) for value in answers.values()):
        validate(root, "answers", problems)
    return read_sheet(root, "", questions, problems)
