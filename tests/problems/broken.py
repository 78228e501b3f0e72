"""The broken documents, and what loading them says."""

from __future__ import annotations

from pathlib import Path

import readiness
from readiness.problems import DocumentError

GOLDEN = Path(__file__).parents[1] / "golden" / "problems"
BAD = GOLDEN / "bad"
SHOP = Path("..") / "shop"
"""A questionnaire and a ruleset without a fault, for what breaks something else."""

_ENTRIES = ("engagement.yaml", "ruleset.yaml")


def cases() -> list[str]:
    """The broken documents by name: single files, and folders of them."""
    return sorted({path.stem for path in BAD.iterdir() if path.suffix != ".txt"})


def entry(case: str) -> Path:
    """The document of a case that is loaded, from the folder of the broken documents."""
    found = [Path(case) / name for name in _ENTRIES if (BAD / case / name).is_file()]
    return found[0] if found else Path(f"{case}.yaml")


def error_of(path: Path) -> DocumentError | None:
    """What loading the ruleset, the engagement or the answers in a file raises."""
    try:
        if path.name == "ruleset.yaml" or b"format: readiness/ruleset/1" in path.read_bytes():
            readiness.load_ruleset(path, paths=[SHOP])
        else:
            readiness.load_engagement(path, paths=[SHOP])
    except DocumentError as error:
        return error
    return None
