"""Programs specialised for planes of which some are empty."""

from __future__ import annotations

import operator
import random
from typing import TypeAlias

import numpy as np
import pytest

from readiness.evaluation.bulk import Program
from readiness.portfolio.judging import OptimizedProgram
from readiness.portfolio.segments import Plane, empty, full, pack_flags
from tests.properties.cases import rules
from tests.semantics.harness import ruleset_of

ROWS = 130


LeafOfPlanes: TypeAlias = tuple[Plane, Plane, Plane]


def leaves_of(draw: random.Random, number: int, *, always: float) -> list[LeafOfPlanes]:
    """Draw planes for each leaf: no row is in two of the three; some leaves apply everywhere."""
    found = []
    for _ in range(number):
        ways = 3 if draw.random() < always else 4
        states = np.array([draw.randrange(ways) for _ in range(ROWS)])
        found.append((pack_flags(states == 0), pack_flags(states == 1), pack_flags(states == 3)))
    return found


def handed(draw: random.Random, leaf: LeafOfPlanes) -> LeafOfPlanes:
    """Pack a leaf as it is passed: true, anything if unknown; known; not applicable."""
    true, false, inapplicable = leaf
    known = true | false
    anything = pack_flags(np.array([draw.random() < 0.5 for _ in range(ROWS)]))
    return true | anything & ~known, known, inapplicable


@pytest.mark.parametrize("seed", range(60))
def test_optimized_programs_decide_as_the_whole_one(seed: int) -> None:
    """Outcomes equal those of the program, without waivers and with leaves that always apply."""
    draw = random.Random(f"narrowing {seed}")
    ruleset = ruleset_of(rules(draw))
    program = Program(ruleset)
    leaves = leaves_of(draw, len(program.leaves), always=draw.choice([0.0, 0.5, 1.0]))
    nowhere = [not leaf[2].any() for leaf in leaves]
    applying = [n for n, is_empty in enumerate(nowhere) if is_empty]
    applying = [n for n in applying if draw.random() < 0.8]  # it need not know all of them
    optimized = OptimizedProgram(ruleset, frozenset(applying))
    found = optimized.run([plane for leaf in leaves for plane in handed(draw, leaf)], full(ROWS))
    checks, gates = program.run(leaves, [empty(ROWS)] * len(program.check_ids), full(ROWS))
    number = len(program.check_ids)
    # the program may write 0 for a plane that is set nowhere
    of_checks = [[empty(ROWS) if isinstance(p, int) else p for p in held] for held in checks]
    of_gates = [[empty(ROWS) if isinstance(p, int) else p for p in held] for held in gates]
    met, unmet, inapplicable, is_open, held_up = zip(*of_checks, strict=True)
    no_go, undetermined, conditional = zip(*of_gates, strict=True) if of_gates else ((), (), ())
    expected = [
        *(full(ROWS) & ~(one | other) for one, other in zip(met, unmet, strict=True)),
        *(one & ~other for one, other in zip(held_up, inapplicable, strict=True)),
        *is_open,
        *map(operator.or_, conditional, undetermined),
        *map(operator.or_, no_go, undetermined),
    ]
    assert len(found) == 3 * number + 2 * len(program.gate_ids) == len(expected)
    for mine, its in zip(found, expected, strict=True):
        assert np.array_equal(mine, its | empty(ROWS))  # an empty plane may be plain 0
