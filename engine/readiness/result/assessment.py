"""The result of an assessment."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

from readiness.dependencies.lazy_property import lazy_property
from readiness.dependencies.ruleset import Ruleset
from readiness.dependencies.work_order import OPEN, WorkOrder
from readiness.evaluation.interpreter import Interpreter
from readiness.evaluation.reconciliation import Answers, settle
from readiness.evaluation.states import UNKNOWN, Truth
from readiness.evaluation.verdicts import (
    MET,
    OUT_OF_SCOPE,
    UNDETERMINED,
    UNMET,
    Judgement,
    Standing,
    Status,
    Verdict,
)
from readiness.evaluation.verdicts import NOT_APPLICABLE as INAPPLICABLE
from readiness.model.answers import Sheet
from readiness.model.engagement import Circumstances, Engagement, Exclusion, Waiver
from readiness.model.ruleset import Check, Gate
from readiness.problems import Problem, Problems, refuse_unknown
from readiness.problems.values import FrozenDict, Unchanging, brief, by_content, shortened
from readiness.result.contradictions import Contradiction, contradictions
from readiness.result.explain import BY_ID, Explainer, Naming
from readiness.result.open_questions import OpenQuestions
from readiness.result.reason import Reason
from readiness.result.responses import Response, responses, tell_ignored, tell_renamed
from readiness.result.score import Score, Weights, score, weights


@dataclass(frozen=True, slots=True)
class _Read:
    """The sheets of an assessment, combined by question again when that is needed."""

    ruleset: Ruleset
    sheets: tuple[Sheet, ...]
    circumstances: Circumstances

    def __call__(self) -> tuple[tuple[Sheet, ...], Answers]:
        return self.sheets, settle(self.ruleset.questions, self.sheets, self.circumstances)


class Working(Unchanging):
    """The values that the results of one case share; each is calculated when first used.

    It does not refer to a result. So there are no reference cycles, and a result that is no longer
    used is freed immediately, without the garbage collector.
    """

    def __init__(
        self,
        ruleset: Ruleset,
        judgement: Judgement,
        read: Callable[[], tuple[tuple[Sheet, ...], Answers]],
    ) -> None:
        self.ruleset = ruleset
        self.judgement = judgement
        self._read = read
        # The questions that leave a check undetermined and could still decide a gate, as found so
        # far.
        self._open_questions: dict[str, frozenset[str]] = {}
        self._deciding: dict[str, frozenset[str]] = {}

    @property
    def _content(self) -> tuple[object, ...]:
        sheets, answers = self.given
        return self.ruleset, self.judgement, answers.circumstances, sheets

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return Working, (self.ruleset, self.judgement, self.as_read())

    def as_read(self) -> _Read:
        """Return the answers in a form that can be pickled."""
        sheets, answers = self.given
        return _Read(self.ruleset, sheets, answers.circumstances)

    @lazy_property
    def given(self) -> tuple[tuple[Sheet, ...], Answers]:
        """The sheets, and their combined answers by question."""
        return self._read()

    @lazy_property
    def sequence(self) -> WorkOrder:
        """The open checks and their order."""
        standings = self.judgement.standings.items()
        return WorkOrder(self.ruleset, [key for key, word in standings if word in OPEN])

    @lazy_property
    def reference(self) -> Interpreter:
        """The reference interpreter for this case."""
        return Interpreter(self.ruleset, self.given[1])

    @lazy_property
    def _reference_as_given(self) -> Interpreter:
        """The reference interpreter with answers that lack their evidence counted as given."""
        return Interpreter(self.ruleset, self.given[1].as_given)

    def asked(self, question: str, respondent: str) -> Truth:
        """Return whether a question is asked; answers that lack their evidence count here too."""
        found = self.reference.asked(question, respondent)
        if found is UNKNOWN and self.given[1].unproven:
            return self._reference_as_given.asked(question, respondent)
        return found

    def because(self, check: str, naming: Naming = BY_ID) -> Reason:
        """Return the reason tree for the status of a check.

        A check that is unmet only because of answers that lack their evidence is explained with
        these answers as given.
        """
        found = Explainer(self.reference, naming).check(check)
        is_unmet = self.judgement.statuses[check] == UNMET
        if is_unmet and self.given[1].unproven and not found.is_unmet:
            return Explainer(self._reference_as_given, naming).check(check)
        return found

    @lazy_property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """The contradictions; answers that lack their evidence count here too."""
        if not self.ruleset.contradicts:
            return ()
        return tuple(contradictions(Explainer(self._reference_as_given)))

    def held_by(self, gate: Gate) -> tuple[str, ...]:
        """Return the rules of the unresolved contradictions that hold a gate.

        None unless the engagement holds gates for them. They are those about answers on which a
        check depends that the gate, or a gate before it, requires, directly or further up.
        """
        ruleset = self.ruleset
        if not (ruleset.contradicts and self.given[1].circumstances.holds_contradictions):
            return ()
        required = ruleset.gate_awaits(gate.id)
        return tuple(
            one.id
            for one in self.contradictions
            if not one.accepted
            and required & ruleset.graph.bits(k for q in one.questions for k in ruleset.readers[q])
        )

    @lazy_property
    def outstanding(self) -> OpenQuestions:
        """The questions still to be answered."""
        return OpenQuestions(self.reference)

    def open_questions(self, check: str) -> frozenset[str]:
        """Return the questions that leave a check undetermined."""
        if check not in self._open_questions:
            self._open_questions[check] = frozenset(self.outstanding.questions_of(check))
        return self._open_questions[check]

    def gates_of(self, check: str) -> tuple[str, ...]:
        """Return the gates that depend on a check, in gate order."""
        return self.ruleset.ranking.gates_of[check]

    def out_of_scope(self, gate: Gate) -> tuple[str, ...]:
        """Return the checks out of scope that a gate would require, directly or further up."""
        required = self.ruleset.graph.with_upstream(gate.requires)
        position = self.ruleset.graph.position
        return tuple(key for key in self.ruleset.scope.checks if required >> position[key] & 1)

    def deciding(self, gate: str) -> tuple[str, ...]:
        """Return the questions that could still decide a gate, in questionnaire order.

        A gate that is decided has none.
        """
        return tuple(sorted(self._decided_by(gate), key=self.ruleset.question_rank.__getitem__))

    def _decided_by(self, gate: str) -> frozenset[str]:
        if gate not in self._deciding:
            found: set[str] = set()
            if self.judgement.verdicts[gate] == UNDETERMINED:
                for check in self.sequence.by_gate[gate]:
                    if self.judgement.statuses[check] == UNDETERMINED:
                        found |= self.open_questions(check)
                for earlier in self.ruleset.gates[gate].after:
                    found |= self._decided_by(earlier)
            self._deciding[gate] = frozenset(found)
        return self._deciding[gate]


@brief
@by_content("_because")
@dataclass(frozen=True, eq=False, slots=True)
class CheckResult:
    """The result of one check; lists of checks are in working order.

    `status` is met, unmet, undetermined or not_applicable, `standing` ready, premature, actionable
    or blocked, `waived` the waiver in force or None.
    """

    check: Check
    status: Status
    standing: Standing
    waived: Waiver | None
    _working: Working = field(repr=False)
    _because: Reason | None = field(default=None, init=False, repr=False)

    @property
    def id(self) -> str:
        """The check's id."""
        return self.check.id

    @property
    def is_open(self) -> bool:
        """Return whether the check is open, that is, still has to be closed."""
        return self.standing in OPEN

    @property
    def out_of_scope(self) -> Exclusion | None:
        """What the engagement says that takes the check out of scope; None for one in scope."""
        return self._working.ruleset.scope.checks.get(self.check.id)

    @property
    def closed_by(self) -> str:
        """Whether only a decision closes the check: out_of_scope, waived, or empty."""
        if self.out_of_scope:
            return OUT_OF_SCOPE
        return "waived" if self.waived and self.status in (UNMET, UNDETERMINED) else ""

    @property
    def waits_for(self) -> tuple[str, ...]:
        """The open checks upstream."""
        return self._working.sequence.waits_for(self.check.id)

    @property
    def root_blockers(self) -> tuple[str, ...]:
        """Those of `waits_for` that can be started immediately."""
        return self._working.sequence.roots_of(self.check.id)

    @property
    def holds(self) -> tuple[str, ...]:
        """The open checks downstream."""
        return self._working.sequence.holds(self.check.id)

    @property
    def gates(self) -> tuple[str, ...]:
        """The gates that depend on the check, in gate order."""
        return self._working.gates_of(self.check.id)

    @property
    def because(self) -> Reason:
        """The reason tree: the condition down to the answers; built when first used."""
        if self._because is None:
            found = self._working.because(self.check.id)
            object.__setattr__(self, "_because", found)
        assert self._because is not None
        return self._because

    def explain(self, naming: Naming) -> Reason:
        """Return the reason tree with questions and conditions named for certain readers."""
        return self._working.because(self.check.id, naming)


