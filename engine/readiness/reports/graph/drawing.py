"""What is drawn: checks, gates, and an edge from each to what waits for it next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from readiness.dependencies.graph import members
from readiness.dependencies.ruleset import Ruleset
from readiness.reports.labels import STATUSES, counted, listed
from readiness.result.assessment import Assessment


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
    def waves(self) -> dict[int, tuple[DrawnCheck, ...]]:
        """The open checks by the number of their wave."""
        found: dict[int, list[DrawnCheck]] = {}
        for check in self.checks:
            if check.wave:
                found.setdefault(check.wave, []).append(check)
        return {wave: tuple(found[wave]) for wave in sorted(found)}

    @cached_property
    def areas(self) -> dict[str, tuple[DrawnCheck, ...]]:
        """The checks by the title of their area."""
        found: dict[str, list[DrawnCheck]] = {}
        for check in self.checks:
            found.setdefault(check.area, []).append(check)
        return {area: tuple(checks) for area, checks in found.items()}

    @cached_property
    def into(self) -> dict[str, tuple[Edge, ...]]:
        """The edges that end at each node."""
        found: dict[str, list[Edge]] = {node.key: [] for node in self.nodes}
        for edge in self.edges:
            found[edge.end].append(edge)
        return {key: tuple(edges) for key, edges in found.items()}

    @cached_property
    def out_of(self) -> dict[str, tuple[Edge, ...]]:
        """The edges that start at each node."""
        found: dict[str, list[Edge]] = {node.key: [] for node in self.nodes}
        for edge in self.edges:
            found[edge.start].append(edge)
        return {key: tuple(edges) for key, edges in found.items()}


def draw_ruleset(
    ruleset: Ruleset, gates: Sequence[str] = (), around: str = "", steps: int | None = None
) -> Drawing:
    """The checks and gates of a ruleset.

    `gates` limits it to these gates, those before them, and the checks that they wait for;
    `around` to a check with what is upstream and downstream of it, at most `steps` edges away.
    Raises `KeyError` for a gate or a check that there is not.
    """
    order = _Order(ruleset)
    limits = _Limits(order, tuple(gates), around, steps)
    shown = limits.within(limits.of_gates())
    rank = {area: number for number, area in enumerate(ruleset.areas)}
    checks = sorted(order.checks(shown), key=lambda key: rank[ruleset.checks[key].area])
    return Drawing(
        title=f"{ruleset.title} {ruleset.version}",
        checks=tuple(_plain(ruleset, key) for key in checks),
        gates=tuple(DrawnGate(key, ruleset.gates[key].title) for key in order.gates(shown)),
        edges=tuple(order.edges(shown, frozenset())),
        notes=tuple(limits.notes()),
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
    order = _Order(assessment.ruleset)
    limits = _Limits(order, tuple(gates), around, steps)
    possible = limits.of_gates()
    left_out = 0 if everything else order.bits(_closed(assessment)) & ~limits.middle
    shown = limits.within(possible & ~left_out)
    wave = {key: n for n, keys in enumerate(assessment.order, 1) for key in keys}
    place = {key: number for number, key in enumerate([*wave, *_closed(assessment)])}
    checks = sorted(order.checks(shown), key=place.__getitem__)
    hidden = list(order.checks(possible & left_out)) if not around else []
    return Drawing(
        title=assessment.title or f"{assessment.ruleset.title} {assessment.ruleset.version}",
        checks=tuple(_assessed(assessment, key, wave.get(key, 0), critical) for key in checks),
        gates=tuple(
            DrawnGate(key, assessment.ruleset.gates[key].title, assessment.gates[key].verdict)
            for key in order.gates(shown)
        ),
        edges=tuple(order.edges(shown, frozenset(critical))),
        notes=(*limits.notes(), *_of_hidden(assessment, hidden)),
        around=around,
        is_assessed=True,
    )


def _closed(assessment: Assessment) -> list[str]:
    return [key for key, result in assessment.checks.items() if not result.is_open]


def _plain(ruleset: Ruleset, key: str) -> DrawnCheck:
    check = ruleset.checks[key]
    area = ruleset.areas[check.area].title
    return DrawnCheck(key, check.title, area, check.severity, check.remedy.owner)


def _assessed(assessment: Assessment, key: str, wave: int, critical: Collection[str]) -> DrawnCheck:
    result = assessment.checks[key]
    return DrawnCheck(
        id=key,
        title=result.check.title,
        area=assessment.ruleset.areas[result.check.area].title,
        severity=result.check.severity,
        owner=result.check.remedy.owner,
        status=result.status,
        standing=result.standing,
        is_waived=result.waived is not None and result.status in ("unmet", "undetermined"),
        wave=wave,
        is_critical=key in critical,
    )


def _of_hidden(assessment: Assessment, hidden: Sequence[str]) -> Iterator[str]:
    """How many closed checks are not shown, and how they were closed."""
    if not hidden:
        return
    results = [assessment.checks[key] for key in hidden]
    kinds = Counter(
        "waived" if r.status in ("unmet", "undetermined") else r.status for r in results
    )
    words = STATUSES | {"waived": "waived"}
    parts = [f"{kinds[kind]:,} {word}" for kind, word in words.items() if kinds[kind]]
    verb = "is" if len(hidden) == 1 else "are"
    yield f"{counted(len(hidden), 'closed check')} {verb} not shown: {listed(parts)}"


class _Order:
    """Checks and gates of a ruleset by position, each after all that it waits for, in bit sets.

    The checks keep their positions in the graph of the ruleset; the gates follow in their order.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        graph = ruleset.graph
        self.count = len(graph.ids)
        self.keys = (*graph.ids, *(_gate_key(gate) for gate in ruleset.gate_order))
        self.position = {key: number for number, key in enumerate(self.keys)}
        self.upstream = list(graph.upstream)
        self.direct = [frozenset(needs) for needs in graph.requires]
        for gate in ruleset.gate_order:
            self._add(gate)

    def _add(self, gate: str) -> None:
        written = self.ruleset.gates[gate]
        before = [self.position[_gate_key(key)] for key in written.after]
        found = self.ruleset.graph.with_upstream(written.requires)
        for position in before:
            found |= self.upstream[position] | 1 << position
        self.upstream.append(found)
        needs = (self.position[key] for key in written.requires)
        self.direct.append(frozenset((*needs, *before)))

    def bits(self, keys: Iterable[str]) -> int:
        """The set of the given nodes."""
        return sum(1 << self.position[key] for key in set(keys))

    def checks(self, bits: int) -> Iterator[str]:
        """The checks of a set, in the order of the ruleset."""
        return (key for key in self.ruleset.checks if bits >> self.position[key] & 1)

    def gates(self, bits: int) -> Iterator[str]:
        """The gates of a set, in their order."""
        order = self.ruleset.gate_order
        return (key for key in order if bits >> self.position[_gate_key(key)] & 1)

    def nearest(self, position: int, shown: int) -> Iterator[int]:
        """Those upstream of a node that none of the others upstream of it waits for in turn."""
        rest = self.upstream[position] & shown
        while rest:
            last = rest.bit_length() - 1  # nothing that is left can wait for it
            yield last
            rest &= ~(self.upstream[last] | 1 << last)

    def edges(self, shown: int, critical: frozenset[str]) -> Iterator[Edge]:
        """The edges among the nodes of a set."""
        for end in members(shown):
            for start in sorted(self.nearest(end, shown)):
                keys = self.keys[start], self.keys[end]
                yield Edge(*keys, start not in self.direct[end], critical.issuperset(keys))


