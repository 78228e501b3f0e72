"""The native evaluation: leaves by compiled closures, all else by the program over planes."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cached_property

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.pausing import collecting_later
from readiness.evaluation.asking import case_of
from readiness.evaluation.closures import Closure, Compiler, Run
from readiness.evaluation.program import CheckPlanes, GatePlanes, LeafPlanes, Program
from readiness.evaluation.programmed import Programmed
from readiness.evaluation.settling import Answers
from readiness.evaluation.single import Single
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Case, State, Truth, truth_of
from readiness.evaluation.verdicts import Judgement


class Native:
    """A ruleset compiled; it holds nothing of any case and may be shared between threads."""

    def __init__(self, ruleset: Ruleset, program: Program | None = None) -> None:
        """`program` is that of the ruleset, where there is one already."""
        self.ruleset = ruleset
        if program is not None or not isinstance(ruleset, Programmed):
            self.program = program or Program(ruleset)
        self._compiler = Compiler()

    @cached_property
    def program(self) -> Program:
        """The program of the ruleset; read here where the ruleset brings it along."""
        assert isinstance(self.ruleset, Programmed)
        return self.ruleset.program

    @cached_property
    def _leaves(self) -> list[Closure]:
        with collecting_later():
            return [self._compiler.compile(leaf) for leaf in self.program.leaves]

    @cached_property
    def _asked(self) -> dict[str, Closure]:
        return {key: self._compiler.compile(term) for key, term in self.ruleset.ask_when.items()}

    @cached_property
    def single(self) -> Single:
        """The ruleset compiled for plain answers, one case at a time."""
        return Single(self.ruleset)

    def case(self, answers: Answers) -> Case:
        """The answers as conditions read them."""
        return case_of(self.ruleset, answers, self._is_asked)

    def _is_asked(self, case: Case, question: str, respondent: str) -> Truth:
        return truth_of(self._asked[question](Run(case), None, respondent))

    def leaf_states(self, case: Case) -> list[State]:
        """What each leaf of the program comes to in one case."""
        run = Run(case)
        return [leaf(run, None, "") for leaf in self._leaves]

    def leaf_state(self, number: int, case: Case) -> State:
        """What one leaf of the program comes to in one case."""
        return self._leaves[number](Run(case), None, "")

    def judge(self, answers: Answers, waived: Collection[str]) -> Judgement:
        """Everything that is decided about one case."""
        return self.judge_all([self.case(answers)], [waived])[0]

    def judge_all(
        self, cases: Sequence[Case], waived: Sequence[Collection[str]]
    ) -> list[Judgement]:
        """Everything that is decided about several cases, worked out in one run of the program."""
        states = [self.leaf_states(case) for case in cases]
        checks, gates = self.planes(states, waived)
        return [self._judgement(checks, gates, number) for number in range(len(cases))]

    def planes(
        self, cases: Sequence[Sequence[State]], waived: Sequence[Collection[str]]
    ) -> tuple[list[CheckPlanes], list[GatePlanes]]:
        """The planes of all checks and gates, a bit for each case; see `Program.run`.

        A case is given by what each leaf of the program comes to, `waived` by the checks the
        waivers of which are in force.
        """
        leaves = packed(cases) if cases else [(0, 0, 0)] * len(self.program.leaves)
        waivers = dict.fromkeys(self.program.check_ids, 0)
        for number, held in enumerate(waived):
            for key in held:
                if key in waivers:
                    waivers[key] |= 1 << number
        return self.program.run(leaves, list(waivers.values()), (1 << len(cases)) - 1)

    def _judgement(
        self, checks: Sequence[CheckPlanes], gates: Sequence[GatePlanes], number: int
    ) -> Judgement:
        bit = 1 << number
        statuses: dict[str, str] = {}
        standings: dict[str, str] = {}
        for key, planes in zip(self.program.check_ids, checks, strict=True):
            statuses[key], standings[key] = _status(planes, bit), _standing(planes, bit)
        verdicts = {
            key: _verdict(planes, bit)
            for key, planes in zip(self.program.gate_ids, gates, strict=True)
        }
        order = self.ruleset.checks
        return Judgement(_sorted(statuses, order), _sorted(standings, order), verdicts)


def _sorted(found: dict[str, str], order: Mapping[str, object]) -> dict[str, str]:
    return {key: found[key] for key in order}


def packed(cases: Sequence[Sequence[State]]) -> list[LeafPlanes]:
    """The planes of each leaf from its state in each case."""
    planes = []
    for states in zip(*cases, strict=True):
        true = false = inapplicable = 0
        for number, state in enumerate(states):
            if state is NOT_APPLICABLE:
                inapplicable |= 1 << number
            elif state is not UNKNOWN:
                true |= bool(state) << number
                false |= (not state) << number
        planes.append((true, false, inapplicable))
    return planes


def _status(planes: CheckPlanes, bit: int) -> str:
    met, unmet, not_applicable, _, _ = planes
    if met & bit:
        return "met"
    if unmet & bit:
        return "unmet" if not not_applicable & bit else "not_applicable"
    return "not_applicable" if not_applicable & bit else "undetermined"


def _standing(planes: CheckPlanes, bit: int) -> str:
    _, _, not_applicable, open_, held_up = planes
    if open_ & bit:
        return "blocked" if held_up & bit else "actionable"
    return "premature" if held_up & ~not_applicable & bit else "ready"


def _verdict(planes: GatePlanes, bit: int) -> str:
    no_go, undetermined, conditional = planes
    if no_go & bit:
        return "no_go"
    if undetermined & bit:
        return "undetermined"
    return "conditional_go" if conditional & bit else "go"
