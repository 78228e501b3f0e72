"""The report that a person reads in a terminal: verdicts, then what to do, then the rest."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Console

from readiness.problems.proposals import proposed
from readiness.reports.selection import Selection, select
from readiness.reports.terminal.actions import print_first, print_later
from readiness.reports.terminal.console import PrintableConsole
from readiness.reports.terminal.findings import (
    print_conflicts,
    print_premature,
    print_unanswered,
    print_waivers,
    print_warnings,
)
from readiness.reports.terminal.marks import QUIET
from readiness.reports.terminal.page import Page
from readiness.reports.terminal.scores import print_areas
from readiness.reports.terminal.verdicts import print_head
from readiness.result.assessment import Assessment

if TYPE_CHECKING:
    from readiness.reports.dossier.dossier import Dossier


FILE_WIDTH = 100


def text_report(dossier: Dossier) -> str:
    """The report as plain text, 100 columns wide."""
    held = io.StringIO()
    console = PrintableConsole(file=held, width=FILE_WIDTH, color_system=None)
    selection = dossier.selection
    print_assessment(
        selection.assessment,
        console,
        gates=selection.asked,
        path=dossier.path,
        folders=dossier.folders,
    )
    return held.getvalue()


def print_assessment(
    assessment: Assessment,
    console: Console,
    *,
    gates: Sequence[str] = (),
    path: str = "",
    folders: Sequence[str] = (),
) -> None:
    """Print an assessment: verdicts, what to do first and why, what then, and what else to know.

    `gates` restricts it to those gates and to what they hang on, `path` is the file assessed and
    `folders` those that `--path` names, for the hint at the end. Texts of documents are shown as
    they are, never as markup.
    """
    page, selection = Page(console), select(assessment, gates)
    for print_part in (
        print_head,
        print_first,
        print_later,
        print_conflicts,
        print_premature,
        print_waivers,
        print_warnings,
        print_unanswered,
        print_areas,
    ):
        print_part(page, selection)
    _print_hint(page, selection, path, folders)


def _print_hint(page: Page, selection: Selection, path: str, folders: Sequence[str]) -> None:
    check = selection.first[0].id if path and selection.first else ""
    page.blank()
    page.write(("To see why a check came out as it did:", QUIET))
    page.write(proposed("explain", folders=folders, path=path, check=check), 2)
