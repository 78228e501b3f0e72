"""Documents that extend others: found, checked, and put together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from readiness.documents.merging import merge
from readiness.documents.nodes import Mapping, Scalar
from readiness.loading.files import load
from readiness.loading.search_path import located
from readiness.model.fields import child, text, texts, version_of
from readiness.problems import Problems


@dataclass
class Extending:
    """Puts documents of one kind together; each file is read once, however many extend it."""

    kind: str
    folders: Sequence[Path]
    problems: Problems
    _whole: dict[Path, Mapping | None] = field(default_factory=dict)

    def whole(self, path: Path) -> Mapping | None:
        """The document in a file with all that it extends; None when some of it is not there.

        Without a part of it, everything else about it would seem wrong as well.
        """
        document = load(path, self.kind, self.problems)
        if document is None:
            return None
        start = (path.resolve(), text(document.tree.get("id")), None)
        return self._with_parents(document.tree, [start])

    def _with_parents(
        self, root: Mapping, chain: list[tuple[Path, str, Scalar | None]]
    ) -> Mapping | None:
        parents = list(self._parents(root, chain))
        found = [parent for parent in parents if parent is not None]
        if len(found) < len(parents):
            return None
        return merge(self.kind, root, found, self.problems)

    def _parents(
        self, root: Mapping, chain: list[tuple[Path, str, Scalar | None]]
    ) -> Iterator[Mapping | None]:
        """Each document that is extended; None for one that there is not."""
        for named in texts(child(root, "extends")):
            name, _, wanted = named.text.strip().partition(" ")
            if name.startswith(("<", ">", "=", "!", "~")):
                hint = "put the whole entry in quotes: in [..] a comma ends it"
                self.problems.add("range-unreadable", named, hint=hint, range=named.text)
                yield None
                continue
            path = located(self.kind, name, self.folders, self.problems, named)
            if path is None:
                yield None
            elif path.resolve() in [known for known, _, _ in chain]:
                self._refuse_circle(path.resolve(), name, named, chain)
                yield None
            else:
                whole = self._parent(path, name, named, chain)
                fits = whole is None or not wanted or self._fits(whole, wanted, named, name)
                yield whole if fits else None

    def _parent(
        self, path: Path, name: str, named: Scalar, chain: list[tuple[Path, str, Scalar | None]]
    ) -> Mapping | None:
        key = path.resolve()
        if key not in self._whole:
            document = load(path, self.kind, self.problems)
            self._whole[key] = None
            if document is not None:
                further = [*chain, (key, name, named)]
                self._whole[key] = self._with_parents(document.tree, further)
        return self._whole[key]

    def _refuse_circle(
        self, path: Path, name: str, last: Scalar, chain: list[tuple[Path, str, Scalar | None]]
    ) -> None:
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
