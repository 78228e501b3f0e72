"""A report for one kind of reader, with all that stands around its content."""

from __future__ import annotations

import base64
import datetime
from dataclasses import dataclass
from functools import cached_property
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from readiness.documents.opening import read_bytes
from readiness.model.engagement import LOGOS, Branding
from readiness.reports.markdown.escaping import escape
from readiness.reports.markdown.page import markdown_report, render
from readiness.reports.readers.blocks import Block, Run, read_blocks
from readiness.reports.readers.views import ReaderView
from readiness.reports.report_model import Report
from readiness.reports.webpage.environment import render_page

if TYPE_CHECKING:
    from readiness.reports.readers.ruleset import RulesetPaper


Printable: TypeAlias = "Paper | RulesetPaper"
"""What the formats for paper, Word and the web lay out."""

_LEFT_OUT = {
    "board": (
        "This summary is for the board. It leaves out the individual checks, the answers and their "
        "sources"
    ),
    "management": (
        "This report is for management. It leaves out what is in place, the answers and their "
        "sources"
    ),
    "auditor": "This report is for auditors. It leaves nothing out",
}


class BrandingRefusedError(Exception):
    """A file of the branding that cannot be used: its name, and why."""

    def __init__(self, file: Path, reason: str) -> None:
        super().__init__(f"{file}: {reason}")


@dataclass(frozen=True)
class Paper:
    """A report for a reader: its title, the lines below it, its content, and what it leaves out."""

    report: Report
    reader: str

    @property
    def branding(self) -> Branding:
        """How the engagement is presented."""
        return self.report.branding

    @cached_property
    def view(self) -> ReaderView:
        """What the templates read."""
        return ReaderView(self.report)

    @property
    def title(self) -> str:
        """What was assessed."""
        return self.report.title

    @property
    def subtitle(self) -> str:
        """For which reader it is, and of which day."""
        kinds = {"board": "Summary for the board", "management": "Report for management"}
        return f"{kinds.get(self.reader, 'Report for auditors')}, {self.view.dated}"

    @property
    def byline(self) -> str:
        """The line below the title, where there is only one: the subtitle and the marks."""
        return " · ".join((self.subtitle, *self.branding.marks))

    @property
    def as_of(self) -> datetime.date:
        """The day of the assessment."""
        return self.report.assessment.as_of

    @property
    def footer(self) -> str:
        """What stands at the foot of each page."""
        return self.report.ruleset

    @property
    def scope(self) -> str:
        """What the report leaves out, and how to get the whole."""
        left_out = _LEFT_OUT[self.reader]
        if self.reader == "auditor":
            return f"{left_out}."
        if self.reader == "board":
            return f"{left_out}. They are in the full report, which is written for auditors."
        whole = self.report.proposed("assess-for-auditor")
        return f"{left_out}. For the full report, run {whole}."

    @cached_property
    def markdown(self) -> str:
        """The content in Markdown, from headings of the second level on."""
        if self.reader == "auditor":
            return markdown_report(self.report).split("\n", 1)[1]
        return render(f"{self.reader}.md.jinja", report=self.report, view=self.view)

    @cached_property
    def blocks(self) -> list[Block]:
        """The content as blocks."""
        found = read_blocks(self.markdown)
        return [self._picture if block.kind == "mermaid" else block for block in found]

    @property
    def _picture(self) -> Block:
        """Where to get what only a page on the web draws."""
        picture = Run(self.report.proposed("graph-picture", file="graph.svg"), code=True)
        return Block(
            "paragraph", (Run("For a picture of the dependencies, run "), picture, Run("."))
        )

    @property
    def shown(self) -> frozenset[str]:
        """The checks shown to the reader, for formats that list checks."""
        entries = self.view.main_gaps if self.reader == "board" else self.report.open
        return frozenset(entry.id for entry in entries)


def markdown_text(paper: Printable) -> str:
    """Return the report in Markdown, with title, marks and what it leaves out."""
    head = f"# {escape(paper.title)}\n\n{escape(paper.byline)}"
    return f"{head}\n\n{paper.markdown}\n{escape(paper.scope)}\n"


def html_report(paper: Printable) -> str:
    """Return the report as one HTML file; texts of documents are shown as they are written."""
    style = files("readiness.reports.webpage").joinpath("reader.css").read_text("utf-8")
    style = style.replace("ACCENT", paper.branding.colour)
    return render_page("reader.html.jinja", style, paper=paper, logo=_data_address(paper))


def _data_address(paper: Printable) -> str:
    """Return the logo as an address that holds the picture itself; empty without one."""
    logo = paper.branding.logo_file
    if logo is None:
        return ""
    content = base64.b64encode(read_bytes(logo)).decode()
    return f"data:{LOGOS[logo.suffix.lower()]};base64,{content}"
