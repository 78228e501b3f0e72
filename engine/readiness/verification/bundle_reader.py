"""Bundles read: every byte checked, unpacked into a folder, and loaded from there."""

from __future__ import annotations

import contextlib
import datetime
import hashlib
import os
import re
import tempfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from readiness.loading.engagements import Inquiry, load_engagement
from readiness.loading.search_path import Only
from readiness.problems import DocumentError
from readiness.verification.archive import Listing, change, listings
from readiness.verification.manifest import (
    INSIDE,
    MANIFEST,
    OUTSIDE,
    RESULT,
    Manifest,
    read_manifest,
)
from readiness.verification.steps import Steps, UnusableFile


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle that was opened: its manifest, and what is in its files by their places."""

    manifest: Manifest
    files: Mapping[str, bytes]

    @property
    def result(self) -> bytes:
        """The text of the result."""
        return self.files[RESULT]


def open_bundle(data: bytes, steps: Steps) -> Bundle | None:
    """The bundle that an archive holds, every byte of it checked; None where something was found.

    Raises `UnusableFile` where it is no bundle at all.
    """
    every = listings(data)
    listing, manifest, why = _chosen(every)
    held = {entry.name: entry.content for entry in listing}
    altered = _altered(every, held)
    if manifest is None:
        if MANIFEST not in altered:
            raise UnusableFile(f"it is no bundle: {why}")
        steps.found("archive", f"{MANIFEST} was changed: {why}")
        return None
    if MANIFEST in altered:
        steps.found("archive", f"{MANIFEST} was changed: its checksum is another one")
        return None
    if found := _against(manifest, held):
        steps.found("archive", "what is in the archive is not what its manifest says", found)
        return None
    if said := change(data, listing):
        steps.found("archive", said)
        return None
    if manifest.to_bytes() != held[MANIFEST]:
        steps.found("archive", f"{MANIFEST} is not written as in a bundle")
        return None
    count = len(manifest.files)
    steps.fine("archive", f"{count} files, each as the manifest says, and not a byte beside them")
    return Bundle(manifest, held)


def _chosen(every: Sequence[Listing]) -> tuple[Listing, Manifest | None, str]:
    """The listing that its manifest fits best, and why there is no manifest."""
    read: dict[bytes | None, tuple[Manifest | None, str]] = {}
    best: tuple[int, Listing, Manifest | None, str] | None = None
    for listing in every:
        text = next((entry.content for entry in listing if entry.name == MANIFEST), None)
        if text not in read:
            read[text] = _manifest_in(text)
        manifest, why = read[text]
        fit = -1 if manifest is None else _fit(manifest, listing)
        if best is None or fit > best[0]:
            best = fit, listing, manifest, why
    assert best is not None
    return best[1:]


def _manifest_in(text: bytes | None) -> tuple[Manifest | None, str]:
    if text is None:
        return None, f"there is no {MANIFEST} in it"
    try:
        return read_manifest(text), ""
    except UnusableFile as fault:
        return None, str(fault)


def _fit(manifest: Manifest, listing: Listing) -> int:
    sizes = {file.file: file.size for file in manifest.files}
    return sum(sizes.get(entry.name) == len(entry.content) for entry in listing)


def _altered(every: Sequence[Listing], held: Mapping[str, bytes]) -> set[str]:
    """The files whose checksum is nowhere in the archive what their content comes to."""
    stated: dict[str, set[int]] = {}
    for listing in every:
        for entry in listing:
            stated.setdefault(entry.name, set()).add(entry.crc)
    return {
        name for name, content in held.items() if zlib.crc32(content) not in stated.get(name, ())
    }


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
def unpacked(
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


def _levels(manifest: Manifest) -> int:
    """How many folders above the engagement's own the documents of a bundle reach up."""
    written = [file.file.split("/")[1] for file in manifest.files if _is_outside(file.file)]
    return max((int(levels) for levels in written), default=0)


def _is_outside(file: str) -> bool:
    first, _, rest = file.partition("/")
    levels = rest.partition("/")[0]
    return first == OUTSIDE and bool(re.fullmatch("[1-9][0-9]?", levels))


def _path(file: str, root: Path, folder: Path) -> Path:
    """Where a file of a bundle is unpacked; `folder` is that of the engagement."""
    first, _, rest = file.partition("/")
    if first == INSIDE:
        return folder / rest
    if _is_outside(file):
        levels, _, below = rest.partition("/")
        return folder.parents[int(levels) - 1] / below
    return root / file
