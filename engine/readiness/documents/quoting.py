"""What to write where YAML does not take a text, or blanks, as their author meant them."""

from __future__ import annotations

import re

from readiness.problems import Source

# A key or a hyphen, and what stands behind it on its line.
_ENTRY = re.compile(r"(?P<before> *(?:- +)*(?:(?P<key>[\w.-]+): +)?)(?P<value>\S.*?) *$")
_IN_BRACES = re.compile(r"[{,] *[\w.-]+: +(?=[^,{}]*$)")
_CONDITIONS = frozenset({"met_when", "applies_when", "ask_when", "when", "", None})
_NEEDS_QUOTES = re.compile(r"['\"\[*&@`%!“„>|-]|\{(?![^{}]*$)")

Advice = tuple[int, int, int, str]
"""Line, column, length, and what to do about what stands there."""


def advice_on(source: Source, line: int, column: int, detail: str) -> Advice | None:
    """Return what to do about a fault of syntax in a line or just above it; None if unknown."""
    for number in (line, line - 1):
        text = source.line(number)
        blanks = text[: len(text) - len(text.lstrip())]
        if blanks.strip(" \t"):
            return number, 1, len(blanks), "retype these blanks: they only look like blanks"
    if "could not find expected ':'" in detail:
        return _text_going_on(source, line)
    text = source.line(line)
    if "expected ',' or '}'" in detail and text[column - 1 : column] == ":":
        start = _IN_BRACES.search(text[: column - 1])
        end = re.compile(r" *[,}]").search(text, column)
        if start and end:
            return _quoted(line, start.end(), text[start.end() : end.start()])
        return None
    entry = _ENTRY.match(text)
    if entry is None or "\t" in text or entry["value"][0] == "#":
        return None
    value, start_at = entry["value"], entry.end("before")
    is_colon = "mapping values are not allowed" in detail and column > start_at + 1
    if not (is_colon and entry["key"] and value[0] not in "{[") and not (
        _NEEDS_QUOTES.match(value) and start_at < column and "expected ',' or" not in detail
    ):
        return None
    return _quoted(line, start_at, value, is_condition=entry["key"] in _CONDITIONS)


def _quoted(line: int, start: int, value: str, *, is_condition: bool = False) -> Advice:
    """Return the advice to put a text in double quotes, with single ones within it."""
    is_closed = value[:1] in ("'", '"') and value[-1] == value[0] and len(value) > 1
    inner = value[1:-1] if is_closed and not is_condition else value
    inner = inner[1:] if inner[0] in "'\"" and inner.count(inner[0]) == 1 else inner
    inner = re.sub('["“”„]', "'", inner.replace("\\", "\\\\"))
    return line, start + 1, len(value), f'write "{inner}"'


def _text_going_on(source: Source, line: int) -> Advice | None:
    """Return the advice on a line of text that starts as far left as a key, or further."""
    for number in range(line, max(0, line - 4), -1):
        text, above = source.line(number), _ENTRY.match(source.line(number - 1))
        if text.strip() and ":" not in text and above and above["key"]:
            column = len(text) - len(text.lstrip()) + 1
            hint = f"start this line further right than '{above['key']}': its text goes on here"
            return number, column, len(text.strip()), hint
    return None
