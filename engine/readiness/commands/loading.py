"""Loading what a command is about."""

from __future__ import annotations

import contextlib
import datetime
import functools
import gc
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.commands.options import Command, Date, folders_of
from readiness.commands.writing import say, working

if TYPE_CHECKING:
    from readiness.dependencies.ruleset import Ruleset
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


def ruleset_of(name: str | Path, folders: Sequence[Path]) -> Ruleset:
    """Load a ruleset, as `load_ruleset`."""
    from readiness.loading.rulesets import load_ruleset

    with loading():
        return load_ruleset(name, paths=folders)


@dataclass(frozen=True, slots=True)
class AssessmentSource:
    """What an assessment is of, as the command line names it: a file, and the options for it.

    `paths` are those of `--path`.
    """

    path: str
    paths: tuple[str, ...]
    ruleset: str | None = None
    as_of: datetime.date | None = None
    assurance: str | None = None

    @property
    def folders(self) -> list[Path]:
        """The folders to look in for rulesets."""
        return folders_of(self.paths)

    def load(self) -> Inquiry:
        """Load the engagement, as `load_engagement`, and tell its notes."""
        from readiness.loading.engagements import load_engagement

        with loading():
            inquiry = load_engagement(
                self.path,
                ruleset=self.ruleset,
                as_of=self.as_of,
                assurance=self.assurance,
                paths=self.folders,
            )
        for note in inquiry.circumstances.notes:
            say(note)
        return inquiry


def engagement_options(command: Command) -> Command:
    """`--ruleset`, `--as-of` and `--assurance`: what takes the place of the engagement's own.

    The command gets an `AssessmentSource` of these, its argument `path` and `--path`.
    """

    @functools.wraps(command)
    def with_source(
        *,
        path: str,
        paths: tuple[str, ...],
        ruleset: str | None,
        as_of: datetime.date | None,
        assurance: str | None,
        **given: Any,
    ) -> Any:
        return command(source=AssessmentSource(path, paths, ruleset, as_of, assurance), **given)

    held: Any = with_source
    for option in (
        click.option(
            "--assurance",
            type=click.Choice(["stated", "evidenced"]),
            help="Whether answers count as stated, or only with the evidence that is called for.",
        ),
        click.option(
            "--as-of",
            metavar="DATE",
            type=Date(),
            help="Assess as of DATE (2026-11-21); waivers and evidence expire by it.",
        ),
        click.option(
            "--ruleset",
            metavar="R",
            help="Assess against this ruleset: an id, or a file.",
        ),
    ):
        held = option(held)
    return held  # type: ignore[no-any-return]
