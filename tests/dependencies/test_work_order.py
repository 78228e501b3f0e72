"""The order in which open checks should be closed, and which checks come before which."""

from __future__ import annotations

import random

import networkx as nx
import pytest

from readiness.dependencies.graph import members
from readiness.dependencies.work_order import WorkOrder
from tests.dependencies.ordering import Plainly, drawn
from tests.semantics.harness import ruleset_of


@pytest.mark.parametrize("seed", range(60))
def test_the_nearest_open_checks(seed: int) -> None:
    """The nearest are the edges of the transitive reduction of the order among open checks."""
    rng = random.Random(seed)
    ids = [f"c{number}" for number in range(rng.randrange(1, 16))]
    checks = {
        key: {"met_when": "s.a", "requires": [x for x in ids[:n] if rng.random() < rng.random()]}
        for n, key in enumerate(ids)
    }
    is_open = {key for key in ids if rng.random() < 0.7}
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(ids)
    graph.add_edges_from((need, key) for key in ids for need in checks[key]["requires"])
    among_open = nx.transitive_reduction(nx.transitive_closure(graph).subgraph(is_open))
    sequence = WorkOrder(ruleset_of({"questions": {"s.a": "yes_no"}, "checks": checks}), is_open)
    for key in is_open:
        assert set(sequence.nearest(key)) == set(among_open.predecessors(key))


@pytest.mark.parametrize("most", [1, 4, 12, 40, 90])
@pytest.mark.parametrize("share", [0.0, 0.1, 0.6, 1.0])
def test_orders_and_lists_are_those_worked_out_check_by_check(most: int, share: float) -> None:
    """Waves, blockers and waiting lists equal those that are calculated check by check."""
    draw = random.Random(f"sequence {most} {share}")
    for _ in range(4):
        ruleset = drawn(draw, most)
        is_open = {key for key in ruleset.checks if draw.random() < share}
        found, plainly = WorkOrder(ruleset, is_open), Plainly(ruleset, is_open)
        order, first = plainly.order, {key for key in is_open if plainly.wave[key] == 1}
        waves = range(1, max(plainly.wave.values(), default=0) + 1)
        assert found.waves == tuple(
            tuple(key for key in order if plainly.wave[key] == number) for number in waves
        )
        blockers = {key for key in is_open if plainly.is_blocker(key)}
        assert found.blockers == plainly.listed(blockers)
        assert found.root_blockers == plainly.listed(blockers & first)
        assert {ruleset.graph.ids[n] for n in members(found.open)} == is_open
        for key in ruleset.checks:
            above = plainly.above(key)
            assert found.waits_for(key) == plainly.listed(above)
            assert found.roots_of(key) == plainly.listed(above & first)
            assert found.holds(key) == plainly.listed(plainly.below(key))
            assert ruleset.ranking.gates_of[key] == tuple(plainly.gates_of(key))
        for gate in ruleset.ranking.gates:
            waited_for = [key for key in ruleset.checks if gate in plainly.gates_of(key)]
            assert found.by_gate[gate] == plainly.listed(waited_for)
