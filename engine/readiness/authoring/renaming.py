"""Giving a question, an option, a check, a gate or an area another id, wherever it is named."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any, Literal, get_args

from readiness.authoring.references import Reference, references
from readiness.documents.changing import ChangedMeanwhile, change_all, diff
from readiness.documents.nodes import Node
from readiness.documents.opening import read_bytes
from readiness.documents.schemas import FORMATS
from readiness.documents.shapes import ID, KEY, QUESTION, SHAPES, advice, matches
from readiness.loading.files import read_file
from readiness.loading.search_path import documents_at
from readiness.problems import Place, Problems, nearest, quote_names, refusal
from readiness.problems.problem import Whole
from readiness.problems.values import brief

Kind = Literal["question", "option", "check", "gate", "area"]
KINDS: tuple[Kind, ...] = get_args(Kind)
_BREAKS = re.compile("(\r\n|[\n\r\x85\u2028\u2029])")
_NO_TEXT = frozenset({"true", "false", "null"})  # to YAML


@brief
@dataclass(frozen=True, slots=True)
class RenamedFile:
    """A file, its text with the old id and with the new one, and where the id stands."""

    path: Path
    before: str
    after: str
    places: tuple[Place, ...]

    @property
    def diff(self) -> str:
        """What changes, as `diff -u` shows it."""
        return diff(self.path, self.before, self.after)


@brief
@dataclass(frozen=True, slots=True)
class Renaming:
    """What a new id changes."""

    kind: Kind
    old: str
    new: str
    files: tuple[RenamedFile, ...]
    is_dry_run: bool = False

    def to_dict(self) -> dict[str, Any]:
        """As plain values that JSON can hold."""
        files = [
            {
                "file": str(one.path),
                "places": [{"line": at.line, "column": at.column} for at in one.places],
                "diff": one.diff,
            }
            for one in self.files
        ]
        head = {"format": FORMATS["rename"], "kind": self.kind, "old": self.old, "new": self.new}
        return {**head, "dry_run": self.is_dry_run, "files": files}


def rename(
    old: str,
    new: str,
    paths: Iterable[str | Path],
    *,
    kind: Kind | None = None,
    is_dry_run: bool = False,
) -> Renaming:
    """Give something another id in all documents of files and folders: in all of them or in none.

    `old` is the id of a question, an option (`section.question.option`), a check, a gate or an
    area; `kind` says which of them where that is not clear. `is_dry_run` writes nothing.

    Raises `DocumentError` where there is no such id, where the new one is taken or cannot be one,
    and for a document that cannot be read; `OSError` where a file cannot be saved.
    """
    named = list(map(Path, paths))
    while True:
        problems = Problems()
        found_in = chain.from_iterable(map(documents_at, named))
        read = {path: read_file(path, problems) for path in found_in}
        problems.raise_if_any()
        held = {path: (root, list(references(root))) for path, root in read.items() if root}
        found = plan_renaming(old, new, held, kind=kind, is_dry_run=is_dry_run)
        if is_dry_run or save_files(found.files):
            return found


def save_files(files: Iterable[RenamedFile]) -> bool:
    """Save what changes; return False where somebody else has changed one of the files."""
    changes = {}
    for one in files:
        mark = codecs.BOM_UTF8 if read_bytes(one.path).startswith(codecs.BOM_UTF8) else b""
        changes[one.path] = (mark + one.before.encode(), mark + one.after.encode())
    try:
        change_all(changes)
    except ChangedMeanwhile:
        return False
    return True


def plan_renaming(
    old: str,
    new: str,
    held: Map[Path, tuple[Node, Sequence[Reference]]],
    *,
    kind: Kind | None = None,
    is_dry_run: bool = True,
) -> Renaming:
    """Return what a new id changes in documents whose references are known.

    Raises `DocumentError` as `rename`.
    """
    problems = Problems()
    every = [one for _, found in held.values() for one in found]
    defined = {one.kind: one for one in every if one.id == old and one.is_definition}
    kinds = [one for one in KINDS if one in defined and one in (kind, kind or one)]
    if len(kinds) != 1:
        known = {one.id for one in every if one.is_definition and one.kind in (kind or KINDS)}
        hint = nearest(old, known) or "name the file or the folder that defines it"
        if kinds:
            hint = f"say which one is meant with its kind: {quote_names(kinds)}"
        raise refusal("rename-unclear" if kinds else "rename-unknown", Whole(""), hint=hint, id=old)
    chosen, spot = kinds[0], defined[kinds[0]]
    new = _whole(chosen, old, new, problems)
    rivals = (one for one in every if one.id == new and _is_rival(one.kind, chosen))
    taken = [one for one in rivals if one.is_definition or one.kind != "option"]
    if taken and new != old:
        problems.add("rename-taken", taken[0], id=new, kind=taken[0].kind)
    problems.raise_if_any()
    files = [
        _renamed(path, root, [one for one in found if (one.kind, one.id) == (chosen, old)],
                 new[len(old) - len(spot.text) :] if chosen == "option" else new)
        for path, (root, found) in held.items()
    ]  # fmt: skip
    changed = tuple(one for one in files if one.before != one.after)
    return Renaming(chosen, old, new, changed, is_dry_run)


def _is_rival(kind: str, chosen: str) -> bool:
    """Return whether ids of two kinds may not be the same: conditions name questions and values."""
    return kind == chosen or {kind, chosen} == {"question", "value"}


def _whole(kind: Kind, old: str, new: str, problems: Problems) -> str:
    """Return the new id in full; a problem says why it cannot be one."""
    around, _, _ = (
        old.rpartition(".") if kind == "question" else (".".join(old.split(".")[:2]), "", "")
    )
    shape = ID
    if kind in ("question", "option"):
        new = new if new.startswith(f"{around}.") else f"{around}.{new}"
        shape = QUESTION if kind == "question" else KEY
    last = new.removeprefix(f"{around}.") if kind == "option" else new
    if not matches(shape, last) or last.rpartition(".")[2] in _NO_TEXT:
        hint = advice(shape, last) or SHAPES[shape].rule
        if kind == "question" and new.count(".") > 1:
            hint = f"a question stays in its section: write {around}.{new.rpartition('.')[2]}"
        problems.add("rename-shape", Whole(""), hint=hint, id=new, kind=kind)
    return new


def _renamed(path: Path, root: Node, found: Sequence[Reference], new: str) -> RenamedFile:
    """Return a file with some references to the new id."""
    source = root.source
    pieces = _BREAKS.split(source.text)  # lines, and between them their ends
    places = sorted({one.excerpt.place: one for one in found}.items(), reverse=True)
    for place, one in places:
        is_last_part = one.text != one.id
        word = new.rpartition(".")[2] if is_last_part and one.kind == "question" else new
        line, start = pieces[2 * place.line - 2], place.column - 1
        pieces[2 * place.line - 2] = line[:start] + word + line[start + place.length :]
    spots = tuple(place for place, _ in reversed(places))
    return RenamedFile(path, source.text, "".join(pieces), spots)
