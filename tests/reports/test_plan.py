"""The plan in a terminal, as comma-separated values, and as a calendar."""

from __future__ import annotations

import csv
import datetime
import io
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar

from readiness.assessing import Assessor
from readiness.loading.engagements import load_engagement
from readiness.planning.plan import Plan, plan
from readiness.problems.terminal_text import printable
from readiness.reports.csv_tables import plan_as_csv
from readiness.reports.phrasing import figure
from readiness.reports.plan import print_plan
from readiness.reports.plan_calendar import plan_as_calendar
from tests.conftest import GoldenCheck
from tests.odd_values import WRITABLE_TEXTS
from tests.reports.printing import GOLDEN, assessed, printed
from tests.reports.test_hostile_texts import HOSTILE, with_title
from tests.semantics.harness import assess


def case(effort: object = None, status: str = "no", owner: str = "", **more: Any) -> Plan:
    """Return the plan of a case of two checks, one after the other."""
    remedy = {"owner": owner or None, "effort_days": effort}
    written = {"remedy": {key: held for key, held in remedy.items() if held is not None}}
    answers = {"no": {"s.a": False}, "yes": {"s.a": True}, "open": {}}[status]
    checks = {
        "floor": {"met_when": "s.a", **written},
        "roof": {"met_when": "s.a", "requires": ["floor"], **written},
    }
    return plan(
        assess({"questions": {"s.a": "yes_no"}, "checks": checks, "answers": answers, **more})
    )


def text_of(found: Plan, width: int = 100, encoding: str = "utf-8") -> str:
    return printed(lambda console: print_plan(found, console), width, encoding)


def rows_of(found: Plan) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(plan_as_csv(found).removeprefix("\ufeff"))))


def told(found: Plan) -> str:
    """Return the calendar entry of the first activity."""
    return str(calendar_of(found).events[0]["description"])


def calendar_of(found: Plan, identity: str = "") -> Calendar:
    return Calendar.from_ical(plan_as_calendar(found, identity))


@pytest.mark.parametrize("width", [40, 60, 80, 120])
def test_text(width: int, golden: GoldenCheck) -> None:
    """The plan of the shop, in a terminal of that width, equals its golden file."""
    text = text_of(plan(assessed("mixed")), width)
    golden(GOLDEN / f"plan-mixed-{width}.txt", text)
    assert max(map(len, text.splitlines())) <= width
    assert not [line for line in text.splitlines() if line != line.rstrip()]


def test_text_in_ascii(golden: GoldenCheck) -> None:
    """In a terminal limited to ASCII, the marks are ASCII too."""
    text = text_of(plan(assessed("mixed")), encoding="ascii")
    golden(GOLDEN / "plan-mixed-ascii.txt", text)


def test_nothing_to_plan() -> None:
    """If nothing is open the text says so, and the other formats have no activities."""
    found = case(status="yes", gates={"move": {"requires": ["roof"]}})
    assert "There is nothing to plan: no check is open." in text_of(found)
    assert rows_of(found) == []
    assert calendar_of(found).events == []


def test_nothing_to_plan_for_a_gate() -> None:
    """If a requested gate waits for nothing, the text says so about that gate only."""
    gates = {"look": {"requires": []}, "move": {"requires": ["roof"]}}
    whole = case(gates=gates).assessment
    text = text_of(plan(whole, gates=["look"]))
    assert "There is nothing to plan: no check that these gates wait for is open." in text


def test_without_gates_there_is_no_part_on_gates() -> None:
    """A ruleset without gates still has a plan."""
    text = text_of(case(effort=2))
    assert "gate" not in text
    assert "after 4 working days" in text


def test_without_any_effort() -> None:
    """Without estimates the days are a minimum, nothing is critical, and the plan says so."""
    text = text_of(case(gates={"move": {"requires": ["roof"]}}))
    assert "not estimated" in text
    assert "▸" not in text
    assert "Not estimated, counted as 0 days" in text
    assert "• roof (roof)" in text
    row = rows_of(case())[0]
    assert (row["effort_low"], row["days"], row["critical"]) == ("", "0", "no")
    assert "Effort: not estimated" in told(case())


