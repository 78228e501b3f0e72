"""The drawing as an outline in the terminal: trees of what waits for what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from rich.console import Console
from rich.text import Text

from readiness.evaluation.formatting import join_names
from readiness.reports.graph.drawing import Drawing, Edge, GraphNode
from readiness.reports.graph.labels import clean
from readiness.reports.phrasing import DECISIONS, PROGRESS, STATUSES, name_owner
from readiness.reports.terminal.page import QUIET, STRONG, Branch, Page

_THROUGH = "through checks that are not shown"


def print_outline(drawing: Drawing, console: Console) -> None:
    """Print the gates with what they wait for, or what lies before and after one check."""
    _Outline(drawing, Page(console)).print_drawing()


class _Outline:
    def __init__(self, drawing: Drawing, page: Page) -> None:
        self.drawing = drawing
        self.page = page
        self.nodes = {node.key: node for node in drawing.nodes}
        self.deepest = max(2, page.width // 2 // len(page.marks.branch))

    def print_drawing(self) -> None:
        page, drawing = self.page, self.drawing
        page.write((drawing.title, STRONG))
        for note in drawing.notes:
            page.write((note, QUIET))
        if drawing.around:
            self._print_around()
            return
        for branch in self._gates():
            page.blank()
            branch.print(page)

    # Gates with what they wait for.

    def _gates(self) -> Iterator[Branch]:
        for gate in self.drawing.gates:
            mine = self.drawing.by_gate.get(gate.key, [])
            sources = [self.nodes[edge.start] for edge in self.drawing.into[gate.key]]
            before = [node.id for node in sources if node.is_gate]
            lines = [self.page.text(f"comes after {join_names(before)}")] if before else []
            if not mine:
                more = "waits for no check" + (" beyond that" if before else " that is shown")
                lines.append(self.page.text(more))
            yield _branch(self._head(gate), lines, list(self._groups(mine)))
        if rest := self.drawing.by_gate.get("", []):
            title = "No gate waits for" if self.drawing.gates else "Checks"
            yield _branch(self.page.text((title, STRONG)), (), list(self._groups(rest)))

    def _groups(self, checks: Iterable[GraphNode]) -> Iterator[Branch]:
        """Checks under the wave that they are in, else under their area."""
        groups: dict[str, list[Branch]] = {}
        for check in checks:
            closed = "Closed" if check.status else check.area
            title = f"Wave {check.wave}" if check.wave else closed
            groups.setdefault(title, []).append(self._with_needs(check))
        for title, branches in groups.items():
            yield _branch(self.page.text((title, STRONG)), (), branches)

    def _with_needs(self, check: GraphNode) -> Branch:
        edges = self.drawing.into[check.key]
        all_open = all(self.nodes[edge.start].wave for edge in edges)
        verb = "waits for" if all_open and check.wave else "requires"
        needs = []
        for is_through, way in ((False, ""), (True, f", {_THROUGH}")):
            names = [edge.start for edge in edges if edge.is_through == is_through]
            needs += [self.page.text((f"{verb} {join_names(names)}{way}", QUIET))] if names else []
        return _branch(self._head(check), [self._facts(check), *needs])

    # One check with what lies before and after it.

    def _print_around(self) -> None:
        page, middle = self.page, self.nodes[self.drawing.around]
        page.blank()
        _branch(self._head(middle), [self._facts(middle)]).print(page)
        self._print_side("Before it", self.drawing.into, lambda edge: edge.start)
        self._print_side("After it", self.drawing.out_of, lambda edge: edge.end)

    def _print_side(
        self, title: str, edges: dict[str, list[Edge]], far: Callable[[Edge], str]
    ) -> None:
        """Print a tree in one direction; what is too deep continues in a separate tree."""
        self.page.heading(title)
        if not edges[self.drawing.around]:
            self.page.write("nothing")
            return
        side = _Side(self, edges, far)
        for edge in edges[self.drawing.around]:
            side.branch(edge, 1).print(self.page)
        while side.deeper:
            key = side.deeper.pop(0)
            self.page.blank()
            self.page.write((f"{title}, from {self.nodes[key].id} on", STRONG))
            for edge in edges[key]:
                side.branch(edge, 1).print(self.page)

    # Nodes and lines.

    def _head(self, node: GraphNode) -> Text:
        page, state = self.page, node.state
        if node.is_gate:
            said = page.state(state, node.words) if state else page.text(("gate", STRONG))
            return said + page.text("  ", (clean(node.title), STRONG), (f" ({node.id})", QUIET))
        mark = page.mark(state) if state else Text()
        return mark + page.text(clean(node.title))

    def _facts(self, node: GraphNode, *further: str) -> Text:
        parts = [*further]
        if not node.is_gate:
            decided = f"{DECISIONS[node.decision]}, though " if node.decision else ""
            state = ""
            if node.status:
                state = f"{decided}{STATUSES[node.status]}, {PROGRESS[node.standing]}"
            if node.decision == "out_of_scope":
                state = f"{DECISIONS[node.decision]}, {STATUSES[node.status]}"
            parts = [node.id, state or node.severity, clean(name_owner(node.owner)), *further]
            parts += [f"{self.page.marks.critical} critical path"] if node.is_critical else []
        return self.page.join((part, QUIET) for part in parts if part)


class _Side:
    """Branches in one direction; a node met again is only referred to."""

    def __init__(
        self, outline: _Outline, edges: dict[str, list[Edge]], far: Callable[[Edge], str]
    ) -> None:
        self.outline, self.edges, self.far = outline, edges, far
        self.met: set[str] = set()
        self.deeper: list[str] = []

    def branch(self, edge: Edge, depth: int) -> Branch:
        """The node at the far end of an edge, with all that lies beyond it."""
        key = self.far(edge)
        node = self.outline.nodes[key]
        further = [_THROUGH] if edge.is_through else []
        beyond = self.edges[key]
        if key in self.met and beyond:
            head = self.outline.page.text(node.id, (", as above", QUIET))
            return _branch(head, [self.outline.page.text((_THROUGH, QUIET))] if further else ())
        is_too_deep = bool(beyond) and depth >= self.outline.deepest
        if is_too_deep:
            self.deeper.append(key)
            further.append("continued below")
        self.met.add(key)
        facts = self.outline._facts(node, *further)
        parts = () if is_too_deep else [self.branch(one, depth + 1) for one in beyond]
        return _branch(self.outline._head(node), [facts] if facts.plain else (), parts)


def _branch(head: Text, lines: Iterable[Text] = (), branches: Sequence[Branch] = ()) -> Branch:
    return Branch(head, [(line, 0) for line in lines], branches)
