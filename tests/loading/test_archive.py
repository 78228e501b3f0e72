"""The package in an archive: what zip imports and frozen applications do."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]
_USE = """
import sys
sys.path.insert(0, sys.argv[1])
import readiness
assert readiness.__file__.startswith(sys.argv[1])
ruleset = readiness.load_ruleset("crm-nonprofit")
result = readiness.Assessor(ruleset).assess({"sponsor.identified": True})
assert readiness.Assessment.from_json(result.to_json()).to_dict() == result.to_dict()
assert readiness.load_ruleset("crm-upkeep@2.0.0").id == "crm-upkeep"
assert len(readiness.render(result, "markdown")) > 1000
assert "ruleset.yaml" in readiness.new_ruleset("office-move")
try:
    readiness.load_ruleset("crm-upkeep@9.0.0")
except readiness.DocumentError as error:
    print(error.problems[0].message)
"""


def test_a_zip_import_finds_the_shipped_content(tmp_path: Path) -> None:
    """Rulesets, schemas, messages and templates are read from the archive."""
    archive = tmp_path / "readiness.zip"
    with zipfile.ZipFile(archive, "w") as written:
        for top, inside in (("engine/readiness", ""), ("rulesets", "rulesets/"),
                            ("questionnaires", "questionnaires/")):  # fmt: skip
            for file in sorted((ROOT / top).rglob("*")):
                if file.is_file() and "__pycache__" not in file.parts:
                    name = f"readiness/{inside}{file.relative_to(ROOT / top).as_posix()}"
                    written.write(file, name)
    command = [sys.executable, "-c", _USE, str(archive)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path, check=False)
    assert (done.stdout, done.stderr) == ("unknown ruleset 'crm-upkeep'\n", "")
