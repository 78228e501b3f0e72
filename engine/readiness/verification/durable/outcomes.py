"""The outcomes of one assessment: questions, checks and gates, each after those it depends on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from graphlib import TopologicalSorter

from readiness.conditions import terms
from readiness.conditions.terms import Term, is_leaf, questions_of
from readiness.dependencies.ruleset import Ruleset
from readiness.model.answers import Sheet
from readiness.model.engagement import Circumstances
from readiness.verification.durable.leaves import NOBODY, TermReader
from readiness.verification.durable.reconcile import OutOfScope, Reconciliation
from readiness.verification.durable.rule_engine import Rules
from readiness.verification.durable.rulebook import (
    CHAINS,
    FALSE,
    STATUSES,
    TRUE,
    TRUTHS,
    VERDICTS,
)
from readiness.verification.durable.values import UNKNOWN, VOID, TreeValue

_CODES = {True: TRUE, False: FALSE, UNKNOWN: TRUTHS["unknown"], VOID: TRUTHS["not_applicable"]}


@dataclass
class _ConditionOutcomes:
    """The outcomes of the questions, and of the conditions of checks, for one reconciliation."""

    rules: Rules
    ruleset: Ruleset
    reconciliation: Reconciliation
    out_of_scope: Collection[str]
    _values: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        as_of = self.reconciliation.circumstances.as_of
        self._terms = TermReader(as_of, self.reconciliation.respondents)
        self._questions()

    def status(self, key: str) -> str:
        """Return the status of a check by its own conditions."""
        applies_when = self.ruleset.applies_when.get(key)
        applies = TRUE if applies_when is None else self._truth(applies_when)
        return self.rules.outcome(
            "status", applies=applies, holds=self._truth(self.ruleset.met_when[key])
        )

    def _questions(self) -> None:
        """Settle each question after those that decide whether it is asked."""
        conditions = self.ruleset.ask_when
        waits_for = {
            key: questions_of(conditions[key]) if key in conditions else ()
            for key in self.ruleset.questions
        }
        for key in TopologicalSorter(waits_for).static_order():
            question = self.ruleset.questions[key]
            if not question.ask_each:
                self._add_answer(key, NOBODY, self.reconciliation.one_answer(question))
                continue
            for who in self.reconciliation.respondents(question.ask_each):
                self._add_answer(key, who, self.reconciliation.answer_of(question, who))

    def _add_answer(self, key: str, who: str, answer: TreeValue) -> None:
        """Record an answer to a question that is asked; a hidden one does not apply."""
        if key in self.out_of_scope:
            answer = VOID
        elif key in self.ruleset.ask_when:
            truth = self._truth(self.ruleset.ask_when[key], who)
            asked = self.rules.outcome("asking", truth=truth)
            answer = {"asked": answer, "open": UNKNOWN, "hidden": VOID}[asked]
        self._terms.answers[key, who] = answer

    def _truth(self, term: Term, who: str = NOBODY) -> int:
        """Return the truth value of a condition: leaves are read here, the rules join them."""
        if isinstance(term, terms.Derived):
            if term.text not in self._values:
                self._values[term.text] = self._truth(term.body)
            return self._values[term.text]
        if is_leaf(term) or isinstance(term, terms.Constant):
            return _CODES[self._terms.evaluate(term, None, who)]
        if isinstance(term, terms.Not):
            return TRUTHS[self.rules.outcome("not", truth=self._truth(term.part, who))]
        assert isinstance(term, terms.Junction | terms.AtLeast)
        truths = [{"truth": self._truth(part, who)} for part in term.parts]
        counted = self.rules.counts("counting", truths)
        counts = {name: counted[name] for name in ("true", "false", "unknown")}
        if isinstance(term, terms.Junction):
            return TRUTHS[self.rules.outcome(term.kind, **counts)]
        possible = counts["true"] + counts["unknown"]
        return TRUTHS[self.rules.at_least(term.least, possible=possible, **counts)]


@dataclass
class IndependentOutcomes:
    """Calculates one assessment; then `statuses`, `standings` and `verdicts` are filled."""

    rules: Rules
    ruleset: Ruleset
    sheets: Sequence[Sheet]
    circumstances: Circumstances
    statuses: dict[str, str] = field(default_factory=dict)
    standings: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)
    _chains: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        reconciliation = Reconciliation(self.sheets, self.circumstances)
        self._out = OutOfScope.of(self.ruleset, self.circumstances)
        hidden = self._out.questions
        self._as_counted = _ConditionOutcomes(self.rules, self.ruleset, reconciliation, hidden)
        self._as_given = None
        if self.circumstances.assurance == "evidenced":
            lenient = replace(reconciliation, is_evidence_waived=True)
            self._as_given = _ConditionOutcomes(self.rules, self.ruleset, lenient, hidden)
        self._checks()
        self._gates()

    # ---- checks and gates --------------------------------------------------------------------

    def _checks(self) -> None:
        """Decide each check after those it requires, whose outcomes are posted to it."""
        requires = {key: check.requires for key, check in self.ruleset.checks.items()}
        for key in TopologicalSorter(requires).static_order():
            status = self._status(key)
            code = STATUSES["not_applicable" if key in self._out.checks else status]
            waiver = int(self._as_counted.reconciliation.is_waived(key))
            own = CHAINS[self.rules.outcome("own", status=code, waiver=waiver)]
            above = self._count(self._chains[need] for need in requires[key])
            self.statuses[key] = status
            self.standings[key] = self.rules.outcome("standing", status=code, own=own, **above)
            whole = self._count([own, *(self._chains[need] for need in requires[key])])
            self._chains[key] = CHAINS[self.rules.outcome("chain", **whole)]

    def _status(self, key: str) -> str:
        """Return the status of a check; answers that lack their evidence can only make it unmet."""
        if self._as_given is not None and self._as_given.status(key) == "unmet":
            return "unmet"
        return self._as_counted.status(key)

    def _count(self, chains: Iterable[int]) -> Map[str, int]:
        """Return the number of chains with each meaning."""
        counted: Counter[str] = self.rules.counts(
            "counting chains", ({"chain": chain} for chain in chains)
        )
        return {name: counted[name] for name in CHAINS}

    def _gates(self) -> None:
        """Decide each gate after the gates before it; their verdicts count like required checks.

        A gate out of scope only passes on those of the gates before it.
        """
        gates, before = self.ruleset.gates, dict[str, int]()
        after = {key: gate.after for key, gate in gates.items()}
        for key in TopologicalSorter(after).static_order():
            is_out = key in self._out.gates
            required = [] if is_out else [self._chains[need] for need in gates[key].requires]
            counts = self._count([*required, *(before[gate] for gate in after[key])])
            verdict = self.rules.outcome("verdict", **counts)
            before[key] = VERDICTS[verdict]
            self.verdicts[key] = "out_of_scope" if is_out else verdict
