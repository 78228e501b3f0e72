"""A comparison in words, block by block, as every report tells it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from readiness.comparing.comparison import Comparison, Turn, direction_of
from readiness.comparing.side import Key, Side
from readiness.evaluation.formatting import NOT_ANSWERED, format_day, join_names
from readiness.reports import phrasing
from readiness.reports.phrasing import PROGRESS, STATUSES, count_noun, verdict_in_words
from readiness.result.score import Score

_MOST_NAMES = 6
_WAIVED = {"in_force": "in force", "expired": "expired", "not_started": "not started yet"}
_ALREADY = "Nothing changed: neither what went in nor what came out."


@dataclass(frozen=True, slots=True)
class Entry:
    """What was one thing, and is another; `kind` is the verdict or the status now, if it has one.

    `lines` say why. `id` is empty where the title has it.
    """

    id: str
    title: str
    was: str
    now: str
    direction: str = "same"
    kind: str = ""
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Block:
    """Entries of one kind, with a name for links and a title for readers."""

    name: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, eq=False)
class Changes:
    """A comparison in words."""

    comparison: Comparison

    @property
    def title(self) -> str:
        """What is compared: the day of the first result, or both if they are of different cases."""
        old, new = self.comparison.old, self.comparison.new
        if old.title != new.title:
            return f"{old.title} and {new.title}"
        return f"What changed since {_day(old.document['as_of'])}"

    @property
    def sides(self) -> list[tuple[str, str]]:
        """Both results: what was assessed, when, and with which ruleset."""
        sides = (self.comparison.old, self.comparison.new)
        return [
            (one.title, f"{_day(one.document['as_of'])}, {ruleset['id']} {ruleset['version']}")
            for one in sides
            for ruleset in (one.ruleset,)
        ]

    @cached_property
    def summary(self) -> str:
        """What turned, in one sentence."""
        if self.comparison.is_empty:
            return _ALREADY
        counts = [
            f"{count_noun(len(block.entries), 'gate' if block.name == 'gates' else 'check')} {word}"
            for block in self.blocks
            if (word := _COUNTED.get(block.name))
        ]
        return f"{join_names(counts)}." if counts else "No verdict and no status changed."

    @cached_property
    def blocks(self) -> list[Block]:
        """What changed, the gates first; only blocks that have entries."""
        found = self.comparison
        own = [one for one in found.checks if self._is_own(one)]
        moved = [one for one in found.checks if not self._is_own(one)]
        unused = [key for key, checks in found.inputs if not checks and key != ("as_of",)]
        blocks = (
            ("gates", "Go / no-go decisions that changed", map(self._gate, found.gates)),
            ("opened", "Checks that are open again", self._changed(own, "opened")),
            ("closed", "Checks that were closed", self._changed(own, "closed")),
            ("turned", "Checks with a different status", self._changed(own, "turned")),
            ("moved", "Progress of other checks", map(self._check, moved)),
            ("new", "New checks", self._changed(own, "new")),
            ("gone", "Checks that are no longer there", self._changed(own, "gone")),
            ("score", "Score", self._scores()),
            ("dates", "Earliest dates", self._dates()),
            ("order", "Order of work", self._order()),
            ("unused", "Changes that affect no check", self._inputs(unused)),
        )
        listed = (Block(name, title, tuple(entries)) for name, title, entries in blocks)
        return [block for block in listed if block.entries]

    def _changed(self, checks: Iterable[Turn], change: str) -> Iterator[Entry]:
        return (self._check(one) for one in checks if one.change == change)

    def _is_own(self, one: Turn) -> bool:
        old, new = (side.states.get(one.id) for side in (self.comparison.old, self.comparison.new))
        return not (old and new and old.own == new.own)

    def _gate(self, one: Turn) -> Entry:
        was, now = (verdict_in_words(key) if key else "–" for key in (one.before, one.after))
        lines = []
        if one.via:
            how = {
                "better": "now closed or closer to it",
                "worse": "now open or further from closing",
            }
            names = join_names([self._title(key) for key in one.via], _MOST_NAMES)
            lines = [f"Checks {how.get(one.direction, 'that changed')}: {names}"]
        return Entry(
            one.id, one.title, was, now, one.direction, one.after or one.before,
            (*lines, *self.causes(one.causes)),
        )  # fmt: skip

    def _check(self, one: Turn) -> Entry:
        was, now = map(_state, (one.before, one.after))
        known = one.after or one.before
        kind = "waived" if known["waived"] or known["out_of_scope"] else known["status"]
        lines = []
        if one.via:
            is_held = one.after["standing"] in ("blocked", "premature")
            names = join_names([self._title(key) for key in one.via], _MOST_NAMES)
            noun = "Prerequisite" if len(one.via) == 1 else "Prerequisites"
            lines = [f"{noun} now {'open' if is_held else 'closed'}: {names}"]
        causes = self.causes(one.causes) if self._is_own(one) or not one.via else ()
        return Entry(one.id, one.title, was, now, one.direction, kind, (*lines, *causes))

    def _title(self, check: str) -> str:
        for side in (self.comparison.new, self.comparison.old):
            if check in side.checks:
                return str(side.checks[check]["title"])
        return check

    def _scores(self) -> Iterator[Entry]:
        score = self.comparison.score
        areas: dict[str, str] = {}
        for side in (self.comparison.old, self.comparison.new):
            if side.assessment is not None:
                areas |= {key: one.title for key, one in side.assessment.ruleset.areas.items()}
        rows = [("", "All checks", score["from"], score["to"])]
        for one in score["areas"]:
            key = one["id"]
            rows.append((key if key in areas else "", areas.get(key, key), one["from"], one["to"]))
        for key, title, old, new in rows:
            if old != new:
                was, now = (
                    phrasing.score_range(Score(**one)) if one else "–" for one in (old, new)
                )
                low = [(one or {}).get("low") or 0 for one in (old, new)]
                yield Entry(key, title, was, now, direction_of(low[0], low[1]))

    def _dates(self) -> Iterator[Entry]:
        for one in self.comparison.dates:
            key, sides = one["id"], (self.comparison.old, self.comparison.new)
            was, now = (
                _day(day) if day else "passed" if _passed(side, key) else "–"
                for day, side in zip((one["from"], one["to"]), sides, strict=True)
            )
            gates = self.comparison.old.gates | self.comparison.new.gates
            direction = "worse" if (one["to"] or "") > (one["from"] or "") else "better"
            yield Entry(key, gates[key]["title"], was, now, direction)

    def _order(self) -> Iterator[Entry]:
        for one in self.comparison.order:
            was, now = (f"step {one[key]}" for key in ("from", "to"))
            yield Entry(one["id"], self._title(one["id"]), was, now)

    def _inputs(self, keys: Iterable[Key]) -> Iterator[Entry]:
        for one in self.comparison.describe(keys):
            title, was, now = self._told(one)
            key = one.get("question", "")
            yield Entry("" if key == one.get("ask") else key, title, was, now)

    def causes(self, keys: Iterable[Key]) -> tuple[str, ...]:
        """Return what made something turn, a sentence for each cause."""
        told = map(self._told, self.comparison.describe(keys))
        return tuple(
            f"{title}{'' if title.endswith('?') else ':'} {was or '–'} → {now or '–'}"
            for title, was, now in told
        )

    def _told(self, cause: dict[str, Any]) -> tuple[str, str, str]:
        """Return what an input is, what it was and what it is now."""
        old: Any = cause.get("from")
        new: Any = cause.get("to")
        match cause["kind"]:
            case "answer":
                who = self._who(cause["respondent"] or "")
                return f"{who}{cause['ask']}", _said(old), _said(new)
            case "resolution":
                by = f" by {cause['by']}" if cause["by"] else ""
                nothing = "not resolved"
                was, now = (_said(one) if one else nothing for one in (old, new))
                return f"Resolution{by}: {cause['ask']}", was, now
            case "evidence":
                who = self._who(cause.get("respondent") or "")
                was, now = (one or "none" for one in (old, new))
                return f"Evidence “{cause['title']}” ({who}{cause['ask']})", was, now
            case "waiver":
                by = f" by {cause['approved_by']}" if cause["approved_by"] else ""
                until = f", until {_day(cause['expires'])}" if cause["expires"] else ""
                was, now = (_WAIVED[one] if one else "none" for one in (old, new))
                return f"Waiver{by} of “{self._title(cause['check'])}”{until}", was, now
            case "scope":
                was, now = (f"{one} {'of ' if one == 'out' else ''}scope" for one in (old, new))
                return f"Scope, {cause['what']} {cause['id']} (by {cause['by']})", was, now
            case "group":
                parts = [f"{word} {join_names([self._name(one) for one in cause[word]])}"
                         for word in ("joined", "left") if cause[word]]  # fmt: skip
                return f"Members of {cause['group']}", "", "; ".join(parts)
            case "ruleset":
                was, now = (f"{one['id']} {one['version']}" for one in (old, new))
                return "Ruleset or questionnaire", was, now if now != was else f"{now}, edited"
            case "day":
                return "Day of the assessment", _day(old), _day(new)
            case _:
                return str(cause["kind"]).capitalize(), str(old), str(new)

    def _name(self, respondent: str) -> str:
        for side in (self.comparison.new, self.comparison.old):
            if side.assessment is not None:
                return side.assessment.circumstances.people.name(respondent)
        return respondent

    def _who(self, respondent: str) -> str:
        return f"{self._name(respondent)}: " if respondent else ""


_COUNTED = {
    "gates": "changed", "opened": "open again", "closed": "closed",
    "turned": "with a different status", "new": "new", "gone": "gone",
}  # fmt: skip


def _passed(side: Side, gate: str) -> bool:
    return side.verdicts.get(gate) in ("go", "conditional_go")


def _day(written: str) -> str:
    return format_day(datetime.date.fromisoformat(written))


def _state(state: Mapping[str, Any] | None) -> str:
    if state is None:
        return "–"
    waived = ", waived" if state["waived"] else ""
    progress = "out of scope" if state["out_of_scope"] else PROGRESS[state["standing"]]
    return f"{STATUSES[state['status']]}{waived}, {progress}"


def _said(one: Any) -> str:
    if not one:
        return "no answer"
    if isinstance(one, list):
        return " / ".join(map(_said, one))
    words = NOT_ANSWERED.get(one["state"])
    return f"{words}: {one['text']}" if words else str(one["text"])