def test_undetermined_work_is_told_apart() -> None:
    """Work that an answer may make unnecessary is marked and counted in every format."""
    found = case(effort=2, status="open", gates={"move": {"requires": ["roof"]}})
    text = text_of(found)
    assert "2 checks with 4 working days of work; 2 undetermined" in text
    assert "waits for 2 open checks, all undetermined" in text
    assert "? undetermined: an answer may make the work unnecessary" in text
    assert {row["status"] for row in rows_of(found)} == {"undetermined"}
    assert "an answer may make" in told(found)


def test_nobody_is_named() -> None:
    """Work without an owner is listed separately, and a sole owner is named."""
    assert "no owner" in text_of(case(effort=2))
    assert "mason" in text_of(case(effort=2, owner="mason"))
    assert "In parallel:" not in text_of(case(effort=2, owner="mason"))


@pytest.mark.parametrize(("written", "shown"), HOSTILE)
def test_hostile_texts_are_harmless(written: str, shown: str) -> None:
    """No document text controls a terminal, breaks a row, or escapes its event."""
    found = plan(assess(with_title(written)))
    text = text_of(found, 200)
    assert "\x1b" not in text
    assert all(f"{shown} {place}".strip() in text for place in ("roof", "move"))
    (row,) = rows_of(found)
    assert None not in row.values()
    assert "\x1b" not in row["title"]
    events = calendar_of(found).events
    assert len(events) == 1  # nothing is estimated, so the gate has no date
    written_out = "".join(f"{event['summary']}{event['description']}" for event in events)
    assert all(printable(letter) or letter in "\n\t" for letter in written_out)


def test_no_cell_runs_as_a_formula() -> None:
    """A title that would be a formula gets an apostrophe; numbers have none."""
    found = plan(assess(with_title("=HYPERLINK(1);")))
    (row,) = rows_of(found)
    assert row["title"] == "'=HYPERLINK(1); roof"
    assert row["action"] == "'=HYPERLINK(1); act"
    assert rows_of(case(effort=2.5))[1]["earliest_start"] == "2.5"
    assert ",2.5,5,2.5,5,0,yes," in plan_as_csv(case(effort=2.5))


def test_rows_are_the_activities() -> None:
    """Each activity has a row, in order, with its days, dates and predecessors."""
    found = plan(assessed("mixed"))
    rows = rows_of(found)
    assert [row["check"] for row in rows] == [activity.id for activity in found.activities]
    for row, activity in zip(rows, found.activities, strict=True):
        assert float(row["slack"]) == activity.times.slack
        assert row["finishes_on"] == activity.finishes_on.isoformat()
        assert row["waits_for"] == "; ".join(activity.waits_for)
        assert int(row["wave"]) == activity.wave


def test_events_are_the_activities_and_the_gates() -> None:
    """Each activity is an event of whole days that ends the next day; then the gates follow."""
    found = plan(assessed("mixed"))
    events = calendar_of(found).events
    gates = [gate for gate in found.gates if gate.activities]
    assert len(events) == len(found.activities) + len(gates)
    for event, activity in zip(events, found.activities, strict=False):
        assert event["summary"] == activity.check.title
        assert event.start == activity.starts_on
        assert event.end == activity.finishes_on + datetime.timedelta(days=1)
        area = found.assessment.ruleset.areas[activity.check.area].title
        assert [str(category) for category in event.categories] == [area]
        assert activity.check.remedy.action in str(event["description"])
    for event, gate in zip(events[len(found.activities) :], gates, strict=True):
        assert event["summary"] == f"Gate: {gate.title}"
        assert event.start == gate.falls_on


