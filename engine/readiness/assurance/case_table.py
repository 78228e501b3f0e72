"""The cases of a ruleset side by side: the state of each condition in all of them, a bit a case."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from readiness.assessing import Assessor
from readiness.assurance.cases import CaseFile, RulesetCase, cases_beside, samples_in
from readiness.conditions import terms
from readiness.conditions.terms import Term, walk
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.nodes import Node
from readiness.evaluation.algebra import Algebra, Three
from readiness.evaluation.bulk import pack_planes
from readiness.evaluation.compiler import Run
from readiness.evaluation.reconciliation import Answers, settle
from readiness.evaluation.states import Case
from readiness.evaluation.verdicts import Judgement
from readiness.model.fields import key_at
from readiness.proving.analyser import Analyser
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
        self.full: int = (1 << len(self.tried)) - 1
        self._compiler = whole.evaluator.compiler
        self._planes: dict[Term, Three[int]] = {}
        self.algebra: Algebra[int] = Algebra(
            0, self.full, int.__or__, int.__and__, lambda a, b: a & ~b, self.leaf
        )

    def analyser(self) -> Analyser:
        """Return what finds out which answer sheets there could be."""
        return Analyser([self.ruleset], samples=samples_in(self.files))

    def leaf(self, term: Term) -> Three[int]:
        """Return the cases in which a leaf is true, false, not applicable, for some respondent."""
        if (found := self._planes.get(term)) is None:
            closure = self._compiler.compile(term)
            each = {
                t.question.ask_each
                for t in walk(term)
                if isinstance(t, terms.Answer) and t.question.ask_each
            }
            if any(isinstance(t, terms.Over) and t.group for t in walk(term)):
                each = set()
            people = [
                [who for group in each for who in one.read.groups.get(group, ())] or [""]
                for one in self.tried
            ]
            most = max(map(len, people), default=1)
            columns = [
                [
                    [closure(Run(one.read, who[min(n, len(who) - 1)]))]
                    for one, who in zip(self.tried, people, strict=True)
                ]
                for n in range(most)
            ]
            packed = [pack_planes(states)[0] if states else (0, 0, 0) for states in columns]
            found = Three(*(_union(planes) for planes in zip(*packed, strict=True)))
            self._planes[term] = found
        return found

    def condition(self, term: Term) -> Three[int]:
        """Return the cases in which a condition is true, false, not applicable."""
        return self.algebra.condition(term)


def _union(planes: Iterable[int]) -> int:
    found = 0
    for plane in planes:
        found |= plane
    return found


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
