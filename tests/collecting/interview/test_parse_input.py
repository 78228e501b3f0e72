"""What may be typed, and what it means."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from readiness.collecting.interview.parse_input import (
    COMMANDS,
    ParsedInput,
    is_begun,
    parse_line,
    unknown_command,
    value_of,
)
from readiness.documents.from_python import build
from readiness.model.questionnaire import Question, read_questionnaire
from readiness.problems import Problems, Source

TODAY = datetime.date(2026, 11, 21)
QUESTIONS: dict[str, dict[str, Any]] = {
    "yes_no": {"type": "yes_no"},
    "choice": {
        "type": "choice",
        "options": {"board": "The board", "body": "Another body", "2": "Two", "x, y": "Each"},
    },
    "choices": {
        "type": "choices",
        "options": {"systems": "Systems, old", "training": "Training", "none_yet": "Later"},
    },
    "number": {"type": "number", "minimum": 1, "unit": "desks"},
    "money": {"type": "money", "unit": "EUR"},
    "percent": {"type": "percent"},
    "date": {"type": "date", "maximum": "2026-12-31"},
    "past": {"type": "date", "maximum": "today"},
    "text": {"type": "text"},
}


def question(kind: str) -> Question:
    asked = {key: {"ask": "So?", **held} for key, held in QUESTIONS.items()}
    held = {"sections": {"s": {"questions": asked}}}
    problems = Problems()
    found = read_questionnaire(build(held, Source("", "")), problems)
    problems.raise_if_any()
    return found.questions[f"s.{kind}"]


GOOD: list[tuple[str, str, object]] = [
    ("yes_no", "y", True),
    ("yes_no", "Yes", True),
    ("yes_no", "off", False),
    ("choice", "board", "board"),
    ("choice", "The Board", "board"),
    ("choice", "1", "board"),
    ("choice", "2", "2"),
    ("choice", "3", "2"),
    ("choice", "bod", "body"),
    ("choice", "ano", "body"),
    ("choice", "x, y", "x, y"),
    ("choices", "1, train", ("systems", "training")),
    ("choices", "2 1", ("systems", "training")),
    ("choices", "Systems, old", ("systems",)),
    ("choices", "none", ()),
    ("choices", "none_yet", ("none_yet",)),
    ("number", "12", 12),
    ("number", "12 desks", 12),
    ("money", "1,250,000.50 EUR", 1250000.5),
    ("money", "120 000", 120000),
    ("percent", "85 %", 85),
    ("percent", "0.125", 0.125),
    ("date", "2026-11-21", datetime.date(2026, 11, 21)),
    ("past", "2026-11-21", datetime.date(2026, 11, 21)),
    ("text", "  a word: and # more ", "a word: and # more"),
    ("text", "yes", "yes"),
    ("text", "12", "12"),
]


@pytest.mark.parametrize(("kind", "words", "value"), GOOD)
def test_an_answer_is_read_as_its_question_types_it(kind: str, words: str, value: object) -> None:
    """Options are accepted by number, id, label or beginning; numbers as people write them."""
    found, complaint = value_of(question(kind), words, TODAY)
    assert complaint == ()
    assert (found, type(found)) == (value, type(value))


BAD = [
    ("yes_no", "maybe", ("'s.yes_no' takes yes or no, not 'maybe'", "type yes or no")),
    ("choice", "bo", ("'bo' is not an option of 's.choice'", "it could mean 'board' or 'body'")),
    (
        "choice",
        "bord",
        ("'bord' is not an option of 's.choice'", "did you mean 'board' or 'body'?"),
    ),
    ("choice", "9", ("'9' is not an option of 's.choice'",)),
    ("choices", "1, zeal", ("'zeal' is not an option of 's.choices'",)),
    ("number", "0", ("'s.number' must be 1 or more",)),
    ("number", "many", ("'s.number' takes a number, not 'many'",)),
    (
        "money",
        "1.200",
        (
            "'s.money' takes an amount of money, not '1.200'",
            "type 1200 or 1.2",
        ),
    ),
    ("percent", "101", ("'s.percent' must be 100 or less",)),
    (
        "date",
        "2026-13-01",
        ("'s.date' takes a date, and the date 2026-13-01 does not exist",),
    ),
    (
        "date",
        "21.11.2026",
        ("'s.date' takes a date such as 2026-11-21, not '21.11.2026'", "type 2026-11-21"),
    ),
    ("past", "2026-11-22", ("'s.past' must be 2026-11-21 or earlier",)),
    ("date", "2027-01-01", ("'s.date' must be 2026-12-31 or earlier",)),
]


@pytest.mark.parametrize(("kind", "words", "wrong"), BAD)
def test_what_is_no_answer_gets_the_message_of_documents(
    kind: str, words: str, wrong: tuple[str, ...]
) -> None:
    """The sentence is that of a document; the hint is worded for somebody at a keyboard."""
    _, complaint = value_of(question(kind), words, TODAY)
    assert complaint[: len(wrong)] == wrong


BEGUN = [
    ("yes_no", "ye"),
    ("choice", "bo"),
    ("choices", "sys, "),
    ("choices", "no"),
    ("number", "-"),
    ("money", "12."),
    ("date", "2026-1"),
    ("date", "20"),
]


@pytest.mark.parametrize(("kind", "words"), BEGUN)
def test_the_beginning_of_an_answer_is_not_yet_wrong(kind: str, words: str) -> None:
    """While an answer is being typed, text that could still become valid is not reported."""
    assert is_begun(question(kind), words)


@pytest.mark.parametrize(("kind", "words"), [("yes_no", "q"), ("date", "x"), ("choice", "z")])
def test_what_can_become_no_answer_is_wrong_at_once(kind: str, words: str) -> None:
    """Text that cannot become valid is reported while it is typed."""
    assert not is_begun(question(kind), words)


def test_commands_stand_behind_a_slash() -> None:
    """Two slashes start a text that begins with one slash."""
    assert parse_line(" ? ") == ParsedInput("?", "")
    assert parse_line("/unknown IT is  counting ") == ParsedInput("/unknown", "IT is  counting")
    assert parse_line("/SKIP") == ParsedInput("/skip", "")
    assert parse_line("//etc/hosts") == ParsedInput("", "/etc/hosts")
    assert parse_line("and/or") == ParsedInput("", "and/or")
    assert all(not unknown_command(command) for command in COMMANDS)
    assert unknown_command("/skp")[:2] == (
        "there is no command '/skp'",
        "did you mean '/skip'?",
    )
