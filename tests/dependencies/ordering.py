"""Random rulesets with an order among their checks, and the order calculated check by check."""

from __future__ import annotations

import math
import random
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from readiness.dependencies.ruleset import Ruleset
from readiness.model.ruleset import SEVERITIES
from tests.semantics.harness import ruleset_of

Rank = tuple[int, int, int, float, str]


def drawn(draw: random.Random, most: int) -> Ruleset:
    """Return a ruleset of up to `most` checks; positions, ids and document order differ."""
    ids = [f"c{number}" for number in range(draw.randint(1, most))]
    draw.shuffle(ids)
    dense = draw.random() * 4 / len(ids)
    checks = {}
    for number, key in enumerate(ids):
        check: dict[str, Any] = {
            "met_when": "s.a", "severity": draw.choice(SEVERITIES),
            "requires": [need for need in ids[:number] if draw.random() < dense],
        }  # fmt: skip
        if draw.random() < 0.7:
            check["remedy"] = {"action": "-", "owner": "owner", "effort_days": draw.randint(1, 3)}
        checks[key] = check
    gates: dict[str, Any] = {
        f"g{number}": {"requires": draw.sample(ids, min(len(ids), draw.randrange(1, 4)))}
        for number in range(draw.randrange(4))
    }
    written = draw.sample(list(checks), len(checks))
    return ruleset_of(
        {"questions": {"s.a": "yes_no"}, "gates": gates, "checks": {k: checks[k] for k in written}}
    )


@dataclass(frozen=True)
class Plainly:
    """The order of the open checks of one case, each calculated separately."""

    ruleset: Ruleset
    open: Collection[str]

    @cached_property
    def _upstream(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        while len(found) < len(self.ruleset.checks):
            for key, check in self.ruleset.checks.items():
                if key not in found and all(need in found for need in check.requires):
                    found[key] = set(check.requires).union(*(found[n] for n in check.requires))
        return found

    def above(self, check: str) -> set[str]:
        """Return all checks upstream."""
        return self._upstream[check]

    def below(self, check: str) -> set[str]:
        """Return all checks downstream."""
        return {key for key in self.ruleset.checks if check in self.above(key)}

    def gates_of(self, check: str) -> list[str]:
        """Return the gates that wait for it."""
        gates = self.ruleset.gates
        return [
            key
            for key in self.ruleset.gate_order
            if check in gates[key].requires
            or any(check in self.above(need) for need in gates[key].requires)
        ]

    @cached_property
    def wave(self) -> dict[str, int]:
        """Return the wave of each open check."""
        found: dict[str, int] = {}
        for key in sorted(self.open, key=lambda one: len(self.above(one))):
            above = [found[one] for one in self.above(key) if one in self.open]
            found[key] = 1 + max(above, default=0)
        return found

    def rank(self, check: str) -> Rank:
        """Return the sort key: gate, severity, number of waiting checks, effort, id."""
        found, gates = self.ruleset.checks[check], self.gates_of(check)
        order, effort = self.ruleset.gate_order, found.remedy.effort_days
        return (
            order.index(gates[0]) if gates else len(order),
            SEVERITIES.index(found.severity),
            -len(self.below(check) & set(self.open)),
            math.inf if effort is None else effort.likely,
            check,
        )

    @cached_property
    def order(self) -> list[str]:
        """Return the open checks, wave by wave."""
        return sorted(self.open, key=lambda key: (self.wave[key], self.rank(key)))

    def is_blocker(self, check: str) -> bool:
        """Return whether a gate or another open check waits for it."""
        return bool(self.gates_of(check) or self.below(check) & set(self.open))

    def listed(self, wanted: Collection[str]) -> tuple[str, ...]:
        """Return the open ones of some checks, in order."""
        return tuple(key for key in self.order if key in wanted)
