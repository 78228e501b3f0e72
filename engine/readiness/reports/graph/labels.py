"""What nodes say and how they look: texts made safe for every format, words and colours."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, count

from rich.cells import cell_len

from readiness.documents.sanitize import one_line
from readiness.reports.graph.drawing import Edge, GraphNode
from readiness.reports.phrasing import DECISIONS, PROGRESS, STATUSES, name_owner

LONGEST = 300  # characters of a text that is not wrapped
# One sign for each, beside the word that says the same.
_SIGNS = {
    "met": "✓", "unmet": "✗", "undetermined": "?", "not_applicable": "–", "waived": "!",
    "go": "✓", "conditional_go": "!", "no_go": "✗", "out_of_scope": "–",
}  # fmt: skip
CRITICAL = "▸ critical path"
INK, GREY, RED = "#1a1a1a", "#5a5a5a", "#b3261e"


@dataclass(frozen=True, slots=True)
class NodeStyle:
    """A shape with its colours; what is said in colour is said by shape and word as well."""

    shape: str
    fill: str
    border: str
    style: str = "filled"
    text: str = INK
    peripheries: int = 1


# Fills that colour-blind readers can tell apart as well; a test measures it.
OF_STANDING = {
    "ready": NodeStyle("box", "#e4f7ec", "#00674b", "filled,rounded"),
    "premature": NodeStyle("note", "#8fc0ea", "#0b5a8c"),
    "actionable": NodeStyle("box", "#ffdf70", "#7a5200"),
    "blocked": NodeStyle("box", "#c895b5", "#7d3a63", "filled,diagonals"),
}
OF_VERDICT = {
    "": NodeStyle("box", "#3d3d3d", "#3d3d3d", "filled", "#ffffff", 2),
    "go": NodeStyle("box", "#00674b", "#00674b", "filled,rounded", "#ffffff", 2),
    "conditional_go": NodeStyle("note", "#e8a800", "#7a5200"),
    "no_go": NodeStyle("octagon", "#9c3a00", "#9c3a00", "filled", "#ffffff", 2),
    "out_of_scope": NodeStyle("box", "#ffffff", "#5a5a5a", "filled", INK, 2),
    "undetermined": NodeStyle("hexagon", "#4f4a73", "#4f4a73", "filled", "#ffffff", 2),
}


def clean(text: str, longest: int = LONGEST) -> str:
    """A text on one line, without what a format could obey or cannot hold; `…` where it is cut."""
    shown = one_line(text[: 20 * longest])
    return shown if len(shown) <= longest else f"{shown[: longest - 1].rstrip()}…"


def short_names(texts: Iterable[str], longest: int) -> dict[str, str]:
    """Return texts cut to a length; a number follows one that would read like another."""
    found: dict[str, str] = {}
    for text in dict.fromkeys(texts):
        cut = clean(text, longest)
        numbered = (f"{cut} ({number})" for number in count(2))
        names = set(found.values())
        found[text] = next(name for name in chain([cut], numbered) if name not in names)
    return found


def wrap_text(text: str, width: int, most: int) -> list[str]:
    """Wrap a text into at most `most` lines of `width` columns; `…` where it is cut."""
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


def outcome(node: GraphNode) -> str:
    """Sign and words for what came out: `✗ unmet, blocked`; of what is not assessed, what it is."""
    state = node.state
    if node.is_gate:
        return f"{_SIGNS[state]} {node.words}" if state else "gate"
    if not state:
        return clean(node.area)
    word = STATUSES[node.status]
    if state == "out_of_scope":
        return f"{_SIGNS[state]} {DECISIONS[state]} ({word})"
    word = f"{DECISIONS[state]} ({word})" if node.decision else word
    return f"{_SIGNS[state]} {word}, {PROGRESS[node.standing]}"


def tooltip(node: GraphNode) -> str:
    """All that there is to say about a node, on one line."""
    parts = [clean(node.title), outcome(node)]
    parts += [f"severity {node.severity}"] if node.severity else []
    parts += [f"wave {node.wave}"] if node.wave else []
    parts += [f"owner {clean(name_owner(node.owner))}"] if node.owner else []
    parts += ["on the critical path"] if node.is_critical else []
    return " – ".join([*parts, node.id])


def edge_tooltip(edge: Edge, titles: Mapping[str, str]) -> str:
    """Return what an edge says: what waits for what, and whether only through others."""
    start, end = (clean(titles[key]) for key in (edge.start, edge.end))
    through = ", through checks that are not shown" if edge.is_through else ""
    return f"“{end}” waits for “{start}”{through}"
