"""The drawing as SVG and PNG, laid out by Graphviz."""

from __future__ import annotations

import contextlib
import io
import os
import threading
from collections.abc import Callable, Iterator
from xml.etree import ElementTree as ET

import pygraphviz

from readiness.reports.graph.dot import to_dot
from readiness.reports.graph.drawing import Drawing
from readiness.reports.graph.labels import clean, edge_tooltip, tooltip

DOTS_PER_INCH = 150
_SVG = "{http://www.w3.org/2000/svg}"
_KEPT_IDS = ("node-", "edge-", "wave-", "group-", "legend")
_DRAWING_NOW = threading.Lock()

Link = Callable[[str], str]


def to_svg(drawing: Drawing) -> str:
    """The drawing as a document in SVG; it fetches nothing and runs nothing."""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{inline_svg(drawing)}'


def to_png(drawing: Drawing) -> bytes:
    """The drawing as a PNG of 150 dots per inch; very large ones have fewer."""
    return _draw(to_dot(drawing), "png", f"-Gdpi={DOTS_PER_INCH}")


def inline_svg(
    drawing: Drawing, *, prefix: str = "", link: Link | None = None, title: str = ""
) -> str:
    """Return the drawing as an `<svg>` element for a page.

    Every id in it starts with `prefix`: `node-CHECK`, `node-gate--GATE`, `edge-START--END`.
    `link` says where a check leads to, such as `#check-ID`; without it nothing is a link. `title`
    is what the picture is called where it cannot be seen, else the title of the drawing. There is
    no script, no style sheet, no style attribute and nothing from elsewhere in it.
    """
    root = ET.fromstring(_draw(to_dot(drawing), "svg"))  # noqa: S314 - Graphviz has written it
    page = _PictureRewriter(drawing, prefix, link)
    role = "group" if link else "img"  # an image has no links inside
    picture = ET.Element("svg", {"xmlns": _SVG.strip("{}"), "role": role})
    picture.set("aria-label", clean(title or drawing.title))
    for name in ("width", "height", "viewBox"):
        picture.set(name, root.get(name, ""))
    ET.SubElement(picture, "title").text = picture.get("aria-label")
    for child in root:
        picture.append(page.element(child))
    return ET.tostring(picture, encoding="unicode", short_empty_elements=True) + "\n"


def has_font() -> bool:
    """Whether the letters in a picture are legible: without any font, each is a box."""
    widths = []
    for letters in ("iiiiiiii", "WWWWWWWW"):
        drawn = _draw(f'digraph {{ a [shape=plain, label="{letters}"] }}', "svg")
        widths.append(ET.fromstring(drawn).get("width"))  # noqa: S314 - Graphviz has written it
    return widths[0] != widths[1]


class _PictureRewriter:
    """Converts the output of Graphviz into what a page may contain."""

    def __init__(self, drawing: Drawing, prefix: str, link: Link | None) -> None:
        self.prefix = prefix
        nodes = {f"node-{node.key}": tooltip(node) for node in drawing.nodes}
        edges = {
            f"edge-{edge.start}--{edge.end}": edge_tooltip(edge, drawing.titles)
            for edge in drawing.edges
        }
        self.titles = nodes | edges
        self.links = {f"node-{c.id}": link(c.id) for c in drawing.checks} if link else {}

    def element(self, written: ET.Element) -> ET.Element:
        """An element with all that is in it, under the name and with the attributes it may have."""
        name = written.get("id", "")
        found = ET.Element(written.tag.removeprefix(_SVG), self._attributes(written))
        found.text, found.tail = written.text, written.tail
        inside = found
        if name in self.titles:
            ET.SubElement(found, "title").text = self.titles[name]
            if name in self.links:
                inside = ET.SubElement(found, "a", {"href": self.links[name]})
        inside.extend(self.element(child) for child in _parts(written))
        return found

    def _attributes(self, written: ET.Element) -> dict[str, str]:
        kept = {key: held for key, held in written.attrib.items() if "{" not in key and key != "id"}
        name = written.get("id", "")
        if name.startswith(_KEPT_IDS):
            kept["id"] = self.prefix + name
        return kept


def _parts(written: ET.Element) -> Iterator[ET.Element]:
    """What is in an element, without titles and without the frames that Graphviz puts round it."""
    for child in written:
        tag = child.tag.removeprefix(_SVG)
        if tag == "a" or (tag == "g" and child.get("id", "").startswith("a_")):
            yield from _parts(child)
        elif tag != "title":
            yield child


def _draw(dot: str, form: str, settings: str = "") -> bytes:
    with _DRAWING_NOW, _silence():
        graph = pygraphviz.AGraph(string=dot)
        drawn: bytes = graph.draw(format=form, prog="dot", args=settings)
        graph.close()
    return drawn


@contextlib.contextmanager
def _silence() -> Iterator[None]:
    """Keeps from standard error what Graphviz and the libraries below it say of fonts and sizes.

    They write to the file descriptor, so what other threads write there meanwhile is lost too.
    """
    with contextlib.redirect_stderr(io.StringIO()), contextlib.ExitStack() as stack:
        try:
            kept = os.dup(2)
        except OSError:  # there is no standard error
            yield
            return
        stack.callback(os.close, kept)
        stack.callback(os.dup2, kept, 2)
        with open(os.devnull, "wb") as nowhere:  # noqa: PTH123 - it is not a Path
            os.dup2(nowhere.fileno(), 2)
        yield
