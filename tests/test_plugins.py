"""What installed plug-ins add: report formats, importers, lint rules and functions."""

from __future__ import annotations

from pathlib import Path

import pytest

import readiness
from readiness.plugins import using_plugins
from tests.commands.running import run
from tests.plugin_packages import install

_CODE = """
    def mine(assessment):
        return f"{assessment.ruleset.id}: {len(assessment.blockers)} blockers\\n"

    def wrong(assessment):
        return 17

    def broken(assessment):
        raise ValueError("no such colour")
"""
_SHEET = """\
format: readiness/answers/1
questionnaire: crm-upkeep
ruleset: crm-upkeep
answers: {}
"""


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    file = tmp_path / "sheet.yaml"
    file.write_text(_SHEET, encoding="utf-8")
    return file


@pytest.fixture
def _formats(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    points = {name: name for name in ("mine", "wrong", "broken", "absent")} | {"html": "mine"}
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(install(site, "acme-formats", {"reports": points}, _CODE)))


@pytest.mark.usefixtures("_formats")
def test_a_report_format_of_a_plugin(sheet: Path, tmp_path: Path) -> None:
    """It is one of the formats: by name, by the end of the output's name, in help and `render`."""
    assessed = run("assess", str(sheet), "--format", "mine").stdout
    assert assessed.startswith("crm-upkeep: ")
    assert run("assess", str(sheet), "-o", str(tmp_path / "report.mine")).stderr == ""
    assert (tmp_path / "report.mine").read_text(encoding="utf-8") == assessed
    inquiry = readiness.load_engagement(sheet)
    assessment = readiness.Assessor(inquiry.ruleset).assess(inquiry)
    assert readiness.render(assessment, "mine").decode() == assessed
    assert "mine" in run("assess", "--help").stdout
    assert "'mine'" in run("assess", str(sheet), "--format", "other").stderr
    assert run("assess", str(sheet), "--format", "html").stdout.startswith("<!doctype html>")


@pytest.mark.usefixtures("_formats")
def test_without_plugins_its_formats_are_unknown(sheet: Path) -> None:
    """`--no-plugins` and `using_plugins(False)` leave the formats of the program."""
    done = run("assess", str(sheet), "--no-plugins", "--format", "mine")
    assert (done.status, "mine'," in done.stderr) == (2, False)
    inquiry = readiness.load_engagement(sheet)
    assessment = readiness.Assessor(inquiry.ruleset).assess(inquiry)
    with using_plugins(use=False), pytest.raises(ValueError, match="'mine' is none of"):
        readiness.render(assessment, "mine")


@pytest.mark.usefixtures("_formats")
@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["-f", "wrong"], "it returned a value of type 'int', not a text or bytes"),
        (["-f", "broken"], "ValueError: no such colour"),
        (["-f", "absent"], "AttributeError: module 'acme_formats' has no attribute 'absent'"),
        (["-f", "mine", "--for", "board"], "it has no report for board, only the one for auditors"),
    ],
)
def test_a_broken_report_format(sheet: Path, words: list[str], reason: str) -> None:
    """The problem names the plug-in and its version; nothing is written."""
    done = run("assess", str(sheet), *words)
    name = words[1]
    said = f"the report format '{name}' of plug-in acme-formats 1.2 cannot be used: {reason}\n"
    assert (done.status, done.stdout, done.stderr) == (2, "", said)
