"""Documents that extend others: found, checked, and put together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from readiness.documents.merging import merge
from readiness.documents.nodes import Mapping, Scalar
from readiness.loading.files import load
from readiness.loading.search_path import located
from readiness.model.fields import text, texts, version_of
from readiness.problems import Problems

# The documents that lead from one to what it extends: the file of each, its id, and where it is
# named.
Chain: TypeAlias = tuple[tuple[Path, str, Scalar | None], ...]


@dataclass
class Extending:
    """Puts documents of one kind together; each file is read once, however many extend it."""

    kind: str
    folders: Sequence[Path]
    problems: Problems
    _whole: dict[Path, Mapping | None] = field(default_factory=dict)

    def whole(self, path: Path, named: Scalar | None = None, chain: Chain = ()) -> Mapping | None:
        """The document in a file with all that it extends; None when some of it is not there.

        Without a part of it, everything else about it would seem wrong as well. `named` is where
        the last document of the `chain` that leads to it names it.
        """
        if path not in self._whole:
            self._whole[path] = None
            document = load(path, self.kind, self.problems)
            if document is not None:
                root = document.tree
                here = (*chain, (path.resolve(), text(root.get("id")), named))
                parents = [self._parent(one, here) for one in texts(root.get("extends"))]
                found = [parent for parent in parents if parent is not None]
                if len(found) == len(parents):
                    self._whole[path] = merge(self.kind, root, found, self.problems)
        return self._whole[path]

    def _parent(self, named: Scalar, chain: Chain) -> Mapping | None:
        """A document that is extended; None, and problems, where there is none that fits."""
        name, _, wanted = named.text.strip().partition(" ")
        if name.startswith(("<", ">", "=", "!", "~")):
            hint = "put the whole entry in quotes: in [..] a comma ends it"
            self.problems.add("range-unreadable", named, hint=hint, range=named.text)
            return None
        path = located(self.kind, name, self.folders, self.problems, named)
        if path is None:
            return None
        if path.resolve() in [known for known, _, _ in chain]:
            self._refuse_circle(path.resolve(), name, named, chain)
            return None
        whole = self.whole(path, named, chain)
        fits = whole is None or not wanted or self._fits(whole, wanted, named, name)
        return whole if fits else None

    def _refuse_circle(self, path: Path, name: str, last: Scalar, chain: Chain) -> None:
        start = next(number for number, (known, _, _) in enumerate(chain) if known == path)
        circle = chain[start:]
        places = [at for _, _, at in circle[1:] if at is not None]
        route = " → ".join([*(key for _, key, _ in circle), name])
        self.problems.add("cycle", *places, last, kind=f"{self.kind}s", path=route)

    def _fits(self, whole: Mapping, wanted: str, named: Scalar, name: str) -> bool:
        """Whether the version of a parent is within the range that the child asks for."""
        from packaging.specifiers import InvalidSpecifier, SpecifierSet

        try:
            allowed = SpecifierSet(wanted)
        except InvalidSpecifier:
            hint = f"write a range such as {name} >=1,<2"
            self.problems.add("range-unreadable", named, hint=hint, range=wanted)
            return False
        version = version_of(whole)
        if allowed.contains(version):
            return True
        facts = {"name": name, "version": version, "wanted": wanted.strip()}
        self.problems.add("version-out-of-range", named, **facts)
        return False
