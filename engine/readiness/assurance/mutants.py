"""Mutants of a ruleset, and whether its cases notice them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any

from readiness.assessing import Assessor
from readiness.assurance.case_table import CaseTable, TriedCase
from readiness.assurance.cases import CaseFile, mismatches, samples_in
from readiness.assurance.mutations import Mutant, mutants_of
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.schemas import FORMATS
from readiness.evaluation.compiler import Run
from readiness.evaluation.evaluator import STATUS_OF, Requirements, compile_check
from readiness.evaluation.verdicts import Judgement
from readiness.proving.analyser import (
    Analyser,
    Found,
    Query,
    Witness,
    apart,
    not_unmet,
    still_open,
    unmet,
)
from readiness.proving.diagram import Plane
from readiness.proving.domains import MEMBERS
from readiness.proving.space import Space
from readiness.result.assessment import Assessment

_STATES = {status: state for state, status in STATUS_OF.items()}


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no case notices: `case` is one that would; None if none was found."""

    kind: str
    owner: str
    file: str
    line: int
    diff: tuple[str, ...]
    case: Map[str, object] | None

    def to_dict(self) -> dict[str, Any]:
        """Return it as values that JSON can hold."""
        return {
            "kind": self.kind, "of": self.owner, "file": self.file, "line": self.line,
            "diff": list(self.diff), "case": self.case,
        }  # fmt: skip


@dataclass(frozen=True, slots=True)
class Mutants:
    """How many mutants were made, which of them no case notices, and how many are equivalent.

    An equivalent one decides every answer sheet as the ruleset does.
    """

    ruleset: str
    cases: int
    made: int
    equivalent: int
    killed: int
    survived: tuple[Survivor, ...]

    @property
    def percent(self) -> float:
        """The share of those that are not equivalent that some case notices, in per cent."""
        whole = self.killed + len(self.survived)
        return 100 * self.killed / whole if whole else 100.0

    def to_dict(self) -> dict[str, Any]:
        """Return the figures as values that JSON can hold."""
        return {
            "format": FORMATS["mutants"], "ruleset": self.ruleset, "cases": self.cases,
            "made": self.made, "equivalent": self.equivalent, "killed": self.killed,
            "survived": [one.to_dict() for one in self.survived],
        }  # fmt: skip


def mutants(
    ruleset: Ruleset,
    files: Iterable[CaseFile] | None = None,
    *,
    advance: Callable[[Iterable[Any], int], Iterable[Any]] = lambda items, _total: items,
) -> Mutants:
    """Return which slips in a ruleset its cases notice; by default those in its folder.

    Only what the ruleset adds to those that it extends is changed. A case notices a mutant if a
    status, a standing, a verdict or the order comes out otherwise than it expects. `advance` is
    called with what there is to do and how much it is, and passes it on, as a progress bar does.
    Raises `DocumentError` for cases that cannot be used.
    """
    table = CaseTable(ruleset, files)
    made = list(mutants_of(ruleset))
    hunt = _Hunt(table)
    alive = [one for one in advance(made, len(made)) if not hunt.is_killed(one)]
    judge = _Judge(table, alive)
    survived: list[Survivor] = []
    equivalent = 0
    for number, one in enumerate(advance(alive, len(alive)), 1):
        found = judge.difference(one, number)
        if found.is_never:
            equivalent += 1
            continue
        place = one.place.excerpt.place
        case = judge.case(one, found.witness) if found.witness else None
        survived.append(
            Survivor(one.kind, one.owner, place.file, place.line, tuple(one.diff), case)
        )
    killed = len(made) - len(alive)
    return Mutants(ruleset.id, len(table.tried), len(made), equivalent, killed, tuple(survived))


class _Hunt:
    """Runs the cases against mutants; only those whose conditions come out otherwise."""

    def __init__(self, table: CaseTable) -> None:
        self.table, self.ruleset = table, table.ruleset
        self._expecting = [
            one for one in table.tried if set(one.case.expected) - {"checks", "reasons"}
        ]

    def is_killed(self, mutant: Mutant) -> bool:
        """Whether a case expects something else than comes out of a mutant."""
        if mutant.condition is None or mutant.term is None:
            return any(self._is_noticed(mutant, one) for one in self._expecting)
        changed = self._changed(mutant)
        return any(
            self._is_noticed(mutant, one)
            for number, one in enumerate(self.table.tried)
            if changed >> number & 1 or not one.is_plain
        )

    def _changed(self, mutant: Mutant) -> int:
        """The cases in which the condition comes to something else, in bits."""
        assert mutant.condition is not None
        assert mutant.term is not None
        before = self.table.condition(mutant.condition.term)
        after = self.table.condition(mutant.term)
        found = 0
        for one, other in zip(before, after, strict=True):
            found |= one ^ other
        return found

    def _is_noticed(self, mutant: Mutant, tried: TriedCase) -> bool:
        judged = rejudged(mutant, tried)
        if judged == tried.judgement and mutant.condition is not None:
            return False
        return is_noticed(tried, mutant.ruleset, judged)


