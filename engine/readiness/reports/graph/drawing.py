"""What is drawn: checks, gates, and an edge from each to what waits for it next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TypeVar

from readiness.dependencies.graph import Graph, members
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.wording import listed
from readiness.model.ruleset import Check, Gate
from readiness.reports.labels import STATUSES, counted
from readiness.result.assessment import Assessment

T = TypeVar("T")
K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class DrawnCheck:
    """A check; `status` and `standing` are empty and `wave` is 0 where nothing is assessed.

    `area` is the title of its area, `wave` the number of its wave, 0 for a closed check.
    """

    id: str
    title: str
    area: str
    severity: str
    owner: str
    status: str = ""
    standing: str = ""
    is_waived: bool = False
    wave: int = 0
    is_critical: bool = False

    @property
    def key(self) -> str:
        """What edges call it: its id."""
        return self.id


@dataclass(frozen=True, slots=True)
class DrawnGate:
    """A gate; `verdict` is empty where nothing is assessed."""

    id: str
    title: str
    verdict: str = ""

    @property
    def key(self) -> str:
        """What edges call it; no id of a check reads like that."""
        return _gate_key(self.id)


def _gate_key(gate: str) -> str:
    return f"gate--{gate}"


Node = DrawnCheck | DrawnGate


@dataclass(frozen=True, slots=True)
class Edge:
    """The keys of two nodes, of which the one at the end waits for the one at the start.

    `is_through`: only by way of checks that are not shown. `is_critical`: both ends are on the
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
    checks: tuple[DrawnCheck, ...]
    gates: tuple[DrawnGate, ...]
    edges: tuple[Edge, ...]
    notes: tuple[str, ...] = ()
    around: str = ""
    is_assessed: bool = False

    @property
    def nodes(self) -> tuple[Node, ...]:
        """The checks, then the gates."""
        return (*self.checks, *self.gates)

    @cached_property
    def waves(self) -> dict[int, list[DrawnCheck]]:
        """The open checks by the number of their wave."""
        return _grouped((check for check in self.checks if check.wave), lambda check: check.wave)

    @cached_property
    def areas(self) -> dict[str, list[DrawnCheck]]:
        """The checks by the title of their area."""
        return _grouped(self.checks, lambda check: check.area)

    @cached_property
    def into(self) -> dict[str, list[Edge]]:
        """The edges that end at each node."""
        return {node.key: [] for node in self.nodes} | _grouped(self.edges, lambda edge: edge.end)

    @cached_property
    def out_of(self) -> dict[str, list[Edge]]:
        """The edges that start at each node."""
        return {node.key: [] for node in self.nodes} | _grouped(self.edges, lambda edge: edge.start)


def _grouped(entries: Iterable[T], key: Callable[[T], K]) -> dict[K, list[T]]:
    """Entries by what they have in common, in the order of the first of each group."""
    found: dict[K, list[T]] = {}
    for entry in entries:
        found.setdefault(key(entry), []).append(entry)
    return found


def draw_ruleset(
    ruleset: Ruleset, gates: Sequence[str] = (), around: str = "", steps: int | None = None
) -> Drawing:
    """The checks and gates of a ruleset.

    `gates` limits it to these gates, those before them, and the checks that they wait for;
    `around` to a check with what is upstream and downstream of it, at most `steps` edges away.
    Raises `KeyError` for a gate or a check that there is not.
    """
    graph = _with_gates(ruleset)
    shown = _near(graph, _possible(graph, gates, around), around, steps)
    rank = {area: number for number, area in enumerate(ruleset.areas)}
    checks = sorted(_checks(graph, ruleset, shown), key=lambda check: rank[check.area])
    return Drawing(
        title=f"{ruleset.title} {ruleset.version}",
        checks=tuple(
            DrawnCheck(one.id, one.title, _area(ruleset, one), one.severity, one.remedy.owner)
            for one in checks
        ),
        gates=tuple(DrawnGate(gate.id, gate.title) for gate in _gates(graph, ruleset, shown)),
        edges=tuple(_edges(graph, shown, frozenset())),
        notes=tuple(_limits(gates, around, steps)),
        around=around,
    )


