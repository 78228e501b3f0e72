"""Rulesets with the questionnaires that they read, put together with what they extend."""

from __future__ import annotations

import copyreg
import os
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeAlias
from weakref import WeakValueDictionary

from readiness.dependencies.ruleset import Ruleset, build_questions, build_ruleset
from readiness.dependencies.scope import scoped
from readiness.documents.gc_pause import collecting_later
from readiness.documents.merging import documents_of, merge
from readiness.documents.nodes import Mapping, Scalar
from readiness.loading.files import beside, is_there, kind_of, load, read_file
from readiness.loading.in_memory import Held, Loader, Store, hold
from readiness.loading.remembering import remembered, remembering
from readiness.loading.search_path import (
    Folders,
    Search,
    find_all,
    fits,
    locate,
    search_in,
    split_id,
)
from readiness.model.engagement import Exclusion
from readiness.model.fields import child, text, texts, version_of
from readiness.model.questionnaire import Questionnaire, read_questionnaire
from readiness.model.ruleset import read_checklist
from readiness.plugins import using_plugins
from readiness.problems import Located, Problems, Source, Whole


def load_ruleset(
    ruleset: str | Path | None = None,
    *,
    text: str | None = None,
    document: Map[str, Any] | None = None,
    loader: Loader | None = None,
    paths: Folders = (),
    plugins: bool = True,
    shipped: bool = True,
    ids_only: bool = False,
) -> Ruleset:
    """The ruleset of an id, in a file, in a `text` of YAML or JSON, or in a `document`, a mapping.

    With `text` or `document`, the first argument is the name that problems show. Ids are looked up
    with `loader`, in `paths`, among installed packages if `plugins`, and among those included if
    `shipped`; without `plugins`, their functions for conditions are unknown too. `crm@1.2.0` and
    `crm >=1,<2` ask for a version. `ids_only` refuses files.

    Raises `DocumentError` with every problem of the ruleset and of its questionnaires.
    """
    problems = Problems()
    search = searching(paths, loader, plugins=plugins, shipped=shipped, ids_only=ids_only)
    held = hold("ruleset", ruleset, text, document)
    with using_plugins(plugins):
        found = gather_ruleset(held or ruleset or "", search, problems)
    problems.raise_if_any()
    assert found is not None
    return found


def load_questionnaire(
    questionnaire: str | Path | None = None,
    *,
    text: str | None = None,
    document: Map[str, Any] | None = None,
    loader: Loader | None = None,
    paths: Folders = (),
    plugins: bool = True,
    shipped: bool = True,
    ids_only: bool = False,
) -> Questionnaire:
    """The questionnaire of an id, in a file, in a `text` or in a `document`; see `load_ruleset`.

    Raises `DocumentError` with every problem of the questionnaire.
    """
    problems = Problems()
    search = searching(paths, loader, plugins=plugins, shipped=shipped, ids_only=ids_only)
    held = hold("questionnaire", questionnaire, text, document)
    with using_plugins(plugins):
        root = _whole_document("questionnaire", held or questionnaire or "", search, problems)
        problems.raise_if_any()
        assert root is not None
        found = read_questionnaire(root, problems)
        build_questions([found], problems)
    problems.raise_if_any()
    return found


@dataclass(frozen=True, slots=True)
class ListedDocument:
    """A ruleset or a questionnaire that can be named by its id."""

    id: str
    version: str
    title: str
    file: str


def list_documents(
    kind: str = "ruleset", *, paths: Folders = (), plugins: bool = True, shipped: bool = True
) -> tuple[ListedDocument, ...]:
    """Return each ruleset, or each `questionnaire`, that an id can name; see `load_ruleset`.

    Raises `DocumentError` for a file that cannot be read.
    """
    search = searching(paths, None, plugins=plugins, shipped=shipped, ids_only=False)
    problems, found = Problems(), []
    for name, path in find_all(kind, search).items():
        root = read_file(path, problems)
        title, version = (text(child(root, key)) for key in ("title", "version"))
        found.append(ListedDocument(name, version, title, str(path)))
    problems.raise_if_any()
    return tuple(found)


def searching(
    paths: Folders, loader: Loader | None, *, plugins: bool, shipped: bool, ids_only: bool
) -> Search:
    """Return where to look for documents."""
    search = search_in(paths)
    return replace(
        search,
        plugins=plugins and search.plugins,
        shipped=shipped and search.shipped,
        store=Store(loader) if loader else search.store,
        ids_only=ids_only or search.ids_only,
    )


