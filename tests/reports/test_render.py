"""Reports for host applications."""

from __future__ import annotations

import json

import pytest

import readiness
from readiness import Assessment, Assessor


@pytest.fixture(scope="module")
def result() -> Assessment:
    """Return a result without answers."""
    return Assessor(readiness.load_ruleset("crm-pre-implementation")).assess({})


def test_reports_are_rendered_as_bytes(result: Assessment) -> None:
    """The JSON report is the result; every reader gets a report."""
    assert json.loads(readiness.render(result, "json")) == result.to_dict()
    assert readiness.render(result, "html").lower().startswith(b"<!doctype html>")
    assert b"board" not in readiness.render(result, "text", reader="management")[:20]


@pytest.mark.parametrize(
    ("form", "start"),
    [("text", b"CRM"), ("json", b"{"), ("csv", b"wave"), ("ics", b"BEGIN:VC"), ("xlsx", b"PK")],
)
def test_plans_are_rendered_as_bytes(result: Assessment, form: str, start: bytes) -> None:
    """Each format of the command, and no other."""
    found = readiness.plan(result)
    assert readiness.render(found, form).lstrip(b"\xef\xbb\xbf").startswith(start)
    with pytest.raises(ValueError, match="'html' is none of text, json, csv, ics, xlsx"):
        readiness.render(found, "html")


@pytest.mark.parametrize("given", [("htm", "auditor"), ("text", "auditors")])
def test_unknown_formats_and_readers_are_refused(
    result: Assessment, given: tuple[str, str]
) -> None:
    """The error lists what there is."""
    with pytest.raises(ValueError, match=f"'{given[0 if given[0] == 'htm' else 1]}' is none of"):
        readiness.render(result, *given)


def test_the_graph_of_a_ruleset_is_one_of_networkx(result: Assessment) -> None:
    """Upstream of a check are its ancestors; gates and checks have attributes."""
    ruleset = result.ruleset
    graph = ruleset.graph()
    checks = [key for key in graph.nodes if graph.nodes[key]["kind"] == "check"]
    assert checks
    assert set(checks) == set(ruleset.checks)
    key, check = next((k, c) for k, c in ruleset.checks.items() if c.requires)
    assert set(graph.predecessors(key)) == set(check.requires)
    assert graph.nodes[key]["severity"] == check.severity
    assert graph.nodes["gate:commit"] == {"kind": "gate", "title": ruleset.gates["commit"].title}


@pytest.mark.slow
def test_cases_are_run() -> None:
    """Each case of a file has what came out otherwise: nothing, if it passes."""
    found = readiness.run_cases("rulesets/crm-readiness/cases.yaml")
    assert found
    assert not any(found.values())
