"""Texts of documents that could change a picture, or attack what shows it."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from functools import cache
from xml.etree import ElementTree as ET

import pygraphviz
import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.reports.graph.dot import to_dot
from readiness.reports.graph.drawing import Drawing, GraphNode, draw
from readiness.reports.graph.labels import clean, short_names, wrap_text
from readiness.reports.graph.mermaid import to_mermaid
from readiness.reports.graph.outline import print_outline
from readiness.reports.graph.picture import inline_svg, to_png
from tests.lanes import each
from tests.reports.printing import printed
from tests.semantics.harness import assess

HOSTILE = {
    "script": "<script>alert(1)</script>",
    "html-label": "<b>bold</b>",
    "html-label-whole": "<<TABLE><TR><TD>x</TD></TR></TABLE>>",
    "quotes": '"; evil [URL="javascript:x"]; "\'',
    "backslashes": "a\\b \\\\ \\N \\G \\L \\n \\l \\r end\\",
    "entities": "&lt;b&gt; &amp; &#65; &nbsp; &",
    "cdata": "]]> <![CDATA[ x ]]> <!-- -->",
    "right-to-left": "a\u202eb\u2066c\u061cd\u200fe",
    "controls": "a\x00b\x07c\x1b[31md\x7f\x9b0m",
    "not-characters": "a\ud800b\ufffec\uffffd",
    "long": "word " * 2_000,
    "long-word": "x" * 10_000,
    "directive": '%%{init: {"theme": "dark"}}%%',
    "click": 'x"] \n click n0 href "javascript:alert(1)"\n n1["',
    "markdown": "`**bold** _it_ [a](http://example.org)` # 1. one",
    "lines": "one\ntwo\r\nthree\u2028four",
    "dot-keyword": "subgraph { node edge } -> strict",
    "charset": "charset=",
    "wide": "客户数据已定义并且清洁" * 5 + "😀",
    "blank": " \u200b ",
}


def hostile(text: str) -> dict[str, object]:
    """Return a case with a text wherever the graph shows one."""
    checks = {
        "roof": {"title": f"{text} roof", "met_when": "s.a"},
        "wall": {"title": text, "met_when": "s.b", "requires": ["roof"]},
    }
    return {
        "questions": {"s.a": "yes_no", "s.b": "yes_no"},
        "checks": checks,
        "gates": {"move": {"title": text, "requires": ["wall"]}},
        "answers": {"s.a": False},
    }


@cache
def drawings(name: str) -> list[Drawing]:
    """Return an assessment with such texts, and its ruleset, whose name and areas are such too."""
    text = HOSTILE[name]
    assessment = assess(hostile(text))
    plain = draw(assessment.ruleset)
    checks = tuple(replace(check, area=text) for check in plain.checks)
    return [draw(assessment), replace(plain, checks=checks, title=text)]


def unescaped(label: str) -> list[str]:
    """Return the lines that Graphviz makes of a label, by its rules."""
    lines, line, rest = [], "", iter(html.unescape(label))
    for sign in rest:
        if sign != "\\":
            line += sign
        elif (following := next(rest)) == "n":
            lines.append(line)
            line = ""
        else:
            assert following == "\\"
            line += "\\"
    return [*lines, line]


EVERY = pytest.mark.parametrize("name", HOSTILE)


@EVERY
def test_dot_gives_the_text_back(name: str) -> None:
    """Graphviz reads the right nodes, and labels with the title as written."""
    for drawing in drawings(name):
        graph = pygraphviz.AGraph(string=to_dot(drawing))
        assert {n for n in graph.nodes() if not n.startswith("legend")} == {
            node.key for node in drawing.nodes
        }
        for node in drawing.nodes:
            label = graph.get_node(node.key).attr["label"]
            assert not label.startswith("<")
            expected = wrap_text(node.title, 26, 4)
            lines, long = unescaped(label), len(expected)
            assert expected in [lines[n : n + long] for n in range(1, len(lines))]


@EVERY
def test_svg_runs_nothing_and_fetches_nothing(name: str) -> None:
    """SVG contains only shapes, texts and links within the page; texts are shown as written."""
    for drawing in drawings(name):
        root = ET.fromstring(inline_svg(drawing, link=lambda check: f"#check-{check}"))
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert tags <= {"svg", "title", "g", "a", "polygon", "polyline", "path", "text", "ellipse"}
        for element in root.iter():
            for key, value in element.attrib.items():
                assert key not in ("style", "xlink:href")
                assert not key.startswith("on")
                assert key != "href" or value.startswith("#check-")
                assert "url(" not in value
        shown = {"".join(element.itertext()).replace("\xa0", " ") for element in root.iter()}
        for node in drawing.nodes:
            lines = {line.replace("\xa0", " ") for line in wrap_text(node.title, 26, 4)}
            assert lines - {""} <= shown


@pytest.mark.parametrize("name", each(HOSTILE, fast=lambda name: name in list(HOSTILE)[:5]))
def test_png_can_be_drawn(name: str) -> None:
    """No text stops Graphviz from drawing."""
    assert to_png(drawings(name)[0]).startswith(b"\x89PNG")


@EVERY
def test_mermaid_stays_one_line_a_node(name: str) -> None:
    """The program writes every line; texts are quoted, without special characters in them."""
    node = r'n\d+(\[|\{\{|\(|\[/|\[\[|\(\[)"[^"`<>&%{}\[\]\\|*_~;/]*"(\]|\}\}|\)|/\]|\]\]|\]\))'
    line = (
        r"flowchart LR| *(classDef [\w ,:;#-]+|class [n\d,]+ \w+|class about about|end"
        rf'|subgraph g\d+\["[^"<>`]*"\]|{node}|n\d+ (-->|-\.->|==>) n\d+|linkStyle [\d,]+ .*'
        r'|about\["[^"<>`]*"\])'
    )
    for drawing in drawings(name):
        text = re.sub(r"#(quot|\d+);", "", to_mermaid(drawing))
        for written in text.splitlines():
            assert re.fullmatch(line, written), written
        assert len(re.findall(rf"^ *{node}$", text, re.MULTILINE)) == len(drawing.nodes)


@EVERY
def test_the_outline_obeys_nothing(name: str) -> None:
    """No control character reaches the terminal, and no line is wider than it."""
    for drawing in drawings(name):
        text = printed(lambda console, held=drawing: print_outline(held, console), 80)  # type: ignore[misc]
        assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text)


def test_long_texts_are_cut() -> None:
    """A title takes at most four lines, and ends with `…` if it is cut."""
    assert len(clean(HOSTILE["long"])) <= 300
    lines = wrap_text(HOSTILE["long-word"], 26, 4)
    assert [len(line) for line in lines] == [26, 26, 26, 26]
    assert lines[-1].endswith("…")


def test_words_are_parted_behind_a_hyphen() -> None:
    """A name that is too long for a line continues after one of its hyphens."""
    assert wrap_text("customer-definition-settled-first", 30, 2) == [
        "customer-definition-settled-",
        "first",
    ]


ALIKE = st.text("ab ", max_size=8).map("Requirements and measures of {}".format)


@given(st.sets(ALIKE | st.text(max_size=30)), st.integers(10, 40))
def test_no_two_short_names_read_alike(texts: set[str], longest: int) -> None:
    """Texts that are shortened to the same letters are distinguished by a number."""
    names = short_names(sorted(texts), longest)
    assert set(names) == texts
    assert len(set(names.values())) == len(texts)
    assert all(len(name) <= longest + len(f" ({len(texts)})") for name in names.values())


@given(st.lists(st.tuples(ALIKE, ALIKE), min_size=2, max_size=5), st.integers(1, 120))
def test_no_two_nodes_read_alike(titles: list[tuple[str, str]], longest: int) -> None:
    """Nodes with long titles and areas that begin alike have different labels in each format."""
    checks = tuple(
        GraphNode(key := f"{'x' * longest}{number}", key, title * 9, area=area * 4)
        for number, (title, area) in enumerate(titles)
    )
    drawing = Drawing("Alike", checks, (), ())
    shown = pygraphviz.AGraph(string=to_dot(drawing))
    assert len({shown.get_node(check.key).attr["label"] for check in checks}) == len(checks)
    labels = re.findall(r'^ *n\d+\["(.*)"\]$', to_mermaid(drawing), re.MULTILINE)
    assert len(labels) == len(set(labels)) == len(checks)