def _sources(ruleset: Ruleset) -> list[Source]:
    roots = (ruleset.checklist.node, *(held.node for held in ruleset.questionnaires))
    documents = [documents_of(root)[::-1] for root in roots if isinstance(root, Mapping)]
    return [one.source for held in documents for one in held]


def texts_of(ruleset: Ruleset) -> tuple[str, ...]:
    """Return the texts of all documents that a ruleset was loaded from, its own first."""
    return tuple(source.text for source in _sources(ruleset))


def load_texts(texts: Sequence[str], names: Sequence[str] = ()) -> Ruleset:
    """Return the ruleset of texts that `texts_of` returned, where its files are not at hand."""
    names = names or [f"<{number}>" for number in range(len(texts))]
    held: dict[tuple[str, str], Held] = {}
    for name, written in zip(names, texts, strict=True):
        root = read_file(one := Held(name, written), Problems())
        held[kind_of(root), text(child(root, "id"))] = one
    store = Store(lambda kind, name, _: held.get((kind, name)))
    problems = Problems()
    found = gather_ruleset(Held(names[0], texts[0]), Search((), (), False, False, store), problems)
    problems.raise_if_any()
    assert found is not None
    return found


# The rulesets that were pickled or unpickled and are still in use, by the names and texts of their
# documents, so that the results of many processes share one.
_IN_USE: WeakValueDictionary[tuple[tuple[str, ...], ...], Ruleset] = WeakValueDictionary()


def _unpickle(
    names: tuple[str, ...], texts: tuple[str, ...], exclusions: tuple[Exclusion, ...]
) -> Ruleset:
    if (found := _IN_USE.get((names, texts))) is None:
        _IN_USE[names, texts] = found = load_texts(texts, names)
    return scoped(found, exclusions)


def _pickle(ruleset: Ruleset) -> tuple[Any, ...]:
    whole, sources = ruleset.scope.whole or ruleset, _sources(ruleset)
    names, texts = tuple(one.name for one in sources), texts_of(ruleset)
    _IN_USE.setdefault((names, texts), whole)
    return _unpickle, (names, texts, ruleset.scope.stated)


copyreg.pickle(Ruleset, _pickle)


def is_file(name: str | Path) -> bool:
    """Whether a name means a file rather than an id."""
    written = str(name)
    ends = (".yaml", ".yml", ".json")
    return isinstance(name, Path) or "/" in written or "\\" in written or written.endswith(ends)


def named_from(folder: Path, name: str) -> str:
    """Return how a document in a folder names a ruleset: by its id, or its file from there."""
    if not is_file(name):
        return name
    named = Path(os.path.relpath(name, folder)).as_posix()
    return named if is_file(named) else f"./{named}"


def gather_ruleset(
    ruleset: str | Path | Held, paths: Folders, problems: Problems, at: Located | None = None
) -> Ruleset | None:
    """The ruleset; None, and problems, where there is none to speak of.

    `at` is where a document names it.
    """
    search = search_in(paths)
    with remembering(), collecting_later():
        path = _find_file("ruleset", ruleset, search, problems, at)
        if path is None:
            return None
        whole, found = _whole_ruleset(path, search)
    problems.extend(found)
    if whole and isinstance(ruleset, str) and not is_file(ruleset):
        name, wanted = split_id(ruleset)
        place = at or Whole(whole.checklist.node.source.name)
        if not is_fitting(whole.version, wanted, name, place, problems):
            return None
    return whole


def _find_file(
    kind: str, named: str | Path | Held, search: Search, problems: Problems, at: Located | None
) -> Path | Held | None:
    """Return the file, or the document held by a host, that an id or a path stands for."""
    if isinstance(named, Held):
        return named
    if not is_file(named) and named != "-":
        return locate(kind, str(named), search, problems, at)
    if search.ids_only:
        hint = f"name the {kind} by its id"
        problems.add("files-not-allowed", at or Whole(""), hint=hint, name=str(named))
        return None
    path = Path(named)
    if at is not None and not is_there(path):
        problems.add("file-not-found", at, hint=beside(path) or f"looked for {path}")
        return None
    return path


