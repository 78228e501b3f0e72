"""Places in files, as SARIF says them.

A file below the folder in which readiness runs is named from there: run it at the root of a
repository, and GitHub shows results beside the lines of the answers. Any other file goes by its
absolute address, and a shipped one by its place in the package.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import quote

from readiness.documents.sanitize import one_line
from readiness.problems import Place


def message(text: str) -> dict[str, str]:
    """A text as a message in which nothing is a link and nothing is to be filled in.

    `[text](address)` would be a link, so a blank comes between; braces stand for something to be
    filled in unless they are doubled.
    """
    shown = one_line(text).replace("](", "] (")
    return {"text": shown.replace("{", "{{").replace("}", "}}")}


ROOT = "%SRCROOT%"
PACKAGE = "PACKAGES"
_BASES = {
    ROOT: {"description": message("The folder in which readiness ran.")},
    PACKAGE: {"description": message("The folder in which the package readiness is installed.")},
}
_SHIPPED = ("readiness/rulesets/", "readiness/questionnaires/")
NO_FILES = ("", "-", "<stdin>")  # of values that never were in a file, and of standard input


class Places:
    """Says places, and keeps the files that they are in, each once, in the order of their use."""

    def __init__(self) -> None:
        self._files: dict[str, dict[str, Any]] = {}

    def file(self, name: str, *roles: str) -> int:
        """The number of a file among the artifacts."""
        held = self._files.setdefault(name, {"location": _address(name)})
        if roles:
            held["roles"] = list(roles)
        return list(self._files).index(name)

    @property
    def artifacts(self) -> list[dict[str, Any]]:
        """The files, in the order of their numbers."""
        return list(self._files.values())

    @property
    def bases(self) -> dict[str, Any]:
        """What the addresses of these files are told from."""
        used = {held["location"].get("uriBaseId") for held in self._files.values()}
        return {name: base for name, base in _BASES.items() if name in used}

    def location(self, place: Place, said: str = "") -> dict[str, Any] | None:
        """A stretch of a line; None for a value that never was in a file."""
        if not place.line or place.file in NO_FILES:
            return None
        region = {
            "startLine": place.line,
            "startColumn": place.column,
            "endColumn": place.column + place.length,
        }
        return self._located(place.file, region, said)

    def beginning(self, name: str) -> dict[str, Any] | None:
        """A file as a whole, by its first line: code scanning shows nothing without a line."""
        return None if name in NO_FILES else self._located(name, {"startLine": 1}, "")

    def _located(self, name: str, region: dict[str, int], said: str) -> dict[str, Any]:
        artifact = {**_address(name), "index": self.file(name)}
        found: dict[str, Any] = {
            "physicalLocation": {"artifactLocation": artifact, "region": region}
        }
        return found | ({"message": message(said)} if said else {})


def _address(name: str) -> dict[str, str]:
    """The address of a file, from where it is told if that is not absolute."""
    if name.startswith(_SHIPPED) and not Path(name).is_file():
        return {"uri": _encoded(name), "uriBaseId": PACKAGE}
    path = Path(name)
    if path.is_absolute() or ".." in path.parts:
        path, here = path.resolve(), Path.cwd().resolve()
        path = path.relative_to(here) if path.is_relative_to(here) else path
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": _encoded(path.as_posix()), "uriBaseId": ROOT}


def relative_address(name: str) -> str:
    """The address of a file below the folder at hand; of any other only the end of its name."""
    found = _address(name)
    return found["uri"] if "uriBaseId" in found else _encoded(Path(name).name)


def _encoded(path: str) -> str:
    return quote(path, safe="/", errors="replace")
