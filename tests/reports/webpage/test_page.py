"""The report as a page: its content, and its safety."""

from __future__ import annotations

import base64
import datetime
import hashlib
import re
import sys
from functools import cache
from itertools import pairwise
from typing import Any

import pytest

from readiness.assessing import Assessor
from readiness.loading.engagements import load_engagement
from readiness.model.answers import Evidence
from readiness.reports.phrasing import score_range
from readiness.reports.webpage import page as webpage
from readiness.reports.webpage.environment import environment, is_web_address
from readiness.result.assessment import Assessment
from tests.commands.running import ENGAGEMENT, ROOT
from tests.lanes import each
from tests.reports.printing import ENGAGEMENTS, assessed
from tests.reports.terminal.test_assessment import WITHOUT_GATES
from tests.reports.test_hostile_texts import with_title
from tests.reports.webpage.reading import PageReader, page_of
from tests.semantics.harness import assess

TABLE = {
    "type": "table",
    "columns": {
        "name": {"title": "Name", "type": "text"},
        "cost": {"title": "Cost", "type": "number"},
    },
}
RICH: dict[str, Any] = {
    "questions": {"s.systems": TABLE, "s.sponsor": "yes_no", "s.budget": "number"},
    "values": {"s.rest": "s.budget - sum(s.systems, cost)"},
    "checks": {
        "dear": {"title": "No system is dear", "met_when": "every(s.systems, cost < 10)"},
        "led": {
            "title": "Somebody leads",
            "met_when": "s.sponsor",
            "applies_when": "s.budget > 0",
            "remedy": {"action": "Find one.", "owner": "board", "effort_days": 3},
        },
        "paid": {"title": "It is paid for", "met_when": "s.rest >= 0", "requires": ["dear"]},
    },
    "gates": {"go": {"requires": ["led", "paid"]}},
    "sheets": {
        "sales": {
            "s.systems": [{"name": "Shop", "cost": 4}, {"name": "Ledger", "cost": 12}],
            "s.sponsor": True,
            "s.budget": 20,
        },
        "it": {"s.sponsor": False},
    },
}  # fmt: skip


@cache
def worked() -> Assessment:
    engagement = load_engagement(ROOT / ENGAGEMENT)
    return Assessor(engagement.ruleset).assess(engagement)


@cache
def worked_page() -> str:
    return page_of(worked(), path=ENGAGEMENT)


def inline(page: str, tag: str) -> str:
    """Return the text of the only element of that kind."""
    [text] = re.findall(f"<{tag}>(.*?)</{tag}>", page, re.DOTALL)
    assert isinstance(text, str)
    return text


NOTHING_OPEN: dict[str, Any] = {
    "questions": {"s.a": "yes_no"},
    "checks": {"roof": {"met_when": "s.a"}},
    "gates": {"move": {"requires": ["roof"]}},
    "answers": {"s.a": True},
}
CASES = {
    "no gates": WITHOUT_GATES,
    "nothing open": NOTHING_OPEN,
    "no answers": NOTHING_OPEN | {"answers": {}},
    "rich": RICH,
    "hostile": with_title("</script><img src=x onerror=alert(1)>"),
}
ALL = (*ENGAGEMENTS, *CASES, "worked", "some gates")


@cache
def page_on(name: str) -> str:
    """Return the page on a shop engagement, a case, the worked engagement, or its gate `plan`."""
    if name in CASES:
        return page_of(assess(CASES[name]))
    if name in ENGAGEMENTS:
        return page_of(assessed(name))
    return worked_page() if name == "worked" else page_of(worked(), "plan")


read_page = cache(PageReader)
"""The elements of a page; the tests of one page share them."""


@pytest.fixture(params=each(ALL, fast=lambda name: name not in {"worked", "some gates"}))
def page(request: pytest.FixtureRequest) -> str:
    return page_on(request.param)


def test_elements_are_closed_in_order(page: str) -> None:
    """Every element is closed, in the order in which they were opened."""
    assert read_page(page).astray == []


def test_ids_are_unique_and_links_lead_somewhere(page: str) -> None:
    """No id occurs twice, and each internal link refers to an existing id."""
    read = read_page(page)
    ids = read.values("id")
    assert len(ids) == len(set(ids))
    within = {href[1:] for href in read.values("href") if href.startswith("#")}
    assert within <= set(ids)
    labels = {key for name in ("aria-labelledby", "for") for key in read.values(name)}
    assert labels <= set(ids)


