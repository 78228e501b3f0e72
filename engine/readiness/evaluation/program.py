"""A ruleset as one straight-line program over bit planes.

For each condition there is a plane *true*, a plane *false* and a plane *not applicable*; unknown
is none of the three. Bit `i` of a plane is case `i`, so one run of the program judges as many
cases as the planes are wide. Equal conditions are worked out once. A plane is an integer, or
anything else that has `&`, `|` and `~`; the empty plane may always be the number 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from itertools import chain
from typing import Any, TypeAlias, TypeVar

from readiness.conditions.terms import Term
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.pausing import collecting_later
from readiness.evaluation.statements import Statements, Writing
from readiness.evaluation.steps import Step, compiled, interpreted

P = TypeVar("P")
Three: TypeAlias = tuple[P | int, P | int, P | int]
Five: TypeAlias = tuple[P | int, P | int, P | int, P | int, P | int]

# Of a leaf: in which cases it is true, false, not applicable.
LeafPlanes: TypeAlias = Three[int]
# Of a check: in which cases it is met, unmet, not applicable, open, held up by an open check.
CheckPlanes: TypeAlias = Five[int]
# Of a gate: in which cases it is no_go, undetermined, conditional_go; else it is go.
GatePlanes: TypeAlias = Three[int]

# Python compiles a much longer function in more than linear time.
STATEMENTS_A_STEP = 1_000
# Runs before the steps are compiled, one with each further run: for fewer of them that takes
# longer than it saves, whatever the size of the ruleset.
WORTH_COMPILING = 250


class Program:
    """The program of a ruleset; `leaves` are the conditions it wants the planes of.

    It may be shared between threads. `check_ids` and `gate_ids` say what its planes belong to,
    `statements` what it is made of.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        with collecting_later():
            writing = Writing(ruleset)
            found = writing.statements()
        self._hold(found, writing.leaves, ruleset.graph.ids, ruleset.gate_order)

    @classmethod
    def from_statements(
        cls,
        statements: Statements,
        leaves: Sequence[Term],
        check_ids: Sequence[str],
        gate_ids: Sequence[str],
    ) -> Program:
        """The program that had these statements, leaves and ids, without its ruleset."""
        program = cls.__new__(cls)
        program._hold(statements, leaves, check_ids, gate_ids)
        return program

    def _hold(
        self,
        statements: Statements,
        leaves: Sequence[Term],
        check_ids: Sequence[str],
        gate_ids: Sequence[str],
    ) -> None:
        self.statements = statements
        self.leaves: tuple[Term, ...] = tuple(leaves)
        self.check_ids = tuple(check_ids)
        self.gate_ids = tuple(gate_ids)
        self._size = STATEMENTS_A_STEP
        self._steps: list[Step] = [
            interpreted(joins, first) for joins, first in map(self._piece, range(self._pieces))
        ]
        self._runs = 0
        self._compiled = 0

    def run(
        self, leaves: Sequence[Three[P]], waived: Sequence[P | int], full: P
    ) -> tuple[list[Five[P]], list[Three[P]]]:
        """The planes of all checks and gates, in the order of `check_ids` and `gate_ids`.

        `leaves` holds the planes of each of `self.leaves`, `waived` one plane for each check:
        in which cases its waiver is in force. `full` has a 1 for each case, and no other plane
        has a 1 where it has none. Raises `ValueError` for more or fewer planes than are wanted.
        """
        planes: list[Any] = [0, full, *waived, *chain.from_iterable(leaves)]
        if len(planes) != self.statements.first or len(waived) != len(self.check_ids):
            raise ValueError("there are not as many planes as leaves and checks")
        planes += [None] * (len(self.statements.joins) // 3)
        for step in self._steps:
            step(planes)
        self._runs += 1
        if self._runs > WORTH_COMPILING and self._compiled < len(self._steps):
            self._compile_one()
        found = self.statements
        return _grouped(planes, found.checks, 5), _grouped(planes, found.gates, 3)

    def compile(self) -> None:
        """Compile all steps at once, where many runs are to be expected."""
        while self._compiled < len(self._steps):
            self._compile_one()

    # Steps

    @property
    def _pieces(self) -> int:
        return -(-len(self.statements.joins) // (3 * self._size))

    def _piece(self, number: int) -> tuple[tuple[int, ...], int]:
        """The statements of a step, and the plane of the first of them."""
        start = number * self._size
        joins = self.statements.joins[3 * start : 3 * (start + self._size)]
        return joins, self.statements.first + start

    def _compile_one(self) -> None:
        """One step more, so that no run takes much longer for it."""
        number = self._compiled
        joins, first = self._piece(number)
        end = first + len(joins) // 3
        # Threads may do the same at once, and come to the same.
        self._steps[number] = compiled(joins, first, lambda plane: self._last_use[plane] >= end)
        self._compiled = number + 1

    @cached_property
    def _last_use(self) -> list[int]:
        """The last statement that reads each plane; for what is handed out one behind all."""
        behind = self.statements.first + len(self.statements.joins) // 3
        last = [0] * behind
        rest = iter(self.statements.joins)
        for number, (_, left, right) in enumerate(
            zip(rest, rest, rest, strict=False), self.statements.first
        ):
            last[left] = last[right] = number
        for plane in chain(self.statements.checks, self.statements.gates):
            last[plane] = behind
        return last


def _grouped(planes: Sequence[Any], numbers: Sequence[int], size: int) -> list[Any]:
    """The planes of some numbers in tuples of a size."""
    columns = [[planes[number] for number in numbers[start::size]] for start in range(size)]
    return list(zip(*columns, strict=True))
