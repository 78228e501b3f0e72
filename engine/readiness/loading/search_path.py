"""Where rulesets and questionnaires are found by their id."""

from __future__ import annotations

import importlib.util
import re
import sys
from collections.abc import Iterator, Sequence
from functools import lru_cache
from pathlib import Path

from readiness.documents.opening import first_bytes, is_hidden
from readiness.loading.remembering import remembered
from readiness.problems import Located, Problems, Whole, nearest, there_are

_PACKAGE = Path(__file__).resolve().parent.parent
_SUFFIXES = frozenset({".yaml", ".yml", ".json"})
_HEAD_BYTES = 4_096
# A key at the start of a line of YAML, or anywhere in JSON.
_FORMAT = re.compile(
    rb"(?:^|[{,]\s*[\"'])format[\"']?\s*: *[\"']?readiness/([a-z]+)/1", re.MULTILINE
)
_ID_ALONE = re.compile(r"[a-z0-9-]{1,200}")
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
    return list(_find_installed(kind, tuple(sys.path)))


@lru_cache(maxsize=8)
def _find_installed(kind: str, path: tuple[str, ...]) -> tuple[Path, ...]:
    """Those that can be found along a path of imports."""
    if not any(map(_may_offer, path)):
        return ()
    from importlib.metadata import entry_points  # takes as long to import as all the rest here

    found: dict[Path, None] = {}
    for point in sorted(entry_points(group=f"readiness.{kind}s")):
        try:
            spec = importlib.util.find_spec(point.module)
        except ImportError:
            continue
        places = spec.submodule_search_locations if spec else None
        found.update(dict.fromkeys(Path(place) for place in places or ()))
    return tuple(found)


def _may_offer(folder: str) -> bool:
    """Whether a package that is installed in a folder names one of our groups at all."""
    files = Path(folder or ".").glob("*.*-info/entry_points.txt")
    return any(b"[readiness." in head_of(file, -1) for file in files)


class Only(tuple[Path, ...]):
    """Folders that are all there is: nothing that is installed or shipped is found beside them."""

    __slots__ = ()


def folders_in(paths: Sequence[str | Path]) -> Sequence[Path]:
    """Folders by their names; of `Only` those alone."""
    return paths if isinstance(paths, Only) else [Path(path) for path in paths]


def beside(folders: Sequence[Path], further: Path) -> Sequence[Path]:
    """The folders and one more."""
    return Only((*folders, further)) if isinstance(folders, Only) else [*folders, further]


def find(kind: str, name: str, folders: Sequence[Path]) -> list[Path]:
    """The files that hold the `kind` of that id: in `folders`, of plug-ins, and those shipped.

    A copy of what is shipped, as in a bundle that was unpacked, takes its place.
    """
    searched = [*folders, *(() if isinstance(folders, Only) else installed_folders(kind))]
    paths = [path for folder in searched for path in _find_documents(folder, kind).get(name, ())]
    if not isinstance(folders, Only):
        contents = [head_of(path, -1) for path in paths]
        own = _find_shipped(kind, name)
        paths.extend(path for path in own if not contents or head_of(path, -1) not in contents)
    found: dict[Path, Path] = {}
    for path in paths:  # one file may be reached in two ways
        found.setdefault(path.resolve(), path)
    return list(found.values())


def _find_shipped(kind: str, name: str) -> list[Path]:
    """The shipped files that hold the `kind` of that id."""
    usual = shipped_folder(kind) / name / f"{kind}.yaml"
    if _ID_ALONE.fullmatch(name) and usual.is_file():
        return [usual]
    return _find_documents(shipped_folder(kind), kind).get(name, [])


def find_all(kind: str, folders: Sequence[Path]) -> dict[str, Path]:
    """Every id of that kind with its file, in the order of the ids."""
    found: dict[str, Path] = {}
    others = () if isinstance(folders, Only) else (*installed_folders(kind), shipped_folder(kind))
    for folder in (*folders, *others):
        for name, paths in _find_documents(folder, kind).items():
            found.setdefault(name, paths[0])
    return dict(sorted(found.items()))


@remembered
def _find_documents(folder: Path, kind: str) -> dict[str, list[Path]]:
    held: dict[str, list[Path]] = {}
    for path in _candidates(folder):
        head = head_of(path)
        found, name = _FORMAT.search(head), _ID.search(head)
        if found and name and found.group(1).decode() == kind:
            held.setdefault(name.group(1).decode(), []).append(path)
    return held


def _candidates(folder: Path) -> Iterator[Path]:
    """The YAML and JSON files in a folder and two levels below it."""
    try:
        for depth in ("", "*/", "*/*/"):
            found = (path for path in folder.glob(f"{depth}*.*") if path.suffix in _SUFFIXES)
            yield from sorted(path for path in found if not is_hidden(path, folder))
    except (OSError, ValueError):  # a folder that nobody may look into, or that cannot be one
        return


def head_of(path: Path, most: int = _HEAD_BYTES) -> bytes:
    """The first bytes of a file, which say the format and id of a document.

    None if it cannot be read, which is reported when it is loaded.
    """
    try:
        return first_bytes(path, most)
    except OSError:
        return b""


def locate(
    kind: str, name: str, folders: Sequence[Path], problems: Problems, at: Located | None
) -> Path | None:
    """The file of an id; None, and a problem, where there is none or more than one."""
    paths = find(kind, name, folders)
    if len(paths) == 1:
        return paths[0]
    place = at or Whole("")
    if paths:
        hint = "\n".join(str(path) for path in paths)
        problems.add("found-twice", place, hint=hint, kind=kind, name=name)
        return None
    ids = list(find_all(kind, folders))
    hint = nearest(name, ids) or there_are(ids)
    problems.add("unknown-link", place, hint=hint, kind=kind, name=name)
    return None
