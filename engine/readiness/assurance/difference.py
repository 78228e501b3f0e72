"""What differs between two rulesets by meaning: what is stricter, looser, added or removed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import asdict, dataclass, field
from typing import Any, TypeAlias

from readiness.assessing import Assessor
from readiness.assurance.case_table import judge_witness
from readiness.assurance.cases import cases_beside, samples_in
from readiness.comparing.comparison import Comparison
from readiness.conditions.terms import Junction, Term, in_full
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.schemas import FORMATS
from readiness.model.fields import child, text
from readiness.model.questionnaire import Question
from readiness.proving import analyser
from readiness.proving.occurrences import is_joined
from readiness.proving.space import Space

ADDED, REMOVED, EQUAL = "added", "removed", "equal"
STRICTER, LOOSER, BOTH, UNDECIDED = "stricter", "looser", "both", "undecided"


Wording: TypeAlias = dict[str, tuple[tuple[str, ...], tuple[str, ...]]]


@dataclass(frozen=True, slots=True)
class Changed:
    """A check or a gate: how it changed, with answers that show it.

    `change` is added, removed, stricter, looser, both, equal or undecided. `witness` shows the
    change, `before` and `after` what the two rulesets make of it; of both, it shows that it is
    stricter, and `looser` that it is looser. `requires_added` and `requires_removed` are
    requirements; `was` is the id of the removed check that an added one equals, `reason` why it was
    dropped. `wording` has by field what only the old ruleset says, and what only the new one does:
    of a condition its parts, of a list its items.
    """

    id: str
    title: str
    change: str
    witness: analyser.Witness | None = None
    before: str = ""
    after: str = ""
    looser: analyser.Witness | None = None
    requires_added: tuple[str, ...] = ()
    requires_removed: tuple[str, ...] = ()
    was: str = ""
    reason: str = ""
    wording: Wording = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """Return it as values that JSON can hold; what it does not have is left out."""
        found = {key: value for key, value in asdict(self).items() if value or key == "witness"}
        found |= {"wording": _plain(self.wording)} if self.wording else {}
        return found | {key: [*found[key]] for key in _REQUIREMENTS if key in found}


_REQUIREMENTS = ("requires_added", "requires_removed")


@dataclass(frozen=True, slots=True)
class Difference:
    """What differs between two rulesets; `checks` and `gates` also hold those that are equal.

    `values` are those that are worded otherwise, with what only the old and the new ruleset says.

    `engagements` are stored engagements under both, by file.
    """

    old: Ruleset
    new: Ruleset
    checks: tuple[Changed, ...]
    gates: tuple[Changed, ...]
    values: Wording
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

    def reworded(self, held: Iterable[Changed]) -> list[Changed]:
        """Return the checks or gates that are only worded otherwise."""
        return [one for one in held if one.change == EQUAL and one.wording]

    def to_dict(self, *, everything: bool = False) -> dict[str, Any]:
        """Return the difference as values that JSON can hold."""
        checks, gates = (self.shown(h, everything=everything) for h in (self.checks, self.gates))
        return {
            "format": FORMATS["difference"],
            "old": {"id": self.old.id, "version": self.old.version},
            "new": {"id": self.new.id, "version": self.new.version},
            "checks": [one.to_dict() for one in checks],
            "gates": [one.to_dict() for one in gates],
            "values": _plain(self.values),
            "questions": {key: list(held) for key, held in self.questions.items()},
            "engagements": [
                {"file": file, "gates": _verdicts(found)}
                for file, found in self.engagements.items()
            ],
            "undecided": self.undecided,
        }


def _plain(wording: Wording) -> dict[str, Any]:
    return {key: {"old": [*old], "new": [*new]} for key, (old, new) in wording.items()}


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
        checks, gates = (
            tuple(
                self._change(kind, key)
                for key in dict.fromkeys([*getattr(new, kind), *getattr(old, kind)])
            )
            for kind in ("checks", "gates")
        )
        values: Wording = {}
        for name in dict.fromkeys([*old.values, *new.values]):
            values |= _apart(name, *(_parts(rules.values.get(name)) for rules in (old, new)))
        return Difference(
            old, new, checks, gates, values, compare_questions(old.questions, new.questions),
            engagements, self.analyser.undecided,
        )  # fmt: skip

    def _change(self, kind: str, key: str) -> Changed:
        olds, news = getattr(self.old, kind), getattr(self.new, kind)
        title = (news.get(key) or olds[key]).title
        if key not in olds:
            was = self._renamed(key) if kind == "checks" else ""
            return Changed(key, title, ADDED, was=was, wording=self._conditions(key))
        if key not in news:
            dropped = child(child(child(self.new.checklist.node, "drop"), kind), key)
            return Changed(key, title, REMOVED, reason=text(dropped))
        stricter, looser, other = (self._check if kind == "checks" else self._gate)(key)
        needs = [set(held[key].requires) for held in (olds, news)]
        above = [
            rules.gate_awaits(key) if kind == "gates" else rules.graph.with_upstream(needs[number])
            for number, rules in enumerate((self.old, self.new))
        ]
        held = [set(one.graph.named(above[n])) for n, one in enumerate((self.old, self.new))]
        added, removed = tuple(sorted(needs[1] - held[0])), tuple(sorted(needs[0] - held[1]))
        change = _change(stricter, looser, other, is_stricter=bool(added), is_looser=bool(removed))
        witness = stricter.witness or looser.witness or other.witness
        if witness is None and kind == "checks":
            witness = self._too_early(key, (added, removed))
        before, after = self._decided(key, witness) if witness else ("", "")
        return Changed(
            key, title, change, witness, before, after, looser.witness if stricter else None,
            added, removed, wording=self._wording(olds[key], news[key]),
        )  # fmt: skip

    def _too_early(self, key: str, needs: Sequence[Iterable[str]]) -> analyser.Witness | None:
        """Answers on which a check is ready in one ruleset, and met too early in the other.

        `needs` are what only the new one, and only the old one, has it wait for.
        """
        for first, some in enumerate(needs):
            graph = self.analyser.rulesets[first].graph
            ready = self.analyser.closed(graph.upstream[graph.position[key]], first)
            waits = ([analyser.still_open(need, 1 - first)] for need in some)
            held = [analyser.met(key, 0), analyser.met(key, 1), ready]
            if found := self.analyser.find_any([*held, *one] for one in waits):
                return found.witness
        return None

    def _decided(self, key: str, witness: analyser.Witness) -> list[str]:
        """Yield what each ruleset decides about a check or gate on the answers that show it."""
        day, rulesets = self.analyser.as_of, (self.old, self.new)
        judged = [judge_witness(Assessor(ruleset), witness, day) for ruleset in rulesets]
        for held in ("verdicts", "statuses", "standings"):
            found = [getattr(one, held).get(key, "") for one in judged]
            if found[0] != found[1]:
                return found
        return ["", ""]

    def _wording(self, old: Any, new: Any) -> Wording:
        """What two checks, or two gates, say in other words."""
        before, after = _texts(old), _texts(new)
        found = self._conditions(old.id) if "severity" in before else {}
        for name in dict.fromkeys([*before, *after]):
            found |= _apart(name, before.get(name, ()), after.get(name, ()))
        return found

    def _conditions(self, key: str) -> Wording:
        """The parts of the conditions of a check that only one of the rulesets has."""
        found: Wording = {}
        for role in ("applies_when", "met_when"):
            terms = (getattr(rules, role).get(key) for rules in (self.old, self.new))
            found |= _apart(role, *(_parts(term) for term in terms))
        return found

    def _check(self, key: str) -> tuple[analyser.Found, ...]:
        """Sheets on which a check is stricter, is looser, is otherwise different."""
        stricter = self.analyser.find(lambda space: [_falls(space, key, 0, 1)])
        looser = self.analyser.find(lambda space: [_falls(space, key, 1, 0)])
        if stricter or looser:
            return stricter, looser, analyser.Found(None)
        return stricter, looser, self.analyser.find(analyser.apart(key, key, 1))

    def _gate(self, key: str) -> tuple[analyser.Found, ...]:
        return self._falling(key, 0, 1), self._falling(key, 1, 0), analyser.Found(None)

    def _renamed(self, key: str) -> str:
        """The id that a check had before; empty if none of those that are gone is the same."""
        gone = (other for other in self.old.checks if other not in self.new.checks)
        space = self.analyser.space
        return next((one for one in gone if space.status(one) == space.status(key, 1)), "")

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


def _texts(one: Any) -> dict[str, Sequence[str]]:
    """What a check or a gate says apart from conditions and requirements: texts, and lists."""
    texts = ("title", "description", "severity", "area", "why")
    found: dict[str, Sequence[str]] = {
        name: [held] for name in texts if (held := getattr(one, name, ""))
    }
    if "severity" not in found:
        return found | {"advises": one.advises, "after": one.after}
    cites = [f"{cite.source} {cite.clause}".strip() for cite in one.citations]
    return found | {"remedy": [one.remedy.action], "cites": cites}


def _parts(term: Term | None) -> list[str]:
    """The conditions that must all be true for a condition to be."""
    if isinstance(term, Junction) and term.kind == "all" and is_joined(term):
        return [in_full(part) for part in term.parts]
    return [] if term is None else [in_full(term)]


def _apart(name: str, old: Iterable[str], new: Iterable[str]) -> Wording:
    """What only one of two lists has, under a name; nothing if that is nothing."""
    before, after = dict.fromkeys(old), dict.fromkeys(new)
    lost = tuple(one for one in before if one not in after)
    gained = tuple(one for one in after if one not in before)
    return {name: (lost, gained)} if lost or gained else {}


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
