"""Reconciles the answer sheets: one value for each question, or one for each respondent.

Which questions are asked is decided later.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from functools import cached_property
from typing import Self

from readiness.dependencies.ruleset import Ruleset
from readiness.model.answers import Evidence, Given, Sheet
from readiness.model.engagement import Circumstances
from readiness.model.questionnaire import TODAY, Field, Question
from readiness.verification.durable.values import UNKNOWN, VOID, TreeValue, value_of


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

    sheets: Sequence[Sheet]
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

    def _agree(self, question: Question, said: Sequence[Given]) -> TreeValue:
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
        self,
        question: Question,
        value: TreeValue,
        said: Iterable[Given],
        more: Sequence[Evidence],
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
