"""Plans of small cases that can be checked by hand."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from readiness.documents.schemas import schema
from readiness.planning.plan import Plan, busiest, plan
from readiness.problems import DocumentError
from tests.semantics.harness import assess

MONDAY = "2026-11-23"
Written = dict[str, Any]


def check(*requires: str, days: object = None, owner: str = "", met: str = "s.no") -> Written:
    """Return a check that is unmet unless given otherwise."""
    remedy: Written = {"owner": owner} if owner else {}
    if days is not None:
        remedy["effort_days"] = days
    return {"met_when": met, "requires": list(requires), "remedy": remedy}


def case(checks: Written, **more: Any) -> Written:
    """Return a case of these checks; `s.yes` is yes, `s.no` is no, `s.open` has no answer."""
    questions = dict.fromkeys(("s.yes", "s.no", "s.open"), "yes_no")
    answers = {"s.yes": True, "s.no": False}
    return {
        "questions": questions, "answers": answers, "as_of": MONDAY, "checks": checks, **more,
    }  # fmt: skip


def planned(checks: Written, more: Written | None = None, **options: Any) -> Plan:
    """Return the plan of a case of these checks."""
    return plan(assess(case(checks, **(more or {}))), **options)


def spans(found: Plan) -> dict[str, tuple[float, float, float]]:
    """Return earliest start, earliest finish and slack by activity."""
    times = {activity.id: activity.times for activity in found.activities}
    return {key: (t.earliest_start, t.earliest_finish, t.slack) for key, t in times.items()}


HOUSE = {
    "ground": check(days=5, owner="mason"),
    "walls": check("ground", days=10, owner="mason"),
    "plans": check(days=2, owner="architect"),
    "wiring": check("plans", "ground", days=3, owner="electrician"),
    "roof": check("walls", "wiring", days={"low": 2, "likely": 4, "high": 12}, owner="carpenter"),
}


def test_a_house() -> None:
    """An activity starts when the last one it waits for ends; slack is relative to the total."""
    found = planned(HOUSE)
    assert spans(found) == {
        "ground": (0, 5, 0),
        "plans": (0, 2, 10),
        "walls": (5, 15, 0),
        "wiring": (5, 8, 7),
        "roof": (15, 19, 0),
    }
    assert found.days == 19
    assert found.critical_path == ("ground", "walls", "roof")
    assert [one.id for one in found.activities if one.is_critical] == ["ground", "walls", "roof"]
    assert found.finishes_on == datetime.date(2026, 12, 17)


def test_days_of_the_calendar() -> None:
    """An activity lasts from its start date up to and including its finish date."""
    walls = planned(HOUSE).activity("walls")
    assert walls is not None
    assert walls.starts_on == datetime.date(2026, 11, 30)
    assert walls.finishes_on == datetime.date(2026, 12, 11)
    assert planned(HOUSE).activity("cellar") is None


@pytest.mark.parametrize(
    ("estimate", "days"), [("low", 17), ("likely", 19), ("expected", 20), ("high", 27)]
)
def test_other_estimates(estimate: str, days: float) -> None:
    """Durations use the requested estimate."""
    assert planned(HOUSE, estimate=estimate).days == days


def test_what_is_closed_takes_no_time() -> None:
    """Met, waived and not applicable checks take no time, but what depends on them still waits."""
    checks = {
        "a": check(days=1),
        "met": check("a", days=20, met="s.yes"),
        "waived": check("met", days=20),
        "apart": {**check("waived", days=20), "applies_when": "s.no"},
        "b": check("apart", "a", days=2),
    }
    found = planned(checks, {"waivers": {"waived": {"reason": "later", "approved_by": "chief"}}})
    assert spans(found) == {"a": (0, 1, 0), "b": (1, 3, 0)}
    assert found.activities[1].waits_for == ("a",)


def test_only_the_nearest_are_waited_for() -> None:
    """Activities that another listed one already waits for are not repeated."""
    checks = {
        "a": check(days=1), "b": check("a", days=1), "c": check("b", "a", days=1),
        "d": check("a", days=9), "e": check("a", "b", "c", "d", days=1),
    }  # fmt: skip
    found = planned(checks)
    waits = {activity.id: set(activity.waits_for) for activity in found.activities}
    assert waits == {"a": set(), "b": {"a"}, "c": {"b"}, "d": {"a"}, "e": {"c", "d"}}


GATES = {
    "begin": {"requires": ["plans"]},
    "build": {"requires": ["wiring"], "after": ["begin"]},
    "move": {"requires": ["plans"], "after": ["build"]},
    "look": {"requires": []},
}


def test_a_gate_counts_the_gates_that_it_comes_after() -> None:
    """The days to a gate cover everything that it and the gates before it wait for."""
    found = {gate.id: gate for gate in planned(HOUSE, {"gates": GATES}).gates}
    assert {key: gate.days for key, gate in found.items()} == {
        "begin": 2, "build": 8, "move": 8, "look": 0,
    }  # fmt: skip
    assert found["move"].critical_path == ("ground", "wiring")
    assert set(found["move"].activities) == {"plans", "ground", "wiring"}
    assert found["build"].falls_on == datetime.date(2026, 12, 2)
    assert found["look"].falls_on == datetime.date(2026, 11, 23)
    assert found["look"].critical_path == ()


def test_a_gate_has_every_estimate() -> None:
    """A gate has its days by low, likely, expected and high estimate beside those of the plan."""
    (gate,) = planned(HOUSE, {"gates": {"move": {"requires": ["roof"]}}}, estimate="high").gates
    assert (gate.low, gate.likely, gate.expected, gate.high) == (17, 19, 20, 27)
    assert gate.days == 27


def test_a_plan_for_a_gate() -> None:
    """A plan for one gate leaves out what neither it nor earlier gates wait for."""
    found = planned(HOUSE, {"gates": GATES}, gates=["build"])
    assert [gate.id for gate in found.gates] == ["begin", "build"]
    assert spans(found) == {"ground": (0, 5, 0), "plans": (0, 2, 3), "wiring": (5, 8, 0)}


def test_a_plan_for_the_last_gate_leaves_out_what_no_gate_waits_for() -> None:
    """A plan for the last gate leaves out checks that no gate waits for."""
    gates = {key: gate for key, gate in GATES.items() if key != "look"}
    found = planned(HOUSE, {"gates": gates}, gates=["move"])
    assert [gate.id for gate in found.gates] == ["begin", "build", "move"]
    assert found.activity("roof") is None
    assert planned(HOUSE, {"gates": gates}).activity("roof") is not None


def test_what_there_is_not() -> None:
    """An unknown gate or estimate raises `DocumentError`, which names the nearest one."""
    with pytest.raises(DocumentError, match="unknown gate 'leave'"):
        planned(HOUSE, {"gates": GATES}, gates=["leave"])
    with pytest.raises(DocumentError, match="unknown estimate 'hopeful'"):
        planned(HOUSE, estimate="hopeful")


def test_what_nobody_has_estimated_counts_as_nothing() -> None:
    """A check without an estimate takes no time, keeps its place and is reported, also at gates."""
    checks = {"a": check(days=2), "b": check("a"), "c": check("b", days=3)}
    found = planned(checks, {"gates": {"go": {"requires": ["c"]}, "see": {"requires": ["a"]}}})
    assert spans(found) == {"a": (0, 2, 0), "b": (2, 2, 0), "c": (2, 5, 0)}
    assert found.unestimated == ("b",)
    assert [gate.unestimated for gate in found.gates] == [("b",), ()]
    assert found.activities[1].effort is None
    assert found.activities[1].starts_on == found.activities[1].finishes_on


@pytest.mark.parametrize("estimated", [1, 2])
def test_most_is_not_estimated(estimated: int) -> None:
    """A plan and a gate count as estimated if at least half of their checks have an estimate."""
    checks = {key: check(days=3 if n < estimated else None) for n, key in enumerate("abcd")}
    found = planned(checks, {"gates": {"go": {"requires": [*checks]}}})
    assert found.is_estimated == found.gates[0].is_estimated == (estimated == 2)


def test_nothing_is_estimated() -> None:
    """Without any effort the plan takes no time, and nothing is critical."""
    found = planned({"a": check(owner="x"), "b": check("a", owner="x")})
    assert found.days == 0
    assert found.critical_path == ()
    assert not any(activity.is_critical for activity in found.activities)
    assert found.finishes_on == found.start == datetime.date(2026, 11, 23)
    assert found.owners[0].most_at_once == 0


def test_nothing_is_open() -> None:
    """If everything is closed, the plan has no activities."""
    found = planned({"a": check(days=3, met="s.yes")}, {"gates": {"go": {"requires": ["a"]}}})
    assert not found.activities
    assert not found.owners
    assert not found.critical_path
    assert found.days == 0
    assert found.gates[0].days == found.gates[0].high == 0
    assert found.finishes_on == found.start


def test_undetermined_checks_are_planned_for() -> None:
    """Undetermined checks are planned like checks that are known to be open."""
    found = planned({"a": check(days=3, met="s.open"), "b": check("a", days=1, met="s.yes")})
    assert [activity.result.status for activity in found.activities] == ["undetermined"]
    assert found.days == 3


def test_without_gates() -> None:
    """A ruleset without gates has a plan of everything."""
    assert planned(HOUSE).gates == ()
    assert len(planned(HOUSE).activities) == 5


def test_owners() -> None:
    """Each owner has total effort, start and finish; those with the most come first."""
    loads = {load.name: load for load in planned(HOUSE).owners}
    assert list(loads) == ["mason", "carpenter", "electrician", "architect"]
    assert loads["mason"].days == 15
    assert loads["mason"].activities == ("ground", "walls")
    assert loads["mason"].most_at_once == 1
    assert loads["mason"].finishes_on == datetime.date(2026, 12, 11)


def test_more_than_one_at_once() -> None:
    """An activity that starts when another finishes is not parallel to it."""
    checks = {
        "a": check(days=1, owner="x"), "b": check("a", days=2, owner="x"),
        "c": check("a", days=5, owner="x"), "d": check("b", days=1, owner="x"),
    }  # fmt: skip
    (load,) = planned(checks).owners
    assert (load.most_at_once, load.busiest_from) == (2, datetime.date(2026, 11, 24))
    assert load.days == 9


def test_without_an_owner() -> None:
    """Checks without an owner form a separate load with an empty name."""
    found = planned({"a": check(days=1), "b": check(days=2)})
    assert [load.name for load in found.owners] == [""]
    assert found.activities[0].owner == ""


@pytest.mark.parametrize(
    ("spans", "expected"),
    [
        ([(0, 0)], (0, 0)),
        ([(0, 1), (1, 2)], (1, 0)),
        ([(0, 2), (1, 3), (2, 4)], (2, 1)),
        ([(3, 4), (3, 4), (3, 3), (0, 9)], (3, 3)),
    ],
)
def test_busiest(spans: list[tuple[float, float]], expected: tuple[int, float]) -> None:
    """The maximum in parallel is given with the first moment at which it is reached."""
    assert busiest(spans) == expected


def test_fractions_add_up() -> None:
    """Tenths of days add up to whole days, in times and in workloads."""
    tenths = {f"t{n}": check(*[f"t{n - 1}"] * (n > 0), days=0.1, owner="x") for n in range(10)}
    found = planned({**tenths, "after": check("t9", days=0.5)})
    assert [(load.name, load.days) for load in found.owners] == [("x", 1), ("", 0.5)]
    after = found.activity("after")
    assert after is not None
    assert (after.times.earliest_start, after.starts_on.isoformat()) == (1, "2026-11-24")


def test_a_start_on_a_saturday() -> None:
    """Work planned for a Saturday starts on the following Monday."""
    found = planned(HOUSE, start=datetime.date(2027, 1, 2))
    assert found.start == datetime.date(2027, 1, 4)
    assert found.activities[0].starts_on == found.start


def test_days_off() -> None:
    """A day off postpones everything after it; the working days stay the same."""
    off = [datetime.date(2026, 12, 8), datetime.date(2026, 11, 24), datetime.date(2026, 12, 8)]
    found = planned(HOUSE, days_off=off)
    assert found.days == 19
    assert found.finishes_on == datetime.date(2026, 12, 21)
    assert found.days_off == (datetime.date(2026, 11, 24), datetime.date(2026, 12, 8))


def test_effort_beyond_the_calendar() -> None:
    """Work beyond the year 9999 raises `OverflowError`."""
    with pytest.raises(OverflowError):
        planned({"a": check(days=1e12)})


@pytest.mark.parametrize(
    "found",
    [
        planned(HOUSE, {"gates": GATES}, estimate="expected", days_off=[datetime.date(2027, 1, 1)]),
        planned({"a": check(), "b": check("a", days=0.5)}),
        planned({"a": check(met="s.yes")}),
    ],
    ids=["house", "nobody", "nothing"],
)
def test_the_document_is_as_its_schema_says(found: Plan) -> None:
    """The document of a plan is valid against the published schema."""
    Draft202012Validator(schema("plan")).validate(found.to_dict())


def test_the_document() -> None:
    """The document contains the plan in plain values."""
    found = planned(HOUSE, {"gates": GATES}).to_dict()
    assert found["format"] == "readiness/plan/1"
    assert found["critical_path"] == ["ground", "walls", "roof"]
    (roof,) = (one for one in found["activities"] if one["check"] == "roof")
    assert roof["effort"] == {"low": 2, "likely": 4, "high": 12}
    assert (roof["starts_on"], roof["finishes_on"]) == ("2026-12-14", "2026-12-17")
    assert roof["critical"] is True
    assert found["owners"][0]["name"] == "mason"
    assert planned({"a": check()}).to_dict()["owners"][0]["name"] is None


def test_the_same_bytes() -> None:
    """The same input gives the same text."""
    assert planned(HOUSE).to_json() == planned(HOUSE).to_json()


def test_a_plan_of_many_checks() -> None:
    """In a chain of a thousand checks each starts when the previous one is finished."""
    checks = {f"c{n}": check(*[f"c{n - 1}"] * (n > 0), days=0.5) for n in range(1000)}
    found = planned(checks)
    assert found.days == 500
    assert [one.times.earliest_start for one in found.activities] == [n / 2 for n in range(1000)]
