"""Reason trees: why a condition has its truth value, down to the answers read."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any

from readiness.documents.decimals import NUMBERS, shortest
from readiness.evaluation.formatting import USUAL_PLACES, format_day, format_given
from readiness.evaluation.states import Bounds, Missing, State
from readiness.model.answers import Evidence, Given
from readiness.model.questionnaire import Question
from readiness.problems.values import brief


@brief
@dataclass(frozen=True, slots=True)
class Reading:
    """An answer that was read, or that is missing.

    `state` is answered, unknown, not_applicable, unanswered, or not_asked; `text` is the answer in
    words, or why there is none. `settled_by` names the assessor if a resolution settled it. `who`
    is the respondent's name. `changed` says in words when and from what the answer was changed;
    empty if it was not.
    """

    question: str
    respondent: str
    state: str
    value: State
    text: str
    note: str = ""
    evidence: tuple[Evidence, ...] = ()
    file: str = ""
    line: int = 0
    settled_by: str = ""
    who: str = ""
    given_on: str = ""
    given_by: str = ""
    changed: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return the answer as in the result document."""
        found: dict[str, Any] = {"question": self.question}
        if self.respondent:
            found["respondent"] = self.respondent
        found["state"] = self.state
        if self.state == "answered":
            found["value"] = plain(self.value)
        found["text"] = self.text
        keys = ("note", "settled_by", "given_on", "given_by", "changed", "file")
        found |= {key: held for key in keys if (held := getattr(self, key))}
        if self.line:
            found["line"] = self.line
        if self.evidence:
            found["evidence"] = [evidence_dict(item) for item in self.evidence]
        return found


@brief
@dataclass(frozen=True, slots=True)
class Reason:
    """A condition, its truth value, and the reasons: its parts, or for a leaf the answers read.

    `truth` is true, false, unknown or not_applicable; `why` says why it is unknown or does not
    apply, or which values it misses. `values` are the derived values that a leaf read, and the
    results of `npv`, `irr` and `payback`, by their calls. The root of a check's tree also has
    `applies_when` if the check has such a condition. `rows` are the truth values of a leaf's
    condition for the rows of its table; empty if it has none. `places` is the number of decimals
    that tell the two sides of a decided comparison apart.
    """

    text: str
    truth: str
    why: str = ""
    parts: tuple[Reason, ...] = ()
    answers: tuple[Reading, ...] = ()
    values: tuple[tuple[str, State], ...] = ()
    applies_when: Reason | None = None
    rows: tuple[str, ...] = ()
    places: int = USUAL_PLACES

    @property
    def is_unmet(self) -> bool:
        """Return whether a check with this root is unmet."""
        applies = self.applies_when is None or self.applies_when.truth == "true"
        return applies and self.truth == "false"

    def leaves(self) -> Iterator[Reason]:
        """Yield the reasons that read answers, in the order of the text."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()

    def to_dict(self) -> dict[str, Any]:
        """Return the reason tree as in the result document."""
        found: dict[str, Any] = {"text": self.text, "truth": self.truth}
        if self.why:
            found["reason"] = self.why
        if self.parts:
            found["parts"] = [part.to_dict() for part in self.parts]
        if self.values:
            found["values"] = [{"id": key, "value": plain(value)} for key, value in self.values]
        if self.rows:
            found["rows"] = list(self.rows)
        if self.answers:
            found["answers"] = [answer.to_dict() for answer in self.answers]
        if self.applies_when is not None:
            found["applies_when"] = self.applies_when.to_dict()
        return found


def change_in_words(question: Question, given: Given) -> str:
    """Return when, and from what, an answer was changed; empty if it was not."""
    if not given.history or (found := given.replaced) is None:
        return ""
    earlier, day = found
    on = f" on {format_day(datetime.date.fromisoformat(day))}" if day else ""
    return f"changed{on} from {format_given(question, *earlier.said)}"


def plain(value: State) -> Any:
    """Return a state as JSON values: dates as text, tables as lists, bounds as a mapping."""
    if isinstance(value, Missing):
        return None
    if isinstance(value, Bounds):
        limits = {"low": value.low, "high": value.high}
        return {key: shortest(limit) for key, limit in limits.items() if not math.isinf(limit)}
    if isinstance(value, NUMBERS) and not isinstance(value, bool):
        return shortest(value)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, Map):
        return {key: plain(cell) for key, cell in value.items()}
    return [plain(one) for one in value] if isinstance(value, tuple) else value


def evidence_dict(item: Evidence) -> dict[str, Any]:
    """Return an evidence item as in the result document, without its blank fields."""
    fields = ("title", "file", "url", "collected", "expires", "sha256")
    found: dict[str, Any] = {key: held for key in fields if (held := getattr(item, key))}
    if item.file:
        found["seen"] = item.seen
    return found
