"""Documents reach the other process exactly as they were written."""

from __future__ import annotations

import datetime
import json
import subprocess
import sys
from types import MappingProxyType

import pytest

from readiness.assessing import Assessor
from readiness.documents.nodes import Node, Scalar
from readiness.documents.reading import decode, read
from readiness.model.answers import read_sheet
from readiness.model.engagement import Circumstances, Resolution
from readiness.problems import Place, Problems, Source
from readiness.verification.durable.outcomes import pack_tree, unpack_tree
from readiness.verification.independent_run import COMMAND, Reperformer
from tests.semantics.harness import assess
from tests.verification.library import needs_durable

TEXT = "a: 007\nb: [0x1f, 1.50, yes, true, ~, '', 'x y', []]\nc: {d: {}, e: 2026-11-21}\n"


def spelled(node: Node) -> object:
    """Return all values of a tree, with types and spelling."""
    if isinstance(node, Scalar):
        return node.value, node.text, type(node.value)
    if hasattr(node, "entries"):
        return {key: spelled(value) for key, value in node.items()}  # type: ignore[attr-defined]
    return [spelled(one) for one in node.elements]  # type: ignore[attr-defined]


def test_a_document_is_the_same_afterwards() -> None:
    """Values, their types and their spelling pass through JSON unchanged."""
    root = read(decode(TEXT.encode(), "x.yaml"))
    there = unpack_tree(json.loads(json.dumps(pack_tree(root))), Source("", ""))
    assert spelled(root) == spelled(there)


@needs_durable
def test_a_text_is_read_as_it_is_written(reperformer: Reperformer) -> None:
    """An article number remains text there too."""
    checks = {"one": {"met_when": "s.a == '007'"}}
    found = assess({"questions": {"s.a": "text"}, "checks": checks})
    root = read(decode(b"format: readiness/answers/1\nanswers:\n  s.a: 007\n", "x.yaml"))
    sheet = read_sheet(root, "", found.ruleset.questions, Problems())
    first = Assessor(found.ruleset).assess(sheet, as_of=found.as_of)
    again = reperformer.reperform(found.ruleset, [sheet], first.answers.circumstances)
    assert first.judgement.statuses == again.statuses == {"one": "met"}


@needs_durable
@pytest.mark.parametrize(
    ("question", "value", "condition"),
    [
        ("yes_no", True, "s.a"),
        ("number", 2.5, "s.a == 2.5"),
        ("date", datetime.date(2027, 1, 2), "s.a == '2027-01-02'"),
        ("text", "x", "s.a == 'x'"),
        ({"type": "choices", "options": {"x": "X", "y": "Y"}}, ("x", "y"), "s.a == ['y', 'x']"),
        (
            {"type": "table", "columns": {"day": {"type": "date"}, "n": {"type": "number"}}},
            (MappingProxyType({"day": datetime.date(2027, 1, 2), "n": 3}),),
            "every(s.a, day == '2027-01-02') and sum(s.a, n) == 3",
        ),
    ],
    ids=str,
)
def test_a_resolution_comes_over(
    question: object, value: object, condition: str, reperformer: Reperformer
) -> None:
    """A resolution has the same value there, whatever its type."""
    found = assess({"questions": {"s.a": question}, "checks": {"one": {"met_when": condition}}})
    settled = Resolution("s.a", "answered", value, "", "", "", (), "", Place("", 0, 0))  # type: ignore[arg-type]
    circumstances = Circumstances(found.as_of, resolutions={"s.a": settled})
    again = reperformer.reperform(found.ruleset, [], circumstances)
    assert again.statuses == {"one": "met"}


def test_the_engine_loads_no_evaluation() -> None:
    """The engine's process imports nothing of evaluation, results or loading."""
    program = COMMAND[COMMAND.index("-c") + 1].replace(
        "main()",
        "stations = ('readiness.evaluation', 'readiness.result', 'readiness.loading')\n"
        "print([name for name in sys.modules if name.startswith(stations)])\n",
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", program, COMMAND[-1]],
        capture_output=True, text=True, check=True, timeout=60,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"
