"""The pictures of what waits for what."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup

from readiness.reports.graph.dot import FONT
from readiness.reports.graph.drawing import Drawing, draw
from readiness.reports.phrasing import counted
from readiness.reports.report_model import Report

MOST_CHECKS = 300
"""Beyond so many checks a picture is too large to read, and takes long to lay out."""

_FONT = f' font-family="{FONT}"'  # the style sheet says so once


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture, or what it would have shown where it is too large; then `svg` is empty."""

    name: str
    title: str
    checks: int
    svg: Markup

    @property
    def is_too_large(self) -> bool:
        """Whether it is left out for its size."""
        return self.checks > MOST_CHECKS

    @property
    def is_missing(self) -> bool:
        """Whether it is left out because Graphviz cannot be loaded here."""
        return not self.svg


def pictures(report: Report) -> tuple[Picture, ...]:
    """The open checks with the gates, then all checks where that is more than the open ones."""
    critical = frozenset(report.plan.critical_path)
    found = []
    for name, everything in (("open", False), ("all", True)):
        drawing = draw(report.assessment, report.asked, everything=everything, critical=critical)
        found.append(_picture(name, drawing))
    open_, all_ = found
    shown = [open_] if open_.checks else []
    return tuple(shown + ([all_] if all_.checks > open_.checks else []))


def _picture(name: str, drawing: Drawing) -> Picture:
    kind = "open check" if name == "open" else "check"
    title = f"What waits for what: {counted(len(drawing.checks), kind)}"
    title += f" and {counted(len(drawing.gates), 'gate')}" if drawing.gates else ""
    svg = _drawn(name, drawing, title) if 0 < len(drawing.checks) <= MOST_CHECKS else Markup()
    return Picture(name, title, len(drawing.checks), svg)


def _drawn(name: str, drawing: Drawing, title: str) -> Markup:
    """The drawing as SVG; nothing where Graphviz lacks a library of the system."""
    try:
        from readiness.reports.graph.picture import inline_svg
    except ImportError:
        return Markup()
    drawn = inline_svg(
        drawing, prefix=f"{name}-", link=lambda check: f"#check-{check}", title=title
    )
    return Markup(drawn.replace(_FONT, ""))  # noqa: S704 - texts in it have been escaped
