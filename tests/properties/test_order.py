"""Standings, order, blockers, verdicts and scores follow from the statuses by definition."""

from __future__ import annotations

from collections.abc import Callable
from itertools import chain
from typing import Any

from readiness.result.assessment import Assessment
from tests.properties.expected import Expected
from tests.properties.pairs import Pair
from tests.properties.shrinking import hold

Compared = Callable[[Expected, Assessment], tuple[Any, Any]]


def standings(expected: Expected, found: Assessment) -> tuple[Any, Any]:
    """Assert that each standing follows from what is open: the check itself and upstream."""
    wanted = {key: expected.standing(key) for key in expected.statuses}
    return wanted, {key: check.standing for key, check in found.checks.items()}


def verdicts(expected: Expected, found: Assessment) -> tuple[Any, Any]:
    """Assert that each verdict follows from what the gate waits for and from earlier gates."""
    return (
        list(expected.verdicts.items()),
        [(key, gate.verdict) for key, gate in found.gates.items()],
    )


def waves(expected: Expected, found: Assessment) -> tuple[Any, Any]:
    """Assert that the order has every open check, by wave and by rank within a wave."""
    return expected.order, [list(wave) for wave in found.order]


def first_wave(expected: Expected, found: Assessment) -> tuple[Any, Any]:
    """Assert that wave 1 contains exactly the actionable checks."""
    actionable = {key for key in expected.statuses if expected.standing(key) == "actionable"}
    return actionable, set(found.order[0]) if found.order else set()


def blockers(expected: Expected, found: Assessment) -> tuple[Any, Any]:
    """Assert that the blockers are the open checks that something waits for, in order."""
    everything = chain.from_iterable(expected.order)
    return [k for k in everything if k in expected.blockers], list(found.blockers)


def root_blockers(expected: Expected, found: Assessment) -> tuple[Any, Any]:
    """Assert that the root blockers are the blockers with nothing open upstream, in order."""
    everything = chain.from_iterable(expected.order[:1])
    return [k for k in everything if k in expected.blockers], list(found.root_blockers)


def waiting(expected: Expected, found: Assessment) -> tuple[Any, Any]:
    """Assert what each check waits for, its roots, what waits for it, and its gates."""
    everything = list(chain.from_iterable(expected.order))
    wanted = {
        key: (
            [k for k in everything if k in expected.open_above(key)],
            [k for k in everything if k in expected.open_above(key) and expected.wave[k] == 1],
            [k for k in everything if k in expected.open_below(key)],
            [gate for gate in expected.gates if key in expected.waits_for(gate)],
        )
        for key in expected.statuses
    }
    return wanted, {
        key: tuple(map(list, (c.waits_for, c.root_blockers, c.holds, c.gates)))
        for key, c in found.checks.items()
    }


def gate_waiting(expected: Expected, found: Assessment) -> tuple[Any, Any]:
    """Assert that each gate lists the open checks that it waits for, in order."""
    everything = list(chain.from_iterable(expected.order))
    wanted = {
        gate: [k for k in everything if k in expected.waits_for(gate) and gate in expected.gates]
        for gate in expected.gate_order
    }
    return wanted, {key: list(gate.waits_for) for key, gate in found.gates.items()}


def scores(expected: Expected, found: Assessment) -> tuple[Any, Any]:
    """Assert the scores: low treats undetermined as unmet, high as met; in total and by area."""
    wanted = {area: expected.score(area) for area in ("", *found.ruleset.areas)}
    held = {"": found.score, **found.area_scores}
    return wanted, {area: (score.low, score.high) for area, score in held.items()}


def out_of_scope(expected: Expected, found: Assessment) -> tuple[Any, Any]:
    """Assert what is out of scope, and which of it each gate would require."""
    gates = {gate: expected.out & expected.waits_for(gate) for gate in expected.gate_order}
    held = {key: set(gate.out_of_scope) for key, gate in found.gates.items()}
    return (expected.out, gates), (set(found.out_of_scope), held)


ALL = (
    out_of_scope, standings, verdicts, waves, first_wave, blockers, root_blockers, waiting,
    gate_waiting, scores,
)  # fmt: skip


def test_what_follows_from_the_statuses(pairs: list[Pair]) -> None:
    """What the engine derives from the statuses equals what their definitions give."""

    def rule(pair: Pair) -> str:
        expected, found = Expected(pair.case, dict(pair.judgement.statuses)), pair.assessment()
        for compared in ALL:
            wanted, actual = compared(expected, found)
            if wanted != actual:
                return f"{compared.__name__}: {wanted} != {actual}"
        return ""

    hold(rule, pairs)


def test_the_order_respects_every_edge(pairs: list[Pair]) -> None:
    """Each open check is once in the order, in a later wave than every open check upstream."""

    def rule(pair: Pair) -> str:
        found = pair.assessment()
        wave = {key: number for number, keys in enumerate(found.order) for key in keys}
        if sum(map(len, found.order)) != len(wave):
            return f"twice: {found.order}"
        expected = Expected(pair.case, dict(pair.judgement.statuses))
        if set(wave) != expected.open:
            return f"not the open checks: {found.order}"
        for key, number in wave.items():
            late = [above for above in expected.open_above(key) if wave[above] >= number]
            if late:
                return f"too early: {key} before {late}"
        return ""

    hold(rule, pairs)
