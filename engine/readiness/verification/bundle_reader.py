"""The bundle reader: checks the manifest and every byte, unpacks into a folder, and loads it."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import json
import os
import re
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from readiness.documents.schemas import FORMATS
from readiness.loading.engagements import Inquiry, load_engagement
from readiness.loading.search_path import Search
from readiness.problems import DocumentError
from readiness.verification.archive import Listing, change, listings
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


@dataclass(frozen=True, slots=True)
class Manifest:
    """The manifest of a bundle: its files with their digests, and what to assess.

    `engagement` is the file to assess, possibly a single sheet; `ruleset` the ruleset to use.
    `result` is the digest of the result, `engine` the program that made the bundle.
    """

    engine: Mapping[str, str]
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
    files: Mapping[str, bytes]


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


def _against(manifest: Manifest, held: Mapping[str, bytes]) -> list[str]:
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
    manifest: Manifest, files: Mapping[str, bytes], as_of: datetime.date, assurance: str
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
                path = _path(file.file, root, folder)
                try:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(files[file.file])
                except OSError as fault:
                    reason = f"{file.file} cannot be unpacked: {fault.strerror}"
                    raise UnusableFile(reason) from None
        try:
            inquiry = load_engagement(
                _path(manifest.engagement, root, folder),
                ruleset=_path(manifest.ruleset, root, folder),
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


def _path(file: str, root: Path, folder: Path) -> Path:
    """Return the path to which a file of a bundle is unpacked; `folder` is the engagement's."""
    found = _BELOW.fullmatch(file)
    if found is None:
        return root / file
    return (folder, *folder.parents)[int(found["levels"] or 0)] / (found["rest"] or "")
