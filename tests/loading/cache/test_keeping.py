"""A ruleset comes from the cache only while it is what its files would make of it."""

from __future__ import annotations

import datetime
import io
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from readiness import Assessor, DocumentError, Ruleset, load_ruleset
from readiness.documents.deferred import Deferred
from readiness.loading.cache.folder import Folder
from readiness.loading.cache.keeping import Kept
from readiness.loading.rulesets import gather_ruleset
from readiness.loading.shelves import Only, shipped
from readiness.problems import Problems
from tests.loading.cache.alike import difference
from tests.loading.cache.written import ANSWERS, BASE, OWN, QUESTIONS, garden

pytestmark = pytest.mark.slow

TODAY = datetime.date(2026, 3, 1)


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


def is_kept(ruleset: Ruleset) -> bool:
    """Whether it came from a cache: only then are its questions read when first wanted."""
    return isinstance(ruleset.questions, Deferred)


def result(ruleset: Ruleset) -> str:
    return Assessor(ruleset).assess(ANSWERS, as_of=TODAY).to_json()


def said(name: str | Path, cache: bool | Path, *paths: Path) -> str:
    """The result of a ruleset, or what is wrong with it."""
    try:
        return result(load_ruleset(name, paths=paths, cache=cache))
    except DocumentError as error:
        return str(error)


def test_the_second_time_it_comes_from_the_cache(folder: Path, cache: Path) -> None:
    """The first time it is loaded the long way and kept; what comes back is the same."""
    first, second = (load_ruleset(folder / "own.yaml", cache=cache) for _ in range(2))
    assert (is_kept(first), is_kept(second)) == (False, True)
    assert difference(first, second) == ""
    assert result(first) == result(second)


