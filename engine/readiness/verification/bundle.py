"""Bundles: an assessment with all its files, packed, checked byte by byte, and unpacked."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import posixpath
import re
import tempfile
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import asdict, dataclass
from pathlib import Path, PurePath, PureWindowsPath
from typing import Any

from readiness.assessing import Assessor
from readiness.documents.merging import documents_of
from readiness.documents.nodes import Mapping, Node
from readiness.documents.opening import read_bytes
from readiness.documents.schemas import FORMATS
from readiness.loading.engagements import Inquiry, evidence_folders, load_engagement
from readiness.loading.rulesets import is_file
from readiness.loading.search_path import Search
from readiness.model.answers import Evidence
from readiness.model.fields import child, text
from readiness.problems import DocumentError
from readiness.problems.values import brief
from readiness.result.assessment import Assessment
from readiness.verification.archive import Listing, change, listings, pack, why_unsafe
from readiness.verification.json_text import problems_of, read_json
from readiness.verification.steps import Steps, UnusableFile

MANIFEST, RESULT = "manifest.json", "result.json"
# The folder for the engagement's files, and the one for files from folders above it.
INSIDE, OUTSIDE = "engagement", "outside"


@dataclass(frozen=True, slots=True)
class Packed:
    """A file of a bundle; its fields are in manifest order.

    `named` is how a document names the file if that leads out of its folder, otherwise empty.
    """

    file: str
    role: str
    named: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Lacking:
    """An evidence file that is missing from a bundle: its name, the file that names it, and why."""

    named: str
    by: str
    why: str


@brief
@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest of a bundle: its files with their digests, and what to assess.

    `engagement` is the file to assess, possibly a single sheet; `ruleset` the ruleset to use.
    `result` is the digest of the result, `engine` the program that made the bundle.
    """

    engine: Map[str, str]
    engagement: str
    ruleset: str
    result: str
    files: tuple[Packed, ...]
    missing: tuple[Lacking, ...]

    def to_bytes(self) -> bytes:
        """Return the manifest as the bytes of its file in a bundle."""
        document = {
            "format": FORMATS["bundle"],
            "engine": dict(self.engine),
            "engagement": self.engagement,
            "ruleset": self.ruleset,
            "result": {"file": RESULT, "sha256": self.result},
            "files": [
                {key: held for key, held in asdict(file).items() if held != ""}
                for file in self.files
            ],
            "missing": [asdict(lacking) for lacking in self.missing],
        }
        return (json.dumps(document, ensure_ascii=False, indent=2) + "\n").encode()


def read_manifest(data: bytes) -> Manifest:
    """Read the manifest in a text; raises `UnusableFile` if the text is not a manifest."""
    document = read_json(data, MANIFEST)
    if problems := problems_of(document, "bundle", data, MANIFEST):
        raise UnusableFile(str(problems[0]).splitlines()[0])
    return Manifest(
        engine=document["engine"],
        engagement=document["engagement"],
        ruleset=document["ruleset"],
        result=document["result"]["sha256"],
        files=tuple(Packed(**{"named": "", **one}) for one in document["files"]),
        missing=tuple(Lacking(**one) for one in document["missing"]),
    )


# ---- checking ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bundle:
    """An open bundle: its manifest, and the content of its files by their places."""

    manifest: Manifest
    files: Map[str, bytes]


def open_bundle(data: bytes, steps: Steps) -> Bundle | None:
    """Return the bundle in an archive after checking every byte; None if a check failed.

    Raises `UnusableFile` if the archive is not a bundle at all.
    """
    every = listings(data)
    listing, manifest, why = _choose_listing(every)
    held = {entry.name: entry.content for entry in listing}
    stated = {entry.crc for listing in every for entry in listing if entry.name == MANIFEST}
    is_changed = MANIFEST in held and zlib.crc32(held[MANIFEST]) not in stated
    details: Sequence[str] = ()
    if manifest is None:
        if not is_changed:
            raise UnusableFile(f"it is not a bundle: {why}")
        said = f"{MANIFEST} was changed: {why}"
    elif is_changed:
        said = f"{MANIFEST} was changed: its checksum differs"
    elif details := _against(manifest, held):
        said = "the archive does not match its manifest"
    elif not (said := change(data, listing)) and manifest.to_bytes() != held[MANIFEST]:
        said = f"{MANIFEST} is not written as in a bundle"
    if manifest is None or said:
        steps.found("archive", said, details)
        return None
    count = len(manifest.files)
    steps.fine("archive", f"{count} files, exactly as in the manifest")
    return Bundle(manifest, held)


