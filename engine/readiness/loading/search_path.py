"""Where rulesets and questionnaires are found by their id."""

from __future__ import annotations

import importlib.util
import os.path
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NamedTuple, TypeAlias

from readiness.documents.nodes import Node
from readiness.documents.opening import first_bytes, is_hidden
from readiness.loading.in_memory import Held, Store
from readiness.loading.remembering import remembered
from readiness.plugins import entry_points
from readiness.problems import Located, Problems, Whole, nearest, there_are
from readiness.problems.packaged import packaged

_PACKAGE = Path(__file__).resolve().parent.parent
SUFFIXES = frozenset({".yaml", ".yml", ".json"})
"""The ends of the names of documents."""
_HEAD_BYTES = 4_096
# A key at the start of a line of YAML, or anywhere in JSON.
_FORMAT = re.compile(
    rb"(?:^|[{,]\s*[\"'])format[\"']?\s*: *[\"']?readiness/([a-z]+)/1", re.MULTILINE
)
_ID_ALONE = re.compile(r"[a-z0-9-]{1,200}")
_VERSION = re.compile(rb"(?:^|[{,]\s*[\"'])version[\"']?\s*: *[\"']?(\d+(?:\.\d+)*)", re.MULTILINE)
_ID = re.compile(rb"(?:^|[{,]\s*[\"'])id[\"']?\s*: *[\"']?([a-z0-9-]+)", re.MULTILINE)


def shipped_folder(kind: str) -> Path:
    """The folder of the shipped rulesets or questionnaires: in the package, or in the checkout."""
    installed = _PACKAGE / f"{kind}s"
    return installed if installed.is_dir() else _PACKAGE.parent.parent / f"{kind}s"


def display_name(path: Path) -> str:
    """How a file is named to people: as it was given, a shipped one by its place in the package.

    Where a package is installed says nothing to its readers, and differs between machines.
    """
    for kind in ("ruleset", "questionnaire"):
        home = shipped_folder(kind)
        if path.is_relative_to(home):
            inside = path.relative_to(home).as_posix()
            here = Path.cwd()
            folder = home.relative_to(here) if home.is_relative_to(here) else f"readiness/{kind}s"
            return f"{folder}/{inside}"
    return str(path)


def installed_folders(kind: str) -> list[Path]:
    """The folders that installed packages offer: entry points of the group `readiness.rulesets`.

    (Or `readiness.questionnaires`.) An entry point names a package whose folder holds the
    documents; the package is not imported.
    """
    found: dict[Path, None] = {}
    for point in entry_points(f"{kind}s"):
        try:
            spec = importlib.util.find_spec(point.module)
        except ImportError:
            continue
        places = spec.submodule_search_locations if spec else None
        found.update(dict.fromkeys(Path(place) for place in places or ()))
    return list(found)


@dataclass(frozen=True, slots=True)
class Search:
    """Where documents are found by their ids: with a host's loader, in folders, and elsewhere.

    `near` are the folders of the files that name them; what is there comes before all else found
    in files. `plugins` and `shipped` say whether to look among installed packages and among what
    is included. With `ids_only`, no document may name a file.
    """

    folders: tuple[Path, ...] = ()
    near: tuple[Path, ...] = ()
    plugins: bool = True
    shipped: bool = True
    store: Store | None = None
    ids_only: bool = False

    def beside(self, *files: Path | Held | None) -> Search:
        """Return the same search for what is named in some files."""
        near = (file.parent for file in files if isinstance(file, Path))
        return replace(self, near=tuple(dict.fromkeys((*near, *self.near))))


Folders: TypeAlias = Sequence[str | Path] | Search


def search_in(paths: Folders) -> Search:
    """Return a search in folders, among installed packages and among what is included."""
    return paths if isinstance(paths, Search) else Search(tuple(map(Path, paths)))


def split_id(written: str) -> tuple[str, str]:
    """Return an id and the versions that are asked for: of `crm@1.2.0`, or of `crm >=1,<2`."""
    name, at, exactly = written.strip().partition("@")
    if at:
        return name.strip(), f"=={exactly.strip()}"
    name, _, wanted = name.partition(" ")
    return name, wanted.strip()


class _Found(NamedTuple):
    """A file with a document; `depth` is how many folders it is below the one searched."""

    path: Path
    depth: int
    version: str


def find(kind: str, written: str, paths: Folders) -> list[Path]:
    """Return the files that hold the `kind` of that id, in the version that is asked for.

    In one folder, those nearest to it count. Files with the same content are one; so a copy of what
    is included, as in a bundle that was unpacked, takes its place. If there is no such version, the
    files of other versions are returned.
    """
    search, (name, wanted) = search_in(paths), split_id(written)

    def named(folder: Path) -> list[_Found]:
        return _find_documents(folder, kind).get(name, [])

    held = [[one for one in named(folder) if one.depth <= 1] for folder in search.near]
    for found in held:
        if fitting := _nearest(found, wanted):
            return _different(fitting)
    held += map(named, search.folders)
    if search.plugins:
        held += map(named, installed_folders(kind))
    if search.shipped:
        held.append(_find_shipped(kind, name))
    fitting = [path for found in held for path in _nearest(found, wanted)]
    return _different(fitting or [path for found in held for path in _nearest(found, "")])


