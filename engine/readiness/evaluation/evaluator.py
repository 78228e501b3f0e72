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
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Case, State
from readiness.evaluation.verdicts import MET, UNDETERMINED, UNMET, Judgement
from readiness.evaluation.verdicts import NOT_APPLICABLE as INAPPLICABLE

Status = Callable[[Run], str]

# What is open in a check or upstream of it, in bits, and the verdict of a gate that waits for it.
_BY_WAIVER, _UNDETERMINED, _UNMET = 1, 2, 4
_OPEN = _UNDETERMINED | _UNMET
_VERDICTS = ("go", "conditional_go", *["undetermined"] * 2, *["no_go"] * 4)


class _CompiledRuleset(NamedTuple):
    """A ruleset compiled as a whole.

    `masking` are the questions that are not always asked, after those that decide over them, with
    whether they are asked of each respondent; `order` the checks with the positions of what they
    require, each after those; `gates` likewise, with the gates that they come after.
    """

    masking: list[tuple[str, bool, Closure]]
    statuses: list[tuple[str, Status]]
    order: list[tuple[str, tuple[int, ...]]]
    gates: list[tuple[str, list[int], tuple[str, ...]]]


class Evaluator:
    """A ruleset compiled for one case at a time; it may be shared between threads."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.compiler = Compiler()
        # Two threads may both compile a status; either result will do.
        self._statuses: dict[str, Status] = {}

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
        ruleset, graph = self.ruleset, self.ruleset.graph
        gates = (ruleset.gates[key] for key in ruleset.gate_order)
        with collecting_later():
            return _CompiledRuleset(
                [
                    (key, bool(ruleset.questions[key].ask_each), self.asked(key))
                    for key in ruleset.asking_order
                    if key in ruleset.ask_when
                ],
                [(key, self.status(key)) for key in ruleset.checks],
                list(zip(graph.ids, graph.requires, strict=True)),
                [
                    (gate.id, [graph.position[one] for one in gate.requires], gate.after)
                    for gate in gates
                ],
            )

    def case(self, stated: Case) -> Case:
        """The answers as conditions read them: without those to questions that are not asked."""
        return self._run(stated).case

    def _run(self, stated: Case) -> Run:
        """As `asking.case_of`; derived values are kept, as what they read is masked before them."""
        single: dict[str, State] = dict(stated.single)
        each = dict(stated.each)
        run = Run(Case(single, each, stated.groups, stated.as_of))
        for key, is_each, asked in self._whole.masking:
            if is_each:
                each[key] = _masked_each(run, asked, stated.each[key])
            elif (is_asked := asked(run)) is not True:
                single[key] = _hidden(is_asked)
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
        standings = dict.fromkeys(statuses, "ready")
        reach: list[int] = []
        for key, requires in self._whole.order:
            up = 0
            for need in requires:
                up |= reach[need]
            status_found = statuses[key]
            if status_found == MET:
                if up & _OPEN:
                    standings[key] = "premature"
            elif status_found != INAPPLICABLE:
                if key in waived:
                    if up & _OPEN:
                        standings[key] = "premature"
                    up |= _BY_WAIVER
                else:
                    standings[key] = "blocked" if up & _OPEN else "actionable"
                    up |= _UNMET if status_found == UNMET else _UNDETERMINED
            reach.append(up)
        return Judgement(statuses, standings, self._verdicts(reach))

    def _verdicts(self, reach: list[int]) -> dict[str, str]:
        found: dict[str, int] = {}
        for key, requires, after in self._whole.gates:
            waits = 0
            for position in requires:
                waits |= reach[position]
            for earlier in after:
                waits |= found[earlier]
            found[key] = waits
        return {key: _VERDICTS[waits] for key, waits in found.items()}

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


def _masked_each(run: Run, asked: Closure, states: Map[str, State]) -> dict[str, State]:
    found = {}
    for respondent, state in states.items():
        run.who = respondent
        is_asked = asked(run)
        found[respondent] = state if is_asked is True else _hidden(is_asked)
    run.who = ""
    return found


def _hidden(is_asked: State) -> State:
    """What stands for an answer to a question that is not, or perhaps not, asked."""
    return UNKNOWN if is_asked is UNKNOWN else NOT_APPLICABLE
