"""Coverage of a ruleset by its cases: what they have seen of all that there can be."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import Any

from readiness.assurance.case_table import CaseTable, Own
from readiness.assurance.cases import CaseFile
from readiness.conditions import terms
from readiness.conditions.terms import Term, questions_of
from readiness.conditions.types import TRUTH
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.schemas import FORMATS
from readiness.evaluation.algebra import Algebra, Three
from readiness.evaluation.verdicts import STANDINGS, STATUSES
from readiness.problems import Place
from readiness.proving.analyser import Analyser, Query, inapplicable, met, still_open, unmet
from readiness.proving.domains import MEMBERS
from readiness.proving.occurrences import Occurrence, Written, replaced
from readiness.proving.space import Planes, Space

OUTCOMES = ("true", "false", "unknown")


@dataclass(frozen=True, slots=True)
class LeafCoverage:
    """A leaf of a condition: the outcomes that it can have and those that some case has seen.

    `decides` says whether two cases show that it alone can decide its condition, one with it true
    and one with it false (masking MC/DC); None if it cannot.
    """

    role: str
    owner: str
    text: str
    place: Place
    possible: tuple[str, ...]
    seen: tuple[str, ...]
    decides: bool | None

    @property
    def missing(self) -> tuple[str, ...]:
        """The outcomes that no case has seen."""
        return tuple(one for one in self.possible if one not in self.seen)


@dataclass(frozen=True, slots=True)
class Seen:
    """A check or a gate: the statuses, standings or verdicts that it can have, and those seen."""

    id: str
    possible: tuple[str, ...]
    seen: tuple[str, ...]

    @property
    def missing(self) -> tuple[str, ...]:
        """What no case has seen."""
        return tuple(one for one in self.possible if one not in self.seen)


@dataclass(frozen=True, slots=True)
class Coverage:
    """What the cases of a ruleset cover of what it adds to those that it extends.

    `undecided` is how often it could not be found out whether something is possible; what is not
    decided is not asked for. `texts` are the lines of the documents in which the conditions stand.
    """

    ruleset: str
    cases: int
    leaves: tuple[LeafCoverage, ...]
    checks: tuple[Seen, ...]
    gates: tuple[Seen, ...]
    undecided: int
    texts: Map[str, Sequence[str]] = field(default_factory=dict)

    @property
    def figures(self) -> dict[str, tuple[int, int]]:
        """What was seen, and all there is, of leaves, MC/DC, standings and gates."""
        able = [leaf for leaf in self.leaves if leaf.decides is not None]
        return {
            "leaves": _count(self.leaves),
            "mcdc": (sum(leaf.decides is True for leaf in able), len(able)),
            "standings": _count(self.checks),
            "gates": _count(self.gates),
        }

    @property
    def percent(self) -> float:
        """The least of the four shares, in per cent."""
        return min(100 * seen / whole if whole else 100.0 for seen, whole in self.figures.values())

    def to_dict(self) -> dict[str, Any]:
        """Return the coverage as values that JSON can hold."""
        figures = self.figures
        lacking = [
            {**_where(leaf), "missing": list(leaf.missing)} for leaf in self.leaves if leaf.missing
        ]
        undecided = [_where(leaf) for leaf in self.leaves if leaf.decides is False]
        return {
            "format": FORMATS["coverage"],
            "ruleset": self.ruleset,
            "cases": self.cases,
            "leaves": {**_named(figures["leaves"]), "missing": lacking},
            "mcdc": {"shown": figures["mcdc"][0], "all": figures["mcdc"][1], "missing": undecided},
            "standings": {**_named(figures["standings"]), "missing": _lacking(self.checks)},
            "gates": {**_named(figures["gates"]), "missing": _lacking(self.gates)},
            "undecided": self.undecided,
        }


def _count(held: Sequence[LeafCoverage] | Sequence[Seen]) -> tuple[int, int]:
    whole = sum(len(one.possible) for one in held)
    return whole - sum(len(one.missing) for one in held), whole


def _named(figure: tuple[int, int]) -> dict[str, int]:
    return {"seen": figure[0], "all": figure[1]}


def _where(leaf: LeafCoverage) -> dict[str, Any]:
    place = {"file": leaf.place.file, "line": leaf.place.line, "column": leaf.place.column}
    return {"condition": leaf.role, "of": leaf.owner, "text": leaf.text, **place}


def _lacking(held: Iterable[Seen]) -> list[dict[str, Any]]:
    return [{"id": one.id, "missing": list(one.missing)} for one in held if one.missing]


def coverage(
    ruleset: Ruleset,
    files: Iterable[CaseFile] | None = None,
    *,
    advance: Callable[[Iterable[Any], int], Iterable[Any]] = lambda items, _total: items,
) -> Coverage:
    """Return what the cases of a ruleset cover; by default those in the ruleset's folder.

    `advance` is called with what there is to do and how much it is, and passes it on, as a progress
    bar does. Raises `DocumentError` for cases that cannot be used.
    """
    table = CaseTable(ruleset, files)
    return _Covering(table, table.analyser(), advance).coverage()


class _Covering:
    def __init__(self, table: CaseTable, analyser: Analyser, advance: Callable[..., Any]) -> None:
        self.table, self.analyser, self.advance = table, analyser, advance
        self.ruleset = table.ruleset
        self.own = Own(self.ruleset)

    def coverage(self) -> Coverage:
        conditions, checks = self.own.conditions(), self.own.checks()
        todo: list[Written | str] = [*conditions, *checks]
        leaves: list[LeafCoverage] = []
        found: list[Seen] = []
        for one in self.advance(todo, len(todo)):
            if isinstance(one, Written):
                leaves += (
                    self._leaf(one, part) for part in one.leaves() if questions_of(part.term)
                )
            else:
                found.append(self._check(one))
        gates = tuple(self._gate(key) for key in self.ruleset.gates)
        sources = dict.fromkeys(one.source.node.source for one in conditions)
        texts = {source.name: source.lines for source in sources}
        return Coverage(
            self.ruleset.id, len(self.table.tried), tuple(leaves), tuple(found), gates,
            self.analyser.undecided, texts,
        )  # fmt: skip

    def _leaf(self, written: Written, part: Occurrence) -> LeafCoverage:
        where = self._algebra(written)
        planes = self.table.condition(part.term)
        outcomes = (
            planes.true,
            planes.false,
            self.table.full & ~(planes.true | planes.false | planes.inapplicable),
        )

        def among(space: Space) -> list[Any]:
            true, false, inapplicable = where(space).condition(part.term)
            return [true, false, ~(true | false | inapplicable)]

        found = [self.analyser.find(_nth(among, number)) for number in range(3)]
        possible = [
            name for name, one, seen in zip(OUTCOMES, found, outcomes, strict=True) if one or seen
        ]
        seen = [name for name, plane in zip(OUTCOMES, outcomes, strict=True) if plane]
        shown = deciding(self.table.algebra, written.term, part, planes)

        def able(space: Space) -> tuple[Any, Any]:
            algebra = where(space)
            return deciding(algebra, written.term, part, algebra.condition(part.term))

        is_able = all(shown) or all(self.analyser.find(_nth(able, number)) for number in (0, 1))
        return LeafCoverage(
            written.role, written.owner, part.term.text, part.place.excerpt.place,
            tuple(possible), tuple(seen), all(shown) if is_able else None,
        )  # fmt: skip

    def _algebra(self, written: Written) -> Callable[[Space], Algebra[Any]]:
        """What evaluates a condition in a space: of one member where each is asked."""
        question = self.ruleset.questions.get(written.owner) if written.role == "ask_when" else None
        who = MEMBERS[0] if question is not None and question.ask_each else ""
        return lambda space: space.algebra(0, lambda leaf: space.leaf(leaf, 0, who))

    def _check(self, key: str) -> Seen:
        graph = self.ruleset.graph
        upstream = graph.upstream[graph.position[key]]
        ids = graph.named(upstream)
        find, closed = self.analyser.find, self.analyser.closed(upstream)
        able = {
            "met": bool(find(met(key))),
            "unmet": bool(find(unmet(key))),
            "not_applicable": bool(find(inapplicable(key))),
            "undetermined": bool(find(lambda space: [~_union(space.status(key))])),
            "premature": any(find(met(key), still_open(one)) for one in ids),
            "actionable": bool(find(still_open(key), closed)),
            "blocked": any(find(still_open(key), still_open(one)) for one in ids),
        }
        able["ready"] = able["not_applicable"] or bool(find(met(key), closed))
        possible = [name for name, is_possible in able.items() if is_possible]
        seen = {one.judgement.statuses[key] for one in self.table.tried}
        seen |= {one.judgement.standings[key] for one in self.table.tried}
        return _seen(key, (*STATUSES, *STANDINGS), possible, seen)

    def _gate(self, key: str) -> Seen:
        awaited = self.ruleset.gate_awaits(key)
        ids = self.ruleset.graph.named(awaited)
        possible = ["go"] if self.analyser.find(self.analyser.closed(awaited)) else []
        possible += ["no_go"] if any(self.analyser.find(unmet(one)) for one in ids) else []
        seen = {one.judgement.verdicts[key] for one in self.table.tried}
        return _seen(key, ("go", "no_go"), possible, seen)


def _seen(key: str, names: Sequence[str], possible: Sequence[str], seen: set[str]) -> Seen:
    able = {*possible, *seen}
    return Seen(key, tuple(n for n in names if n in able), tuple(n for n in names if n in seen))


def deciding(
    algebra: Algebra[Any], term: Term, part: Occurrence, planes: Three[Any]
) -> tuple[Any, Any]:
    """Return where a leaf alone decides its condition: where it is true, and where it is false."""
    ends = []
    for value in (True, False):
        constant = terms.Constant(TRUTH, str(value), value)
        changed = replaced(term, part.path, constant)
        assert changed is not None
        ends.append(algebra.condition(changed))
    high, low = ends
    decisive = high.true & low.false | high.false & low.true
    return decisive & planes.true, decisive & planes.false


def _nth(sets: Callable[[Space], Sequence[Any]], number: int) -> Query:
    """The query of one of several sets."""
    return lambda space: [sets(space)[number]]


def _union(planes: Planes) -> Any:
    return planes.true | planes.false | planes.inapplicable
