"""What is drawn: checks, gates, and an edge from each to what waits for it next."""

from __future__ import annotations

import importlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TypeVar

from readiness.dependencies.graph import Graph, members
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.formatting import join_names
from readiness.planning.plan import plan
from readiness.problems import refuse_unknown
from readiness.reports.phrasing import DECISIONS, STATUSES, count_noun, verdict_of
from readiness.result.assessment import Assessment

T = TypeVar("T")
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class GraphNode:
    """A check, or a gate, which has only key, id, title and status.

    `key` is what edges call it: the id of a check, and for a gate what no id of a check reads like.
    `status` is the status of a check and the verdict of a gate, `words` that verdict in words. Both
    are empty where nothing is assessed, as are `standing` and `decision`, the decision that alone
    closes a check. `area` is the title of its area, `wave` the number of its wave, 0 for a closed
    check.
    """

    key: str
    id: str
    title: str
    status: str = ""
    area: str = ""
    severity: str = ""
    owner: str = ""
    standing: str = ""
    decision: str = ""
    wave: int = 0
    is_critical: bool = False
    words: str = ""

    @property
    def is_gate(self) -> bool:
        """Whether it is a gate."""
        return self.key != self.id

    @property
    def state(self) -> str:
        """The status of a check, or the decision that closes it; the verdict of a gate."""
        return self.decision or self.status


@dataclass(frozen=True, slots=True)
class Edge:
    """The keys of two nodes, of which the one at the end waits for the one at the start.

    `is_through`: only through checks that are not shown. `is_critical`: both ends are on the
    critical path.
    """

    start: str
    end: str
    is_through: bool = False
    is_critical: bool = False


@dataclass(frozen=True)
class Drawing:
    """Nodes and edges; whatever an edge can be derived from by following others is left out.

    Checks stand wave by wave, then the closed ones; without an assessment area by area. `notes`
    say what is not shown, `around` is the check in the middle, empty if there is none.
    """

    title: str
    checks: tuple[GraphNode, ...]
    gates: tuple[GraphNode, ...]
    edges: tuple[Edge, ...]
    notes: tuple[str, ...] = ()
    around: str = ""
    is_assessed: bool = False

    @property
    def nodes(self) -> tuple[GraphNode, ...]:
        """The checks, then the gates."""
        return (*self.checks, *self.gates)

    @cached_property
    def titles(self) -> dict[str, str]:
        """The titles of the nodes by their keys."""
        return {node.key: node.title for node in self.nodes}

    @cached_property
    def waves(self) -> dict[int, list[GraphNode]]:
        """The open checks by the number of their wave."""
        return _group((check for check in self.checks if check.wave), lambda check: check.wave)

    @cached_property
    def areas(self) -> dict[str, list[GraphNode]]:
        """The checks by the title of their area."""
        return _group(self.checks, lambda check: check.area)

    @cached_property
    def by_gate(self) -> dict[str, list[GraphNode]]:
        """The checks by the key of the first gate that waits for them; empty if none does."""
        back = [(edge.end, edge.start) for edge in self.edges]
        first: dict[str, str] = {}
        for gate in self.gates:
            first = dict.fromkeys(reach(gate.key, back), gate.key) | first
        return _group(self.checks, lambda check: first.get(check.key, ""))

    @cached_property
    def unconnected(self) -> list[GraphNode]:
        """The checks without an edge."""
        return [one for one in self.checks if not self.into[one.key] and not self.out_of[one.key]]

    @cached_property
    def into(self) -> dict[str, list[Edge]]:
        """The edges that end at each node."""
        return {node.key: [] for node in self.nodes} | _group(self.edges, lambda edge: edge.end)

    @cached_property
    def out_of(self) -> dict[str, list[Edge]]:
        """The edges that start at each node."""
        return {node.key: [] for node in self.nodes} | _group(self.edges, lambda edge: edge.start)


