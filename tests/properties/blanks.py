"""The missing answers of a case, and filling them in."""

from __future__ import annotations

import copy
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from tests.properties.cases import Case, value_of
from tests.properties.pairs import Pair

UP_TO_DATE = [{"title": "minute", "file": "minute.pdf", "expires": "2027-01-01"}]


@dataclass(frozen=True)
class Blank:
    """A place in the sheets: an answer, or a cell of the table there.

    `by` names for whom the sheet speaks there; None means the sheet's respondent.
    """

    sheet: str
    question: str
    by: str | None = None
    row: int | None = None
    column: str = ""


def blanks(pair: Pair) -> list[Blank]:
    """Return each missing answer once, where it could be written, and each blank cell.

    A place is left out if writing there would add a respondent: that would do more than fill in the
    blank, because one more respondent is then expected to answer.
    """
    found: list[Blank] = []
    for key, question in pair.ruleset.questions.items():
        if key in pair.circumstances.resolutions:
            continue
        declared = pair.circumstances.groups.get(question.ask_each)
        for respondent in (declared or sorted(heard(pair.case))) if question.ask_each else [None]:
            given = [
                one
                for one in pair.answers.given.get(key, ())
                if respondent in (None, one.respondent)
            ]
            known = [one for one in given if one.state != "unknown"]
            if not known:
                found += list(_places(pair, key, respondent))[:1]
            elif len(known) == 1 and question.type == "table" and known[0].value is not None:
                found += _cells(pair.case, key, known[0].respondent)
    return found


def _places(pair: Pair, key: str, respondent: str | None) -> Iterator[Blank]:
    for sheet, answers in pair.case["sheets"].items():
        entry = answers.get(key)
        speaks = isinstance(entry, dict) and "by" in entry
        names = list(entry["by"]) if speaks and respondent is None else [respondent]
        for name in names:
            writer = sheet if name is None else name
            if _changes_who_is_heard(pair, sheet, writer) or (speaks and not writer):
                continue
            if speaks:
                yield Blank(sheet, key, name if name is not None else next(iter(entry["by"])))
            elif name is None or name == sheet:
                yield Blank(sheet, key)
            elif entry is None and name and sheet:
                yield Blank(sheet, key, name)


def heard(case: Case) -> set[str]:
    """Return everyone who handed in a sheet or for whom a sheet speaks; empty if unnamed."""
    found: set[str] = set()
    for sheet, answers in case["sheets"].items():
        spoken = [one["by"] for one in answers.values() if isinstance(one, dict) and "by" in one]
        found |= {sheet, *(name for by in spoken for name in by)} - {""} or {""}
    return found


def _changes_who_is_heard(pair: Pair, sheet: str, writer: str) -> bool:
    """Return whether a new respondent would appear, of whom further answers are then expected.

    A sheet without a respondent belongs to an unnamed one until it speaks for others.
    """
    if all(group in pair.circumstances.groups for group in pair.answers.groups):
        return False
    people = heard(pair.case)
    return writer not in people or bool(writer and not sheet and "" in people)


def _cells(case: Case, key: str, respondent: str) -> Iterator[Blank]:
    columns = case["questions"][key]["columns"]
    for sheet, answers in case["sheets"].items():
        entry = answers.get(key)
        spoken = entry["by"] if isinstance(entry, dict) and "by" in entry else {None: entry}
        for by, one in spoken.items():
            rows = one.get("value") if isinstance(one, dict) else one
            if (sheet if by is None else by) != respondent or not isinstance(rows, list):
                continue
            for number, row in enumerate(rows):
                for column in columns:
                    if row.get(column) is None:
                        yield Blank(sheet, key, by, number, column)


def entries(pair: Pair, blank: Blank, draw: random.Random) -> Any:
    """Return a random valid answer to a blank."""
    question = pair.case["questions"][blank.question]
    if blank.row is not None:
        return value_of(draw, question["columns"][blank.column])
    if "not_applicable" in question and draw.random() < 0.25:
        return {"not_applicable": "we have none"}
    value = value_of(draw, question)
    if draw.random() < 0.2:
        return value
    return {"value": value, "evidence": UP_TO_DATE}


def fill(sheets: Case, blank: Blank, entry: Any) -> None:
    """Write an answer, or the value of a cell, into a blank."""
    answers = sheets[blank.sheet]
    if blank.row is not None:
        held = answers[blank.question]
        held = held["by"][blank.by] if blank.by is not None else held
        rows = held["value"] if isinstance(held, dict) else held
        rows[blank.row][blank.column] = entry
        return
    held = answers.get(blank.question)
    speaks = isinstance(held, dict) and "by" in held
    if blank.by is None and not speaks:
        answers[blank.question] = entry
        return
    spoken = held["by"] if speaks else {} if held is None else {blank.sheet: held}
    by = blank.sheet if blank.by is None else blank.by
    answers[blank.question] = {"by": {**spoken, by: entry}}


def filled(pair: Pair, some: list[Blank], draw: random.Random) -> Pair:
    """Return the pair with some blanks filled in at random."""
    sheets = copy.deepcopy(pair.case["sheets"])
    for blank in some:
        fill(sheets, blank, entries(pair, blank, draw))
    return pair.with_sheets(sheets)