def is_noticed(tried: TriedCase, ruleset: Ruleset, judged: Judgement) -> bool:
    """Whether a judgement is not what a case expects of statuses, standings, verdicts or order."""
    answers = ((tried.case.sheet,), tried.answers)
    within = tried.assessor.ruleset if tried.assessor.ruleset.scope.stated else ruleset
    assessment = Assessment(within, tried.case.circumstances, judged, lambda: answers)
    return any(True for _ in mismatches(tried.case, assessment, but=("reasons",)))


def rejudged(mutant: Mutant, tried: TriedCase) -> Judgement:
    """Return what becomes of a case with a mutant; what it cannot change is not evaluated again."""
    role = mutant.condition.role if mutant.condition else ""
    if not tried.is_plain or role in ("values", "ask_when"):
        assessor = Assessor(mutant.ruleset).within(tried.case.circumstances)
        return assessor.evaluator.judge_answers(tried.answers)
    states = {key: _STATES[status] for key, status in tried.judgement.statuses.items()}
    if role:
        state = compile_check(tried.assessor.evaluator.compiler, mutant.ruleset, mutant.owner)
        states[mutant.owner] = state(Run(tried.read))
    requirements = tried.assessor.evaluator.requirements if role else Requirements(mutant.ruleset)
    met = [states[key] for key in requirements.graph.ids]
    return requirements.judgement(met, tried.answers.circumstances.waived())


class _Judge:
    """Finds answer sheets that mutants decide otherwise than their ruleset."""

    def __init__(self, table: CaseTable, alive: list[Mutant]) -> None:
        self.ruleset = table.ruleset
        conditions = [one.ruleset for one in alive]
        samples = samples_in(table.files)
        self.analyser = Analyser([table.ruleset, *conditions], samples=samples)
        self.assessor = Assessor(table.ruleset)

    def difference(self, mutant: Mutant, number: int) -> Found:
        """Return a sheet on which a mutant decides something else; `number` is its ruleset's."""
        return self.analyser.find_any(self._apart(mutant, number))

    def _apart(self, mutant: Mutant, number: int) -> Iterator[Sequence[Query]]:
        """Yield sets of sheets, one of which has a sheet if anything is decided otherwise."""
        old, new = self.ruleset, mutant.ruleset
        if mutant.condition is not None:
            checks: Iterable[str] = [mutant.owner]
            if mutant.condition.role == "ask_when":
                checks = old.readers[mutant.owner]
            elif mutant.condition.role == "values":
                checks = old.checks
            yield from ((apart(key, key, number),) for key in checks)
            return
        for key in old.checks:
            graphs = (old.graph, new.graph)
            above = [set(one.named(one.upstream[one.position[key]])) for one in graphs]
            yield from self._edges(above, key)
        for gate in old.gates:
            awaited = [set(r.graph.named(r.gate_awaits(gate))) for r in (old, new)]
            yield from self._edges(awaited, "")

    def _edges(self, held: list[set[str]], key: str) -> Iterator[Sequence[Query]]:
        """Sheets on which something is open of what is waited for in one ruleset alone."""

        def applies(space: Space) -> list[Plane]:
            return [~space.status(key).inapplicable] if key else []

        for one, other in (held, held[::-1]):
            closed = self.analyser.closed(self.ruleset.graph.bits(other))
            for check in sorted(one - other - {key}):
                yield still_open(check), applies, closed
                if not key:
                    yield unmet(check), not_unmet(sorted(other))

    def case(self, mutant: Mutant, witness: Witness) -> Map[str, object] | None:
        """Return a case with what the ruleset makes of a sheet, where the mutant differs."""
        answers: Any = witness["answers"]
        asked = (one.ask_each for one in self.ruleset.questions.values())
        groups = {group: list(MEMBERS) for group in asked if group}
        day = self.analyser.as_of
        right = self.assessor.assess(answers, as_of=day, groups=groups).judgement
        wrong = Assessor(mutant.ruleset).assess(answers, as_of=day, groups=groups).judgement
        expected = {
            name: {key: held[key] for key in held if held[key] != others[key]}
            for name, held, others in (
                ("checks", right.statuses, wrong.statuses),
                ("standings", right.standings, wrong.standings),
                ("gates", right.verdicts, wrong.verdicts),
            )
        }
        expected = {name: dict(list(held.items())[:3]) for name, held in expected.items() if held}
        if not expected:
            return None
        name = f"{mutant.owner}: {mutant.kind}, line {mutant.place.excerpt.place.line}"
        return {"name": name, "answers": answers, "expect": expected}
