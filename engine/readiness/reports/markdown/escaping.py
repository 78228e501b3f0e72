"""Texts of documents in Markdown: shown as they are written, whatever they look like.

What Markdown itself would take for a sign gets a backslash or becomes an entity. GitHub looks for
mentions, references, addresses, short names of pictures and formulas only after that, in what the
reader would see, so neither prevents those: the character that each of them needs gets a separate
`<span>`, which changes nothing for the reader, and is copied as it was written.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

from readiness.documents.sanitize import lines_of, one_line

_BREAK = "<br>"
# What the visible text is searched for: @name, $formula$, #1, GH-1, ://, www. and :name:
_REFERS = r"[@$]|\#(?=\d)|(?<=\bGH)-(?=\d)|:(?=//)|(?<=\bwww)\.|:(?=[\w+-]+:)"
_SIGNS = re.compile(
    rf"(?P<sign>[\\`*_\[\]|~]|(?<!\#)\#+$)|(?P<html>[<>]|&(?=\#?\w+;))|(?P<refers>{_REFERS})",
    re.IGNORECASE,
)
_REFERENCES = re.compile(_REFERS, re.IGNORECASE)
# What begins a heading, a list, a container or an underline where a block begins with it.
_BEGINS = re.compile(r"(?P<sign>[-+=:#](?!\d))|(?P<number>\d{1,9})(?=[.)](?:\s|$))")
_ADDRESS = re.compile(r"https?://[A-Za-z0-9._~:/?#@!&'*+,;=%-]+")
_TICKS = re.compile("`+")


def escape(text: str) -> str:
    """A text as Markdown that shows it, on one line; further lines of the text follow a break."""
    lines = [_SIGNS.sub(_escape_match, line) for line in lines_of(text)]
    return _escape_start(_BREAK.join(lines))


def _escape_start(line: str) -> str:
    """A line that begins no heading and no list where it stands at the beginning of a block."""
    found = _BEGINS.match(line)
    if found is None:
        return line
    end = found.end("number") if found["number"] else 0
    return f"{line[:end]}\\{line[end:]}"


def without_html(text: str) -> str:
    """A text as Markdown in which there is no HTML at all, on one line.

    For readers that refuse HTML; GitHub may find mentions and references in it.
    """
    return _escape_start(_SIGNS.sub(_show_without_html, one_line(text)))


def _show_without_html(found: re.Match[str]) -> str:
    return html.escape(found[0]) if found["html"] else "".join(f"\\{sign}" for sign in found[0])


def _escape_match(found: re.Match[str]) -> str:
    if found["sign"]:
        return "".join(f"\\{sign}" for sign in found[0])
    return html.escape(found[0]) if found["html"] else _apart(found)


def _apart(found: re.Match[str]) -> str:
    return f"<span>{found[0]}</span>"


def in_html(text: str) -> str:
    """A text as HTML that shows it, for the few places where Markdown is not read."""
    return _REFERENCES.sub(_apart, html.escape(one_line(text), quote=False))


def code(text: str) -> str:
    """A text as code; between more backticks than stand in it. Not for cells of tables."""
    shown = one_line(text)
    fence = fence_around(shown, 1)
    blank = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{blank}{shown}{blank}{fence}" if shown else ""


def fence_around(text: str, least: int) -> str:
    """Return more backticks than any run of them in a text, and at least `least`."""
    return "`" * max([least, *(len(ticks) + 1 for ticks in _TICKS.findall(text))])


def address(url: str) -> str:
    """A web address as a link; anything else as a text."""
    return f"<{url}>" if is_address(url) else escape(url)


def is_address(url: str) -> bool:
    """Whether a text is a web address that a file can contain unchanged."""
    return _ADDRESS.fullmatch(url) is not None


def ids(keys: Iterable[str], none: str = "–") -> str:
    """Ids of checks, gates or questions in a row."""
    joined = ", ".join(keys)
    return code(joined) if joined else none
