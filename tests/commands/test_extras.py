"""Libraries that are installed with an extra."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from readiness.commands.main import group
from readiness.commands.refusals import MissingExtra, require_module
from tests.commands.running import ENGAGEMENT, ROOT


def test_a_library_that_is_there_is_imported() -> None:
    """An installed library is returned."""
    assert require_module("json", "none", "tests") is json


def test_a_library_that_is_missing_is_named_with_its_extra() -> None:
    """One line names what needs the library and how to install it."""
    with pytest.raises(MissingExtra) as fault:
        require_module("no_such_library.part", "more", "tests")
    expected = "tests need the library 'no_such_library': pip install 'readiness[more]'"
    assert fault.value.message == expected


def test_a_plan_as_a_calendar_without_its_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without icalendar the command says so in one line, with status 2, and writes nothing."""
    monkeypatch.setitem(sys.modules, "icalendar", None)
    target = tmp_path / "plan.ics"
    words = ["plan", str(ROOT / ENGAGEMENT), "-f", "ics", "-o", str(target)]
    with pytest.raises(MissingExtra) as fault:
        group.main(words, standalone_mode=False)
    assert fault.value.exit_code == 2
    assert fault.value.format_message() == (
        "plans as calendars need the library 'icalendar': pip install 'readiness[calendar]'"
    )
    assert not target.exists()


@pytest.mark.slow
def test_no_other_format_needs_the_library(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without icalendar a plan is available in every other format."""
    monkeypatch.setitem(sys.modules, "icalendar", None)
    for format_ in ("text", "json", "csv"):
        target = tmp_path / format_
        words = ["plan", str(ROOT / ENGAGEMENT), "-f", format_, "-o", str(target)]
        assert group.main(words, standalone_mode=False) == 0
        assert target.exists()
