"""`readiness status`: what is overdue, what changed, and a text to send."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from readiness.documents.schemas import schema
from tests.collecting.garden import ADA, ENGAGEMENT, write_garden
from tests.commands.running import run

DUE = "respondents:\n  ada: {name: Ada Å, due: 2027-02-01}\n  ben: {due: 2027-04-01}\n"
DUE += "  cem: {due: 2027-02-28}\nwaivers"


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    """Return a folder with two rounds of the garden; Ada and Cem are late in the second one."""
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
    write_garden(tmp_path / "first")
    ada = ADA.replace("Beans", "Peas") + "  is.beds: 3\n"
    write_garden(tmp_path / "second", engagement=ENGAGEMENT.replace("waivers", DUE), ada=ada)
    return tmp_path / "second"


def test_what_is_overdue_and_what_changed(garden: Path) -> None:
    """Overdue are the missing answers after the due day; changed are new and other answers."""
    words = ("status", "engagement.yaml", "--since", "../first/engagement.yaml")
    found = json.loads(run(*words, "-f", "json", folder=garden).stdout)
    jsonschema.validate(found, schema("status"))
    rows = {row["name"]: row for row in found["respondents"]}
    told = {name: (row["due"], row["overdue"], row["changed"]) for name, row in rows.items()}
    assert told == {
        "ada": ("2027-02-01", [], ["is.beds", "is.wants"]),
        "ben": ("2027-04-01", [], []),
        "cem": ("2027-02-28", ["is.wants", "is.helps"], []),
    }
    text = run(*words, folder=garden).stdout
    assert "overdue since 28 February 2027" in text
    assert "due 1 April 2027" in text
    assert "Ada Å\n  • How many beds are there? (is.beds)\n" in text
    plain = json.loads(run("status", "engagement.yaml", "-f", "json", folder=garden).stdout)
    assert "changed" not in plain["respondents"][0]


def test_a_text_to_send(garden: Path) -> None:
    """It lists what is outstanding by title, for a respondent or a section."""
    words = ("status", "engagement.yaml", "--text-for")
    text = run(*words, "cem", folder=garden).stdout
    assert text.startswith("Dear cem,\n\n2 questions of “The garden” still need your answer.\n")
    assert "The answers were due on 28 February 2027.\n" in text
    assert "- What do you want?\n- Do you help?\n" in text
    assert "attached" not in text
    section = run(*words, "is", folder=garden).stdout
    assert section.startswith("Dear all,\n")
    assert "- What is it called?\n" in section
    assert run(*words, "Ada Å", folder=garden).stdout == "Nothing is outstanding.\n"
    wrong = run(*words, "cemm", folder=garden)
    assert (wrong.status, "did you mean 'cem'?" in wrong.stderr) == (2, True)
    assert run(*words, "cem", "--respondent", "cem", folder=garden).status == 2
