"""The page on the worked engagement, as a file and in a browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from readiness.assessing import Assessor
from readiness.loading.engagements import load_engagement
from tests.commands.running import ENGAGEMENT, ROOT
from tests.reports.webpage.reading import page_of

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page


@pytest.fixture(scope="session")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the page on the worked engagement."""
    engagement = load_engagement(ROOT / ENGAGEMENT)
    assessment = Assessor(engagement.ruleset).assess(engagement)
    file = tmp_path_factory.mktemp("webpage") / "assessment.html"
    file.write_bytes(page_of(assessment, path=ENGAGEMENT).encode())
    return file


@pytest.fixture
def page(browser: Browser, report: Path) -> Iterator[Page]:
    """Return the page in a desktop window; any script error or policy violation fails the test."""
    opened = browser.new_page(viewport={"width": 1280, "height": 900}, reduced_motion="reduce")
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda fault: said.append(str(fault)))
    opened.goto(report.as_uri())
    yield opened
    opened.close()
    assert said == []
