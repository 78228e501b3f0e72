"""A text under a head line that says what it is, and the digest of it."""

from __future__ import annotations

import hashlib


def sealed(head: str, text: str) -> bytes:
    """The text under its head line; ASCII alone."""
    content = text.encode("ascii")
    return f"{head} {hashlib.sha256(content).hexdigest()}\n".encode("ascii") + content


def unsealed(head: str, held: bytes) -> str:
    """The text that was sealed under this head; raises `ValueError` for anything else."""
    first, _, content = held.partition(b"\n")
    if first != f"{head} {hashlib.sha256(content).hexdigest()}".encode("ascii"):
        msg = "this is not what was written, or another version wrote it"
        raise ValueError(msg)
    return content.decode("ascii")
