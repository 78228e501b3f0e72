"""The dependency graph of a ruleset's checks, in bit sets over topological positions.

And the description of things that wait for one another in a circle.
"""

from __future__ import annotations

import graphlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from typing import TYPE_CHECKING

from readiness.problems import Located, Problems

if TYPE_CHECKING:
    import networkx as nx

    from readiness.model.ruleset import Checklist


class Graph:
    """Checks by position: each stands after all that it requires, directly or further up.

    Sets of checks are integers; bit `i` stands for the check at position `i`. Calling the graph of
    a ruleset returns it with attributes, for networkx.
    """

    def __init__(
        self,
        order: Sequence[str],
        requires: Map[str, Sequence[str]],
        checklist: Checklist | None = None,
    ) -> None:
        self._checklist = checklist
        self.ids: tuple[str, ...] = tuple(order)
        self.position: dict[str, int] = {key: number for number, key in enumerate(self.ids)}
        self.requires: tuple[tuple[int, ...], ...] = tuple(
            tuple(self.position[need] for need in requires[key]) for key in self.ids
        )
        self.required_by: list[list[int]] = [[] for _ in self.ids]
        for position, needs in enumerate(self.requires):
            for need in needs:
                self.required_by[need].append(position)
        self.upstream: tuple[int, ...] = self._closure(self.requires, range(len(self.ids)))
        self.downstream: tuple[int, ...] = self._closure(
            self.required_by, reversed(range(len(self.ids)))
        )

    def __call__(self) -> nx.DiGraph[str]:
        """Return checks and gates as a new `networkx.DiGraph`; edges lead to what waits.

        A node has `kind`, which is check or gate, and `title`; a check has its `area` and
        `severity`. Gates are named `gate:ID`. An edge has `relation`: requires, advises or after.
        """
        import networkx as nx  # takes long to import, and only this needs it

        graph: nx.DiGraph[str] = nx.DiGraph()
        assert self._checklist is not None
        for key, check in self._checklist.checks.items():
            facts = {"title": check.title, "area": check.area, "severity": check.severity}
            graph.add_node(key, kind="check", **facts)
            graph.add_edges_from(((need, key) for need in check.requires), relation="requires")
        for key, gate in self._checklist.gates.items():
            name = f"gate:{key}"
            graph.add_node(name, kind="gate", title=gate.title)
            graph.add_edges_from(((need, name) for need in gate.advises), relation="advises")
            graph.add_edges_from(((need, name) for need in gate.requires), relation="requires")
            graph.add_edges_from(((f"gate:{end}", name) for end in gate.after), relation="after")
        return graph

    def _closure(self, edges: Sequence[Sequence[int]], order: Iterable[int]) -> tuple[int, ...]:
        reach = [0] * len(self.ids)
        for position in order:
            found = 0
            for end in edges[position]:
                found |= reach[end] | (1 << end)
            reach[position] = found
        return tuple(reach)

    def bits(self, ids: Iterable[str]) -> int:
        """The set of the given checks."""
        return sum(1 << self.position[key] for key in set(ids))

    def named(self, bits: int) -> list[str]:
        """The checks in a set, each after all that it requires."""
        return [self.ids[position] for position in members(bits)]

    def with_upstream(self, ids: Iterable[str]) -> int:
        """The set of the given checks and all that is upstream of them."""
        found = 0
        for key in ids:
            position = self.position[key]
            found |= self.upstream[position] | (1 << position)
        return found

    def nearest(self, position: int, among: int) -> Iterator[int]:
        """Those of a set upstream of a check that lead to it over no other one of the set."""
        rest = self.upstream[position] & among
        while rest:
            last = rest.bit_length() - 1  # nothing that is left has it upstream
            yield last
            rest &= ~(self.upstream[last] | 1 << last)


# A set that is denser than one member in this number of positions is scanned by position.
_SPARSE = 16


def members(bits: int) -> Iterator[int]:
    """The positions in a set, lowest first."""
    if bits.bit_count() * _SPARSE > bits.bit_length():
        # Taking the lowest one out copies the whole set each time.
        digits = bin(bits)[:1:-1]
        found = digits.find("1")
        while found >= 0:
            yield found
            found = digits.find("1", found + 1)
        return
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


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
