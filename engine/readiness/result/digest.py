"""Digests of what comes out: SHA-256 over canonical JSON (RFC 8785)."""

from __future__ import annotations

import hashlib
from typing import Any

from readiness.documents.digests import as_written, digest_of

__all__ = ["as_written", "digest", "digest_of"]


def digest(value: Any) -> str:
    """The hexadecimal SHA-256 of the canonical JSON of what JSON can hold."""
    import rfc8785  # wanted only once a result is written

    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()
