"""The bundle writer: collects the files of an assessment and packs them into a bundle."""

from __future__ import annotations

import hashlib
import json
import os
import posixpath
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Map
from pathlib import Path, PurePath, PureWindowsPath
from typing import Any

from readiness.assessing import Assessor
from readiness.documents.merging import documents_of
from readiness.documents.nodes import Mapping, Node
from readiness.documents.opening import read_bytes
from readiness.loading.engagements import Inquiry, evidence_folders
from readiness.loading.rulesets import is_file
from readiness.model.answers import Evidence
from readiness.model.fields import child, text
from readiness.result.assessment import Assessment
from readiness.verification.archive import pack, why_unsafe
from readiness.verification.bundle_reader import (
    INSIDE,
    MANIFEST,
    OUTSIDE,
    RESULT,
    Lacking,
    Manifest,
    Packed,
    unpack_bundle,
)
from readiness.verification.steps import UnusableFile

# Rulesets and questionnaires are found by their ids, wherever they are installed.
_RULES = frozenset({"ruleset", "questionnaire"})
# Returns the content of a file, given its place in the bundle, role and path; None if not found.
Read = Callable[[str, str, Path], bytes | None]


class CannotPack(Exception):
    """The error that no bundle can be made; the message says why, in one sentence."""


class NotThere(CannotPack):
    """The error that a document cannot be read; `place` is its intended place in the bundle."""

    def __init__(self, path: Path, place: str) -> None:
        super().__init__(f"'{path}' cannot be read")
        self.place = place


class Contents:
    """The files of a bundle by their places, without the result; and the missing evidence.

    These are the files of an engagement that was loaded from files. `engagement` is the place of
    the file to assess, `ruleset` that of the ruleset. `roles` has the role of each file, and its
    name if that leads out of the folder. Raises `CannotPack`.
    """

    def __init__(self, inquiry: Inquiry, read: Read) -> None:
        self.inquiry = inquiry
        self.read = read
        self.folder: Path = Path(inquiry.name).parent
        self.engagement: str = f"{INSIDE}/{PurePath(inquiry.name).name}"
        self.ruleset: str = ""
        self.files: dict[str, bytes] = {}
        self.roles: dict[str, tuple[str, str]] = {}
        self.missing: dict[Lacking, None] = {}
        self._add_answers()
        self._add_rules()
        self._add_evidence()

    def _add_answers(self) -> None:
        """Add the engagement with its answer sheets, or the single sheet."""
        if self.inquiry.engagement is not None:
            self._add(self.engagement, "engagement", Path(self.inquiry.name))
        for sheet in self.inquiry.sheets:
            place, named = self._place(sheet.name)
            self._add(place, "answers", self.folder / sheet.name, named)

    def _add_rules(self) -> None:
        """Add the ruleset and the questionnaires, each with all documents that it extends."""
        ruleset = self.inquiry.ruleset
        *parents, own = _documents(ruleset.checklist.node)
        for document in parents:
            self._add(_place_of("ruleset", document), "ruleset", _path(document))
        self.ruleset, named = self._named_by_file(own) or (_place_of("ruleset", own), "")
        self._add(self.ruleset, "ruleset", _path(own), named)
        for questionnaire in ruleset.questionnaires:
            for document in _documents(questionnaire.node):
                place = _place_of("questionnaire", document)
                self._add(place, "questionnaire", _path(document))

    def _add_evidence(self) -> None:
        """Add the evidence files that exist; list the others as missing."""
        for by, folders, item in self._items():
            if item.file and (why := self._why_missing(folders, item.file)):
                self.missing[Lacking(item.file, by, why)] = None

    def _why_missing(self, folders: Iterable[str], file: str) -> str:
        """Pack an evidence file from the first folder that has it, or return why it is missing."""
        if file.startswith("/") or PureWindowsPath(file).drive:
            return "its name is absolute"
        why = ""
        for folder in folders:
            place, outside = self._place(posixpath.normpath(posixpath.join(folder, file)))
            if why_unsafe(place):
                why = why or "no bundle can hold such a name"
                continue
            if self._pack(place, "evidence", self.folder / folder / file, outside):
                return ""
            why = why or "there is no such file"
        return why

    def _items(self) -> Iterator[tuple[str, tuple[str, ...], Evidence]]:
        """Yield each evidence item with the document that names it and the folders to search."""
        for sheet in self.inquiry.sheets:
            for given in sheet.given:
                for item in given.evidence:
                    yield sheet.name, evidence_folders(sheet.name), item
        for resolution in self.inquiry.circumstances.resolutions.values():
            for item in resolution.evidence:
                yield PurePath(self.inquiry.name).name, ("",), item

    def _add(self, place: str, role: str, path: Path, named: str = "") -> None:
        if why := why_unsafe(place):
            raise CannotPack(f"'{path}' cannot be packed: {why}")
        if not self._pack(place, role, path, named):
            raise NotThere(path, place)

    def _pack(self, place: str, role: str, path: Path, named: str) -> bool:
        """Add a file unless it has been added already; return whether it is in the bundle now."""
        if place not in self.files:
            content = self.read(place, role, path)
            if content is None:
                return False
            self.files[place], self.roles[place] = content, (role, named)
        return True

    def _place(self, named: str) -> tuple[str, str]:
        """Return the place of a file named relative to the folder; and its name if outside."""
        parts = posixpath.normpath(named).split("/")
        levels = next((n for n, part in enumerate(parts) if part != ".."), len(parts))
        if not levels:
            return "/".join([INSIDE, *parts]), ""
        return "/".join([OUTSIDE, str(levels), *parts[levels:]]), "/".join(parts)

    def _named_by_file(self, document: Mapping) -> tuple[str, str] | None:
        """Return the path of the ruleset if the engagement or the sheet names it as a file."""
        whole = self.inquiry.engagement
        head: Node = whole.node if whole is not None else self.inquiry.sheets[0].node
        named = text(child(head, "ruleset"))
        if not is_file(named) or PurePath(named).is_absolute():
            return None
        path = self.folder / named
        is_it = os.path.realpath(path) == os.path.realpath(_path(document))
        return self._place(named.replace(os.sep, "/")) if is_it else None


