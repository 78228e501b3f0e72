"""Digests of documents that went in: SHA-256 over their values as they are written."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from readiness.documents.nodes import Mapping, Node, Scalar, Sequence


def digest_of(node: Node) -> str:
    """The digest of a document that went in: of its values as they are written, in their order.

    Of lists, texts and nothing, canonical JSON is what `json` writes; a test holds that.
    """
    text = json.dumps(as_written(node), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def as_written(node: Node) -> Any:
    """A document for its digest: a mapping as the list of its pairs, a single value as its text.

    Canonical JSON sorts keys, and the order of checks, gates and options means something. A number
    may be the answer to a text question, which reads 1.10 and not 1.1. Nothing is None.
    """
    if isinstance(node, Mapping):
        return [[key, as_written(value)] for key, value in node.items()]
    if isinstance(node, Sequence):
        return [as_written(element) for element in node.elements]
    assert isinstance(node, Scalar)
    return None if node.value is None else node.text
