"""What nodes say: texts made safe for every format, wrapped, and the words for what came out."""

from __future__ import annotations

from collections.abc import Iterator

from rich.cells import cell_len

from readiness.documents.sanitize import one_line
from readiness.reports.graph.drawing import DrawnCheck, DrawnGate, Edge, Node
from readiness.reports.labels import STATUSES, VERDICTS

LONGEST = 300  # characters of a text that is not wrapped
# One sign for each, beside the word that says the same.
_SIGNS = {
    "met": "✓", "unmet": "✗", "undetermined": "?", "not_applicable": "–", "waived": "!",
    "go": "✓", "conditional_go": "!", "no_go": "✗",
}  # fmt: skip
CRITICAL = "▸ critical path"


def clean(text: str, longest: int = LONGEST) -> str:
    """A text on one line, without what a format could obey or cannot hold; `…` where it is cut."""
    shown = one_line(text[: 20 * longest])
    return shown if len(shown) <= longest else f"{shown[: longest - 1].rstrip()}…"


def wrapped(text: str, width: int, most: int) -> list[str]:
    """A text in lines of that many columns, at most so many of them; `…` where it is cut."""
    lines: list[str] = []
    line = ""
    for word in _pieces(clean(text), width):
        longer = f"{line} {word}" if line else word
        if cell_len(longer) <= width:
            line = longer
            continue
        lines.append(line)
        line = word
    lines.append(line)
    if len(lines) <= most:
        return lines
    last = lines[most - 1]
    while cell_len(last) >= width:
        last = last[:-1]
    return [*lines[: most - 1], f"{last.rstrip()}…"]


def _pieces(text: str, width: int) -> Iterator[str]:
    """The words, those that are too long for a line in parts, if possible behind a hyphen."""
    for word in text.split():
        rest = word
        while cell_len(rest) > width:
            end = min(len(rest), width)
            while end > 1 and cell_len(rest[:end]) > width:
                end -= 1
            end = rest[:end].rfind("-") + 1 or end
            yield rest[:end]
            rest = rest[end:]
        yield rest


def state_of(node: Node) -> str:
    """The status of a check, or that it is waived; the verdict of a gate; empty if not assessed."""
    if isinstance(node, DrawnGate):
        return node.verdict
    return "waived" if node.is_waived else node.status


def state_in_words(node: Node) -> str:
    """Sign and words for what came out: `✗ unmet, blocked`; of what is not assessed, what it is."""
    state = state_of(node)
    if isinstance(node, DrawnGate):
        return f"{_SIGNS[state]} {VERDICTS[state]}" if state else "gate"
    if not state:
        return clean(node.area)
    word = f"waived ({STATUSES[node.status]})" if node.is_waived else STATUSES[node.status]
    return f"{_SIGNS[state]} {word}, {node.standing}"


def tooltip(node: Node) -> str:
    """All that there is to say about a node, on one line."""
    parts = [clean(node.title), state_in_words(node)]
    if isinstance(node, DrawnCheck):
        parts += [f"severity {node.severity}"]
        parts += [f"wave {node.wave}"] if node.wave else []
        parts += [f"owner {clean(node.owner)}"] if node.owner else []
        parts += ["on the critical path"] if node.is_critical else []
    return " – ".join([*parts, node.id])


def edge_tooltip(edge: Edge) -> str:
    """What an edge says: which comes before which, and whether only by way of others."""
    start, end = (key.replace("gate--", "gate ") for key in (edge.start, edge.end))
    through = ", through checks that are not shown" if edge.is_through else ""
    return f"{start} comes before {end}{through}"


def classes(node: Node) -> str:
    """The classes of a node in a page: what it is, and what came out for it."""
    if isinstance(node, DrawnGate):
        return " ".join(["gate", *([f"verdict-{node.verdict}"] if node.verdict else [])])
    found = ["check", f"severity-{node.severity}"]
    if node.status:
        found += [f"standing-{node.standing}", f"status-{node.status}"]
    found += ["waived"] if node.is_waived else []
    found += ["critical"] if node.is_critical else []
    return " ".join(found)
