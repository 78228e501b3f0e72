"""Runs Chromium, which shows pages as their readers see them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from playwright.sync_api import Browser

_NAMES = ("chromium", "chromium-browser", "google-chrome")
# Disable the browser's background activity: the pages belong to this project and fetch nothing.
_SETTINGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip


def _program() -> str:
    """Return the browser; if there is none, skip the tests unless one is required."""
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
    from playwright.sync_api import sync_playwright

    program = _program()
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=program, args=list(_SETTINGS))
        yield started
        started.close()
