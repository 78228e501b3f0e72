"""Names of files within a bundle: which are safe wherever the bundle is unpacked."""

from __future__ import annotations

import re
from pathlib import PureWindowsPath

# Also those that turn the direction of writing round.
_CONTROLS = re.compile(r"[\x00-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_LONGEST = 255  # bytes of one part, as file systems have it
_LONGEST_PATH = 2_000


def why_unsafe(name: str) -> str:
    """What is wrong with the name of a file in a bundle; empty where nothing is."""
    parts = name.split("/")
    if PureWindowsPath(name).drive or PureWindowsPath(name).root:
        return "it is absolute"
    if "" in parts:
        return "it is no name of a file"
    if "\\" in name:
        return "it has a backslash in it"
    if "." in parts or ".." in parts:
        return "it leads out of its folder"
    if _CONTROLS.search(name):
        return "it has control characters in it"
    if len(name) > _LONGEST_PATH or any(len(part.encode()) > _LONGEST for part in parts):
        return "it is too long"
    return ""
