"""One document from one file."""

from __future__ import annotations

import sys
from pathlib import Path

from readiness.documents.nodes import Mapping, Node, Scalar
from readiness.documents.reading import MAXIMUM_MIB, decode, read
from readiness.documents.schemas import FORMATS
from readiness.documents.validation import validate
from readiness.problems import DocumentError, Excerpt, Place, Problems

STANDARD_INPUT = "-"


class Whole:
    """A document as a whole, for problems with it that have no line."""

    def __init__(self, name: str) -> None:
        self.excerpt = Excerpt(Place(name))


def read_file(path: Path | str, problems: Problems) -> Node | None:
    """The tree of the document in a file, `-` being standard input; None, and problems, if none."""
    name = str(path)
    try:
        if name == STANDARD_INPUT:
            data = sys.stdin.buffer.read(MAXIMUM_MIB * 2**20 + 1)
            name = "<stdin>"
        else:
            with Path(path).open("rb") as file:
                data = file.read(MAXIMUM_MIB * 2**20 + 1)
        return read(decode(data, name))
    except FileNotFoundError:
        problems.add("file-not-found", Whole(name))
    except OSError as fault:
        reason = (fault.strerror or "it cannot be opened").lower()
        problems.add("file-unreadable", Whole(name), reason=reason)
    except DocumentError as error:
        problems.extend(error.problems)
    return None


def load(path: Path | str, kind: str, problems: Problems) -> Node | None:
    """The document in a file, held against the schema of its kind; None when it cannot be read."""
    root = read_file(path, problems)
    if root is not None:
        validate(root, kind, problems)
    return root


def kind_of(root: Node | None) -> str:
    """The kind of document that a tree says it is; empty when it says none."""
    held = root.get("format") if isinstance(root, Mapping) else None
    if not isinstance(held, Scalar):
        return ""
    return next((kind for kind, name in FORMATS.items() if name == held.value), "")
