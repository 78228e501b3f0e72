"""The report in a browser: what a reader can do with it."""

from __future__ import annotations

import re
import struct
import zlib
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.reports.printing import assessed
from tests.reports.webpage.reading import page_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Locator, Page
    from playwright.sync_api._generated import LocatorAssertions

SHOWN = "details.check:visible"


def expect(found: Locator) -> LocatorAssertions:
    """Return Playwright's assertions, whose import is slow and needed only here."""
    from playwright import sync_api

    return sync_api.expect(found)


def count(page: Page) -> str:
    """Return how many checks the page says it shows."""
    return page.locator("[data-count=checks]").inner_text()


def is_open(page: Page, check: str) -> bool:
    """Return whether all details of a check are unfolded."""
    return bool(page.evaluate("id => document.getElementById(id).open", f"check-{check}"))


def test_nothing_is_requested_but_the_file(browser: Browser, report: Path) -> None:
    """Opening, unfolding and printing the page makes no request besides the file itself."""
    context = browser.new_context()
    page = context.new_page()
    asked: list[str] = []
    said: list[str] = []
    context.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda fault: said.append(str(fault)))
    page.add_init_script(
        "addEventListener('securitypolicyviolation', e => console.error(e.violatedDirective))"
    )
    page.goto(report.as_uri(), wait_until="networkidle")
    page.get_by_role("button", name="Expand all").first.click()
    page.pdf()
    context.close()
    assert asked == [report.as_uri()]
    assert said == []


def test_node_of_the_picture_leads_to_its_check(page: Page) -> None:
    """Clicking a node opens its check, shows it, and focuses it."""
    assert not is_open(page, "data-defined")
    page.locator("#open-node-data-defined a").click()
    assert is_open(page, "data-defined")
    summary = page.locator("#check-data-defined > summary")
    expect(summary).to_be_in_viewport()
    expect(summary).to_be_focused()


def test_pointing_at_a_node_shows_what_hangs_on_it(page: Page) -> None:
    """A node under the pointer is highlighted with its neighbours, and described below."""
    page.locator("#open-node-data-defined a").hover()
    near = page.locator("[data-picture=open] g.node.near")
    assert page.locator("[data-picture=open] g.edge.near").count() == near.count() - 1 > 1
    gist = page.locator("[data-picture=open] [data-gist]")
    expect(gist).to_contain_text("Customer data is defined")
    expect(gist).to_contain_text("unmet")
    page.mouse.move(0, 0)
    assert near.count() == 0


def test_zoom(page: Page) -> None:
    """The buttons enlarge the picture, reduce it, and fit it to its frame."""
    picture = page.locator("[data-picture=open]")
    svg = picture.locator("svg")

    def width() -> float:
        return float(svg.get_attribute("width") or 0)

    before = width()
    picture.get_by_role("button", name="Zoom in").click()
    larger = width()
    assert larger > before
    picture.get_by_role("button", name="Zoom out").click()
    picture.get_by_role("button", name="Zoom out").click()
    assert width() < before
    picture.get_by_role("button", name="Fit").click()
    frame = picture.locator(".canvas").bounding_box()
    assert frame is not None
    assert width() <= frame["width"]
    picture.locator(".canvas").focus()
    page.keyboard.press("+")
    assert width() > frame["width"]


def test_picture_of_all_checks_is_unfolded(page: Page) -> None:
    """The picture of all checks is created on request, and its nodes are links too."""
    page.get_by_text("The picture of all 145 checks").click()
    node = page.locator("#all-node-goals-defined a")
    expect(node).to_be_visible()
    node.click()
    assert is_open(page, "goals-defined")


def test_search_narrows_the_checks(page: Page) -> None:
    """Every search word must occur; the count says how many checks are left."""
    assert count(page) == "145 checks"
    page.get_by_label("Search the checks").fill("sponsor DECIDED")
    shown = page.locator(SHOWN).count()
    assert 0 < shown < 145
    assert count(page) == f"{shown} of 145 checks"
    page.get_by_label("Search the checks").fill("nothing says this")
    assert count(page) == "0 of 145 checks"
    assert page.locator(".area:visible").count() == 0
    page.locator("[data-reset=checks]").click()
    assert count(page) == "145 checks"
    expect(page.get_by_label("Search the checks")).to_be_focused()


@pytest.mark.parametrize("name", ["area", "standing", "status", "owner", "severity"])
def test_each_filter_narrows_the_checks(page: Page, name: str) -> None:
    """A filter keeps the checks with the chosen value, and the count says how many."""
    select = page.locator(f"#filter-{name}")
    value = select.locator("option").nth(1).get_attribute("value")
    select.select_option(value)
    shown = page.locator(SHOWN)
    assert 0 < shown.count() < 145
    assert count(page) == f"{shown.count()} of 145 checks"
    held = shown.evaluate_all(f"checks => checks.map(check => check.dataset['{name}'])")
    assert set(held) == {value}


def test_link_shows_a_check_that_a_filter_hides(page: Page) -> None:
    """The target of a link is shown, even if the list was filtered to others."""
    page.get_by_label("Search the checks").fill("nothing says this")
    page.locator("#first .to-do h4 a").first.click()
    expect(page.locator("#check-customer-definition-agreed")).to_be_visible()
    assert is_open(page, "customer-definition-agreed")


def test_answers_can_be_narrowed(page: Page) -> None:
    """Answers can be filtered by respondent and by text; the count says how many are left."""
    page.get_by_label("Given by").select_option("IT")
    shown = page.locator(".answer:visible")
    assert set(shown.evaluate_all("all => all.map(one => one.dataset.who)")) == {"IT"}
    said = page.locator("[data-count=answers]")
    expect(said).to_have_text(f"{shown.count()} of 182 answers")
    page.get_by_label("Search the answers").fill("customer")
    expect(said).not_to_have_text(f"{shown.count() + 1} of 182 answers")
    page.locator("[data-reset=answers]").click()
    expect(said).to_have_text("182 answers")


