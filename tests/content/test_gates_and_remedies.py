"""Shipped rulesets demand nothing minor, and nothing that the check's own remedy cannot fix."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from readiness import Ruleset
from readiness.assessing import Assessor
from readiness.conditions.terms import Cell, Derived, Over, Term, canonical, walk
from readiness.documents.nodes import Node
from readiness.loading.files import load
from readiness.model.fields import child, elements, entries
from readiness.problems import Problems
from tests.content.coverage import behind
from tests.content.shipped import EACH as EACH_IN_ITS_LANE
from tests.content.shipped import FILES, RULESETS, cases_of, ruleset_of

EACH = pytest.mark.parametrize("name", RULESETS)

# Past events and facts about the company: no remedy changes the answers to these.
FACTS = frozenset(
    {
        "programme.starts_on",
        "milestones.starts_on",
        "customer.definition_settled_on",
        "complexity.employees",
        "evaluation.it_pushes",
        "evaluation.it_reasons",
        "portfolio.number",
        "returns.hurdle_rate",
        "officer.due",
        "grants.any",
    }
)


@pytest.mark.parametrize("name", EACH_IN_ITS_LANE)
def test_every_check_is_cleared_by_its_remedy_in_some_case(name: str) -> None:
    """Each check has a case in which its remedy clears it, in its ruleset or an extended one."""
    assert [check for check in ruleset_of(name).checks if not shown(name, check)] == []


def shown(name: str, check: str) -> bool:
    """Return whether cases of a ruleset, or of those it extends, show that a remedy clears a check.

    If an extension inherits condition and remedy unchanged, a case of the extended ruleset counts.
    """
    if any(case.name == f"{check}: remedied" for case in cases_of(name).cases):
        return True
    ruleset = ruleset_of(name)
    return any(
        check in ruleset_of(parent).checks
        and same(ruleset, ruleset_of(parent), check)
        and shown(parent, check)
        for parent in parents(ruleset)
    )


def parents(ruleset: Ruleset) -> list[str]:
    """Return the ids of the rulesets that a ruleset extends."""
    return [one.split()[0] for one in ruleset.checklist.node.plain().get("extends", [])]


def same(one: Ruleset, other: Ruleset, check: str) -> bool:
    """Return whether a check has the same remedy, conditions and derived values in two rulesets."""
    return said(one, check) == said(other, check)


def said(ruleset: Ruleset, check: str) -> list[str]:
    """Return the parts of a check that decide whether its remedy clears it."""
    terms = [
        found for held in (ruleset.met_when, ruleset.applies_when) if (found := held.get(check))
    ]
    derived = [part.body for term in terms for part in walk(term) if isinstance(part, Derived)]
    return [ruleset.checks[check].remedy.action, *(canonical(term) for term in (*terms, *derived))]


@EACH
def test_no_remedy_changes_what_has_happened(name: str) -> None:
    """A remedied case changes only answers that somebody can still change."""
    document = load(FILES[name], "cases", Problems())
    assert document is not None
    changed = {one.plain() for node in remedies(document.tree) for one in elements(node)}
    assert changed & FACTS == set()


def remedies(root: Node | None) -> Iterator[Node]:
    """Return the question lists under `remedied` of all checks in a file of cases."""
    for _, held in entries(child(root, "checks")):
        found = child(held, "remedied")
        if found is not None:
            yield found


@EACH
def test_no_gate_requires_a_minor_check(name: str) -> None:
    """Minor checks are advised: no gate waits for them, directly or through other checks."""
    ruleset = ruleset_of(name)
    for gate in ruleset.gates.values():
        needed = behind(ruleset, gate.requires)
        assert [key for key in needed if ruleset.checks[key].severity == "minor"] == [], gate.id


@EACH
def test_every_column_is_read(name: str) -> None:
    """Every column that respondents fill in is read by a check."""
    ruleset = ruleset_of(name)
    asked = {
        (question.id, column)
        for question in ruleset.questions.values()
        for column in question.columns
    }
    assert asked - set(read_columns(ruleset)) == set()


def read_columns(ruleset: Ruleset) -> Iterator[tuple[str, str]]:
    """Return the columns that the conditions of a ruleset read, by question."""
    held: list[Mapping[str, Term]] = [ruleset.met_when, ruleset.applies_when]
    for term in (one for conditions in held for one in conditions.values()):
        for over in walk(term):
            if isinstance(over, Over) and over.table is not None:
                table = over.table.text
                yield from (
                    (table, cell.column) for cell in walk(over.part) if isinstance(cell, Cell)
                )


def test_with_one_project_at_most_twelve_checks_do_not_apply() -> None:
    """A company with one project is asked nearly as much as one with several."""
    name = "A company with one project must cover packages, change, tests, life cycle and suppliers"
    case = next(one for one in cases_of("crm-readiness").cases if one.name == name)
    assessor = Assessor(ruleset_of("crm-readiness"))
    found = assessor.assess_sheets((case.sheet,), case.circumstances).judgement.statuses
    assert len([status for status in found.values() if status == "not_applicable"]) <= 12
