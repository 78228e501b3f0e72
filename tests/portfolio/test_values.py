"""Terms calculated in columns, compared with the reference interpreter row by row."""

from __future__ import annotations

import datetime
import itertools
from typing import Any

import numpy as np
import pytest

from readiness.conditions.terms import Term
from readiness.evaluation.bulk import Program
from readiness.evaluation.compiler import Compiler, Run
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Case, State
from readiness.portfolio.segments import (
    Coded,
    NotColumnar,
    Numbers,
    Truths,
    Vector,
    pack_flags,
    unpack_flags,
)
from readiness.portfolio.values import RowFallback, Values
from tests.portfolio.bakery import AS_OF
from tests.semantics.harness import ruleset_of

QUESTIONS: dict[str, Any] = {
    "s.yes": "yes_no",
    "s.kind": {"type": "choice", "options": {"a": "A", "b": "B", "c": "C"}},
    "s.one": "number",
    "s.two": "number",
    "s.day": "date",
    "s.name": "text",
    "s.word": "text",
    "s.marks": {"type": "choices", "options": {"x": "X", "y": "Y"}},
    "s.others": {"type": "choices", "options": {"y": "Y", "x": "X"}},
}
NUMBERS: list[float] = [0, 1, -2, 0.1, 0.2, 0.30000000000000004, 2**53 - 1, 1e-300]
DAYS = [datetime.date(1, 1, 1), AS_OF, datetime.date(2026, 11, 22), datetime.date(9999, 12, 31)]
MISSING: list[State] = [UNKNOWN, NOT_APPLICABLE]
CONDITIONS = [
    "s.yes", "s.yes == True", "s.yes != True", "s.yes == False",
    "s.kind == 'a'", "s.kind != 'a'", "s.kind in ['a', 'c']", "s.kind not in ['a', 'c']",
    "s.kind in ['a', 'b', 'c']", "stated(s.kind)", "stated(s.name)", "s.name == 'bread'",
    *(f"s.one {sign} 0.1" for sign in ("==", "!=", "<", "<=", ">", ">=")),
    *(f"s.one {sign} s.two" for sign in ("==", "!=", "<", "<=", ">", ">=")),
    "0.1 < s.one", "0.1 >= s.one", "s.one in [0, 0.1]", "s.one not in [0, 0.1]",
    "s.one + s.two == 0.30000000000000004", "s.one - s.two > 0", "s.one * s.two < 1",
    "s.one / s.two >= 0.5", "s.one / s.two + 1 > 0", "min(s.one, s.two, 1) <= 0",
    "max(s.one, s.two) == 1", "band(s.one, 'low', 0, 'some', 1, 'many') == 'some'",
    "s.day < '2026-11-22'", "s.day == '2026-11-21'", "s.day in ['2026-11-21']",
    "s.day != '9999-12-31'", "days_until(s.day) == 1", "days_until(s.day) > 100", "stated(s.day)",
    "s.one * s.one * s.one * s.one * s.one * s.one * s.one > 0",
    *(f"s.one + s.two {sign} 0.3" for sign in ("==", "!=", "<", "<=", ">", ">=")),
    *(f"0.3 {sign} s.one * 3" for sign in ("==", "!=", "<", "<=", ">", ">=")),
    *(f"s.one {sign} 0.10000000000000000001" for sign in ("==", "!=", "<", "<=", ">", ">=")),
    *(f"s.one {sign} 0.09999999999999999999" for sign in ("==", "!=", "<", "<=", ">", ">=")),
    "s.one / 3 + s.two / 3 == 0.1", "s.one / 3 in [0.033333333333, 0]",
    "s.one + s.two in [0.3, 1.1]",
    "s.one / (s.one + s.two - 0.3) > 0", "s.one - 0.1 == s.two - 0.2",
    "s.one + s.two not in [0.3]",
    "min(s.one + s.two, 1) == 0.3", "s.one in [0.1, 0.10000000000000000001]",
    "band(s.one, 'low', 0.10000000000000000001, 'high') == 'low'",
    "s.one / 1000000000000 > 0",
    "band(s.one * s.two, 'low', 0.02, 'some', 1, 'many') == 'some'",
    "band(s.one / 3, 'low', 0.1, 'high') == 'low'", "band(s.one / 3, 'low', 0.1, 'high') == 'low'",
    "count(s.marks) >= 1", "count(s.marks) == 2", "s.marks == s.others", "s.marks != s.others",
    "s.name == s.word", "s.name != s.word",
    "s.one + s.two > 0.30000000000000000001", "9007199254740991 * s.one + 1 > s.two",
]  # fmt: skip


