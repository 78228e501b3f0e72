"""Commands take rulesets that were loaded before from the cache, and say the same."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.commands.running import ENGAGEMENT, ROOT, Run, run

pytestmark = pytest.mark.slow

AS_OF = ("--as-of", "2026-11-21")
COMMANDS: dict[str, tuple[str, ...]] = {
    "assess": ("assess", ENGAGEMENT, *AS_OF),
    "assess json": ("assess", ENGAGEMENT, *AS_OF, "-f", "json"),
    "assess sarif": ("assess", ENGAGEMENT, *AS_OF, "-f", "sarif"),
    "assess markdown": ("assess", ENGAGEMENT, *AS_OF, "-f", "markdown"),
    "assess html": ("assess", ENGAGEMENT, *AS_OF, "-f", "html"),
    "explain": ("explain", ENGAGEMENT, "funding-sufficient", *AS_OF),
    "plan": ("plan", ENGAGEMENT, *AS_OF, "-f", "json"),
    "graph": ("graph", ENGAGEMENT, *AS_OF, "-f", "dot"),
    "graph of a ruleset": ("graph", "crm-regulated", "-f", "mermaid"),
    "status": ("status", ENGAGEMENT, *AS_OF, "-f", "json"),
    "resolve": ("resolve", ENGAGEMENT, "-f", "json"),
    "show": ("show", "crm-regulated"),
    "show json": ("show", "crm-regulated", "-f", "json"),
    "show a check": ("show", "crm-regulated", "funding-sufficient", "-f", "json"),
    "show questions": ("show", "crm-regulated", "--questions", "-f", "json"),
    "show origin": ("show", "crm-regulated", "--origin", "-f", "json"),
    "workbook": ("workbook", "export", "crm-regulated", "-r", "sales", "-f", "csv"),
    "a wrong gate": ("assess", ENGAGEMENT, "--gate", "comit"),
    "an unknown check": ("explain", ENGAGEMENT, "funding-sufficent"),
}


def kept(folder: Path) -> list[tuple[str, int]]:
    return [(path.name, path.stat().st_size) for path in sorted(folder.glob("*"))]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_says_the_same_with_the_cache(name: str, tmp_path: Path) -> None:
    """The first time, when it keeps the ruleset, the second, when it uses it, and without."""
    words, cache = COMMANDS[name], tmp_path / "cache"
    command, rest = words[:1], words[1:]
    if command == ("workbook",):
        command, rest = words[:2], words[2:]
    without = run(*command, "--no-cache", *rest, READINESS_CACHE_DIR=str(cache))
    assert not cache.exists()
    first = run(*words, READINESS_CACHE_DIR=str(cache))
    held = kept(cache)
    second = run(*words, READINESS_CACHE_DIR=str(cache))
    assert len(held) == 1
    assert held == kept(cache)
    assert without == first == second
    assert (without.status == 2) == name.startswith(("a wrong", "an unknown"))


def test_wrong_answers_are_told_with_the_same_words(tmp_path: Path) -> None:
    """What is wrong with answers is told by what the ruleset says of its questions."""
    cache = str(tmp_path / "cache")
    (tmp_path / "answers.yaml").write_text(
        "format: readiness/answers/1\nruleset: crm-upkeep\nanswers:\n"
        "  nonsense.at_all: true\n  ownership.product_owner: perhaps\n"
    )
    words = ("assess", str(tmp_path / "answers.yaml"))
    found: list[Run] = [run(*words, READINESS_CACHE_DIR=cache) for _ in range(2)]
    assert found[0] == found[1] == run(*words, "--no-cache")
    assert found[0].status == 2


@pytest.mark.parametrize("garbage", [b"", b"garbage", bytes(100_000)])
def test_a_cache_that_cannot_be_used_is_not_told_of(garbage: bytes, tmp_path: Path) -> None:
    """Whatever is in the cache folder, the command says what it says without one."""
    cache = tmp_path / "cache"
    wanted = run("assess", ENGAGEMENT, *AS_OF, "--no-cache")
    run("assess", ENGAGEMENT, *AS_OF, READINESS_CACHE_DIR=str(cache))
    (file,) = cache.iterdir()
    held = file.read_bytes()
    file.write_bytes(garbage)
    assert run("assess", ENGAGEMENT, *AS_OF, READINESS_CACHE_DIR=str(cache)) == wanted
    assert file.read_bytes() == held
    shutil.rmtree(cache)
    cache.write_bytes(garbage)
    assert run("assess", ENGAGEMENT, *AS_OF, READINESS_CACHE_DIR=str(cache)) == wanted
    assert cache.read_bytes() == garbage


def test_without_a_folder_nothing_is_kept(tmp_path: Path) -> None:
    """READINESS_CACHE_DIR that is empty switches the cache off."""
    home = str(tmp_path)
    run("show", "crm-upkeep", READINESS_CACHE_DIR="", HOME=home, XDG_CACHE_HOME=f"{home}/xdg")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    "words",
    [
        ("lint", "crm-upkeep"),
        ("test", "crm-upkeep"),
        ("bundle", ENGAGEMENT, "-o", "{folder}/bundle.zip"),
        ("new", "ruleset", "mine", "--extends", "crm-upkeep", "--into", "{folder}/new"),
    ],
)
def test_what_is_about_the_files_reads_them(words: tuple[str, ...], tmp_path: Path) -> None:
    """Commands that check, pack or copy the files themselves neither use the cache nor fill it."""
    cache = tmp_path / "cache"
    done = run(*(word.format(folder=tmp_path) for word in words), READINESS_CACHE_DIR=str(cache))
    assert done.status == 0, done.stderr
    assert not cache.exists()


def test_the_source_is_not_touched(tmp_path: Path) -> None:
    """Nothing is written beside the ruleset."""
    folder = tmp_path / "rules"
    for kind in ("ruleset", "questionnaire"):
        shutil.copytree(ROOT / f"{kind}s" / "crm-upkeep", folder / kind)
    before = {path: path.stat().st_mtime_ns for path in folder.rglob("*")}
    for _ in range(2):
        run("show", str(folder / "ruleset" / "ruleset.yaml"), "--path", str(folder))
    assert {path: path.stat().st_mtime_ns for path in folder.rglob("*")} == before
