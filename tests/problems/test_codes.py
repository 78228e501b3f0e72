"""The pages on the codes of problems list every code, and released codes stay."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from readiness.problems.catalogue import MESSAGES
from tests.docs.pages import ROOT

STAGES = json.loads((ROOT / "engine/readiness/problems/messages.json").read_bytes())
HINTS = STAGES.pop("hints")
PAGES = sorted((ROOT / "docs").glob("problem-codes*.md"))
KNOWN = ROOT / "tests/golden/problems/codes.txt"
_TABLE = re.compile(r"(?<=<!-- codes: )(\w+)( -->\n\n)((?:\|.*\n)+)")
_ROW = re.compile(r"^\| `([a-z0-9-]+)` \| .* \| (.*) \|$", re.MULTILINE)
_HEAD = "| code | message | what to do |\n| --- | --- | --- |\n"


def table(stage: str, advice: dict[str, str]) -> str:
    """Return the table of the messages of a stage; `advice` is what to do about each."""
    rows = []
    for code, message in STAGES[stage].items():
        shown = re.sub(r"\{.*?\}", "…", message).replace("|", "\\|")
        rows.append(f"| `{code}` | {shown} | {advice.get(code, '')} |\n")
    return _HEAD + "".join(rows)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_a_page_has_the_codes_of_its_stages(page: Path, request: pytest.FixtureRequest) -> None:
    """Each code is listed with its message and with what to do, which is written by hand."""
    written = page.read_text(encoding="utf-8")
    advice = dict(_ROW.findall(written))
    renewed = _TABLE.sub(lambda found: found[1] + found[2] + table(found[1], advice), written)
    if request.config.getoption("--renew-golden"):
        page.write_text(renewed, encoding="utf-8", newline="\n")
    assert renewed == page.read_text(encoding="utf-8")
    assert [code for code, said in _ROW.findall(renewed) if not said.strip()] == []


def test_every_stage_is_on_a_page() -> None:
    """No messages are left out, and none are listed twice."""
    pages = "".join(page.read_text(encoding="utf-8") for page in PAGES)
    assert sorted(found[0] for found in _TABLE.findall(pages)) == sorted(STAGES)


def test_each_usual_hint_is_that_of_a_message() -> None:
    """No hint is left behind by a message that is gone."""
    assert HINTS.keys() <= MESSAGES.keys()


def test_codes_stay(request: pytest.FixtureRequest) -> None:
    """A code that programs may look for is never removed or renamed; new ones are added."""
    known = KNOWN.read_text(encoding="utf-8").split()
    if request.config.getoption("--renew-golden"):
        known = sorted({*known, *MESSAGES})
        KNOWN.write_text("".join(f"{code}\n" for code in known), encoding="utf-8", newline="\n")
    assert set(known) == set(MESSAGES)
