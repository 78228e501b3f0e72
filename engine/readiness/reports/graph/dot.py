"""The drawing in the language of Graphviz, with its style and a legend."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import cycle, pairwise
from math import ceil
from typing import TypeVar

from readiness.reports.graph import labels
from readiness.reports.graph.drawing import Drawing, Edge, GraphNode

_COLUMNS, _LINES, _WHOLE = 26, 4, 99
_MANY = 400
_MOST_UNFRAMED = 60  # nodes; more are framed gate by gate, else area by area
_LEGEND_COLUMNS = 5
FONT = "Helvetica,Arial,sans-serif"
_FONT = f'fontname="{FONT}"'
AREA_FILLS = (
    "#fff0c2",
    "#77bbee",
    "#cc9999",
    "#99bb66",
    "#ccffff",
    "#88ff88",
    "#ccbbcc",
    "#aa99ff",
)
_CORNERS = ("filled,rounded", "filled", "filled,diagonals")
_BORDERS = {"undetermined": "dashed", "waived": "dotted", "out_of_scope": "dotted"}


T = TypeVar("T")
# The name and the look of each area, which are shown where nothing is assessed.
_Areas = dict[str, tuple[str, labels.NodeStyle]]


def to_dot(drawing: Drawing, *, legend: bool = True) -> str:
    """The drawing as a DOT text; the same drawing gives the same text."""
    many = len(drawing.nodes) > _MANY
    areas = _areas(drawing)
    lines = [
        "digraph readiness {",
        *_graph(drawing, many=many),
        f'  node [{_FONT}, fontsize=10, margin="0.14,0.08", width=2.3, penwidth=1.2];',
        f'  edge [{_FONT}, color="{labels.GREY}", arrowsize=0.7, tailport=e, headport=w];',
        *_nodes(drawing, areas),
        *(_edge(edge, drawing.titles) for edge in drawing.edges),
        *(_legend(drawing, areas) if legend else ()),
        "}",
    ]
    return "\n".join(lines) + "\n"


def _graph(drawing: Drawing, *, many: bool) -> Iterator[str]:
    lines = [
        *labels.wrap_text(drawing.title, 80, 2),
        *(labels.clean(note) for note in drawing.notes),
    ]
    head = "".join(f"{_text(line)}\\l" for line in lines)
    yield '  graph [charset="UTF-8", rankdir=LR, bgcolor="white", pad=0.3, nodesep=0.14,'
    newrank = "false" if len(drawing.nodes) > _MOST_UNFRAMED else "true"  # lines cross texts
    yield f"    ranksep=0.55, newrank={newrank}, {_FONT}, fontsize=14,"
    splines = "polyline, nslimit=2, nslimit1=2, mclimit=0.2" if many else "spline"
    yield f'    fontcolor="{labels.INK}", splines={splines}, labelloc=t, labeljust=l,'
    yield f'    label="{head}", tooltip=" "];'


def _areas(drawing: Drawing) -> _Areas:
    names = {} if drawing.is_assessed else labels.short_names(drawing.areas, 2 * _COLUMNS)
    looks = [labels.NodeStyle("box", fill, labels.GREY, c) for c in _CORNERS for fill in AREA_FILLS]
    return {key: (name, look) for (key, name), look in zip(names.items(), cycle(looks))}


def _nodes(drawing: Drawing, areas: _Areas) -> Iterator[str]:
    """The nodes in their frames, those without an edge in a grid, then those without a frame."""
    is_framed = len(drawing.nodes) > _MOST_UNFRAMED
    written = {gate.key: _gate(gate) for gate in drawing.gates}
    for check in drawing.checks:
        look = areas[check.area] if areas else ("", labels.OF_STANDING[check.standing])
        written[check.key] = _check(check, *look, with_wave=is_framed)
    grid = [(check.key, written.pop(check.key)) for check in drawing.unconnected]
    if is_framed:
        frames = _large_frames(drawing)
    else:
        frames = {f"Wave {wave}": [c.key for c in checks] for wave, checks in drawing.waves.items()}
    for number, (title, keys) in enumerate(frames.items(), 1):
        lines = [written.pop(key) for key in keys if key in written]
        if lines and is_framed:
            yield from _frame(f"group-{number}", title, lines)
        elif lines:
            yield from _frame(f"wave-{number}", title, ["rank=same;", *lines])
    if grid:
        lines = []
        for row in _chunks(grid, ceil((len(grid) / 2) ** 0.5))[::-1]:  # starting at the bottom too
            lines += [line for _, line in row] + _in_a_row([key for key, _ in row])
        yield from _frame("group-0", "Not connected to anything shown here", lines)
    yield from (f"  {line}" for line in written.values())


def _large_frames(drawing: Drawing) -> dict[str, list[str]]:
    """The keys of the nodes by the first gate that needs them, else by area."""
    groups = drawing.by_gate
    if len(groups) > 1:
        titles = labels.short_names((gate.title for gate in drawing.gates), 80)
        frames = {
            f"Gate: {titles[gate.title]}": [*(c.key for c in groups.get(gate.key, ())), gate.key]
            for gate in drawing.gates
        }
        return frames | {"No gate waits for": [check.key for check in groups.get("", ())]}
    names = labels.short_names(drawing.areas, 80)
    return {names[area]: [check.key for check in held] for area, held in drawing.areas.items()}


def _frame(name: str, title: str, lines: Sequence[str]) -> Iterator[str]:
    """Some lines in a frame with a title."""
    yield f'  subgraph "cluster_{name}" {{'
    yield f'    id="{name}"; class="{name.partition("-")[0]}"; tooltip=" ";'
    yield f'    style="rounded"; color="#b8b8b8"; fontsize=12; label="{_text(title)}"; labeljust=l;'
    yield from (f"    {line}" for line in lines)
    yield "  }"


def _chunks(entries: Sequence[T], size: int) -> list[Sequence[T]]:
    return [entries[start : start + size] for start in range(0, len(entries), size)]


def _in_a_row(names: Sequence[str]) -> list[str]:
    return [f'"{start}" -> "{end}" [style=invis];' for start, end in pairwise(names)]


def _gate(gate: GraphNode) -> str:
    lines = [labels.outcome(gate), *labels.wrap_text(gate.title, _COLUMNS, _LINES)]
    lines += labels.wrap_text(gate.id, _COLUMNS, _WHOLE)
    return _node(gate, labels.OF_VERDICT[gate.status], lines)


def _check(check: GraphNode, area: str, look: labels.NodeStyle, *, with_wave: bool) -> str:
    lines = [labels.outcome(check)] if check.status else labels.wrap_text(area, _COLUMNS, _WHOLE)
    lines += labels.wrap_text(check.title, _COLUMNS, _LINES)
    lines += labels.wrap_text(check.id, _COLUMNS + 4, _WHOLE)
    lines += [f"wave {check.wave}"] if with_wave and check.wave else []
    lines += [labels.CRITICAL] if check.is_critical else []
    return _node(check, look, lines)


def _node(node: GraphNode, look: labels.NodeStyle, lines: list[str]) -> str:
    border = "" if node.is_gate else _BORDERS.get(node.state, "")
    attributes = _looks(look, border, is_critical=node.is_critical)
    return (
        f'"{node.key}" [id="node-{node.key}", class="{_classes(node)}", '
        f'label="{_text(chr(10).join(lines))}", {attributes}, '
        f'tooltip="{_text(labels.tooltip(node))}"];'
    )


def _classes(node: GraphNode) -> str:
    """The classes of a node in a page: what it is, and what came out for it."""
    if node.is_gate:
        return f"gate verdict-{node.status}" if node.status else "gate"
    found = f"check severity-{node.severity}"
    found += f" standing-{node.standing} status-{node.status}" if node.status else ""
    found += f" {node.decision}" if node.decision else ""
    return found + (" critical" if node.is_critical else "")


def _looks(look: labels.NodeStyle, border: str = "", *, is_critical: bool = False) -> str:
    style = ",".join(part for part in (look.style, border) if part)
    colour, width = (labels.RED, 3) if is_critical else (look.border, 1.4)
    return (
        f'shape={look.shape}, style="{style}", fillcolor="{look.fill}", color="{colour}", '
        f'penwidth={width}, fontcolor="{look.text}", peripheries={look.peripheries}'
    )


def _edge(edge: Edge, titles: Mapping[str, str]) -> str:
    names = "through" if edge.is_through else "direct"
    names += " critical" if edge.is_critical else ""
    return (
        f'  "{edge.start}" -> "{edge.end}" [id="edge-{edge.start}--{edge.end}", class="{names}", '
        f"{_stroke(is_through=edge.is_through, is_critical=edge.is_critical)}, "
        f'tooltip="{_text(labels.edge_tooltip(edge, titles))}"];'
    )


def _stroke(*, is_through: bool, is_critical: bool) -> str:
    line = "dashed" if is_through else "solid"
    colour, width = (labels.RED, 3) if is_critical else (labels.GREY, 1)
    return f'style={line}, color="{colour}", penwidth={width}'


def _legend(drawing: Drawing, areas: _Areas) -> Iterator[str]:
    """What colours, shapes, borders and lines mean, as far as they occur, in rows."""
    rows = [row for row in _rows(drawing, areas) if row][::-1]  # Graphviz starts at the bottom
    if not rows:
        return
    lines = ["node [width=2.3, fontsize=9];"]
    for number, row in enumerate(rows):
        names = [f"legend__{number}_{place}" for place in range(len(row))]
        for name, (label, attributes) in zip(names, row, strict=True):
            said = f'class="legend", label="{_text(label)}", tooltip=" "'
            lines.append(f'"{name}" [{said}, {attributes}];')
        lines += _in_a_row(names)
    yield from _frame("legend", "Legend", lines)


def _rows(drawing: Drawing, areas: _Areas) -> Iterator[list[tuple[str, str]]]:
    for entries in _chunks(list(areas.values()), _LEGEND_COLUMNS):
        yield [
            ("\n".join(labels.wrap_text(name, _COLUMNS, _WHOLE)), _looks(look))
            for name, look in entries
        ]
    standings = {check.standing for check in drawing.checks}
    yield [
        (said, _looks(labels.OF_STANDING[standing]))
        for standing, said in _SAID.items()
        if standing in standings
    ]
    states = {check.state for check in drawing.checks}
    plain = labels.NodeStyle("box", "#ffffff", labels.GREY)
    yield [
        (said, _looks(plain, _BORDERS.get(state, "")))
        for state, said in _SAID_OF_STATES.items()
        if state in states
    ]
    verdicts = {gate.status: gate.words for gate in drawing.gates}
    yield [
        (
            f"gate: {words}" if words else "gate: a decision that\nwaits for checks",
            _looks(labels.OF_VERDICT[verdict]),
        )
        for verdict, words in verdicts.items()
    ]
    lines = []
    if drawing.edges:
        lines.append(("arrow: from what comes first\nto what waits for it", _looks(plain)))
    if any(node.is_critical for node in drawing.nodes):
        lines.append(("▸ critical path:\nthick and red", _looks(plain, is_critical=True)))
    if any(edge.is_through for edge in drawing.edges):
        lines.append(("dashed arrow: through\nchecks that are not shown", _looks(plain)))
    yield lines


_SAID = {
    "actionable": "ready to start:\nprerequisites closed",
    "blocked": "blocked: a prerequisite\nis still open",
    "ready": "done: closed, like all\nits prerequisites",
    "premature": "done too early:\na prerequisite is open",
}
_SAID_OF_STATES = {
    "unmet": "✗ unmet: solid border",
    "undetermined": "? undetermined: dashed border",
    "waived": "! waived: dotted border",
    "out_of_scope": "– out of scope: dotted border",
}


_ESCAPES = str.maketrans(
    {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\\": "\\\\", '"': '\\"', "\n": "\\n"}
)


def _text(text: str) -> str:
    """A text inside the quotes of DOT, in which a backslash or an entity would be a sign."""
    return text.translate(_ESCAPES)
