"""Answer sheets for a ruleset at hand."""

from __future__ import annotations

from pathlib import Path

from readiness.dependencies.ruleset import Ruleset
from readiness.loading.evidence import EvidenceFolder
from readiness.loading.files import load
from readiness.model.answers import Sheet, read_sheet
from readiness.problems import Problems


def load_answers(path: str | Path, ruleset: Ruleset) -> Sheet:
    """The sheet in an answers file, read as the ruleset's questionnaires type it.

    Evidence files are looked for in the folder of the file.

    Raises `DocumentError` with every problem of the file.
    """
    problems = Problems()
    document = load(path, "answers", problems)
    if document is not None:
        find = EvidenceFolder(document.path.parent).beside(document.path)
        sheet = read_sheet(document.tree, document.path.name, ruleset.questions, problems, find)
    problems.raise_if_any()
    return sheet
