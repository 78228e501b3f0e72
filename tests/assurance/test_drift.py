"""Changes since an earlier version that may have changed what answers mean."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from readiness.assurance.lint import lint

WARD = Path(__file__).parents[1] / "problems" / "ward"
LABEL = ("Head of IT", "Data protection officer")
CHANGES = {
    "nothing": ("questionnaire.yaml", [], []),
    "a label": ("questionnaire.yaml", [LABEL], ["label-changed", "version-not-raised"]),
    "a label and the version": (
        "questionnaire.yaml", [LABEL, ("version: 1.0.0", "version: 1.1.0")], ["label-changed"],
    ),
    "a condition": (
        "ruleset.yaml", [("met_when: support.hotline", "met_when: not support.hotline")],
        ["version-not-raised"],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("name", "edits", "codes"), CHANGES.values(), ids=CHANGES)
def test_since(name: str, edits: list[tuple[str, str]], codes: list[str], tmp_path: Path) -> None:
    """Another label is found, and a change without another version."""
    shutil.copytree(WARD, tmp_path / "new")
    file = tmp_path / "new" / name
    text = file.read_text(encoding="utf-8")
    for old, new in edits:
        assert old in text
        text = text.replace(old, new)
    file.write_text(text, encoding="utf-8", newline="\n")
    found = lint([str(tmp_path / "new" / "ruleset.yaml")], since=WARD / "ruleset.yaml")
    drift = {"label-changed", "version-not-raised"}
    assert codes == sorted(one.code for one in found if one.code in drift)