def test_policy_allows_the_style_and_the_script_of_the_page_alone(page: str) -> None:
    """The policy is first in the head and names the digests of the inline style and script."""
    assert page.startswith('<!doctype html>\n<html lang="en">\n<head>\n<meta http-equiv="Content-S')
    policy = page.split('content="', 1)[1].split('"', 1)[0].replace("&#39;", "'")
    parts = dict(part.split(" ", 1) for part in policy.split("; "))
    assert parts["default-src"] == parts["base-uri"] == parts["form-action"] == "'none'"
    for tag in ("style", "script"):
        digest = base64.b64encode(hashlib.sha256(inline(page, tag).encode()).digest()).decode()
        assert parts[f"{tag}-src"] == f"'sha256-{digest}'"


def test_nothing_runs_and_nothing_is_fetched(page: str) -> None:
    """No attribute contains style or script, and nothing refers to anything to load."""
    read = read_page(page)
    for tag, attributes in read.elements:
        assert not [name for name in attributes if name.startswith("on")], tag
        assert "style" not in attributes
        assert "src" not in attributes
        assert tag not in ("img", "iframe", "object", "embed", "base", "form", "foreignobject")
    assert read.count("script") == read.count("style") == 1
    for tag, attributes in read.elements:
        href = attributes.get("href") or "#"
        if not href.startswith("#") and href != "data:,":
            assert tag == "a"
            assert is_web_address(href)
            assert attributes["rel"] == "noopener noreferrer"
    assert "@import" not in page
    assert not re.findall(r"url\((?!\"#)", inline(page, "style"))


def test_headings_leave_no_level_out(page: str) -> None:
    """There is one title, and each heading is at most one level below the previous one."""
    levels = [int(tag[1]) for tag, _ in read_page(page).elements if re.fullmatch("h[1-6]", tag)]
    assert levels.count(1) == 1
    assert levels[0] == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))


def test_tables_are_named_and_their_heads_have_a_scope(page: str) -> None:
    """Each table has a caption, and each header cell a scope."""
    read = read_page(page)
    assert read.count("table") == read.count("caption")
    assert all(attributes.get("scope") for tag, attributes in read.elements if tag == "th")


@pytest.mark.slow
def test_same_input_gives_the_same_bytes() -> None:
    """A second rendering gives the same page."""
    assert worked_page() == page_of(worked(), path=ENGAGEMENT)


@pytest.mark.slow
def test_page_tells_all_parts() -> None:
    """The page has verdicts, every check and answer, disagreement, waivers, sources and digests."""
    read = PageReader(worked_page())
    ids, text = set(read.values("id")), read.text
    assert {f"check-{key}" for key in worked().checks} <= ids
    assert {f"gate-{key}" for key in worked().gates} <= ids
    assert {f"conflict-{key}" for key in worked().conflicts} <= ids
    assert {f"unanswered-{key}" for key in worked().unanswered} <= ids
    assert {f"open-node-{key}" for wave in worked().order for key in wave} <= ids
    assert {f"all-node-{key}" for key in worked().checks} <= ids
    for said in (
        score_range(worked().score),
        "610,000 USD",
        "Board minute 14",
        "10 working days",
        "lead assessor",
    ):
        assert said in text
    assert str(worked().to_dict()["sha256"]) in text


@pytest.mark.slow
def test_size_of_the_worked_engagement() -> None:
    """The page on the worked engagement is smaller than two megabytes."""
    assert len(worked_page().encode()) < 2_000_000


def test_conditions_are_told_down_to_rows_and_values() -> None:
    """A tree has the truth of each table row, the derived values, and the respondents."""
    text = PageReader(page_on("rich")).text
    assert "Ledger" in text
    assert "Applies when" in text
    assert "s.rest = 4" in text
    assert "Unknown because respondents disagree" in text


@pytest.mark.slow
def test_page_for_some_gates_leaves_out_the_rest() -> None:
    """For one gate, the page has its checks and no others."""
    ids = set(PageReader(page_on("some gates")).values("id"))
    shown = {one.id for one in worked().checks.values() if {"plan", "commit"} & set(one.gates)}
    assert {key.removeprefix("check-") for key in ids if key.startswith("check-")} == shown
    assert {key for key in ids if key.startswith("gate-")} == {"gate-plan"}


def test_page_without_gates() -> None:
    """A ruleset without gates has no verdict, and the page says so."""
    assert (
        "The ruleset has no gates, so there is no verdict." in PageReader(page_on("no gates")).text
    )


