"""Things that wait for one another in a circle."""

from __future__ import annotations

import graphlib
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map

from readiness.problems import Located, Problems

Edges = Map[str, Sequence[str]]


def topological(edges: Edges) -> list[str] | None:
    """The keys, each after all that its edges lead to; None when some go round in a circle."""
    known = {key: [end for end in ends if end in edges] for key, ends in edges.items()}
    try:
        return list(graphlib.TopologicalSorter(known).static_order())
    except graphlib.CycleError:
        return None


def cycles(edges: Edges) -> list[list[str]]:
    """One circle for each knot of keys that wait for one another, in the order of the keys.

    A circle starts with its first key and does not repeat it at the end.
    """
    import networkx as nx  # wanted only once something is wrong

    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(edges)
    graph.add_edges_from((key, end) for key, ends in edges.items() for end in ends if end in edges)
    rank = {key: number for number, key in enumerate(edges)}
    found = []
    for knot in nx.strongly_connected_components(graph):
        first = min(knot, key=rank.__getitem__)
        if len(knot) == 1 and not graph.has_edge(first, first):
            continue
        circle = nx.find_cycle(graph.subgraph(sorted(knot, key=rank.__getitem__)), first)
        found.append(_from_first([start for start, _ in circle], rank))
    return sorted(found, key=lambda circle: rank[circle[0]])


def _from_first(circle: list[str], rank: Map[str, int]) -> list[str]:
    turn = circle.index(min(circle, key=rank.__getitem__))
    return circle[turn:] + circle[:turn]


def refuse_cycles(
    kind: str, edges: Edges, place: Callable[[str, str], Located], problems: Problems
) -> list[str]:
    """The keys in topological order; where there is none, a problem for each circle.

    `place` says where the edge from one key to another is written.
    """
    if (order := topological(edges)) is not None:
        return order
    for circle in cycles(edges):
        ends = [*circle[1:], circle[0]]
        places = [place(start, end) for start, end in zip(circle, ends, strict=True)]
        path = " → ".join([*circle, circle[0]])
        problems.add("cycle", *places, kind=kind, path=path)
    return list(edges)
