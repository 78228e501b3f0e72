"""One assessment that takes an answer at a time."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any

from readiness.assessing.changes import Change, changes
from readiness.result.assessment import Assessment

if TYPE_CHECKING:
    from readiness.advice.questions import NextQuestion
    from readiness.assessing.assessor import Assessor

Listener = Callable[[Change], object]


class Session:
    """One assessment that takes an answer at a time; not to be shared between threads.

    `answers` are those it has, `result` is what they come to.
    """

    def __init__(
        self,
        assessor: Assessor,
        answers: Mapping[str, object],
        as_of: datetime.date,
        circumstances: Mapping[str, Any] | None = None,
        listeners: Iterable[Listener] = (),
    ) -> None:
        self.assessor = assessor
        self.answers: dict[str, object] = dict(answers)
        self.as_of = as_of
        self._circumstances = dict(circumstances or {})
        self._listeners: list[Listener] = list(listeners)
        self._is_telling = False
        self.result: Assessment = self._assess(self.answers)

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
            msg = "a listener may not answer: it is being told of the answer before"
            raise RuntimeError(msg)
        answers = {**self.answers, question: value}
        result = self._assess(answers)
        found = changes(self.result, result)
        self.answers, self.result = answers, result
        self._tell(found)
        return found

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
