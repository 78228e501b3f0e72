"""The critical path method, against networkx's longest paths."""

from __future__ import annotations

import random
from fractions import Fraction
from itertools import pairwise

import networkx as nx
import pytest

from readiness.planning.network import Network
from tests.lanes import first_of

Graph = nx.DiGraph  # of the activities; `days` holds each duration


def drawn(seed: int) -> Graph[str]:
    """Return a random graph without cycles: sparse or dense, with fractional and zero durations."""
    rng = random.Random(seed)
    ids = [f"a{number}" for number in range(rng.randrange(1, 25))]
    rng.shuffle(ids)
    density = rng.choice([0.0, 0.1, 0.3, 0.8])
    graph: Graph[str] = nx.DiGraph()
    for key in ids:
        days = rng.choice([0, rng.randrange(1, 20), rng.randrange(1, 60), rng.randrange(1, 9)])
        graph.add_node(key, days=Fraction(days, rng.choice([1, 1, 2, 3, 10])))
    for number, key in enumerate(ids):
        for before in ids[:number]:
            if rng.random() < density:
                graph.add_edge(before, key)
    return graph


def network_of(graph: Graph[str]) -> Network:
    """Return the same graph as a network."""
    return Network(
        order=list(nx.topological_sort(graph)),
        durations={key: graph.nodes[key]["days"] for key in graph},
        predecessors={key: list(graph.predecessors(key)) for key in graph},
    )


def longest_to(graph: Graph[str], key: str) -> Fraction:
    """Return the longest path that ends right before an activity, calculated by networkx.

    Each edge weighs as much as the duration of the activity it starts from.
    """
    part: Graph[str] = nx.DiGraph()
    part.add_node(key)
    above = nx.ancestors(graph, key) | {key}
    part.add_edges_from(
        (one, other, {"weight": graph.nodes[one]["days"]})
        for one, other in graph.subgraph(above).edges
    )
    return Fraction(nx.dag_longest_path_length(part))


@pytest.mark.parametrize("block", first_of(12, 1))
def test_times_are_longest_paths(block: int) -> None:
    """Earliest starts are longest paths from the start, latest finishes those to the end.

    This is exact in 600 random graphs.
    """
    for seed in range(50 * block, 50 * block + 50):
        graph = drawn(seed)
        days = nx.get_node_attributes(graph, "days")
        back = graph.reverse()
        starts = {key: longest_to(graph, key) for key in graph}
        end = max(starts[key] + days[key] for key in graph)
        for key, times in network_of(graph).times().items():
            latest_finish = end - longest_to(back, key)
            latest_start = latest_finish - days[key]
            assert times.earliest_start == float(starts[key])
            assert times.earliest_finish == float(starts[key] + days[key])
            assert times.latest_finish == float(latest_finish)
            assert times.latest_start == float(latest_start)
            assert times.slack == float(latest_start - starts[key])


@pytest.mark.parametrize("first", range(0, 600, 50))
def test_the_critical_path_is_a_path_that_takes_as_long_as_the_whole(first: int) -> None:
    """Activities on the critical path are consecutive, have no slack, and add up to the total."""
    for seed in range(first, first + 50):
        graph = drawn(seed)
        network = network_of(graph)
        days = nx.get_node_attributes(graph, "days")
        path = network.critical_path(network.order)
        assert float(sum(days[key] for key in path)) == network.days(network.order)
        assert all(graph.has_edge(*step) for step in pairwise(path))
        assert {network.times()[key].slack for key in path} <= {0}


@pytest.mark.parametrize("seed", range(100))
def test_the_days_until_some_activities_are_those_of_their_own_graph(seed: int) -> None:
    """The days until some activities finish depend only on what these wait for."""
    graph = drawn(seed)
    network = network_of(graph)
    ends = random.Random(seed).sample(list(graph), k=1 + len(graph) // 4)
    above = set(ends).union(*(nx.ancestors(graph, key) for key in ends))
    alone = network_of(graph.subgraph(above).copy())
    assert network.days(ends) == alone.days(alone.order)
    path = network.critical_path(ends)
    assert float(sum(graph.nodes[key]["days"] for key in path)) == network.days(ends)


def test_thirds_make_a_whole() -> None:
    """Durations are exact: three thirds of a day in a row are exactly one day."""
    keys = [str(number) for number in range(300)]
    network = Network(
        keys,
        dict.fromkeys(keys, Fraction(1, 3)),
        {key: keys[max(number - 1, 0) : number] for number, key in enumerate(keys)},
    )
    assert network.days(keys) == 100
    assert {times.slack for times in network.times().values()} == {0}
    assert network.times()["3"].earliest_start == 1


def test_nothing_to_do() -> None:
    """A network without activities takes no time and has no critical path."""
    network = Network((), {}, {})
    assert network.times() == {}
    assert network.days(()) == 0
    assert network.critical_path(()) == ()


def test_of_equally_long_paths_the_first_is_named() -> None:
    """If two chains take equally long, the one that comes first in the order is named."""
    network = Network(
        ("a", "b", "c"),
        {key: Fraction(2) for key in "abc"},
        {"a": (), "b": (), "c": ("b", "a")},
    )
    assert network.critical_path("cba") == ("a", "c")
    assert network.critical_path("ba") == ("a",)


def test_what_takes_no_time_decides_nothing() -> None:
    """If no activity takes time there is no critical path."""
    network = Network(("a", "b"), dict.fromkeys("ab", Fraction(0)), {"a": (), "b": ("a",)})
    assert network.critical_path("ab") == ()
