"""What binds a form to its questions and to its issue: what was asked of whom, and filled in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import asdict, dataclass, field
from typing import Any

from readiness.collecting.form.formatting import name_options
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.digests import digest_of
from readiness.model.questionnaire import Field, Question
from readiness.result.digest import digest

FORMAT = "readiness/form/2"
OLDER_FORMAT = "readiness/form/1"
"""Forms of this format do not say what they were issued with."""


_PART = 30_000  # characters; a cell holds 32,767


@dataclass(frozen=True, slots=True)
class Edition:
    """One questionnaire as it was when the form was made."""

    id: str
    version: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Issue:
    """What a form was issued with.

    `engagement` is the id of the engagement, empty where there is none; `day` is an ISO date.
    `given` has the answers that were filled in, each as the YAML of an answer sheet on one line.
    """

    engagement: str = ""
    number: int = 1
    day: str = ""
    given: Map[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """As plain values, without the answers."""
        return {"engagement": self.engagement, "number": self.number, "day": self.day}


@dataclass(frozen=True, slots=True)
class FormFingerprint:
    """`asked` has what each question was like by its id: `definition` says what.

    `issue` is None for a form of the older format.
    """

    ruleset: str
    respondent: str
    editions: tuple[Edition, ...]
    asked: Map[str, Map[str, Any]]
    issue: Issue | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain values, without what was asked and what was filled in."""
        issued = {"issue": self.issue.to_dict()} if self.issue else {}
        return {
            "format": FORMAT if self.issue else OLDER_FORMAT,
            **issued,
            "ruleset": self.ruleset,
            "respondent": self.respondent,
            "questionnaires": [asdict(one) for one in self.editions],
        }

    def seal(self) -> str:
        """The digest of all of it."""
        issued = {"given": _pairs(self.issue.given)} if self.issue else {}
        return digest({**self.to_dict(), **issued, "asked": _pairs(self.asked)})

    def is_current(self, ruleset: Ruleset) -> bool:
        """Whether the questionnaires are still what they were."""
        return set(self.editions) == set(editions(ruleset))


def _pairs(held: Map[str, Any]) -> list[list[Any]]:
    """The entries by their keys."""
    return [[key, held[key]] for key in sorted(held)]


def as_texts(value: Any) -> list[str]:
    """A JSON value as texts that a spreadsheet leaves as they are; `from_texts` reads them.

    Of a long one each text has a part that fits into a cell.
    """
    text = json_text(value)
    return [f"|{text[at : at + _PART]}|" for at in range(0, len(text), _PART)]


def json_text(value: Any) -> str:
    """A JSON value as short as it can be."""
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))


def from_texts(texts: Iterable[str]) -> Any:
    """The value that some texts hold. Raises `ValueError` where they hold none."""
    return json.loads("".join(text[1:-1] for text in texts))


class Altered(Exception):
    """What a form says about itself is not what was written there; the text says in which way."""


def read_binding(rows: Iterable[Sequence[str]], *, is_sealed: bool) -> FormFingerprint:
    """The binding that rows hold, each of which begins with the word for what it says.

    A form that `is_sealed` has the binding with all its parts. Raises `Altered`.
    """
    try:
        return _read_binding(rows, is_sealed=is_sealed)
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError) as fault:
        raise Altered("is not complete") from fault


def _read_binding(rows: Iterable[Sequence[str]], *, is_sealed: bool) -> FormFingerprint:
    said = {"respondent": ""} if is_sealed else {"ruleset": "", "respondent": ""}
    issue: Any = None
    given: dict[str, list[str]] = {}
    editions: list[Edition] = []
    asked: dict[str, dict[str, Any]] = {}
    for row in rows:
        match [text for text in row if text]:
            case ["questionnaire", *words]:
                editions.append(Edition(*[*words, "", "", ""][:3]))
            case ["asked", key, text]:
                asked[key] = json.loads(text)
            case ["issue", *texts]:
                issue = issue or from_texts(texts)
            case ["given", *held]:
                given.setdefault(held[0], []).extend(held[1:])
            case [("ruleset" | "respondent" | "seal") as key, text]:
                said[key] = text
            case _:
                continue
    issued = None
    if issue is not None:
        entries = {key: from_texts(texts) for key, texts in given.items()}
        issued = Issue(str(issue["engagement"]), int(issue["number"]), str(issue["day"]), entries)
    binding = FormFingerprint(said["ruleset"], said["respondent"], tuple(editions), asked, issued)
    if is_sealed and binding.seal() != said["seal"]:
        raise Altered("has been changed")
    return binding


def editions(ruleset: Ruleset) -> tuple[Edition, ...]:
    """The questionnaires of a ruleset as they are now."""
    return tuple(
        Edition(held.id, held.version, digest_of(held.node)) for held in ruleset.questionnaires
    )


def definition(question: Question, number: int) -> dict[str, Any]:
    """Return the definition of a question, as far as it affects the meaning of its answers."""
    found = {"number": number, **_of_field(question), "may_not_apply": question.may_not_apply}
    if question.columns:
        found["columns"] = {key: _of_field(column) for key, column in question.columns.items()}
    return found


def _of_field(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"type": field.type, "unit": field.unit}
    if field.options:
        found["options"] = name_options(field)
    limits = (("minimum", field.minimum), ("maximum", field.maximum))
    return found | {key: limit for key, limit in limits if limit is not None}


def is_as_it_was(question: Question, asked: Map[str, Any]) -> bool:
    """Whether a question is what it was when a form was made; its number may be another."""
    return definition(question, 0) == {**asked, "number": 0}
