"""Where each field of a ruleset, or of a questionnaire, comes from."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.merging import COLLECTIONS
from readiness.documents.nodes import Mapping, Node
from readiness.problems import Place
from readiness.reports.catalogue import HEADING, NAME, QUIET


def origins(ruleset: Ruleset, *, questions: bool = False) -> list[tuple[tuple[str, ...], Place]]:
    """Each field by its path, such as checks, executive-sponsor, severity, and where it stands."""
    if questions:
        held = [("questionnaire", held.node) for held in ruleset.questionnaires]
    else:
        held = [("ruleset", ruleset.checklist.node)]
    return [found for kind, root in held for found in _collections(kind, root)]


def _collections(kind: str, root: Node) -> Iterator[tuple[tuple[str, ...], Place]]:
    for key in COLLECTIONS[kind]:
        collection = root.get(key) if isinstance(root, Mapping) else None
        if not isinstance(collection, Mapping):
            continue
        for name, entry in collection.items():
            questions = entry.get("questions") if isinstance(entry, Mapping) else None
            if isinstance(questions, Mapping):
                for question, asked in questions.items():
                    yield from _fields((f"{name}.{question}",), asked)
            else:
                yield from _fields((key, name), entry)


def _fields(path: tuple[str, ...], node: Node) -> Iterator[tuple[tuple[str, ...], Place]]:
    if not isinstance(node, Mapping):
        yield path, node.place
        return
    for key, entry in node.entries.items():
        yield (*path, key), entry.key.place


def plain_origins(found: list[tuple[tuple[str, ...], Place]]) -> list[dict[str, Any]]:
    """The origins as JSON can hold them."""
    return [{"path": list(path), "file": place.file, "line": place.line} for path, place in found]


def print_origins(found: list[tuple[tuple[str, ...], Place]], console: Console) -> None:
    """Each entry with its fields, and the file and line of each; files by their short names."""
    console.print(Text("Where each field comes from", HEADING))
    entry: tuple[str, ...] = ()
    for path, place in found:
        if path[:-1] != entry:
            entry = path[:-1]
            console.print(Text(" ".join(entry), NAME))
        file = "/".join(Path(place.file).parts[-2:])
        where = Text(f"{file}:{place.line}", QUIET)
        console.print(Text(f"  {path[-1]}  ") + where, soft_wrap=True)
