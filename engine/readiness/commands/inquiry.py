"""Loading what a command is about."""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING

from readiness.commands.options import folders_of
from readiness.commands.writing import say, working

if TYPE_CHECKING:
    from readiness.loading.engagements import Inquiry


def inquiry_of(
    path: str,
    paths: tuple[str, ...],
    *,
    ruleset: str | None = None,
    as_of: datetime.date | None = None,
    assurance: str | None = None,
    cache: bool = False,
) -> Inquiry:
    """Load the engagement in a file, as `load_engagement`, and tell its notes.

    `paths` are those of `--path`, `cache` is what `--no-cache` leaves.
    """
    from readiness.loading.engagements import load_engagement

    folders = folders_of(paths)
    with working("loading"):
        inquiry = load_engagement(
            path,
            ruleset=ruleset,
            as_of=as_of,
            assurance=assurance,
            paths=folders,
            cache=cache,
        )
    for note in inquiry.circumstances.notes:
        say(note)
    return inquiry
