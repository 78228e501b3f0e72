"""Random cases: a ruleset with its questionnaire, and answers to it, in the case format.

A case is written as the tables under `tests/semantics/cases` are, so that one that fails can be
moved there as it is printed.
"""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from typing import Any

from tests.properties.conditions import DAYS, NUMBERS, OUTSIDE, TEXTS, Conditions, ConditionScope

TODAY = "2026-11-21"
TYPES = (
    "yes_no", "yes_no", "yes_no", "choice", "choices", "number", "number", "money", "percent",
    "date", "text", "table", "table", "table", "integer", "url", "email", "date",
)  # fmt: skip
TABLES = ("table", "table", "table", "number", "yes_no", "choice")
FINITE = ("yes_no", "yes_no", "choice", "number")
GROUPS = ("team", "board")
PEOPLE = ("sales", "it", "ops")
OPTIONS = ({"a": "A", "b": "B", "c": "C"}, {"b": "B", "c": "C", "d": "D"})
COLUMNS: dict[str, dict[str, Any]] = {
    "flag": {"type": "yes_no"},
    "kind": {"type": "choice", "options": OPTIONS[0]},
    "marks": {"type": "choices", "options": OPTIONS[1]},
    "amount": {"type": "money", "unit": "USD"},
    "size": {"type": "number"},
    "flow": {"type": "number"},
    "day": {"type": "date"},
    "note": {"type": "text"},
}

Case = dict[str, Any]


def rules(draw: random.Random, *, small: bool = False) -> Case:
    """Draw questions, values, checks and gates; `small` draws few questions with few answers."""
    tables = not small and draw.random() < 0.25
    questions = _questions(draw, FINITE if small else TABLES if tables else TYPES, small=small)
    making = Conditions(draw, questions, of_tables=tables)
    values: dict[str, Any] = {}
    for number in range(draw.randint(0, 2 if small else 4)):
        _value(draw, making, values, f"v.n{number}")
    checks = _checks(draw, making, draw.randint(1, 4 if small else 9))
    found: Case = {"questions": questions, "values": values, "checks": checks}
    if draw.random() < 0.5:
        found["values"] = dict(reversed(values.items()))
    found["gates"] = _gates(draw, list(checks), draw.randint(0, 4))
    if scope := _scope(random.Random(json.dumps(found)), found):
        found["scope"] = scope
    return found


def _scope(draw: random.Random, given: Case) -> dict[str, dict[str, Any]]:
    """Draw what is out of scope; nothing for half of the rulesets."""
    names = {
        "checks": given["checks"], "areas": [one["area"] for one in given["checks"].values()],
        "gates": given["gates"], "sections": [key.partition(".")[0] for key in given["questions"]],
        "questions": given["questions"],
    }  # fmt: skip
    days = [{}, {}, {"on": TODAY}, {"on": "2026-11-22"}]
    if draw.random() < 0.5:
        return {}
    drawn = {
        kind: {
            key: {"reason": "decided elsewhere", "by": "lead", **draw.choice(days)}
            for key in dict.fromkeys(keys)
            if draw.random() < (0.04 if kind in ("areas", "sections") else 0.12)
        }
        for kind, keys in names.items()
    }
    return {kind: held for kind, held in drawn.items() if held}


def _questions(
    draw: random.Random, types: Sequence[str], *, small: bool
) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for number in range(draw.randint(2, 4) if small else draw.randint(3, 9)):
        question = _question(draw, draw.choice(types))
        if draw.random() < (0.35 if types is TYPES else 0.2):
            question["ask_each"] = draw.choice(GROUPS)
        if found and draw.random() < (0.1 if types is TABLES else 0.3):
            scope = ConditionScope(group=question.get("ask_each", ""), values=False)
            question["ask_when"] = Conditions(draw, found).truth(scope, draw.choice([0, 0, 1, 2]))
        found[f"s{number % 2}.q{number}"] = question
    return found


def _question(draw: random.Random, kind: str) -> dict[str, Any]:
    question: dict[str, Any] = {"type": kind}
    if kind in ("choice", "choices"):
        question["options"] = dict(draw.choice(OPTIONS))
    if kind == "date" and draw.random() < 0.4:
        question["maximum"] = "today"
    if kind == "money":
        question["unit"] = "USD"
    if kind in ("number", "integer", "money") and draw.random() < 0.2:
        question["minimum"] = 0
    if kind == "table":
        names = draw.sample(sorted(COLUMNS), draw.randint(1, 4))
        if draw.random() < 0.4:
            names = list(dict.fromkeys([*names, "flow"]))
        question["columns"] = {name: COLUMNS[name] for name in names}
    if draw.random() < 0.35:
        question["not_applicable"] = "justified"
    if draw.random() < 0.25:
        question["evidence"] = "required"
    return question