@brief
@by_content()
@dataclass(frozen=True, eq=False, slots=True)
class GateResult:
    """The result of one gate; `verdict` is go, conditional_go, no_go or undetermined.

    It is out_of_scope for a gate that the engagement takes out of scope.
    """

    gate: Gate
    verdict: Verdict
    _working: Working = field(repr=False)

    @property
    def id(self) -> str:
        """The gate's id."""
        return self.gate.id

    @property
    def is_passed(self) -> bool:
        """Return whether the gate is passed: go or conditional_go, and not held."""
        return self.verdict in ("go", "conditional_go") and not self.held_by

    @property
    def held_by(self) -> tuple[str, ...]:
        """The unresolved contradictions that hold the gate, by the id of their rule."""
        return self._working.held_by(self.gate)

    @property
    def waits_for(self) -> tuple[str, ...]:
        """The open checks that the gate depends on."""
        return self._working.sequence.by_gate.get(self.gate.id, ())

    @property
    def is_in_scope(self) -> bool:
        """Return whether the gate is in scope."""
        return self.verdict != OUT_OF_SCOPE

    @property
    def out_of_scope(self) -> tuple[str, ...]:
        """The checks out of scope that the gate would require, directly or further up."""
        return self._working.out_of_scope(self.gate)

    @property
    def questions(self) -> tuple[str, ...]:
        """The questions that could still decide the gate, in questionnaire order."""
        return self._working.deciding(self.gate.id)