def _group(entries: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    """Entries by what they have in common, in the order of the first of each group."""
    found: dict[K, list[T]] = {}
    for entry in entries:
        found.setdefault(key(entry), []).append(entry)
    return found


def draw(
    drawn: Ruleset | Assessment,
    gates: Sequence[str] = (),
    around: str = "",
    steps: int | None = None,
    *,
    everything: bool = False,
    critical: Collection[str] = frozenset(),
) -> Drawing:
    """The checks and gates of a ruleset, or the open checks of an assessment and its gates.

    `gates` limits it to these gates, those before them, and the checks that they wait for;
    `around` to a check, which is shown even if it is closed, with what is upstream and downstream
    of it, at most `steps` edges away. With `everything` the closed checks of an assessment are
    shown too. `critical` are the checks on the critical path. Raises `DocumentError` for an
    unknown gate or check.
    """
    refuse_unknown("gate", gates, list(drawn.gates), "gates")
    refuse_unknown("check", [around] if around else [], list(drawn.checks), "around")
    ruleset, assessment = (drawn, None) if isinstance(drawn, Ruleset) else (drawn.ruleset, drawn)
    checks = _checks(ruleset) if assessment is None else _assessed_nodes(assessment, critical)
    closed = [one for one in checks if one.status and not one.wave]
    graph = _with_gates(ruleset)
    possible = _possible(graph, gates, around)
    left_out = 0 if everything else graph.bits(one.id for one in closed if one.id != around)
    shown = _near(graph, possible & ~left_out, around, steps)
    hidden = [] if around else _members(graph, possible & left_out, closed)
    return Drawing(
        title=(assessment and assessment.title) or f"{ruleset.title} {ruleset.version}",
        checks=tuple(_members(graph, shown, checks)),
        gates=tuple(_members(graph, shown, _gates(drawn))),
        edges=tuple(_edges(graph, shown, frozenset(critical))),
        notes=(*_limits(gates, around, steps), *_of_hidden(hidden)),
        around=around,
        is_assessed=assessment is not None,
    )


def render_graph(
    drawn: Ruleset | Assessment,
    format: str = "svg",  # noqa: A002
    gates: Sequence[str] = (),
    around: str = "",
    steps: int | None = None,
    *,
    everything: bool = False,
) -> bytes:
    """Return the drawing of a ruleset or an assessment as svg, png, dot or mermaid; see `draw`.

    Raises `ModuleNotFoundError` for svg and png without the extra `graph`.
    """
    refuse_unknown("format", [format], list(_WRITERS), "format")
    critical: Collection[str] = ()
    if isinstance(drawn, Assessment):
        critical = plan(drawn, gates=gates).critical_path
    drawing = draw(drawn, gates, around, steps, everything=everything, critical=critical)
    module, function = _WRITERS[format]
    write = getattr(importlib.import_module(f"readiness.reports.graph.{module}"), function)
    written: str | bytes = write(drawing)
    return written.encode() if isinstance(written, str) else written


_WRITERS = {
    "svg": ("picture", "to_svg"), "png": ("picture", "to_png"), "dot": ("dot", "to_dot"),
    "mermaid": ("mermaid", "to_mermaid"),
}  # fmt: skip


def _checks(ruleset: Ruleset) -> list[GraphNode]:
    """The checks of a ruleset, area by area."""
    rank = {area: number for number, area in enumerate(ruleset.areas)}
    return [
        GraphNode(
            key=key,
            id=key,
            title=check.title,
            area=ruleset.areas[check.area].title,
            severity=check.severity,
            owner=check.remedy.owner,
        )
        for key, check in sorted(ruleset.checks.items(), key=lambda one: rank[one[1].area])
    ]


def _assessed_nodes(assessment: Assessment, critical: Collection[str]) -> list[GraphNode]:
    """The checks with what came out, wave by wave, then the closed ones."""
    wave = {key: number for number, keys in enumerate(assessment.order, 1) for key in keys}
    place = {key: number for number, key in enumerate(dict.fromkeys([*wave, *assessment.checks]))}
    checks = [
        replace(
            check,
            status=(result := assessment.checks[check.id]).status,
            standing=result.standing,
            decision=result.closed_by,
            wave=wave.get(check.id, 0),
            is_critical=check.id in critical,
        )
        for check in _checks(assessment.ruleset)
    ]
    return sorted(checks, key=lambda check: place[check.id])


def _gates(drawn: Ruleset | Assessment) -> list[GraphNode]:
    """The gates, with their verdicts where they are assessed."""
    if isinstance(drawn, Ruleset):
        return [GraphNode(_gate_key(gate.id), gate.id, gate.title) for gate in drawn.gates.values()]
    return [
        GraphNode(_gate_key(one.id), one.id, one.gate.title, one.verdict, words=verdict_of(one))
        for one in drawn.gates.values()
    ]


def _gate_key(gate: str) -> str:
    return f"gate--{gate}"


def _of_hidden(hidden: Sequence[GraphNode]) -> Iterator[str]:
    """How many closed checks are not shown, and how they were closed."""
    if not hidden:
        return
    kinds = Counter(check.state for check in hidden)
    words = STATUSES | DECISIONS
    parts = [f"{kinds[kind]:,} {word}" for kind, word in words.items() if kinds[kind]]
    verb = "is" if len(hidden) == 1 else "are"
    yield f"{count_noun(len(hidden), 'closed check')} {verb} not shown: {join_names(parts)}"


def _with_gates(ruleset: Ruleset) -> Graph:
    """The graph of a ruleset with its gates, each of which comes after all that it waits for."""
    graph = ruleset.graph
    requires = {
        key: [graph.ids[need] for need in needs]
        for key, needs in zip(graph.ids, graph.requires, strict=True)
    }
    for key, gate in ruleset.gates.items():
        requires[_gate_key(key)] = [*gate.requires, *map(_gate_key, gate.after)]
    return Graph(tuple(requires), requires)


def _members(graph: Graph, bits: int, nodes: Iterable[GraphNode]) -> list[GraphNode]:
    """Those of some nodes that are in a set."""
    return [node for node in nodes if bits >> graph.position[node.key] & 1]


def _edges(graph: Graph, shown: int, critical: frozenset[str]) -> Iterator[Edge]:
    """The edges among the nodes of a set."""
    for end in members(shown):
        for start in sorted(graph.nearest(end, shown)):
            keys = graph.ids[start], graph.ids[end]
            yield Edge(*keys, start not in graph.requires[end], critical.issuperset(keys))


def _possible(graph: Graph, gates: Sequence[str], around: str) -> int:
    """What the gates asked about and those before them wait for, and these; else everything."""
    if not gates:
        return (1 << len(graph.ids)) - 1
    middle = graph.bits([around]) if around else 0
    return middle | graph.with_upstream(map(_gate_key, gates))


def _near(graph: Graph, possible: int, around: str, steps: int | None) -> int:
    """What of a set is near enough to the check in the middle; all of it if there is none."""
    if not around:
        return possible
    edges = [(edge.start, edge.end) for edge in _edges(graph, possible, frozenset())]
    back = reach(around, [(end, start) for start, end in edges], steps)
    return graph.bits(back | reach(around, edges, steps))


def reach(start: str, edges: Iterable[tuple[str, str]], steps: int | None = None) -> set[str]:
    """All that can be reached from a node along edges, in as many steps as are allowed."""
    ends = _group(edges, lambda edge: edge[0])
    found = front = {start}
    while front and steps != 0:
        front = {end for key in front for _, end in ends.get(key, ())} - found
        found = found | front
        steps = None if steps is None else steps - 1
    return found


def _limits(gates: Sequence[str], around: str, steps: int | None) -> Iterator[str]:
    """What the drawing is limited to, in words."""
    if gates:
        noun, pronoun = ("gate", "it") if len(gates) == 1 else ("gates", "them")
        yield f"shows what {noun} {join_names(gates)} and the gates before {pronoun} wait for"
    if around:
        far = "" if steps is None else f", up to {count_noun(steps, 'step')} away"
        yield f"shows what comes before and after {around}{far}"
