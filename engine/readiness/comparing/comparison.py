"""The comparison of two results: gates and checks that turned, and why."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from readiness.comparing.causes import Causes
from readiness.comparing.side import Key, Result, Side
from readiness.documents.schemas import FORMATS
from readiness.problems.values import brief

_FROM_RESULTS = (
    "The causes are the answers, evidence and waivers that differ and that a check depends on. "
    "They were not confirmed by assessing again, which takes both engagements. "
    "Results carry no dates and no groups, so those are not compared."
)
VERDICT_RANKS = {"no_go": 0, "undetermined": 1, "conditional_go": 2, "go": 3}


@brief
@dataclass(frozen=True, slots=True)
class Turn:
    """A gate or a check that is not what it was.

    `before` and `after` are as in the document; None on the side that does not have it. `change` is
    closed, opened, turned, new or gone, `direction` better, worse or same. `via` are the checks
    through which it turned, `causes` the inputs.
    """

    id: str
    title: str
    before: Any
    after: Any
    change: str
    direction: str
    via: tuple[str, ...]
    causes: tuple[Key, ...]


@brief
@dataclass(frozen=True, eq=False)
class Comparison:
    """What differs between two results, and why."""

    old: Side
    new: Side
    between: tuple[Side, ...] = ()

    @cached_property
    def _causes(self) -> Causes:
        return Causes(self.old, self.new)

    @property
    def is_confirmed(self) -> bool:
        """Return whether all causes were confirmed by assessing again."""
        told, reworking = (self.gates, self.checks), self._causes.reworking
        return bool(told) and reworking is not None and not reworking.is_exhausted

    @property
    def is_worse(self) -> bool:
        """Return whether a verdict or a check got worse."""
        return any(one.direction == "worse" for one in (*self.gates, *self.checks))

    @property
    def is_empty(self) -> bool:
        """Return whether nothing differs: neither what came out nor what went in."""
        return not (self.gates or self.checks or self.inputs or self.order or self.dates)

    @cached_property
    def gates(self) -> tuple[Turn, ...]:
        """The gates whose verdict turned, in the order of the new result."""
        return tuple(
            self._gate(key)
            for key in dict.fromkeys((*self.new.gates, *self.old.gates))
            if self.old.verdicts.get(key) != self.new.verdicts.get(key)
        )

    def _gate(self, key: str) -> Turn:
        old, new = (side.verdicts.get(key) for side in (self.old, self.new))
        ranks = [VERDICT_RANKS.get(one or "", -1) for one in (old, new)]
        direction = direction_of(ranks[0], ranks[1]) if min(ranks) >= 0 else "same"
        awaited: set[str] = set()
        for side in (self.old, self.new):
            if key in side.gates:
                for gate in (key, *side.before(key)):
                    awaited |= side.awaited_by(gate) if gate in side.gates else set()
        via = tuple(
            one.id for one in self.checks if one.id in awaited and one.direction == direction
        )
        known = (self.new.gates.get(key) or self.old.gates[key])["title"]
        change = "turned" if old and new else "new" if new else "gone"
        causes = self._causes.of_gate(key, via)
        return Turn(key, known, old, new, change, direction, via, causes)

    @cached_property
    def checks(self) -> tuple[Turn, ...]:
        """The checks whose status or progress turned, in the order of the new ruleset."""
        keys = dict.fromkeys((*self.new.checks, *self.old.checks))
        return tuple(
            self._check(key) for key in keys if self.old.states.get(key) != self.new.states.get(key)
        )

    def _check(self, key: str) -> Turn:
        old, new = self.old.states.get(key), self.new.states.get(key)
        via: tuple[str, ...] = ()
        change, direction = "new" if new else "gone", "same"
        if old and new:
            direction = direction_of(old.rank, new.rank)
            change = "turned"
            if old.is_open != new.is_open:
                change = "closed" if old.is_open else "opened"
            waits = [side.waits_for(key) for side in (self.old, self.new)]
            if bool(waits[0]) != bool(waits[1]):
                via = tuple(one for one in self.new.checks if one in waits[0] | waits[1])
        known = (self.new.checks.get(key) or self.old.checks[key])["title"]
        causes = self._causes.of_check(key, via)
        before, after = (one and one.to_dict() for one in (old, new))
        return Turn(key, known, before, after, change, direction, via, causes)

    @cached_property
    def inputs(self) -> tuple[tuple[Key, tuple[str, ...]], ...]:
        """Everything that differs in what went in, each with the checks that it changed."""
        return tuple(
            (key, tuple(one.id for one in self.checks if key in one.causes))
            for key in self._causes.differing
        )

    def describe(self, keys: Iterable[Key]) -> list[dict[str, Any]]:
        """Return causes as in the document."""
        return [told for key in keys for told in self._causes.describe(key)]

    @property
    def order(self) -> list[dict[str, Any]]:
        """The open checks whose wave moved."""
        old, new = self.old.wave, self.new.wave
        moved = (key for key in new if key in old and old[key] != new[key])
        return [{"id": key, "from": old[key], "to": new[key]} for key in moved]

    @cached_property
    def dates(self) -> list[dict[str, Any]]:
        """The gates whose earliest date moved; none without both assessments."""
        old, new = (_dates(side) for side in (self.old, self.new))
        are_known = self.old.assessment and self.new.assessment
        keys = dict.fromkeys((*self.new.gates, *self.old.gates)) if are_known else ()
        moved = (key for key in keys if old.get(key) != new.get(key))
        return [{"id": key, "from": old.get(key), "to": new.get(key)} for key in moved]

    @property
    def score(self) -> dict[str, Any]:
        """The scores, and those of the areas where they differ."""
        old, new = (side.document["score"] for side in (self.old, self.new))
        areas = [
            {"id": key, "from": old["areas"].get(key), "to": new["areas"].get(key)}
            for key in dict.fromkeys((*new["areas"], *old["areas"]))
            if old["areas"].get(key) != new["areas"].get(key)
        ]
        sides = {"from": old, "to": new}.items()
        found = {name: {key: held[key] for key in ("low", "high")} for name, held in sides}
        return {**found, "areas": areas}

    @property
    def notes(self) -> list[str]:
        """What cannot be said, and why."""
        if self.is_confirmed:
            return []
        if self._causes.reworking is not None:
            return ["So much differs that not every cause was confirmed by assessing again."]
        found = [_FROM_RESULTS]
        if unclear := [one.id for one in (*self.checks, *self.gates) if not one.causes]:
            found.append(f"The results do not say why these turned: {', '.join(unclear)}.")
        return found

    @property
    def trend(self) -> list[dict[str, Any]]:
        """Each of the results in their order: day, verdicts, open checks and score."""
        return [
            {
                "title": side.title,
                "as_of": side.document["as_of"],
                "gates": dict(side.verdicts),
                "open": sum(one.is_open for one in side.states.values()),
                "checks": len(side.states),
                "score": {key: side.document["score"][key] for key in ("low", "high")},
            }
            for side in (self.old, *self.between, self.new)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as a document; the same input gives the same document."""
        return {
            "format": FORMATS["comparison"],
            "old": self.old.head(),
            "new": self.new.head(),
            "worse": self.is_worse,
            "gates": [self._turn(one) for one in self.gates],
            "checks": [self._turn(one) for one in self.checks],
            "score": self.score,
            "order": self.order,
            "dates": self.dates,
            "inputs": [
                {**told, "checks": list(checks)}
                for key, checks in self.inputs
                for told in self.describe([key])
            ],
            "trend": self.trend if self.between else [],
            "confirmed": self.is_confirmed,
            "notes": self.notes,
        }

    def _turn(self, one: Turn) -> dict[str, Any]:
        return {
            "id": one.id,
            "title": one.title,
            "change": one.change,
            "direction": one.direction,
            "from": one.before,
            "to": one.after,
            "via": list(one.via),
            "causes": self.describe(one.causes),
        }