def test_by_keyboard_alone(page: Page) -> None:
    """Tab leads to the search, from there to the filters, and Enter opens a check."""
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(400):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "search-checks":
            break
    page.keyboard.type("customer data is defined")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "filter-status"
    page.keyboard.type("unmet")
    expect(page.locator("[data-count=checks]")).to_contain_text(" of 145 checks")
    for _ in range(20):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.tagName") == "SUMMARY":
            break
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.parentElement.open") is True


def test_expand_and_collapse_all(page: Page) -> None:
    """One button opens every check shown, another closes them."""
    page.locator("[data-open=checks]").click()
    assert page.locator("details.check:not([open])").count() == 0
    page.locator("[data-close=checks]").click()
    assert page.locator("details.check[open]").count() == 0


@pytest.mark.parametrize("has_script", [True, False])
def test_paper_shows_the_conditions(browser: Browser, report: Path, has_script: bool) -> None:
    """In print, with or without a script, folded checks show their conditions."""
    context = browser.new_context(java_script_enabled=has_script)
    page = context.new_page()
    page.goto(report.as_uri())
    tree = page.locator("#check-data-defined .tree")
    assert not tree.is_visible()
    page.emulate_media(media="print")
    assert tree.is_visible()
    assert not page.locator(".filters").first.is_visible()
    context.close()


def test_it_prints_on_few_pages(browser: Browser, report: Path) -> None:
    """The whole report of the worked example prints on fewer than 60 pages of A4."""
    page = browser.new_page()
    page.goto(report.as_uri())
    assert len(re.findall(rb"/Type */Page\b", page.pdf(format="A4"))) in range(20, 60)
    page.close()


def test_page_is_complete_without_a_script(browser: Browser, report: Path) -> None:
    """Without a script every check can be opened, and no control needs one."""
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(report.as_uri())
    assert page.locator(SHOWN).count() == 145
    assert page.locator("button:visible, input:visible, select:visible").count() == 0
    page.locator("#check-data-defined > summary").click()
    assert page.locator("#check-data-defined .tree").is_visible()
    context.close()


@pytest.mark.parametrize("width", [320, 400, 768])
def test_nothing_is_wider_than_the_screen(browser: Browser, report: Path, width: int) -> None:
    """On a narrow screen the page scrolls only vertically, even with everything unfolded."""
    page = browser.new_page(viewport={"width": width, "height": 800})
    page.goto(report.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.close()


def measured(picture: bytes) -> tuple[int, int, int]:
    """Return width, height and number of distinct lines of a non-interlaced 8-bit PNG."""
    assert picture.startswith(b"\x89PNG\r\n\x1a\n")
    width, height, depth, kind = struct.unpack(">IIBB", picture[16:26])
    channels = {2: 3, 6: 4}[kind]
    assert depth == 8
    packed, at = b"", 8
    while at < len(picture):
        length, name = struct.unpack(">I4s", picture[at : at + 8])
        packed += picture[at + 8 : at + 8 + length] if name == b"IDAT" else b""
        at += length + 12
    raw = zlib.decompress(packed)
    line = width * channels + 1
    found = {raw[start : start + line] for start in range(0, len(raw), line)}
    return width, height, len(found)


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (400, "light"), (1280, "dark")])
def test_screenshots(
    browser: Browser, report: Path, tmp_path: Path, width: int, scheme: Any
) -> None:
    """Screenshots on a desktop, on a telephone and in dark mode are not empty."""
    page = browser.new_page(viewport={"width": width, "height": 900}, color_scheme=scheme)
    page.goto(report.as_uri())
    picture = page.screenshot(path=tmp_path / f"{scheme}-{width}.png")
    page.close()
    found_width, height, lines = measured(picture)
    assert (found_width, height) == (width, 900)
    assert lines > 100


EVERY_RULE = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")


def violations(page: Page, run_only: Any) -> Any:
    """Return the violations that axe-core finds: rule, count, and first place."""
    axe = files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    page.evaluate(axe)
    return page.evaluate(
        "wanted => axe.run({runOnly: wanted, resultTypes: ['violations']})"
        ".then(result => result.violations.map("
        "one => [one.id, one.nodes.length, one.nodes[0].html.slice(0, 200)]))",
        run_only,
    )


@pytest.mark.parametrize("name", ["mixed", "waived"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessibility(browser: Browser, tmp_path: Path, name: str, scheme: Any) -> None:
    """axe-core finds nothing against WCAG 2.1 A and AA with everything unfolded."""
    file = tmp_path / "report.html"
    file.write_bytes(page_of(assessed(name)).encode())
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme=scheme)
    page.goto(file.as_uri())
    page.evaluate("document.querySelectorAll('details').forEach(one => { one.open = true; })")
    assert violations(page, EVERY_RULE) == []
    page.close()


def test_accessibility_of_the_worked_engagement(browser: Browser, report: Path) -> None:
    """The worked engagement passes too; in dark mode only the contrast is checked."""
    page = browser.new_page(viewport={"width": 1280, "height": 900}, color_scheme="light")
    page.goto(report.as_uri())
    assert violations(page, EVERY_RULE) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, {"type": "rule", "values": ["color-contrast"]}) == []
    page.close()


def test_contents_say_where_the_reader_is(page: Page) -> None:
    """The entry of the section in view is highlighted."""
    page.locator("#schedule").scroll_into_view_if_needed()
    page.evaluate("document.getElementById('schedule').scrollIntoView()")
    expect(page.locator(".contents a[aria-current]")).to_have_text(re.compile("Schedule"))
