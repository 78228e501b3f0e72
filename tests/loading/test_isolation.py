"""What is found by an id: only what a host application asks for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import readiness
from readiness import DocumentError, load_ruleset
from readiness.assurance.scaffold import new_ruleset, write_all
from readiness.loading import search_path

RULES = load_ruleset("crm-upkeep")
KINDS = [readiness.load_ruleset, readiness.load_engagement, readiness.load_questionnaire]


@pytest.fixture
def move(tmp_path: Path) -> Path:
    """Return a folder with the ruleset `office-move` and its questionnaire."""
    return write_all(tmp_path / "office-move", new_ruleset("office-move"))[0].parent


def copied(move: Path, into: str, *, version: str = "0.1.0") -> Path:
    """Copy the documents into a folder, changed; return the ruleset."""
    texts = {path.name: path.read_text(encoding="utf-8") for path in move.glob("*.yaml")}
    changed = {
        name: text.replace("version: 0.1.0", f"version: {version}") + "# a copy\n"
        for name, text in texts.items()
    }
    folder = Path(into) if Path(into).is_absolute() else move / into
    write_all(folder, changed)
    return folder / "ruleset.yaml"


def version_of(move: Path) -> str:
    return load_ruleset(move / "ruleset.yaml").version


@pytest.mark.parametrize("into", ["old", "v2", "old/2025"])
def test_copies_further_below_change_nothing(move: Path, into: str) -> None:
    """A copy in a folder below breaks neither the file nor the id, and is not picked up."""
    version = version_of(move)
    copied(move, into, version="9.0.0")
    assert load_ruleset(move / "ruleset.yaml").version == version
    assert load_ruleset("office-move", paths=[move]).version == version
    assert load_ruleset("office-move", paths=[move.parent]).version == version


def test_an_id_twice_is_refused_with_both_places(move: Path, tmp_path: Path) -> None:
    """Two different files that are equally near are ambiguous; a version chooses one."""
    version = version_of(move)
    other = copied(move, str(tmp_path / "office-move-2"))
    other.write_text(other.read_text().replace(f"version: {version}", "version: 9.0.0", 1))
    with pytest.raises(DocumentError, match="more than one ruleset 'office-move'") as caught:
        load_ruleset("office-move", paths=[tmp_path])
    assert str(other) in str(caught.value)
    assert str(move / "ruleset.yaml") in str(caught.value)


def test_without_shipped_content_only_the_paths_count(move: Path) -> None:
    """With `shipped=False`, included rulesets are unknown, and those of the paths are found."""
    assert load_ruleset("crm-upkeep").id == "crm-upkeep"
    for load, name in ((load_ruleset, "crm-upkeep"), (readiness.load_questionnaire, "crm-upkeep")):
        with pytest.raises(DocumentError, match="unknown"):
            load(name, shipped=False)
    assert load_ruleset("office-move", paths=[move], shipped=False).id == "office-move"
    listed = readiness.list_documents(paths=[move], shipped=False, plugins=False)
    assert [one.id for one in listed] == ["office-move"]


def test_without_plugins_installed_packages_are_not_looked_at(
    move: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `plugins=False`, rulesets of installed packages are unknown."""
    monkeypatch.setattr(search_path, "installed_folders", lambda _: [move])
    assert load_ruleset("office-move").id == "office-move"
    with pytest.raises(DocumentError, match="unknown ruleset 'office-move'"):
        load_ruleset("office-move", plugins=False)


@pytest.mark.parametrize("named", ["ruleset.yaml", "./office-move", "../x.json", "/etc/passwd"])
def test_ids_of_strangers_name_no_files(
    move: Path, named: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With `ids_only=True`, a file is refused, whether it is there or not."""
    monkeypatch.chdir(move)
    with pytest.raises(DocumentError) as caught:
        load_ruleset(named, ids_only=True)
    assert caught.value.problems[0].code == "files-not-allowed"
    assert load_ruleset("office-move", paths=[move], ids_only=True).id == "office-move"


@pytest.mark.parametrize("load", [*KINDS, lambda name: readiness.load_answers(name, RULES)])
def test_only_commands_read_standard_input(load: Callable[[str], Any]) -> None:
    """For the library, `-` is no file; the problem says what to pass instead."""
    with pytest.raises(DocumentError, match="only commands read standard input"):
        load("-")
