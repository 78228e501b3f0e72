"""Texts as a terminal may show them: nothing in them moves its cursor, and nothing is hidden."""

from __future__ import annotations

import json
import re
from typing import Any

# Control characters, and the marks that change the direction of writing.
_ABOVE_BLANKS = "\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
CONTROLS = f"\x00-\x1f{_ABOVE_BLANKS}"
SURROGATES = "\ud800-\udfff"

# Escape sequences as a whole: of a document's text, "red" is left and not "[31mred[0m".
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]?"
)
_CONTROLS = re.compile(f"[{CONTROLS}]")
# JSON itself escapes what is below a blank.
_UNESCAPED = re.compile(f"[{_ABOVE_BLANKS}{SURROGATES}]")


def printable(written: str, encoding: str = "utf-8") -> str:
    """Return a text on one line, without anything that a terminal would obey or cannot show."""
    on_one_line = re.sub(r"\s+", " ", _ESCAPES.sub("", written))
    return _CONTROLS.sub("", on_one_line).encode(encoding, "replace").decode(encoding)


def printable_lines(written: str, encoding: str = "utf-8") -> str:
    """Return a text in its lines, with their indentation, otherwise as `printable`."""
    lines = (
        _CONTROLS.sub("", _ESCAPES.sub("", line).replace("\t", " ")) for line in written.split("\n")
    )
    return "\n".join(lines).encode(encoding, "replace").decode(encoding)


def mark_control_characters(written: str) -> str:
    """Return a text of the same length, a mark in the place of each character without a shape."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in written)


def escape_json(json_text: str) -> str:
    """Return the same JSON, with an escape for each character that a terminal would obey."""
    return _UNESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json_text)


def json_file_text(value: Any) -> str:
    """Return a value as the text of a JSON file, which a terminal shows as it is written."""
    return escape_json(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"
