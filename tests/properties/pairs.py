"""Pairs of a random ruleset and random answers to it, ready to be evaluated."""

from __future__ import annotations

import os
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from readiness.advice.questions import Adviser
from readiness.dependencies.ruleset import Ruleset
from readiness.dependencies.scope import scoped
from readiness.documents.from_python import build
from readiness.evaluation.bulk import Bulk
from readiness.evaluation.evaluator import Evaluator
from readiness.evaluation.interpreter import Interpreter
from readiness.evaluation.judging import Judging
from readiness.evaluation.reconciliation import Answers, settle
from readiness.evaluation.verdicts import Judgement
from readiness.model.answers import Sheet, read_sheet
from readiness.model.engagement import Circumstances
from readiness.problems import Problems, Source
from readiness.result.assessment import Assessment
from tests.properties.cases import Case, answered, rules
from tests.semantics.harness import circumstances_of, found_in, ruleset_of, sheets_of

PAIRS = int(os.environ.get("READINESS_PAIRS", "1000"))
SEED = os.environ.get("READINESS_SEED", "1")
BLOCK = 100
ANSWERS_A_RULESET = 4


class Compiled:
    """A ruleset with everything that evaluates it."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.evaluator = Evaluator(ruleset)
        self.bulk = Bulk(ruleset)
        self.adviser = Adviser(self.evaluator, self.bulk)


@dataclass(frozen=True)
class Pair:
    """A case with everything derived from it; `label` says which draw it came from."""

    case: Case
    label: str
    ruleset: Ruleset
    compiled: Compiled
    sheets: tuple[Sheet, ...]
    circumstances: Circumstances

    @cached_property
    def answers(self) -> Answers:
        """Return the combined answers of the sheets."""
        return settle(self.ruleset.questions, self.sheets, self.circumstances)

    @cached_property
    def judgement(self) -> Judgement:
        """Return what the compiled ruleset decides."""
        return self.compiled.evaluator.judge_answers(self.answers)

    @cached_property
    def reference(self) -> Interpreter:
        """Return the reference interpreter over the answers."""
        return Interpreter(self.ruleset, self.answers)

    @property
    def by_reference(self) -> Judgement:
        """Return what the reference decides."""
        waived = self.circumstances.waived()
        return Judging(self.ruleset, self.reference, waived).judgement()

    def assessment(self) -> Assessment:
        """Return the result, calculated anew."""
        given = self.sheets, self.answers
        return Assessment(self.ruleset, self.answers.circumstances, self.judgement, lambda: given)

    def draw(self, purpose: str) -> random.Random:
        """Return random numbers for one purpose, the same each time, even for a reduced case."""
        return random.Random(f"{SEED} {purpose}")

    def with_sheets(self, sheets: Case) -> Pair:
        """Return the same ruleset and circumstances with other answers, known to be valid."""
        problems = Problems()
        read = [self._sheet(name, answers, problems) for name, answers in sheets.items()]
        problems.raise_if_any()
        case = {**self.case, "sheets": sheets}
        return Pair(case, self.label, self.ruleset, self.compiled, tuple(read), self.circumstances)

    def _sheet(self, respondent: str, answers: Case, problems: Problems) -> Sheet:
        plain: Case = {"format": "readiness/answers/1", "answers": answers}
        if respondent:
            plain["respondent"] = respondent
        root = build(plain, Source(respondent or "answers", ""))
        return read_sheet(root, "", self.ruleset.questions, problems, found_in(self.case))


def _in_scope(case: Case) -> Ruleset:
    """Return the ruleset of a case without what is out of scope."""
    ruleset, problems = ruleset_of(case), Problems()
    circumstances = circumstances_of(case, ruleset, problems)
    problems.raise_if_any()
    return scoped(ruleset, circumstances.excluded())


def pair_of(case: Case, label: str = "", known: Compiled | None = None) -> Pair:
    """Return the pair of a case with sheets; raise the error if the documents are refused."""
    if not case["sheets"]:
        raise ValueError("a case without a sheet")
    compiled = known or Compiled(_in_scope(case))
    ruleset, problems = compiled.ruleset, Problems()
    sheets = tuple(sheets_of(case, ruleset, problems))
    circumstances = circumstances_of(case, ruleset, problems)
    problems.raise_if_any()
    return Pair(case, label, ruleset, compiled, sheets, circumstances)


def drawn(block: int, *, small: bool = False) -> Iterator[Pair]:
    """Yield the pairs of one block; several answers to each ruleset."""
    for number in range(BLOCK // ANSWERS_A_RULESET):
        label = f"seed {SEED}, block {block}, ruleset {number}"
        draw = random.Random(label + " small" * small)
        given = rules(draw, small=small)
        compiled = Compiled(_in_scope(given))
        for _ in range(ANSWERS_A_RULESET):
            yield pair_of(answered(draw, given), label, compiled)
