"""Which open checks stand right before a check."""

from __future__ import annotations

import random

import networkx as nx
import pytest

from readiness.dependencies.sequence import Sequence
from tests.semantics.harness import ruleset_of


@pytest.mark.parametrize("seed", range(60))
def test_the_nearest_open_checks(seed: int) -> None:
    """They are the edges of the transitive reduction of the order among the open checks."""
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
    sequence = Sequence(ruleset_of({"questions": {"s.a": "yes_no"}, "checks": checks}), is_open)
    for key in is_open:
        assert set(sequence.nearest(key)) == set(among_open.predecessors(key))
