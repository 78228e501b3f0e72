"""What one respondent gave, question by question: as the text of an answer sheet, and merged."""

from __future__ import annotations

import dataclasses
import datetime
import json
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from readiness.documents.editing import REMOVED, NotEditable, edit_text
from readiness.documents.emitting import WIDTH, Brief, block_lines, flow_text, key_text
from readiness.documents.reading import read
from readiness.documents.schemas import FORMATS
from readiness.model.answers import Evidence, Given, Sheet, read_answer
from readiness.model.fields import child, text
from readiness.model.questionnaire import Question
from readiness.problems import Problems, Source
from readiness.reports.respondents.conflicts import writable

_NO_ANSWERS = frozenset({"unknown", "not_applicable"})
_STEP = 2


def own_entries(respondent: str, sheet: Sheet) -> list[Given]:
    """What a sheet holds of a respondent, also entries that only have a history."""
    return [one for one in (*sheet.given, *sheet.blank) if one.respondent == respondent]


def entries_by(respondent: str, sheets: Iterable[Sheet], problems: Problems) -> dict[str, Given]:
    """What a respondent gave on some sheets, by question.

    A question that was answered on two of them goes to `problems`, unless both say the same.
    """
    found: dict[str, Given] = {}
    for sheet in sheets:
        for entry in own_entries(respondent, sheet):
            if entry.is_empty:
                continue
            before = found.get(entry.question)
            if before is None or before.state == "blank":
                found[entry.question] = entry
            elif entry.state != "blank" and not (
                before == entry and type(before.value) is type(entry.value)
            ):
                facts = {"id": entry.question, "respondent": respondent}
                problems.add("given-twice", before, entry, **facts)
    return found


def plain_text(text: str) -> str:
    """A text as cells keep it: line ends are one character, and no blanks are around it."""
    return text.replace("\r\n", "\n").strip()


def answers_text(
    given: Map[str, Given],
    questionnaires: Iterable[str],
    respondent: str,
    *,
    origin: str = "",
    ruleset: str = "",
) -> str:
    """The answers document of a respondent; `origin` says where the answers come from.

    What is empty is left out. A blank line stands between two sections.
    """
    named = list(questionnaires)
    lines = [f"# {line}" for line in origin.splitlines() if line.isprintable()]
    lines.append(f"format: {FORMATS['answers']}")
    if named:
        lines.append(f"questionnaire: {flow_text(named[0] if len(named) == 1 else named)}")
    if ruleset:
        lines.append(f"ruleset: {flow_text(ruleset)}")
    if respondent:
        lines.append(f"respondent: {flow_text(respondent)}")
    lines.append("answers:" if given else "answers: {}")
    section = ""
    for key, entry in given.items():
        if section and not key.startswith(f"{section}."):
            lines.append("")
        section = key.partition(".")[0]
        lines += _entry_lines(key, entry)
    return "\n".join(lines) + "\n"


def _entry_lines(key: str, entry: Given) -> list[str]:
    head = f"{key_text(key)}:"
    first, *rest = block_lines(_as_recorded(entry), WIDTH - _STEP, _STEP, used=len(head) + 1)
    indent = " " * _STEP
    return [indent + line if line else "" for line in (head + first, *rest)]


def entry_as_plain(entry: Given) -> object:
    """An entry as a document and a form hold it, without when it was given and its history."""
    more: dict[str, object] = {"note": entry.note} if entry.note else {}
    if entry.evidence:
        more["evidence"] = [_evidence_written(item) for item in entry.evidence]
    if entry.state in _NO_ANSWERS:
        return {entry.state: entry.reason, **more}
    value = writable(entry.value)
    return {"value": value, **more} if more else value


