"""Rulesets with the questionnaires that they read, put together with what they extend."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from readiness.dependencies.ruleset import Ruleset, build_ruleset
from readiness.documents.gc_pause import collecting_later
from readiness.documents.merging import documents_of, merge
from readiness.documents.nodes import Mapping, Scalar
from readiness.loading.files import STANDARD_INPUT, is_there, load
from readiness.loading.remembering import remembered, remembering
from readiness.loading.search_path import Only, beside, folders_in, locate
from readiness.model.fields import child, text, texts, version_of
from readiness.model.questionnaire import Questionnaire, read_questionnaire
from readiness.model.ruleset import read_checklist
from readiness.problems import Located, Problems


def load_ruleset(ruleset: str | Path, *, paths: Sequence[str | Path] = ()) -> Ruleset:
    """The ruleset of an id, or in a file; ids are looked up in `paths` and among those shipped.

    Raises `DocumentError` with every problem of the ruleset and of its questionnaires.
    """
    problems = Problems()
    found = gather_ruleset(ruleset, folders_in(paths), problems)
    problems.raise_if_any()
    assert found is not None
    return found


def texts_of(ruleset: Ruleset) -> tuple[str, ...]:
    """Return the texts of all documents that a ruleset was loaded from, its own first."""
    roots = (ruleset.checklist.node, *(held.node for held in ruleset.questionnaires))
    documents = [documents_of(root)[::-1] for root in roots if isinstance(root, Mapping)]
    return tuple(one.source.text for held in documents for one in held)


def load_texts(texts: Sequence[str]) -> Ruleset:
    """Return the ruleset of texts that `texts_of` returned, where its files are not at hand."""
    import tempfile  # a third of the start of a command, and only this needs it

    with tempfile.TemporaryDirectory(prefix="readiness-") as folder:
        files = [Path(folder, f"{number}.yaml") for number in range(len(texts))]
        for file, written in zip(files, texts, strict=True):
            file.write_bytes(written.encode())
        return load_ruleset(files[0], paths=Only((Path(folder),)))


def is_file(name: str | Path) -> bool:
    """Whether a name means a file rather than an id."""
    written = str(name)
    ends = (".yaml", ".yml", ".json")
    return isinstance(name, Path) or "/" in written or "\\" in written or written.endswith(ends)


def gather_ruleset(
    ruleset: str | Path,
    folders: Sequence[Path],
    problems: Problems,
    at: Located | None = None,
) -> Ruleset | None:
    """The ruleset; None, and problems, where there is none to speak of.

    `at` is where a document names it.
    """
    path = Path(ruleset) if is_file(ruleset) or str(ruleset) == STANDARD_INPUT else None
    if path is None:
        path = locate("ruleset", str(ruleset), folders, problems, at)
    elif str(path) != STANDARD_INPUT:
        folders = beside(folders, path.parent)
        if at is not None and not is_there(path):
            problems.add("file-not-found", at, hint=f"looked for {path}")
            return None
    if path is None:
        return None
    with remembering(), collecting_later():
        among = tuple(dict.fromkeys(folders))
        whole, found = _whole_ruleset(path, among, isinstance(folders, Only))
    problems.extend(found)
    return whole


@remembered
def _whole_ruleset(
    path: Path, among: tuple[Path, ...], is_all: bool
) -> tuple[Ruleset | None, Problems]:
    folders, problems = Only(among) if is_all else among, Problems()
    root = Extending("ruleset", folders, problems).whole(path)
    if root is None:
        return None, problems
    questionnaires = [
        found
        for name in {name.text: name for name in texts(child(root, "questionnaire"))}.values()
        if (found := gather_questionnaire(name.text, folders, problems, name)) is not None
    ]
    checklist = read_checklist(root, problems)
    if len(questionnaires) < len(set(checklist.questionnaires)) or not questionnaires:
        return None, problems
    return build_ruleset(checklist, questionnaires, problems), problems


def gather_questionnaire(
    name: str, folders: Sequence[Path], problems: Problems, at: Located | None = None
) -> Questionnaire | None:
    """The questionnaire of an id; None, and problems, where there is none to speak of."""
    path = locate("questionnaire", name, folders, problems, at)
    root = Extending("questionnaire", folders, problems).whole(path) if path else None
    if root is None:
        return None
    found = read_questionnaire(root, problems)
    return found if text(child(root, "id")) == name else None


# The documents that lead from one to what it extends: the file of each, its id, and where it is
# named.
ExtendsChain: TypeAlias = tuple[tuple[Path, str, Scalar | None], ...]


@dataclass
class Extending:
    """Puts documents of one kind together; each file is read once, however many extend it."""

    kind: str
    folders: Sequence[Path]
    problems: Problems
    _whole: dict[Path, Mapping | None] = field(default_factory=dict)

    def whole(
        self, path: Path, named: Scalar | None = None, chain: ExtendsChain = ()
    ) -> Mapping | None:
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

    def _parent(self, named: Scalar, chain: ExtendsChain) -> Mapping | None:
        """A document that is extended; None, and problems, where there is none that fits."""
        name, _, wanted = named.text.strip().partition(" ")
        if name.startswith(("<", ">", "=", "!", "~")):
            hint = "put the whole entry in quotes: in [..] a comma ends it"
            self.problems.add("range-unreadable", named, hint=hint, range=named.text)
            return None
        path = locate(self.kind, name, self.folders, self.problems, named)
        if path is None:
            return None
        if path.resolve() in [known for known, _, _ in chain]:
            self._refuse_circle(path.resolve(), name, named, chain)
            return None
        whole = self.whole(path, named, chain)
        fits = whole is None or not wanted or self._fits(whole, wanted, named, name)
        return whole if fits else None

    def _refuse_circle(self, path: Path, name: str, last: Scalar, chain: ExtendsChain) -> None:
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