def term_of(condition: str) -> Term:
    """Return the only leaf of a condition."""
    case = {"questions": QUESTIONS, "checks": {"check": {"met_when": condition}}, "gates": {}}
    (leaf,) = Program(ruleset_of(case)).leaves
    return leaf


def columns_of(answers: dict[str, list[State]]) -> dict[str, Vector]:
    found: dict[str, Vector] = {}
    for key, states in answers.items():
        is_known = [one is not UNKNOWN and one is not NOT_APPLICABLE for one in states]
        known = pack_flags(np.array(is_known, np.bool_))
        out = pack_flags(np.array([one is NOT_APPLICABLE for one in states], np.bool_))
        if key == "s.yes":
            found[key] = Truths(
                known, out, pack_flags(np.array([one is not False for one in states]))
            )
        elif key == "s.day":
            days = [one.toordinal() if isinstance(one, datetime.date) else 0 for one in states]
            found[key] = Numbers(known, out, np.array(days), is_date=True)
        elif key in ("s.one", "s.two"):
            numbers = [one if isinstance(one, int | float) else np.nan for one in states]
            found[key] = Numbers(known, out, np.array(numbers, np.float64))
        else:
            values = sorted({one for one in states if isinstance(one, str | tuple)})
            codes = [values.index(one) if one in values else 99 for one in states]
            found[key] = Coded(known, out, np.array(codes, np.int32), tuple(values))
    return found


def cases() -> dict[str, list[State]]:
    """Return every pair of numbers, then other values; each also unknown and not applicable."""
    pairs = list(itertools.product([*NUMBERS, *MISSING], repeat=2))
    turns = {
        "s.yes": [True, False, *MISSING],
        "s.kind": ["a", "b", "c", *MISSING],
        "s.day": [*DAYS, *MISSING],
        "s.name": ["bread", " BREAD", "Brot", "", *MISSING],
        "s.word": ["Bread", "brot ", *MISSING],
        "s.marks": [("x",), ("x", "y"), (), *MISSING],
        "s.others": [("y", "x"), ("x",), (), ("y",), *MISSING],
    }
    found = {key: [held[n % len(held)] for n in range(len(pairs))] for key, held in turns.items()}
    return {**found, "s.one": [one for one, _ in pairs], "s.two": [two for _, two in pairs]}


@pytest.mark.parametrize("condition", CONDITIONS)
def test_columns_say_what_single_cases_say(condition: str) -> None:
    """A leaf that columns support has, in each row, the state that its answers give alone."""
    answers = cases()
    rows = len(answers["s.one"])
    leaf = term_of(condition)
    vectors, compiler = columns_of(answers), Compiler()
    by_row = RowFallback(vectors, rows, AS_OF, {}, compiler.compile)
    found = Values(vectors, rows, AS_OF, by_row).truths(leaf)
    known, out = unpack_flags(found.known, rows), unpack_flags(found.inapplicable, rows)
    true = unpack_flags(found.true, rows)
    closure = compiler.compile(leaf)
    for row in range(rows):
        case = Case({key: held[row] for key, held in answers.items()}, {}, {}, AS_OF)
        expected = closure(Run(case))
        mine = bool(true[row]) if known[row] else NOT_APPLICABLE if out[row] else UNKNOWN
        assert mine is expected, {key: held[row] for key, held in answers.items()}


def test_what_columns_cannot_say() -> None:
    """Sets stored as objects, and questions without a column, are evaluated row by row."""
    values = Values({}, 1, AS_OF, RowFallback({}, 1, AS_OF, {}, Compiler().compile))
    for condition in ("s.yes", "'x' in s.marks", "count(s.marks) > 1"):
        with pytest.raises(NotColumnar):
            values.truths(term_of(condition))
