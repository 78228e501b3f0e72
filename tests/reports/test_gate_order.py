"""The order of gates wherever gates are listed."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import readiness
from readiness.loading.search_path import find_all
from tests.commands.running import run
from tests.reports.test_exports import READERS

# In the file, gates come before those that they come after; `late` and `alone` tie.
AFTER = {"last": ["middle"], "late": ["first"], "first": [], "middle": ["first"], "alone": []}
IN_ORDER = ["first", "late", "middle", "last", "alone"]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with a ruleset whose gates are not in order, and an engagement."""
    folder = tmp_path_factory.mktemp("gates")
    question = {"ask": "Asked?", "type": "yes_no"}
    check = {"title": "Check", "area": "area", "severity": "major", "met_when": "s.a",
             "remedy": {"action": "Act", "effort_days": 1}}  # fmt: skip
    gates = {
        key: {"title": f"Gate {key}", "requires": ["one"], "after": after}
        for key, after in AFTER.items()
    }
    documents: dict[str, dict[str, Any]] = {
        "questionnaire": {"sections": {"s": {"title": "S", "questions": {"a": question}}}},
        "ruleset": {"questionnaire": "small", "areas": {"area": {"title": "Area"}},
                    "gates": gates, "checks": {"one": check}},
    }  # fmt: skip
    for kind, held in documents.items():
        whole = {"format": f"readiness/{kind}/1", "id": "small", "version": "1.0.0", "title": "S"}
        (folder / f"{kind}.yaml").write_text(json.dumps(whole | held))
    (folder / "answers.yaml").write_text(
        "format: readiness/answers/1\nruleset: ruleset.yaml\nanswers: {s.a: no}\n"
    )
    (folder / "table.csv").write_text("s.a\nno\n")
    return folder


def lists_of_gates(value: Any) -> Iterator[list[str]]:
    """Yield every list and mapping about several gates in a JSON document."""
    if isinstance(value, dict):
        keys = [key for key in value if key in AFTER]
        if len(keys) > 1:
            yield keys
        for held in value.values():
            yield from lists_of_gates(held)
    elif isinstance(value, list):
        ids = [one.get("id") if isinstance(one, dict) else one for one in value]
        gates = [one for one in ids if isinstance(one, str) and one in AFTER]
        if len(gates) > 1:
            yield gates
        for held in value:
            yield from lists_of_gates(held)


def is_in_order(gates: list[str]) -> bool:
    return gates == sorted(gates, key=IN_ORDER.index)


def test_the_library_lists_gates_in_order(project: Path) -> None:
    """Each gate comes after its predecessors; ties are in the order of the file."""
    ruleset = readiness.load_ruleset(project / "ruleset.yaml")
    assert list(ruleset.gates) == IN_ORDER
    result = readiness.Assessor(ruleset).assess({"s.a": False})
    assert list(result.gates) == IN_ORDER
    assert list(result.checks["one"].gates) == IN_ORDER


@pytest.mark.parametrize("name", find_all("ruleset", []))
def test_shipped_rulesets(name: str) -> None:
    """In every shipped ruleset the gates come after their predecessors."""
    seen: set[str] = set()
    for key, gate in readiness.load_ruleset(name).gates.items():
        assert seen.issuperset(gate.after)
        seen.add(key)


@pytest.mark.parametrize(
    "words",
    [
        ["assess", "answers.yaml", "-f", "json"],
        ["assess", "answers.yaml", "-f", "json", "--gate", "late", "--gate", "first"],
        ["assess", "answers.yaml", "-f", "sarif"],
        ["plan", "answers.yaml", "-f", "json"],
        ["status", "answers.yaml", "-f", "json"],
        ["explain", "answers.yaml", "one", "-f", "json"],
        ["portfolio", "ruleset.yaml", "table.csv", "--summary", "summary.json"],
    ],
    ids=" ".join,
)
def test_json_lists_gates_in_order(words: list[str], project: Path) -> None:
    """Every list of gates in every JSON document has the same order."""
    done = run(*words, folder=project)
    assert done.status in (0, 1), done.stderr
    text = done.stdout if words[0] != "portfolio" else (project / words[-1]).read_text()
    found = list(lists_of_gates(json.loads(text)))
    assert found or words[0] == "status"
    assert all(is_in_order(gates) for gates in found), found


@pytest.mark.parametrize(
    "words",
    [
        *(["assess", "answers.yaml", "-f", name] for name in ("text", "markdown", "html", "junit")),
        ["assess", "answers.yaml", "-f", "xlsx"],
        *(["graph", "answers.yaml", "-f", name] for name in ("text", "dot", "mermaid")),
        ["graph", "ruleset.yaml"],
        ["plan", "answers.yaml"],
        ["plan", "answers.yaml", "-f", "ics"],
        ["show", "ruleset.yaml"],
        ["explain", "answers.yaml", "one"],
    ],
    ids=" ".join,
)
def test_reports_list_gates_in_order(words: list[str], project: Path) -> None:
    """A report for people mentions the gates for the first time in the same order."""
    target = project / "report"
    done = run(*words, "-o", str(target), folder=project)
    assert done.status in (0, 1), done.stderr
    text = READERS.get(words[-1], bytes.decode)(target.read_bytes())
    places = [text.index(f"Gate {key}") for key in IN_ORDER]
    assert places == sorted(places)


def test_columns_of_a_portfolio_are_in_order(project: Path) -> None:
    """A portfolio has a column for the verdict of each gate, in the same order."""
    done = run("portfolio", "ruleset.yaml", "table.csv", "-o", "-", "-f", "csv", folder=project)
    head = next(csv.reader([done.stdout.splitlines()[0].lstrip("\ufeff")]))
    assert [f"verdict.{key}" for key in IN_ORDER] == [k for k in head if k.startswith("verdict.")]
