"""Bundles read: the manifest, every byte checked, unpacked into a folder, and loaded from there."""

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
from readiness.loading.search_path import Only
from readiness.problems import DocumentError
from readiness.verification.archive import Listing, change, listings
from readiness.verification.json_text import problems_of, read_json
from readiness.verification.steps import Steps, UnusableFile

MANIFEST, RESULT = "manifest.json", "result.json"
# The folder of the engagement's files, and that of files from folders above it.
INSIDE, OUTSIDE = "engagement", "outside"


@dataclass(frozen=True, slots=True)
class Packed:
    """A file of a bundle, its fields in the order in which the manifest has them.

    `named` is how a document names it where that leads out of its folder, else empty.
    """

    file: str
    role: str
    named: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Lacking:
    """An evidence file that is not in a bundle: how it is named, in which file, and why."""

    named: str
    by: str
    why: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """`engagement` is the file to assess, a single sheet too; `ruleset` what to assess it with.

    `result` is the result's own digest, `engine` the program that made the bundle.
    """

    engine: Mapping[str, str]
    engagement: str
    ruleset: str
    result: str
    files: tuple[Packed, ...]
    missing: tuple[Lacking, ...]

    def to_bytes(self) -> bytes:
        """Return the manifest as bytes of a bundle."""
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
    """The manifest that a text holds; raises `UnusableFile` where it is none."""
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


# ---- checked -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was opened: its manifest, and what is in its files by their places."""

    manifest: Manifest
    files: Mapping[str, bytes]


def open_bundle(data: bytes, steps: Steps) -> Bundle | None:
    """The bundle that an archive holds, every byte of it checked; None where something was found.

    Raises `UnusableFile` where it is no bundle at all.
    """
    every = listings(data)
    listing, manifest, why = _chosen(every)
    held = {entry.name: entry.content for entry in listing}
    stated = {entry.crc for listing in every for entry in listing if entry.name == MANIFEST}
    is_changed = MANIFEST in held and zlib.crc32(held[MANIFEST]) not in stated
    details: Sequence[str] = ()
    if manifest is None:
        if not is_changed:
            raise UnusableFile(f"it is no bundle: {why}")
        said = f"{MANIFEST} was changed: {why}"
    elif is_changed:
        said = f"{MANIFEST} was changed: its checksum is another one"
    elif details := _against(manifest, held):
        said = "what is in the archive is not what its manifest says"
    elif not (said := change(data, listing)) and manifest.to_bytes() != held[MANIFEST]:
        said = f"{MANIFEST} is not written as in a bundle"
    if manifest is None or said:
        steps.found("archive", said, details)
        return None
    count = len(manifest.files)
    steps.fine("archive", f"{count} files, each as the manifest says, and not a byte beside them")
    return Bundle(manifest, held)


def _chosen(every: Sequence[Listing]) -> tuple[Listing, Manifest | None, str]:
    """The listing that its manifest fits best, and why there is no manifest."""
    texts = [
        next((entry.content for entry in listing if entry.name == MANIFEST), None)
        for listing in every
    ]
    read = {text: _manifest_in(text) for text in set(texts)}
    found = [(listing, *read[text]) for listing, text in zip(every, texts, strict=True)]
    return max(found, key=lambda one: _fit(one[1], one[0]))


def _manifest_in(text: bytes | None) -> tuple[Manifest | None, str]:
    if text is None:
        return None, f"there is no {MANIFEST} in it"
    try:
        return read_manifest(text), ""
    except UnusableFile as fault:
        return None, str(fault)


def _fit(manifest: Manifest | None, listing: Listing) -> int:
    if manifest is None:
        return -1
    sizes = {file.file: file.size for file in manifest.files}
    return sum(sizes.get(entry.name) == len(entry.content) for entry in listing)


def _against(manifest: Manifest, held: Mapping[str, bytes]) -> list[str]:
    """What is not as the manifest says, file by file."""
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
            found.append(f"{file.file} has {len(content):,} bytes, and not {file.size:,}")
    found += [f"{name} is not in the manifest" for name in held if name not in named | {MANIFEST}]
    pointed_to = {
        RESULT: "the result",
        manifest.engagement: "assessed",
        manifest.ruleset: "the ruleset",
    }
    found += [
        f"{name}, which the manifest names as what is {what}, is not in its list"
        for name, what in pointed_to.items()
        if name not in named
    ]
    expected = [RESULT, *sorted(named - {RESULT})]
    if not found and list(held) != [MANIFEST, *expected]:
        found.append("the files are not in their order")
    if not found and [file.file for file in manifest.files] != expected:
        found.append("the files in the manifest are not in their order")
    return found


# ---- unpacked -----------------------------------------------------------------------------------


@contextlib.contextmanager
def unpack_bundle(
    manifest: Manifest, files: Mapping[str, bytes], as_of: datetime.date, assurance: str
) -> Iterator[Inquiry]:
    """The engagement of a bundle, from its own documents only, in a folder that is gone afterwards.

    What lies outside of the engagement's folder lies outside of it here too, and inside of the
    other. Raises `UnusableFile` where a document cannot have the name that it has, and with every
    problem of the documents, named as in the bundle.
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
                paths=Only((root / "rulesets", root / "questionnaires")),
            )
        except DocumentError as error:
            told = str(error).replace(f"{folder}{os.sep}", "").replace(f"{root}{os.sep}", "")
            raise UnusableFile(told) from None
        yield inquiry


# A file below the engagement's folder, or below a folder some levels above it.
_BELOW = re.compile(rf"(?:{INSIDE}|{OUTSIDE}/(?P<levels>[1-9][0-9]?))(?:/(?P<rest>.*))?")


def _levels(manifest: Manifest) -> int:
    """How many folders above the engagement's own the documents of a bundle reach up."""
    below = [_BELOW.fullmatch(file.file) for file in manifest.files]
    return max((int(found["levels"] or 0) for found in below if found), default=0)


def _path(file: str, root: Path, folder: Path) -> Path:
    """Where a file of a bundle is unpacked; `folder` is that of the engagement."""
    found = _BELOW.fullmatch(file)
    if found is None:
        return root / file
    return (folder, *folder.parents)[int(found["levels"] or 0)] / (found["rest"] or "")
