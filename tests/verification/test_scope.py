"""What is out of scope is found again from the files, by every engine."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from readiness.result.digest import digest
from tests.commands.running import run
from tests.reports.printing import SHOP


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copytree(SHOP, tmp_path / "shop")
    assert run("assess", "scoped.yaml", "-o", "r.json", folder=tmp_path / "shop").status == 0
    return tmp_path / "shop"


def verified(folder: Path, file: str, *words: str) -> tuple[int, str]:
    done = run("verify", file, *words, folder=folder)
    return done.status, done.stdout


@pytest.mark.slow
def test_all_engines_agree(folder: Path) -> None:
    """A result and a bundle of an engagement with a scope are verified by every engine."""
    pytest.importorskip("durable")
    for word in ("native", "reference", "durable"):
        words = ("--engagement", "scoped.yaml", "--engine", word)
        assert verified(folder, "r.json", *words)[0] == 0, word
    assert run("bundle", "scoped.yaml", "-o", "b.zip", folder=folder).status == 0
    assert verified(folder, "b.zip")[0] == 0


def test_a_scope_that_was_changed_is_found(folder: Path) -> None:
    """Verification names a field of the scope that was altered, and an engagement without it."""
    held = json.loads((folder / "r.json").read_text())
    held["gates"][0]["out_of_scope"] = held["out_of_scope"] = []
    held["scope"][0]["reason"] = "No reason"
    held["sha256"] = digest({key: value for key, value in held.items() if key != "sha256"})
    (folder / "altered.json").write_text(json.dumps(held))
    words = ("--engagement", "scoped.yaml", "--engine", "native")
    status, told = verified(folder, "altered.json", *words)
    assert status == 1
    for path in ("gates[build].out_of_scope", "out_of_scope", "scope["):
        assert path in told
    text = (folder / "scoped.yaml").read_text().partition("scope:")[0]
    (folder / "scoped.yaml").write_text(text)
    status, told = verified(folder, "r.json", *words)
    assert status == 1
    assert "gate build: the result says go, " in told
