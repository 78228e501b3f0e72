"""Many cases of one ruleset, judged in one run of a straight-line program over bit planes.

For each condition there is a plane *true*, a plane *false* and a plane *not applicable*; unknown
is none of the three. Bit `i` of a plane is case `i`, so one run of the program judges as many
cases as the planes are wide. Equal conditions are evaluated once. A plane is an integer, or
anything else that has `&`, `|` and `~`; the empty plane may always be the number 0.

The statements of the program are in an order in which each can be evaluated. In them, planes go
by number: `EMPTY`, `FULL`; for each check one for its waiver; for each check one that says where
answers that count only against it leave it unmet; and three for each leaf. Those of statements are
negative: -1 is that of the first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from functools import cached_property, reduce
from itertools import chain
from typing import Any, NamedTuple, TypeAlias, TypeVar

from readiness.conditions.terms import Term, canonical
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.gc_pause import collecting_later
from readiness.evaluation.algebra import Algebra, Three
from readiness.evaluation.compiler import Closure, Compiler, Run
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Case, State

# What a statement makes of two planes: `left | right`, `left & right`, `left & ~right`.
OR, AND, BUT = range(3)

EMPTY, FULL = range(2)
FIRST_WAIVER = 2


class _UpstreamPlanes(NamedTuple):
    """The planes of a check that others ask for; they also cover all that is upstream of it."""

    failing: int
    open: int
    by_waiver: int


ALWAYS = Three(FULL, EMPTY, EMPTY)


class Assembler:
    """Writes the program of a ruleset; `leaves` are the conditions it wants the planes of.

    `checks` gets five planes for each check, `gates` three for each gate: see `CheckPlanes` and
    `GatePlanes`. Without waivers, no check has one, and no answer counts only against one.
    """

    def __init__(self, ruleset: Ruleset, *, has_waivers: bool = True) -> None:
        self.ruleset = ruleset
        self._has_waivers = has_waivers
        self.leaves: list[Term] = []
        # Each statement once, with its plane.
        self._joins: dict[tuple[int, int, int], int] = {}
        self._known: dict[str, Three[int]] = {}
        self.first_leaf: int = FIRST_WAIVER + 2 * len(ruleset.graph.ids)
        self.checks: list[int] = []
        self.gates: list[int] = []
        self._write()

    @property
    def joins(self) -> list[tuple[int, int, int]]:
        """The statements in their order: `OR`, `AND` or `BUT`, and the two planes that it joins."""
        return list(self._joins)

    def _write(self) -> None:
        ids, requires = self.ruleset.graph.ids, self.ruleset.graph.requires
        algebra = Algebra(EMPTY, FULL, self.either, self.both, self.without, self.leaf)
        checks: list[_UpstreamPlanes] = []
        for position, key in enumerate(ids):
            above = [checks[need] for need in requires[position]]
            waived, against = EMPTY, EMPTY
            if self._has_waivers:
                waived, against = FIRST_WAIVER + position, FIRST_WAIVER + len(ids) + position
            met_when = algebra.condition(self.ruleset.met_when[key])
            applies_when = self.ruleset.applies_when.get(key)
            applies = ALWAYS if applies_when is None else algebra.condition(applies_when)
            checks.append(self._check(applies, met_when, waived, against, above))
            if key in self.ruleset.scope.checks:  # it keeps its status, and is never open
                self.checks[-2:] = (EMPTY, EMPTY)
                checks[-1] = self._upstream(_UpstreamPlanes(EMPTY, EMPTY, EMPTY), above)
        by_id = dict(zip(ids, checks, strict=True))
        gates: dict[str, Three[int]] = {}
        for key in self.ruleset.gate_order:
            gates[key] = self._gate(key, by_id, gates)

    # Joining planes: what comes to one of the two planes themselves takes no statement

    def _join(self, operation: int, left: int, right: int) -> int:
        return self._joins.setdefault((operation, left, right), -1 - len(self._joins))

    def either(self, left: int, right: int) -> int:
        """Return the plane that is set where one or the other is."""
        if right in (EMPTY, left):
            return left
        if left == EMPTY:
            return right
        return FULL if FULL in (left, right) else self._join(OR, left, right)

    def both(self, left: int, right: int) -> int:
        """Return the plane that is set where both are."""
        if right in (FULL, left):
            return left
        if left == FULL:
            return right
        return EMPTY if EMPTY in (left, right) else self._join(AND, left, right)

    def without(self, left: int, right: int) -> int:
        """Return the plane that is set where `left` is and `right` is not."""
        if right == EMPTY:
            return left
        if left == EMPTY or right in (FULL, left):
            return EMPTY
        return self._join(BUT, left, right)

    def any_of(self, planes: Iterable[int]) -> int:
        """Return the plane that is set where one of some is, each of them once."""
        return reduce(self.either, dict.fromkeys(planes), EMPTY)

    def leaf(self, term: Term) -> Three[int]:
        """Return the planes of a leaf, or of an equal one where there is one already."""
        key = canonical(term)
        found = self._known.get(key)
        if found is None:
            true = self.first_leaf + 3 * len(self.leaves)
            found = self._known[key] = Three(true, true + 1, true + 2)
            self.leaves.append(term)
        return found

    # Checks and gates

    def _check(
        self,
        applies: Three[int],
        met_when: Three[int],
        waived: int,
        against: int,
        above: Sequence[_UpstreamPlanes],
    ) -> _UpstreamPlanes:
        inapplicable = self.any_of([applies.false, applies.inapplicable, met_when.inapplicable])
        met = self.both(applies.true, met_when.true)
        unmet = self.either(self.both(applies.true, met_when.false), against)
        closed = self.either(met, inapplicable)
        open_ = self.without(FULL, self.either(closed, waived))
        held_up = self.any_of([need.open for need in above])
        self.checks += (met, unmet, inapplicable, open_, held_up)
        failing = self.without(unmet, waived)
        by_waiver = self.without(waived, closed)
        return self._upstream(_UpstreamPlanes(failing, open_, by_waiver), above)

    def _upstream(self, own: _UpstreamPlanes, above: Sequence[_UpstreamPlanes]) -> _UpstreamPlanes:
        """Return the planes of a check together with those of what is upstream of it."""
        return _UpstreamPlanes(*(self.any_of(planes) for planes in zip(own, *above, strict=True)))

    def _gate(
        self, key: str, checks: dict[str, _UpstreamPlanes], gates: dict[str, Three[int]]
    ) -> Three[int]:
        gate = self.ruleset.gates[key]
        if key in self.ruleset.scope.gates:
            self.gates += (EMPTY, EMPTY, EMPTY)
            return Three(EMPTY, EMPTY, EMPTY)
        needs = [checks[need] for need in gate.requires]
        before = [gates[earlier] for earlier in gate.after]
        no_go = self.any_of([n.failing for n in needs] + [b.true for b in before])
        waiting = self.any_of([n.open for n in needs] + [b.false for b in before])
        undetermined = self.without(waiting, no_go)
        waived = self.any_of([n.by_waiver for n in needs] + [b.inapplicable for b in before])
        conditional = self.without(waived, self.either(no_go, undetermined))
        self.gates += (no_go, undetermined, conditional)
        return Three(no_go, undetermined, conditional)


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