def test_page_with_nothing_open() -> None:
    """If nothing is open there is nothing to do, to schedule or to draw as open."""
    read = PageReader(page_on("nothing open"))
    assert "Nothing: every check is met, waived or not applicable." in read.text
    assert "No check is open, so there is no work to schedule." in read.text
    assert not [key for key in read.values("id") if key.startswith("open-")]


def test_page_without_answers() -> None:
    """Before the first answer, the page says so and lists every question."""
    read = PageReader(page_on("no answers"))
    assert "Nobody has answered anything yet." in read.text
    assert "unanswered-s.a" in read.values("id")


def test_what_is_not_estimated_is_said() -> None:
    """Checks without an estimate count as taking no time, and the schedule says how many."""
    assert "2 checks not estimated count as taking no time" in PageReader(page_on("no gates")).text


def test_pictures_too_large_are_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """A picture with too many checks to read is left out, and the page says how to draw it."""
    monkeypatch.setattr(webpage, "MOST_CHECKS", 1)
    page = page_of(assessed("mixed"))
    assert not [key for key in read_page(page).values("id") if key.startswith("open-")]
    assert "readiness graph" in read_page(page).text


HOSTILE = (
    "<script>alert(1)</script>",
    "</script></style><!-- ]]>",
    "\"><img src=x onerror='alert(1)'>",
    "' onmouseover='alert(1)",
    "{{ 7 * 7 }} {% raw %}",
    "&amp; &lt;b&gt;",
    "x" * 10_000,
    "مرحبا hello שלום",
)


@pytest.mark.parametrize("written", HOSTILE)
def test_texts_of_documents_are_shown_as_they_stand(written: str) -> None:
    """Text that looks like markup is shown letter by letter and adds no element."""
    plain = PageReader(page_of(assess(with_title("plain"))))
    page = page_of(assess(with_title(written)))
    read = read_page(page)
    kinds = ("script", "style", "a", "section", "details", "p", "dd", "article", "img")
    assert {k: plain.count(k) for k in kinds} == {k: read.count(k) for k in kinds}
    shown = " ".join(written.split())
    for place in ("ask", "act", "roof", "why", "move", "reason", "note", "waived", "chief"):
        assert f"{shown} {place}" in read.text


@pytest.mark.parametrize(
    "mark",
    [
        "\x00",
        "\x07",
        "\x1b",
        "\x7f",
        "\x9b",
        "\u202e",
        "\u2066",
        "\u200f",
        "\u061c",
        "\ufffe",
    ],
)
def test_what_is_no_text_is_left_out(mark: str) -> None:
    """Control characters, direction marks and lone surrogates are not in the page."""
    page = page_of(assess(with_title(f"a{mark}b")))
    assert mark not in page
    assert "ab roof" in read_page(page).text
    page.encode()


def test_lone_surrogates_are_left_out() -> None:
    """Text that UTF-8 cannot hold is removed wherever a template shows a text."""
    shown = environment().from_string("{{ text }} {{ text|own }}").render(text="a\ud800b")
    assert shown == "ab <bdi>ab</bdi>"


@pytest.mark.parametrize(
    ("url", "is_link"),
    [
        ("https://example.org/minutes?a=1&b=2", True),
        ("HTTP://example.org", True),
        ("javascript:alert(1)", False),
        ("JavaScript:alert(1)//https://", False),
        ("data:text/html,<script>alert(1)</script>", False),
        ("file:///etc/passwd", False),
        ("//example.org", False),
        ("https://", False),
        ("http://[", False),
        ("\x01javascript:alert(1)", False),
        ("java\nscript:alert(1)", False),
    ],
)
def test_only_web_addresses_become_links(url: str, is_link: bool) -> None:
    """Only evidence addresses with http or https become links."""
    parts: Any = environment().get_template("parts.html.jinja").module
    shown = PageReader(parts.evidence([Evidence("Minute", url=url)], datetime.date(2026, 11, 21)))
    assert bool(shown.values("href")) == is_link == is_web_address(url)
    assert "Minute" in shown.text


def test_without_graphviz_the_page_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Without Graphviz the page is complete except for the pictures, and says so."""
    monkeypatch.setitem(sys.modules, "readiness.reports.graph.picture", None)
    page = page_of(assessed("mixed"))
    assert "Graphviz was not there when this page was made" in page
    assert 'class="picture"' not in page
    assert "</html>" in page
