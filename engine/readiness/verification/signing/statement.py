"""The statement that is signed: an in-toto Statement, version 1, about one file."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from readiness.verification.results import Document

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://readiness.example/attestation/assessment/v1"


def statement(name: str, data: bytes, document: Document) -> dict[str, Any]:
    """What is said of a file: its SHA-256, and what the result in it says."""
    return {
        "_type": STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": hashlib.sha256(data).hexdigest()}}],
        "predicateType": PREDICATE,
        "predicate": predicate(document),
    }


def predicate(document: Document) -> dict[str, Any]:
    """What a result says, in short."""
    ruleset = document["ruleset"]
    return {
        "ruleset": {key: ruleset[key] for key in ("id", "version", "sha256")},
        "asOf": document["as_of"],
        "assurance": document["assurance"],
        "verdicts": {gate["id"]: gate["verdict"] for gate in document["gates"]},
        "result": {"sha256": document["sha256"]},
        "engine": document["engine"],
    }


def payload(said: dict[str, Any]) -> bytes:
    """A statement as it is signed; the same statement gives the same bytes."""
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
