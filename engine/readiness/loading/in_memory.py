"""Documents that a host application holds: as text, as a mapping, or returned by its loader."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias

from readiness.documents.from_python import Unreadable, plain

Content: TypeAlias = str | Map[str, Any]
Loader: TypeAlias = Callable[[str, str, str | None], Content | None]
"""Returns a document, given its kind, its id and the version or range asked for; None if it has
none."""


@dataclass(frozen=True, slots=True, eq=False)
class Held:
    """A document that a host holds, with the name that problems show.

    `folder` is where files that it names are, None if it belongs to no folder.
    """

    name: str
    content: Content
    folder: Path | None = None

    def data(self) -> bytes:
        """Return the text of the document; a mapping is written as indented JSON."""
        text = self.content
        if isinstance(text, Map):
            text = json.dumps(plain(text), ensure_ascii=False, indent=2, default=_written)
        return text.encode("utf-8", "surrogatepass")


def _written(value: object) -> str:
    if isinstance(value, Unreadable):
        msg = f"a document cannot contain {value.what}: {value.hint}"
        raise TypeError(msg)
    return value.isoformat() if isinstance(value, datetime.date) else str(value)


def hold(
    kind: str,
    name: str | Path | None,
    text: str | None,
    document: Map[str, Any] | None,
    store: Store | None = None,
) -> Held | None:
    """Return the document that is given as text or as a mapping, or that `store` has by that name.

    None if there is none of them. `name` is what problems show; a path also says in which folder
    files are looked for. Raises `TypeError` if both are given, or neither and no name.
    """
    if text is None and document is None and name is not None:
        return store.find(kind, name) if store and isinstance(name, str) else None
    if (text is None) == (document is None):
        msg = f"give one of these: an id or a path of a {kind}, text=, or document="
        raise TypeError(msg)
    folder = name.parent if isinstance(name, Path) else None
    return _held(str(name or f"<{kind}>"), document if text is None else text, folder)


def _held(name: str, content: object, folder: Path | None = None) -> Held:
    if not isinstance(content, str | Map):
        found = f"an object of type '{type(content).__name__}'"
        msg = f"{name}: a document is a text or a mapping, not {found}"
        raise TypeError(msg)
    return Held(name, content, folder)


@dataclass(frozen=True, slots=True, eq=False)
class Store:
    """The documents that a host's loader returns; each is asked for once."""

    loader: Callable[[str, str, str | None], Content | Held | None]
    _found: dict[tuple[str, str, str], Held | None] = field(default_factory=dict)

    def find(self, kind: str, name: str, version: str = "") -> Held | None:
        """Return the document of a kind with that id; None if the loader has none."""
        key = kind, name, version
        if key not in self._found:
            content = self.loader(kind, name, version or None)
            shown = name if kind == "answers" else f"{kind} {name}"
            if content is not None and not isinstance(content, Held):
                content = _held(shown, content)
            self._found[key] = content
        return self._found[key]