@dataclass(frozen=True, eq=False)
class Assessment(Unchanging):
    """The result of one assessment: gates, checks, blockers, their order, and the reasons.

    Statuses and verdicts are calculated from the answers on creation; reasons and lists are built
    when first used. `circumstances` are the day, the assurance, groups, resolutions and waivers of
    the assessment. `read` returns the answers as sheets and combined by question; it is called when
    they are first used.
    """

    ruleset: Ruleset
    circumstances: Circumstances
    judgement: Judgement
    read: Callable[[], tuple[tuple[Sheet, ...], Answers]] = field(repr=False)
    title: str = ""
    engagement: Engagement | None = None

    @lazy_property
    def _working(self) -> Working:
        return Working(self.ruleset, self.judgement, self.read)

    def __hash__(self) -> int:
        return hash((self.ruleset, self.as_of, self.title))

    @property
    def _content(self) -> tuple[object, ...]:
        return self._working, self.circumstances, self.title, self.engagement

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        held = self.circumstances, self.judgement, self._working.as_read()
        return type(self), (self.ruleset, *held, self.title, self.engagement)

    def __repr__(self) -> str:
        verdicts = ", ".join(f"{key} {word}" for key, word in self.judgement.verdicts.items())
        return shortened(f"Assessment({self.ruleset.id} {self.ruleset.version}: {verdicts})")

    def _repr_html_(self) -> str:
        """Return the verdicts, and the root blockers with their reasons, for notebooks."""
        from readiness.result.notebook import notebook_html

        return notebook_html(self)

    @property
    def sheets(self) -> tuple[Sheet, ...]:
        """The answer sheets."""
        return self._working.given[0]

    @property
    def answers(self) -> Answers:
        """The combined answers by question."""
        return self._working.given[1]

    @property
    def as_of(self) -> datetime.date:
        """The day of the assessment."""
        return self.circumstances.as_of

    @property
    def assurance(self) -> str:
        """The assurance level at which an answer counts: stated or evidenced."""
        return self.circumstances.assurance

    @lazy_property
    def gates(self) -> Map[str, GateResult]:
        """The gate results by id, each after the gates before it."""
        gates, working = self.ruleset.gates, self._working
        verdicts = cast("Map[str, Verdict]", self.judgement.verdicts).items()
        return FrozenDict({key: GateResult(gates[key], word, working) for key, word in verdicts})

    @lazy_property
    def checks(self) -> Map[str, CheckResult]:
        """The check results by id, in the order of the ruleset."""
        statuses = cast("Map[str, Status]", self.judgement.statuses)
        standings = cast("Map[str, Standing]", self.judgement.standings)
        waived, working = self.circumstances.waived(), self._working
        return FrozenDict(
            {
                key: CheckResult(check, statuses[key], standings[key], waived.get(key), working)
                for key, check in self.ruleset.checks.items()
            }
        )

    @property
    def out_of_scope(self) -> tuple[str, ...]:
        """The checks that are out of scope, in the order of the ruleset."""
        return tuple(self.ruleset.scope.checks)

    @property
    def plugins(self) -> tuple[Map[str, str], ...]:
        """The functions of plug-ins that its conditions use: function, plugin and version."""
        return tuple(one.to_dict() for one in self.ruleset.plugin_functions)

    @property
    def sequence(self) -> WorkOrder:
        """The open checks and their order."""
        return self._working.sequence

    @property
    def order(self) -> tuple[tuple[str, ...], ...]:
        """The open checks in waves: checks to close in parallel, then those that wait for them."""
        return self.sequence.waves

    @property
    def blockers(self) -> tuple[str, ...]:
        """The blockers: open checks that open checks or gates depend on, in working order."""
        return self.sequence.blockers

    @property
    def root_blockers(self) -> tuple[str, ...]:
        """The root blockers: the blockers that can be started immediately, in working order."""
        return self.sequence.root_blockers

    @lazy_property
    def _weights(self) -> Map[str, Weights]:
        return weights(self.ruleset, self.judgement.statuses)

    @lazy_property
    def score(self) -> Score:
        """The score over all checks."""
        return score(self._weights.values())

    @lazy_property
    def area_scores(self) -> Map[str, Score]:
        """The score of each area, in the order of the ruleset."""
        held = self._weights
        return FrozenDict({area: score((held[area],)) for area in self.ruleset.areas})

    @property
    def reference(self) -> Interpreter:
        """The reference interpreter for this case."""
        return self._working.reference

    def asked(self, question: str, respondent: str = "") -> Truth:
        """Return whether a question is asked, for a respondent if it is asked of each.

        An answer that lacks its evidence counts here too.
        """
        return self._working.asked(question, respondent)

    @property
    def outstanding(self) -> OpenQuestions:
        """The questions still to be answered."""
        return self._working.outstanding

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The conflicts: questions with different answers and no resolution, in their order."""
        return tuple(
            key
            for key in self.ruleset.questions
            if key in self.answers.conflicts and self.outstanding.is_asked(key)
        )

    @property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """The answers that contradict each other by a consistency rule, accepted or not."""
        return self._working.contradictions

    @property
    def disputed(self) -> tuple[str, ...]:
        """The questions on which respondents differ, resolved or not, in questionnaire order."""
        differing = {*self.conflicts, *self.answers.settled}
        return tuple(key for key in self.ruleset.questions if key in differing)

    @cached_property
    def warnings(self) -> tuple[str, ...]:
        """The warnings for the reader, which do not affect the result."""
        return tuple(dict.fromkeys(one.message for one in self.remarks))

    @cached_property
    def remarks(self) -> tuple[Problem, ...]:
        """The warnings with their places."""
        found = Problems()
        found.extend(self.answers.warnings)
        for key, waiver in self.circumstances.waivers.items():
            if not waiver.holds_on(self.as_of):
                is_over = bool(waiver.expires) and self.as_of.isoformat() > waiver.expires
                code = "waiver-expired" if is_over else "waiver-not-started"
                day = waiver.expires if is_over else waiver.approved_on
                found.add(code, waiver, id=key, day=day)
            elif key in self.ruleset.scope.checks:
                found.add("waiver-out-of-scope", waiver, id=key)
            elif self.judgement.statuses[key] in (MET, INAPPLICABLE):
                found.add("waiver-not-needed", waiver, id=key)
        found_rules = {one.id for one in self.contradictions}
        for key, acceptance in self.circumstances.accepted.items():
            if key not in found_rules:
                found.add("acceptance-not-needed", acceptance, id=key)
        for one in self.circumstances.scope:
            if not one.holds_on(self.as_of):
                found.add("scope-not-started", one, kind=one.kind, id=one.id, day=one.on)
        for key, work in self.circumstances.progress.items():
            if self.judgement.standings[key] in OPEN and work.done:
                found.add("work-done-still-open", work, id=key, day=work.done)
            elif self.judgement.standings[key] in OPEN and work.is_late(self.as_of):
                found.add("work-late", work, id=key, day=work.due)
        tell_ignored(self.responses, self.ruleset, found)
        tell_renamed(self.sheets, self.ruleset, found)
        return found.as_found()

    @cached_property
    def responses(self) -> tuple[Response, ...]:
        """Every answer that was given, in questionnaire order."""
        return tuple(responses(self))

    @cached_property
    def unanswered(self) -> tuple[str, ...]:
        """The questions without an answer from at least one respondent, in questionnaire order."""
        return tuple(key for key in self.ruleset.questions if self.outstanding.is_unanswered(key))

    def deciding_questions(self, gate: str) -> tuple[str, ...]:
        """Return the questions that could still decide a gate, in questionnaire order.

        Raises `DocumentError` for an unknown gate.
        """
        refuse_unknown("gate", [gate], list(self.gates), "gate")
        return self._working.deciding(gate)

    def open_questions(self, check: str) -> frozenset[str]:
        """Return the questions that leave a check undetermined."""
        return self._working.open_questions(check)

    @staticmethod
    def from_dict(document: Map[str, Any]) -> Assessment:
        """Return the result in a result document, without the answers themselves.

        Raises `DocumentError` if the document is of another or a newer format, or was changed.
        """
        from readiness.result.recorded import from_dict

        return from_dict(document)

    @staticmethod
    def from_json(text: str | bytes) -> Assessment:
        """Return the result in a JSON text, as `from_dict`."""
        from readiness.result.recorded import from_json

        return from_json(text)

    def to_dict(self, *, compact: bool = False) -> dict[str, Any]:
        """Return the result document, with its digest.

        `compact` omits fields that follow from other fields, such as what each check waits for.
        """
        from readiness.result.document import document

        return document(self, compact=compact)

    def to_json(self, *, compact: bool = False) -> str:
        """Return the result document as JSON text; the same input gives the same bytes."""
        return "".join(self.iter_json(compact=compact))

    def iter_json(self, *, compact: bool = False) -> Iterator[str]:
        """Yield the text of `to_json` piece by piece, so that it is never in memory as a whole."""
        from readiness.result.document import document_text

        return document_text(self, compact=compact)
