"""The files of a bundle in a folder of their own, and what is loaded from them."""

from __future__ import annotations

import contextlib
import datetime
import os
import re
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from readiness.loading.engagements import Inquiry, load_engagement
from readiness.loading.shelves import Only
from readiness.problems import DocumentError
from readiness.verification.manifest import Manifest
from readiness.verification.packing import INSIDE, OUTSIDE
from readiness.verification.steps import Unreadable


@contextlib.contextmanager
def unpacked(manifest: Manifest, files: Mapping[str, bytes]) -> Iterator[Path]:
    """A folder with the documents and the evidence of a bundle, gone afterwards.

    What lies outside of the engagement's folder
    lies outside of it here too, and inside of this one. Raises `Unreadable` where a document cannot
    have the name that it has.
    """
    with tempfile.TemporaryDirectory(prefix="readiness-") as name:
        root = Path(os.path.realpath(name))
        for file in manifest.files:
            if file.role != "result":
                path = _path(manifest, root, file.file)
                try:
                    path.parent.mkdir(parents=True, exist_ok=True)
                    path.write_bytes(files[file.file])
                except OSError as fault:
                    raise Unreadable(f"{file.file} cannot be unpacked: {fault.strerror}") from None
        _folder(manifest, root).mkdir(parents=True, exist_ok=True)
        yield root


def load_bundled(manifest: Manifest, root: Path, as_of: datetime.date, assurance: str) -> Inquiry:
    """The engagement of a bundle, from its own documents only, unpacked below `root`.

    Raises `Unreadable`, with every problem of the documents, which names files as the bundle does.
    """
    try:
        return load_engagement(
            _path(manifest, root, manifest.engagement),
            ruleset=_path(manifest, root, manifest.ruleset),
            as_of=as_of,
            assurance=assurance,
            paths=Only((root / "rulesets", root / "questionnaires")),
        )
    except DocumentError as error:
        raise Unreadable(str(error).replace(f"{_folder(manifest, root)}{os.sep}", "")
                         .replace(f"{root}{os.sep}", "")) from None  # fmt: skip


def _levels(manifest: Manifest) -> int:
    """How many folders above the engagement's own the documents of a bundle reach up."""
    written = [file.file.split("/")[1] for file in manifest.files if _is_outside(file.file)]
    return max((int(levels) for levels in written), default=0)


def _is_outside(file: str) -> bool:
    first, _, rest = file.partition("/")
    levels = rest.partition("/")[0]
    return first == OUTSIDE and bool(re.fullmatch("[1-9][0-9]?", levels))


def _folder(manifest: Manifest, root: Path) -> Path:
    """The folder of the engagement."""
    return root.joinpath("at", *["up"] * _levels(manifest), INSIDE)


def _path(manifest: Manifest, root: Path, file: str) -> Path:
    folder = _folder(manifest, root)
    first, _, rest = file.partition("/")
    if first == INSIDE:
        return folder / rest
    if _is_outside(file):
        levels, _, below = rest.partition("/")
        return folder.parents[int(levels) - 1] / below
    return root / file
