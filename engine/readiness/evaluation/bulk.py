"""Many cases of one ruleset, judged in one run of a program over bit planes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from functools import cached_property

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.compiler import Closure, Compiler, Run
from readiness.evaluation.program import CheckPlanes, GatePlanes, LeafPlanes, Program
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Case, State


class Bulk:
    """A ruleset compiled for many cases; it may be shared between threads."""

    def __init__(self, ruleset: Ruleset, compiler: Compiler | None = None) -> None:
        self.ruleset = ruleset
        self.compiler = compiler or Compiler()

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
        leaves = packed(cases) if cases else [(0, 0, 0)] * len(self.program.leaves)
        waivers = dict.fromkeys(self.program.check_ids, 0)
        for number, held in enumerate(waived):
            for key in held:
                if key in waivers:
                    waivers[key] |= 1 << number
        return self.program.run(leaves, list(waivers.values()), (1 << len(cases)) - 1, against)


def packed(cases: Sequence[Sequence[State]]) -> list[LeafPlanes]:
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
