"""The outcomes of one assessment, from its documents as they come over the wire.

Answers, evidence, waivers and scope are reconciled first; then come questions, checks and gates,
each after those it depends on.
"""

from __future__ import annotations

import datetime
import functools
import json
from collections import Counter
from collections.abc import Collection, Iterable
from collections.abc import Mapping as Map
from collections.abc import Sequence as List
from dataclasses import dataclass, field, replace
from functools import cached_property
from graphlib import TopologicalSorter
from typing import Any, Self, TypeAlias

from readiness.conditions import terms
from readiness.conditions.terms import Term, is_leaf, questions_of
from readiness.dependencies.ruleset import Ruleset, build_ruleset
from readiness.documents.nodes import NOWHERE, Mapping, MappingEntry, Node, Scalar, Sequence
from readiness.model.answers import Evidence, FindEvidence, Given, Sheet, read_sheet
from readiness.model.engagement import Circumstances, read_circumstances
from readiness.model.questionnaire import TODAY, Field, Question, read_questionnaire
from readiness.model.ruleset import read_checklist
from readiness.problems import Problems, Source
from readiness.verification.durable.rule_engine import Rules
from readiness.verification.durable.rulebook import CHAINS, FALSE, STATUSES, TRUE, TRUTHS, VERDICTS
from readiness.verification.durable.values import (
    NOBODY,
    UNKNOWN,
    VOID,
    TermReader,
    TreeValue,
    value_of,
)

JsonValue: TypeAlias = Any  # values that JSON can hold


def pack_tree(node: Node) -> JsonValue:
    """Return a tree of values in JSON form."""
    if isinstance(node, Mapping):
        return {key: pack_tree(value) for key, value in node.items()}
    if isinstance(node, Sequence):
        return [[pack_tree(element) for element in node.elements]]
    assert isinstance(node, Scalar)
    return [node.value, node.text]


def unpack_tree(carried: JsonValue, source: Source) -> Node:
    """Return the tree from its JSON form, without places; `source` names it."""
    if isinstance(carried, dict):
        entries = {
            key: MappingEntry(Scalar(source, *NOWHERE, key, key), unpack_tree(value, source))
            for key, value in carried.items()
        }
        return Mapping(source, *NOWHERE, entries)
    if len(carried) == 1:
        elements = tuple(unpack_tree(element, source) for element in carried[0])
        return Sequence(source, *NOWHERE, elements)
    value, text = carried
    return Scalar(source, *NOWHERE, value, text)


def read_request(written: dict[str, Any]) -> tuple[Ruleset, tuple[Sheet, ...], Circumstances]:
    """Read the assessment in a JSON value; its `rules` are JSON text, as they are sent repeatedly.

    Raises `DocumentError` if a document that was valid before is not valid here.
    """
    ruleset = _ruleset(written["rules"])
    problems = Problems()
    sheets = tuple(
        read_sheet(
            unpack_tree(sheet, Source("answers", "")), "", ruleset.questions, problems, _among(seen)
        )
        for sheet, seen in zip(written["sheets"], written["seen"], strict=True)
    )
    root = unpack_tree(written["engagement"], Source("engagement", ""))
    find = _among(written["seen_by_resolutions"])
    circumstances = read_circumstances(root, ruleset.names, problems, find)
    problems.raise_if_any()
    return ruleset, sheets, circumstances


def _among(seen: Collection[str]) -> FindEvidence:
    """Return a function that finds the evidence files seen when the documents were loaded."""
    return lambda file: "" if file in seen else None


@functools.lru_cache(maxsize=4)
def _ruleset(rules: str) -> Ruleset:
    """Return the ruleset, read and typed again from its documents."""
    carried, problems = json.loads(rules), Problems()
    questionnaires = [
        read_questionnaire(unpack_tree(one, Source("questionnaire", "")), problems)
        for one in carried["questionnaires"]
    ]
    checklist = read_checklist(unpack_tree(carried["ruleset"], Source("ruleset", "")), problems)
    found = build_ruleset(checklist, questionnaires, problems)
    problems.raise_if_any()
    return found


@dataclass(frozen=True)
class OutOfScope:
    """The ids of the checks, gates and questions that are out of scope on the day."""

    checks: Collection[str]
    gates: Collection[str]
    questions: Collection[str]

    @classmethod
    def of(cls, ruleset: Ruleset, circumstances: Circumstances) -> Self:
        """Return what is out of scope: what the engagement names, and what belongs to that."""
        today = circumstances.as_of.isoformat()
        named = {(one.kind, one.id) for one in circumstances.scope if one.on <= today}
        checks = {
            key
            for key, check in ruleset.checks.items()
            if ("check", key) in named or ("area", check.area) in named
        }
        questions = {
            key
            for key, one in ruleset.questions.items()
            if ("question", key) in named or ("section", one.section) in named
        }
        gates = {key for key in ruleset.gates if ("gate", key) in named}
        for_gates: dict[bool, set[str]] = {True: set(), False: set()}
        for key, gate in ruleset.gates.items():
            for_gates[key in gates] |= _needed(ruleset, (*gate.requires, *gate.advises))
        lost = for_gates[True] - for_gates[False] - checks
        kept = _needed(ruleset, ruleset.checks.keys() - lost - checks)
        return cls(checks | (lost - kept), gates, questions)


