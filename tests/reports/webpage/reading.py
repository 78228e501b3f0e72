"""A page read as a browser reads it, as far as its structure goes."""

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


class Reader(HTMLParser):
    """The elements of a page with their attributes, its texts, and what is not closed in order."""

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
        """All that can be read, blanks made alike."""
        return " ".join(" ".join(self.texts).split())

    def values(self, name: str) -> list[str]:
        """The values of an attribute wherever it stands."""
        return [held for _, attributes in self.elements if (held := attributes.get(name))]

    def count(self, tag: str) -> int:
        """How many elements of a kind there are."""
        return sum(tag == one for one, _ in self.elements)


def page_of(assessment: Assessment, *gates: str, path: str = "") -> str:
    """The page on an assessment."""
    return html_report(build_report(assessment, gates=gates, path=path))
