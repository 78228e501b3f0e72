"""Evidence, typed item by item."""

from __future__ import annotations

from readiness.collecting.interview.parse_input import Complaint, complaint
from readiness.collecting.interview.prompts import Talk
from readiness.documents.building import build
from readiness.documents.schemas import FORMATS
from readiness.documents.validation import validate
from readiness.model.answers import Evidence
from readiness.problems import Problems, Source

_URL = ("https://", "http://")


def evidence_typed(talk: Talk, title: str) -> Evidence:
    """The item of which the title was typed already, if it was. Raises `Back`."""
    title = title or talk.ask("Title of the evidence", explain="Such as: Board minute 14")
    where = talk.ask(
        "Its file or link (empty: none)",
        explain="A file from the folder of the answer sheet, or a link with https://",
        complain=lambda text: _complaint(_placed(text)),
        may_be_empty=True,
    )
    collected = _day(talk, "Collected on (empty: not known)", "collected")
    expires = _day(talk, "Expires on (empty: does not expire)", "expires")
    placed = _placed(where)
    return Evidence(
        title, placed.get("file", ""), placed.get("url", ""), collected=collected, expires=expires
    )


def _placed(where: str) -> dict[str, str]:
    return {"url" if where.lower().startswith(_URL) else "file": where}


def _day(talk: Talk, label: str, key: str) -> str:
    return talk.ask(
        label,
        explain="A day such as 2026-11-21",
        complain=lambda text: _complaint({key: text}),
        may_be_empty=True,
    )


def _complaint(fields: dict[str, str]) -> Complaint:
    """What an answers document with such evidence would be told."""
    item = {"title": "-", **{key: text for key, text in fields.items() if text}}
    held = {"format": FORMATS["answers"], "answers": {"a.b": {"value": 1, "evidence": [item]}}}
    problems = Problems()
    validate(build(held, Source("", "")), "answers", problems)
    return complaint(problems)
