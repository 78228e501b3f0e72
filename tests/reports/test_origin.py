"""The origin of each field of a ruleset."""

from __future__ import annotations

import json
from pathlib import Path

from readiness.loading.search_path import find
from tests.commands.running import run

PLUGIN = Path(__file__).parents[1] / "loading" / "plugin" / "acme_rules" / "ruleset.yaml"


def test_each_field_has_its_file_and_line() -> None:
    """An inherited field is shown with the parent's file, a changed one with the child's."""
    done = run("show", str(PLUGIN), "--origin", "--format", "json")
    found = {tuple(one["path"]): (one["file"], one["line"]) for one in json.loads(done.stdout)}
    lines = PLUGIN.read_text(encoding="utf-8").splitlines()
    file, line = found["gates", "commit", "requires"]
    assert (file, lines[line - 1].strip()) == (
        str(PLUGIN),
        "requires: {add: [works-council-informed]}",
    )
    file, line = found["checks", "executive-sponsor", "severity"]
    [shipped] = find("ruleset", "crm-pre-implementation", [])
    text = shipped.read_text(encoding="utf-8").splitlines()[line - 1]
    assert file.endswith("rulesets/crm-pre-implementation/ruleset.yaml")
    assert text.split(":")[0].strip() == "severity"


def test_shipped_documents_are_named_alike_everywhere(tmp_path: Path) -> None:
    """From any other folder a shipped document is named by its place in the package."""
    done = run("show", "crm-readiness", "--origin", "--format", "json", folder=tmp_path)
    files = {one["file"] for one in json.loads(done.stdout)}
    assert "readiness/rulesets/crm-readiness/ruleset.yaml" in files
    assert not [file for file in files if Path(file).is_absolute()]


def test_one_check_alone() -> None:
    """For a single check, only its fields are shown; an unknown check is refused."""
    done = run("show", str(PLUGIN), "works-council-informed", "--origin")
    assert "  severity  acme_rules/ruleset.yaml:12" in done.stdout
    assert "executive-sponsor" not in done.stdout
    assert run("show", str(PLUGIN), "nothing", "--origin").status == 2


def test_questions_have_origins_too() -> None:
    """`--questions --origin` shows where each field of each question comes from."""
    done = run("show", str(PLUGIN), "--questions", "--origin")
    assert "acme.council_informed\n  ask  acme_rules/questionnaire.yaml:12" in done.stdout
    assert "sponsor.identified" in done.stdout
