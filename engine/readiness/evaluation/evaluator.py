"""One case at a time: conditions compiled to functions, then one pass along the requirements."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from collections.abc import Mapping as Map
from functools import cached_property
from typing import NamedTuple

from readiness.dependencies.graph import Graph
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.gc_pause import collecting_later
from readiness.evaluation.compiler import Closure, Compiler, Run
from readiness.evaluation.reconciliation import Answers
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Case, State, mask
from readiness.evaluation.verdicts import (
    ACTIONABLE,
    BLOCKED,
    MET,
    OUT_OF_SCOPE,
    PREMATURE,
    READY,
    UNDETERMINED,
    UNMET,
    Judgement,
)
from readiness.evaluation.verdicts import NOT_APPLICABLE as INAPPLICABLE

# The status of a check by whether it is met.
STATUS_OF: Map[State, str] = {
    True: MET, False: UNMET, UNKNOWN: UNDETERMINED, NOT_APPLICABLE: INAPPLICABLE,
}  # fmt: skip
WAIVED = "waived"  # in place of the status of a check that would be open without its waiver
# The standing of a check by its status: while nothing upstream of it is open, and while something.
FREE = {
    MET: READY, WAIVED: READY, INAPPLICABLE: READY, UNMET: ACTIONABLE, UNDETERMINED: ACTIONABLE,
}  # fmt: skip
HELD_UP = {
    MET: PREMATURE, WAIVED: PREMATURE, INAPPLICABLE: READY, UNMET: BLOCKED, UNDETERMINED: BLOCKED,
}  # fmt: skip
# From the mildest to the hardest; a gate has the hardest that something it waits for makes it.
_VERDICTS = ("go", "conditional_go", "undetermined", "no_go")


class Requirements:
    """What the checks and gates of a ruleset wait for, in sets of checks."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.graph: Graph = ruleset.graph
        self._checks = [
            (position, key, 1 << position, self.graph.upstream[position])
            for position, key in enumerate(self.graph.ids)
            if key not in ruleset.scope.checks
        ]
        self._outside = [(self.graph.position[key], key) for key in ruleset.scope.checks]
        # What is decided where everything is met.
        self._met = dict.fromkeys(ruleset.checks, MET)
        self._ready = dict.fromkeys(ruleset.checks, READY)
        self._gates = [
            (key, awaited, ruleset.gates[key].after)
            for key, awaited in ruleset.ranking.gates.items()
        ]

    def judgement(self, met: Sequence[State], waived: Collection[str]) -> Judgement:
        """The judgement of checks that are met, unmet, undetermined or not applicable.

        `met` says it of each check, after all that it requires.
        """
        statuses, standings = self._met.copy(), self._ready.copy()
        open_ = unmet = by_waiver = 0
        for position, key, bit, upstream in self._checks:
            state = met[position]
            if state is True:
                if upstream & open_:
                    standings[key] = PREMATURE
            elif state is NOT_APPLICABLE:
                statuses[key] = INAPPLICABLE
            else:
                statuses[key] = UNMET if state is False else UNDETERMINED
                if key in waived:
                    by_waiver |= bit
                    standings[key] = PREMATURE if upstream & open_ else READY
                else:
                    standings[key] = BLOCKED if upstream & open_ else ACTIONABLE
                    open_ |= bit
                    if state is False:
                        unmet |= bit
        for position, key in self._outside:
            statuses[key] = STATUS_OF[met[position]]
        return Judgement(statuses, standings, self.verdicts(open_, unmet, by_waiver))

    def verdicts(self, open_: int, unmet: int, by_waiver: int) -> dict[str, str]:
        """The verdicts of gates by the sets of checks that are open, unmet, closed by a waiver."""
        found: dict[str, int] = {}
        for key, awaited, after in self._gates:
            level = 3 if awaited & unmet else 2 if awaited & open_ else 0
            if not level and awaited & by_waiver:
                level = 1
            for earlier in after:
                level = max(level, found[earlier])
            found[key] = level
        verdicts = {key: _VERDICTS[level] for key, level in found.items()}
        if out := self.ruleset.scope.gates:
            order = self.ruleset.gate_order
            return {key: OUT_OF_SCOPE if key in out else verdicts[key] for key in order}
        return verdicts