@dataclass(frozen=True)
class _Limits:
    """What a drawing is limited to."""

    order: _Order
    gates: tuple[str, ...]
    around: str
    steps: int | None

    @property
    def middle(self) -> int:
        """The set of the check in the middle alone; empty if there is none."""
        return self.order.bits([self.around]) if self.around else 0

    def of_gates(self) -> int:
        """What the gates asked about and those before them wait for, and these; else everything."""
        order = self.order
        if not self.gates:
            return (1 << len(order.keys)) - 1
        found = self.middle
        for gate in self.gates:
            position = order.position[_gate_key(gate)]
            found |= order.upstream[position] | 1 << position
        return found

    def within(self, possible: int) -> int:
        """What of a set is near enough to the check in the middle; all of it if there is none."""
        if not self.around:
            return possible
        start = self.order.position[self.around]
        back: dict[int, list[int]] = {}
        on: dict[int, list[int]] = {}
        for end in members(possible):
            for near in self.order.nearest(end, possible):
                back.setdefault(end, []).append(near)
                on.setdefault(near, []).append(end)
        return self._reached(start, back) | self._reached(start, on)

    def _reached(self, start: int, edges: dict[int, list[int]]) -> int:
        """All that can be reached from a node along edges, in as many steps as are allowed."""
        found, front = 1 << start, {start}
        taken = 0
        while front and (self.steps is None or taken < self.steps):
            ends = {end for position in front for end in edges.get(position, ())}
            front = {end for end in ends if not found >> end & 1}
            found |= sum(1 << end for end in front)
            taken += 1
        return found

    def notes(self) -> Iterator[str]:
        """What the drawing is limited to, in words."""
        if self.gates:
            noun = "gate" if len(self.gates) == 1 else "gates"
            pronoun = "it" if len(self.gates) == 1 else "them"
            yield f"limited to what {noun} {listed(self.gates)} and those before {pronoun} wait for"
        if self.around:
            far = "" if self.steps is None else f", up to {counted(self.steps, 'step')} away"
            yield f"limited to what lies before and after {self.around}{far}"