def _nearest(held: Iterable[_Found], wanted: str) -> list[Path]:
    found = [one for one in held if not wanted or fits(one.version, wanted)]
    least = min((one.depth for one in found), default=0)
    return [one.path for one in found if one.depth == least]


def _different(paths: list[Path]) -> list[Path]:
    """Return the files that differ, the first of each; one may be reached in two ways."""
    if len(paths) < 2:
        return paths
    unique = {path.resolve(): path for path in reversed(paths)}
    return list({head_of(path, -1): path for path in unique.values()}.values())[::-1]


def fits(version: str, wanted: str) -> bool | None:
    """Return whether a version is one that is asked for; None for what is no range."""
    from packaging.specifiers import InvalidSpecifier, SpecifierSet
    from packaging.version import InvalidVersion

    try:
        return SpecifierSet(wanted).contains(version)
    except InvalidSpecifier:
        return None
    except InvalidVersion:
        return False


def _find_shipped(kind: str, name: str) -> list[_Found]:
    """Return the shipped files that hold the `kind` of that id."""
    usual = shipped_folder(kind) / name / f"{kind}.yaml"
    if _ID_ALONE.fullmatch(name) and usual.is_file():
        return [_Found(usual, 1, _version_in(head_of(usual)))]
    return _find_documents(shipped_folder(kind), kind).get(name, [])


def find_all(kind: str, paths: Folders) -> dict[str, Path]:
    """Every id of that kind with its file, in the order of the ids."""
    search = search_in(paths)
    found: dict[str, Path] = {}
    others = installed_folders(kind) if search.plugins else []
    others += [shipped_folder(kind)] if search.shipped else []
    for folder in (*search.near, *search.folders, *others):
        for name, held in _find_documents(folder, kind).items():
            found.setdefault(name, _nearest(held, "")[0])
    return dict(sorted(found.items()))


@remembered
def _find_documents(folder: Path, kind: str) -> dict[str, list[_Found]]:
    held: dict[str, list[_Found]] = {}
    for depth, path in _candidates(folder):
        head = head_of(path)
        found, name = _FORMAT.search(head), _ID.search(head)
        if found and name and found.group(1).decode() == kind:
            one = _Found(path, depth, _version_in(head))
            held.setdefault(name.group(1).decode(), []).append(one)
    return held


def _version_in(head: bytes) -> str:
    found = _VERSION.search(head)
    return found.group(1).decode() if found else "0.0.0"


def _candidates(folder: Path) -> Iterator[tuple[int, Path]]:
    """The YAML and JSON files in a folder and two levels below it, with their levels."""
    try:
        for depth, below in enumerate(("", "*/", "*/*/")):
            found = (path for path in folder.glob(f"{below}*.*") if path.suffix in SUFFIXES)
            for path in sorted(path for path in found if not is_hidden(path, folder)):
                yield depth, path
    except (OSError, ValueError):  # a folder that nobody may look into, or that cannot be one
        return


def documents_at(path: Path) -> Iterator[Path]:
    """Yield a file; of a folder the YAML and JSON files in it and all folders below it."""
    if path.is_dir():
        found = (one for one in sorted(path.rglob("*")) if one.suffix in SUFFIXES)
        yield from (one for one in found if one.is_file() and not is_hidden(one, path))
    else:
        yield path


def head_of(path: Path, most: int = _HEAD_BYTES) -> bytes:
    """The first bytes of a file, which say the format and id of a document.

    None if it cannot be read, which is reported when it is loaded.
    """
    try:
        return first_bytes(path, most)
    except OSError:
        return b""


def _in_archive(kind: str, name: str, wanted: str) -> Held | None:
    """Return a shipped document where the package is imported from an archive."""
    file = f"{kind}s/{name}/{kind}.yaml"
    if not _ID_ALONE.fullmatch(name):
        return None
    try:
        data = packaged("readiness", file)
    except OSError:
        return None
    is_wanted = not wanted or fits(_version_in(data), wanted)
    return Held(f"readiness/{file}", data.decode()) if is_wanted else None


def locate(
    kind: str, written: str, search: Search, problems: Problems, at: Located | None
) -> Path | Held | None:
    """Return the document of an id; None, and a problem, if there is none or more than one."""
    name, wanted = split_id(written)
    if search.store and (held := search.store.find(kind, name, wanted.removeprefix("=="))):
        return held
    source = at.source if isinstance(at, Node) else None
    paths = find(kind, written, search.beside(source.path) if source else search)
    if len(paths) == 1:
        return paths[0]
    if search.shipped and not paths and (inside := _in_archive(kind, name, wanted)):
        return inside
    place = at or Whole("")
    if paths:
        hint = "\n".join(str(path) for path in paths)
        problems.add("found-twice", place, hint=hint, kind=kind, name=name)
        return None
    ids = list(find_all(kind, search))
    hint = nearest(name, ids) or there_are(ids)
    file = Path(name, f"{kind}.yaml")
    if at is None and not search.ids_only and os.path.isfile(file):  # noqa: PTH113 (takes any name)
        hint = f"'{name}' is a folder: write {file.as_posix()}"
    problems.add("unknown-link", place, hint=hint, kind=kind, name=name)
    return None