def _whole_document(
    kind: str, named: str | Path | Held, search: Search, problems: Problems
) -> Mapping | None:
    path = _find_file(kind, named, search, problems, None)
    return None if path is None else Extending(kind, search.beside(path), problems).whole(path)


@remembered
def _whole_ruleset(path: Path | Held, search: Search) -> tuple[Ruleset | None, Problems]:
    problems, search = Problems(), search.beside(path)
    root = Extending("ruleset", search, problems).whole(path)
    if root is None:
        return None, problems
    named = {split_id(name.text)[0]: name for name in texts(child(root, "questionnaire"))}
    questionnaires = [
        found
        for name in named.values()
        if (found := gather_questionnaire(name.text, search, problems, name)) is not None
    ]
    checklist = read_checklist(root, problems)
    if len(questionnaires) < len(named) or not questionnaires:
        return None, problems
    return build_ruleset(checklist, questionnaires, problems), problems


def gather_questionnaire(
    written: str, paths: Folders, problems: Problems, at: Located | None = None
) -> Questionnaire | None:
    """The questionnaire of an id; None, and problems, where there is none to speak of."""
    search, (name, wanted) = search_in(paths), split_id(written)
    path = locate("questionnaire", written, search, problems, at)
    root = Extending("questionnaire", search, problems).whole(path) if path else None
    if root is None or not is_fitting(version_of(root), wanted, name, at or root, problems):
        return None
    found = read_questionnaire(root, problems)
    return found if text(child(root, "id")) == name else None


def is_fitting(version: str, wanted: str, name: str, at: Located, problems: Problems) -> bool:
    """Return whether a version is one that is asked for; otherwise there is a problem."""
    is_one = not wanted or fits(version, wanted)
    if is_one:
        return True
    if is_one is None:
        hint = f"give a range such as {name} >=1,<2"
        problems.add("range-unreadable", at, hint=hint, range=wanted)
    else:
        facts = {"name": name, "version": version, "wanted": wanted.removeprefix("==")}
        problems.add("version-out-of-range", at, **facts)
    return False


# The documents that lead from one to what it extends: the file of each, its id, and where it is
# named.
ExtendsChain: TypeAlias = tuple[tuple[Path | Held, str, Scalar | None], ...]


@dataclass
class Extending:
    """Puts documents of one kind together; each file is read once, however many extend it."""

    kind: str
    search: Folders
    problems: Problems
    _whole: dict[Path | Held, Mapping | None] = field(default_factory=dict)

    def whole(
        self, path: Path | Held, named: Scalar | None = None, chain: ExtendsChain = ()
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
                here = (*chain, (_identity(path), text(root.get("id")), named))
                parents = [self._parent(one, here) for one in texts(root.get("extends"))]
                found = [parent for parent in parents if parent is not None]
                if len(found) == len(parents):
                    self._whole[path] = merge(self.kind, root, found, self.problems)
        return self._whole[path]

    def _parent(self, named: Scalar, chain: ExtendsChain) -> Mapping | None:
        """A document that is extended; None, and problems, where there is none that fits."""
        name, wanted = split_id(named.text)
        if name.startswith(("<", ">", "=", "!", "~")):
            hint = "put the whole entry in quotes: in [..] a comma ends it"
            self.problems.add("range-unreadable", named, hint=hint, range=named.text)
            return None
        path = locate(self.kind, named.text, search_in(self.search), self.problems, named)
        if path is None:
            return None
        if _identity(path) in [known for known, _, _ in chain]:
            self._refuse_circle(_identity(path), name, named, chain)
            return None
        whole = self.whole(path, named, chain)
        if whole is None:
            return None
        is_one = is_fitting(version_of(whole), wanted, name, named, self.problems)
        return whole if is_one else None

    def _refuse_circle(
        self, path: Path | Held, name: str, last: Scalar, chain: ExtendsChain
    ) -> None:
        start = next(number for number, (known, _, _) in enumerate(chain) if known == path)
        circle = chain[start:]
        places = [at for _, _, at in circle[1:] if at is not None]
        route = " → ".join([*(key for _, key, _ in circle), name])
        self.problems.add("cycle", *places, last, kind=f"{self.kind}s", path=route)


def _identity(path: Path | Held) -> Path | Held:
    return path.resolve() if isinstance(path, Path) else path
