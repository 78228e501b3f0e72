"""Ed25519 signatures of results and bundles: signing, and checking a signature step by step.

The signed content is an in-toto Statement, version 1, about one file, in a DSSE envelope, version
1: https://github.com/secure-systems-lab/dsse. Keys are in PEM, read and written by the library
`cryptography`.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from readiness.verification.json_text import Document, read_json
from readiness.verification.steps import BadKey, Steps, UnusableFile

PAYLOAD_TYPE = "application/vnd.in-toto+json"
STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "https://readiness.example/attestation/assessment/v1"


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of a signature: a file by name, its bytes, and the result in it.

    `document` is None if the content of the file cannot be read.
    """

    name: str
    data: bytes
    document: Document | None

    @property
    def sha256(self) -> str:
        """The SHA-256 digest of the file."""
        return hashlib.sha256(self.data).hexdigest()


# ---- the envelope --------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature; `keyid` is an unsigned hint, empty if there is none."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """A DSSE envelope: the signed content, and its signatures."""

    payload: bytes
    payload_type: str
    signatures: tuple[Signature, ...]

    @property
    def signed(self) -> bytes:
        """The bytes that the signatures cover."""
        return pae(self.payload_type, self.payload)

    def to_json(self) -> str:
        """Return the envelope as JSON text."""
        document = {
            "payload": _encode(self.payload),
            "payloadType": self.payload_type,
            "signatures": [
                {"keyid": one.keyid, "sig": _encode(one.sig)} for one in self.signatures
            ],
        }
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def pae(payload_type: str, payload: bytes) -> bytes:
    """Return the pre-authentication encoding: type and payload, each preceded by its length."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def read_envelope(data: bytes, name: str) -> Envelope:
    """Read the envelope in a text; raises `UnusableFile` if the text is not an envelope."""
    document = read_json(data, name)
    payload, kind = _text(document, "payload", name), _text(document, "payloadType", name)
    signatures = document.get("signatures")
    if not isinstance(signatures, list) or not signatures:
        raise UnusableFile(f"{name}: this is not a DSSE envelope: it has no list 'signatures'")
    return Envelope(
        payload=_decode(payload, "payload", name),
        payload_type=kind,
        signatures=tuple(_signature(one, name) for one in signatures),
    )


def _signature(document: Any, name: str) -> Signature:
    sig = _decode(_text(document, "sig", name), "sig", name)
    keyid = document.get("keyid")
    return Signature(keyid if isinstance(keyid, str) else "", sig)


def _text(document: Any, key: str, name: str) -> str:
    found = document.get(key) if isinstance(document, dict) else None
    if not isinstance(found, str):
        raise UnusableFile(f"{name}: this is not a DSSE envelope: it has no text '{key}'")
    return found


def _encode(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _decode(text: str, key: str, name: str) -> bytes:
    """Return the bytes of a base64 text in either alphabet, as the specification requires."""
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except ValueError:
        raise UnusableFile(f"{name}: the text '{key}' is not base64") from None


# ---- the statement -------------------------------------------------------------------------------


def sign(name: str, data: bytes, document: Document, key: Ed25519PrivateKey) -> Envelope:
    """Return the signed statement about a file; the same file and name give the same envelope."""
    said = {
        "_type": STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": Subject(name, data, document).sha256}}],
        "predicateType": PREDICATE,
        "predicate": _predicate(document),
    }
    payload = json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()
    signature = Signature(key_id(key.public_key()), key.sign(pae(PAYLOAD_TYPE, payload)))
    return Envelope(payload, PAYLOAD_TYPE, (signature,))


def _predicate(document: Document) -> dict[str, Any]:
    """Return a short summary of a result, for the statement."""
    ruleset, out = document["ruleset"], document.get("out_of_scope")
    return {
        **({"outOfScope": out} if out else {}),
        "ruleset": {key: ruleset[key] for key in ("id", "version", "sha256")},
        "asOf": document["as_of"],
        "assurance": document["assurance"],
        "verdicts": {gate["id"]: gate["verdict"] for gate in document["gates"]},
        "result": {"sha256": document["sha256"]},
        "engine": document["engine"],
    }


def check_signature(
    signature: bytes, key: Ed25519PublicKey, subject: Subject, steps: Steps
) -> None:
    """Check that an envelope is signed with the key, and that its statement describes the file."""
    try:
        envelope = read_envelope(signature, "the signature")
    except UnusableFile as fault:
        steps.found("signature", str(fault))
        return
    if not _is_signed(envelope, key, steps):
        return
    try:
        said = _statement(envelope)
    except UnusableFile as fault:
        steps.found("statement", str(fault))
        return
    signed = said["subject"][0]
    if signed["digest"]["sha256"] != subject.sha256:
        steps.found("statement", _of_another(signed["name"], subject.name))
        return
    steps.fine("statement", f"the statement describes this file, byte for byte ({signed['name']})")
    if subject.document is not None and said.get("predicate") != _predicate(subject.document):
        steps.found("predicate", "the statement does not match the result in the file")


def _is_signed(envelope: Envelope, key: Ed25519PublicKey, steps: Steps) -> bool:
    own = key_id(key)
    theirs = [one for one in envelope.signatures if not _is_of(key, one.sig, envelope.signed)]
    is_signed = len(theirs) < len(envelope.signatures)
    if is_signed:
        steps.fine("signature", f"it is signed with the key {own}")
    elif any(one.keyid == own for one in theirs):
        text = "the signature is wrong: the signed statement or the signature was changed"
        steps.found("signature", text)
    else:
        keys = [f"signed with the key {one.keyid or 'without an id'}" for one in theirs]
        steps.found("signature", f"it is not signed with the key {own}", keys)
    if is_signed and theirs:
        others = "another signature" if len(theirs) == 1 else f"{len(theirs)} other signatures"
        steps.noted("signature", f"not checked: {others}, made with another key")
    return is_signed


def _is_of(key: Ed25519PublicKey, signature: bytes, data: bytes) -> bool:
    """Return whether a signature of the data was made with the key."""
    try:
        key.verify(signature, data)
    except InvalidSignature:
        return False
    return True


def _of_another(signed: str, name: str) -> str:
    if signed == name:
        return f"the file was changed after it was signed, or another file is now called {name}"
    return f"the statement describes another file, {signed}"


def _statement(envelope: Envelope) -> Any:
    """Return the statement of an envelope; raises `UnusableFile` unless it has one subject."""
    if envelope.payload_type != PAYLOAD_TYPE:
        kind = f"{envelope.payload_type!r}, not an in-toto statement"
        raise UnusableFile(f"the signed content is {kind}")
    said = read_json(envelope.payload, "the signed statement")
    if not isinstance(said, dict) or said.get("_type") != STATEMENT:
        raise UnusableFile("the signed content is not an in-toto statement of version 1")
    if said.get("predicateType") != PREDICATE:
        raise UnusableFile("the signed content is not a statement about an assessment")
    subjects = said.get("subject")
    if not isinstance(subjects, list) or len(subjects) != 1:
        raise UnusableFile("the signed statement does not describe exactly one file")
    match subjects[0]:
        case {"digest": {"sha256": str()}, "name": str()}:
            return said
        case {"digest": {"sha256": str()}}:
            raise UnusableFile("the signed statement does not name its file")
    raise UnusableFile("the signed statement has no SHA-256 of its file")


# ---- the keys ------------------------------------------------------------------------------------


class Locked(BadKey):
    """The error that a private key is encrypted and its passphrase is missing or wrong."""


def private_pem(key: Ed25519PrivateKey, passphrase: str) -> bytes:
    """Return a private key as PEM (PKCS 8), encrypted if there is a passphrase."""
    encryption: KeySerializationEncryption = NoEncryption()
    if passphrase:
        encryption = BestAvailableEncryption(passphrase.encode())
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption)


def public_pem(key: Ed25519PublicKey) -> bytes:
    """Return a public key as PEM."""
    return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def read_private(data: bytes, passphrase: str) -> Ed25519PrivateKey:
    """Read the private key in a PEM text; raises `BadKey`, or its subclass `Locked`."""
    try:
        key = load_pem_private_key(data, passphrase.encode() or None)
    except TypeError:
        if not passphrase:
            raise Locked("the key is encrypted, and no passphrase was given") from None
        return read_private(data, "")  # a passphrase for a key that is not encrypted
    except (ValueError, UnsupportedAlgorithm):
        if passphrase and b"ENCRYPTED" in data:
            raise Locked("the passphrase is wrong") from None
        hint = ": it is a public key" if b"PUBLIC KEY" in data else ""
        raise BadKey(f"this is not a private key in PEM{hint}") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise BadKey("this is not an ed25519 key")
    return key


def read_public(data: bytes) -> Ed25519PublicKey:
    """Read the public key in a PEM text; raises `BadKey`."""
    try:
        key = load_pem_public_key(data)
    except (ValueError, UnsupportedAlgorithm):
        hint = ": it is a private key; do not share it" if b"PRIVATE KEY" in data else ""
        raise BadKey(f"this is not a public key in PEM{hint}") from None
    if not isinstance(key, Ed25519PublicKey):
        raise BadKey("this is not an ed25519 key")
    return key


def key_id(key: Ed25519PublicKey) -> str:
    """Return the id of a key: the SHA-256 of the public key in DER."""
    der = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return hashlib.sha256(der).hexdigest()
