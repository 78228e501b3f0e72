"""What respondents disagree on, in words: every side, and where their tables first differ."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from collections.abc import Mapping as Map

from readiness.evaluation.formatting import format_answer, join_names
from readiness.model.answers import Given, sides
from readiness.model.questionnaire import Field, Question
from readiness.model.value import Value

_MOST_NAMES = 6
_Side = tuple[Given, ...]


def disagreement(question: Question, given: Sequence[Given]) -> str:
    """Return every side of a conflict with those who are on it."""
    held = sides(given)
    twice = frozenset(on_several(held))
    answers = _apart(question, [side[0].value for side in held])
    said = [
        f"{_names(side, twice)} {'says' if len(side) == 1 else 'say'} "
        + (answer if side[0].state == "answered" else "it does not apply")
        for side, answer in zip(held, answers, strict=True)
    ]
    differs = first_difference(question, given)
    return _head(held) + ", ".join(said) + (f"; {differs}" if differs else "")


def _head(held: Sequence[_Side]) -> str:
    everyone = {one.respondent for side in held for one in side}
    return "respondents disagree: " if len(everyone) > 1 or "" in everyone else "answered twice: "


def first_difference(question: Question, given: Sequence[Given]) -> str:
    """Return the first cell in which tables differ, with what each side has there.

    It is empty where fewer than two sides answered with a table.
    """
    all_sides = sides(given)
    twice = frozenset(on_several(all_sides))
    tables = [(side, side[0].value) for side in all_sides if isinstance(side[0].value, tuple)]
    if question.type != "table" or len(tables) < 2:
        return ""
    rows = [(side, value) for side, value in tables if isinstance(value, tuple)]
    for number in range(max(len(value) for _, value in rows)):
        held = [value[number] if number < len(value) else None for _, value in rows]
        if all(row == held[0] for row in held):
            continue
        where, said = _in_row(question, held)
        whose = (
            f"{words} ({_names(side, twice)})" for (side, _), words in zip(rows, said, strict=True)
        )
        return f"first difference in row {number + 1}{where}: {'; '.join(whose)}"
    return ""


def _in_row(question: Question, rows: Sequence[object]) -> tuple[str, list[str]]:
    """Return the column in which rows first differ, and what each has there."""
    held = [row if isinstance(row, Map) else None for row in rows]
    for key, column in question.columns.items():
        cells = [None if row is None else row.get(key) for row in held]
        if any(cell != cells[0] for cell in cells):
            told = _apart(column, cells)
            said = [
                "no such row" if row is None else words
                for row, words in zip(held, told, strict=True)
            ]
            return f", {column.label}", said
    return "", ["no such row" if row is None else "a blank row" for row in held]


def _apart(field: Field, values: Sequence[Value | None]) -> list[str]:
    """Return values in words; as they are written where their words are the same."""
    words = ["blank" if value is None else format_answer(field, value) for value in values]
    times = Counter(words)
    return [
        word if times[word] == 1 or isinstance(value, tuple | None) else repr(value)
        for word, value in zip(words, values, strict=True)
    ]


def _names(side: _Side, twice: Collection[str]) -> str:
    """Return who is on a side: `ann, bob and 3 more`; with the place of who is in `twice`."""
    names = [
        f"{one.who} ({place_of(one)})" if one.respondent in twice else one.who or "one sheet"
        for one in side
    ]
    return join_names(list(dict.fromkeys(names)), _MOST_NAMES)


def on_several(all_sides: Iterable[_Side]) -> tuple[str, ...]:
    """Return the respondents who gave different answers, in different places."""
    seen = Counter(name for side in all_sides for name in {one.respondent for one in side})
    return tuple(name for name, count in seen.items() if name and count > 1)


def place_of(given: Given) -> str:
    """Return the sheet of an answer, and its line."""
    return f"{given.sheet}, line {given.place.line}" if given.place.line else given.sheet
