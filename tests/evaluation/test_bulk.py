"""The compiled program: what it accepts, and its size.

`tests/properties` proves that it agrees with the reference interpreter.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.bulk import Program
from tests.semantics.harness import ruleset_of

CASES = 130


def rules(checks: int = 12) -> Ruleset:
    """Return a ruleset with every way to join conditions; its last gate waits for all checks."""
    names = [f"s.q{number}" for number in range(6)]
    conditions: list[Any] = [
        {"all": [names[0], {"not": names[1]}]},
        {"any": [names[2], f"{names[3]} and {names[0]}"]},
        {"at_least": 2, "of": [names[4], names[5], names[1]]},
        True,
    ]
    questions = dict.fromkeys(names, "yes_no")
    written = {
        f"c{number}": {
            "title": "A check", "area": "a", "severity": "major",
            "requires": [f"c{number // 2}"] if number > 1 else [],
            "met_when": conditions[number % len(conditions)],
            **({"applies_when": names[number % 6]} if number % 3 else {}),
        }
        for number in range(checks)
    }  # fmt: skip
    gates = {
        "first": {"title": "First", "requires": ["c0"]},
        "last": {"title": "Last", "requires": list(written), "after": ["first"]},
    }
    return ruleset_of({"questions": questions, "checks": written, "gates": gates})


def drawn(program: Program, seed: int) -> tuple[list[tuple[int, int, int]], list[int], int]:
    """Return random planes for each leaf and the waivers, and the full plane."""
    draw, full = random.Random(seed), (1 << CASES) - 1
    leaves = []
    for _ in program.leaves:
        known, inapplicable, true = (draw.getrandbits(CASES) for _ in range(3))
        leaves.append((true & known & ~inapplicable, known & ~(true | inapplicable), inapplicable))
    return leaves, [draw.getrandbits(CASES) for _ in program.check_ids], full


def as_array(plane: int) -> Any:
    words = [plane >> start & (1 << 63) - 1 for start in range(0, CASES, 63)]
    return np.array(words, np.int64) if plane else 0


def as_number(plane: Any) -> int:
    words = [plane] if isinstance(plane, int) else [int(word) for word in plane]
    return sum(word << 63 * number for number, word in enumerate(words))


def numbers(found: tuple[Sequence[Any], Sequence[Any]]) -> list[list[list[int]]]:
    return [[[as_number(plane) for plane in planes] for planes in part] for part in found]


def test_planes_may_be_arrays() -> None:
    """A plane is anything with `&`, `|` and `~`, and 0 if it is empty; none is changed."""
    program = Program(rules())
    leaves, waived, full = drawn(program, 2)
    leaves[0], waived[0] = (leaves[0][0], 0, 0), 0
    given = [tuple(map(as_array, planes)) for planes in leaves]
    kept = [tuple(map(np.copy, planes)) for planes in given]
    found = program.run(given, list(map(as_array, waived)), as_array(full))
    assert numbers(found) == numbers(program.run(leaves, waived, full))
    assert all(map(np.array_equal, sum(given, ()), sum(kept, ())))


@pytest.mark.parametrize("missing", ["leaf", "waiver"])
def test_as_many_planes_as_leaves_and_checks(missing: str) -> None:
    """Too few planes are refused instead of being assigned to something else."""
    program = Program(rules())
    leaves, waived, full = drawn(program, 3)
    del (leaves if missing == "leaf" else waived)[-1:]
    with pytest.raises(ValueError, match="as many planes"):
        program.run(leaves, waived, full)


def test_equal_conditions_are_worked_out_once() -> None:
    """A condition that many checks share is calculated once."""
    few, many = Program(rules(16)), Program(rules(32))
    assert len(few.leaves) == len(many.leaves)
    a_check = (len(many.joins) - len(few.joins)) / 16
    assert a_check < 16
