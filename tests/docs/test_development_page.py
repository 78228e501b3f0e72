"""The page on development matches the repository."""

from __future__ import annotations

import re
import tomllib

from readiness.problems.catalogue import FINDINGS
from tests.docs.pages import ROOT

TEXT = (ROOT / "docs" / "development.md").read_text(encoding="utf-8")
VARIABLE = re.compile(r"environ\.get\(\"(READINESS_\w+)\", \"(\w*)\"\)")


def test_every_station_is_drawn() -> None:
    """The drawing shows every layer of the import contract."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = project["tool"]["importlinter"]["contracts"]
    [contract] = [one for one in contracts if one["type"] == "layers"]
    drawn = TEXT.partition("```text\n")[2].partition("```")[0]
    layers = re.findall(r"\w+", " ".join(contract["layers"]))
    assert {"version"} == {layer for layer in layers if layer not in drawn}


def test_long_runs_have_their_variables() -> None:
    """The page lists each variable that sets the size of a test, with its default."""
    tests = sorted((ROOT / "tests").rglob("*.py"))
    page = (ROOT / "docs" / "testing.md").read_text(encoding="utf-8")
    found = {pair for file in tests for pair in VARIABLE.findall(file.read_text(encoding="utf-8"))}
    assert found == set(
        re.findall(r"^\| `(READINESS_\w+)` \|[^|]*\| (\w+) \|$", page, re.MULTILINE)
    )


def test_folders_and_files_exist() -> None:
    """Each path in the tables exists."""
    part = TEXT.partition("\n## Where to make a change\n")[2].partition("\n## Tests")[0]
    paths = re.findall(r"`([\w./-]+(?:/|\.py))`", part)
    roots = (ROOT, ROOT / "engine" / "readiness")
    assert not [path for path in paths if not any((root / path).exists() for root in roots)]
    assert len(paths) > 10


def test_every_finding_of_lint_is_explained() -> None:
    """The table of findings contains the fixed words of every message."""
    page = (ROOT / "docs" / "lint.md").read_text(encoding="utf-8")
    pieces = [piece for text in FINDINGS.values() for piece in re.split(r"'?\{\w+\}'?", text)]
    fixed = [piece.strip() for piece in pieces if len(piece.strip()) > 6]
    assert not [piece for piece in fixed if piece not in page]
