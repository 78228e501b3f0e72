"""What all tests share: golden files and the option that renews them, and the two lanes."""

from __future__ import annotations

import gc
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

# No deadline per example: its time depends more on the load of the machine. The fast lane tries
# fewer examples; a test that needs more asks for a multiple of its lane's number.
settings.register_profile("readiness", deadline=None)
settings.register_profile("fast", deadline=None, max_examples=20)

# Nearly all test objects are freed by reference counting; looking for cycles takes a tenth of the
# time. Commands and documents still collect as usual.
gc.set_threshold(50_000, 20, 100_000)

GoldenCheck = Callable[[Path, str], None]


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--renew-golden` writes the current output; read the difference before committing it."""
    parser.addoption("--renew-golden", action="store_true", help="write the golden files anew")


def pytest_configure(config: pytest.Config) -> None:
    """Try fewer examples in the fast lane."""
    fast = "not slow" in config.getoption("markexpr")
    settings.load_profile("fast" if fast else "readiness")


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> object:
    """Give each worker consecutive tests, because these share what they load."""
    from xdist.scheduler import WorkStealingScheduling  # type: ignore[import-untyped]

    return WorkStealingScheduling(config, log) if config.getoption("dist") == "load" else None


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Disable garbage collection: nearly all objects are kept to the end."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


# Fixtures that start an external program; they work with any Python version.
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
