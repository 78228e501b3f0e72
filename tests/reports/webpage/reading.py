"""Reads the structure of a page as a browser does."""

from __future__ import annotations

from html.parser import HTMLParser

from readiness.reports.report_model import build_report
from readiness.reports.webpage.page import html_report
from readiness.result.assessment import Assessment

Attributes = dict[str, str | None]

_EMPTY = frozenset(
    {"meta", "link", "br", "input", "path", "rect", "circle", "line", "polygon", "polyline",
     "ellipse", "use"}
)  # fmt: skip


class PageReader(HTMLParser):
    """Collects a page's elements with attributes, its texts, and elements closed in disorder."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, Attributes]] = []
        self.texts: list[str] = []
        self.astray: list[str] = []
        self._open: list[str] = []
        self.feed(page)
        self.close()
        self.astray += self._open

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in _EMPTY:
            self._open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        if tag in _EMPTY:
            return
        if self._open and self._open[-1] == tag:
            self._open.pop()
        else:
            self.astray.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if not self._open or self._open[-1] not in ("style", "script"):
            self.texts.append(data)

    @property
    def text(self) -> str:
        """Return everything that can be read, with spaces normalised."""
        return " ".join(" ".join(self.texts).split())

    def values(self, name: str) -> list[str]:
        """Return the values of an attribute on all elements."""
        return [held for _, attributes in self.elements if (held := attributes.get(name))]

    def count(self, tag: str) -> int:
        """Return the number of elements of a kind."""
        return sum(tag == one for one, _ in self.elements)


def page_of(assessment: Assessment, *gates: str, path: str = "") -> str:
    """Return the page on an assessment."""
    return html_report(build_report(assessment, gates=gates, path=path))
