"""Why something differs between two results: the inputs that differ and decide over it.

With two assessments the causes are confirmed by assessing again: with its causes undone, each check
and gate is what it was before.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any, TypeVar

from readiness.assessing import Assessor
from readiness.comparing.side import CheckState, Key, Side
from readiness.dependencies.ruleset import Ruleset
from readiness.model.answers import Evidence, Given, Sheet
from readiness.model.engagement import Circumstances, Exclusion, Resolution
from readiness.model.questionnaire import Question
from readiness.result.assessment import Assessment

_Holder = TypeVar("_Holder", Given, Resolution)
RULES: Key = ("ruleset",)
MOST_CHECKS = 500_000
"""How many checks are assessed again at most, over all mixtures, to confirm causes."""


class Reworking:
    """Assesses mixtures of two assessments: all inputs of the new one, some of them undone."""

    def __init__(self, old: Assessment, new: Assessment, *, same_rules: bool) -> None:
        self._sides = (new, old)
        self._inputs = (_inputs(new), _inputs(old))
        whole = [one.ruleset.scope.whole or one.ruleset for one in self._sides]
        self._rules = (whole[0], whole[0] if same_rules else whole[1])
        self._assessors: dict[tuple[bool, tuple[Exclusion, ...]], Assessor] = {}
        self._known: dict[frozenset[Key], tuple[dict[str, CheckState], dict[str, str]]] = {}

    @property
    def is_exhausted(self) -> bool:
        """Return whether so much differs that no further cause is confirmed."""
        return len(self._known) * len(self._rules[0].checks) >= MOST_CHECKS

    def outcome(self, undone: Iterable[Key]) -> tuple[dict[str, CheckState], dict[str, str]]:
        """Return the checks and the verdicts with these inputs as the old assessment has them."""
        key = frozenset(undone)
        if key not in self._known:
            self._known[key] = self._assess(key)
        return self._known[key]

    def _assess(self, undone: frozenset[Key]) -> tuple[dict[str, CheckState], dict[str, str]]:
        is_old_rules = RULES in undone
        ruleset = self._rules[is_old_rules]
        held: dict[str, dict[Key, Any]] = {}
        for is_old, inputs in enumerate(self._inputs):
            for key, value in inputs.items():
                if (key in undone) == bool(is_old):
                    held.setdefault(key[0], {})[key] = value
        questions = {key: self._fitting(key, ruleset) for key in ruleset.questions}
        sheets = (
            Sheet("", key[2], (), tuple(given), self._sides[0].ruleset.checklist.node)
            for key, given in held.get("answer", {}).items()
            if questions.get(key[1])
        )
        circumstances = Circumstances(
            held["as_of"]["as_of",],
            held["assurance"]["assurance",],
            {key[1]: members for key, members in held.get("group", {}).items()},
            {key[1]: one for key, one in held.get("resolution", {}).items() if questions[key[1]]},
            {
                key[1]: one
                for key, one in held.get("waiver", {}).items()
                if key[1] in ruleset.checks
            },
            tuple(held.get("scope", {}).values()),
        )
        within = is_old_rules, circumstances.scope
        if within not in self._assessors:
            self._assessors[within] = Assessor(ruleset).within(circumstances)
        assessor = self._assessors[within]
        out = assessor.ruleset.scope.checks
        found = assessor.assess_sheets(tuple(sheets), circumstances).judgement
        checks = {
            key: CheckState(status, found.standings[key], key in circumstances.waivers, key in out)
            for key, status in found.statuses.items()
        }
        return checks, dict(found.verdicts)

    def _fitting(self, question: str, ruleset: Ruleset) -> bool:
        """Return whether answers to a question mean the same in both rulesets, or stay."""
        asked = [one.questions.get(question) for one in self._rules]
        return question in ruleset.questions and _shape(asked[0]) == _shape(asked[1])


def _shape(question: Question | None) -> object:
    if question is None:
        return None
    columns = {key: (one.type, tuple(one.options)) for key, one in question.columns.items()}
    return question.type, tuple(question.options), columns, question.ask_each


def _inputs(assessment: Assessment) -> dict[Key, Any]:
    """Return what went in, by the keys of `Side.inputs`.

    Evidence and waivers are as they are on their day, so that another day alone changes neither.
    """
    day, answers = assessment.as_of, assessment.answers
    found: dict[Key, Any] = {("as_of",): day, ("assurance",): assessment.assurance}
    for question, given in answers.given.items():
        for one in given:
            found.setdefault(("answer", question, one.respondent), []).append(_as_of(one, day))
    for question, resolution in answers.circumstances.resolutions.items():
        found["resolution", question] = _as_of(resolution, day)
    for check, waiver in answers.circumstances.waived().items():
        found["waiver", check] = replace(waiver, approved_on="", expires="")
    for exclusion in answers.circumstances.excluded():
        found["scope", exclusion.kind, exclusion.id] = replace(exclusion, on="")
    return found | {("group", name): members for name, members in answers.groups.items()}


def _as_of(one: _Holder, day: datetime.date) -> _Holder:
    if not one.evidence:
        return one
    return replace(one, evidence=tuple(_lasting(item, day) for item in one.evidence))


def _lasting(item: Evidence, day: datetime.date) -> Evidence:
    """Return evidence that is valid on every day, or on none."""
    return replace(item, expires="" if item.holds_on(day) else datetime.date.min.isoformat())


class Causes:
    """Finds the inputs through which two results differ."""

    def __init__(self, old: Side, new: Side) -> None:
        self.old: Side = old
        self.new: Side = new
        both = old.assessment is not None and new.assessment is not None
        self.same_rules: bool = old.rules == new.rules
        self.evidenced: bool = "evidenced" in (old.document["assurance"], new.document["assurance"])
        keys = sorted({*new.inputs, *old.inputs})  # the same in either direction
        self.differing: tuple[Key, ...] = tuple(
            key
            for key in keys
            if (both or key[0] != "group")
            and old.content(key, evidenced=self.evidenced)
            != new.content(key, evidenced=self.evidenced)
        ) + (() if self.same_rules else (RULES,))
        self.reworking: Reworking | None = None
        if old.assessment is not None and new.assessment is not None:
            args = old.assessment, new.assessment
            self.reworking = Reworking(*args, same_rules=self.same_rules)
        self._own: dict[str, tuple[Key, ...]] = {}

    def of_check(self, check: str, via: Iterable[str]) -> tuple[Key, ...]:
        """Return why a check differs, by itself or through some of those that it requires."""
        old, new = (side.states.get(check) for side in (self.old, self.new))
        return self._confirmed(
            [key for one in (check, *via) for key in self.own(one)],
            lambda: self._concerning({*self._upstream(check)}),
            lambda outcome: outcome[0].get(check),
            (old, new),
        )

    def of_gate(self, gate: str, via: Iterable[str]) -> tuple[Key, ...]:
        """Return why a verdict differs, where `via` are the checks that changed for it."""
        old, new = (side.verdicts.get(gate) for side in (self.old, self.new))
        direct = [key for key in self.differing if key[:2] == ("scope", "gate")]
        return self._confirmed(
            [*direct, *(key for one in via for key in self.own(one))],
            lambda: self.differing,
            lambda outcome: outcome[1].get(gate),
            (old, new),
        )

    def _upstream(self, check: str) -> Iterator[str]:
        """Yield a check and all upstream of it on either side."""
        for side in (self.old, self.new):
            if check in side.checks:
                yield from side.all_waiting(check)

    def own(self, check: str) -> tuple[Key, ...]:
        """Return why a check itself, whatever it requires, differs; nothing if it does not."""
        old, new = (side.states.get(check) for side in (self.old, self.new))
        if old and new and old.own == new.own:
            return () if self.same_rules else (RULES,)
        if check not in self._own:
            keys = self._concerning({check})
            if self.reworking and not self.reworking.is_exhausted and len(keys) > 1:
                keys = self._decisive(check, keys, self.reworking)
            self._own[check] = keys
        return self._own[check]

    def _decisive(self, check: str, keys: tuple[Key, ...], reworking: Reworking) -> tuple[Key, ...]:
        """Return those without which the change is neither undone nor made."""
        everything = frozenset(self.differing)
        old, new = (side.states.get(check) for side in (self.old, self.new))

        def undoes(part: Sequence[Key]) -> bool:
            found = reworking.outcome(part)[0].get(check)
            return (found and found.own) == (old and old.own)

        def makes(part: Sequence[Key]) -> bool:
            found = reworking.outcome(everything.difference(part))[0].get(check)
            return (found and found.own) == (new and new.own)

        def decides(part: Sequence[Key]) -> bool:
            return undoes(part) and makes(part)

        return _smallest(decides, keys) if decides(keys) else self.differing

    def _confirmed(
        self,
        keys: Iterable[Key],
        all_of: Callable[[], Iterable[Key]],
        of: Callable[[tuple[dict[str, CheckState], dict[str, str]]], object],
        sides: tuple[object, object],
    ) -> tuple[Key, ...]:
        """Return the causes if they undo the difference; otherwise all that may be some."""
        chosen = set(keys)
        if self.reworking and not self.reworking.is_exhausted:
            for held in (chosen, set(all_of())):
                undone = (
                    of(self.reworking.outcome(held)),
                    of(self.reworking.outcome(frozenset(self.differing) - held)),
                )
                if undone == sides:
                    break
            else:
                held = set(self.differing)
            chosen = held
        return tuple(key for key in self.differing if key in chosen)

    def _concerning(self, checks: set[str]) -> tuple[Key, ...]:
        """Return the differing inputs on which some checks depend by themselves."""
        found = tuple(key for key in self.differing if self._concerns(key, checks))
        if self.reworking is None and any(key[0] not in ("as_of", "ruleset") for key in found):
            # Only the answers can be told apart from a result; the day is blamed last.
            found = tuple(key for key in found if key != ("as_of",))
        return found

    def _concerns(self, key: Key, checks: set[str]) -> bool:
        if key[0] in ("answer", "resolution"):
            readers = (side.readers.get(key[1], frozenset()) for side in (self.old, self.new))
            return any(not one.isdisjoint(checks) for one in readers)
        if key[0] == "scope":
            sides = (self.old, self.new)
            return any(not side.excluded_by(key).isdisjoint(checks) for side in sides)
        return key[0] != "waiver" or key[1] in checks

    def describe(self, key: Key) -> Iterator[dict[str, Any]]:
        """Yield a cause as in a comparison: an answer with its old and its new value, and so on."""
        match key:
            case ("answer" | "resolution", question, *who):
                yield from self._answer(key, question, who)
            case ("waiver", check):
                yield self._waiver(check)
            case ("scope", what, name):
                sides = [side.inputs.get(key, [{}])[0] for side in (self.old, self.new)]
                was, now = ("out" if one else "in" for one in sides)
                by = (sides[1] or sides[0])["by"] or None
                yield {"kind": "scope", "what": what, "id": name, "from": was, "to": now, "by": by}
            case ("group", name):
                old, new = (set(self._state(side, key)) for side in (self.old, self.new))
                moved = {"joined": sorted(new - old), "left": sorted(old - new)}
                yield {"kind": "group", "group": name, **moved}
            case ("ruleset",):
                yield {"kind": "ruleset", "from": self.old.ruleset, "to": self.new.ruleset}
            case _:
                kind = "day" if key[0] == "as_of" else key[0]
                was, now = (self._state(side, key) for side in (self.old, self.new))
                yield {"kind": kind, "from": was, "to": now}

    def _state(self, side: Side, key: Key) -> Any:
        held = side.inputs.get(key)
        return held[0]["state"] if held else []

    def _answer(self, key: Key, question: str, who: list[str]) -> Iterator[dict[str, Any]]:
        head: dict[str, Any] = {"question": question, "ask": self.new.label(question)}
        if head["ask"] == question:
            head["ask"] = self.old.label(question)
        if who:
            head["respondent"] = who[0] or None
        old, new = (side.inputs.get(key, []) for side in (self.old, self.new))
        if self.old.content(key, evidenced=False) != self.new.content(key, evidenced=False):
            said = [[_said(one) for one in held] for held in (old, new)]
            before, after = (held[0] if len(held) == 1 else held or None for held in said)
            by = {"by": next((one["settled_by"] for one in (*new, *old)), None)} if not who else {}
            yield {"kind": key[0], **head, "from": before, "to": after, **by}
            return
        before_, after_ = (
            {title: held for one in given for title, held in side.evidence(one).items()}
            for side, given in ((self.old, old), (self.new, new))
        )
        for title in dict.fromkeys((*after_, *before_)):
            was, now = before_.get(title), after_.get(title)
            if was != now:
                yield {"kind": "evidence", **head, "title": title, "from": was, "to": now}

    def _waiver(self, check: str) -> dict[str, Any]:
        held = [side.waiver(check) for side in (self.old, self.new)]
        known = next(one[0] for one in reversed(held) if one)
        was, now = (one and one[1] for one in held)
        told = {key: known[key] for key in ("approved_by", "expires")}
        return {"kind": "waiver", "check": check, "from": was, "to": now, **told}


def _said(one: dict[str, Any]) -> dict[str, Any]:
    keys = ("state", "value", "text", "given_on")
    return {key: one[key] for key in keys if key in one}


def _smallest(holds: Callable[[Sequence[Key]], bool], keys: Sequence[Key]) -> tuple[Key, ...]:
    """Return a part of some keys for which something still holds, and of which none can go."""
    kept, size = tuple(keys), max(len(keys) // 2, 1)
    while True:
        before, at = kept, 0
        while at < len(kept):
            rest = kept[:at] + kept[at + size :]
            if holds(rest):
                kept = rest
            else:
                at += size
        if size == 1 and kept == before:
            return kept
        size = max(size // 2, 1)