def draw_assessment(
    assessment: Assessment,
    gates: Sequence[str] = (),
    around: str = "",
    steps: int | None = None,
    *,
    everything: bool = False,
    critical: Collection[str] = frozenset(),
) -> Drawing:
    """The open checks of an assessment and its gates; with `everything` the closed checks too.

    `gates`, `around` and `steps` limit it as they limit the drawing of a ruleset; the check in the
    middle is shown even if it is closed. `critical` are the checks on the critical path. Raises
    `KeyError` for a gate or a check that there is not.
    """
    ruleset = assessment.ruleset
    graph = _with_gates(ruleset)
    possible = _possible(graph, gates, around)
    closed = [key for key, result in assessment.checks.items() if not result.is_open]
    left_out = 0 if everything else graph.bits(key for key in closed if key != around)
    shown = _near(graph, possible & ~left_out, around, steps)
    wave = {key: number for number, keys in enumerate(assessment.order, 1) for key in keys}
    place = {key: number for number, key in enumerate([*wave, *closed])}
    checks = sorted(_checks(graph, ruleset, shown), key=lambda check: place[check.id])
    hidden = [] if around else _checks(graph, ruleset, possible & left_out)
    return Drawing(
        title=assessment.title or f"{ruleset.title} {ruleset.version}",
        checks=tuple(
            _assessed(assessment, one.id, wave.get(one.id, 0), critical) for one in checks
        ),
        gates=tuple(
            DrawnGate(gate.id, gate.title, assessment.gates[gate.id].verdict)
            for gate in _gates(graph, ruleset, shown)
        ),
        edges=tuple(_edges(graph, shown, frozenset(critical))),
        notes=(*_limits(gates, around, steps), *_of_hidden(assessment, hidden)),
        around=around,
        is_assessed=True,
    )


def _area(ruleset: Ruleset, check: Check) -> str:
    return ruleset.areas[check.area].title


def _assessed(assessment: Assessment, key: str, wave: int, critical: Collection[str]) -> DrawnCheck:
    result = assessment.checks[key]
    return DrawnCheck(
        id=key,
        title=result.check.title,
        area=_area(assessment.ruleset, result.check),
        severity=result.check.severity,
        owner=result.check.remedy.owner,
        status=result.status,
        standing=result.standing,
        is_waived=result.waived is not None and result.status in ("unmet", "undetermined"),
        wave=wave,
        is_critical=key in critical,
    )


def _of_hidden(assessment: Assessment, hidden: Sequence[Check]) -> Iterator[str]:
    """How many closed checks are not shown, and how they were closed."""
    if not hidden:
        return
    statuses = [assessment.checks[check.id].status for check in hidden]
    kinds = Counter("waived" if one in ("unmet", "undetermined") else one for one in statuses)
    words = STATUSES | {"waived": "waived"}
    parts = [f"{kinds[kind]:,} {word}" for kind, word in words.items() if kinds[kind]]
    verb = "is" if len(hidden) == 1 else "are"
    yield f"{counted(len(hidden), 'closed check')} {verb} not shown: {listed(parts)}"


def _with_gates(ruleset: Ruleset) -> Graph:
    """The graph of a ruleset with its gates, each of which comes after all that it waits for."""
    graph = ruleset.graph
    requires = {
        key: [graph.ids[need] for need in needs]
        for key, needs in zip(graph.ids, graph.requires, strict=True)
    }
    for key in ruleset.gate_order:
        gate = ruleset.gates[key]
        requires[_gate_key(key)] = [*gate.requires, *map(_gate_key, gate.after)]
    return Graph(tuple(requires), requires)


def _checks(graph: Graph, ruleset: Ruleset, bits: int) -> list[Check]:
    """The checks of a set, in the order of the ruleset."""
    return [one for key, one in ruleset.checks.items() if bits >> graph.position[key] & 1]


def _gates(graph: Graph, ruleset: Ruleset, bits: int) -> list[Gate]:
    """The gates of a set, in their order."""
    keys = (key for key in ruleset.gate_order if bits >> graph.position[_gate_key(key)] & 1)
    return [ruleset.gates[key] for key in keys]


def _nearest(graph: Graph, position: int, shown: int) -> Iterator[int]:
    """Those upstream of a node that none of the others upstream of it waits for in turn."""
    rest = graph.upstream[position] & shown
    while rest:
        last = rest.bit_length() - 1  # nothing that is left can wait for it
        yield last
        rest &= ~(graph.upstream[last] | 1 << last)


def _edges(graph: Graph, shown: int, critical: frozenset[str]) -> Iterator[Edge]:
    """The edges among the nodes of a set."""
    for end in members(shown):
        for start in sorted(_nearest(graph, end, shown)):
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
    back: dict[int, list[int]] = {}
    on: dict[int, list[int]] = {}
    for end in members(possible):
        for near in _nearest(graph, end, possible):
            back.setdefault(end, []).append(near)
            on.setdefault(near, []).append(end)
    start = graph.position[around]
    found = _reached(start, back, steps) | _reached(start, on, steps)
    return sum(1 << position for position in found)


def _reached(start: int, edges: dict[int, list[int]], steps: int | None) -> set[int]:
    """All that can be reached from a node along edges, in as many steps as are allowed."""
    found = front = {start}
    while front and steps != 0:
        front = {end for position in front for end in edges.get(position, ())} - found
        found = found | front
        steps = None if steps is None else steps - 1
    return found


def _limits(gates: Sequence[str], around: str, steps: int | None) -> Iterator[str]:
    """What the drawing is limited to, in words."""
    if gates:
        noun, pronoun = ("gate", "it") if len(gates) == 1 else ("gates", "them")
        yield f"limited to what {noun} {listed(gates)} and those before {pronoun} wait for"
    if around:
        far = "" if steps is None else f", up to {counted(steps, 'step')} away"
        yield f"limited to what lies before and after {around}{far}"
