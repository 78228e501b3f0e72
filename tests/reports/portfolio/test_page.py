"""The portfolio page: its structure, its pictures, and its safety."""

from __future__ import annotations

import base64
import hashlib
import re
from functools import cache
from itertools import pairwise

import pytest

from readiness.reports.portfolio.summary import MOST
from tests.reports.portfolio.examples import small
from tests.reports.portfolio.test_summary import case, in_format, told, worked
from tests.reports.webpage.reading import PageReader

PAGES = ("companies", "no gates", "nothing open", "many")


@cache
def page_on(name: str) -> str:
    """Return the page on the companies, or on a portfolio that lacks something."""
    if name == "companies":
        return told("html")
    held = {"no gates": case(2, gates={}), "nothing open": case(2), "many": case(40)}[name]
    return in_format("html", small(held, {"s.a": [name == "nothing open", True]}))


@pytest.fixture(params=PAGES)
def page(request: pytest.FixtureRequest) -> str:
    return page_on(request.param)


def test_elements_ids_and_links(page: str) -> None:
    """Elements are closed in order, ids are unique, links and labels refer to existing ids."""
    read = PageReader(page)
    assert read.astray == []
    ids = read.values("id")
    assert len(ids) == len(set(ids))
    links = read.values("href")
    within = {href[1:] for href in links if href.startswith("#")}
    assert within | set(read.values("aria-labelledby")) <= set(ids)
    assert {href for href in links if not href.startswith("#")} == {"data:,"}


def test_policy_allows_the_style_alone(page: str) -> None:
    """The policy names the digest of the style, and allows no script."""
    assert page.startswith('<!doctype html>\n<html lang="en">\n<head>\n<meta http-equiv="Content-S')
    policy = page.split('content="', 1)[1].split('"', 1)[0].replace("&#39;", "'")
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    [style] = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert parts["style-src"] == f"'sha256-{digest}'"
    assert parts["default-src"] == "'none'"
    assert "script-src" not in parts


def test_nothing_runs_and_nothing_is_fetched(page: str) -> None:
    """There is no script, no style in attributes, and nothing that a browser would load."""
    read = PageReader(page)
    for tag, attributes in read.elements:
        assert not [name for name in attributes if name.startswith("on") or name == "src"], tag
        assert "style" not in attributes
        assert tag not in ("script", "img", "iframe", "object", "embed", "foreignobject")
    assert "@import" not in page


def test_headings_and_tables(page: str) -> None:
    """Headings skip no level; each table has a caption, each header cell a scope."""
    read = PageReader(page)
    levels = [int(tag[1]) for tag, _ in read.elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
    assert read.count("table") == read.count("caption")
    assert all(attributes.get("scope") for tag, attributes in read.elements if tag == "th")


def test_pictures_have_names(page: str) -> None:
    """Every picture has a name, or is hidden from assistive technology."""
    pictures = [attributes for tag, attributes in PageReader(page).elements if tag == "svg"]
    assert pictures
    for attributes in pictures:
        named = attributes.get("role") == "img" and attributes.get("aria-labelledby")
        assert named or attributes.get("aria-hidden") == "true"


def test_every_figure_of_the_pictures_stands_in_a_table() -> None:
    """Every percentage in a picture is also in a table, in cases and per cent."""
    page = told("html")
    tables = " ".join(re.findall("<table.*?</table>", page, re.DOTALL))
    for picture in re.findall(r'<figure class="plot.*?</figure>', page, re.DOTALL):
        for figure in re.findall(r">(\d+) ?%?</text>", picture):
            assert f"({figure} %)" in tables


def groups_of(picture: str) -> list[str]:
    """Return the parts of a picture on the companies, each with a different title."""
    named = rf'<svg[^>]* aria-labelledby="{picture}">.*?</svg>'
    [found] = re.findall(named, told("html"), re.DOTALL)
    return re.findall("<g>.*?</g>", found, re.DOTALL)


def lengths_of(group: str) -> list[tuple[float, float]]:
    """Return the start and the length of a bar's pieces, in per cent."""
    found = re.findall(r'<rect class="\w+" x="([\d.]+)%" width="([\d.]+)%"', group)
    return [(float(start), float(length)) for start, length in found]


def test_bars_of_verdicts_add_up() -> None:
    """The pieces of each bar are adjacent and fill the whole width."""
    bars = groups_of("verdicts-name")
    assert len(bars) == len(worked().gates)
    for bar in bars:
        edge = 0.0
        for start, length in lengths_of(bar):
            assert start == pytest.approx(edge, abs=0.02)
            edge += length
        assert edge == pytest.approx(100, abs=0.02)


def test_bars_of_checks_are_to_scale() -> None:
    """The length of a bar is the number of cases that the check blocks, in the page's scale."""
    [stated] = re.findall(r"represents (\d+) % of the cases", told("html"))
    bars = groups_of("blocking-name")
    for bar, entry in zip(bars, worked().checks, strict=False):
        length = sum(one for _, one in lengths_of(bar))
        expected = 100 * entry.blocker / worked().cases
        assert length * int(stated) / 100 == pytest.approx(expected, abs=0.02)
        assert length <= 100 + 0.02
    assert len(bars) == MOST


def test_map_is_strongest_where_an_area_blocks_most() -> None:
    """The strength of a field grows with its cases; a gate that does not wait has no field."""
    first = worked().areas[0]
    strengths = [re.findall(r'fill-opacity="([\d.]+)"', cell) for cell in groups_of("map-name")]
    assert strengths[0] == ["1"]
    assert all(float(one) <= 1 for found in strengths for one in found)
    columns = 1 + len(worked().gates)
    for number, gate in enumerate(worked().gates, 1):
        found = [float(one) for one in strengths[number]]
        expected = [first.held[gate.id] / first.blocks] if gate.id in first.held else []
        assert found == pytest.approx(expected, abs=0.006)
    assert len(strengths) == columns * len(worked().areas)


def test_columns_of_numbers() -> None:
    """The highest column has the most cases; together the columns have all cases."""
    found = [
        re.findall(r' y="([\d.]+)" height="([\d.]+)"', one) for one in groups_of("columns-name")
    ]
    feet = {round(float(top) + float(height), 1) for [(top, height)] in found}
    assert len(feet) == 1  # they have the same baseline
    heights = [float(height) for [(_, height)] in found]
    bins = worked().bins(12)
    assert [one / max(heights) for one in heights] == pytest.approx(
        [one.cases / max(held.cases for held in bins) for one in bins], abs=0.001
    )


def test_long_titles_are_cut_in_pictures_only() -> None:
    """A title too long for a picture is cut there, and is complete in the table."""
    title = "An extraordinarily long title " * 10
    held = case(1)
    held["checks"]["c000"]["title"] = title.strip()
    page = in_format("html", small(held, {"s.a": [False]}))
    shown = re.findall(r'<text class="if-\w+"[^>]*>([^<]*)</text>', page)
    assert max(map(len, shown)) <= 110
    assert any(text.endswith("…") for text in shown)
    assert title.strip() in PageReader(page).text
