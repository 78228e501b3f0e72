"""Each format contains the complete drawing, identical each time."""

from __future__ import annotations

import math
import re
import struct
from collections.abc import Callable
from itertools import combinations
from xml.etree import ElementTree as ET

import pygraphviz
import pytest

from readiness.reports.graph import labels
from readiness.reports.graph.dot import AREA_FILLS, to_dot
from readiness.reports.graph.drawing import Drawing, draw
from readiness.reports.graph.mermaid import to_mermaid
from readiness.reports.graph.outline import print_outline
from readiness.reports.graph.picture import has_font, inline_svg, to_png, to_svg
from tests.conftest import GoldenCheck
from tests.reports.graph.drawings import case, shop
from tests.reports.printing import GOLDEN, assessed, printed
from tests.semantics.harness import ruleset_of

FOLDER = GOLDEN / "graph"
SVG = "{http://www.w3.org/2000/svg}"


def outline(drawing: Drawing, width: int = 80, encoding: str = "utf-8") -> str:
    return printed(lambda console: print_outline(drawing, console), width, encoding)


FORMATS: dict[str, Callable[[Drawing], str]] = {
    "dot": to_dot,
    "mmd": to_mermaid,
    "txt": outline,
}
DRAWINGS: dict[str, Callable[[], Drawing]] = {
    "open": shop,
    "everything": lambda: shop(everything=True),
    "waived": lambda: shop("waived", everything=True),
    "around": lambda: draw(assessed("mixed"), around="goods-listed"),
    "ruleset": lambda: draw(assessed("mixed").ruleset),
}


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("name", DRAWINGS)
def test_whole_texts(name: str, ending: str, golden: GoldenCheck) -> None:
    """The shop is drawn in each variant and written in each text format."""
    golden(FOLDER / f"{name}.{ending}", FORMATS[ending](DRAWINGS[name]()))


@pytest.mark.parametrize("write", [to_dot, to_mermaid, to_svg, to_png, inline_svg])
def test_the_same_drawing_gives_the_same_bytes(write: Callable[[Drawing], str | bytes]) -> None:
    """The output depends only on the drawing."""
    assert write(shop()) == write(shop())


@pytest.mark.parametrize("name", DRAWINGS)
def test_dot_has_every_node_and_edge(name: str) -> None:
    """Graphviz reads the text and finds the nodes and edges of the drawing, and the legend."""
    drawing = DRAWINGS[name]()
    graph = pygraphviz.AGraph(string=to_dot(drawing))
    drawn = {node for node in graph.nodes() if not node.startswith("legend__")}
    assert drawn == {node.key for node in drawing.nodes}
    edges = {(e[0], e[1]) for e in graph.edges() if e.attr["style"] != "invis"}
    assert edges == {(edge.start, edge.end) for edge in drawing.edges}


@pytest.mark.parametrize("name", DRAWINGS)
def test_svg_has_every_node_and_edge(name: str) -> None:
    """Each node and edge is a group with a unique id, under the prefix, and a tooltip."""
    drawing = DRAWINGS[name]()
    root = ET.fromstring(inline_svg(drawing, prefix="p-", link=lambda check: f"#check-{check}"))
    ids = [element.get("id") for element in root.iter() if element.get("id")]
    assert len(ids) == len(set(ids))
    nodes = {f"p-node-{node.key}" for node in drawing.nodes}
    edges = {f"p-edge-{edge.start}--{edge.end}" for edge in drawing.edges}
    assert {i for i in ids if i and i.startswith(("p-node-", "p-edge-"))} == nodes | edges
    assert all(str(i).startswith("p-") for i in ids)
    for element in root.iter(f"{SVG}g"):
        if element.get("id") in nodes | edges:
            title = element.find(f"{SVG}title")
            assert title is not None
            assert title.text


