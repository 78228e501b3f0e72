"""A ruleset as one straight-line program over bit planes.

For each condition there is a plane *true*, a plane *false* and a plane *not applicable*; unknown
is none of the three. Bit `i` of a plane is case `i`, so one run of the program judges as many
cases as the planes are wide. Equal conditions are evaluated once. A plane is an integer, or
anything else that has `&`, `|` and `~`; the empty plane may always be the number 0.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any, TypeAlias, TypeVar

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.gc_pause import collecting_later
from readiness.evaluation.bulk_assembler import AND, OR, Assembler

P = TypeVar("P")
Three: TypeAlias = tuple[P | int, P | int, P | int]
Five: TypeAlias = tuple[P | int, P | int, P | int, P | int, P | int]

# Of a leaf: in which cases it is true, false, not applicable.
LeafPlanes: TypeAlias = Three[int]
# Of a check: in which cases it is met, unmet, not applicable, open, held up by an open check.
CheckPlanes: TypeAlias = Five[int]
# Of a gate: in which cases it is no_go, undetermined, conditional_go; else it is go.
GatePlanes: TypeAlias = Three[int]


class Program:
    """The program of a ruleset; `leaves` are the conditions it wants the planes of.

    It may be shared between threads. `check_ids` and `gate_ids` say what its planes belong to,
    `statements` what it is made of.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        with collecting_later():
            writing = Assembler(ruleset)
            self.statements = writing.statements()
        self.leaves = tuple(writing.leaves)
        self.check_ids = tuple(ruleset.graph.ids)
        self.gate_ids = tuple(ruleset.gate_order)

    def run(
        self,
        leaves: Sequence[Three[P]],
        waived: Sequence[P | int],
        full: P,
        against: Sequence[P | int] = (),
    ) -> tuple[list[Five[P]], list[Three[P]]]:
        """The planes of all checks and gates, in the order of `check_ids` and `gate_ids`.

        `leaves` holds the planes of each of `self.leaves`, `waived` one plane for each check:
        in which cases its waiver is in force. `against` has, where it is not empty, one plane for
        each check: in which cases it is unmet by answers that count only against it. `full` has
        a 1 for each case, and no other plane has a 1 where it has none. Raises `ValueError` for
        more or fewer planes than are wanted.
        """
        unmet = against or [0] * len(waived)
        planes: list[Any] = [0, full, *waived, *unmet, *chain.from_iterable(leaves)]
        if len(planes) != self.statements.first or len(waived) != len(self.check_ids):
            raise ValueError("there are not as many planes as leaves and checks")
        rest = iter(self.statements.joins)
        for operation, left, right in zip(rest, rest, rest, strict=True):
            if operation == OR:
                planes.append(planes[left] | planes[right])
            elif operation == AND:
                planes.append(planes[left] & planes[right])
            else:
                planes.append(planes[left] & ~planes[right])
        found = self.statements
        return _grouped(planes, found.checks, 5), _grouped(planes, found.gates, 3)


def _grouped(planes: Sequence[Any], numbers: Sequence[int], size: int) -> list[Any]:
    """The planes of some numbers in tuples of a size."""
    columns = [[planes[number] for number in numbers[start::size]] for start in range(size)]
    return list(zip(*columns, strict=True))
