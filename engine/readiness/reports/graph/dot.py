"""The drawing in the language of Graphviz, with its style and a legend."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

from readiness.reports.graph import labels
from readiness.reports.graph.drawing import Drawing, Edge, GraphNode

_COLUMNS, _LINES = 26, 4
_MANY = 400
FONT = "Helvetica,Arial,sans-serif"
_FONT = f'fontname="{FONT}"'
_AREAS = ("#fff0c2", "#dceefa", "#d9f0e6", "#f3dcea", "#fbe3d6", "#fafad2", "#e4e4f4", "#ececec")
_BORDERS = {"undetermined": "dashed", "waived": "dotted", "out_of_scope": "dotted"}


def to_dot(drawing: Drawing, *, legend: bool = True) -> str:
    """The drawing as a DOT text; the same drawing gives the same text."""
    many = len(drawing.nodes) > _MANY
    lines = [
        "digraph readiness {",
        *_graph(drawing, many=many),
        f'  node [{_FONT}, fontsize=10, margin="0.14,0.08", width=2.3, penwidth=1.2];',
        f'  edge [{_FONT}, color="{labels.GREY}", arrowsize=0.7, tailport=e, headport=w];',
        *_nodes(drawing),
        *(_edge(edge) for edge in drawing.edges),
        *(_legend(drawing) if legend else ()),
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
    yield f'    ranksep=0.55, newrank=true, {_FONT}, fontsize=14, fontcolor="{labels.INK}",'
    splines = "polyline, nslimit=2, nslimit1=2, mclimit=0.2" if many else "spline"
    yield f'    splines={splines}, labelloc=t, labeljust=l, label="{head}", tooltip=" "];'


def _nodes(drawing: Drawing) -> Iterator[str]:
    if drawing.is_assessed:
        for wave, checks in drawing.waves.items():
            yield from _wave(wave, checks)
        yield from ("  " + _check(check) for check in drawing.checks if not check.wave)
    else:
        for number, checks in enumerate(drawing.areas.values()):
            fill = _AREAS[number % len(_AREAS)]
            look = labels.NodeStyle("box", fill, labels.GREY, "filled,rounded")
            yield from ("  " + _check(check, look) for check in checks)
    for gate in drawing.gates:
        look = labels.OF_VERDICT[gate.status]
        lines = [labels.outcome(gate), *labels.wrap_text(gate.title, _COLUMNS, _LINES)]
        yield "  " + _node(gate, look, [*lines, *labels.wrap_text(gate.id, _COLUMNS, 2)])


def _wave(number: int, checks: Iterable[GraphNode]) -> Iterator[str]:
    """The checks of a wave in one column, in a frame with its name."""
    title = f"Wave {number}"
    yield f"  subgraph cluster_wave_{number} {{"
    yield f'    rank=same; id="wave-{number}"; class="wave"; tooltip="{title}";'
    yield f'    style="rounded"; color="#b8b8b8"; fontsize=12; label="{title}"; labeljust=l;'
    yield from ("    " + _check(check) for check in checks)
    yield "  }"


def _check(check: GraphNode, look: labels.NodeStyle | None = None) -> str:
    lines = [labels.outcome(check)] if check.status else labels.wrap_text(check.area, _COLUMNS, 1)
    lines += labels.wrap_text(check.title, _COLUMNS, _LINES)
    lines += labels.wrap_text(check.id, _COLUMNS + 4, 2)
    lines += [labels.CRITICAL] if check.is_critical else []
    return _node(check, look or labels.OF_STANDING[check.standing], lines)


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


def _edge(edge: Edge) -> str:
    names = "through" if edge.is_through else "direct"
    names += " critical" if edge.is_critical else ""
    return (
        f'  "{edge.start}" -> "{edge.end}" [id="edge-{edge.start}--{edge.end}", class="{names}", '
        f"{_stroke(is_through=edge.is_through, is_critical=edge.is_critical)}, "
        f'tooltip="{labels.edge_tooltip(edge)}"];'
    )


def _stroke(*, is_through: bool, is_critical: bool) -> str:
    line = "dashed" if is_through else "solid"
    colour, width = (labels.RED, 3) if is_critical else (labels.GREY, 1)
    return f'style={line}, color="{colour}", penwidth={width}'


def _legend(drawing: Drawing) -> Iterator[str]:
    """What shapes, borders and lines mean, as far as they occur, in rows."""
    rows = [row for row in _rows(drawing) if row]
    if not rows:
        return
    yield "  subgraph cluster_legend {"
    yield '    id="legend"; class="legend"; tooltip="Legend"; label="Legend"; labeljust=l;'
    yield '    fontsize=12; style="rounded"; color="#b8b8b8";'
    yield "    node [width=2.3, fontsize=9];"
    for number, row in enumerate(rows):
        names = [f"legend__{number}_{place}" for place in range(len(row))]
        for name, (label, attributes) in zip(names, row, strict=True):
            said = f'class="legend", label="{_text(label)}", tooltip=" "'
            yield f'    "{name}" [{said}, {attributes}];'
        for start, end in pairwise(names):
            yield f'    "{start}" -> "{end}" [style=invis];'
    yield "  }"


def _rows(drawing: Drawing) -> Iterator[list[tuple[str, str]]]:
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
    lines = []
    if any(edge.is_critical for edge in drawing.edges):
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
