"""Texts made safe for a terminal: no control characters, and no hidden characters."""

from __future__ import annotations

import json
import re
from typing import Any

# Control characters, and marks that change the direction of writing.
_ABOVE_BLANKS = "\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
CONTROLS = f"\x00-\x1f{_ABOVE_BLANKS}"
SURROGATES = "\ud800-\udfff"

# Whole escape sequences: a coloured "red" in a document becomes "red" and not "[31mred[0m".
_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"
    r"|(?:\x1b[\]PX^_]|[\x9d\x90\x98\x9e\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
    r"|\x1b[ -/]*[0-~]?"
)
_CONTROLS = re.compile(f"[{CONTROLS}]")
# JSON itself escapes the characters below a space.
_UNESCAPED = re.compile(f"[{_ABOVE_BLANKS}{SURROGATES}]")


def printable(written: str, encoding: str = "utf-8") -> str:
    """Return a text on one line, without characters that control a terminal or cannot be shown."""
    on_one_line = re.sub(r"\s+", " ", _ESCAPES.sub("", written))
    return _CONTROLS.sub("", on_one_line).encode(encoding, "replace").decode(encoding)


def printable_lines(written: str, encoding: str = "utf-8") -> str:
    """Return the lines of a text, with their indentation, otherwise as `printable`."""
    lines = (
        _CONTROLS.sub("", _ESCAPES.sub("", line).replace("\t", " ")) for line in written.split("\n")
    )
    return "\n".join(lines).encode(encoding, "replace").decode(encoding)


def mark_control_characters(written: str) -> str:
    """Return a text of the same length, with a mark for each invisible character."""
    return "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in written)


def escape_json(json_text: str) -> str:
    """Return the same JSON, with an escape for each character that controls a terminal."""
    return _UNESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", json_text)


def json_file_text(value: Any) -> str:
    """Return a value as the text of a JSON file that a terminal shows unchanged."""
    return escape_json(json.dumps(value, ensure_ascii=False, indent=2)) + "\n"
