"""A ruleset as one straight-line program over bit planes.

For each condition there is a plane *true*, a plane *false* and a plane *not applicable*; unknown
is none of the three. Bit `i` of a plane is case `i`, so one run of the program judges as many
cases as the integers are wide. Equal conditions are worked out once. The source is generated
from numbers alone: no text of a document ever becomes part of it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from readiness.conditions.terms import Term
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.statements import Statement, Writing

# Of a leaf: in which cases it is true, false, not applicable.
LeafPlanes: TypeAlias = tuple[int, int, int]
# Of a check: in which cases it is met, unmet, not applicable, open, held up by an open check.
CheckPlanes: TypeAlias = tuple[int, int, int, int, int]
# Of a gate: in which cases it is no_go, undetermined, conditional_go; else it is go.
GatePlanes: TypeAlias = tuple[int, int, int]

_Step: TypeAlias = Callable[
    [
        Sequence[LeafPlanes],
        Sequence[int],
        int,
        list[Any],
        Callable[[CheckPlanes], None],
        Callable[[GatePlanes], None],
    ],
    None,
]

# Python compiles a much longer function in more than linear time.
STATEMENTS_A_STEP = 3_000


class Program:
    """The program of a ruleset; `leaves` are the conditions it wants the planes of."""

    def __init__(self, ruleset: Ruleset) -> None:
        writing = Writing(ruleset)
        self.leaves: tuple[Term, ...] = tuple(writing.leaves)
        self.check_ids = ruleset.graph.ids
        self.gate_ids = ruleset.gate_order
        self._registers = writing.planes
        self._steps = [_compiled(source) for source in sources(writing.statements)]

    def run(
        self, leaves: Sequence[LeafPlanes], waived: Sequence[int], full: int
    ) -> tuple[list[CheckPlanes], list[GatePlanes]]:
        """The planes of all checks and gates, in the order of `check_ids` and `gate_ids`.

        `leaves` holds the planes of each of `self.leaves`, `waived` one plane for each check:
        in which cases its waiver is in force. `full` has a 1 for each case.
        """
        checks: list[CheckPlanes] = []
        gates: list[GatePlanes] = []
        registers: list[Any] = [None] * self._registers if len(self._steps) > 1 else []
        for step in self._steps:
            step(leaves, waived, full, registers, checks.append, gates.append)
        return checks, gates


def sources(statements: Sequence[Statement]) -> list[str]:
    """The text of the program: one function, or several that hand planes on in registers."""
    size = STATEMENTS_A_STEP
    pieces = [statements[start : start + size] for start in range(0, len(statements), size)]
    last_use: dict[int, int] = {}
    for number, piece in enumerate(pieces):
        last_use.update({plane: number for statement in piece for plane in statement.reads})
    found = []
    for number, piece in enumerate(pieces):
        written = {plane for statement in piece for plane in statement.writes}
        read = {plane for statement in piece for plane in statement.reads}
        lines = ["def step(leaves, waived, full, registers, check, gate):"]
        lines += [f"    p{plane} = registers[{plane}]" for plane in sorted(read - written)]
        lines += [f"    {statement.code}" for statement in piece]
        lines += [
            f"    registers[{plane}] = p{plane}"
            for plane in sorted(written)
            if last_use.get(plane, number) > number
        ]
        found.append("\n".join(lines) + "\n")
    return found


def _compiled(source: str) -> _Step:
    space: dict[str, Any] = {}
    exec(compile(source, "<readiness program>", "exec"), space)  # noqa: S102 - our own source
    step: _Step = space["step"]
    return step
