"""What to ask next: the open questions, those that can decide the most first."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from readiness.advice.candidates import Relevance
from readiness.advice.what_if import Outcomes, WhatIf
from readiness.evaluation.bulk import Bulk
from readiness.evaluation.evaluator import Evaluator
from readiness.evaluation.verdicts import UNDETERMINED
from readiness.model.questionnaire import Question
from readiness.problems import refuse_unknown
from readiness.problems.values import brief, by_content
from readiness.result.assessment import Assessment

# Try out only this many questions; the others affect fewer gates and checks.
_TRIED = 64


@brief
@by_content()
@dataclass(frozen=True, slots=True, eq=False)
class NextQuestion:
    """A question worth asking now.

    `of` are those to ask, "" standing for one without a name; it is empty where anybody may
    answer. `gates` and `checks` are the undetermined ones that depend on it, `could_decide`
    those of the gates that some answer to it would decide immediately.
    """

    question: Question
    of: tuple[str, ...]
    gates: tuple[str, ...]
    checks: tuple[str, ...]
    could_decide: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Promise:
    """How much an answer decides on average over the answers tried: gates, checks."""

    gates: float = 0.0
    checks: float = 0.0
    could_decide: tuple[str, ...] = ()


class Adviser:
    """Ranks the open questions of assessments against one compiled ruleset."""

    def __init__(self, evaluator: Evaluator, bulk: Bulk) -> None:
        self._trying = WhatIf(evaluator, bulk)

    def next_questions(
        self, assessment: Assessment, gates: Sequence[str] = ()
    ) -> tuple[NextQuestion, ...]:
        """As the function of that name says."""
        refuse_unknown("gate", gates, list(assessment.gates), "gates")
        relevance = Relevance(assessment, tuple(gates))
        return self.rank(relevance, askable(relevance))

    def rank(self, relevance: Relevance, open_: Iterable[NextQuestion]) -> tuple[NextQuestion, ...]:
        """Some of the questions that can be asked now, best first."""
        found = sorted(open_, key=_hanging)
        promises = self._promises(relevance, found[:_TRIED])
        promises += [_Promise()] * (len(found) - len(promises))
        return tuple(
            dataclasses.replace(one, could_decide=promise.could_decide)
            for one, promise in sorted(zip(found, promises, strict=True), key=_rank)
        )

    def _promises(self, relevance: Relevance, found: Sequence[NextQuestion]) -> list[_Promise]:
        asked = [
            (one.question.id, one.of[0] if one.of and one.question.ask_each else "")
            for one in found
        ]
        now = relevance.assessment.judgement.verdicts
        gates = [key for key in relevance.gates if now[key] == UNDETERMINED]
        outcomes = self._trying.outcomes(relevance.assessment, asked)
        return [_promise(gates, relevance.checks, one) for one in outcomes]


def next_questions(
    assessment: Assessment, *, gates: Sequence[str] = (), adviser: Adviser | None = None
) -> tuple[NextQuestion, ...]:
    """The questions that can still decide something and can be asked now, best first.

    What counts are the statuses of all checks, or, where `gates` are named, their verdicts alone;
    no answer to a question left out can change any of these as things stand. First comes what
    decides the most gates on average over the answers that may be given, then what more gates hang
    on, then the same for checks, then what comes earlier in the questionnaires. `adviser` is that
    of the ruleset, made here where it is not given. Raises `DocumentError` for an unknown gate.
    """
    if adviser is None:
        evaluator = Evaluator(assessment.ruleset)
        adviser = Adviser(evaluator, Bulk(assessment.ruleset, evaluator.compiler))
    return adviser.next_questions(assessment, gates)


def askable(relevance: Relevance) -> tuple[NextQuestion, ...]:
    """The questions that can still decide something and can be asked now, in their order.

    What each `could_decide` is left empty.
    """
    found = relevance.checks_by_question.items()
    entries = (_entry(relevance, question, checks) for question, checks in found)
    return tuple(one for one in entries if one is not None)


def _entry(relevance: Relevance, question: str, checks: tuple[str, ...]) -> NextQuestion | None:
    whom = relevance.respondents(question)
    if not whom:
        return None
    held = relevance.assessment.ruleset.questions[question]
    of = whom if held.ask_each or whom != ("",) else ()
    return NextQuestion(held, of, relevance.gates_of(checks), checks, ())


def _hanging(one: NextQuestion) -> tuple[int, int]:
    return -len(one.gates), -len(one.checks)


def _rank(pair: tuple[NextQuestion, _Promise]) -> tuple[float, int, float, int]:
    one, promise = pair
    return (
        -promise.gates,  # the more gates an answer decides, the sooner
        -len(one.gates),  # the more gates depend on it
        -promise.checks,  # the more checks an answer decides
        -len(one.checks),  # the more checks depend on it; then as in the questionnaires
    )


def _promise(gates: Sequence[str], checks: Sequence[str], tried: Outcomes) -> _Promise:
    deciding = {key: tried.deciding_gate(key) for key in gates}
    many = tried.number or 1
    return _Promise(
        round(sum(deciding.values()) / many, 9),
        round(sum(tried.deciding_check(key) for key in checks) / many, 9),
        tuple(key for key in gates if deciding[key]),
    )
