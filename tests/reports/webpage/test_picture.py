"""The picture of the page in the documentation."""

from __future__ import annotations

import struct
from pathlib import Path

import pytest

from tests.commands.running import ROOT

PICTURE = ROOT / "docs" / "report.png"
WIDTH, HEIGHT = 1280, 1500
LARGEST = 400_000


def test_picture_of_the_page(request: pytest.FixtureRequest) -> None:
    """The picture is the top of the page on the worked engagement; `--renew-golden` renews it."""
    if request.config.getoption("--renew-golden"):
        _take(request, PICTURE)
    held = PICTURE.read_bytes()
    assert held.startswith(b"\x89PNG\r\n\x1a\n")
    assert struct.unpack(">II", held[16:24]) == (WIDTH, HEIGHT)
    assert len(held) < LARGEST


def _take(request: pytest.FixtureRequest, file: Path) -> None:
    browser, report = request.getfixturevalue("browser"), request.getfixturevalue("report")
    page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT}, color_scheme="light")
    page.goto(report.as_uri())
    page.screenshot(path=file, animations="disabled")
    page.close()
