"""Coverage, mutants, differences and lint of small rulesets are what trying everything shows."""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import pytest

import readiness
from readiness.assurance.cases import CaseFile, load_cases
from readiness.assurance.coverage import Coverage
from readiness.assurance.mutants import mutants
from readiness.assurance.mutations import mutants_of
from readiness.conditions import terms
from readiness.conditions.types import TRUTH
from readiness.documents.emitting import json_text
from readiness.evaluation.evaluator import Evaluator
from readiness.evaluation.interpreter import Interpreter
from readiness.evaluation.reconciliation import settle
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, in_words
from readiness.proving.occurrences import replaced, written_conditions
from tests.content.shipped import ruleset_of
from tests.docs.pages import ROOT
from tests.proving.small_rulesets import DAY, MIXED, judge, load, sheets, texts

COUNT = int(os.environ.get("READINESS_MUTATED", "15"))


def written(state: Any) -> Any:
    """Return a state as an answers document says it."""
    if isinstance(state, bool | int | str):
        return state
    return {"unknown": "w"} if state is UNKNOWN else {"not_applicable": "w"}


def with_cases(seed: int, folder: Path) -> tuple[readiness.Ruleset, CaseFile]:
    """Write a random ruleset and four cases that expect what it decides; return both."""
    questions, rules = texts(seed)
    (folder / "questionnaire.yaml").write_text(questions)
    (folder / "ruleset.yaml").write_text(rules)
    ruleset = load(questions, rules)
    evaluator, dice = Evaluator(ruleset), random.Random(seed)
    held = list(sheets())
    cases = []
    for number in range(4):
        sheet = dice.choice(held)
        judged = judge(ruleset, evaluator, sheet)
        key = dice.choice(list(ruleset.checks))
        expected = dice.choice(
            (
                {"checks": {key: judged.statuses[key]}},
                {"standings": dict(judged.standings)},
                {"gates": dict(judged.verdicts)},
            )
        )
        answers = {key: written(state) for key, state in sheet.items()}
        cases.append({"name": f"case {number}", "answers": answers, "expect": expected})
    document = {"format": "readiness/cases/1", "ruleset": "ruleset.yaml", "as_of": str(DAY)}
    (folder / "cases.yaml").write_text(json_text({**document, "cases": cases}, step=None))
    return ruleset, load_cases(folder / "cases.yaml")


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(COUNT))
def test_figures_of_mutants(seed: int, tmp_path: Path) -> None:
    """Killed are those that fail a case, equivalent those that decide every sheet alike."""
    ruleset, file = with_cases(seed, tmp_path)
    killed = equivalent = 0
    made = list(mutants_of(file.ruleset))
    everything = list(sheets())
    evaluator = Evaluator(file.ruleset)
    right = [judge(ruleset, evaluator, sheet) for sheet in everything]
    for one in made:
        if any(_differs(one.ruleset, case) for case in file.cases):
            killed += 1
            continue
        changed = Evaluator(one.ruleset)
        wrong = (judge(one.ruleset, changed, sheet) for sheet in everything)
        equivalent += all(a == b for a, b in zip(right, wrong, strict=True))
    found = mutants(file.ruleset, [file])
    assert (len(made), killed, equivalent) == (found.made, found.killed, found.equivalent)
    for survivor in found.survived:
        assert survivor.case is not None


ROWS = """\
format: readiness/ruleset/1
id: small
title: Small
questionnaire: small
areas: {t: {title: T}}
checks:
  one: {title: One, area: t, severity: major, met_when: "every(s.t, ok and n > 0)"}
"""
ROW_CASES = """\
format: readiness/cases/1
ruleset: ruleset.yaml
cases:
  - {name: a, answers: {s.t: [{ok: yes, n: 1}, {ok: no}]}, expect: {checks: {one: unmet}}}
  - {name: b, answers: {s.t: [{ok: yes, n: 0}]}, expect: {checks: {one: unmet}}}
"""


def test_conditions_on_rows_are_covered_and_changed(tmp_path: Path) -> None:
    """Each part of a condition on rows is one of its own; its numbers and operators are changed."""
    for name, text in (("questionnaire", MIXED), ("ruleset", ROWS), ("cases", ROW_CASES)):
        (tmp_path / f"{name}.yaml").write_text(text)
    file = load_cases(tmp_path / "cases.yaml")
    found = {one.text: one for one in readiness.coverage(file.ruleset, [file]).leaves}
    assert (found["ok"].seen, found["ok"].missing) == (("true", "false"), ("unknown",))
    assert found["n > 0"].missing == ()
    assert (found["ok"].decides, found["n > 0"].decides) == (False, True)
    kinds = {one.kind for one in mutants_of(file.ruleset) if one.owner == "one"}
    assert kinds == {"negated", "swapped", "dropped", "comparison", "bound"}