def compare(old: Result, new: Result, *, between: Sequence[Result] = ()) -> Comparison:
    """Compare two results: assessments, or the documents that `Assessment.to_dict` returns.

    `between` are further results in their order; they are in the trend only. Causes are confirmed
    by assessing again if both are assessments. Raises `ValueError` for a mapping that is no result.
    """
    return Comparison(Side.of(old), Side.of(new), tuple(map(Side.of, between)))


def changed_answers(old: Result, new: Result) -> dict[str, list[str]]:
    """Return the questions to which each respondent's answer is new, gone or another one."""
    sides, found = (Side.of(old), Side.of(new)), dict[str, list[str]]()
    for key in sorted({*sides[0].inputs, *sides[1].inputs}):
        before, after = (side.content(key, evidenced=False) for side in sides)
        if key[0] == "answer" and before != after:
            found.setdefault(key[2], []).append(key[1])
    return found


def direction_of(old: float, new: float) -> str:
    """Return better, worse or same, where more is better."""
    if old == new:
        return "same"
    return "better" if new > old else "worse"


def _dates(side: Side) -> dict[str, str]:
    """The earliest date of each gate that is not passed yet and can be estimated."""
    from readiness.planning.plan import plan  # not every comparison shows days

    if side.assessment is None:
        return {}
    return {
        one.id: one.falls_on.isoformat()
        for one in plan(side.assessment).gates
        if one.activities and one.is_estimated
    }
