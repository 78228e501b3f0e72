"""One case at a time: conditions compiled to functions, then one pass along the requirements."""

from __future__ import annotations

from collections.abc import Callable, Collection
from collections.abc import Mapping as Map
from functools import cached_property
from typing import NamedTuple

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.gc_pause import collecting_later
from readiness.evaluation.compiler import Closure, Compiler, Run
from readiness.evaluation.reconciliation import Answers
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Case, State, mask
from readiness.evaluation.verdicts import MET, UNDETERMINED, UNMET, Judgement
from readiness.evaluation.verdicts import NOT_APPLICABLE as INAPPLICABLE

Status = Callable[[Run], str]

WAIVED = "waived"  # in place of the status of a check that would be open without its waiver
# The standing of a check by its status: while nothing upstream of it is open, and while something.
FREE = {
    MET: "ready", WAIVED: "ready", INAPPLICABLE: "ready",
    UNMET: "actionable", UNDETERMINED: "actionable",
}  # fmt: skip
HELD_UP = {
    MET: "premature", WAIVED: "premature", INAPPLICABLE: "ready",
    UNMET: "blocked", UNDETERMINED: "blocked",
}  # fmt: skip
# From the mildest to the hardest; a gate has the hardest that something it waits for makes it.
_VERDICTS = ("go", "conditional_go", "undetermined", "no_go")


class Requirements:
    """What the checks and gates of a ruleset wait for, in sets of checks."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.graph = ruleset.graph
        bits = (1 << position for position in range(len(self.graph.ids)))
        self._checks = list(zip(self.graph.ids, bits, self.graph.upstream, strict=True))
        self._gates = [
            (key, awaited, ruleset.gates[key].after)
            for key, awaited in ruleset.ranking.gates.items()
        ]

    def judgement(self, statuses: Map[str, str], waived: Collection[str]) -> Judgement:
        """The judgement that statuses make."""
        standings = dict.fromkeys(statuses, "ready")
        open_ = unmet = by_waiver = 0
        for key, bit, upstream in self._checks:
            status = statuses[key]
            if status in (UNMET, UNDETERMINED):
                if key in waived:
                    status = WAIVED
                    by_waiver |= bit
                else:
                    open_ |= bit
                    if status == UNMET:
                        unmet |= bit
            standings[key] = HELD_UP[status] if upstream & open_ else FREE[status]
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
        return {key: _VERDICTS[level] for key, level in found.items()}


class _CompiledRuleset(NamedTuple):
    """A ruleset compiled as a whole.

    `masking` are the questions that are not always asked, after those that decide over them, with
    whether they are asked of each respondent.
    """

    masking: list[tuple[str, bool, Closure]]
    statuses: list[tuple[str, Status]]


class Evaluator:
    """A ruleset compiled for one case at a time; it may be shared between threads."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.compiler = Compiler()
        # Two threads may both compile a status; either result will do.
        self._statuses: dict[str, Status] = {}

    @cached_property
    def requirements(self) -> Requirements:
        """What checks and gates wait for."""
        return Requirements(self.ruleset)

    def asked(self, question: str) -> Closure:
        """The condition under which a question is asked that is not always asked."""
        return self.compiler.compile(self.ruleset.ask_when[question])

    def status(self, check: str) -> Status:
        """The function that decides the status of a check."""
        if (found := self._statuses.get(check)) is None:
            found = self._statuses[check] = self._compiled(check)
        return found

    @cached_property
    def _whole(self) -> _CompiledRuleset:
        """Everything compiled, without the garbage collector walking through all there is."""
        ruleset = self.ruleset
        with collecting_later():
            return _CompiledRuleset(
                [
                    (key, bool(ruleset.questions[key].ask_each), self.asked(key))
                    for key in ruleset.asking_order
                    if key in ruleset.ask_when
                ],
                [(key, self.status(key)) for key in ruleset.checks],
            )

    def case(self, stated: Case) -> Case:
        """The answers as conditions read them: without those to questions that are not asked."""
        return self._run(stated).case

    def _run(self, stated: Case) -> Run:
        """As `Interpreter` has them; derived values are kept: what they read is masked before."""
        single: dict[str, State] = dict(stated.single)
        each = dict(stated.each)
        run = Run(Case(single, each, stated.groups, stated.as_of))
        for key, is_each, asked in self._whole.masking:
            if is_each:
                each[key] = _mask_each(run, asked, stated.each[key])
            else:
                single[key] = mask(asked(run), single.get(key, UNKNOWN))
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
        statuses = {key: status(run) for key, status in self._whole.statuses}
        if as_given is not None:
            run = self._run(as_given)
            for key, status in self._whole.statuses:
                if statuses[key] == UNDETERMINED and status(run) == UNMET:
                    statuses[key] = UNMET
        return self.requirements.judgement(statuses, waived)

    def _compiled(self, check: str) -> Status:
        met = self.compiler.compile(self.ruleset.met_when[check])
        if check not in self.ruleset.applies_when:
            return _of_condition(met)
        applies = self.compiler.compile(self.ruleset.applies_when[check])
        decided = _of_condition(met)

        def status(run: Run) -> str:
            found = applies(run)
            if found is NOT_APPLICABLE or not found:
                return INAPPLICABLE
            said = decided(run)
            return said if found is not UNKNOWN or said == INAPPLICABLE else UNDETERMINED

        return status


def _of_condition(met: Closure) -> Status:
    """The status of a check that always applies; one call does it all."""

    def status(run: Run) -> str:
        state = met(run)
        if state is True:
            return MET
        if state is False:
            return UNMET
        return UNDETERMINED if state is UNKNOWN else INAPPLICABLE

    return status


def _mask_each(run: Run, asked: Closure, states: Map[str, State]) -> dict[str, State]:
    found = {}
    for respondent, state in states.items():
        run.who = respondent
        found[respondent] = mask(asked(run), state)
    run.who = ""
    return found