def test_texts_of_events_are_whole() -> None:
    """Commas, semicolons, backslashes and long lines are read back from the calendar unchanged."""
    title = "a, b; c\\n d: " + "ü客" * 60
    found = plan(assess(with_title(title)))
    assert calendar_of(found).events[0]["summary"] == f"{title} roof"
    assert max(len(line.encode()) for line in plan_as_calendar(found).split("\r\n")) <= 75


def test_the_same_plan_is_the_same_calendar() -> None:
    """The same input gives the same bytes, with events stamped with the assessment date."""
    found = plan(assessed("mixed"))
    assert plan_as_calendar(found, "x") == plan_as_calendar(plan(assessed("mixed")), "x")
    days = {event.DTSTAMP.date() for event in calendar_of(found).events}
    assert days == {found.assessment.as_of}


def test_events_are_told_apart_by_check_and_engagement() -> None:
    """No two events, in one engagement or two, share a UID; a later plan keeps it."""
    found = plan(assessed("mixed"))
    later = plan(assessed("mixed"), start=datetime.date(2027, 5, 1))

    def uids(one: Plan, identity: str) -> set[str]:
        return {str(event["uid"]) for event in calendar_of(one, identity).events}

    assert len(uids(found, "x")) == len(calendar_of(found).events)
    assert uids(found, "x").isdisjoint(uids(found, "y"))
    assert uids(found, "x") == uids(later, "x")


@pytest.mark.slow
def test_a_calendar_holds_any_text() -> None:
    """Every event is complete, whatever texts documents have, even line ends in titles."""
    for text in WRITABLE_TEXTS:
        found = assess({
            "questions": {"s.a": "yes_no"},
            "checks": {
                "roof": {
                    "title": f"a{text}b", "why": f"a{text}b", "met_when": "s.a",
                    "remedy": {"action": f"a{text}b", "effort_days": 2},
                },
            },
            "gates": {"move": {"title": f"a{text}b", "requires": ["roof"]}},
            "answers": {"s.a": False},
        })  # fmt: skip
        written = plan_as_calendar(plan(found), text)
        events = Calendar.from_ical(written).events
        kinds = [str(one["uid"]).partition("-")[0] for one in events]
        assert kinds == ["check", "gate"], repr(text)
        assert "\n" not in str(events[0]["summary"]), repr(text)
        assert all(line.strip() for line in written.rstrip("\r\n").split("\r\n")), repr(text)


@pytest.mark.slow
def test_events_of_two_clients_share_no_uid(tmp_path: Path) -> None:
    """Without an explicit name, engagement, file or answers distinguish clients."""
    sheet = "format: readiness/answers/1\nruleset: crm-pre-implementation\nanswers: {}\n"
    held = []
    for name in ("first", "second"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "answers.yaml").write_text(sheet)
        written = "format: readiness/engagement/1\nid: copied\nruleset: crm-pre-implementation\n"
        (tmp_path / name / "engagement.yaml").write_text(
            f"{written}title: Client {name}\nanswers: [answers.yaml]\n"
        )
        held += [
            load_engagement(tmp_path / name / f"{kind}.yaml") for kind in ("answers", "engagement")
        ]
    assessments = [Assessor(one.ruleset).assess(one) for one in held]
    assessor = Assessor(held[0].ruleset)
    assessments += [assessor.assess({"funding.committed": amount}) for amount in (1, 2)]
    uids = [
        str(event["uid"])
        for assessment in assessments
        for event in calendar_of(plan(assessment)).events
    ]
    assert len(uids) == len(set(uids))
    again = load_engagement(tmp_path / "first" / "answers.yaml")
    found = calendar_of(plan(Assessor(again.ruleset).assess(again)))
    assert uids[0] == found.events[0]["uid"]


@pytest.mark.parametrize(
    ("days", "shown"),
    [(0, "0"), (0.2, "0.2"), (0.3, "0.5"), (6.83, "7"), (9.4, "9.5"), (12.5, "12")],
)
def test_days_are_rounded_as_people_write_them(days: float, shown: str) -> None:
    """Days are halves below 10 and whole from there on, and some work is never shown as none."""
    assert figure(days) == shown
