"""A ruleset that brings its program along, so that it need not be written again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.program import Program


@dataclass(frozen=True, eq=False)
class Programmed(Ruleset):
    """A ruleset whose program is read by `read_program` when it is first wanted."""

    read_program: Callable[[], Program] = field(repr=False)

    @cached_property
    def program(self) -> Program:
        """The program of the ruleset."""
        return self.read_program()
