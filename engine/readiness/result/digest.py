"""Digests of documents: SHA-256 over canonical JSON (RFC 8785)."""

from __future__ import annotations

import hashlib
from typing import Any

from readiness.documents.nodes import Node


def digest(value: Any) -> str:
    """The hexadecimal SHA-256 of the canonical JSON of what JSON can hold."""
    import rfc8785  # wanted only once a result is written

    return hashlib.sha256(rfc8785.dumps(value)).hexdigest()


def digest_of(node: Node) -> str:
    """The digest of a document that was read; the order of its keys counts."""
    return digest(in_order(node.plain()))


def in_order(value: Any) -> Any:
    """A value with each mapping as the list of its pairs of key and value.

    Canonical JSON sorts keys, and the order of checks, gates, options and questions means
    something.
    """
    if isinstance(value, dict):
        return [[key, in_order(held)] for key, held in value.items()]
    if isinstance(value, list):
        return [in_order(item) for item in value]
    return value
