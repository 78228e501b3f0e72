"""`readiness compare`: what it takes, and its exit status."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import jsonschema
import pytest

from readiness.documents.schemas import schema
from tests.collecting.garden import ADA, write_garden
from tests.commands.running import run
from tests.reports.chromium import browser

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["browser"]
HALDEN = Path(__file__).resolve().parents[2] / "questionnaires" / "examples" / "halden-outdoor"


@pytest.fixture
def rounds(tmp_path: Path) -> Path:
    """Return a folder with two rounds of the garden; in the second one the fence is gone."""
    for name, ada in (("one", ADA), ("two", ADA.replace("is.fenced: yes", "is.fenced: no"))):
        (tmp_path / name).mkdir()
        write_garden(tmp_path / name, ada=ada)
    return tmp_path


def test_the_exit_status(rounds: Path) -> None:
    """It is 1 if something got worse, 0 if nothing did."""
    one, two = "one/engagement.yaml", "two/engagement.yaml"
    worse = run("compare", one, two, folder=rounds)
    assert worse.status == 1
    assert "There is a fence (fenced)\n    met, done → unmet, ready to start\n" in worse.stdout
    assert run("compare", two, one, folder=rounds).status == 0
    same = run("compare", one, one, folder=rounds)
    assert (same.status, same.stdout.splitlines()[-1][:16]) == (0, "Nothing changed:")


def test_results_and_engagements(rounds: Path) -> None:
    """A result may be compared with an engagement; one that was changed by hand is refused."""
    run("assess", "one/engagement.yaml", "-o", "one.json", folder=rounds)
    found = run("compare", "one.json", "two/engagement.yaml", "-f", "json", folder=rounds)
    assert found.status == 1
    assert json.loads(found.stdout)["confirmed"] is False
    text = (rounds / "one.json").read_text()
    (rounds / "one.json").write_text(text.replace('"met"', '"unmet"'))
    refused = run("compare", "one.json", "two/engagement.yaml", folder=rounds)
    assert refused.status == 2
    assert "one.json: the document was changed: its digest is wrong" in refused.stderr
    (rounds / "one.json").write_text(text[:500])
    assert run("compare", "one.json", "one.json", folder=rounds).status == 2


def test_ids_are_shown_once(rounds: Path) -> None:
    """Two results do not say how questions and areas are called: their ids are shown, once."""
    for name in ("one", "two"):
        sheet = rounds / name / "ada.yaml"
        sheet.write_text(f"{sheet.read_text()}  is.name: {name}\n")
        run("assess", f"{name}/engagement.yaml", "-o", f"{name}.json", folder=rounds)
    found = run("compare", "one.json", "two.json", folder=rounds).stdout
    assert "• ada: is.name: one → two\n" in found
    assert "• all: " in found


SIGNS = {
    "txt": "What changed since 1 March 2027\n",
    "md": "## What changed since 1 March 2027\n",
    "html": '<h2 id="changes-title">What changed since 1 March 2027</h2>',
    "csv": ",status_before,standing_before\r\n",
    "sarif": '"baselineState":"new"',
}


@pytest.mark.slow
def test_an_assessment_since_another(rounds: Path) -> None:
    """Every report says what changed; the result with it is valid and can be verified."""
    words = ("assess", "two/engagement.yaml", "--since", "one/engagement.yaml", "-o")
    for end, sign in SIGNS.items():
        assert run(*words, f"r.{end}", folder=rounds).status == 1
        text = (rounds / f"r.{end}").read_bytes().decode()
        assert sign in (text.replace(" ", "").replace("\n", "") if end == "sarif" else text)
    board = run(*words, "board.md", "--for", "board", folder=rounds)
    assert (board.status, "What changed since" in (rounds / "board.md").read_text()) == (1, True)
    assert "`" not in (rounds / "board.md").read_text().partition("What changed since")[2]  # no ids
    for more in ((), ("--compact",)):
        run(*words, "r.json", *more, folder=rounds)
        result = json.loads((rounds / "r.json").read_text())
        jsonschema.validate(result, schema("result"))
        jsonschema.validate(result["since"], schema("comparison"))
        verify = ("verify", "r.json", "--engagement", "two/engagement.yaml", "--engine", "native")
        assert run(*verify, folder=rounds).status == 0
    run(*words, "r.xlsx", folder=rounds)
    with zipfile.ZipFile(rounds / "r.xlsx") as book:
        assert b'name="Changes"' in book.read("xl/workbook.xml")


@pytest.mark.slow
@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_in_a_browser(browser: Browser, width: int, tmp_path: Path) -> None:
    """The page of the worked example is as wide as the window and fetches nothing."""
    files = [str(HALDEN / name) for name in ("engagement.yaml", "second-round/engagement.yaml")]
    run("compare", files[0], *files, "-o", "changes.html", folder=tmp_path)
    page = browser.new_page(viewport={"width": width, "height": 800})
    messages: list[str] = []
    page.on("console", lambda message: messages.append(message.text))
    page.on("request", lambda request: messages.append(request.url))
    page.goto((tmp_path / "changes.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.locator(".change").count() > 20
    assert messages == [(tmp_path / "changes.html").as_uri()]
    page.close()
