"""DSSE envelopes: https://github.com/secure-systems-lab/dsse, version 1."""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from readiness.verification.json_text import read_json
from readiness.verification.steps import UnusableFile


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature; `keyid` is a hint that nobody has signed, empty where there is none."""

    keyid: str
    sig: bytes


@dataclass(frozen=True, slots=True)
class Envelope:
    """What was signed, and by whom."""

    payload: bytes
    payload_type: str
    signatures: tuple[Signature, ...]

    @property
    def signed(self) -> bytes:
        """The bytes that signatures are of."""
        return pae(self.payload_type, self.payload)

    def to_json(self) -> str:
        """The envelope as JSON text."""
        document = {
            "payload": _encoded(self.payload),
            "payloadType": self.payload_type,
            "signatures": [
                {"keyid": one.keyid, "sig": _encoded(one.sig)} for one in self.signatures
            ],
        }
        return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def pae(payload_type: str, payload: bytes) -> bytes:
    """The pre-authentication encoding: type and payload, each with its length in front."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def read_envelope(data: bytes, name: str) -> Envelope:
    """The envelope that a text holds; raises `UnusableFile` where it is none."""
    document = read_json(data, name)
    payload, kind = _text(document, "payload", name), _text(document, "payloadType", name)
    signatures = document.get("signatures")
    if not isinstance(signatures, list) or not signatures:
        raise UnusableFile(f"{name}: this is no DSSE envelope: it has no list of 'signatures'")
    return Envelope(
        payload=_decoded(payload, "payload", name),
        payload_type=kind,
        signatures=tuple(_signature(one, name) for one in signatures),
    )


def _signature(document: Any, name: str) -> Signature:
    sig = _decoded(_text(document, "sig", name), "sig", name)
    keyid = document.get("keyid")
    return Signature(keyid if isinstance(keyid, str) else "", sig)


def _text(document: Any, key: str, name: str) -> str:
    found = document.get(key) if isinstance(document, dict) else None
    if not isinstance(found, str):
        raise UnusableFile(f"{name}: this is no DSSE envelope: it has no text under '{key}'")
    return found


def _encoded(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _decoded(text: str, key: str, name: str) -> bytes:
    """What base64 stands for, of either alphabet, as the specification asks."""
    try:
        return base64.b64decode(text.replace("-", "+").replace("_", "/"), validate=True)
    except (binascii.Error, ValueError):
        raise UnusableFile(f"{name}: what stands under '{key}' is not base64") from None
