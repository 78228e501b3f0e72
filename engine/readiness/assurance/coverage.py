"""Coverage of a ruleset by its cases: what they have seen of all that there can be."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from functools import partial
from itertools import compress, islice, product
from typing import Any, TypeAlias, cast

from readiness.assurance.case_table import CaseTable, Own, of_rows, with_row
from readiness.assurance.cases import CaseFile
from readiness.conditions import terms
from readiness.conditions.terms import Term, questions_of
from readiness.conditions.types import TRUTH
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.schemas import FORMATS
from readiness.evaluation.algebra import Algebra, union
from readiness.evaluation.compiler import Run
from readiness.evaluation.states import Case
from readiness.evaluation.verdicts import STANDINGS, STATUSES
from readiness.problems import Place
from readiness.proving.analyser import Analyser, inapplicable, met, still_open, unmet
from readiness.proving.domains import MEMBERS
from readiness.proving.occurrences import Occurrence, Written, replaced
from readiness.proving.space import Space

OUTCOMES = ("true", "false", "unknown")
_MOST_SHEETS = 1_000


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
    def shares(self) -> dict[str, float]:
        """What was seen of each figure, in per cent; all where there is nothing to see."""
        return {
            name: 100 * seen / whole if whole else 100.0
            for name, (seen, whole) in self.figures.items()
        }

    @property
    def percent(self) -> float:
        """The least of the four shares, in per cent."""
        return min(self.shares.values())

    def to_dict(self) -> dict[str, Any]:
        """Return the coverage as values that JSON can hold."""
        figures = {
            name: {"seen": seen, "all": whole} for name, (seen, whole) in self.figures.items()
        }
        figures["mcdc"]["shown"] = figures["mcdc"].pop("seen")
        missing = {
            "leaves": [
                {**_where(one), "missing": [*one.missing]} for one in self.leaves if one.missing
            ],
            "mcdc": [_where(leaf) for leaf in self.leaves if leaf.decides is False],
            "standings": _lacking(self.checks),
            "gates": _lacking(self.gates),
        }
        head = {"format": FORMATS["coverage"], "ruleset": self.ruleset, "cases": self.cases}
        held = {name: {**figure, "missing": missing[name]} for name, figure in figures.items()}
        return head | held | {"undecided": self.undecided}


def _count(held: Sequence[LeafCoverage] | Sequence[Seen]) -> tuple[int, int]:
    whole = sum(len(one.possible) for one in held)
    return whole - sum(len(one.missing) for one in held), whole


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
                leaves += self._leaves(one)
            else:
                found.append(self._check(one))
        gates = tuple(self._gate(key) for key in self.ruleset.gates)
        sources = dict.fromkeys(one.source.node.source for one in conditions)
        texts = {source.name: source.lines for source in sources}
        return Coverage(
            self.ruleset.id, len(self.table.tried), tuple(leaves), tuple(found), gates,
            self.analyser.undecided, texts,
        )  # fmt: skip

    def _leaves(self, written: Written) -> Iterator[LeafCoverage]:
        """The leaves of a condition, and those of its conditions on the rows of tables."""
        question = self.ruleset.questions.get(written.owner) if written.role == "ask_when" else None
        who = MEMBERS[0] if question is not None and question.ask_each else ""

        def can(sheets: _Sets) -> bool:
            def query(space: Space) -> list[Any]:
                return [sheets(space.algebra(0, lambda leaf: space.leaf(leaf, 0, who)))]

            return bool(self.analyser.find(query))

        for part in written.leaves():
            if questions_of(part.term):
                yield _leaf(written, part, self.table.states.algebra, can)
        for over, inside in written.rows():
            leaves = [part for part in inside.leaves() if not questions_of(part.term)]
            if leaves and over.table:
                domains = self.analyser.space.domains
                held = domains.rows(over.table.question, [part.term for part in leaves])
                sheets = self._sheets(questions_of(inside.term))
                runs = [with_row(Run(sheet), row) for sheet in sheets for row in held]
                rows = of_rows(runs, domains.compiler)
                seen = self.table.rows(over).algebra
                for part in leaves:
                    yield _leaf(inside, part, seen, partial(_is_in, rows.algebra))

    def _sheets(self, questions: Collection[str]) -> list[Case]:
        """The sheets that differ in the answers that the conditions on rows read besides cells."""
        every = product(*map(self.analyser.space.domains.values, questions))
        values = islice(every, _MOST_SHEETS)
        singles = (dict(zip(questions, states, strict=True)) for states in values)
        return [Case(single, {}, {}, self.analyser.as_of) for single in singles]

    def _check(self, key: str) -> Seen:
        graph = self.ruleset.graph
        upstream = graph.upstream[graph.position[key]]
        ids = graph.named(upstream)
        find, closed = self.analyser.find, self.analyser.closed(upstream)
        able = {
            "met": bool(find(met(key))),
            "unmet": bool(find(unmet(key))),
            "not_applicable": bool(find(inapplicable(key))),
            "undetermined": bool(find(lambda space: [~union(space.status(key))])),
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


def _leaf(
    written: Written,
    part: Occurrence,
    cases: Algebra[int],
    can: Callable[[_Sets], bool],
) -> LeafCoverage:
    """Return what `cases` have seen of a leaf; `can` tells whether something is possible."""

    def outcomes(algebra: Algebra[Any]) -> tuple[Any, ...]:
        planes = algebra.condition(part.term)
        return planes.true, planes.false, algebra.without(algebra.full, union(planes))

    def deciding(algebra: Algebra[Any]) -> tuple[Any, Any]:
        """Where the leaf alone decides its condition: where it is true, where it is false."""
        planes = algebra.condition(part.term)
        high, low = (algebra.condition(end) for end in ends)
        decisive = high.true & low.false | high.false & low.true
        return decisive & planes.true, decisive & planes.false

    constants = (terms.Constant(TRUTH, str(value), value) for value in (True, False))
    ends = [cast("Term", replaced(written.term, part.path, end)) for end in constants]
    seen = [bool(plane) for plane in outcomes(cases)]
    possible = [one or can(partial(_nth, outcomes, n)) for n, one in enumerate(seen)]
    shown = all(deciding(cases))
    is_able = shown or all(can(partial(_nth, deciding, n)) for n in (0, 1))
    return LeafCoverage(
        written.role, written.owner, part.term.text, part.place.excerpt.place,
        tuple(compress(OUTCOMES, possible)), tuple(compress(OUTCOMES, seen)),
        shown if is_able else None,
    )  # fmt: skip


_Sets: TypeAlias = Callable[[Algebra[Any]], Any]


def _is_in(algebra: Algebra[Any], sets: _Sets) -> bool:
    return bool(sets(algebra))


def _nth(sets: _Sets, number: int, algebra: Algebra[Any]) -> Any:
    return sets(algebra)[number]
