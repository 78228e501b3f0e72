"""The cases of a ruleset side by side: the state of each condition in all of them, a bit a case."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from readiness.assessing import Assessor
from readiness.assurance.cases import CaseFile, RulesetCase, cases_beside, samples_in
from readiness.conditions import terms
from readiness.conditions.terms import Term, walk
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.nodes import Node
from readiness.evaluation.algebra import Algebra, Three
from readiness.evaluation.compiler import Compiler, Run
from readiness.evaluation.reconciliation import Answers, settle
from readiness.evaluation.states import NOT_APPLICABLE, Case
from readiness.evaluation.verdicts import Judgement
from readiness.model.fields import key_at
from readiness.proving.analyser import Analyser, Witness
from readiness.proving.domains import MEMBERS
from readiness.proving.occurrences import Written, written_conditions


@dataclass(frozen=True, slots=True)
class TriedCase:
    """A case as it was judged: `ruleset` is what is in its scope, `case` its answers as read."""

    case: RulesetCase
    assessor: Assessor
    answers: Answers
    read: Case
    judgement: Judgement

    @property
    def is_plain(self) -> bool:
        """Whether nothing but its answers decides it: no scope, no evidence that is missing."""
        return not self.answers.unproven and not self.assessor.ruleset.scope.stated


class States:
    """The states of conditions in some runs, a bit a place: in the algebra of bit planes.

    `places` returns for a leaf the runs at each place, such as one for each respondent; a leaf is
    true there if it is true in one of them.
    """

    def __init__(
        self, count: int, places: Callable[[Term], Iterable[Iterable[Run]]], compiler: Compiler
    ) -> None:
        self._places, self._compiler = places, compiler
        self._leaves: dict[Term, Three[int]] = {}
        full = (1 << count) - 1
        self.algebra: Algebra[int] = Algebra(
            0, full, int.__or__, int.__and__, lambda one, other: one & ~other, self._leaf
        )

    def _leaf(self, term: Term) -> Three[int]:
        if term not in self._leaves:
            closure, planes = self._compiler.compile(term), [0, 0, 0]
            for number, runs in enumerate(self._places(term)):
                states = {closure(run) for run in runs}
                for plane, state in enumerate((True, False, NOT_APPLICABLE)):
                    planes[plane] |= (state in states) << number
            self._leaves[term] = Three(*planes)
        return self._leaves[term]


class CaseTable:
    """The cases in files about one ruleset, judged."""

    def __init__(self, ruleset: Ruleset, files: Iterable[CaseFile] | None = None) -> None:
        self.ruleset = ruleset
        self.files: list[CaseFile] = list(cases_beside(ruleset) if files is None else files)
        whole = Assessor(ruleset)
        self.tried: list[TriedCase] = []
        for case in (case for file in self.files for case in file.cases):
            assessor = whole.within(case.circumstances)
            answers = settle(assessor.ruleset.questions, (case.sheet,), case.circumstances)
            evaluator = assessor.evaluator
            judged = evaluator.judge_answers(answers)
            self.tried.append(
                TriedCase(case, assessor, answers, evaluator.case(answers.stated), judged)
            )
        self._compiler = whole.evaluator.compiler
        self.states: States = States(len(self.tried), self._runs, self._compiler)

    def analyser(self) -> Analyser:
        """Return what finds out which answer sheets there could be."""
        return Analyser([self.ruleset], samples=samples_in(self.files))

    def _runs(self, term: Term) -> Iterator[list[Run]]:
        """Yield for each case one run, or one for each respondent whose answer a leaf reads."""
        read = [t.question.ask_each for t in walk(term) if isinstance(t, terms.Answer)]
        if any(isinstance(t, terms.Over) and t.group for t in walk(term)):
            read = []
        for one in self.tried:
            people = [who for group in set(read) for who in one.read.groups.get(group, ())]
            yield [Run(one.read, who) for who in people or [""]]

    def rows(self, over: terms.Over) -> States:
        """Return the states of conditions over the rows that a table has in all cases."""
        key = over.table.question.id if over.table else ""
        runs = [
            with_row(Run(one.read), row)
            for one in self.tried
            if isinstance(rows := one.read.single.get(key), tuple)
            for row in rows
        ]
        return of_rows(runs, self._compiler)


def of_rows(runs: Sequence[Run], compiler: Compiler) -> States:
    """Return the states of conditions in runs that each look at one row."""
    return States(len(runs), lambda _: ([run] for run in runs), compiler)


def with_row(run: Run, row: Any) -> Run:
    """Return the run, looking at a row."""
    run.row = row
    return run


def judge_witness(assessor: Assessor, witness: Witness, day: datetime.date) -> Judgement:
    """Return what a ruleset decides about answers that the analyser found, as far as it asks."""
    asked = assessor.ruleset.questions
    answers = {key: held for key, held in witness["answers"].items() if key in asked}  # type: ignore[attr-defined]
    groups = {one.ask_each: list(MEMBERS) for one in asked.values() if one.ask_each}
    return assessor.assess(answers, as_of=day, groups=groups).judgement


class Own:
    """What a ruleset adds to those that it extends: the rest is tested with them."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        roots = (ruleset.checklist.node, *(held.node for held in ruleset.questionnaires))
        self._sources = {root.source for root in roots}

    def holds(self, node: Node) -> bool:
        """Whether a value is in the ruleset's document, or in that of its questionnaire."""
        return node.source in self._sources

    def conditions(self) -> list[Written]:
        """Return the ruleset's conditions."""
        return [one for one in written_conditions(self.ruleset) if self.holds(one.source.node)]

    def checks(self) -> list[str]:
        """Return the checks of which the ruleset says something."""
        root = self.ruleset.checklist.node
        return [key for key in self.ruleset.checks if self.holds(key_at(root, "checks", key))]