def _as_recorded(entry: Given) -> object:
    """An entry as an answer sheet holds it: with when and how it was given, and its history."""
    more: dict[str, object] = {}
    if entry.given_on:
        more["given_on"] = datetime.date.fromisoformat(entry.given_on)
    if entry.given_by:
        more["given_by"] = entry.given_by
    if entry.history:
        more["history"] = [_as_mapping(_as_recorded(one)) for one in entry.history]
    plain = entry_as_plain(entry)
    if isinstance(plain, dict) or entry.history:
        return {**_as_mapping(plain), **more}
    return Brief(value=plain, **more) if more else plain


def _as_mapping(plain: object) -> dict[str, object]:
    return plain if isinstance(plain, dict) else {"value": plain}


def with_history(entry: Given, earlier: Given | None) -> Given:
    """An entry with its history, where `earlier` is what it takes the place of.

    An answer that is replaced goes into the history, and so does an entry whose note or evidence
    is. An answer that stays was given when it was given before.
    """
    if earlier is None:
        return entry if entry.state != "blank" else replace(entry, given_on="", given_by="")
    is_kept = set(earlier.evidence) <= set(entry.evidence) and earlier.note in ("", entry.note)
    is_same = entry.said == earlier.said
    history = earlier.history
    if not earlier.is_empty and not (is_kept and (is_same or earlier.state == "blank")):
        history = (*history, replace(earlier, history=()))
    elif is_same and (earlier.given_on or entry != earlier or entry.state == "blank"):
        entry = replace(entry, given_on=earlier.given_on, given_by=earlier.given_by)
    return replace(entry, history=history)


def entry_as_json(entry: Given) -> Any:
    """The same of plain JSON values: days are texts, decimals the nearest number."""

    def nearest(value: object) -> object:
        return float(value) if isinstance(value, Decimal) else str(value)

    return json.loads(json.dumps(entry_as_plain(entry), default=nearest))


def with_entry(
    sheet: str, entry: Given, respondent: str, questions: Map[str, Question], name: str
) -> str:
    """The text of an answer sheet with an entry of a respondent; all else stays as it is.

    What it replaces goes into its history. One that says nothing, and never did, is removed.
    `questions` are in their order, `name` is the sheet's. Raises `NotEditable` where the answer
    cannot be changed by itself.
    """
    root = read(Source(name, sheet.lstrip("\ufeff")))
    path = ["answers", entry.question]
    held = child(child(root, "answers"), entry.question)
    spoken = child(held, "by")
    is_of_other = respondent not in ("", text(child(root, "respondent")))
    if spoken is not None and not respondent:
        raise NotEditable(f"it answers '{entry.question}' for several respondents")
    if spoken is None and held is not None and is_of_other:
        raise NotEditable(f"it answers '{entry.question}' for somebody else")
    if spoken is not None or is_of_other:
        path += ["by", respondent]
        held = child(spoken, respondent)
    earlier = read_answer(questions[entry.question], respondent, held, name, Problems())
    entry = with_history(entry, earlier)
    value = REMOVED if entry.is_empty and not entry.history else _as_recorded(entry)
    return edit_text(sheet, path, value, order=list(questions), name=name)


def on_one_line(entry: Given) -> str:
    """The same as YAML on one line."""
    return flow_text(entry_as_plain(entry))


def _evidence_written(item: Evidence) -> dict[str, object]:
    """An item of evidence as a document holds it."""
    held = {"title": item.title, "file": item.file, "url": item.url}
    days = {"collected": item.collected, "expires": item.expires}
    found: dict[str, object] = {key: text for key, text in held.items() if text}
    return found | {key: datetime.date.fromisoformat(day) for key, day in days.items() if day}


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


def settle_nothing(_conflict: Outcome) -> str:
    """Take neither side of a conflict."""
    return ""


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """How a form is imported.

    `settle` says which side of a conflict to take. `clear` removes what the respondent emptied,
    `partial` takes what can be read and leaves the rest, `replaces` puts what the form says in the
    place of all that the sheet says. `day` is when the answers were given, None for today.
    """

    settle: Settle = settle_nothing
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
