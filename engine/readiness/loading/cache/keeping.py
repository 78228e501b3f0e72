"""Rulesets kept between two runs: which one it is, and whether it still is.

A ruleset is kept under the digest of all that asked for it: this package, the name of the file and
the folders to look in, and what is in the file. With it stands what was found meanwhile: for each
id that its documents name the one file of that id, and the digest of what was in it. It is used
again only when every id is found where it was, there alone, with the same in it.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.merging import documents_of
from readiness.documents.nodes import Mapping, Node
from readiness.documents.opening import read_bytes
from readiness.documents.reading import MAXIMUM_MIB, decode
from readiness.loading.cache.folder import Folder
from readiness.loading.cache.rulesets import LAYOUT, from_text, to_text
from readiness.loading.cache.sealing import sealed, unsealed
from readiness.loading.shelves import Only, find, shown
from readiness.model.fields import child, texts
from readiness.problems import DocumentError, Source
from readiness.version import __version__

_PACKAGE = Path(__file__).resolve().parents[2]
# What decides what a ruleset becomes: changed without another version while somebody works on it.
_DECISIVE = (
    "conditions", "dependencies", "documents", "evaluation", "loading", "model", "problems",
)  # fmt: skip


class Kept:
    """The place in a folder for the ruleset of one file, looked for in `folders`."""

    def __init__(self, folder: Folder, path: Path, folders: Sequence[Path]) -> None:
        self._folder = folder
        self._path = path
        self._folders = folders
        self._digest = _digest(_content(path))

    @property
    def _name(self) -> str:
        asked = [
            str(self._path), shown(self._path), self._digest,
            isinstance(self._folders, Only), [str(folder) for folder in self._folders],
        ]  # fmt: skip
        whole = json.dumps([LAYOUT, __version__, _engine(), asked])
        return hashlib.sha256(whole.encode()).hexdigest()

    @property
    def _head(self) -> str:
        return f"readiness kept {LAYOUT} {__version__} {self._name}"

    def ruleset(self) -> Ruleset | None:
        """The ruleset; None where it is not kept, or is not any more what it would be now."""
        held = self._folder.read(self._name) if self._digest else None
        if held is None:
            return None
        try:
            found, _, text = unsealed(self._head, held).partition("\n")
            if not all(self._is_as_before(*one) for one in json.loads(found)):
                return None
            ruleset = from_text(text)
        except (ValueError, LookupError, TypeError, AttributeError):
            return None
        self._folder.used(self._name)
        return ruleset

    def keep(self, ruleset: Ruleset) -> None:
        """Keep a ruleset without problems that was loaded the long way just now."""
        if not self._digest:
            return
        sources = {str(source.path): source for source in _sources(ruleset)}
        found = [self._found(kind, name, sources) for kind, name in _links(ruleset)]
        root = sources.pop(str(self._path), None)
        if root is None or None in found or _digest_if_same(self._path, root) != self._digest:
            return
        if sources.keys() <= {one[2] for one in found if one is not None}:
            text = f"{json.dumps(found)}\n{to_text(ruleset)}"
            self._folder.write(self._name, sealed(self._head, text))

    def _found(self, kind: str, name: str, sources: dict[str, Source]) -> list[str] | None:
        """Where an id is found, and the digest of what is in that file if it is what was read."""
        paths = find(kind, name, self._folders)
        source = sources.get(str(paths[0])) if len(paths) == 1 else None
        digest = _digest_if_same(paths[0], source) if source is not None else ""
        return [kind, name, str(paths[0]), shown(paths[0]), digest] if digest else None

    def _is_as_before(self, kind: str, name: str, path: str, seen: str, digest: str) -> bool:
        paths = find(kind, name, self._folders)
        if len(paths) != 1 or (str(paths[0]), shown(paths[0])) != (path, seen):
            return False
        return _digest(_content(paths[0])) == digest


def _links(ruleset: Ruleset) -> list[tuple[str, str]]:
    """The ids that the documents of a ruleset name, each once."""
    found = [("ruleset", name) for name in _extended(ruleset.checklist.node)]
    found += [("questionnaire", name) for name in ruleset.checklist.questionnaires]
    for held in ruleset.questionnaires:
        found += [("questionnaire", name) for name in _extended(held.node)]
    return list(dict.fromkeys(found))


def _extended(root: Node) -> Iterator[str]:
    assert isinstance(root, Mapping)
    for document in documents_of(root):
        for named in texts(child(document, "extends")):
            yield named.text.strip().partition(" ")[0]


def _sources(ruleset: Ruleset) -> Iterator[Source]:
    for root in (ruleset.checklist.node, *(held.node for held in ruleset.questionnaires)):
        assert isinstance(root, Mapping)
        yield from (document.source for document in documents_of(root))


def _content(path: Path) -> bytes | None:
    """What is in a file that can be loaded; None otherwise, and loading it says why."""
    try:
        content = read_bytes(path, MAXIMUM_MIB * 2**20 + 1)
    except OSError:
        return None
    return content if len(content) <= MAXIMUM_MIB * 2**20 else None


def _digest(content: bytes | None) -> str:
    return "" if content is None else hashlib.sha256(content).hexdigest()


def _digest_if_same(path: Path, source: Source) -> str:
    """The digest of a file if what is in it now is what was read; else empty."""
    content = _content(path)
    try:
        is_same = content is not None and decode(content, "").text == source.text
    except DocumentError:
        return ""
    return _digest(content) if is_same else ""


@cache
def _engine() -> Any:
    """The state of the files of this package that decide what a ruleset becomes."""
    return [held for folder in _DECISIVE for held in _files(_PACKAGE / folder)]


def _files(folder: Path) -> Iterator[list[Any]]:
    try:
        found = sorted(os.scandir(folder), key=lambda entry: entry.name)
    except OSError:  # in an archive: the version alone says what it is
        return
    for entry in found:
        if entry.is_dir():
            yield from _files(Path(entry.path)) if entry.name != "__pycache__" else ()
        else:
            held = entry.stat()
            yield [entry.path, held.st_size, held.st_mtime_ns]
