"""Random small rulesets, all their answer sheets, and what is decided about each."""

from __future__ import annotations

import datetime
import random
from collections.abc import Iterator, Sequence
from itertools import combinations_with_replacement, product
from typing import Any

import readiness
from readiness.evaluation.evaluator import Evaluator
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Case, State
from readiness.evaluation.verdicts import Judgement

DAY = datetime.date(2026, 11, 21)
_HEAD = """\
format: readiness/questionnaire/1
id: small
title: Small
sections:
  s:
    title: S
    questions:
"""
QUESTIONS = (
    _HEAD
    + """\
      a: {ask: A?, type: yes_no}
      b: {ask: B?, type: yes_no, not_applicable: justified}
      c: {ask: C?, type: choice, options: {x: X, y: Y, z: Z}, ask_when: ASK}
      n: {ask: N?, type: integer, minimum: 0, maximum: 3}
      m: {ask: M?, type: integer, minimum: 0, maximum: 3}
"""
)
LEAVES = (
    "s.a", "s.b", "s.c == 'x'", "s.c in ['x', 'y']", "s.c != 'z'", "s.n > 1", "s.n <= 2",
    "s.n == s.m", "s.m < s.n", "0 < s.m < 3", "stated(s.c)", "s.n + s.m >= 4",
)  # fmt: skip
_VALUES: dict[str, tuple[State, ...]] = {
    "s.a": (True, False),
    "s.b": (True, False, NOT_APPLICABLE),
    "s.c": ("x", "y", "z"),
    "s.n": (0, 1, 2, 3),
    "s.m": (0, 1, 2, 3),
}


# With a table of up to two rows, a question for a group of two, and a date.
MIXED = (
    _HEAD
    + """\
      a: {ask: A?, type: yes_no}
      g: {ask: G?, type: yes_no, ask_each: people}
      d: {ask: D?, type: date, ask_when: s.a}
      t:
        ask: T?
        type: table
        columns: {ok: {type: yes_no}, n: {type: integer, minimum: 0, maximum: 1}}
"""
)
MIXED_LEAVES = (
    "s.a", "every(s.g)", "some(s.g)", "count(s.g) >= 2", "share(s.g) > 0.5", "stated(s.d)",
    "within_last(s.d, 1)", "days_until(s.d) > 1", "s.d <= '2026-11-21'", "count(s.t) >= 1",
    "every(s.t, ok)", "some(s.t, ok and n > 0)", "count(s.t, n == 1) >= 2", "sum(s.t, n) > 1",
    "every(s.t, ok or s.a)", "min(s.t, n) >= 1",
)  # fmt: skip
_ROWS = tuple(
    {key: cell for key, cell in (("ok", ok), ("n", n)) if cell is not None}
    for ok in (True, False, None)
    for n in (0, 1, None)
)


def mixed_sheets() -> Iterator[Case]:
    """Yield the answer sheets to the questions of `MIXED`, with tables of up to two rows."""
    days = [DAY + datetime.timedelta(days=shift) for shift in range(-2, 3)]
    tables = [(), *((row,) for row in _ROWS), *combinations_with_replacement(_ROWS, 2)]
    for a, one, two, day, table in product(
        (UNKNOWN, True, False), (UNKNOWN, True, False), (UNKNOWN, True, False),
        (UNKNOWN, *days), (UNKNOWN, *tables),
    ):  # fmt: skip
        asked = {True: day, False: NOT_APPLICABLE}.get(a, UNKNOWN)  # type: ignore[call-overload]
        single = {"s.a": a, "s.d": asked, "s.t": table}
        yield Case(single, {"s.g": {"a": one, "b": two}}, {"people": ("a", "b")}, DAY)


def condition(dice: random.Random, depth: int = 2, leaves: Sequence[str] = LEAVES) -> str:
    """Return a random condition over the questions."""
    if depth == 0 or dice.random() < 0.25:
        return dice.choice(leaves)
    if dice.random() < 0.2:
        return f"not ({condition(dice, depth - 1, leaves)})"
    joint = dice.choice((" and ", " or "))
    return "(" + joint.join(condition(dice, depth - 1, leaves) for _ in range(2)) + ")"


def texts(seed: int) -> tuple[str, str]:
    """Return a questionnaire and a ruleset of three checks and a gate."""
    dice = random.Random(seed)
    ask = dice.choice(("s.a", "not s.b", "s.n > 1", "s.a or s.b"))
    lines = [
        "format: readiness/ruleset/1", "id: small", "title: Small", "questionnaire: small",
        "areas: {t: {title: T}}", "gates: {go: {title: Go, requires: [three]}}", "checks:",
    ]  # fmt: skip
    needs = {"one": "", "two": "one", "three": dice.choice(("one", "two", "one, two"))}
    for key, need in needs.items():
        lines += [f"  {key}:", f"    title: {key}", "    area: t", "    severity: major"]
        lines += [f"    requires: [{need}]"]
        if dice.random() < 0.4:
            lines.append(f"    applies_when: {condition(dice, 1)}")
        if dice.random() < 0.3:
            parts = [condition(dice, 1) for _ in range(3)]
            lines += ["    met_when:", "      at_least: 2", "      of:"]
            lines += [f"        - {part}" for part in parts]
        else:
            lines.append(f"    met_when: {condition(dice)}")
    return QUESTIONS.replace("ASK", ask), "\n".join(lines) + "\n"


def load(questions: str, rules: str) -> readiness.Ruleset:
    """Return the ruleset in two texts."""
    held = {"small": questions}
    return readiness.load_ruleset(
        text=rules, loader=lambda kind, name, _: held.get(name) if kind == "questionnaire" else None
    )


def sheets() -> Iterator[dict[str, State]]:
    """Yield every answer sheet, as states by question."""
    for row in product(*((UNKNOWN, *values) for values in _VALUES.values())):
        yield dict(zip(_VALUES, row, strict=True))


def judge(ruleset: readiness.Ruleset, evaluator: Evaluator, sheet: dict[str, Any]) -> Judgement:
    """Return what is decided about a sheet."""
    del ruleset
    return evaluator.judge(Case(sheet, {}, {}, DAY), ())
