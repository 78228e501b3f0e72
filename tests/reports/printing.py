"""Prints the terminal reports for tests."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from readiness.assessing import Assessor
from readiness.loading.engagements import load_engagement
from readiness.result.assessment import Assessment

SHOP = Path(__file__).parent / "shop"
GOLDEN = Path(__file__).parents[1] / "golden" / "reports"
ENGAGEMENTS = ("mixed", "unanswered", "waived", "complete", "scoped")


def assessed(name: str) -> Assessment:
    """Return the assessment of an engagement of the shop."""
    inquiry = load_engagement(SHOP / f"{name}.yaml")
    return Assessor(inquiry.ruleset).assess(inquiry)


def printed(
    write: Callable[[Console], None],
    width: int = 80,
    encoding: str = "utf-8",
    *,
    colour: bool = False,
) -> str:
    """Return what is printed to a console of that width and encoding."""
    held = io.BytesIO()
    file = io.TextIOWrapper(held, encoding=encoding, newline="")
    write(
        Console(
            file=file,
            width=width,
            force_terminal=colour,
            color_system="standard" if colour else None,
            legacy_windows=False,
            _environ={},
        )
    )
    file.flush()
    return held.getvalue().decode(encoding)
