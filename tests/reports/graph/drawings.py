"""Rulesets and assessments that the tests of the graph draw."""

from __future__ import annotations

import random
from typing import Any

from readiness.dependencies.ruleset import Ruleset
from readiness.planning.plan import plan
from readiness.reports.graph.drawing import Drawing, draw
from readiness.result.assessment import Assessment
from tests.reports.printing import assessed
from tests.semantics.harness import assess, ruleset_of


def case(
    checks: dict[str, list[str]],
    closed: str = "",
    gates: dict[str, tuple[list[str], list[str]]] | None = None,
) -> dict[str, Any]:
    """Return a case of checks with requirements, closed checks, and gates.

    A check is closed by the answer to a separate question.
    """
    return {
        "questions": {f"s.{key}": "yes_no" for key in checks},
        "checks": {
            key: {"requires": needs, "met_when": f"s.{key}"} for key, needs in checks.items()
        },
        "gates": {
            key: {"requires": needs, "after": after}
            for key, (needs, after) in (gates or {}).items()
        },
        "answers": {f"s.{key}": key in closed for key in checks},
    }


def assessment_of(
    checks: dict[str, list[str]],
    closed: str = "",
    gates: dict[str, tuple[list[str], list[str]]] | None = None,
) -> Assessment:
    """Return the assessment of such a case: open checks are unmet."""
    return assess(case(checks, closed, gates))


def arrows(drawing: Drawing) -> set[str]:
    """Return the edges in short form: `a>b`, and `a~b` for one through hidden checks."""
    return {f"{e.start}{'~' if e.is_through else '>'}{e.end}" for e in drawing.edges}


def ids(drawing: Drawing) -> str:
    """Return the ids of the checks, in order."""
    return " ".join(check.id for check in drawing.checks)


def shop(name: str = "mixed", *, everything: bool = False) -> Drawing:
    """Return the drawing of an engagement of the shop, with its critical path."""
    assessment = assessed(name)
    critical = frozenset(plan(assessment).critical_path)
    return draw(assessment, everything=everything, critical=critical)


def random_ruleset(seed: int, checks: int = 24) -> Ruleset:
    """Return a ruleset without cycles, in which many requirements follow from others."""
    draw = random.Random(seed)
    names = [f"c{number}" for number in range(checks)]
    written = {
        name: draw.sample(names[:number], draw.randint(0, min(number, 4)))
        for number, name in enumerate(names)
    }
    gates = {"g0": (draw.sample(names, 3), []), "g1": (draw.sample(names, 3), ["g0"])}
    return ruleset_of(case(written, gates=gates))