def _place_of(kind: str, document: Mapping) -> str:
    """Return the place of a document that is found by its id."""
    return f"{kind}s/{text(document.get('id'))}/{kind}{_path(document).suffix}"


def _documents(node: Node) -> tuple[Mapping, ...]:
    assert isinstance(node, Mapping)
    return documents_of(node)


def _path(document: Mapping) -> Path:
    path = document.source.path
    if path is None:
        raise CannotPack("a document from standard input has no file to pack")
    return path


class Disk:
    """Reads the files of a bundle from disk; resolves links, and refuses any that leave the folder.

    `include` are files, and folders of files, outside the engagement's folder that may be packed
    too. `links` are the files that were reached through a link, with their targets.
    """

    def __init__(self, engagement: str | Path, include: Iterable[str | Path] = ()) -> None:
        self._folder = Path(engagement).parent
        self._inside = Path(os.path.realpath(self._folder))
        allowed = (self._folder, engagement, *include)
        self._allowed = [Path(os.path.realpath(path)) for path in allowed]
        self._refused: dict[str, str] = {}
        self.links: dict[str, Path] = {}

    def read(self, place: str, role: str, path: Path) -> bytes | None:
        """Return the content of the file at `path`, following links; None if there is none."""
        real = Path(os.path.realpath(path))
        try:
            content = read_bytes(real)
        except OSError:
            return None
        is_link = path.is_symlink() if role in _RULES else self._goes_through_link(path, real)
        may_leave = role in _RULES or not (is_link or role == "evidence")
        if not may_leave and not any(map(real.is_relative_to, self._allowed)):
            self._refused[os.path.normpath(path)] = f", a link to {real}" if is_link else ""
        elif is_link:
            self.links[place] = real
        return content

    def refuse_what_leaves(self) -> None:
        """Raise `CannotPack` with all files that were read from outside the folder, if any."""
        if self._refused:
            led = (f"  {name}{where}\n" for name, where in self._refused.items())
            raise CannotPack(
                "these files are outside the engagement's folder:\n"
                + "".join(led)
                + "to pack such a file, give it, or a folder above it, with --include"
            )

    def _goes_through_link(self, path: Path, real: Path) -> bool:
        """Return whether the file, or one of its folders below the engagement's, is a link."""
        return str(real) != os.path.normpath(self._inside / os.path.relpath(path, self._folder))


def make_bundle(inquiry: Inquiry, disk: Disk | None = None) -> tuple[bytes, Manifest, Assessment]:
    """Return the bundle of an engagement loaded from files, its manifest, and its assessment.

    The result is calculated from the files as they are packed. `disk` says what may be packed from
    outside of the engagement's folder; without it, nothing. Raises `CannotPack`.
    """
    disk = disk or Disk(inquiry.name)
    contents = Contents(inquiry, disk.read)
    disk.refuse_what_leaves()
    expected = Assessor(inquiry.ruleset).assess(inquiry)
    circumstances = inquiry.circumstances
    document = expected.to_dict(compact=True)
    unsigned = _manifest(contents, document, b"")
    try:
        as_then = circumstances.as_of, circumstances.assurance
        with unpack_bundle(unsigned, contents.files, *as_then) as packed:
            assessment = Assessor(packed.ruleset).assess(packed)
            result = assessment.to_json(compact=True).encode()
    except UnusableFile as fault:
        raise CannotPack(f"the packed files cannot be assessed: {fault}") from None
    if json.loads(result) != document:
        raise CannotPack("the packed files give another result; did a file change in the meantime?")
    manifest = _manifest(contents, document, result)
    whole = {MANIFEST: manifest.to_bytes(), RESULT: result, **dict(sorted(contents.files.items()))}
    try:
        return pack(whole), manifest, expected
    except ValueError as fault:
        raise CannotPack(str(fault)) from None


def _manifest(contents: Contents, document: Map[str, Any], result: bytes) -> Manifest:
    rest = (
        _list_file(place, contents.files[place], *contents.roles[place])
        for place in sorted(contents.files)
    )
    return Manifest(
        engine=document["engine"],
        engagement=contents.engagement,
        ruleset=contents.ruleset,
        result=document["sha256"],
        files=(_list_file(RESULT, result, "result"), *rest),
        missing=tuple(contents.missing),
    )


def _list_file(place: str, content: bytes, role: str, named: str = "") -> Packed:
    return Packed(place, role, named, len(content), hashlib.sha256(content).hexdigest())
