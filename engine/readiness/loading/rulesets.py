"""A ruleset with the questionnaires that it reads."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from readiness.dependencies.ruleset import Ruleset, build_ruleset
from readiness.documents.gc_pause import collecting_later
from readiness.documents.merging import documents_of
from readiness.documents.nodes import Mapping
from readiness.loading.extending import Extending
from readiness.loading.files import STANDARD_INPUT, is_there
from readiness.loading.search_path import Only, beside, folders_in, located
from readiness.model.fields import child, text, texts
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
        path = located("ruleset", str(ruleset), folders, problems, at)
    elif str(path) != STANDARD_INPUT:
        folders = beside(folders, path.parent)
        if at is not None and not is_there(path):
            problems.add("file-not-found", at, hint=f"looked for {path}")
            return None
    if path is None:
        return None
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