def test_without_being_asked_nothing_is_kept(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library reads the files that it is asked to read, and writes none."""
    monkeypatch.setenv("READINESS_CACHE_DIR", str(tmp_path / "cache"))
    before = sorted(tmp_path.rglob("*"))
    assert not is_kept(load_ruleset(folder / "own.yaml"))
    assert not is_kept(load_ruleset(folder / "own.yaml"))
    assert sorted(tmp_path.rglob("*")) == before


def test_each_way_to_ask_has_a_place_of_its_own(folder: Path, cache: Path) -> None:
    """Where other folders are looked in as well, other files may be found: that is kept apart."""
    (folder.parent / "empty").mkdir()
    for _ in range(2):
        found = [
            load_ruleset("own", paths=paths, cache=cache)
            for paths in ([folder], [folder, folder.parent / "empty"])
        ]
    assert all(map(is_kept, found))
    assert len(list(cache.iterdir())) == 2


def test_a_shipped_ruleset_is_kept_too(cache: Path) -> None:
    """Also one that is put together from several."""
    first, second = (load_ruleset("crm-regulated", cache=cache) for _ in range(2))
    assert is_kept(second)
    assert difference(first, second) == ""


EDITS: dict[str, tuple[str, str, str]] = {
    "the ruleset": ("own.yaml", "title: My garden", "title: Your garden"),
    "a parent": ("base.yaml", "title: It is dug", "title: It is dug well"),
    "a condition of a parent": ("base.yaml", "(soil.depth + 1 > 20)", "(soil.depth + 1 > 21)"),
    "the questionnaire": ("questions.yaml", "ask: Which beds?", "ask: Which of them?"),
    "the version of a parent": ("base.yaml", "version: 1.2.0", "version: 2.0.0"),
    "an id": ("questions.yaml", "id: garden", "id: meadow"),
    "something wrong": ("base.yaml", "severity: critical", "severity: dreadful"),
    "a question less": ("questions.yaml", "dug: {ask", "dig: {ask"),
}


@pytest.mark.parametrize("edited", EDITS)
def test_what_was_edited_is_not_missed(edited: str, folder: Path, cache: Path) -> None:
    """Whatever changes in any file, it is as without a cache; changed back, it is as before."""
    file, old, new = EDITS[edited]
    before = said(folder / "own.yaml", cache)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new), encoding="utf-8")
    for _ in range(2):
        after = said(folder / "own.yaml", cache)
        assert after == said(folder / "own.yaml", cache=False)
        assert after != before
    (folder / file).write_text(text, encoding="utf-8")
    assert said(folder / "own.yaml", cache) == before


def test_a_comment_moves_places(folder: Path, cache: Path) -> None:
    """What changes no result may change where things stand: also then it is loaded anew."""
    load_ruleset(folder / "own.yaml", cache=cache)
    text = (folder / "questions.yaml").read_text(encoding="utf-8")
    (folder / "questions.yaml").write_text(f"# a note\n{text}", encoding="utf-8")
    found = load_ruleset(folder / "own.yaml", cache=cache)
    assert difference(found, load_ruleset(folder / "own.yaml")) == ""


def _copy_below(folder: Path) -> None:
    (folder / "sub").mkdir()
    (folder / "sub" / "base.yaml").write_text(BASE, encoding="utf-8")


def _make_folder(folder: Path) -> None:
    (folder / "base.yaml").unlink()
    (folder / "base.yaml").mkdir()


_JSON = '{"format": "readiness/questionnaire/1", "id": "garden"}'
MOVES: dict[str, Callable[[Path], object]] = {
    "the questionnaire is gone": lambda folder: (folder / "questions.yaml").unlink(),
    "a parent is gone": lambda folder: (folder / "base.yaml").unlink(),
    "the ruleset is gone": lambda folder: (folder / "own.yaml").unlink(),
    "the questionnaire is there twice": lambda folder: (folder / "more.yaml").write_text(QUESTIONS),
    "a parent is there twice": _copy_below,
    "the ruleset is there twice": lambda folder: (folder / "more.yaml").write_text(OWN),
    "a parent was renamed": lambda folder: (folder / "base.yaml").rename(folder / "bottom.yaml"),
    "a folder stands for a parent": _make_folder,
    "a file of the same id in JSON": lambda folder: (folder / "a.json").write_text(_JSON),
}


@pytest.mark.parametrize("moved", MOVES)
@pytest.mark.parametrize("name", ["own", "own.yaml"])
def test_files_that_come_and_go_are_not_missed(
    moved: str, name: str, folder: Path, cache: Path
) -> None:
    """What is found for each id is looked up each time: the same words as without a cache."""
    named: str | Path = folder / name if name.endswith(".yaml") else name
    for _ in range(2):
        before = said(named, cache, folder)
    MOVES[moved](folder)
    after = said(named, cache, folder)
    assert after == said(named, False, folder)
    is_all_the_same = moved == "a parent was renamed" or (
        moved == "the ruleset is there twice" and name == "own.yaml"
    )
    assert (after == before) == is_all_the_same


def test_a_file_that_takes_the_place_of_another_is_not_missed(folder: Path, cache: Path) -> None:
    """The same id in another folder that is looked in: found twice with the cache as without."""
    other = garden(folder.parent / "other")
    for _ in range(2):
        load_ruleset("own", paths=[folder], cache=cache)
    with pytest.raises(DocumentError, match="there is more than one ruleset") as with_cache:
        load_ruleset("own", paths=[folder, other], cache=cache)
    with pytest.raises(DocumentError) as without:
        load_ruleset("own", paths=[folder, other])
    assert str(with_cache.value) == str(without.value)


def test_a_copy_of_what_is_shipped_takes_its_place(tmp_path: Path, cache: Path) -> None:
    """A copy has places of its own, and they are told with the cache as without."""
    for _ in range(2):
        load_ruleset("crm-upkeep", paths=[tmp_path], cache=cache)
    shutil.copytree(shipped("ruleset") / "crm-upkeep", tmp_path / "crm-upkeep")
    found = load_ruleset("crm-upkeep", paths=[tmp_path], cache=cache)
    assert found.checklist.node.source.name == str(tmp_path / "crm-upkeep" / "ruleset.yaml")
    assert difference(found, load_ruleset("crm-upkeep", paths=[tmp_path])) == ""


def test_places_are_those_of_the_folder_at_hand(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Files named from the folder at hand are named so again, in whichever folder that is."""
    for name in ("here", "there"):
        monkeypatch.chdir(garden(tmp_path / name))
        for _ in range(2):
            found = load_ruleset("./own.yaml", cache=cache)
            assert difference(found, load_ruleset("./own.yaml")) == ""
    assert is_kept(found)


def test_what_is_wrong_is_not_kept(folder: Path, cache: Path) -> None:
    """Only a ruleset without any problem is kept."""
    text = (folder / "base.yaml").read_text(encoding="utf-8")
    (folder / "base.yaml").write_text(text.replace("area: ground", "area: moon"), encoding="utf-8")
    assert "moon" in said(folder / "own.yaml", cache)
    assert not cache.exists()


def test_problems_elsewhere_do_not_keep_a_ruleset_from_being_kept(
    folder: Path, cache: Path
) -> None:
    """What is wrong with an engagement says nothing about its ruleset."""
    problems = Problems()
    problems.add("no-checks", load_ruleset(folder / "own.yaml").checklist.node)
    for _ in range(2):
        found = gather_ruleset(folder / "own.yaml", [], problems, cache=cache)
    assert found is not None
    assert is_kept(found)
    assert len(problems) == 1


def test_standard_input_is_read_each_time(
    folder: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A ruleset from standard input is not kept: it is another one each time."""
    for title in ("My garden", "Your garden"):
        text = OWN.replace("My garden", title).encode()
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(text)))
        assert load_ruleset("-", paths=[folder], cache=cache).title == title
    assert not cache.exists()


def test_folders_that_are_all_there_is_have_a_place_of_their_own(folder: Path, cache: Path) -> None:
    """Where nothing shipped may be found, what was kept where it may is not used."""
    for folders in ([folder], Only([folder])):
        problems = Problems()
        found = gather_ruleset("own", folders, problems, cache=cache)
        problems.raise_if_any()
        assert found is not None
        assert not is_kept(found)


def test_a_file_of_another_ruleset_is_not_used(folder: Path, cache: Path) -> None:
    """What is kept says whose it is: under another name it is not used."""
    load_ruleset(folder / "own.yaml", cache=cache)
    (own,) = cache.iterdir()
    load_ruleset(folder / "base.yaml", cache=cache)
    (base,) = set(cache.iterdir()) - {own}
    shutil.copyfile(own, base)
    found = load_ruleset(folder / "base.yaml", cache=cache)
    assert found.id == "garden"
    assert not is_kept(found)
    assert is_kept(load_ruleset(folder / "base.yaml", cache=cache))


@pytest.mark.parametrize("turned", [0x01, 0xFF])
def test_any_byte_changed_is_noticed(turned: int, folder: Path, cache: Path) -> None:
    """A file of which any byte is another one is as none."""
    load_ruleset(folder / "own.yaml", cache=cache)
    (file,) = cache.iterdir()
    held = file.read_bytes()
    kept = Kept(Folder(cache), folder / "own.yaml", [folder])
    assert kept.ruleset() is not None
    for at in range(len(held)):
        with file.open("r+b") as opened:
            opened.seek(at)
            opened.write(bytes([held[at] ^ turned]))
            opened.flush()
            assert kept.ruleset() is None, at
            opened.seek(at)
            opened.write(held[at : at + 1])
    assert kept.ruleset() is not None


def test_any_end_cut_off_is_noticed(folder: Path, cache: Path) -> None:
    """A file that ends too early is as none, wherever it ends."""
    load_ruleset(folder / "own.yaml", cache=cache)
    (file,) = cache.iterdir()
    kept = Kept(Folder(cache), folder / "own.yaml", [folder])
    assert kept.ruleset() is not None
    for length in reversed(range(file.stat().st_size)):
        with file.open("r+b") as opened:
            opened.truncate(length)
        assert kept.ruleset() is None, length


GARBAGE: dict[str, Callable[[bytes], bytes]] = {
    "nothing": lambda _: b"",
    "a line": lambda _: b"garbage\n",
    "zeros": lambda held: bytes(len(held)),
    "twice": lambda held: held + held,
    "half": lambda held: held[: len(held) // 2],
    "an end that is not ASCII": lambda held: held[:-1] + "é".encode(),
    "another version": lambda held: held.replace(b" kept ", b" kept 0", 1),
}


@pytest.mark.parametrize("garbage", GARBAGE)
def test_garbage_is_loaded_the_long_way_and_replaced(
    garbage: str, folder: Path, cache: Path
) -> None:
    """What cannot be used is not told of; the next time what was kept anew is used."""
    wanted = result(load_ruleset(folder / "own.yaml", cache=cache))
    (file,) = cache.iterdir()
    held = file.read_bytes()
    file.write_bytes(GARBAGE[garbage](held))
    assert file.read_bytes() != held
    again = load_ruleset(folder / "own.yaml", cache=cache)
    assert (is_kept(again), result(again)) == (False, wanted)
    assert file.read_bytes() == held
    assert is_kept(load_ruleset(folder / "own.yaml", cache=cache))
