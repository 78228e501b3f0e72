"""What the page is made of: fields, tables, parts that unfold. All that goes in is Markdown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from readiness.reports.markdown.escaping import in_html
from readiness.reports.terminal.marks import UNICODE


def sign(state: str) -> str:
    """The mark of a verdict, a status or a truth."""
    return UNICODE.of(state)


def field(label: str, body: str, depth: int = 0) -> str:
    """An item of a list: a label and what it says."""
    return item(f"**{label}:** {body}", depth)


def item(body: str, depth: int = 0) -> str:
    """An item of a list, so many lists deep."""
    return f"{'  ' * depth}- {body}"


def heading(title: str, level: int = 2) -> Iterator[str]:
    """A heading with empty lines around it."""
    yield from ("", f"{'#' * level} {title}", "")


def table(titles: Sequence[str], rows: Iterable[Sequence[str]], depth: int = 0) -> Iterator[str]:
    """A table with empty lines around it; in an item of a list where `depth` is more than 0."""
    indent = "  " * depth
    yield ""
    for cells in (titles, ["---"] * len(titles), *rows):
        yield f"{indent}| {' | '.join(cells)} |"
    yield ""


def unfolding(summary: str, lines: Iterable[str]) -> Iterator[str]:
    """Lines below a summary, a plain text, that a click unfolds."""
    yield from ("", "<details>", f"<summary>{in_html(summary)}</summary>", "")
    yield from lines
    yield from ("", "</details>")
