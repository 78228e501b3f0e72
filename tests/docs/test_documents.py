"""The documentation shows real output, and its links work."""

from __future__ import annotations

import difflib
import re
from pathlib import Path

import pytest

import readiness
from readiness.commands.main import COMMANDS, PURPOSES
from tests.docs.pages import (
    ROOT,
    BlockRun,
    PageBlock,
    all_pages,
    name_of,
    pieces,
    selected,
    writes_files,
)
from tests.lanes import each

PAGES = all_pages()
# These produce whole reports, bundles and interviews.
LONG = {
    f"docs/{name}.md"
    for name in (
        "assessing",
        "collecting",
        "crm-nonprofit",
        "crm-regulated",
        "defending",
        "extending",
        "applications",
        "one-engagement",
        "proving",
        "planning",
        "results",
    )
}
EVERY_PAGE = pytest.mark.parametrize("page", PAGES, ids=name_of)
_LINK = re.compile(r"(?<!`)\[[^\]]*\]\(([^)\s]+)\)")
_HEADING = re.compile(r"#+ (.*)")


def prose(page: Path) -> list[str]:
    """Return the lines of a page outside its fenced blocks."""
    return [p for p in pieces(page.read_text(encoding="utf-8")) if isinstance(p, str)]


@pytest.mark.parametrize(
    "page", each(PAGES, fast=lambda page: name_of(page) not in LONG, ids=name_of)
)
def test_what_a_page_shows_is_what_happens(
    page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest
) -> None:
    """Every command and every line of Python in a page does what the page says."""
    run = BlockRun(page, tmp_path if writes_files(page) else ROOT)
    monkeypatch.chdir(run.folder)
    renewed = run.renewed()
    if request.config.getoption("--renew-golden"):
        page.write_text(renewed, encoding="utf-8", newline="\n")
    written = page.read_text(encoding="utf-8")
    difference = difflib.unified_diff(
        written.splitlines(), renewed.splitlines(), name_of(page), "what comes out", lineterm=""
    )
    assert not run.faults, "\n".join(run.faults)
    assert written == renewed, "\n".join(difference)


@EVERY_PAGE
def test_links_lead_somewhere(page: Path) -> None:
    """A relative link leads to an existing file and heading."""
    lost = []
    for target in _LINK.findall("\n".join(prose(page))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            lost.append(target)
    assert not lost


def anchors(page: Path) -> set[str]:
    """Return the anchors of the headings of a page."""
    headings = [match[1] for line in prose(page) if (match := _HEADING.fullmatch(line))]
    plain = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in headings]
    return {heading.replace(" ", "-") for heading in plain}


def test_every_command_is_documented() -> None:
    """Each command has an example on some page."""
    whole = "\n".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert not [name for name in COMMANDS if not re.search(rf"\$ readiness {name}\b", whole)]


def test_the_readme_lists_the_commands() -> None:
    """The README has every command, in the order and with the purposes of `readiness --help`."""
    rows = [
        f"| {purpose.lower()} | {', '.join(f'`{name}`' for name in held)} |"
        for purpose, held in PURPOSES.items()
    ]
    assert "\n".join(rows) in (ROOT / "README.md").read_text(encoding="utf-8")


def test_every_page_is_reached_from_the_first() -> None:
    """`docs/README.md` names every page beside it, and the page on decisions every decision."""
    for first, folder in (("README.md", ""), ("decisions.md", "decisions")):
        linked = set(_LINK.findall("\n".join(prose(ROOT / "docs" / first))))
        beside = [p for p in (ROOT / "docs" / folder).glob("*.md") if p.name != "README.md"]
        names = {p.relative_to(ROOT / "docs").as_posix() for p in beside}
        assert names <= {target.partition("#")[0] for target in linked}


def test_a_decision_that_replaces_another_is_named_there() -> None:
    """Where one decision replaces another, both say so; titles in the index fit."""
    said: dict[str, set[tuple[str, str]]] = {"Replaces": set(), "Replaced by": set()}
    index = (ROOT / "docs" / "decisions.md").read_text(encoding="utf-8")
    for page in (ROOT / "docs" / "decisions").glob("*.md"):
        title, _, body = page.read_text(encoding="utf-8").partition("\n")
        assert f"- [{title.removeprefix('# ')}](decisions/{page.name})" in index
        for words, other in re.findall(r"^(Replace[sd].*) \[.*\]\((.*?)\)", body, re.MULTILINE):
            pair = (page.name, other) if words == "Replaces" else (other, page.name)
            said[words].add(pair)
    assert said["Replaces"] == said["Replaced by"]
    assert said["Replaces"]


OUTPUT = ["one", "two", "three", "", "four"]


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({"head": "2"}, ["one", "two", "…"]),
        ({"tail": "1"}, ["…", "four"]),
        ({"head": "1", "tail": "1"}, ["one", "…", "four"]),
        ({"head": "9"}, OUTPUT),
        ({"from": "two", "to": "four"}, ["…", "two", "three", "…"]),
        ({"from": "two", "head": "1"}, ["…", "two", "…"]),
    ],
)
def test_part_of_an_output(options: dict[str, str], expected: list[str]) -> None:
    """The options of a block say which part of an output it shows."""
    assert expected == selected(OUTPUT, options)


def test_a_page_that_is_wrong_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A wrong output and a missing exit status change the page."""
    page = tmp_path / "page.md"
    monkeypatch.setattr("tests.docs.pages.ROOT", tmp_path)
    shown = (
        "```console\n$ readiness --version\nreadiness 0.0\n$ readiness assess missing.yaml\n```\n"
    )
    page.write_text(f"{shown}\n```pycon\n>>> 1 + 1\n3\n```\n", encoding="utf-8")
    renewed = [p for p in pieces(BlockRun(page, tmp_path).renewed()) if isinstance(p, PageBlock)]
    missing = "missing.yaml: there is no such file"
    version = f"readiness {readiness.__version__}"
    commands = ["$ readiness --version", version, "$ readiness assess missing.yaml", missing]
    assert [block.lines for block in renewed] == [
        [*commands, "$ echo $?", "2"],
        [">>> 1 + 1", "2"],
    ]
