"""SHA-256 digests of results as canonical JSON (RFC 8785)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from readiness.documents.reading import LARGEST_EXACT
from readiness.problems.terminal_text import escape_json


def digest(value: Any) -> str:
    """Return the hexadecimal SHA-256 of the canonical JSON of a value."""
    return hashlib.sha256(canonical(value)).hexdigest()


def canonical(value: Any) -> bytes:
    """Return the canonical JSON of a value; written by `json` if that gives the same text.

    So only numbers with a fraction need the slower library.
    """
    if _is_written_alike(value):
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return text.encode()
    if type(value) is dict and all(type(key) is str and key.isascii() for key in value):
        fields = (canonical(key) + b":" + canonical(value[key]) for key in sorted(value))
        return b"{%b}" % b",".join(fields)
    if type(value) is list:
        return b"[%b]" % b",".join(map(canonical, value))
    import rfc8785  # imported only when needed

    return rfc8785.dumps(value)


def _is_written_alike(value: Any) -> bool:
    """Return whether keys sort alike by UTF-8 and UTF-16, and no number has a fraction."""
    kind = type(value)
    if kind is dict:
        for key, held in value.items():
            if not (type(key) is str and key.isascii() and _is_written_alike(held)):
                return False
        return True
    if kind is list:
        return all(map(_is_written_alike, value))
    if kind is int:
        return bool(abs(value) <= LARGEST_EXACT)
    return kind is str or kind is bool or value is None


def sealed_text(document: Mapping[str, Any], *, indented: bool) -> Iterator[str]:
    """Yield the JSON text of a document piece by piece, with its digest as the last field.

    A value that is an iterator is written as a list, item by item, without keeping the items. Such
    values come in the order of their keys. The text is indented, or has a line for each field of
    the document and for each item of such a list.
    """
    sealing = _Sealing(document)
    encode = json.JSONEncoder(
        ensure_ascii=False,
        indent=2 if indented else None,
        separators=None if indented else (",", ":"),
    ).encode

    def written(value: Any, step: str) -> str:
        return escape_json(encode(value)).replace("\n", "\n" + step)

    step = "  " if indented else ""
    colon = ": " if indented else ":"
    yield "{\n"
    for key, held in document.items():
        yield f"{step}{encode(key)}{colon}"
        if isinstance(held, Iterator):
            separator = "[\n"
            for item in sealing.items(key, held):
                yield separator + 2 * step + written(item, 2 * step)
                separator = ",\n"
            yield "[]" if separator == "[\n" else f"\n{step}]"
        else:
            yield written(held, step)
        yield ",\n"
    yield f"{step}{encode('sha256')}{colon}{encode(sealing.digest())}\n}}\n"


class _Sealing:
    """The digest of a document in which some lists arrive item by item.

    Canonical JSON sorts keys, so the keys before such a list are hashed when its first item
    arrives.
    """

    def __init__(self, document: Mapping[str, Any]) -> None:
        self._document = document
        self._keys = sorted(document, reverse=True)
        self._hash = hashlib.sha256(b"{")
        self._comma = b""

    def items(self, key: str, items: Iterable[Any]) -> Iterator[Any]:
        """Yield the items of a list; each is hashed before it is passed on."""
        while self._keys[-1] != key:
            self._take(self._keys[-1], canonical(self._document[self._keys[-1]]))
        self._take(key, b"[")
        comma = b""
        for item in items:
            self._hash.update(comma + canonical(item))
            comma = b","
            yield item
        self._hash.update(b"]")

    def digest(self) -> str:
        """Return the digest of the whole document."""
        while self._keys:
            self._take(self._keys[-1], canonical(self._document[self._keys[-1]]))
        self._hash.update(b"}")
        return self._hash.hexdigest()

    def _take(self, key: str, begun: bytes) -> None:
        self._keys.pop()
        self._hash.update(self._comma + canonical(key) + b":" + begun)
        self._comma = b","
