"""Slips that nobody listed, in shipped documents: advice loads and is right, and none is silent."""

from __future__ import annotations

import os
import shutil
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

import pytest

import readiness
from readiness.assurance.lint import lint
from readiness.documents.reading import decode, read
from readiness.problems import DocumentError, Problem
from tests.problems.advice import follow
from tests.problems.generated_slips import Slip, slips

ROOT = Path(__file__).parents[2]
COUNT = int(os.environ.get("READINESS_SLIPS", "20"))
SEED = int(os.environ.get("READINESS_SEED", "1"))
NAMES = ("crm-business-planning", "crm-program-management", "crm-upkeep", "crm-plan-of-action")
TEXTS = {
    f"{kind}s/{name}/{kind}.yaml": path.read_text(encoding="utf-8")
    for name in NAMES
    for kind in ("ruleset", "questionnaire")
    if (path := ROOT / f"{kind}s" / name / f"{kind}.yaml").is_file()
}
# What a slip may change although its advice is followed: what people read, and how long it takes.
PROSE = frozenset({"title", "why", "ask", "help", "effort_days"})


def without_prose(value: Any) -> Any:
    """Return a document without what decides no status."""
    if isinstance(value, dict):
        return {key: without_prose(held) for key, held in value.items() if key not in PROSE}
    return [without_prose(held) for held in value] if isinstance(value, list) else value


@cache
def meaning(text: str) -> str:
    """Return what decides statuses in a document."""
    held = without_prose(read(decode(text.encode(), "document")).plain())
    return " ".join(str(held).split())


def problems_in(folder: Path) -> list[Problem]:
    """Return the problems of the ruleset in a folder; if there are none, what lint finds."""
    try:
        readiness.load_ruleset(folder / "ruleset.yaml")
    except DocumentError as error:
        return [p for p in error.problems if not p.file.startswith("(")]
    return list(lint([str(folder)]))


def outcome(slip: Slip, folder: Path) -> str:
    """Return what becomes of a slip whose author follows each advice to the letter."""
    name = Path(slip.file).parts[1]
    for kind in ("ruleset", "questionnaire"):
        shutil.copy(ROOT / f"{kind}s" / name / f"{kind}.yaml", folder / f"{kind}.yaml")
    file = folder / Path(slip.file).name
    right = TEXTS[slip.file]
    lines = right.split("\n")
    lines[slip.line] = slip.after
    file.write_text("\n".join(lines), encoding="utf-8", newline="\n")
    problems = problems_in(folder)
    if not problems:
        is_same = meaning(right) == meaning(file.read_text(encoding="utf-8"))
        return "harmless" if is_same else "silent"
    for number in range(4):
        followed = (problem for problem in problems if follow(problem, Path(problem.file).parent))
        if next(followed, None) is None:
            return "does not load" if number else "explained"
        if not (problems := problems_in(folder)):
            is_same = meaning(right) == meaning(file.read_text(encoding="utf-8"))
            return "right" if is_same else "wrong"
    return "does not load"


@pytest.mark.slow
def test_advice_on_slips(tmp_path: Path) -> None:
    """Fewer than 5 in 100 slips get advice that is wrong or does not load; none is silent."""
    counts: Counter[str] = Counter()
    bad: list[str] = []
    for slip in slips(TEXTS, COUNT, SEED):
        found = outcome(slip, tmp_path)
        counts[found] += 1
        if found in ("silent", "wrong", "does not load"):
            bad.append(f"{found}: {slip.kind}: {slip.file}:{slip.line + 1}: {slip.after.strip()}")
    report = "\n".join([str(dict(counts)), *bad])
    assert counts["silent"] == 0, report
    assert counts["wrong"] + counts["does not load"] < max(0.05 * COUNT, 1), report
