"""`readiness remind`: an e-mail to each respondent of whom something is still asked."""

from __future__ import annotations

import email
import email.policy
import json
from email.message import EmailMessage
from pathlib import Path

import jsonschema
import pytest

from readiness import load_ruleset
from readiness.collecting.forms import read_form
from readiness.documents.schemas import schema
from tests.collecting.garden import ADA, ENGAGEMENT, write_garden
from tests.commands.running import run

PEOPLE = """
respondents:
  ada: {name: Ada Løvelace, email: ada@example.com}
  ben: {name: '本 "Ben" <x>', email: ben@example.com, due: 2027-03-09}
  cem: {}
  dan: {email: dan@example.com, due: 2027-02-01}
"""


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    """Return a folder with the garden and its respondents."""
    write_garden(tmp_path, engagement=ENGAGEMENT + PEOPLE)
    return tmp_path


def message(file: Path) -> EmailMessage:
    """Return the e-mail in a file."""
    found = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert isinstance(found, EmailMessage)
    assert not found.defects
    return found


def text(found: EmailMessage) -> str:
    """Return the text of an e-mail."""
    body = found.get_body(("plain",))
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_reminders(garden: Path) -> None:
    """A reminder names the open questions and the due day; all others are listed, with why."""
    words = ("remind", "engagement.yaml", "--form", "csv", "--from", "Zoë <z@example.com>")
    done = run(*words, folder=garden)
    assert done.status == 0, done.stderr
    assert done.stdout.splitlines() == [
        "no reminder: Ada Løvelace, nothing is outstanding",
        'reminders/ben.eml: 本 "Ben" <x>, 1 question',
        "no reminder: cem, no e-mail address",
        "reminders/dan.eml: dan, 4 questions",
    ]
    ben = message(garden / "reminders" / "ben.eml")
    assert (ben["From"], ben["Date"]) == ("Zoë <z@example.com>", "Mon, 01 Mar 2027 00:00:00 +0000")
    [to] = ben["To"].addresses
    assert (to.display_name, to.addr_spec) == ('本 "Ben" <x>', "ben@example.com")
    said = text(ben)
    assert "1 question of “The garden” still needs your answer." in said
    assert "Please answer by 9 March 2027." in said
    assert "The garden today\n- What do you want?\n" in said
    assert "The form has 4 more questions that anybody may answer" in said
    [form] = ben.iter_attachments()
    (garden / "back.csv").write_bytes(form.get_content().encode())
    returned = read_form(garden / "back.csv", ruleset=load_ruleset(garden / "rules.yaml"))
    assert returned.respondent == "ben"
    assert returned.issue is not None
    assert returned.issue.day == "2027-03-01"
    assert "The answers were due on 1 February 2027." in text(message(garden / "reminders/dan.eml"))


def test_the_same_input_gives_the_same_files(garden: Path) -> None:
    """On the same day, the files are the same, byte for byte, with workbooks too."""
    for folder in ("one", "two"):
        done = run("remind", "engagement.yaml", "--into", folder, folder=garden)
        assert done.status == 0
    assert (garden / "one/ben.eml").read_bytes() == (garden / "two/ben.eml").read_bytes()
    run("remind", "engagement.yaml", "--into", "two", "--as-of", "2027-03-10", folder=garden)
    later = text(message(garden / "two" / "ben.eml"))
    assert "The answers were due on 9 March 2027." in later


def test_as_json(garden: Path) -> None:
    """As JSON, it lists what is still asked of each by id, and the files."""
    done = run("remind", "engagement.yaml", "-f", "json", folder=garden)
    document = json.loads(done.stdout)
    jsonschema.validate(document, schema("reminders"))
    ada, ben, *_ = document["reminders"]
    assert (ada["why_not"], ada["file"]) == ("nothing is outstanding", None)
    assert (ben["own"], ben["file"]) == (["is.wants"], "reminders/ben.eml")


def test_wrong_use(garden: Path) -> None:
    """A single sheet has nobody to remind, and a sender needs an address."""
    sheet = ADA.replace("respondent", "ruleset: rules.yaml\nrespondent")
    (garden / "ada.yaml").write_text(sheet)
    assert "single answer sheet" in run("remind", "ada.yaml", folder=garden).stderr
    for sender in ("Zoë", "a@", "@x", "<>", "x@y@z", "zoë@example.com", "h\x1b[31m"):
        done = run("remind", "engagement.yaml", "--from", sender, folder=garden)
        assert (done.status, "write an address" in done.stderr) == (2, True), sender
