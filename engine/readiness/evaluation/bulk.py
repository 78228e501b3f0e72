"""Many cases of one ruleset, judged in one run of a straight-line program over bit planes.

For each condition there is a plane *true*, a plane *false* and a plane *not applicable*; unknown
is none of the three. Bit `i` of a plane is case `i`, so one run of the program judges as many
cases as the planes are wide. Equal conditions are evaluated once. A plane is an integer, or
anything else that has `&`, `|` and `~`; the empty plane may always be the number 0.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property
from itertools import chain
from typing import Any, TypeAlias, TypeVar

from readiness.conditions.terms import Term
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.gc_pause import collecting_later
from readiness.evaluation.bulk_assembler import AND, OR, Assembler
from readiness.evaluation.compiler import Closure, Compiler, Run
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Case, State

P = TypeVar("P")
PlaneTriple: TypeAlias = tuple[P | int, P | int, P | int]
Five: TypeAlias = tuple[P | int, P | int, P | int, P | int, P | int]

# Of a leaf: in which cases it is true, false, not applicable.
LeafPlanes: TypeAlias = PlaneTriple[int]
# Of a check: the cases in which it is met, unmet, not applicable, open, blocked.
CheckPlanes: TypeAlias = Five[int]
# Of a gate: in which cases it is no_go, undetermined, conditional_go; else it is go.
GatePlanes: TypeAlias = PlaneTriple[int]


class Program:
    """The program of a ruleset; `leaves` are the conditions it wants the planes of.

    It may be shared between threads. `check_ids` and `gate_ids` say what its planes belong to,
    `joins` are its statements.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        with collecting_later():
            found = Assembler(ruleset)
        self.leaves: tuple[Term, ...] = tuple(found.leaves)
        self.joins: list[tuple[int, int, int]] = found.joins
        self._first, self._checks, self._gates = found.first_leaf, found.checks, found.gates
        self.check_ids: tuple[str, ...] = tuple(ruleset.graph.ids)
        self.gate_ids: tuple[str, ...] = tuple(ruleset.gate_order)

    def run(
        self,
        leaves: Sequence[PlaneTriple[P]],
        waived: Sequence[P | int],
        full: P,
        against: Sequence[P | int] = (),
    ) -> tuple[list[Five[P]], list[PlaneTriple[P]]]:
        """The planes of all checks and gates, in the order of `check_ids` and `gate_ids`.

        `leaves` holds the planes of each of `self.leaves`, `waived` one plane for each check:
        in which cases its waiver is in force. `against` has, where it is not empty, one plane for
        each check: in which cases it is unmet by answers that count only against it. `full` has
        a 1 for each case, and no other plane has a 1 where it has none. Raises `ValueError` for
        more or fewer planes than are wanted.
        """
        unmet = against or [0] * len(waived)
        planes: list[Any] = [0, full, *waived, *unmet, *chain.from_iterable(leaves)]
        wanted = self._first + 3 * len(self.leaves)
        if len(planes) != wanted or len(waived) != len(self.check_ids):
            raise ValueError("there are not as many planes as leaves and checks")
        planes += [0] * len(self.joins)  # from the last one backwards, as they are numbered
        for number, (operation, left, right) in enumerate(self.joins):
            if operation == OR:
                planes[~number] = planes[left] | planes[right]
            elif operation == AND:
                planes[~number] = planes[left] & planes[right]
            else:
                planes[~number] = planes[left] & ~planes[right]
        return _group(planes, self._checks, 5), _group(planes, self._gates, 3)


def _group(planes: Sequence[Any], numbers: Sequence[int], size: int) -> list[Any]:
    """The planes of some numbers in tuples of a size."""
    columns = [[planes[number] for number in numbers[start::size]] for start in range(size)]
    return list(zip(*columns, strict=True))


class Bulk:
    """A ruleset compiled for many cases; it may be shared between threads."""

    def __init__(self, ruleset: Ruleset, compiler: Compiler | None = None) -> None:
        self.ruleset = ruleset
        self.compiler: Compiler = compiler or Compiler()

    @cached_property
    def program(self) -> Program:
        """The program of the ruleset."""
        return Program(self.ruleset)

    @cached_property
    def _leaves(self) -> list[Closure]:
        return [self.compiler.compile(leaf) for leaf in self.program.leaves]

    def leaf_states(self, case: Case) -> list[State]:
        """The state of each leaf of the program in one case."""
        run = Run(case)
        return [leaf(run) for leaf in self._leaves]

    def leaf_state(self, number: int, case: Case) -> State:
        """The state of one leaf of the program in one case."""
        return self._leaves[number](Run(case))

    def planes(
        self,
        cases: Sequence[Sequence[State]],
        waived: Sequence[Collection[str]],
        as_given: Sequence[Sequence[State]] = (),
    ) -> tuple[list[CheckPlanes], list[GatePlanes]]:
        """The planes of all checks and gates, a bit for each case; see `Program.run`.

        A case is given by the states of the leaves of the program, `waived` by the checks whose
        waivers are in force. `as_given` are the same cases with the answers that lack their
        evidence taken as they were given; it is left out where no answer does.
        """
        against: list[int] = []
        if as_given:
            taken, _ = self.planes(as_given, waived)
            against = [unmet for _, unmet, *_ in taken]
        leaves = pack_planes(cases) if cases else [(0, 0, 0)] * len(self.program.leaves)
        waivers = dict.fromkeys(self.program.check_ids, 0)
        for number, held in enumerate(waived):
            for key in held:
                if key in waivers:
                    waivers[key] |= 1 << number
        return self.program.run(leaves, list(waivers.values()), (1 << len(cases)) - 1, against)


def pack_planes(cases: Sequence[Sequence[State]]) -> list[LeafPlanes]:
    """The planes of each leaf from its state in each case."""
    planes = []
    for states in zip(*cases, strict=True):
        true = false = inapplicable = 0
        for number, state in enumerate(states):
            if state is NOT_APPLICABLE:
                inapplicable |= 1 << number
            elif state is not UNKNOWN:
                true |= bool(state) << number
                false |= (not state) << number
        planes.append((true, false, inapplicable))
    return planes
