"""The drawing as a flowchart in Mermaid, which wikis and GitHub show as a picture."""

from __future__ import annotations

import re
from collections.abc import Iterator

from readiness.reports.graph import labels
from readiness.reports.graph.drawing import Drawing, GraphNode
from readiness.reports.phrasing import DECISIONS

_LONGEST = 160
_CRITICAL = f"stroke:{labels.RED},stroke-width:4px"
_SHAPES = {
    "": ("[", "]"),
    "actionable": ("[", "]"),
    "blocked": ("{{", "}}"),
    "ready": ("(", ")"),
    "premature": ("[/", "/]"),
}
# Any character that Mermaid, Markdown or HTML could interpret; all others are shown unchanged.
_SIGNS = re.compile(r"[^\w ,.:!?'()–…✓✗-]|_", re.ASCII)


def to_mermaid(drawing: Drawing) -> str:
    """The drawing as a Mermaid text; the same drawing gives the same text.

    Nodes are called n0, n1 and so on, because Mermaid reserves words. Mermaid itself shows
    no more than 500 edges unless it is set up to.
    """
    names = {node.key: f"n{n}" for n, node in enumerate(drawing.nodes)}
    lines = [
        "flowchart LR",
        *(f"  {line}" for line in _classes()),
        *(f"  {line}" for line in _groups(drawing, names)),
        *(f"  {_gate(gate, names)}" for gate in drawing.gates),
        *(f"  {line}" for line in _edges(drawing, names)),
        *(f"  {line}" for line in _styles(drawing, names)),
        f'  about["{_text(drawing.title, *drawing.notes)}"]',
    ]
    return "\n".join(lines) + "\n"


def _classes() -> Iterator[str]:
    looks = {"check": labels.NodeStyle("", "#eeeeee", labels.GREY), **labels.OF_STANDING}
    looks |= {_class_of(verdict): look for verdict, look in labels.OF_VERDICT.items()}
    for name, look in looks.items():
        yield f"classDef {name} fill:{look.fill},stroke:{look.border},color:{look.text}"
    yield "classDef undetermined stroke-dasharray:6 4"
    yield "classDef waived stroke-dasharray:2 3"
    yield f"classDef critical {_CRITICAL}"
    yield f"classDef about fill:none,stroke:none,color:{labels.INK}"


def _class_of(verdict: str) -> str:
    """The class of a gate; that of a check may be called undetermined as well."""
    return "gate_undetermined" if verdict == "undetermined" else verdict or "gate"


def _groups(drawing: Drawing, names: dict[str, str]) -> Iterator[str]:
    """The checks, framed by wave, closed ones without a frame; by area if nothing is assessed."""
    groups = {f"Wave {wave}": checks for wave, checks in drawing.waves.items()}
    if not drawing.is_assessed:
        names_of = labels.short_names(drawing.areas, _LONGEST - 20)
        groups = {f"Area: {names_of[area]}": checks for area, checks in drawing.areas.items()}
    for number, (title, checks) in enumerate(groups.items()):
        yield f'subgraph g{number}["{_text(title)}"]'
        yield from (f"  {_check(check, names)}" for check in checks)
        yield "end"
    if drawing.is_assessed:
        yield from (_check(check, names) for check in drawing.checks if not check.wave)


def _check(check: GraphNode, names: dict[str, str]) -> str:
    first, last = _SHAPES[check.standing]
    parts = [labels.outcome(check), check.title, check.id]
    if not check.status:
        parts = [check.id, check.title]
    parts += ["critical path"] if check.is_critical else []
    return f'{names[check.key]}{first}"{_text(*parts)}"{last}'


def _gate(gate: GraphNode, names: dict[str, str]) -> str:
    text = _text(labels.outcome(gate), gate.title, gate.id)
    first, last = ("([", "])") if gate.status in ("go", "conditional_go") else ("[[", "]]")
    return f'{names[gate.key]}{first}"{text}"{last}'


def _styles(drawing: Drawing, names: dict[str, str]) -> Iterator[str]:
    """The classes, each with the nodes that have it."""
    found: dict[str, list[str]] = {}
    for node in drawing.nodes:
        for style in _styles_of(node):
            found.setdefault(style, []).append(names[node.key])
    yield from (f"class {','.join(nodes)} {style}" for style, nodes in found.items())
    yield "class about about"


def _styles_of(node: GraphNode) -> Iterator[str]:
    yield _class_of(node.status) if node.is_gate else node.standing or "check"
    if not node.is_gate and node.state in ("undetermined", *DECISIONS):
        yield "waived" if node.decision else node.state
    if node.is_critical:
        yield "critical"


def _edges(drawing: Drawing, names: dict[str, str]) -> Iterator[str]:
    for edge in drawing.edges:
        arrow = "-.->" if edge.is_through else "==>" if edge.is_critical else "-->"
        yield f"{names[edge.start]} {arrow} {names[edge.end]}"
    critical = [str(number) for number, edge in enumerate(drawing.edges) if edge.is_critical]
    if critical:
        yield f"linkStyle {','.join(critical)} {_CRITICAL}"


def _text(*parts: str) -> str:
    """Return texts that Mermaid shows unchanged: special characters become numbers."""
    text = " – ".join(labels.clean(part, _LONGEST) for part in parts)
    return _SIGNS.sub(lambda sign: _by_number(sign[0]), text)


def _by_number(sign: str) -> str:
    if sign == '"':
        return "#quot;"
    return f"#{ord(sign)};" if sign.isascii() else sign