def test_checks_are_links_where_it_is_said_where_they_lead() -> None:
    """With `link` each check is a link, and nothing else is; without it nothing is."""
    drawing = shop()
    root = ET.fromstring(inline_svg(drawing, link=lambda check: f"#check-{check}"))
    links = [link.get("href") for link in root.iter(f"{SVG}a")]
    assert sorted(map(str, links)) == sorted(f"#check-{check.id}" for check in drawing.checks)
    assert "<a" not in inline_svg(drawing)


def test_inline_svg_is_one_element_with_a_name() -> None:
    """Inline SVG begins with `<svg`, is marked as an image, and has a label."""
    drawn = inline_svg(shop(), title="What waits for what")
    assert drawn.startswith("<svg ")
    root = ET.fromstring(drawn)
    assert root.get("role") == "img"
    assert root.get("aria-label") == root.findtext(f"{SVG}title") == "What waits for what"


def test_svg_document_is_the_element_with_its_declaration() -> None:
    """A separate file declares XML in UTF-8, and no document type."""
    head, _, rest = to_svg(shop()).partition("\n")
    assert head == '<?xml version="1.0" encoding="UTF-8"?>'
    assert rest == inline_svg(shop())
    assert "<!DOCTYPE" not in rest


def test_png_is_a_picture_of_a_legible_size() -> None:
    """At 150 dots per inch the nodes, over two inches wide, are hundreds of dots wide."""
    drawn = to_png(shop())
    assert drawn.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", drawn[16:24])
    assert 1_000 < width < 4_000
    assert 500 < height < 3_000


def test_pictures_leave_standard_error_alone(capfd: pytest.CaptureFixture[str]) -> None:
    """Messages of Graphviz and its libraries about fonts and sizes are not passed on."""
    to_png(shop())
    inline_svg(shop())
    assert capfd.readouterr() == ("", "")


def test_whether_there_is_a_font_is_found_out() -> None:
    """If every letter is a box, narrow and wide letters take the same space."""
    assert has_font() is True


def linear_light(colour: str) -> list[float]:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    return [p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts]


def luminance(colour: str) -> float:
    linear = linear_light(colour)
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("name", DRAWINGS)
def test_text_stands_out_from_its_background(name: str) -> None:
    """The contrast of every label is at least 4.5 to 1, in each format with colours."""
    dot = re.findall(r'fillcolor="(#\w+)".*fontcolor="(#\w+)"', to_dot(DRAWINGS[name]()))
    mermaid = re.findall(r"fill:(#\w+),.*color:(#\w+)", to_mermaid(DRAWINGS[name]()))
    assert dot
    assert mermaid
    assert all(contrast(back, front) >= 4.5 for back, front in dot + mermaid)


# Machado, Oliveira and Fernandes 2009: what is seen of red, green and blue light.
SIGHT = {
    "all colours": ((1, 0, 0), (0, 1, 0), (0, 0, 1)),
    "no red": ((0.152, 1.053, -0.205), (0.115, 0.786, 0.099), (-0.004, -0.048, 1.052)),
    "no green": ((0.367, 0.861, -0.228), (0.280, 0.673, 0.047), (-0.012, 0.043, 0.969)),
    "no blue": ((1.256, -0.077, -0.179), (-0.078, 0.931, 0.148), (0.005, 0.691, 0.304)),
}
FILLS = {
    "progress": [look.fill for look in labels.OF_STANDING.values()],
    "verdict": [look.fill for verdict, look in labels.OF_VERDICT.items() if verdict],
    "area": list(AREA_FILLS),
}