def _needed(ruleset: Ruleset, checks: Iterable[str]) -> set[str]:
    """Return some checks and all that they require, directly or further up."""
    found: set[str] = set()
    rest = list(checks)
    while rest:
        if (key := rest.pop()) not in found:
            found.add(key)
            rest += ruleset.checks[key].requires
    return found


@dataclass(frozen=True)
class Reconciliation:
    """The answer sheets and the circumstances in which they count.

    With `is_evidence_waived`, answers that lack their evidence count as given.
    """

    sheets: List[Sheet]
    circumstances: Circumstances
    is_evidence_waived: bool = False

    @cached_property
    def _said(self) -> Map[tuple[str, str | None], list[Given]]:
        """Return the answers to each question, sheet by sheet: for all under None, and by each."""
        found: dict[tuple[str, str | None], list[Given]] = {}
        for given in (given for sheet in self.sheets for given in sheet.given):
            for who in (None, given.respondent):
                found.setdefault((given.question, who), []).append(given)
        return found

    @cached_property
    def _everyone(self) -> tuple[str, ...]:
        """Return every respondent with an answer in a sheet.

        A sheet without any name counts as that of one unnamed respondent.
        """
        heard: list[str] = []
        for sheet in self.sheets:
            names = [name for name in (sheet.respondent, *sheet.speaks_for) if name]
            heard += names or [""]
        return tuple(dict.fromkeys(heard))

    def respondents(self, group: str) -> tuple[str, ...]:
        """Return the respondents of a group: the declared ones, otherwise all who answered."""
        return self.circumstances.groups.get(group, self._everyone)

    def is_waived(self, check: str) -> bool:
        """Return whether a waiver of the check is in force."""
        waiver = self.circumstances.waivers.get(check)
        if waiver is None:
            return False
        today = self.circumstances.as_of.isoformat()
        has_begun = waiver.approved_on == "" or waiver.approved_on <= today
        return has_begun and (waiver.expires == "" or waiver.expires >= today)

    def one_answer(self, question: Question) -> TreeValue:
        """Return the answer to a question that has one answer for all."""
        said = self._said.get((question.id, None), [])
        resolution = self.circumstances.resolutions.get(question.id)
        if resolution is None:
            return self._agree(question, said)
        if resolution.state == "not_applicable":
            return VOID
        if _is_to_come(question, resolution.value, self.circumstances.as_of):
            return UNKNOWN
        value = value_of(resolution.value)
        return self._show_value(question, value, said, resolution.evidence)

    def answer_of(self, question: Question, respondent: str) -> TreeValue:
        """Return one respondent's answer to a question that is asked of each.

        A resolution can only say that the question does not apply, for all of them.
        """
        if question.id in self.circumstances.resolutions:
            return VOID
        return self._agree(question, self._said.get((question.id, respondent), []))

    def _agree(self, question: Question, said: List[Given]) -> TreeValue:
        """Return the value all agree on; unknown if nobody knows, or if two answers differ."""
        today = self.circumstances.as_of
        values = [
            _value_of(given)
            for given in said
            if given.state != "unknown" and not _is_to_come(question, given.value, today)
        ]
        if not values or any(value != values[0] for value in values):
            return UNKNOWN
        return VOID if values[0] is VOID else self._show_value(question, values[0], said, ())

    def _show_value(
        self, question: Question, value: TreeValue, said: Iterable[Given], more: List[Evidence]
    ) -> TreeValue:
        """Return the value; unknown if required evidence is missing from all who gave it."""
        if self.is_evidence_waived or question.evidence != "required":
            return value
        if self.circumstances.assurance != "evidenced":
            return value
        items = [*more]
        for given in said:
            if given.state == "answered" and _value_of(given) == value:
                items += given.evidence
        return value if any(self._counts(item) for item in items) else UNKNOWN

    def _counts(self, item: Evidence) -> bool:
        """Return whether an evidence item can be inspected and has not expired."""
        today = self.circumstances.as_of.isoformat()
        return (item.seen or item.url != "") and (item.expires == "" or item.expires >= today)


def _is_to_come(field: Field, value: object, today: datetime.date) -> bool:
    """Return whether a date is later than today although the questionnaire does not allow that."""
    if isinstance(value, datetime.date):
        return field.maximum == TODAY and value > today
    if isinstance(field, Question) and field.columns and isinstance(value, tuple):
        columns = field.columns
        return any(_is_to_come(columns[key], row[key], today) for row in value for key in row)
    return False


def _value_of(given: Given) -> TreeValue:
    return VOID if given.state == "not_applicable" else value_of(given.value)


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
    sheets: List[Sheet]
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
