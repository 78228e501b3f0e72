"""The portfolio page in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.reports.portfolio.test_page import PAGES, page_on
from tests.reports.webpage.test_browser import EVERY_RULE, measured, violations

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the addresses of the pages."""
    folder, found = tmp_path_factory.mktemp("portfolio"), {}
    for name in PAGES:
        file = Path(folder) / f"{name.replace(' ', '-')}.html"
        file.write_bytes(page_on(name).encode())
        found[name] = file.as_uri()
    return found


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """Return a desktop window; any policy violation fails the test."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900})
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda fault: said.append(str(fault)))
    opened.add_init_script(
        "addEventListener('securitypolicyviolation', e => console.error(e.violatedDirective))"
    )
    yield opened
    opened.close()
    assert said == []


def test_nothing_is_requested_but_the_file(page: Page, files: dict[str, str]) -> None:
    """Opening and printing the page makes no request besides the file itself."""
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(files["companies"], wait_until="networkidle")
    page.pdf()
    assert asked == [files["companies"]]


@pytest.mark.parametrize("name", PAGES)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_accessibility(page: Page, files: dict[str, str], name: str, scheme: Any) -> None:
    """axe-core finds nothing against WCAG 2.1 A and AA."""
    page.emulate_media(color_scheme=scheme)
    page.goto(files[name])
    assert violations(page, EVERY_RULE) == []


@pytest.mark.parametrize("width", [320, 400, 768])
def test_nothing_is_wider_than_the_screen(page: Page, files: dict[str, str], width: int) -> None:
    """On a narrow screen the page scrolls only vertically."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(files["companies"])
    assert page.evaluate("document.documentElement.scrollWidth") <= width


@pytest.mark.parametrize("width", [400, 1280])
def test_texts_of_bars_stand_within_them(page: Page, files: dict[str, str], width: int) -> None:
    """The label of a bar ends before its figure begins, and both are inside the picture."""
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(files["companies"])
    gaps = page.evaluate(
        """() => [...document.querySelectorAll('#blocking figure g')].map(bar => {
            const frame = bar.ownerSVGElement.getBoundingClientRect();
            const shown = [...bar.querySelectorAll('text')].map(one => one.getBoundingClientRect())
                .filter(box => box.width);
            return [shown[1].left - shown[0].right, shown[0].left - frame.left,
                frame.right - shown[1].right];
        })"""
    )
    assert len(gaps) == 25
    assert min(min(gap) for gap in gaps) >= -0.5


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (400, "light"), (1280, "dark")])
def test_screenshots(
    page: Page, files: dict[str, str], tmp_path: Path, width: int, scheme: Any
) -> None:
    """Screenshots on a desktop, on a telephone and in dark mode are not empty."""
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    page.goto(files["companies"])
    found_width, height, lines = measured(page.screenshot(path=tmp_path / f"{scheme}-{width}.png"))
    assert (found_width, height) == (width, 900)
    assert lines > 100
