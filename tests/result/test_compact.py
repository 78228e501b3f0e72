"""The compact form of the result: whatever it leaves out follows from the rest."""

from __future__ import annotations

import hashlib
import json
import random
import resource
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from jsonschema import Draft202012Validator

from readiness.assessing import Assessor
from readiness.documents.schemas import schema
from readiness.loading.engagements import load_engagement
from readiness.result.assessment import Assessment
from readiness.verification.recheck import read_result
from readiness.verification.steps import Steps
from tests.commands.running import ROOT
from tests.lanes import first_of
from tests.properties.cases import answered, rules
from tests.semantics.harness import assess, ruleset_of

EXAMPLES = sorted((ROOT / "questionnaires" / "examples").glob("*/engagement.yaml"))


def derived(compact: dict[str, Any]) -> dict[str, Any]:
    """Return the full form as the schema's descriptions define it, without the program's code."""
    checks = {check["id"]: check for check in compact["checks"]}
    upstream: dict[str, set[str]] = {}

    def reached(required: Iterable[str]) -> set[str]:
        found: set[str] = set()
        rest = list(required)
        while rest:
            if (one := rest.pop()) not in found:
                found.add(one)
                rest += checks[one]["requires"]
        return found

    order = [key for wave in compact["order"] for key in wave]
    for key, check in checks.items():
        upstream[key] = reached(check["requires"])
    full: dict[str, Any] = {key: held for key, held in compact.items() if key != "compact"}
    full["gates"], full["checks"] = [], []
    waiting: dict[str, set[str]] = {}
    for gate in compact["gates"]:
        waiting[gate["id"]] = reached(gate["requires"])
        waits_for = [key for key in order if key in waiting[gate["id"]]]
        full["gates"].append(with_("requires", gate, waits_for=waits_for))
    for key, check in checks.items():
        waits_for = [one for one in order if one in upstream[key]]
        full["checks"].append(
            with_(
                "requires",
                check,
                waits_for=waits_for,
                root_blockers=[o for o in waits_for if checks[o]["standing"] == "actionable"],
                holds=[one for one in order if key in upstream[one]],
                gates=[gate["id"] for gate in compact["gates"] if key in waiting[gate["id"]]],
            )
        )
    del full["sha256"]
    return {**full, "sha256": hashlib.sha256(rfc8785.dumps(full)).hexdigest()}


def with_(place: str, one: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """Return the same with other fields."""
    found: dict[str, Any] = {}
    for key, held in one.items():
        found |= fields if key == place else {key: held}
    return found


def assert_whole(assessment: Assessment) -> None:
    full, compact = assessment.to_dict(), assessment.to_dict(compact=True)
    assert derived(compact) == full
    assert list(derived(compact)["checks"][0]) == list(full["checks"][0])
    for document, is_compact in ((full, False), (compact, True)):
        text = assessment.to_json(compact=is_compact)
        assert json.loads(text) == document
        Draft202012Validator(schema("result")).validate(document)
        rest = {key: held for key, held in document.items() if key != "sha256"}
        assert document["sha256"] == hashlib.sha256(rfc8785.dumps(rest)).hexdigest()
        steps = Steps()
        assert read_result(text.encode(), "it", steps) == document
        assert [step.outcome for step in steps] == ["fine", "fine"]


@pytest.mark.slow
@pytest.mark.parametrize("path", EXAMPLES, ids=[path.parent.name for path in EXAMPLES])
def test_the_full_form_follows(path: Path) -> None:
    """Each field that is left out can be derived as the schema says, including order and digest."""
    inquiry = load_engagement(path)
    assert_whole(Assessor(inquiry.ruleset).assess(inquiry))


@pytest.mark.parametrize("seed", first_of(40, 10))
def test_the_full_form_follows_of_random_rulesets(seed: int) -> None:
    """The same is true for any requirements and gates, with missing answers and waivers."""
    draw = random.Random(seed)
    assert_whole(assess(answered(draw, rules(draw))))


@pytest.mark.slow
def test_the_full_form_is_indented() -> None:
    """The full form has the text of `json`, and ends with a line break."""
    inquiry = load_engagement(EXAMPLES[0])
    found = Assessor(inquiry.ruleset).assess(inquiry)
    expected = json.dumps(found.to_dict(), ensure_ascii=False, indent=2) + "\n"
    assert found.to_json() == expected


def test_the_compact_form_has_a_line_for_each_check() -> None:
    """The compact form has one line per check, so that lines can be compared one by one."""
    inquiry = load_engagement(EXAMPLES[0])
    found = Assessor(inquiry.ruleset).assess(inquiry)
    lines = found.to_json(compact=True).splitlines()
    for check in found.to_dict(compact=True)["checks"]:
        line = json.dumps(check, ensure_ascii=False, separators=(",", ":"))
        assert line in lines or line + "," in lines


def chain(length: int) -> dict[str, Any]:
    """Return checks each of which requires the previous one."""
    checks: dict[str, Any] = {
        f"c{number}": {
            "met_when": f"s.q{number % 10}",
            "requires": [f"c{number - 1}"] if number else [],
        }
        for number in range(length)
    }
    questions = {f"s.q{number}": "yes_no" for number in range(10)}
    gates = {"go": {"requires": [f"c{length - 1}"]}}
    return {"questions": questions, "checks": checks, "gates": gates}


def test_it_grows_with_the_checks_and_not_with_their_square() -> None:
    """A chain of requirements that is twice as long makes a text that is twice as long."""
    short, long = (
        len(Assessor(ruleset_of(chain(size))).assess({}).to_json(compact=True))
        for size in (500, 1000)
    )
    assert 1.9 < long / short < 2.2


def test_it_is_written_in_pieces() -> None:
    """No piece contains more than one check."""
    found = Assessor(ruleset_of(chain(300))).assess({})
    assert max(map(len, found.iter_json(compact=True))) < 10_000
    assert "".join(found.iter_json(compact=True)) == found.to_json(compact=True)


PROGRAM = """
import resource, sys
from readiness.assessing import Assessor
from tests.result.test_compact import chain
from tests.semantics.harness import ruleset_of
found = Assessor(ruleset_of(chain(20_000))).assess({"s.q0": True})
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
written = sum(map(len, found.iter_json(compact=True)))
print(written, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


@pytest.mark.slow
def test_a_chain_of_20_000() -> None:
    """The result of a long chain is written in less memory than its text takes."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, check=True,
        timeout=300, preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_CPU, (120, 120)),
    )  # fmt: skip
    written, kib = map(int, done.stdout.split())
    assert 2_000_000 < written < 8_000_000
    assert kib < 64 * 1024
