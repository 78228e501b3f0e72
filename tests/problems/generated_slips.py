"""Slips that nobody listed: a systematic change of one place in a shipped document."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

Edit = Callable[[str, random.Random], str]


@dataclass(frozen=True)
class Slip:
    """One line of a file as it is and as somebody writes it by mistake."""

    kind: str
    file: str
    line: int
    before: str
    after: str


_CONDITION = re.compile(
    r"^(?P<head> *(?:- |(?:met_when|applies_when|ask_when): ))"
    r"(?P<text>(?=.*[.(])[a-z][^{}\[\]|>]*)$"
)
_KEY = re.compile(r"^(?P<head> *(?:- )?)(?P<key>[a-z_]+)(?P<rest>: .+)$")
_KEYS = frozenset(
    [
        "title",
        "area",
        "severity",
        "requires",
        "met_when",
        "applies_when",
        "remedy",
        "cites",
        "action",
        "owner",
        "effort_days",
        "questions",
        "type",
        "options",
        "columns",
        "ask_when",
        "ask_each",
        "evidence",
        "minimum",
        "maximum",
        "unit",
        "help",
    ]
)
_ID = re.compile(r"\b[a-z]+_?[a-z]+\.[a-z_]+\b")


def _in_condition(pattern: str, wording: str) -> Edit:
    """Return an edit of one place of a condition; of a line that has none it changes nothing."""

    def edit(line: str, chance: random.Random) -> str:
        found = _CONDITION.match(line)
        places = list(re.finditer(pattern, found["text"])) if found else []
        if not found or not places:
            return line
        place, text = chance.choice(places), found["text"]
        return found["head"] + text[: place.start()] + place.expand(wording) + text[place.end() :]

    return edit


def _whole_condition(form: str) -> Edit:
    """Return an edit that wraps a condition without its own quotes or brackets."""

    def edit(line: str, _: random.Random) -> str:
        found = _CONDITION.match(line)
        if not found or found["text"].endswith(":"):
            return line
        return found["head"] + form.replace("X", found["text"])

    return edit


def _joined(line: str, _: random.Random) -> str:
    """Spreadsheets put AND and OR in front."""
    found = _CONDITION.match(line)
    for word in ("and", "or"):
        parts = found["text"].split(f" {word} ") if found else []
        if found and len(parts) > 1 and not any(" or " in p or "(" in p for p in parts):
            return f"{found['head']}{word.upper()}({'; '.join(parts)})"
    return line


def _key(edit: Callable[[str, random.Random], str]) -> Edit:
    """Return an edit of the key of a line."""

    def apply(line: str, chance: random.Random) -> str:
        found = _KEY.match(line)
        if not found or found["key"] not in _KEYS:
            return line
        return found["head"] + edit(found["key"], chance) + found["rest"]

    return apply


def _value(table: dict[str, list[str]], key: str) -> Edit:
    """Return an edit that puts a word of another format in the place of the value of a key."""

    def edit(line: str, chance: random.Random) -> str:
        found = re.match(rf"^(?P<head> *{key}: )(?P<value>\w+)$", line)
        if not found or found["value"] not in table:
            return line
        return found["head"] + chance.choice(table[found["value"]])

    return edit


def _swap_letters(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word) - 1)
    return word[:at] + word[at + 1] + word[at] + word[at + 2 :]


def _drop_letter(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    return word[:at] + word[at + 1 :]


def _double_letter(word: str, chance: random.Random) -> str:
    at = chance.randrange(len(word))
    return word[:at] + word[at] + word[at:]


def _in_id(edit: Callable[[str, random.Random], str]) -> Edit:
    """Return an edit of the id of a question in a condition."""

    def apply(line: str, chance: random.Random) -> str:
        found = _CONDITION.match(line)
        places = list(_ID.finditer(found["text"])) if found else []
        if not found or not places:
            return line
        place, text = chance.choice(places), found["text"]
        return found["head"] + text[: place.start()] + edit(place[0], chance) + text[place.end() :]

    return apply


def _line(pattern: str, wordings: str, only: str = "") -> Edit:
    """Return an edit of a line by a pattern; one of the wordings, which `|` separates."""

    def edit(line: str, chance: random.Random) -> str:
        if only and not re.match(only, line):
            return line
        return re.sub(pattern, chance.choice(wordings.split("|")), line, count=1)

    return edit


def _capitals(pattern: str) -> Edit:
    return lambda line, _: re.sub(pattern, lambda found: found[0].upper(), line)


_SEVERITIES = {
    "critical": ["high", "High", "hoch"], "major": ["medium", "Medium", "mittel"],
    "minor": ["low", "Low", "niedrig"],
}  # fmt: skip
_TYPES = {
    "yes_no": ["boolean", "yes/no", "bool", "Yes_No"], "choice": ["dropdown", "select", "radio"],
    "choices": ["checkbox", "multiselect", "multiple choice"], "number": ["float", "numeric"],
    "money": ["currency", "amount"], "percent": ["percentage", "%"], "date": ["datetime", "Date"],
    "text": ["string", "textarea"], "table": ["matrix", "grid"],
}  # fmt: skip
_TITLE = r"^( *(?:title|why|ask|help): )([A-Z][^'\":#]*)$"

EDITS: dict[str, Edit] = {
    "swap letters of a key": _key(_swap_letters),
    "swap letters of an id": _in_id(_swap_letters),
    "swap the sign": _in_condition(">=", "=>"),
    "drop a letter of a key": _key(_drop_letter),
    "drop a letter of an id": _in_id(_drop_letter),
    "drop the blank": _line(r"^( *\w+): (?=[A-Z])", r"\1:", _TITLE),
    "drop a quote": _in_condition(r"'(\w+)'", r"'\1"),
    "drop the quotes": _in_condition(r"'(\w+)'", r"\1"),
    "drop a bracket": _in_condition(r"\)$", ""),
    "drop a list bracket": _line(r"^( *(?:requires|cites): \[.*)\]$", r"\1"),
    "drop a blank": _line("^ ", "", r"    +[a-z_]+: "),
    "double a letter of a key": _key(_double_letter),
    "double a letter of an id": _in_id(_double_letter),
    "double a sign": _in_condition(r" and ", " and and "),
    "double the equals": _in_condition(r"==", "==="),
    "double a blank": _line("^", " ", r"    +[a-z_]+: "),
    "translate and": _in_condition(r"\band\b", "und"),
    "translate or": _in_condition(r"\bor\b", "oder"),
    "translate not": _in_condition(r"\bnot\b(?! in)", "nicht"),
    "translate the severity": _value(_SEVERITIES, "severity"),
    "translate the type": _value(_TYPES, "type"),
    "translate met_when": _line(r"(?<= )met_when:", "condition:|when:|rule:|criteria:"),
    "translate requires": _line(
        r"(?<=  )requires: \[", "depends_on: [|dependencies: [|prerequisites: [|needs: ["
    ),
    "translate ask": _line(r"(?<=  )ask:", "question:|label:|text:|prompt:"),
    "translate ask_when": _line(r"(?<=  )ask_when:", "relevant:|visibleIf:|show_if:"),
    "translate why": _line(r"(?<=  )why:", "reason:|rationale:|description:"),
    "spreadsheet equals": _in_condition("==", "="),
    "spreadsheet unequal": _in_condition("!=", "<>"),
    "spreadsheet sign in front": _whole_condition('"=X"'),
    "spreadsheet IF": _whole_condition("IF(X;TRUE;FALSE)"),
    "spreadsheet IF with commas": _whole_condition("IF(X, True, False)"),
    "spreadsheet AND": _joined,
    "spreadsheet NOT": _in_condition(r"\bnot ([a-z_.]+)$", r"NOT(\1)"),
    "spreadsheet TRUE": _line("$", " = TRUE", r".*(?:when: |- )[a-z_]+\.[a-z_]+$"),
    "spreadsheet yes": _line("$", ' == "yes"', r".*_when: [a-z_]+\.[a-z_]+$"),
    "spreadsheet semicolon": _in_condition(r", ", "; "),
    "spreadsheet capitals": _capitals(r"(?<=[ (])(count|sum|every|some)(?=\()"),
    "word dash": _in_condition(r"(?<= )-(?=\d)", "–"),
    "word greater": _in_condition(">=", "≥"),
    "word quotes": _in_condition(r"'(\w+)'", "‘\\1’"),
    "word colon": _line(r"^( *title: )(\w+) ", r"\1\2: ", _TITLE),
    "word number sign": _line("$", " #2", _TITLE),
    "word quotes in a title": _line(r"^( *title: )(\w+) ", r'\1"\2" ', _TITLE),
    "number with a unit": _in_condition(r"(?<=[=<>] )(\d+)$", r"\1 days"),
    "number with a comma": _in_condition(r"(?<=[=<>] )(\d+)\.(\d+)$", r"\1,\2"),
    "number with a percent sign": _in_condition(r"(?<=[=<>] )(\d\d)$", r"\1%"),
    "effort with a comma": _line(r"^( *effort_days: )(\d+)$", r"\1\2,5"),
    "effort with a unit": _line(r"^( *effort_days: )(\d+)$", r"\1\2 days"),
    "id with underscores": _line(r"^(  [a-z]+)-([a-z-]+:)$", r"\1_\2"),
    "id with blanks": _line(r"^(  [a-z]+)-([a-z-]+:)$", r"\1 \2"),
    "id in capitals": _capitals(r"^  [a-z](?=[a-z-]+:$)"),
}  # fmt: skip


def slips(texts: dict[str, str], number: int, seed: int) -> Iterator[Slip]:
    """Yield slips in the documents, each kind in its turn; the same for the same seed."""
    chance = random.Random(seed)
    kinds = list(EDITS)
    made = 0
    while made < number:
        for kind in kinds:
            places = [
                (name, at, line, after)
                for name, text in texts.items()
                for at, line in enumerate(text.split("\n"))
                if (after := EDITS[kind](line, random.Random(at))) != line
            ]
            if not places:
                continue
            name, at, line, after = chance.choice(places)
            yield Slip(kind, name, at, line, after)
            made += 1
            if made == number:
                return
