"""A workload as files: its ruleset and its questionnaire as YAML, its answers as JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import yaml
from workload import Workload

DOCUMENTS = ("ruleset.yaml", "questionnaire.yaml")


class _Dumper(yaml.CSafeDumper):
    """Writes every value in full, because documents have no aliases."""

    def ignore_aliases(self, _data: Any) -> bool:
        return True


def write(workload: Workload, folder: Path) -> None:
    """Write the two documents and one case of answers into a folder."""
    for name, plain in zip(DOCUMENTS, (workload.ruleset, workload.questionnaire), strict=True):
        text = yaml.dump(plain, Dumper=_Dumper, sort_keys=False, allow_unicode=True)
        (folder / name).write_text(text, encoding="utf-8")
    (folder / "answers.json").write_text(json.dumps(workload.answers(0)), encoding="utf-8")
