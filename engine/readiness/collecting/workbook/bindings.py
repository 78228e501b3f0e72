"""The hidden sheet that binds a workbook to its questions."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from readiness.collecting.form.form_fingerprint import (
    FORMAT,
    Binding,
    Edition,
    Issue,
    as_texts,
    from_texts,
    issue_of,
)

if TYPE_CHECKING:
    from openpyxl.worksheet.worksheet import Worksheet

TITLE = "readiness"


def write_binding(held: Worksheet, binding: Binding, own: Iterable[str]) -> None:
    """Put a binding into a sheet of its own, sealed with its digest.

    `own` are the texts of the form itself, by which what others wrote is told apart.
    """
    held.sheet_state = "hidden"
    issue = binding.issue or Issue()
    rows: list[tuple[str, ...]] = [
        (FORMAT,),
        ("issue", *as_texts(issue.to_dict())),
        ("ruleset", binding.ruleset),
        ("respondent", binding.respondent),
        *(("questionnaire", one.id, one.version, one.sha256) for one in binding.editions),
        *(("asked", key, _json(asked)) for key, asked in binding.asked.items()),
        *(("given", key, *as_texts(given)) for key, given in issue.given.items()),
        ("own", *as_texts("".join(sorted({_mark_of(text) for text in own})))),
        ("seal", binding.seal()),
    ]
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            cell = held.cell(number, column)
            cell.value, cell.data_type, cell.number_format = text, "s", "@"


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


_MARK = 8  # hexadecimal digits by which a text is known


def _mark_of(text: str) -> str:
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:_MARK]


class OwnTexts:
    """The texts that a form had when it was made."""

    def __init__(self, rows: Iterable[Sequence[str]]) -> None:
        found = [row[1:] for row in rows if row and row[0] == "own"]
        try:
            marks = str(from_texts(found[0])) if found else ""
        except ValueError:
            marks = ""
        self._marks = {marks[at : at + _MARK] for at in range(0, len(marks), _MARK)}

    @property
    def are_known(self) -> bool:
        """Whether the form says which they were."""
        return bool(self._marks)

    def __contains__(self, text: str) -> bool:
        return _mark_of(text) in self._marks


class Altered(Exception):
    """What the sheet holds is not what was written there; the text says in which way."""


def read_binding(rows: Sequence[Sequence[str]]) -> Binding:
    """The binding in the rows of its sheet; raises `Altered`."""
    try:
        return _read(rows)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as fault:
        raise Altered("is not complete") from fault


def _read(rows: Sequence[Sequence[str]]) -> Binding:
    said: dict[str, str] = {"respondent": ""}
    issue: Any = None
    given: dict[str, Any] = {}
    editions: list[Edition] = []
    asked: dict[str, dict[str, Any]] = {}
    for row in rows:
        match [text for text in row if text]:
            case ["questionnaire", name, version, sha256]:
                editions.append(Edition(name, version, sha256))
            case ["asked", key, text]:
                asked[key] = json.loads(text)
            case ["issue", *texts]:
                issue = from_texts(texts)
            case ["given", key, *texts]:
                given[key] = from_texts(texts)
            case [("ruleset" | "respondent" | "seal") as key, text]:
                said[key] = text
            case _:
                continue
    issued = None if issue is None else issue_of(issue, given)
    binding = Binding(said["ruleset"], said["respondent"], tuple(editions), asked, issued)
    if binding.seal() != said["seal"]:
        raise Altered("is not as it was written")
    return binding
