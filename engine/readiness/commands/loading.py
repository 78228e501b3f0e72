"""Loading what a command is about."""

from __future__ import annotations

import contextlib
import datetime
import gc
from collections.abc import Iterator
from typing import TYPE_CHECKING

from readiness.commands.options import folders_of
from readiness.commands.writing import say, working

if TYPE_CHECKING:
    from readiness.loading.engagements import Inquiry


@contextlib.contextmanager
def loading() -> Iterator[None]:
    """Load within; what was loaded stays until the command ends, and is never walked as garbage."""
    gc.disable()
    try:
        with working("loading"):
            yield
    finally:
        gc.freeze()
        gc.enable()


def inquiry_of(
    path: str,
    paths: tuple[str, ...],
    *,
    ruleset: str | None = None,
    as_of: datetime.date | None = None,
    assurance: str | None = None,
) -> Inquiry:
    """Load the engagement in a file, as `load_engagement`, and tell its notes.

    `paths` are those of `--path`.
    """
    from readiness.loading.engagements import load_engagement

    with loading():
        inquiry = load_engagement(
            path, ruleset=ruleset, as_of=as_of, assurance=assurance, paths=folders_of(paths)
        )
    for note in inquiry.circumstances.notes:
        say(note)
    return inquiry
