"""One case of plain answers, judged by a program of its own.

The planes of `Program` serve many cases at once; a single case is quicker otherwise: by looking up
what each answer does where the ruleset is such that `quick_judge` takes it, and elsewhere by a
straight-line program over the states themselves.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.plain import NotPlain
from readiness.evaluation.states import State
from readiness.evaluation.verdicts import Judgement

__all__ = ["NotPlain", "Single"]


class Single:
    """A ruleset compiled for one case at a time; it may be shared between threads."""

    def __init__(self, ruleset: Ruleset) -> None:
        # Most commands judge nothing in this way, and do without what writes the programs.
        from readiness.evaluation.quick import quick_judge
        from readiness.evaluation.straight import Straight

        judge = quick_judge(ruleset)
        if judge is not None:
            self.judge = judge  # type: ignore[method-assign]
            return
        writing = Straight(ruleset)
        self._known = ruleset.questions.keys()
        self._taking = writing.taking()
        self._steps = writing.judging()
        self._calling = writing.calling()
        self._blank = dict.fromkeys(ruleset.checks, "")

    def judge(self, answers: Mapping[str, object], as_of: datetime.date | None = None) -> Judgement:
        """Everything that is decided about plain answers to questions, by their ids.

        `as_of` is today unless given. Raises `NotPlain` where the answers have to be read with more
        care: an answer to a question there is not, of another type than its question's or beyond
        its limits; any answer to a question of type choices, date, text or table, or to one that is
        asked of each. None is taken for no answer, or raises it too.
        """
        if not answers.keys() <= self._known:
            raise NotPlain
        states: dict[str, State] = {}
        try:
            for take in self._taking:
                take(answers.get, states)
        except TypeError:  # a list or a mapping in the place of a word
            raise NotPlain from None
        given = self._calling(states, as_of)
        statuses, standings = self._blank.copy(), self._blank.copy()
        verdicts: dict[str, str] = {}
        held: dict[str, int] = {}
        for step in self._steps:
            step(*given, held, statuses, standings, verdicts)
        return Judgement(statuses, standings, verdicts)
