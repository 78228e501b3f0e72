"""One assessment that takes an answer at a time."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from readiness.assessing.plain_answers import NeedsFullRun, PlainAnswers, SessionAnswers
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.from_python import plain
from readiness.evaluation.evaluator import Evaluator
from readiness.evaluation.incremental import (
    Change,
    ChangingCase,
    Propagation,
    find_changes,
    shown_if,
)
from readiness.evaluation.states import UNKNOWN
from readiness.evaluation.verdicts import Judgement
from readiness.model.answers import FindEvidence, Sheet, no_evidence
from readiness.model.engagement import Circumstances
from readiness.result.assessment import Assessment

if TYPE_CHECKING:
    from readiness.advice.questions import Adviser, NextQuestion

Listener = Callable[[Change], object]


class Engine(Protocol):
    """Decides what answer sheets come to; every engine decides the same."""

    def judge(
        self, ruleset: Ruleset, sheets: Sequence[Sheet], circumstances: Circumstances
    ) -> Judgement:
        """Statuses, standings and verdicts; checks in the order of the ruleset."""
        ...


class SessionProgress(NamedTuple):
    """The numbers of questions: shown, shown and answered, and not known yet whether shown."""

    shown: int
    answered: int
    undecided: int


class Assessing(Protocol):
    """The part of an `Assessor` that a session works with."""

    ruleset: Ruleset
    engine: Engine | None
    evaluator: Evaluator
    plain: PlainAnswers

    @property
    def adviser(self) -> Adviser:
        """Ranks what to ask next."""
        ...

    def assess(self, *answers: Any, **circumstances: Any) -> Assessment:
        """Return the result for answers under circumstances."""
        ...


_TELLING = "a listener may not answer: it is being told of the answer before"


class Session:
    """One assessment that takes an answer at a time; not to be shared between threads."""

    def __init__(
        self,
        assessor: Assessing,
        answers: Mapping[str, object],
        as_of: datetime.date,
        circumstances: Mapping[str, Any] | None = None,
        listeners: Iterable[Listener] = (),
    ) -> None:
        self.assessor = assessor
        self.as_of = as_of
        self._circumstances = dict(circumstances or {})
        self._listeners: list[Listener] = list(listeners)
        self._is_telling = False
        self._held: dict[str, object] = {key: plain(value) for key, value in answers.items()}
        self._case: _SessionCase | None = None
        # What each step, and each step that was undone, puts back.
        self._undone: list[dict[str, object]] = []
        self._steps: list[dict[str, object]] = []
        # None while nobody has looked at what the last answer came to.
        self._result: Assessment | None = self._assess(self._held)

    def __reduce__(self) -> tuple[Any, ...]:
        """Return what makes a session with the same answers, without listeners."""
        return Session, (self.assessor, self._held, self.as_of, self._circumstances)

    def __repr__(self) -> str:
        return f"Session({len(self._held)} answers, {self.assessor.ruleset!r})"[:200]

    @property
    def answers(self) -> dict[str, object]:
        """The answers it has, in a copy at any depth, which no later answer changes."""
        return {key: plain(value) for key, value in self._held.items()}

    @property
    def result(self) -> Assessment:
        """What the answers come to, put together when it is looked at; no later answer changes it.

        It is the result that `Assessor.assess` gives for the answers.
        """
        if self._result is None:
            self._result = self._assess(self._held) if self._case is None else self._case.result()
        return self._result

    def _assess(self, answers: Mapping[str, object]) -> Assessment:
        return self.assessor.assess(answers, as_of=self.as_of, **self._circumstances)

    def answer(self, question: str, value: object) -> tuple[Change, ...]:
        """Take an answer, None taking it back; what it changed: verdicts, then checks.

        Afterwards each listener hears of each change, change by change in that order, for each
        change in the order in which listeners were added. Raises `DocumentError`, and keeps what
        it had, when the answer does not fit; `RuntimeError` when a listener answers; and an
        `ExceptionGroup` of what listeners raised, once all of them have heard everything. The
        answer is then taken all the same.
        """
        if self._is_telling:
            raise RuntimeError(_TELLING)
        before = self._held.get(question)
        found = self._take(question, plain(value))
        self._steps.append({question: before})
        if self._undone:
            self._undone.clear()
        if found and self._listeners:
            self._tell(found)
        return found

    def answer_all(self, answers: Mapping[str, object]) -> tuple[Change, ...]:
        """Take several answers, such as those of a page: all of them, or none if one does not fit.

        They are one step for `undo`. Returns and raises as `answer`.
        """
        return self._step(answers, self._steps)

    def undo(self) -> tuple[Change, ...]:
        """Take back the last step; what that changed. Raises `IndexError` if there is none."""
        if not self._steps:
            raise IndexError("there is no step to undo")
        return self._step(self._steps[-1], self._undone, self._steps)

    def redo(self) -> tuple[Change, ...]:
        """Take the step again that was undone last. Raises `IndexError` if there is none."""
        if not self._undone:
            raise IndexError("there is no step to redo")
        return self._step(self._undone[-1], self._steps, self._undone)

    @property
    def shown(self) -> tuple[str, ...]:
        """The questions that are asked for certain with the answers so far, in their order."""
        result = self.result
        return tuple(key for key in result.ruleset.questions if result.asked(key) is True)

    @property
    def progress(self) -> SessionProgress:
        """How many questions are shown, how many of them are answered, and how many may follow."""
        result, shown = self.result, self.shown
        asked = (result.asked(key) for key in result.ruleset.ask_when)
        answered = sum(self._held.get(key) is not None for key in shown)
        return SessionProgress(len(shown), answered, sum(one is UNKNOWN for one in asked))

    def _step(
        self,
        answers: Mapping[str, object],
        back: list[dict[str, object]],
        used: list[dict[str, object]] | None = None,
    ) -> tuple[Change, ...]:
        """Take answers; what puts the ones before back goes to the end of `back`.

        They are the last of `used`; without it they are new, and forget what was undone.
        """
        if self._is_telling:
            raise RuntimeError(_TELLING)
        before = {key: self._held.get(key) for key in answers}
        if len(answers) == 1:
            ((question, value),) = answers.items()
            found = self._take(question, plain(value))
        else:
            found = self._take_afresh({key: plain(value) for key, value in answers.items()})
        back.append(before)
        if used is None:
            self._undone.clear()
        else:
            used.pop()
        if found and self._listeners:
            self._tell(found)
        return found

    def _take(self, question: str, value: object) -> tuple[Change, ...]:
        if self.assessor.engine is not None or self._circumstances.get("assurance") == "evidenced":
            return self._take_afresh({question: value})  # evidence of one answer counts for others
        # Whatever breaks off half way leaves no case behind; it is made anew of the answers held.
        find = self._circumstances.get("find_evidence", no_evidence)
        case = self._case or _SessionCase(self.assessor, self._held, self.result, find)
        self._case = None
        try:
            state = case.entries.state(question, value)
        except NeedsFullRun:
            return self._take_afresh({question: value}, case)
        self._result = None
        found = case.take(question, value, state)
        self._case = case
        return found

    def _take_afresh(
        self, given: Mapping[str, object], case: _SessionCase | None = None
    ) -> tuple[Change, ...]:
        """Assess all answers from the start; `case` is theirs so far."""
        self._case = case or self._case
        before = self.result
        answers = {**self._held, **given}
        result = self._assess(answers)
        self._held, self._result, self._case = answers, result, None
        shown, now = (
            {key: shown_if(one.asked(key)) for key in result.ruleset.ask_when}
            for one in (before, result)
        )
        return (*changes(before, result), *_shown(result.ruleset, shown, now))

    def listen(self, listener: Listener) -> Callable[[], None]:
        """Have a listener told of every change from now on; the function returned ends that."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def _tell(self, found: Iterable[Change]) -> None:
        raised: list[Exception] = []
        self._is_telling = True
        try:
            for change in found:
                for listener in tuple(self._listeners):
                    try:
                        listener(change)
                    except Exception as fault:  # noqa: BLE001 - the others are to hear it too
                        raised.append(fault)
        finally:
            self._is_telling = False
        if raised:
            msg = "listeners failed; the answer is taken"
            raise ExceptionGroup(msg, raised)

    def next_questions(self, *, gates: Iterable[str] = ()) -> tuple[NextQuestion, ...]:
        """What to ask next, the questions that can decide the most first; see `next_questions`."""
        return self.assessor.adviser.next_questions(self.result, tuple(gates))


