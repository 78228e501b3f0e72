"""One document from one file: read, recognised, and held against the schema of its kind."""

from __future__ import annotations

import sys
from collections.abc import Mapping as Map
from dataclasses import dataclass
from pathlib import Path

from readiness.documents.from_python import build, plain
from readiness.documents.nodes import Mapping, Node, Scalar
from readiness.documents.opening import is_standard_input, read_bytes
from readiness.documents.reading import MAXIMUM_MIB, decode, read
from readiness.documents.schemas import FORMATS
from readiness.documents.validation import validate
from readiness.loading.in_memory import Held
from readiness.loading.remembering import remembered
from readiness.loading.search_path import SUFFIXES, display_name
from readiness.plugins import Plugin, installed
from readiness.problems import DocumentError, Problems, Source, Whole

STANDARD_INPUT = "-"


@dataclass(frozen=True, slots=True)
class Document:
    """A document that was held against the schema of its kind; `check_document` alone makes one.

    What keeps it from being of its kind was reported then: readers skip it.
    """

    tree: Mapping
    kind: str
    path: Path


def read_file(path: Path | str | Held, problems: Problems) -> Node | None:
    """The tree of the document in a file, `-` being standard input; None, and problems, if none."""
    root, found = _read(path)
    problems.extend(found)
    return root


@remembered
def _read(path: Path | str | Held) -> tuple[Node | None, Problems]:
    name, problems = path.name if isinstance(path, Held) else str(path), Problems()
    try:
        if isinstance(path, Held):
            data = path.data()
        elif is_standard_input(path):
            data = sys.stdin.buffer.read(MAXIMUM_MIB * 2**20 + 1)
            name = "<stdin>"
        else:
            data = read_bytes(path, MAXIMUM_MIB * 2**20 + 1)
            name = display_name(Path(path))
            if (importer := installed("importers").get(_ending(Path(path)))) is not None:
                return _import(importer, data, Path(path)), problems
        source = decode(data, name)
        if not (isinstance(path, Held) or is_standard_input(path)):
            source.path = Path(path)
        return read(source), problems
    except FileNotFoundError:
        is_input = name == "-"
        hint = (
            "only commands read standard input: pass it with text="
            if is_input
            else beside(Path(name))
        )
        problems.add("file-not-found", Whole(name), hint=hint)
    except OSError as fault:
        reason = (fault.strerror or "it cannot be opened").lower()
        problems.add("file-unreadable", Whole(name), reason=reason)
    except DocumentError as error:
        problems.extend(error.problems)
    return None, problems


def _ending(path: Path) -> str:
    """Return the end of a file's name; empty for the documents of our own."""
    return "" if path.suffix in SUFFIXES else path.suffix.lower().removeprefix(".")


def _import(importer: Plugin, data: bytes, path: Path) -> Node:
    """Return the answers document that an importer makes of a file of another format."""
    if len(data) > MAXIMUM_MIB * 2**20:
        importer.fail(f"{path} is larger than {MAXIMUM_MIB} MiB")
    content = importer.call(data)
    if not isinstance(content, Map):
        importer.fail(f"it returned a value of type '{type(content).__name__}', not a mapping")
    source = Source(display_name(path), "")
    source.path = path
    written = {"format": FORMATS["answers"], **plain(content)}
    root = build(written, source)
    if isinstance(root, Mapping) and "answers" in written:  # what is within them says its place
        root.entries["answers"].value = build(written["answers"], source, "")
    return root


def check_document(root: Node, kind: str, path: Path | str | Held, problems: Problems) -> Document:
    """The document of `kind` that the tree of a file is; an empty one where it is no mapping."""
    validate(root, kind, problems)
    file = Path(path.name if isinstance(path, Held) else path)
    if isinstance(root, Mapping):
        return Document(root, kind, file)
    return Document(Mapping(root.source, *root.span, {}), kind, file)


def load(path: Path | str | Held, kind: str, problems: Problems) -> Document | None:
    """The document in a file, held against the schema of its kind.

    None when it cannot be read, and when it is of another kind.
    """
    document, found = _load(path, kind)
    problems.extend(found)
    return document


@remembered
def _load(path: Path | str | Held, kind: str) -> tuple[Document | None, Problems]:
    problems = Problems()
    root = read_file(path, problems)
    if root is None:
        return None, problems
    document = check_document(root, kind, path, problems)
    says_other = "format" in document.tree.entries and kind_of(root) != kind
    return None if says_other or not isinstance(root, Mapping) else document, problems


def beside(path: Path) -> str:
    """Return a hint with a file whose name goes on, as Windows hides .txt; empty if none."""
    try:
        found = sorted(one.name for one in path.parent.glob(f"{path.stem}.*"))
    except (OSError, ValueError):
        return ""
    return f"there is '{found[0]}' in this folder: rename it to '{path.name}'" if found else ""


def is_there(path: Path) -> bool:
    """Whether there is something of that name; false for what no file can be called."""
    try:
        return path.exists()
    except (OSError, ValueError):
        return False


def kind_of(root: Node | None) -> str:
    """The kind of document that a tree says it is; empty when it says none."""
    held = root.get("format") if isinstance(root, Mapping) else None
    if not isinstance(held, Scalar):
        return ""
    return next((kind for kind, name in FORMATS.items() if name == held.value), "")
