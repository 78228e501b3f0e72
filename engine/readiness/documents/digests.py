"""Digests of documents that went in: SHA-256 over their values as they are written."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence as Row
from typing import Any

from readiness.documents.merging import Merged
from readiness.documents.nodes import Mapping, Node, Scalar, Sequence


class Digested(Mapping):
    """A document the digest of which is known already."""

    __slots__ = ("digest",)

    def __init__(self, root: Mapping, digest: str) -> None:
        start, end = (root.line, root.column), (root.end_line, root.end_column)
        super().__init__(root.source, start, end, root.entries)
        self.digest = digest


class DigestedMerged(Merged):
    """A document put together from others, `documents`, the digest of which is known already."""

    __slots__ = ("digest",)

    def __init__(self, root: Mapping, documents: Row[Mapping], digest: str) -> None:
        super().__init__(root, (), root.entries)
        self.documents = tuple(documents)
        self.digest = digest


def digest_of(node: Node) -> str:
    """The digest of a document that went in: of its values as they are written, in their order.

    Of lists, texts and nothing, canonical JSON is what `json` writes; a test holds that.
    """
    if isinstance(node, Digested | DigestedMerged):
        return node.digest
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
