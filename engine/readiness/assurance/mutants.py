"""Mutants of a ruleset, and whether its cases notice them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any

from readiness.assessing import Assessor
from readiness.assurance.case_table import CaseTable, TriedCase, judge_witness
from readiness.assurance.cases import CaseFile, mismatches, samples_in
from readiness.assurance.mutations import Mutant, mutants_of
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.schemas import FORMATS
from readiness.evaluation.compiler import Run
from readiness.evaluation.evaluator import STATUS_OF, compile_check
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
    alive = []
    for one in advance(made, len(made)):
        hunt = _Hunt(table, one)
        if not any(hunt.is_noticed(tried) for tried in table.tried):
            alive.append(one)
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
    """Runs the cases against one mutant; what it cannot change is not evaluated again."""

    def __init__(self, table: CaseTable, mutant: Mutant) -> None:
        old, self.ruleset = table.ruleset, mutant.ruleset
        self.is_of_edges = mutant.condition is None
        self.is_of_asking = mutant.condition is not None and mutant.condition.role == "ask_when"
        self.assessor = Assessor(self.ruleset)
        compiler = self.assessor.evaluator.compiler
        self.changed = {
            key: compile_check(compiler, self.ruleset, key)
            for key in old.checks
            if self.ruleset.met_when[key] is not old.met_when[key]
            or self.ruleset.applies_when.get(key) is not old.applies_when.get(key)
        }

    def is_noticed(self, tried: TriedCase) -> bool:
        """Whether a case expects something else than comes out of the mutant."""
        if self.is_of_asking or not tried.is_plain:
            assessor = self.assessor.within(tried.case.circumstances)
            judged = assessor.evaluator.judge_answers(tried.answers)
        else:
            assessor = self.assessor
            old = tried.judgement.statuses
            run = Run(tried.read)
            new = {key: STATUS_OF[state(run)] for key, state in self.changed.items()}
            if not self.is_of_edges and all(old[key] == new[key] for key in new):
                return False
            statuses = {**old, **new}
            requirements = assessor.evaluator.requirements
            met = [_STATES[statuses[key]] for key in requirements.graph.ids]
            judged = requirements.judgement(met, tried.answers.circumstances.waived())
        answers = ((tried.case.sheet,), tried.answers)
        found = Assessment(assessor.ruleset, tried.case.circumstances, judged, lambda: answers)
        return any(True for _ in mismatches(tried.case, found, but=("reasons",)))


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
        day = self.analyser.as_of
        right = judge_witness(self.assessor, witness, day)
        wrong = judge_witness(Assessor(mutant.ruleset), witness, day)
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
        answers: Any = witness["answers"]
        asked = [self.ruleset.questions[key] for key in answers]
        groups = {one.ask_each: list(MEMBERS) for one in asked if one.ask_each}
        head: dict[str, Any] = {"name": name} | ({"groups": groups} if groups else {})
        fields = [field for one in asked for field in (one, *one.columns.values())]
        head |= {"as_of": str(day)} if any(one.kind == "date" for one in fields) else {}
        return head | {"answers": answers, "expect": expected}
