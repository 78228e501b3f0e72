"""What was typed: a command, or an answer as its question reads it."""

from __future__ import annotations

import dataclasses
import datetime
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import assert_never

from readiness.collecting.form.cells import number_in, options_alike
from readiness.documents.from_python import build
from readiness.model.questionnaire import Field
from readiness.model.value import Value, day_to_come, read_value
from readiness.problems import Problem, Problems, Source, nearest, quote_names

COMMANDS = {
    "?": "show how to answer this question, and these commands",
    "/unknown": "the answer is not known, with the reason: /unknown IT is still counting",
    "/na": "the question does not apply, with the reason; if the questionnaire allows it",
    "/note": "add a note to the answer: /note counted by hand",
    "/evidence": "add evidence for the answer: /evidence Board minute 14",
    "/back": "go to the previous question",
    "/skip": "skip the question for now; it is asked again at the end, and next time",
    "/sections": "list the sections with your progress, and go to one: /sections 3",
    "/why": "show what depends on this question",
    "/status": "show the verdict of each gate",
    "/quit": "leave; all answers are already saved",
}
NONE = "none"

# What is shown as wrong: a sentence, then lines that say what to do.
Complaint = tuple[str, ...]

_OPEN_DATE = re.compile(r"\d{0,4}|\d{4}-\d{0,2}|\d{4}-\d{2}-\d?")
_NOWHERE = Source("", "")


@dataclass(frozen=True, slots=True)
class ParsedInput:
    """A line that was typed: a command with what follows it, or words."""

    command: str
    words: str


def parse_line(line: str) -> ParsedInput:
    """The line as a command or as words; two slashes at its start stand for one of a text.

    A command that there is not is a command all the same, for `unknown_command` to complain of.
    """
    text = line.strip()
    if text == "?":
        return ParsedInput("?", "")
    if text.startswith("//"):
        return ParsedInput("", text[1:])
    if text.startswith("/"):
        command, _, rest = text.partition(" ")
        return ParsedInput(command.lower(), rest.strip())
    return ParsedInput("", text)


def unknown_command(command: str) -> Complaint:
    """What is wrong with a command that there is not; nothing where there is one."""
    if command in COMMANDS:
        return ()
    known = nearest(command, COMMANDS) or f"the commands are {', '.join(COMMANDS)}"
    hint = "to start a text with /, type //"
    return (f"there is no command '{command}'", known, hint)


def value_of(field: Field, words: str, today: datetime.date) -> tuple[Value | None, Complaint]:
    """The answer that was typed to a question or into a cell, and what is wrong with it.

    `today` is the day of the assessment.
    """
    found = Problems()
    node = build(_plain(field, words), _NOWHERE)
    value = read_value(field, node, found)
    if day_to_come(field, value, today):
        found.add("answer-out-of-range", node, id=field.id, limit=f"{today} or earlier")
        value = None
    return value, complaint(_add_advice(field, words, problem) for problem in found)


def complaint(problems: Iterable[Problem]) -> Complaint:
    """Problems as they are shown to one who types."""
    lines: list[str] = []
    for problem in problems:
        lines += [problem.message, *problem.hint.splitlines()]
    return tuple(lines)


def is_begun(field: Field, words: str) -> bool:
    """Whether words are the beginning of an answer, that is not one yet."""
    text = words.strip()
    match field.kind:
        case "date":
            return _OPEN_DATE.fullmatch(text) is not None
        case "number":
            return text in ("-", "+") or text.endswith((".", ","))
        case "truth":
            words_known = ("yes", "no", "true", "false", "off")
            return any(word.startswith(text.lower()) for word in words_known)
        case "choices":
            last = text.rpartition(",")[2].strip()
            return not last or last == NONE[: len(last)] or bool(_beginning(field, last))
        case "choice":
            return bool(_beginning(field, text))
        case "text":
            return not field.question_type.is_valid(text)
        case "table":
            return False
    assert_never(field.kind)


def options_of(field: Field) -> list[str]:
    """What may be typed for an answer, for completion."""
    if field.kind == "truth":
        return ["yes", "no"]
    return [*field.options, *(label for key, label in field.options.items() if label != key)]


def _plain(field: Field, words: str) -> object:
    """What a document would hold for what was typed."""
    if field.kind == "number":
        number = number_in(words, field)
        return words if number is None else number
    if field.kind == "choice":
        return _option(field, words)
    if field.kind == "choices":
        return _options(field, words)
    return words


def _options(field: Field, words: str) -> list[str]:
    if words.strip().lower() == NONE and NONE not in field.options:
        return []
    whole = _option(field, words)
    if whole in field.options:
        return [whole]
    parts = [part for part in re.split(r"\s*,\s*", words.strip()) if part]
    if len(parts) == 1 and re.fullmatch(r"[\d ]+", words):
        parts = words.split()
    return [_option(field, part) for part in parts]


def _option(field: Field, words: str) -> str:
    """The key of the option that was meant by its key, label, number or beginning; else the words.

    A key, then a label, comes before a number, and whole words before the beginning of others.
    """
    text = " ".join(words.split())
    if text in field.options:
        return text
    whole = options_alike(text, field.options)
    if len(whole) == 1:
        return whole[0]
    if text.isascii() and text.isdigit() and 0 < int(text[:9]) <= len(field.options):
        return list(field.options)[int(text[:9]) - 1]
    begun = _beginning(field, text)
    return begun[0] if len(begun) == 1 else text


def _beginning(field: Field, words: str) -> Sequence[str]:
    """The options that begin with what was typed, by key or by label."""
    said = words.casefold()
    return [
        key
        for key, label in field.options.items()
        if said and (key.casefold().startswith(said) or label.casefold().startswith(said))
    ]


def _add_advice(field: Field, words: str, problem: Problem) -> Problem:
    """A problem with what to do about it where somebody types."""
    hint = problem.hint.replace("write ", "type ", 1)
    if field.kind == "truth":
        hint = "type yes or no"
    elif problem.code == "not-an-option":
        meant = (_beginning(field, part.strip()) for part in (words, *words.split(",")))
        several = next((begun for begun in meant if len(begun) > 1), None)
        hint = problem.hint.replace("write", "type")
        hint = f"it could mean {quote_names(list(several))}" if several else hint
    return dataclasses.replace(problem, hint=hint)
