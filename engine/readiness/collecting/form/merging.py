"""What a form brought, merged three ways: as issued, as it came back, and as the sheet is now."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any

from readiness.collecting.form.form_entries import plain_text
from readiness.model.answers import Evidence, Given

# What an import does with a question: `settle` says which side of a conflict to take, `form`,
# `sheet`, or neither (an empty text).
Settle = Callable[["Outcome"], str]

PARTS = ("answer", "note", "evidence")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What becomes of one question of a form.

    `kind` is
    - `untouched`: it came back as it was issued, or is still blank;
    - `agreed`: the respondent changed it, and the sheet says the same already;
    - `taken`: the respondent changed it, and the sheet had not changed;
    - `removed`: the respondent emptied it, and it is removed from the sheet;
    - `conflict`: form and sheet have both changed since the form was issued. `side` is the one
      taken, empty where that is not decided.

    `issued`, `form` and `sheet` are None where nothing is there. `emptied` names the parts that the
    respondent emptied and that are kept all the same: `form` has them as they were issued.
    """

    question: str
    kind: str
    issued: Given | None = None
    form: Given | None = None
    sheet: Given | None = None
    emptied: tuple[str, ...] = ()
    side: str = ""

    @property
    def changes_the_sheet(self) -> bool:
        """Whether the sheet is to say what the form says."""
        return self.kind in ("taken", "removed") or self.side == "form"


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a form is imported.

    `settle` says which side of a conflict to take. `clear` removes what the respondent emptied,
    `partial` takes what can be read and leaves the rest, `replaces` puts what the form says in the
    place of all that the sheet says. `day` is when the answers were given, None for today.
    """

    settle: Settle = lambda _conflict: ""
    clear: bool = False
    partial: bool = False
    replaces: bool = False
    day: datetime.date | None = None

    def stamp(self, entry: Given) -> Given:
        """Return an entry of the form with the day and the way in which it was given."""
        day = (self.day or datetime.date.today()).isoformat()
        return dataclasses.replace(entry, given_on=day, given_by="form")


def outcomes(
    asked: Iterable[str],
    issued: Map[str, Given],
    form: Map[str, Given],
    sheet: Map[str, Given],
    manner: ImportOptions,
) -> Iterator[Outcome]:
    """What becomes of each question that a form asks.

    `issued` has what the form was issued with, `form` what it says now, `sheet` what the answer
    sheet says now. What the respondent emptied counts as left alone, unless the manner clears it.
    """
    for key in asked:
        base, now, held = issued.get(key), form.get(key), sheet.get(key)
        emptied = () if manner.clear else _find_emptied(base, now)
        found = _outcome(key, base, _refill(base, now, emptied), held)
        found = dataclasses.replace(found, emptied=emptied)
        if found.kind == "conflict":
            found = dataclasses.replace(found, side=manner.settle(found))
        yield found


def _outcome(key: str, base: Given | None, now: Given | None, held: Given | None) -> Outcome:
    if is_alike(now, base):
        kind = "untouched"
    elif is_alike(now, held):
        kind = "agreed"
    elif not is_alike(held, base):
        kind = "conflict"
    else:
        kind = "removed" if now is None else "taken"
    return Outcome(key, kind, base, now, held)


def _find_emptied(base: Given | None, now: Given | None) -> tuple[str, ...]:
    """The parts that were filled in when the form was issued and came back blank."""
    if base is None:
        return ()
    return tuple(part for part in PARTS if _has(base, part) and not _has(now, part))


def _has(entry: Given | None, part: str) -> bool:
    if entry is None:
        return False
    return entry.state != "blank" if part == "answer" else bool(getattr(entry, part))


def _refill(base: Given | None, now: Given | None, emptied: tuple[str, ...]) -> Given | None:
    """What came back, with some parts as they were issued."""
    if base is None or not emptied:
        return now
    found = now or Given(base.question, base.respondent, "blank")
    for part in emptied:
        names = ("state", "value", "reason") if part == "answer" else (part,)
        found = dataclasses.replace(found, **{name: getattr(base, name) for name in names})
    return found


def is_alike(one: Given | None, other: Given | None) -> bool:
    """Whether two entries say the same; one without answer, note and evidence says nothing."""
    return bool(_content(one) == _content(other))


def _content(entry: Given | None) -> Any:
    if entry is None or entry.is_empty:
        return None
    evidence = tuple(map(_evidence_fields, entry.evidence))
    return _plain((entry.state, entry.value, entry.reason, entry.note, evidence))


def _evidence_fields(item: Evidence) -> tuple[str, ...]:
    """What an answer says of its evidence; whether the file is there, a form cannot know."""
    return tuple(getattr(item, one.name) for one in dataclasses.fields(item) if one.compare)


def _plain(value: Any) -> Any:
    """A value whose texts are as cells keep them."""
    match value:
        case str():
            return plain_text(value)
        case tuple():
            return tuple(_plain(one) for one in value)
        case Map():
            return {key: _plain(one) for key, one in value.items()}
        case _:
            return value
