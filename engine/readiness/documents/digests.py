"""SHA-256 digests of input documents as written."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from readiness.documents.nodes import Mapping as Tree
from readiness.documents.nodes import Node, Scalar, Sequence


def digest_of(node: Node) -> str:
    """Return the digest of an input document: its values as written, in document order.

    For lists, texts and nulls, `json` writes canonical JSON; a test proves it.
    """
    text = json.dumps(as_written(node), ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def as_written(node: Node) -> Any:
    """Return a document for its digest: a mapping as a list of pairs, a scalar as its text.

    Canonical JSON sorts keys, but the order of checks, gates and options matters. A number may be
    the answer to a text question, which reads 1.10 and not 1.1. Nothing becomes None.
    """
    if isinstance(node, Tree):
        return [[key, as_written(value)] for key, value in node.items()]
    if isinstance(node, Sequence):
        return [as_written(element) for element in node.elements]
    assert isinstance(node, Scalar)
    return None if node.value is None else node.text
