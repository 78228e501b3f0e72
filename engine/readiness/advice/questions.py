"""What to ask next: the open questions, those that can decide the most first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from readiness.advice.relevance import Relevance
from readiness.advice.trials import Asked, Trials
from readiness.evaluation.native import Native
from readiness.evaluation.verdicts import UNDETERMINED, Judgement
from readiness.model.questionnaire import Question
from readiness.result.assessment import Assessment

# Only that many questions are tried out; those behind them hang on fewer gates and checks.
_TRIED = 64


@dataclass(frozen=True, slots=True, eq=False)
class NextQuestion:
    """A question worth asking now.

    `of` are those to ask, "" standing for one without a name; it is empty where anybody may
    answer. `gates` and `checks` are those that are
    undetermined and hang on it, `could_decide` those of the gates that some answer to it would
    decide at once.
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


def next_questions(
    assessment: Assessment, *, gates: Sequence[str] = (), native: Native | None = None
) -> tuple[NextQuestion, ...]:
    """The questions that can still decide something and can be asked now, best first.

    What counts are the statuses of all checks, or, where `gates` are named, their verdicts alone;
    no answer to a question left out can change any of these as things stand. First comes what
    decides the most gates on average over the answers that may be given, then what more gates hang
    on, then the same for checks, then what comes earlier in the questionnaires. `native` is the
    compiled ruleset, compiled here where it is not given. Raises `KeyError` for an unknown gate.
    """
    for gate in gates:
        assessment.gates[gate]
    relevance = Relevance(assessment, tuple(gates))
    open_ = [
        _entry(relevance, question, checks)
        for question, checks in relevance.checks_by_question.items()
    ]
    found = sorted((one for one in open_ if one is not None), key=_hanging)
    promises = _promises(relevance, found[:_TRIED], native or Native(assessment.ruleset))
    return tuple(
        NextQuestion(one.question, one.of, one.gates, one.checks, promise.could_decide)
        for one, promise in sorted(
            zip(found, promises + [_Promise()] * (len(found) - len(promises)), strict=True),
            key=_rank,
        )
    )


def _entry(relevance: Relevance, question: str, checks: tuple[str, ...]) -> NextQuestion | None:
    whom = relevance.respondents(question)
    if not whom:
        return None
    held = relevance.assessment.ruleset.questions[question]
    of = whom if held.ask_each else ()
    return NextQuestion(held, of, relevance.gates_of(checks), checks, ())


def _hanging(one: NextQuestion) -> tuple[int, int]:
    return -len(one.gates), -len(one.checks)


def _rank(pair: tuple[NextQuestion, _Promise]) -> tuple[float, int, float, int]:
    one, promise = pair
    return (
        -promise.gates,  # the more gates an answer decides, the sooner
        -len(one.gates),  # the more gates hang on it
        -promise.checks,  # the more checks an answer decides
        -len(one.checks),  # the more checks hang on it; then as in the questionnaires
    )


def _promises(
    relevance: Relevance, found: Sequence[NextQuestion], native: Native
) -> list[_Promise]:
    trials = Trials(relevance.assessment, native)
    asked: list[Asked] = [(one.question.id, one.of[0] if one.of else "") for one in found]
    outcomes = trials.outcomes(asked)
    return [_promise(relevance, outcomes[one]) for one in asked]


def _promise(relevance: Relevance, outcomes: Sequence[Judgement]) -> _Promise:
    now = relevance.assessment.judgement
    open_gates = [key for key in relevance.gates if now.verdicts[key] == UNDETERMINED]
    gates = [{key for key in open_gates if one.verdicts[key] != UNDETERMINED} for one in outcomes]
    checks = sum(one.statuses[key] != UNDETERMINED for one in outcomes for key in relevance.checks)
    many = len(outcomes) or 1
    could = set().union(*gates)
    return _Promise(
        round(sum(len(one) for one in gates) / many, 9),
        round(checks / many, 9),
        tuple(key for key in open_gates if key in could),
    )
