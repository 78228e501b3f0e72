"""A bundle made from an assessment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from readiness.assessing import Assessor
from readiness.loading.engagements import Inquiry
from readiness.result.assessment import Assessment
from readiness.verification.archive import pack
from readiness.verification.disk import Disk
from readiness.verification.manifest import MANIFEST, RESULT, Manifest, Packed
from readiness.verification.packing import CannotPack, Contents, contents_of
from readiness.verification.steps import Unreadable
from readiness.verification.unpacking import load_bundled, unpacked


def make_bundle(inquiry: Inquiry, disk: Disk | None = None) -> tuple[bytes, Manifest, Assessment]:
    """The bundle of an engagement that was loaded from files, its manifest, and its assessment.

    The result is worked out from the files as they are packed. `disk` says what may be packed from
    outside of the engagement's folder; without it, nothing. Raises `CannotPack`.
    """
    disk = disk or Disk(inquiry.name)
    contents = contents_of(inquiry, disk.read)
    disk.refuse_what_leaves()
    expected = Assessor(inquiry.ruleset).assess(inquiry)
    circumstances = inquiry.circumstances
    files = {part.file: part.content for part in contents.parts.values()}
    document = expected.to_dict(compact=True)
    unsigned = _manifest(contents, document, b"")
    try:
        with unpacked(unsigned, files) as folder:
            packed = load_bundled(unsigned, folder, circumstances.as_of, circumstances.assurance)
            assessment = Assessor(packed.ruleset).assess(packed)
            result = assessment.to_json(compact=True).encode()
    except Unreadable as fault:
        raise CannotPack(f"what would be packed cannot be assessed: {fault}") from None
    if json.loads(result) != document:
        raise CannotPack("what would be packed gives another result; did a file change meanwhile?")
    manifest = _manifest(contents, document, result)
    whole = {MANIFEST: manifest.to_bytes(), RESULT: result, **dict(sorted(files.items()))}
    try:
        return pack(whole), manifest, expected
    except ValueError as fault:
        raise CannotPack(str(fault)) from None


def _manifest(contents: Contents, document: Mapping[str, Any], result: bytes) -> Manifest:
    parts = [contents.parts[place] for place in sorted(contents.parts)]
    files = [_packed(RESULT, "result", result, "")]
    files += [_packed(part.file, part.role, part.content, part.named) for part in parts]
    return Manifest(
        engine=document["engine"],
        engagement=contents.engagement,
        ruleset=contents.ruleset,
        result=document["sha256"],
        files=tuple(files),
        missing=tuple(contents.missing),
    )


def _packed(file: str, role: str, content: bytes, named: str) -> Packed:
    return Packed(file, role, len(content), hashlib.sha256(content).hexdigest(), named)
