"""A ruleset with the questionnaires that it reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from readiness.dependencies.ruleset import Ruleset, build_ruleset
from readiness.documents.pausing import collecting_later
from readiness.loading.extending import Extending
from readiness.loading.files import STANDARD_INPUT, is_there
from readiness.loading.located import located
from readiness.loading.shelves import beside
from readiness.model.fields import child, text, texts
from readiness.model.questionnaire import Questionnaire, read_questionnaire
from readiness.model.ruleset import read_checklist
from readiness.problems import Located, Problems

if TYPE_CHECKING:
    from readiness.loading.cache.keeping import Kept


def load_ruleset(
    ruleset: str | Path, *, paths: Sequence[str | Path] = (), cache: bool | str | Path = False
) -> Ruleset:
    """The ruleset of an id, or in a file; ids are looked up in `paths` and among those shipped.

    `cache` says whether it may come from a folder of rulesets that were loaded before, and is kept
    there: True for the user's cache folder, or a folder. Raises `DocumentError` with every problem
    of the ruleset and of its questionnaires.
    """
    problems = Problems()
    found = gather_ruleset(ruleset, [Path(path) for path in paths], problems, cache=cache)
    problems.raise_if_any()
    assert found is not None
    return found


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
    *,
    cache: bool | str | Path = False,
) -> Ruleset | None:
    """The ruleset; None, and problems, where there is none to speak of.

    `at` is where a document names it.
    """
    path = Path(ruleset) if is_file(ruleset) or str(ruleset) == STANDARD_INPUT else None
    if path is None:
        path = located("ruleset", str(ruleset), folders, problems, at)
    elif str(path) != STANDARD_INPUT:
        folders = beside(folders, path.parent)
        if at is not None and not is_there(path):
            problems.add("file-not-found", at, hint=f"looked for {path}")
            return None
    if path is None:
        return None
    kept = _kept(path, folders, cache)
    if kept is not None and (held := kept.ruleset()) is not None:
        return held
    before = len(problems)
    found = _put_together(path, folders, problems)
    if kept is not None and found is not None and len(problems) == before:
        kept.keep(found)
    return found


def _kept(path: Path, folders: Sequence[Path], cache: bool | str | Path) -> Kept | None:
    """The place of a ruleset in a cache; None where there is none for it."""
    if cache is False or str(path) == STANDARD_INPUT:
        return None
    from readiness.loading.cache.keeping import Kept
    from readiness.loading.cache.places import cache_folder

    folder = cache_folder(cache)
    return None if folder is None else Kept(folder, path, folders)


def _put_together(path: Path, folders: Sequence[Path], problems: Problems) -> Ruleset | None:
    with collecting_later():
        root = Extending("ruleset", folders, problems).whole(path)
        if root is None:
            return None
        questionnaires = [
            found
            for name in {name.text: name for name in texts(child(root, "questionnaire"))}.values()
            if (found := gather_questionnaire(name.text, folders, problems, name)) is not None
        ]
        checklist = read_checklist(root, problems)
        if len(questionnaires) < len(set(checklist.questionnaires)) or not questionnaires:
            return None
        return build_ruleset(checklist, questionnaires, problems)


def gather_questionnaire(
    name: str, folders: Sequence[Path], problems: Problems, at: Located | None = None
) -> Questionnaire | None:
    """The questionnaire of an id; None, and problems, where there is none to speak of."""
    path = located("questionnaire", name, folders, problems, at)
    root = Extending("questionnaire", folders, problems).whole(path) if path else None
    if root is None:
        return None
    found = read_questionnaire(root, problems)
    return found if text(child(root, "id")) == name else None