def _differs(ruleset: readiness.Ruleset, case: Any) -> bool:
    assessor = readiness.Assessor(ruleset)
    judged = assessor.assess_sheets((case.sheet,), case.circumstances).judgement
    found = {"checks": judged.statuses, "standings": judged.standings, "gates": judged.verdicts}
    return any(
        found[kind][key] != wanted
        for kind, held in case.expected.items()
        for key, wanted in held.items()
    )


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(COUNT))
def test_figures_of_coverage(seed: int, tmp_path: Path) -> None:
    """Outcomes, and what decides alone, are what the interpreter shows for each sheet."""
    ruleset, file = with_cases(seed, tmp_path)
    ruleset = file.ruleset
    given = [settle(ruleset.questions, (case.sheet,), case.circumstances) for case in file.cases]
    tried = [Interpreter(ruleset, answers) for answers in given]
    everything = []
    for sheet in sheets():
        one = Interpreter(ruleset, given[0])
        for key, state in sheet.items():
            one.case.single[key] = state  # type: ignore[index]
        for key in ruleset.ask_when:
            asked = one.asked(key)
            if asked is not True:
                one.case.single[key] = _hidden(asked)  # type: ignore[index]
        everything.append(one)
    seen = whole = shown = able = 0
    for condition in written_conditions(ruleset):
        for leaf in condition.leaves():
            outcomes = [
                {in_words(one.truth(leaf.term)) for one in held} & {"true", "false", "unknown"}
                for held in (tried, everything)
            ]
            seen, whole = seen + len(outcomes[0]), whole + len(outcomes[1])
            ends = [
                replaced(condition.term, leaf.path, terms.Constant(TRUTH, "", value))
                for value in (True, False)
            ]
            pairs = [_deciding(held, leaf.term, ends) for held in (tried, everything)]
            shown, able = shown + (len(pairs[0]) == 2), able + (len(pairs[1]) == 2)
    found: Coverage = readiness.coverage(ruleset, [file])
    assert found.figures["leaves"] == (seen, whole)
    assert found.figures["mcdc"] == (shown, able)


def _hidden(asked: Any) -> Any:
    return UNKNOWN if asked is UNKNOWN else NOT_APPLICABLE


def _deciding(held: list[Interpreter], leaf: Any, ends: list[Any]) -> set[bool]:
    """The values of a leaf with which it alone decides its condition on some sheet."""
    found = set()
    for one in held:
        high, low = (one.truth(end) for end in ends)
        value = one.truth(leaf)
        if isinstance(value, bool) and {high, low} == {True, False}:
            found.add(value)
    return found


@pytest.mark.slow
def test_what_crm_regulated_changes() -> None:
    """The extension adds ten checks, drops one, tightens three, and four of five gates."""
    found = readiness.difference(ruleset_of("crm-readiness"), ruleset_of("crm-regulated"))
    changes: dict[str, set[str]] = {}
    for one in found.checks:
        changes.setdefault(one.change, set()).add(one.id)
    assert changes.pop("equal")
    assert changes == {
        "added": {
            "protection-officer-designated", "lawful-bases-known", "consent-recorded",
            "processing-recorded", "retention-periods-set", "erasure-carried-out",
            "data-residency-known", "transfers-grounded", "access-logged", "access-logs-reviewed",
        },
        "removed": {"complexity-suits-small-company"},
        "stricter": {"external-data-secured", "privacy-policy", "crm-in-use"},
    }  # fmt: skip
    assert {one.id: one.change for one in found.gates} == {
        "commit": "equal", "plan": "stricter", "select": "stricter", "launch": "stricter",
        "sustain": "stricter",
    }  # fmt: skip
    by_id = {one.id: one for one in (*found.checks, *found.gates)}
    assert by_id["privacy-policy"].wording["met_when"] == (
        (), ("within_last(privacy.reviewed_on, 366)",),
    )  # fmt: skip
    assert by_id["data-quality-known"].wording["severity"] == (("major",), ("critical",))
    assert by_id["complexity-suits-small-company"].reason.startswith("The law requires no less")
    for one in by_id.values():
        assert (one.change == "stricter") is (one.witness is not None)
        if one.witness is not None:
            worse = {"met": "undetermined", "ready": "premature", "go": "undetermined"}
            assert one.after == worse[one.before]


def test_an_extension_is_changed_only_where_it_adds() -> None:
    """Requirements and entries of gates that a ruleset inherits are tested where they are added."""
    made = [one for one in mutants_of(ruleset_of("crm-regulated")) if one.condition is None]
    homes = {Path(one.place.excerpt.place.file).parent.name for one in made}
    assert homes == {"crm-regulated"}
    changed = {one.owner for one in made}
    assert {"privacy-policy", "launch"} <= changed
    assert "commit" not in changed  # its requirements are those of crm-readiness


def test_every_rule_has_its_page() -> None:
    """Each finding about conditions has a page with the same headings."""
    pages = sorted((ROOT / "docs" / "rules").glob("*.md"))
    assert len(pages) == 19
    for page in pages:
        text = page.read_text(encoding="utf-8")
        heads = [line for line in text.splitlines() if line.startswith("#")]
        assert heads == [f"# {page.stem}", "## Why", "## Example", "## Fix"]
