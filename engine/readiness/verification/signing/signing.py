"""Signing a result or a bundle, and checking a signature, step by step.

What is signed is an in-toto Statement, version 1, about one file.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from readiness.verification.json_text import read_json
from readiness.verification.recheck import Document
from readiness.verification.signing.envelope import Envelope, Signature, pae, read_envelope
from readiness.verification.signing.keys import is_signed_by, key_id
from readiness.verification.steps import Steps, UnusableFile

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import (
        Ed25519PrivateKey,
        Ed25519PublicKey,
    )


PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://readiness.example/attestation/assessment/v1"


def sign(name: str, data: bytes, document: Document, key: Ed25519PrivateKey) -> Envelope:
    """The signed statement about a file of that name; the same file gives the same envelope."""
    said = payload(statement(name, data, document))
    signature = Signature(key_id(key.public_key()), key.sign(pae(PAYLOAD_TYPE, said)))
    return Envelope(said, PAYLOAD_TYPE, (signature,))


@dataclass(frozen=True, slots=True)
class Subject:
    """A file that is signed: its name, its bytes, and the result in it.

    `document` is None where the file cannot be looked into.
    """

    name: str
    data: bytes
    document: Document | None


def check_signature(
    signature: bytes, key: Ed25519PublicKey, subject: Subject, steps: Steps
) -> None:
    """Whether an envelope is signed with the key, and says what is in a file."""
    try:
        envelope = read_envelope(signature, "the signature")
    except UnusableFile as fault:
        steps.found("signature", str(fault))
        return
    if not _is_signed(envelope, key, steps):
        return
    if envelope.payload_type != PAYLOAD_TYPE:
        text = f"what is signed is {envelope.payload_type!r}, and not an in-toto statement"
        steps.found("statement", text)
        return
    try:
        said = read_json(envelope.payload, "the signed statement")
        signed = _subject(said)
    except UnusableFile as fault:
        steps.found("statement", str(fault))
        return
    if signed["digest"]["sha256"] != hashlib.sha256(subject.data).hexdigest():
        steps.found("statement", _of_another(signed["name"], subject.name))
        return
    steps.fine("statement", f"the statement is of this file, byte for byte ({signed['name']})")
    if subject.document is not None and said.get("predicate") != predicate(subject.document):
        steps.found("predicate", "the statement says something else than the result in the file")


def _is_signed(envelope: Envelope, key: Ed25519PublicKey, steps: Steps) -> bool:
    own = key_id(key)
    theirs = [one for one in envelope.signatures if not is_signed_by(key, one.sig, envelope.signed)]
    is_signed = len(theirs) < len(envelope.signatures)
    if is_signed:
        steps.fine("signature", f"it is signed with the key {own}")
    elif any(one.keyid == own for one in theirs):
        steps.found(
            "signature",
            "the signature does not fit: what was signed, or the signature, was changed",
        )
    else:
        keys = [f"signed with the key {one.keyid or 'that has no id'}" for one in theirs]
        steps.found("signature", f"it is not signed with the key {own}", keys)
    if is_signed and theirs:
        others = "another signature" if len(theirs) == 1 else f"{len(theirs)} other signatures"
        steps.noted("signature", f"there is {others}, not of this key, of which nothing is known")
    return is_signed


def _of_another(signed: str, name: str) -> str:
    if signed == name:
        return f"the file was changed after it was signed, or another is called {name} now"
    return f"the statement is of another file, {signed}"


def _subject(said: Any) -> Any:
    """The one subject of a statement; raises `UnusableFile` where the statement is not of ours."""
    if not isinstance(said, dict) or said.get("_type") != STATEMENT:
        raise UnusableFile("what is signed is no in-toto statement of version 1")
    if said.get("predicateType") != PREDICATE:
        raise UnusableFile("what is signed is no statement about an assessment")
    subjects = said.get("subject")
    if not isinstance(subjects, list) or len(subjects) != 1:
        raise UnusableFile("the signed statement is not about one file")
    subject = subjects[0]
    digests = subject.get("digest") if isinstance(subject, dict) else None
    if not isinstance(digests, dict) or not isinstance(digests.get("sha256"), str):
        raise UnusableFile("the signed statement is without the SHA-256 of its file")
    if not isinstance(subject.get("name"), str):
        raise UnusableFile("the signed statement is without the name of its file")
    return subject


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
