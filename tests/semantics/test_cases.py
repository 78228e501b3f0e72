"""Case tables evaluated by hand: the meaning of every semantic rule."""

from __future__ import annotations

from typing import Any

import pyarrow as pa
import pytest

from readiness.assessing import Assessor
from tests.properties.bulk import judged_in_bulk
from tests.properties.pairs import Compiled
from tests.semantics.harness import assess, found_in, judged_by_reference, load_cases

ALL = load_cases()
FILES = sorted({case["file"] for case in ALL})


def outcome(assessment: Any, case: dict[str, Any]) -> dict[str, Any]:
    """Return the outcome, limited to what the case expects and in the same form."""
    expected = case["expect"]
    checks, gates = assessment.checks, assessment.gates
    found = {
        "truth": {k: checks[k].because.truth for k in expected.get("truth", {})},
        "status": {k: checks[k].status for k in expected.get("status", {})},
        "standing": {k: checks[k].standing for k in expected.get("standing", {})},
        "gates": {k: gates[k].verdict for k in expected.get("gates", {})},
        "waits_for": {k: list(checks[k].waits_for) for k in expected.get("waits_for", {})},
        "holds": {k: list(checks[k].holds) for k in expected.get("holds", {})},
        "check_root_blockers": {
            k: list(checks[k].root_blockers) for k in expected.get("check_root_blockers", {})
        },
        "gate_waits_for": {k: list(gates[k].waits_for) for k in expected.get("gate_waits_for", {})},
        "gate_questions": {k: list(gates[k].questions) for k in expected.get("gate_questions", {})},
        "blockers": list(assessment.blockers),
        "root_blockers": list(assessment.root_blockers),
        "order": [list(wave) for wave in assessment.order],
        "score": {"low": assessment.score.low, "high": assessment.score.high},
        "areas": {
            k: {"low": assessment.area_scores[k].low, "high": assessment.area_scores[k].high}
            for k in expected.get("areas", {})
        },
        "unanswered": list(assessment.unanswered),
        "conflicts": list(assessment.conflicts),
        "out_of_scope": list(assessment.out_of_scope),
        "gate_out_of_scope": {
            k: list(gates[k].out_of_scope) for k in expected.get("gate_out_of_scope", {})
        },
    }
    return {key: found[key] for key in expected}


def spelled(expected: dict[str, Any]) -> dict[str, Any]:
    """Return truths as text, however YAML read them."""
    if "truth" not in expected:
        return expected
    truths = {k: str(v).lower() for k, v in expected["truth"].items()}
    return {**expected, "truth": truths}


@pytest.mark.parametrize("case", ALL, ids=[f"{c['file']}: {c['rule']}" for c in ALL])
def test_case(case: dict[str, Any]) -> None:
    """A case has the outcome evaluated by hand, and both evaluators agree on it."""
    assessment = assess(case)
    assert spelled(case["expect"]) == outcome(assessment, case)
    assert assessment.judgement == judged_by_reference(assessment)


def hold_in_every_way(case: dict[str, Any]) -> None:
    """Compare one assessment with bulk evaluation, a session and a table row."""
    assessment = assess(case)
    expected, circumstances = assessment.judgement, assessment.circumstances
    assert judged_in_bulk(Compiled(assessment.ruleset), [assessment.answers]) == [expected]
    if "sheets" in case:
        return
    keys = ("groups", "resolutions", "waivers", "scope")
    given = {key: case[key] for key in keys if key in case}
    ruleset, day = assessment.ruleset.scope.whole or assessment.ruleset, circumstances.as_of
    assessor = Assessor(ruleset)
    session = assessor.session(
        as_of=day, assurance=circumstances.assurance, find_evidence=found_in(case), **given
    )
    for question, answer in case.get("answers", {}).items():
        session.answer(question, answer)
    assert session.result.judgement == expected
    if given or circumstances.assurance != "stated" or not case.get("answers"):
        return
    table = assessor.assess_table(pa.Table.from_pylist([case["answers"]]), as_of=day)
    (row,) = table.table.to_pylist()
    assert {f"status.{key}": one for key, one in expected.statuses.items()}.items() <= row.items()
    assert {f"verdict.{key}": one for key, one in expected.verdicts.items()}.items() <= row.items()


@pytest.mark.parametrize("file", FILES)
def test_many_at_once_and_one_by_one(file: str) -> None:
    """Bulk evaluation, a session and a table row give the same outcome."""
    for case in ALL:
        if case["file"] == file:
            try:
                hold_in_every_way(case)
            except BaseException as fault:
                fault.add_note(case["rule"])
                raise


def test_there_are_enough_cases_and_each_states_a_rule_of_its_own() -> None:
    """There are at least 60 cases, and no two state the same rule."""
    assert len(ALL) >= 60
    assert len({case["rule"] for case in ALL}) == len(ALL)
