"""DSSE envelopes."""

from __future__ import annotations

import base64
import json

import pytest

from readiness.verification.steps import UnusableFile

pytest.importorskip("cryptography", reason="the extra 'sign' is not installed")

from readiness.verification.signing import Envelope, Signature, pae, read_envelope


def test_the_encoding_is_that_of_the_specification() -> None:
    """The encoding follows the specification's example, with lengths in bytes."""
    expected = b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    assert pae("http://example.com/HelloWorld", b"hello world") == expected
    assert pae("", b"") == b"DSSEv1 0  0 "
    assert pae("ü", "ß€".encode()) == "DSSEv1 2 ü 5 ß€".encode()


def test_what_is_written_can_be_read() -> None:
    """Payload, type and signatures are read back unchanged."""
    envelope = Envelope(b"\xfb\xff", "type", (Signature("key", b"\x00"), Signature("", b"\xfe")))
    assert read_envelope(envelope.to_json().encode(), "it") == envelope


def test_base64_of_either_alphabet() -> None:
    """The URL-safe alphabet is accepted too, as the specification requires."""
    payload = base64.urlsafe_b64encode(b"\xfb\xff\xfe").decode()
    assert {"-", "_"} & set(payload)
    text = json.dumps({"payload": payload, "payloadType": "t", "signatures": [{"sig": "AA=="}]})
    found = read_envelope(text.encode(), "it")
    assert (found.payload, found.signatures) == (b"\xfb\xff\xfe", (Signature("", b"\x00"),))


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("x", "this is not JSON"),
        ("[]", "no text 'payload'"),
        ('{"payload": "AA=="}', "no text 'payloadType'"),
        ('{"payload": 1, "payloadType": "t"}', "no text 'payload'"),
        ('{"payload": "", "payloadType": "t"}', "no list 'signatures'"),
        ('{"payload": "", "payloadType": "t", "signatures": []}', "no list 'signatures'"),
        ('{"payload": "", "payloadType": "t", "signatures": [1]}', "no text 'sig'"),
        ('{"payload": "", "payloadType": "t", "signatures": [{}]}', "no text 'sig'"),
        ('{"payload": "A", "payloadType": "t", "signatures": [{"sig": ""}]}',
         "the text 'payload' is not base64"),
        ('{"payload": "é===", "payloadType": "t", "signatures": [{"sig": ""}]}',
         "the text 'payload' is not base64"),
        ('{"payload": "", "payloadType": "t", "signatures": [{"sig": "!!"}]}',
         "the text 'sig' is not base64"),
        ('{"payload": "", "payload": "", "payloadType": "t", "signatures": []}', "given twice"),
    ],
)  # fmt: skip
def test_what_is_no_envelope(text: str, why: str) -> None:
    """An envelope with a missing or unreadable part is refused."""
    with pytest.raises(UnusableFile) as fault:
        read_envelope(text.encode(), "it")
    assert why in str(fault.value)
