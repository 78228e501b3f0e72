"""A ruleset as far as it is in the scope of an engagement.

A check out of scope keeps its status, and nothing waits for it. A question out of scope is not
asked. A gate out of scope has no verdict; the gates after it come after those before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import replace

from readiness.conditions.terms import Constant
from readiness.conditions.types import TRUTH
from readiness.dependencies.graph import members
from readiness.dependencies.ruleset import Exclusions, Ruleset
from readiness.model.engagement import SCOPED, Exclusion
from readiness.problems.values import FrozenDict


def scoped(ruleset: Ruleset, exclusions: Iterable[Exclusion]) -> Ruleset:
    """Return a ruleset without what is out of scope; all else, and its documents, are the same."""
    whole, held = ruleset.scope.whole or ruleset, tuple(exclusions)
    if held == ruleset.scope.stated:
        return ruleset
    if not held:
        return whole
    by_kind: dict[str, dict[str, Exclusion]] = {kind: {} for kind in SCOPED.values()}
    for one in held:
        by_kind[one.kind][one.id] = one
    questions = {
        key: found
        for key, one in whole.questions.items()
        if (found := by_kind["question"].get(key) or by_kind["section"].get(one.section))
    }
    hidden = {key: Constant(TRUTH, "out of scope", False) for key in questions}
    gates = {
        key: gate
        if key in by_kind["gate"]
        else replace(gate, after=_after(whole, key, by_kind["gate"]))
        for key, gate in whole.checklist.gates.items()
    }
    return replace(
        whole,
        checklist=replace(whole.checklist, gates=FrozenDict(gates)),
        ask_when=FrozenDict({**whole.ask_when, **hidden}),
        scope=Exclusions(
            held, _checks(whole, by_kind), FrozenDict(by_kind["gate"]), questions, whole
        ),
    )


def _checks(ruleset: Ruleset, by_kind: Map[str, Map[str, Exclusion]]) -> Map[str, Exclusion]:
    """Return the checks out of scope in the order of the ruleset: each by itself, or by its area.

    So are those that only gates out of scope require or recommend, directly or further up.
    """
    found = {
        key: one
        for key, check in ruleset.checks.items()
        if (one := by_kind["check"].get(key) or by_kind["area"].get(check.area))
    }
    graph, wanted = ruleset.graph, dict[str, int]()
    for key, gate in ruleset.gates.items():
        wanted[key] = graph.with_upstream((*gate.requires, *gate.advises))
    out, kept = 0, 0
    for key, bits in wanted.items():
        if key in by_kind["gate"]:
            out |= bits
        else:
            kept |= bits
    out &= ~(kept | graph.bits(found))
    others = (key for position, key in enumerate(graph.ids) if not out >> position & 1)
    out &= ~graph.with_upstream(key for key in others if key not in found)
    for position in members(out):
        one = next(one for key, one in by_kind["gate"].items() if wanted[key] >> position & 1)
        found[graph.ids[position]] = one
    return FrozenDict({key: found[key] for key in ruleset.checks if key in found})


def _after(ruleset: Ruleset, gate: str, out: Map[str, Exclusion]) -> tuple[str, ...]:
    """Return the gates in scope that a gate comes after, directly or through gates out of scope."""

    def nearest(key: str) -> Iterator[str]:
        for earlier in ruleset.checklist.gates[key].after:
            if earlier in out:
                yield from nearest(earlier)
            else:
                yield earlier

    return tuple(dict.fromkeys(nearest(gate)))
