"""Rulesets in a small neutral form that engines with only two values can also evaluate.

Each check has two formulas: one is true when its condition is definitely true, the other when it is
definitely false. Leaves read one answer and are false when it is missing; there is no negation,
because a negated leaf is a separate leaf. So an engine without a third value decides the same three
outcomes: met, unmet, and undetermined where neither formula is true.

This covers what the workloads contain: yes_no, number and choice questions that are always asked,
and checks that always apply. Anything else raises `TypeError`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from readiness.conditions import terms
from readiness.conditions.terms import Term
from readiness.dependencies.ruleset import Ruleset

_OPPOSITE = {"<": ">=", ">=": "<", ">": "<=", "<=": ">", "==": "!=", "!=": "=="}


@dataclass(frozen=True, slots=True)
class Is:
    """The answer is this yes or no."""

    question: str
    value: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """The answer is a number that satisfies this comparison."""

    question: str
    operator: str
    number: float


@dataclass(frozen=True, slots=True)
class OneOf:
    """The answer is one of the named options of its question."""

    question: str
    options: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class All:
    """All parts are true."""

    parts: tuple[Formula, ...]


@dataclass(frozen=True, slots=True)
class Any:
    """At least one part is true."""

    parts: tuple[Formula, ...]


Leaf: TypeAlias = Is | Compared | OneOf
Formula: TypeAlias = Leaf | All | Any


@dataclass(frozen=True, slots=True)
class Check:
    """When a check is met and when unmet, and what it requires directly."""

    id: str
    met: Formula
    unmet: Formula
    requires: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Gate:
    """What a gate waits for directly: checks, and earlier gates."""

    id: str
    requires: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Encoded:
    """A ruleset: questions with their types, checks and gates, each after what it waits for."""

    kinds: Mapping[str, str]
    options: Mapping[str, tuple[str, ...]]
    checks: tuple[Check, ...]
    gates: tuple[Gate, ...]


def encoded(ruleset: Ruleset) -> Encoded:
    """Return the neutral form; raise `TypeError` for anything that the workloads do not have."""
    if ruleset.ask_when or ruleset.applies_when:
        raise TypeError("questions with ask_when and checks with applies_when")
    graph = ruleset.graph
    checks = tuple(
        Check(
            key,
            formula(ruleset.met_when[key], holds=True),
            formula(ruleset.met_when[key], holds=False),
            tuple(graph.ids[need] for need in graph.requires[position]),
        )
        for position, key in enumerate(graph.ids)
    )
    gates = tuple(
        Gate(key, tuple(ruleset.gates[key].requires), tuple(ruleset.gates[key].after))
        for key in ruleset.gate_order
    )
    questions = ruleset.questions.items()
    return Encoded(
        {key: question.type for key, question in questions},
        {key: tuple(question.options) for key, question in questions},
        checks,
        gates,
    )


def formula(term: Term, *, holds: bool) -> Formula:
    """Return the formula for the condition being definitely true or definitely false."""
    match term:
        case terms.Derived(body=body):
            return formula(body, holds=holds)
        case terms.Not(part=part):
            return formula(part, holds=not holds)
        case terms.Junction(kind=kind, parts=parts):
            below = tuple(formula(part, holds=holds) for part in parts)
            return All(below) if (kind == "all") is holds else Any(below)
        case terms.Answer(question=question) if question.type == "yes_no":
            return Is(question.id, holds)
        case terms.Comparison(
            operator=operator,
            left=terms.Answer(question=question),
            right=terms.Constant(value=int() | float() as number),
        ):
            return Compared(question.id, operator if holds else _OPPOSITE[operator], number)
        case terms.Membership(
            item=terms.Answer(question=question), collection=terms.Constant(value=tuple() as named)
        ):
            wanted = holds is not term.negated
            return OneOf(
                question.id, tuple(one for one in question.options if (one in named) is wanted)
            )
    raise TypeError(f"no workload has {term.text!r}")


def questions(found: Formula) -> frozenset[str]:
    """Return the questions that a formula reads."""
    if isinstance(found, All | Any):
        return frozenset().union(*map(questions, found.parts))
    return frozenset({found.question})


def holds(found: Formula, answers: Mapping[str, object]) -> bool:
    """Evaluate a formula on plain answers: the reference meaning of the encoding, for tests."""
    match found:
        case All(parts=parts):
            return all(holds(part, answers) for part in parts)
        case Any(parts=parts):
            return any(holds(part, answers) for part in parts)
        case Is(question=question, value=value):
            return answers.get(question) is value
        case OneOf(question=question, options=options):
            return answers.get(question) in options
        case Compared(question=question, operator=operator, number=number):
            answer = answers.get(question)
            return isinstance(answer, int | float) and _compare(operator, answer, number)


def _compare(operator: str, left: float, right: float) -> bool:
    return {
        "<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right,
        "==": left == right, "!=": left != right,
    }[operator]  # fmt: skip


def flat(question: str) -> str:
    """Return a question's id as one name, for engines in which a dot has a meaning."""
    return question.replace(".", "_")