class _SessionCase:
    """The answers of a session and their outcome, updated with each answer."""

    def __init__(
        self,
        assessor: Assessing,
        answers: dict[str, object],
        result: Assessment,
        find: FindEvidence,
    ) -> None:
        circumstances = result.circumstances
        self.entries = SessionAnswers(assessor.plain, answers, circumstances)
        self._assessor = assessor
        self._circumstances = circumstances
        self._find = find
        self._changing = ChangingCase(assessor.evaluator, result.answers.stated)
        self._propagation = Propagation(
            assessor.evaluator.requirements, result.judgement, circumstances.waived()
        )

    def take(self, question: str, value: object, state: object) -> tuple[Change, ...]:
        shown = self._changing.shown(question)
        found = self._propagation.take(self._changing.take(question, state))
        self.entries.keep(question, value)
        return (*found, *_shown(self._assessor.ruleset, shown, self._changing.shown(question)))

    def result(self) -> Assessment:
        """The result as it is now; the answers are read as a sheet when somebody looks at them."""
        assessor, circumstances = self._assessor, self._circumstances
        answers = self.entries.answers.copy()

        read = partial(assessor.plain.settle, answers, circumstances, self._find)
        return Assessment(assessor.ruleset, circumstances, self._propagation.judgement(), read)


def changes(before: Assessment, after: Assessment) -> tuple[Change, ...]:
    """Return what changed: verdicts first, then statuses, standings and blockers.

    Gates are in their order, checks in that of the ruleset.
    """
    old, new = before.judgement, after.judgement
    return (
        *find_changes("verdict", old.verdicts, new.verdicts),
        *find_changes("status", old.statuses, new.statuses),
        *find_changes("standing", old.standings, new.standings),
        *find_changes("blocker", _blockers(before), _blockers(after)),
    )


def _shown(ruleset: Ruleset, old: Mapping[str, str], new: Mapping[str, str]) -> list[Change]:
    """Return which questions became shown or hidden, in their order."""
    found = find_changes("question", old, new)
    return sorted(found, key=lambda one: ruleset.question_rank[one.id])


def _blockers(assessment: Assessment) -> Mapping[str, str]:
    """Return for each check whether it blocks something and whether work on it can start."""
    return {
        **dict.fromkeys(assessment.ruleset.checks, "no_blocker"),
        **dict.fromkeys(assessment.blockers, "blocker"),
        **dict.fromkeys(assessment.root_blockers, "root_blocker"),
    }
