"""What all tests share: golden files and the option that renews them."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator
from pathlib import Path

import pytest
from hypothesis import settings

# Documents that tests read; files of cases among them are not this project's own tests.
collect_ignore_glob = ["golden/*"]

# How long an example takes says more about what else the machine does.
settings.register_profile("readiness", deadline=None)
settings.load_profile("readiness")

GoldenCheck = Callable[[Path, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--renew-golden` writes what comes out now; read the difference before committing it."""
    parser.addoption("--renew-golden", action="store_true", help="write the golden files anew")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Collect without looking for garbage: nearly all that is made is kept to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


# Fixtures that start a program of somebody else's; whether they work hangs on no interpreter.
_PROGRAMS = frozenset({"browser", "libreoffice"})


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that drive a browser or an office program: `programs`, and `slow`."""
    for item in items:
        if not _PROGRAMS.isdisjoint(getattr(item, "fixturenames", ())):
            item.add_marker("programs")
            item.add_marker("slow")


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> GoldenCheck:
    """Compare a text with its golden file, or write the file under `--renew-golden`."""
    renew: bool = request.config.getoption("--renew-golden")

    def compare(file: Path, text: str) -> None:
        if renew:
            file.write_text(text, encoding="utf-8", newline="\n")
        assert file.read_text(encoding="utf-8") == text

    return compare
