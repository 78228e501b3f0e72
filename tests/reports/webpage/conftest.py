"""A browser, and the page on the worked engagement as a file."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from readiness.assessing import Assessor
from readiness.loading.engagements import load_engagement
from tests.commands.running import ENGAGEMENT, ROOT
from tests.reports.webpage.reading import page_of

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Without what a browser does of its own accord: the pages are of this project and fetch nothing.
_SETTINGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def _program() -> str:
    """The browser to use; where there is none, the tests are skipped unless one is required."""
    named = os.environ.get("READINESS_CHROMIUM")
    found = named or next(filter(None, map(shutil.which, _NAMES)), "")
    if not found:
        message = "there is no Chromium; name one with READINESS_CHROMIUM"
        if os.environ.get("READINESS_REQUIRE_BROWSER") == "1":
            pytest.fail(message)
        pytest.skip(message)
    return found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    program = _program()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(_SETTINGS))
        yield started
        started.close()


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The page on the worked engagement."""
    engagement = load_engagement(ROOT / ENGAGEMENT)
    assessment = Assessor(engagement.ruleset).assess(engagement)
    file = tmp_path_factory.mktemp("webpage") / "assessment.html"
    file.write_bytes(page_of(assessment, path=ENGAGEMENT).encode())
    return file


@pytest.fixture
def page(browser: Browser, report: Path) -> Iterator[Page]:
    """The page in a window of a desktop; whatever a script or the policy objects to fails."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda fault: said.append(str(fault)))
    opened.goto(report.as_uri())
    yield opened
    opened.close()
    assert said == []
