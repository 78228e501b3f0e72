"""What a comparison says about each kind of input that differs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from readiness import Assessment, Comparison, compare
from readiness.documents.schemas import schema
from readiness.reports.changes import Changes
from readiness.reports.markdown.page import render
from readiness.reports.webpage.page import html_comparison
from tests.collecting.garden import ADA, BEN, ENGAGEMENT, QUESTIONS, RULES, assessed, write_garden

PHOTO = "evidence:\n      - {title: Photo, file: photo.jpg, expires: 2027-03-10}\n"
WAIVED = "waivers: {dug: {reason: Later, approved_by: Ada, expires: 2027-03-10}}"
RESOLVED = "resolutions: {is.dug: {value: yes, reason: I looked, by: Eve}}\n"


def garden(folder: Path, **changed: str) -> Assessment:
    """Return the result of the garden with some of its files changed."""
    folder.mkdir(exist_ok=True)
    (folder / "photo.jpg").write_bytes(b"photo")
    return assessed(write_garden(folder, **changed))


def compared(folder: Path, old: dict[str, str], new: dict[str, str]) -> Comparison:
    """Return the comparison of two gardens."""
    return compare(garden(folder / "a", **old), garden(folder / "b", **new))


def causes(found: Comparison, check: str) -> list[dict[str, Any]]:
    """Return the causes of a check in the document, which is valid."""
    document = found.to_dict()
    jsonschema.validate(document, schema("comparison"))
    [one] = [one for one in document["checks"] if one["id"] == check]
    held: list[dict[str, Any]] = one["causes"]
    return held


def test_an_answer(tmp_path: Path) -> None:
    """A cause has the question, the respondent, and the answer before and now."""
    found = compared(tmp_path, {}, {"ada": ADA.replace("is.fenced: yes", "is.fenced: no")})
    [cause] = causes(found, "fenced")
    assert cause == {
        "kind": "answer",
        "question": "is.fenced",
        "ask": "Is there a fence?",
        "respondent": "ada",
        "from": {"state": "answered", "value": True, "text": "yes"},
        "to": {"state": "answered", "value": False, "text": "no"},
    }
    assert [(one.id, one.after) for one in found.gates] == [("plant", "no_go"), ("sell", "no_go")]
    assert found.is_worse


def test_evidence_that_expired(tmp_path: Path) -> None:
    """Only where answers need evidence: the item that made the difference, not the day."""
    evidenced = ENGAGEMENT.replace("as_of", "assurance: evidenced\nas_of")
    shown = ADA.replace("is.fenced: yes\n", f"is.fenced:\n    value: yes\n    {PHOTO}")
    later = evidenced.replace("2027-03-01", "2027-03-11")
    old, new = ({"ada": shown, "engagement": text} for text in (evidenced, later))
    [cause] = causes(compared(tmp_path, old, new), "fenced")
    assert (cause["kind"], cause["title"]) == ("evidence", "Photo")
    assert (cause["from"], cause["to"]) == ("valid", "expired")
    stated = [text.replace("assurance: evidenced\n", "") for text in (evidenced, later)]
    old, new = ({"ada": shown, "engagement": text} for text in stated)
    assert not compared(tmp_path, old, new).checks


def test_a_waiver_that_expired_and_one_that_came(tmp_path: Path) -> None:
    """The check was closed by its waiver; the causes the other way round are the same."""
    engagement = ENGAGEMENT.replace("waivers: {}  # none yet", WAIVED)
    later = engagement.replace("2027-03-01", "2027-03-11")
    found = compared(tmp_path, {"engagement": engagement}, {"engagement": later})
    [cause] = causes(found, "dug")
    assert cause | {"kind": "waiver", "from": "in_force", "to": "expired"} == cause
    [turn] = [one for one in found.checks if one.id == "dug"]
    assert (turn.change, turn.direction) == ("opened", "worse")
    back = compared(tmp_path, {}, {"engagement": engagement})
    [came] = causes(back, "dug")
    assert (came["from"], came["to"]) == (None, "in_force")
    assert not back.is_worse


def test_a_resolution_and_an_answer_without_effect(tmp_path: Path) -> None:
    """What differs without making a difference is no cause; it is listed with no check."""
    new = {
        "engagement": ENGAGEMENT + RESOLVED,
        "ada": ADA.replace("is.wants: Beans", "is.wants: Peas") + "  is.beds: 3\n",
    }
    found = compared(tmp_path, {}, new)
    kinds = [(one["kind"], one["question"]) for one in causes(found, "dug")]
    assert kinds == [("answer", "is.beds"), ("resolution", "is.dug")]
    unused = [key for key, checks in found.inputs if not checks]
    assert unused == [("answer", "is.wants", "ada")]


def test_a_group_that_grew(tmp_path: Path) -> None:
    """A question for each of a group depends on who belongs to it."""
    helping = {"ada": ADA, "ben": BEN.replace("{unknown: it depends}", "yes")}
    small = ENGAGEMENT.replace("[ada, ben, cem]", "[ada, ben]")
    found = compared(tmp_path, {"engagement": small, **helping}, helping)
    assert causes(found, "helped") == [
        {"kind": "group", "group": "gardeners", "joined": ["cem"], "left": []}
    ]


def test_the_scope(tmp_path: Path) -> None:
    """What went out of scope is the cause for its checks, and for what they held back."""
    scope = "scope: {checks: {dug: {reason: The neighbour digs, by: Eve}}}\n"
    found = compared(tmp_path, {}, {"engagement": ENGAGEMENT + scope})
    [cause] = causes(found, "dug")
    assert cause == {
        "kind": "scope", "what": "check", "id": "dug", "from": "in", "to": "out", "by": "Eve",
    }  # fmt: skip
    assert [(one.id, one.after, one.via) for one in found.gates] == [("plant", "go", ("dug",))]
    gate = "scope: {gates: {sell: {reason: Not for sale, by: Eve}}}\n"
    found = compared(tmp_path, {}, {"engagement": ENGAGEMENT + gate})
    [turn] = found.gates
    assert (turn.after, turn.direction, turn.causes) == (
        "out_of_scope", "same", (("scope", "gate", "sell"),),
    )  # fmt: skip
    assert "UNDETERMINED → **OUT OF SCOPE**" in render(
        "comparison.md.jinja", changes=Changes(found)
    )
    assert html_comparison(Changes(found)).count("out of scope") > 1


def test_another_ruleset(tmp_path: Path) -> None:
    """A check that is defined otherwise has the ruleset as its cause; others may be new or gone."""
    rules = RULES.replace("met_when: is.fenced}", "met_when: is.fenced and is.high}").replace(
        "  soil: {title: It is sand", "  sandy: {title: It is sand"
    )
    found = compared(tmp_path, {}, {"rules": rules})
    assert [cause["kind"] for cause in causes(found, "fenced")] == ["ruleset"]
    assert {one.id: one.change for one in found.checks} == {
        "fenced": "opened", "sandy": "new", "soil": "gone",
    }  # fmt: skip
    choice = "{ask: How many beds are there?, type: choice, options: {few: Few}}"
    other = QUESTIONS.replace("{ask: How many beds are there?, type: number}", choice)
    changed = {"questions": other, "rules": RULES.replace("is.beds > 2", "is.beds == 'few'")}
    dug = {"ben": BEN.replace("value: no", "value: yes")}
    old = {**dug, "ada": ADA + "  is.beds: 3\n"}
    found = compared(tmp_path, old, {**dug, **changed})
    assert "ruleset" in [cause["kind"] for cause in causes(found, "dug")]


def test_results_alone(tmp_path: Path) -> None:
    """The causes come from what the results carry, and the notes say what they cannot tell."""
    old = garden(tmp_path / "a")
    new = garden(tmp_path / "b", ada=ADA.replace("is.fenced: yes", "is.fenced: no"))
    found = compare(json.loads(old.to_json()), json.loads(new.to_json(compact=True)))
    assert not found.is_confirmed
    assert found.notes
    [cause] = causes(found, "fenced")
    assert (cause["question"], cause["ask"]) == ("is.fenced", "is.fenced")
    read = Assessment.from_json(old.to_json())
    assert compare(read, new.to_dict(compact=True)).to_dict() == found.to_dict()
    read = Assessment.from_json(new.to_json(compact=True))
    assert compare(old.to_dict(), read).to_dict() == found.to_dict()
    small = garden(tmp_path / "c", engagement=ENGAGEMENT.replace("[ada, ben, cem]", "[ada]"))
    unclear = compare(old.to_dict(), small.to_dict())
    assert "helped" in unclear.notes[-1]
    with pytest.raises(ValueError, match="a result document has the format"):
        compare(old, {"format": "readiness/plan/1"})


def test_when_too_much_differs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Causes that were not confirmed are all inputs that differ, and the notes say so."""
    monkeypatch.setattr("readiness.comparing.causes.MOST_CHECKS", 0)
    new = {"ada": ADA.replace("is.fenced: yes", "is.fenced: no") + "  is.beds: 3\n"}
    found = compared(tmp_path, {}, new)
    assert ("answer", "is.fenced", "ada") in found.checks[0].causes
    assert not found.is_confirmed
    assert found.notes == [
        "So much differs that not every cause was confirmed by assessing again."
    ]  # fmt: skip


def test_the_trend(tmp_path: Path) -> None:
    """Every result is in the trend, in the order given."""
    first, last = garden(tmp_path / "a"), garden(tmp_path / "b", ada=ADA + "  is.beds: 3\n")
    found = compare(first, last, between=[first.to_dict()])
    assert [one["open"] for one in found.to_dict()["trend"]] == [3, 3, 3]
    assert compare(first, last).to_dict()["trend"] == []


def test_words(tmp_path: Path) -> None:
    """Two organisations are named; nothing changed is said in one sentence."""
    other = ENGAGEMENT.replace("title: The garden", "title: The orchard")
    found = compared(tmp_path, {}, {"engagement": other})
    assert Changes(found).title == "The garden and The orchard"
    assert Changes(found).summary == "Nothing changed: neither what went in nor what came out."
