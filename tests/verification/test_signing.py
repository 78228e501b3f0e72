"""Signatures: which are valid, and which are refused."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readiness.verification.recheck import result_in
from readiness.verification.steps import BadKey, Step, Steps
from tests.verification.project import bundled

pytest.importorskip("cryptography", reason="the extra 'sign' is not installed")

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from readiness.verification.signing import (
    Envelope,
    Locked,
    Signature,
    Subject,
    check_signature,
    key_id,
    pae,
    private_pem,
    public_pem,
    read_private,
    read_public,
    sign,
)

KEY, OTHER = (Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2))
NAME = "b.zip"


@pytest.fixture(scope="module")
def subject(tmp_path_factory: pytest.TempPathFactory) -> Subject:
    """Return a bundle to sign."""
    data = bundled(tmp_path_factory.mktemp("signed"))
    return Subject(NAME, data, result_in(data, NAME))


@pytest.fixture(scope="module")
def envelope(subject: Subject) -> Envelope:
    """Return its envelope."""
    return signed(subject)


def signed(subject: Subject, key: Ed25519PrivateKey = KEY) -> Envelope:
    """Return a file signed with a key."""
    assert subject.document is not None
    return sign(subject.name, subject.data, subject.document, key)


def checked(
    envelope: Envelope | bytes, subject: Subject, key: Ed25519PrivateKey = KEY
) -> list[Step]:
    """Return the steps of checking a signature."""
    steps = Steps()
    text = envelope if isinstance(envelope, bytes) else envelope.to_json().encode()
    check_signature(text, key.public_key(), subject, steps)
    return list(steps)


def found(envelope: Envelope | bytes, subject: Subject, key: Ed25519PrivateKey = KEY) -> str:
    """Return the only finding."""
    (step,) = [one for one in checked(envelope, subject, key) if one.outcome == "found"]
    return "\n".join([step.text, *step.details])


def resigned(envelope: Envelope, edit: Callable[[dict[str, Any]], object]) -> Envelope:
    """Return an envelope with another statement in it, signed with the right key."""
    said = json.loads(envelope.payload)
    edit(said)
    payload = json.dumps(said).encode()
    signature = Signature(key_id(KEY.public_key()), KEY.sign(pae(envelope.payload_type, payload)))
    return dataclasses.replace(envelope, payload=payload, signatures=(signature,))


def test_a_signature_that_holds(envelope: Envelope, subject: Subject) -> None:
    """The key signed a statement about this file, byte for byte."""
    assert [(one.name, one.outcome) for one in checked(envelope, subject)] == [
        ("signature", "fine"),
        ("statement", "fine"),
    ]


def test_the_statement(envelope: Envelope, subject: Subject) -> None:
    """The statement is an in-toto statement about the file, with a summary of the verdicts."""
    assert envelope.payload_type == "application/vnd.in-toto+json"
    said = json.loads(envelope.payload)
    assert said["_type"] == "https://in-toto.io/Statement/v1"
    digest = hashlib.sha256(subject.data).hexdigest()
    assert said["subject"] == [{"name": NAME, "digest": {"sha256": digest}}]
    assert said["predicateType"] == "https://readiness.example/attestation/assessment/v1"
    assert subject.document is not None
    assert said["predicate"] == {
        "ruleset": {key: subject.document["ruleset"][key] for key in ("id", "version", "sha256")},
        "asOf": "2026-11-21",
        "assurance": "stated",
        "verdicts": {"go": "no_go"},
        "result": {"sha256": subject.document["sha256"]},
        "engine": subject.document["engine"],
    }


def test_the_same_file_and_key_give_the_same_bytes(envelope: Envelope, subject: Subject) -> None:
    """Ed25519 signatures use no random numbers."""
    assert signed(subject) == envelope


def test_the_name_of_a_key() -> None:
    """A key is named by the SHA-256 of its public half in DER."""
    der = KEY.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert key_id(KEY.public_key()) == hashlib.sha256(der).hexdigest()


def test_another_key(envelope: Envelope, subject: Subject) -> None:
    """A signature by another key is reported with that key's name."""
    own, other = key_id(KEY.public_key()), key_id(OTHER.public_key())
    assert found(envelope, subject, OTHER) == (
        f"it is not signed with the key {other}\nsigned with the key {own}"
    )


def test_a_key_that_only_claims_to_be_ours(subject: Subject) -> None:
    """The name of a key is a hint and proves nothing."""
    envelope = signed(subject, OTHER)
    claim = Signature(key_id(KEY.public_key()), envelope.signatures[0].sig)
    text = found(dataclasses.replace(envelope, signatures=(claim,)), subject)
    assert text.startswith("the signature is wrong")
    blank = Signature("", envelope.signatures[0].sig)
    text = found(dataclasses.replace(envelope, signatures=(blank,)), subject)
    assert text.endswith("signed with the key without an id")


@pytest.mark.parametrize(
    "change",
    [
        {"payload": b"{}"},
        {"payload_type": "application/json"},
        {"signatures": (Signature(key_id(KEY.public_key()), b"x" * 64),)},
        {"signatures": (Signature(key_id(KEY.public_key()), b""),)},
    ],
)
def test_an_envelope_that_was_changed(
    envelope: Envelope, subject: Subject, change: dict[str, Any]
) -> None:
    """Payload, type and signature belong together."""
    text = found(dataclasses.replace(envelope, **change), subject)
    assert text.startswith("the signature is wrong: ")


def test_any_byte_of_the_payload(envelope: Envelope, subject: Subject) -> None:
    """A change to any byte of the statement is found."""
    for at in range(len(envelope.payload)):
        payload = bytearray(envelope.payload)
        payload[at] ^= 1
        assert found(dataclasses.replace(envelope, payload=bytes(payload)), subject)


