"""The broken documents, and the messages when loading them."""

from __future__ import annotations

from pathlib import Path

import readiness
from readiness.problems import DocumentError

GOLDEN = Path(__file__).parents[1] / "golden" / "problems"
BAD = GOLDEN / "bad"
SHOP = Path("..") / "shop"
"""A correct questionnaire and ruleset, for documents that break something else."""

_ENTRIES = ("engagement.yaml", "ruleset.yaml")


def cases() -> list[str]:
    """Return the broken documents by name: single files, and folders of them."""
    return sorted({path.stem for path in BAD.iterdir() if path.suffix != ".txt"})


def entry(case: str) -> Path:
    """Return the document of a case that is loaded, from the folder of the broken documents."""
    found = [Path(case) / name for name in _ENTRIES if (BAD / case / name).is_file()]
    return found[0] if found else Path(f"{case}.yaml")


def error_of(path: Path) -> DocumentError | None:
    """Return the error when loading the ruleset, engagement or answers in a file."""
    try:
        if path.name == "ruleset.yaml" or b"format: readiness/ruleset/1" in path.read_bytes():
            readiness.load_ruleset(path, paths=[SHOP])
        else:
            readiness.load_engagement(path, paths=[SHOP])
    except DocumentError as error:
        return error
    return None
