"""Rulesets that installed packages offer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.commands.running import run

pytestmark = pytest.mark.slow

PLUGIN = Path(__file__).parent / "plugin"


@pytest.fixture(scope="session")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the plug-in package from its wheel into a folder."""
    folder = tmp_path_factory.mktemp("plugin")
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    wheels = folder / "wheels"
    subprocess.run([*pip, "wheel", "--no-deps", "-w", str(wheels), str(PLUGIN)], check=True)
    [wheel] = wheels.glob("*.whl")
    target = folder / "site"
    subprocess.run([*pip, "install", "--no-deps", "--target", str(target), str(wheel)], check=True)
    return target


@pytest.fixture
def _with_plugin(installed: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(installed))


@pytest.mark.usefixtures("_with_plugin")
def test_rulesets_of_an_installed_package_are_found_by_their_id() -> None:
    """A plug-in's ruleset is listed, linted, and extends a shipped one; its code is not run."""
    assert "acme-crm" in run("list").stdout
    assert "acme-crm" in run("list", "questionnaires").stdout
    done = run("show", "acme-crm", "--format", "json")
    assert json.loads(done.stdout)["gates"]["commit"]["requires"][-1] == "works-council-informed"
    assert run("lint", "acme-crm").stderr == "No problems.\n"


@pytest.mark.usefixtures("_with_plugin")
def test_a_name_found_twice_is_refused_with_both_places(installed: Path, tmp_path: Path) -> None:
    """An id in both a plug-in and another folder is an error that names both, if they differ."""
    assert run("show", "acme-crm", "--path", str(PLUGIN)).status == 0
    other = tmp_path / "ruleset.yaml"
    held = (PLUGIN / "acme_rules" / "ruleset.yaml").read_text(encoding="utf-8")
    other.write_text(held.replace("1.0.0", "1.0.1"), encoding="utf-8")
    done = run("show", "acme-crm", "--path", str(tmp_path))
    assert done.status == 2
    assert "there is more than one ruleset 'acme-crm'" in done.stderr
    assert str(other) in done.stderr
    assert os.fspath(installed / "acme_rules" / "ruleset.yaml") in done.stderr
