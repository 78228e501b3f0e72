"""A report as a list of blocks: what Markdown says, ready for paper, a word processor or a page."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from markdown_it import MarkdownIt

if TYPE_CHECKING:
    from markdown_it.token import Token

_NARROWEST, _WIDEST = 8, 50  # characters of a column, beyond which it gets no more of the page
_EDGES = 4  # the room of as many characters between two columns
_SUMMARY = re.compile(r"<summary>(.*?)</summary>", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of text in one style; `url` is where it leads, empty if nowhere."""

    text: str
    strong: bool = False
    code: bool = False
    url: str = ""


Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Block:
    """A part of a report.

    `kind` is heading, paragraph, item, table, code or picture. `level` is that of a heading, from
    1 on, or the depth of an item, from 0 on; `number` that of a numbered item, else 0. A table has
    `rows`, the first of which is its head; code has one run. A picture is `svg`, and its runs say
    where else to get it.
    """

    kind: str
    runs: Runs = ()
    level: int = 0
    number: int = 0
    rows: tuple[tuple[Runs, ...], ...] = ()
    svg: str = ""

    @property
    def text(self) -> str:
        """Return the words of the block, without their styles."""
        return plain(self.runs)

    @property
    def heads(self) -> list[str]:
        """Return the headings of the columns of a table."""
        return [plain(cell) for cell in self.rows[0]]

    @property
    def cells(self) -> list[list[str]]:
        """Return the words of the rows of a table below its head."""
        return [[plain(cell) for cell in row] for row in self.rows[1:]]

    @property
    def widths(self) -> list[int]:
        """Return how wide the columns of a table are in relation to each other, by their texts."""
        found = []
        for column in zip(*self.rows, strict=True):
            texts = [plain(cell) for cell in column]
            word = max(len(word) for text in texts for word in text.split() or [""])
            longest = max(map(len, texts))
            found.append(max(min(longest, _WIDEST), 2 * word, _NARROWEST) + _EDGES)
        return found


def plain(runs: Sequence[Run]) -> str:
    """Return the words of runs, without their styles."""
    return "".join(run.text for run in runs)


def read_blocks(markdown: str) -> list[Block]:
    """Return the blocks of a report in Markdown, in their order.

    Of HTML only `<br>` and the summaries of `<details>` are read, which become paragraphs.
    """
    parser = _parser().disable(["inline", "hr", "blockquote", "lheading", "reference", "code"])
    return list(_Reader(parser.parse(markdown)).blocks())


@cache
def _inline() -> MarkdownIt:
    return _parser()


def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark", {"html": True}).enable("table")


class _Reader:
    """Reads the tokens of a parsed text from the first to the last."""

    def __init__(self, tokens: Sequence[Token]) -> None:
        self._tokens = tokens
        self._lists: list[int] = []  # the number of the last item; -1 for those with bullets
        self._heading = 0
        self._level = 1
        self._is_item = False
        self._rows: list[list[Runs]] | None = None

    def blocks(self) -> Iterator[Block]:
        """Yield the blocks."""
        for token in self._tokens:
            match token.type:
                case "heading_open":
                    self._heading = int(token.tag.removeprefix("h"))
                case "heading_close":
                    self._heading = 0
                case "bullet_list_open":
                    self._lists.append(-1)
                case "ordered_list_open":
                    self._lists.append(int(token.attrs.get("start", 1)) - 1)
                case "bullet_list_close" | "ordered_list_close":
                    self._lists.pop()
                case "list_item_open":
                    self._is_item = True
                    self._lists[-1] += self._lists[-1] >= 0
                case _:
                    yield from self._content(token)

    def _content(self, token: Token) -> Iterator[Block]:
        """Yield the block that a token completes, if it does."""
        match token.type:
            case "table_open":
                self._rows = []
            case "table_close":
                yield Block("table", rows=tuple(map(tuple, self._rows or ())))
                self._rows = None
            case "tr_open" if self._rows is not None:
                self._rows.append([])
            case "inline" if self._rows is not None:
                self._rows[-1].append(_runs(token.content))
            case "inline":
                yield self._text(_runs(token.content))
            case "fence" | "code_block":
                yield Block(token.info.strip() or "code", (Run(token.content, code=True),))
            case "html_block":
                for summary in _SUMMARY.findall(token.content):
                    yield Block("paragraph", (Run(html.unescape(summary), strong=True),))
            case _:
                pass

    def _text(self, runs: Runs) -> Block:
        if self._heading:
            self._level = min(self._heading, self._level + 1)  # no level of headings is skipped
            return Block("heading", runs, self._level)
        if not self._lists:
            return Block("paragraph", runs)
        number = max(self._lists[-1], 0) if self._is_item else 0
        self._is_item = False
        return Block("item", runs, len(self._lists) - 1, number)


@lru_cache(maxsize=4096)  # many lines occur in a report again and again
def _runs(line: str) -> Runs:
    """Return the stretches of text of a line; neighbours of one style are one."""
    found: list[Run] = []
    strong, url = False, ""
    for token in _inline().parseInline(line)[0].children or []:
        text, code = token.content, token.type == "code_inline"
        match token.type:
            case "strong_open" | "strong_close":
                strong = token.type == "strong_open"
            case "link_open":
                url = str(token.attrs.get("href", ""))
            case "link_close":
                url = ""
            case "softbreak":
                text = " "
            case "hardbreak":
                text = "\n"
            case "html_inline":
                text = "\n" if text == "<br>" else ""
            case _:
                pass
        if not text:
            continue
        last = found[-1] if found else None
        if last and (last.strong, last.code, last.url) == (strong, code, url):
            text = found.pop().text + text
        found.append(Run(text, strong, code, url))
    return tuple(found)