def seen(colour: str, sight: str) -> tuple[float, float, float]:
    """Return a colour in CIELAB, as someone with this sight sees it."""
    light = linear_light(colour)
    red, green, blue = (
        min(1, max(0, sum(a * b for a, b in zip(row, light, strict=True)))) for row in SIGHT[sight]
    )
    x = (0.4124 * red + 0.3576 * green + 0.1805 * blue) / 0.9505
    y = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    z = (0.0193 * red + 0.1192 * green + 0.9505 * blue) / 1.089
    x, y, z = (
        part ** (1 / 3) if part > 0.008856 else 7.787 * part + 16 / 116 for part in (x, y, z)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


@pytest.mark.parametrize("sight", SIGHT)
@pytest.mark.parametrize("kind", FILLS)
def test_fills_are_distinct_for_every_sight(kind: str, sight: str) -> None:
    """Any two fills differ by over 12 in CIELAB, also for colour-blind readers."""
    for one, other in combinations(FILLS[kind], 2):
        assert math.dist(seen(one, sight), seen(other, sight)) > 12, (one, other)


def frames(drawing: Drawing) -> dict[str, set[str]]:
    """Return the nodes in each frame of the DOT text, by its title."""
    graph = pygraphviz.AGraph(string=to_dot(drawing))
    return {str(f.graph_attr["label"]): set(map(str, f.nodes())) for f in graph.subgraphs()}


def test_checks_without_arrows_are_in_a_grid() -> None:
    """A hundred checks without edges take rows of several, not one column."""
    names = [f"c{number}" for number in range(100)]
    drawing = draw(
        ruleset_of(case({name: [] for name in names} | {"last": ["first"], "first": []}))
    )
    assert frames(drawing)["Not connected to anything shown here"] == set(names)
    width, height = re.findall(r'(?:width|height)="(\d+)pt"', to_svg(drawing))[:2]
    assert 0.8 < int(width) / int(height) < 3


def large(gates: dict[str, tuple[list[str], list[str]]]) -> Drawing:
    names = [f"c{number}" for number in range(70)]
    chains = {name: names[n - 1 : n] if n % 10 else [] for n, name in enumerate(names)}
    return draw(ruleset_of(case(chains, gates=gates)))


def test_a_large_drawing_is_framed_by_gate() -> None:
    """More than 60 nodes stand under the first gate that needs them, if only through others."""
    drawing = large({"second": (["c9", "c29"], ["first"]), "first": (["c9", "c15"], [])})
    found = frames(drawing)
    first, second = (
        next(keys for keys in found.values() if f"gate--{g}" in keys) for g in ("first", "second")
    )
    assert first == {"gate--first", *(f"c{n}" for n in range(16))}
    assert second == {"gate--second", *(f"c{n}" for n in range(20, 30))}
    assert found["No gate waits for"] == {f"c{n}" for n in [*range(16, 20), *range(30, 70)]}
    assert "No gate waits for" not in frames(shop())


def test_a_large_drawing_without_gates_is_framed_by_area() -> None:
    """Where gates do not tell the checks apart, each frame has the title of an area."""
    drawing = large({})
    assert set(drawing.areas) < set(frames(drawing))


@pytest.mark.parametrize("name", DRAWINGS)
def test_the_legend_explains_every_fill(name: str) -> None:
    """Each fill of a node is that of a box of the legend."""
    nodes = pygraphviz.AGraph(string=to_dot(DRAWINGS[name]())).nodes()
    fills = {
        is_legend: {n.attr["fillcolor"] for n in nodes if n.startswith("legend") == is_legend}
        for is_legend in (True, False)
    }
    assert fills[False] <= fills[True]


@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
@pytest.mark.parametrize("width", [40, 60, 100])
@pytest.mark.parametrize("name", DRAWINGS)
def test_the_outline_keeps_to_the_width(name: str, width: int, encoding: str) -> None:
    """No line is wider than the terminal, and none contains unprintable characters."""
    text = outline(DRAWINGS[name](), width, encoding)
    assert max(len(line) for line in text.splitlines()) <= width
    assert encoding != "ascii" or text.isascii()


def test_a_long_chain_is_continued_further_down() -> None:
    """A chain too deep for the width continues at the margin, as often as necessary."""
    names = [f"c{number}" for number in range(300)]
    chain = {
        name: names[number - 1 : number] if number else [] for number, name in enumerate(names)
    }
    text = outline(draw(ruleset_of(case(chain)), around="c0"))
    assert all(f" {name} – " in text for name in names)
    assert "After it, from c13 on" in text
    assert max(len(line) for line in text.splitlines()) <= 80