def test_a_file_that_was_changed(envelope: Envelope, subject: Subject) -> None:
    """The statement is about other bytes than the file has."""
    other = dataclasses.replace(subject, data=subject.data + b"x")
    assert found(envelope, other).startswith("the file was changed after it was signed")


def test_a_statement_about_another_file(envelope: Envelope, subject: Subject) -> None:
    """A signature about another file is refused, with the name of that file."""
    other = Subject("other.zip", b"other", None)
    assert found(envelope, other) == f"the statement describes another file, {NAME}"
    renamed = dataclasses.replace(subject, name="renamed.zip")
    assert [one.outcome for one in checked(envelope, renamed)] == ["fine", "fine"]


def test_several_signatures(envelope: Envelope, subject: Subject) -> None:
    """One signature by the key is enough; the message mentions the others."""
    other = signed(subject, OTHER).signatures[0]
    both = dataclasses.replace(envelope, signatures=(other, *envelope.signatures))
    assert [one.outcome for one in checked(both, subject)] == ["fine", "noted", "fine"]
    neither = dataclasses.replace(envelope, signatures=(other, other))
    assert found(neither, subject).count("signed with the key") == 3


@pytest.mark.parametrize(
    ("edit", "what"),
    [
        (lambda s: s.update(_type="x"), "not an in-toto statement of version 1"),
        (lambda s: s.update(predicateType="x"), "not a statement about an assessment"),
        (lambda s: s.update(subject=[]), "not describe exactly one file"),
        (lambda s: s["subject"].append(s["subject"][0]), "not describe exactly one file"),
        (lambda s: s["subject"][0].pop("digest"), "has no SHA-256"),
        (lambda s: s["subject"][0].pop("name"), "does not name"),
        (lambda s: s.update(subject=["x"]), "has no SHA-256"),
        (lambda s: s["predicate"]["verdicts"].update(go="go"), "does not match the result"),
        (lambda s: s.pop("predicate"), "does not match the result"),
    ],
)
def test_a_statement_that_says_something_else(
    envelope: Envelope, subject: Subject, edit: Callable[[dict[str, Any]], object], what: str
) -> None:
    """A statement signed with the right key must still match the file."""
    assert what in found(resigned(envelope, edit), subject)


def test_what_was_signed_for_another_purpose(envelope: Envelope, subject: Subject) -> None:
    """Other content signed with the key is not a statement."""
    signature = Signature("", KEY.sign(pae("text/plain", b"hello")))
    other = Envelope(b"hello", "text/plain", (signature,))
    assert found(other, subject) == "the signed content is 'text/plain', not an in-toto statement"
    signature = Signature("", KEY.sign(pae(envelope.payload_type, b"hello")))
    assert "not JSON" in found(Envelope(b"hello", envelope.payload_type, (signature,)), subject)
    assert "not JSON" in found(b"hello", subject)


def test_keys_are_read_again() -> None:
    """Keys are read back from PEM, with and without a passphrase."""
    key = Ed25519PrivateKey.generate()
    assert read_public(public_pem(key.public_key())) == key.public_key()
    for passphrase in ("", "open"):
        again = read_private(private_pem(key, passphrase), passphrase)
        assert again.private_bytes_raw() == key.private_bytes_raw()
    assert read_private(private_pem(key, ""), "not wanted")


@pytest.mark.parametrize("passphrase", ["", "wrong"])
def test_a_locked_key(passphrase: str) -> None:
    """Without its passphrase a key cannot be used."""
    with pytest.raises(Locked):
        read_private(private_pem(KEY, "open"), passphrase)


def test_what_is_no_key() -> None:
    """A key of another type, the wrong half of a pair, or no key at all is refused."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import NoEncryption, PrivateFormat

    other = ec.generate_private_key(ec.SECP256R1())
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    public = other.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    for text, why in (
        (pem, "not an ed25519 key"),
        (b"x", "not a private key in PEM"),
        (public_pem(KEY.public_key()), "it is a public key"),
    ):
        with pytest.raises(BadKey, match=why):
            read_private(text, "")
    for text, why in (
        (public, "not an ed25519 key"),
        (b"", "not a public key in PEM"),
        (private_pem(KEY, ""), "do not share it"),
    ):
        with pytest.raises(BadKey, match=why):
            read_public(text)


def test_another_program_verifies_it(envelope: Envelope) -> None:
    """The library of in-toto and TUF accepts the envelope, and no changed one."""
    dsse = pytest.importorskip("securesystemslib.dsse")
    signer = pytest.importorskip("securesystemslib.signer")
    from securesystemslib.exceptions import VerificationError

    public = signer.SSlibKey.from_crypto(KEY.public_key(), keyid=key_id(KEY.public_key()))
    theirs = dsse.Envelope.from_dict(json.loads(envelope.to_json()))
    assert theirs.pae() == envelope.signed
    assert set(theirs.verify([public], 1)) == {public.keyid}
    changed = json.loads(envelope.to_json())
    changed["payload"] = base64.b64encode(b"{}").decode()
    with pytest.raises(VerificationError):
        dsse.Envelope.from_dict(changed).verify([public], 1)


def test_their_signatures_are_verified(subject: Subject, envelope: Envelope) -> None:
    """An envelope that their library signed verifies here."""
    dsse = pytest.importorskip("securesystemslib.dsse")
    signer = pytest.importorskip("securesystemslib.signer")
    theirs = dsse.Envelope(envelope.payload, envelope.payload_type, {})
    theirs.sign(signer.CryptoSigner(KEY))
    text = json.dumps(theirs.to_dict()).encode()
    assert [one.outcome for one in checked(text, subject)] == ["fine", "fine"]
    assert Path(NAME).suffix == ".zip"
