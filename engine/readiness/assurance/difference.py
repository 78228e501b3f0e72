"""What differs between two rulesets by meaning: what is stricter, looser, added or removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any

from readiness.assurance.cases import cases_beside, samples_in
from readiness.comparing.comparison import Comparison
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.schemas import FORMATS
from readiness.model.questionnaire import Question
from readiness.proving import analyser
from readiness.proving.space import Space

ADDED, REMOVED, EQUAL = "added", "removed", "equal"
STRICTER, LOOSER, BOTH, UNDECIDED = "stricter", "looser", "both", "undecided"


@dataclass(frozen=True, slots=True)
class Changed:
    """A check or a gate: how it changed, with answers that show it.

    `change` is added, removed, stricter, looser, both, equal or undecided. `witness` shows the
    change; of both, that it is stricter, and `looser` that it is looser. `requires_added` and
    `requires_removed` are requirements; `was` is the id of the removed check or gate that an added
    one equals.
    """

    id: str
    title: str
    change: str
    witness: analyser.Witness | None = None
    looser: analyser.Witness | None = None
    requires_added: tuple[str, ...] = ()
    requires_removed: tuple[str, ...] = ()
    was: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return it as values that JSON can hold; what it does not have is left out."""
        found: dict[str, Any] = {"id": self.id, "title": self.title, "change": self.change}
        held = {
            "looser": self.looser, "requires_added": list(self.requires_added),
            "requires_removed": list(self.requires_removed), "was": self.was,
        }  # fmt: skip
        return found | {"witness": self.witness} | {key: one for key, one in held.items() if one}


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two rulesets; `checks` and `gates` also hold those that are equal.

    `engagements` are stored engagements under both, by file.
    """

    old: Ruleset
    new: Ruleset
    checks: tuple[Changed, ...]
    gates: tuple[Changed, ...]
    questions: Map[str, tuple[str, ...]]
    engagements: Map[str, Comparison]
    undecided: int

    @property
    def is_equal(self) -> bool:
        """Whether both decide everything alike."""
        return all(one.change == EQUAL for one in (*self.checks, *self.gates))

    def shown(self, held: Iterable[Changed], *, everything: bool = False) -> list[Changed]:
        """Return the checks or gates that changed, or all of them."""
        return [one for one in held if everything or one.change != EQUAL]

    def to_dict(self, *, everything: bool = False) -> dict[str, Any]:
        """Return the difference as values that JSON can hold."""
        checks, gates = (self.shown(h, everything=everything) for h in (self.checks, self.gates))
        return {
            "format": FORMATS["difference"],
            "old": {"id": self.old.id, "version": self.old.version},
            "new": {"id": self.new.id, "version": self.new.version},
            "checks": [one.to_dict() for one in checks],
            "gates": [one.to_dict() for one in gates],
            "questions": {key: list(held) for key, held in self.questions.items()},
            "engagements": [
                {"file": file, "gates": _verdicts(found)}
                for file, found in self.engagements.items()
            ],
            "undecided": self.undecided,
        }


def _verdicts(comparison: Comparison) -> list[dict[str, Any]]:
    return [{"id": one.id, "from": one.before, "to": one.after} for one in comparison.gates]


def difference(
    old: Ruleset, new: Ruleset, engagements: Map[str, Comparison] | None = None
) -> Difference:
    """Return what differs between two rulesets by meaning, each with answers that show it.

    `engagements` are comparisons of stored engagements under both.
    """
    return _Differing(old, new).difference(engagements or {})


class _Differing:
    def __init__(self, old: Ruleset, new: Ruleset) -> None:
        self.old, self.new = old, new
        files = [file for ruleset in (old, new) for file in cases_beside(ruleset)]
        self.analyser = analyser.Analyser([old, new], samples=samples_in(files))

    def difference(self, engagements: Map[str, Comparison]) -> Difference:
        old, new = self.old, self.new
        compared = {key: self._check(key) for key in new.checks if key in old.checks}
        checks = [compared.get(key) or self._added(key) for key in new.checks]
        gone = [key for key in old.checks if key not in new.checks]
        checks += (Changed(key, old.checks[key].title, REMOVED) for key in gone)
        gates = [self._gate(key) for key in new.gates]
        lost = [key for key in old.gates if key not in new.gates]
        gates += (Changed(key, old.gates[key].title, REMOVED) for key in lost)
        return Difference(
            old, new, tuple(checks), tuple(gates), compare_questions(old.questions, new.questions),
            engagements, self.analyser.undecided,
        )  # fmt: skip

    def _check(self, key: str) -> Changed:
        needs = [set(ruleset.checks[key].requires) for ruleset in (self.old, self.new)]
        above = [self._above(ruleset, needs[n]) for n, ruleset in enumerate((self.old, self.new))]
        stricter = self.analyser.find(lambda space: [_falls(space, key, 0, 1)])
        looser = self.analyser.find(lambda space: [_falls(space, key, 1, 0)])
        other = analyser.Found(None)
        if not stricter and not looser:
            other = self.analyser.find(analyser.apart(key, key, 1))
        added, removed = tuple(sorted(needs[1] - above[0])), tuple(sorted(needs[0] - above[1]))
        change = _change(stricter, looser, other, is_stricter=bool(added), is_looser=bool(removed))
        witness = stricter.witness or looser.witness or other.witness
        also = looser.witness if stricter else None
        return Changed(key, self.new.checks[key].title, change, witness, also, added, removed)

    @staticmethod
    def _above(ruleset: Ruleset, needs: Iterable[str]) -> set[str]:
        """What is upstream of some checks, and they themselves."""
        return set(ruleset.graph.named(ruleset.graph.with_upstream(needs)))

    def _added(self, key: str) -> Changed:
        """A check that is new, or one that has another id now."""
        was = ""
        for other in self.old.checks:
            if other not in self.new.checks and not was:
                same = self.analyser.space.status(other) == self.analyser.space.status(key, 1)
                was = other if same else ""
        return Changed(key, self.new.checks[key].title, ADDED, was=was)

    def _gate(self, key: str) -> Changed:
        if key not in self.old.gates:
            return Changed(key, self.new.gates[key].title, ADDED)
        needs = [set(ruleset.gates[key].requires) for ruleset in (self.old, self.new)]
        above = [set(one.graph.named(one.gate_awaits(key))) for one in (self.old, self.new)]
        stricter, looser = self._falling(key, 0, 1), self._falling(key, 1, 0)
        added, removed = tuple(sorted(needs[1] - above[0])), tuple(sorted(needs[0] - above[1]))
        change = _change(stricter, looser, analyser.Found(None))
        witness, also = stricter.witness or looser.witness, looser.witness if stricter else None
        return Changed(key, self.new.gates[key].title, change, witness, also, added, removed)

    def _falling(self, key: str, first: int, second: int) -> analyser.Found:
        """Return a sheet on which a gate is worse in the second ruleset than in the first."""
        return self.analyser.find_any(self._worse(key, first, second))

    def _worse(self, key: str, first: int, second: int) -> Iterator[Sequence[analyser.Query]]:
        rulesets, space = self.analyser.rulesets, self.analyser.space
        before, after = (rulesets[number].gate_awaits(key) for number in (first, second))
        ids = rulesets[first].graph.named(before)
        held = {space.status(check, first) for check in ids}
        for check in rulesets[second].graph.named(after):
            if space.status(check, second) not in held:  # else both wait for the same
                yield analyser.still_open(check, second), self.analyser.closed(before, first)
                yield analyser.unmet(check, second), analyser.not_unmet(ids, first)


def _falls(space: Space, check: str, first: int, second: int) -> Any:
    """The sheets on which a check is closed in one ruleset and not in another, or only unmet."""
    one, other = space.status(check, first), space.status(check, second)
    closed, still = one.true | one.inapplicable, other.true | other.inapplicable
    return closed.without(still) | other.false.without(one.false)


def _change(
    stricter: analyser.Found,
    looser: analyser.Found,
    other: analyser.Found,
    *,
    is_stricter: bool = False,
    is_looser: bool = False,
) -> str:
    up, down = bool(stricter) or is_stricter, bool(looser) or is_looser
    if other or (up and down):
        return BOTH
    if up or down:
        return STRICTER if up else LOOSER
    decided = stricter.is_decided and looser.is_decided and other.is_decided
    return EQUAL if decided else UNDECIDED


def compare_questions(
    old: Map[str, Question], new: Map[str, Question]
) -> dict[str, tuple[str, ...]]:
    """Return the questions that were added, removed, or mean something else now."""
    return {
        ADDED: tuple(key for key in new if key not in old),
        REMOVED: tuple(key for key in old if key not in new),
        "changed": tuple(key for key in new if key in old and changes_in(old[key], new[key])),
    }


def changes_in(old: Question, new: Question) -> Sequence[str]:
    """Return what of a question changed so that an answer may mean something else."""
    facts = ("type", "unit_or_usual", "ask_each")
    found = [name for name in facts if getattr(old, name) != getattr(new, name)]
    if dict(old.options) != dict(new.options):
        found.append("options")
    columns = [{k: (c.type, dict(c.options)) for k, c in q.columns.items()} for q in (old, new)]
    if columns[0] != columns[1]:
        found.append("columns")
    return found