def _value(draw: random.Random, making: Conditions, values: dict[str, Any], name: str) -> None:
    kind = draw.choice(["number", "number", "truth", "choice", "condition"])
    if kind == "choice" and (origin := making.name("choice", OUTSIDE)):
        values[name] = origin
        making.values[name] = ("choice", making.values.get(origin, ("", origin))[1])
    elif kind == "number":
        values[name] = making.number(OUTSIDE, draw.randint(1, 3))
        making.values[name] = ("number", "")
    else:
        values[name] = (
            making.condition() if kind == "condition" else making.truth(OUTSIDE, draw.randint(1, 3))
        )
        making.values[name] = ("truth", "")


def _checks(draw: random.Random, making: Conditions, number: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in draw.sample([f"c{position}" for position in range(number)], number):
        check: dict[str, Any] = {"met_when": making.condition()}
        if draw.random() < 0.25:
            check["applies_when"] = making.condition(1)
        if found and draw.random() < 0.6:
            check["requires"] = draw.sample(sorted(found), draw.randint(1, min(3, len(found))))
        if draw.random() < 0.7:
            check["severity"] = draw.choice(["critical", "major", "minor"])
        check["area"] = draw.choice(["people", "money"])
        if (effort := _effort(draw)) is not None:
            check["remedy"] = {"effort_days": effort}
        found[key] = check
    return dict(draw.sample(sorted(found.items()), len(found)))


def _effort(draw: random.Random) -> Any:
    dice = draw.random()
    if dice < 0.4:
        return None
    likely = draw.choice([0.5, 1, 2, 5])
    return likely if dice < 0.8 else {"low": likely / 2, "likely": likely, "high": likely * 2}


def _gates(draw: random.Random, checks: list[str], number: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key in draw.sample([f"g{position}" for position in range(number)], number):
        few = min(2, len(checks))
        gate = {"requires": draw.sample(checks, draw.choice([0, 1, 1, few]))}
        if draw.random() < 0.3:
            gate["advises"] = draw.sample(checks, 1)
        if found and draw.random() < 0.5:
            gate["after"] = draw.sample(sorted(found), draw.randint(1, min(2, len(found))))
        found[key] = gate
    return dict(draw.sample(sorted(found.items()), len(found)))


def answered(draw: random.Random, given: Case) -> Case:
    """Draw answers to the rules, and the circumstances of an assessment."""
    questions = given["questions"]
    case: Case = {**given, "as_of": TODAY}
    people = draw.sample(PEOPLE, draw.randint(1, 3))
    case["groups"] = {
        group: draw.sample(PEOPLE, draw.randint(1, 3)) for group in GROUPS if draw.random() < 0.5
    }
    if draw.random() < 0.4:
        case["assurance"] = "evidenced"
        case["absent_files"] = ["absent.pdf"]
    names = people if draw.random() < 0.6 else ["", *people[1:]]
    thoroughness = draw.choice([0.2, 0.6, 0.9, 1.0])
    truth = {key: value_of(draw, question) for key, question in questions.items()}
    case["sheets"] = {
        name: _sheet(draw, questions, truth, thoroughness if name == names[0] else 0.3)
        for name in names
    }
    case["resolutions"] = _resolutions(draw, questions)
    case["waivers"] = _waivers(draw, given["checks"])
    return apart(case)


def apart(case: Case) -> Case:
    """Return the same case without any shared list or mapping."""
    copied: Case = json.loads(json.dumps(case))
    return copied


def _sheet(
    draw: random.Random, questions: dict[str, Any], truth: dict[str, Any], thoroughness: float
) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, question in questions.items():
        if draw.random() > thoroughness:
            continue
        if draw.random() < (0.5 if "ask_each" in question else 0.1):
            people = draw.sample(PEOPLE, draw.randint(1, 3))
            found[key] = {"by": {one: _entry(draw, question, truth[key]) for one in people}}
        else:
            found[key] = _entry(draw, question, truth[key])
    return found


def _entry(draw: random.Random, question: dict[str, Any], usual: Any) -> Any:
    """Draw the answers of one respondent, usually similar to those of others."""
    dice = draw.random()
    if dice < 0.05:
        return None
    if dice < 0.12:
        return {"unknown": "still counting"}
    if dice < 0.3 and "not_applicable" in question:
        return {"not_applicable": "we have none"}
    alike = 0.95 if question["type"] == "table" else 0.8
    value = usual if draw.random() < alike else value_of(draw, question)
    return entry_of(draw, value) if draw.random() < 0.5 else value


def entry_of(draw: random.Random, value: Any) -> dict[str, Any]:
    """Draw an answer with its note and evidence."""
    late, held = "2026-11-20", "2027-01-01"
    expiries: list[str] = draw.choice([[], [late], [TODAY], [held], [late, ""], [""]])
    evidence = [
        {"title": "minute", **_shown(draw), **({"expires": day} if day else {})} for day in expiries
    ]
    return {"value": value, "note": "said in a meeting", "evidence": evidence}


def _shown(draw: random.Random) -> dict[str, str]:
    """Draw where evidence can be found: usually in a file; else nowhere, or no longer."""
    if draw.random() < 0.6:
        return {"file": "minute.pdf"}
    shown: list[dict[str, str]] = [
        {}, {"file": "absent.pdf"}, {"url": "https://example.org/minute"},
        {"file": "absent.pdf", "url": "https://example.org/minute"},
    ]  # fmt: skip
    return draw.choice(shown)


def value_of(draw: random.Random, field: dict[str, Any]) -> Any:
    """Draw a valid answer to a question, or a cell of a column."""
    kind = field["type"]
    if kind == "yes_no":
        return draw.random() < 0.6
    if kind == "choice":
        return draw.choice(list(field["options"]))
    if kind == "choices":
        options = list(field["options"])
        return draw.sample(options, draw.randint(0, len(options)))
    if kind == "date":
        return draw.choice(DAYS)
    if kind == "text":
        return draw.choice(TEXTS)
    if kind == "url":
        return draw.choice(("https://example.org", "http://example.org/a?b=c"))
    if kind == "email":
        return draw.choice(("ann@example.org", "bob@example.org"))
    if kind == "table":
        return _rows(draw, field["columns"])
    numbers: tuple[float, ...] = NUMBERS[:11] if draw.random() < 0.95 else NUMBERS
    if kind == "integer":
        numbers = tuple(number for number in numbers if number == int(number))
    if kind == "percent":
        numbers = (0, 0.5, 1, 10, 50, 100)
    return draw.choice([n for n in numbers if n >= field.get("minimum", -1)])


def _rows(draw: random.Random, columns: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [_row(draw, columns) for _ in range(draw.choice([0, 1, 1, 2, 2, 3, 4]))]
    if rows and "flow" in columns and draw.random() < 0.6:
        rows[0]["flow"] = -100
        for row in rows[1:]:
            row["flow"] = draw.choice([20, 50, 110, 300])
    return rows


def _row(draw: random.Random, columns: dict[str, Any]) -> dict[str, Any]:
    row = {key: value_of(draw, column) for key, column in columns.items()}
    for key in columns:
        if (dice := draw.random()) < 0.2:
            row[key] = None
            if dice < 0.1:
                del row[key]
    return row


def _resolutions(draw: random.Random, questions: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, question in questions.items():
        if draw.random() > 0.2:
            continue
        if "ask_each" in question:
            if draw.random() < 0.3:
                found[key] = {"not_applicable": True, "reason": "settled", "by": "lead"}
            continue
        found[key] = {"value": value_of(draw, question), "reason": "settled", "by": "lead"}
        if draw.random() < 0.2:
            found[key] = {"not_applicable": "none", "reason": "settled", "by": "lead"}
        elif draw.random() < 0.5:
            found[key]["evidence"] = entry_of(draw, 0)["evidence"]
    return found


def _waivers(draw: random.Random, checks: dict[str, Any]) -> dict[str, Any]:
    limits: list[dict[str, str]] = [
        {}, {"expires": TODAY}, {"expires": "2026-11-20"}, {"approved_on": "2026-11-22"},
        {"approved_on": TODAY, "expires": "2027-01-01"},
    ]  # fmt: skip
    return {
        key: {"reason": "accepted", "approved_by": "board", **draw.choice(limits)}
        for key in checks
        if draw.random() < 0.2
    }