def _choose_listing(every: Sequence[Listing]) -> tuple[Listing, Manifest | None, str]:
    """Return the listing that best fits its manifest, and why there is no manifest."""
    texts = [
        next((entry.content for entry in listing if entry.name == MANIFEST), None)
        for listing in every
    ]
    read = {text: _manifest_in(text) for text in set(texts)}
    found = [(listing, *read[text]) for listing, text in zip(every, texts, strict=True)]
    return max(found, key=lambda one: _count_matches(one[1], one[0]))


def _manifest_in(text: bytes | None) -> tuple[Manifest | None, str]:
    if text is None:
        return None, f"it has no {MANIFEST}"
    try:
        return read_manifest(text), ""
    except UnusableFile as fault:
        return None, str(fault)


def _count_matches(manifest: Manifest | None, listing: Listing) -> int:
    if manifest is None:
        return -1
    sizes = {file.file: file.size for file in manifest.files}
    return sum(sizes.get(entry.name) == len(entry.content) for entry in listing)


def _against(manifest: Manifest, held: Map[str, bytes]) -> list[str]:
    """Return the differences between the files and the manifest."""
    found = []
    named = {file.file for file in manifest.files}
    if len(named) < len(manifest.files):
        found.append("the manifest lists a file twice")
    for file in manifest.files:
        content = held.get(file.file)
        if content is None:
            found.append(f"{file.file} is missing")
        elif hashlib.sha256(content).hexdigest() != file.sha256:
            found.append(f"{file.file} was changed: its SHA-256 is not the one in the manifest")
        elif len(content) != file.size:
            found.append(f"{file.file} has {len(content):,} bytes, not {file.size:,}")
    found += [f"{name} is not in the manifest" for name in held if name not in named | {MANIFEST}]
    pointed_to = {
        RESULT: "the result",
        manifest.engagement: "the engagement",
        manifest.ruleset: "the ruleset",
    }
    found += [
        f"{name}, named by the manifest as {what}, is not in its list"
        for name, what in pointed_to.items()
        if name not in named
    ]
    expected = [RESULT, *sorted(named - {RESULT})]
    if not found and list(held) != [MANIFEST, *expected]:
        found.append("the files are in the wrong order")
    if not found and [file.file for file in manifest.files] != expected:
        found.append("the files in the manifest are in the wrong order")
    return found


# ---- unpacking -----------------------------------------------------------------------------------


@contextlib.contextmanager
def unpack_bundle(
    manifest: Manifest, files: Map[str, bytes], as_of: datetime.date, assurance: str
) -> Iterator[Inquiry]:
    """Unpack a bundle into a temporary folder and load its engagement, from its own documents only.

    Files outside the engagement's folder are outside of it here too, within the temporary folder.
    Raises `UnusableFile` if a document has a name that is not possible, and with every problem of
    the documents, which are named as in the bundle.
    """
    with tempfile.TemporaryDirectory(prefix="readiness-") as name:
        root = Path(os.path.realpath(name))
        folder = root.joinpath("at", *["up"] * _levels(manifest), INSIDE)
        folder.mkdir(parents=True)
        for file in manifest.files:
            if file.role != "result":
                path = _unpacked_path(file.file, root, folder)
                try:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(files[file.file])
                except OSError as fault:
                    reason = f"{file.file} cannot be unpacked: {fault.strerror}"
                    raise UnusableFile(reason) from None
        try:
            inquiry = load_engagement(
                _unpacked_path(manifest.engagement, root, folder),
                ruleset=_unpacked_path(manifest.ruleset, root, folder),
                as_of=as_of,
                assurance=assurance,
                paths=Search(
                    (root / "rulesets", root / "questionnaires"), plugins=False, shipped=False
                ),
            )
        except DocumentError as error:
            told = str(error).replace(f"{folder}{os.sep}", "").replace(f"{root}{os.sep}", "")
            raise UnusableFile(told) from None
        yield inquiry


# Matches a file below the engagement's folder, or below a folder some levels above it.
_BELOW = re.compile(rf"(?:{INSIDE}|{OUTSIDE}/(?P<levels>[1-9][0-9]?))(?:/(?P<rest>.*))?")


def _levels(manifest: Manifest) -> int:
    """Return how many folders above the engagement's own a bundle's documents reach."""
    below = [_BELOW.fullmatch(file.file) for file in manifest.files]
    return max((int(found["levels"] or 0) for found in below if found), default=0)


def _unpacked_path(file: str, root: Path, folder: Path) -> Path:
    """Return the path to which a file of a bundle is unpacked; `folder` is the engagement's."""
    found = _BELOW.fullmatch(file)
    if found is None:
        return root / file
    return (folder, *folder.parents)[int(found["levels"] or 0)] / (found["rest"] or "")


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
