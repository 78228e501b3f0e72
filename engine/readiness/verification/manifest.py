"""The manifest of a bundle: what is in it, which part each file has, and what is missing."""

from __future__ import annotations

import json
from collections.abc import Mapping as Map
from dataclasses import asdict, dataclass

from readiness.documents.schemas import FORMATS
from readiness.verification.json_text import problems_of, read_json
from readiness.verification.steps import UnusableFile

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

    engine: Map[str, str]
    engagement: str
    ruleset: str
    result: str
    files: tuple[Packed, ...]
    missing: tuple[Lacking, ...]

    def to_bytes(self) -> bytes:
        """The manifest as it stands in a bundle."""
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