class _CompiledRuleset(NamedTuple):
    """A ruleset compiled as a whole.

    `unanswered` has every question with one answer as unknown. `masking` are the questions that are
    not always asked, after those that decide over them, with whether they are asked of each
    respondent. `checks` are whether each check is met, after all that it requires.
    """

    unanswered: dict[str, State]
    masking: list[tuple[str, bool, Closure]]
    checks: list[Closure]


class Evaluator:
    """A ruleset compiled for one case at a time; it may be shared between threads."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.compiler: Compiler = Compiler()
        # Two threads may both compile a check; either result will do.
        self._checks: dict[str, Closure] = {}

    @cached_property
    def requirements(self) -> Requirements:
        """What checks and gates wait for."""
        return Requirements(self.ruleset)

    def asked(self, question: str) -> Closure:
        """The condition under which a question is asked that is not always asked."""
        return self.compiler.compile(self.ruleset.ask_when[question])

    def status(self, check: str, run: Run) -> str:
        """The status of a check."""
        return STATUS_OF[self._met(check)(run)]

    @cached_property
    def _whole(self) -> _CompiledRuleset:
        """Everything compiled, without the garbage collector walking through all there is."""
        ruleset = self.ruleset
        with collecting_later():
            return _CompiledRuleset(
                {key: UNKNOWN for key, one in ruleset.questions.items() if not one.ask_each},
                [
                    (key, bool(ruleset.questions[key].ask_each), self.asked(key))
                    for key in ruleset.asking_order
                    if key in ruleset.ask_when
                ],
                [self._met(key) for key in ruleset.graph.ids],
            )

    def case(self, stated: Case) -> Case:
        """The answers as conditions read them: without those to questions that are not asked."""
        run = self._run(stated)
        return Case(run.single, run.each, run.groups, run.as_of)

    def _run(self, stated: Case) -> Run:
        """As `Interpreter` has them; derived values are kept: what they read is masked before."""
        run, masking = Run(stated), self._whole.masking
        run.single = single = {**self._whole.unanswered, **stated.single}
        if masking:
            run.each = each = dict(stated.each)
        for key, is_each, asked in masking:
            if is_each:
                each[key] = _mask_each(run, asked, stated.each[key])
            else:
                single[key] = mask(asked(run), single[key])
        return run

    def judge_answers(self, answers: Answers) -> Judgement:
        """Everything that is decided about answers under their circumstances.

        Answers without the evidence that their question requires count only against a check.
        """
        as_given = answers.as_given.stated if answers.unproven else None
        return self.judge(answers.stated, answers.circumstances.waived(), as_given)

    def judge(
        self, stated: Case, waived: Collection[str], as_given: Case | None = None
    ) -> Judgement:
        """Everything that is decided about the answers as they were stated.

        `waived` are the checks whose waiver is in force. `as_given` has, unlike `stated`, the
        answers that lack the evidence they need; None where no answer does.
        """
        run = self._run(stated)
        met = [met(run) for met in self._whole.checks]
        if as_given is not None:
            run = self._run(as_given)
            met = [
                False if state is UNKNOWN and given(run) is False else state
                for state, given in zip(met, self._whole.checks, strict=True)
            ]
        return self.requirements.judgement(met, waived)

    def _met(self, check: str) -> Closure:
        """Whether a check is met; not applicable where the check is not."""
        if (found := self._checks.get(check)) is None:
            found = self._checks[check] = compile_check(self.compiler, self.ruleset, check)
        return found


def compile_check(compiler: Compiler, ruleset: Ruleset, check: str) -> Closure:
    """Return what tells whether a check is met; not applicable where the check is not."""
    met = compiler.compile(ruleset.met_when[check])
    if check not in ruleset.applies_when:
        return met
    applies = compiler.compile(ruleset.applies_when[check])

    def met_where_it_applies(run: Run) -> State:
        applying = applies(run)
        if applying is NOT_APPLICABLE or applying is False:
            return NOT_APPLICABLE
        state = met(run)
        return state if applying is True or state is NOT_APPLICABLE else UNKNOWN

    return met_where_it_applies


def _mask_each(run: Run, asked: Closure, states: Map[str, State]) -> dict[str, State]:
    found = {}
    for respondent, state in states.items():
        run.who = respondent
        found[respondent] = mask(asked(run), state)
    run.who = ""
    return found
