"""Damaged documents: the shipped ones with random edits, identical for the same seed."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
_NAME = "crm-pre-implementation"
_EXAMPLE = ROOT / "questionnaires" / "examples" / "halden-outdoor"

# Distinct ids, so that the shipped documents are not found beside the copies.
_RENAMED = (_NAME, "mutant")

_SCALARS = (
    "", "~", "0", "-1", "1e5", "1e400", ".inf", "12345678901234567890", "true", "yes", "[]", "{}",
    "[a, b]", "{a: b}", "[[1]]", "{all: []}", "{not: true}", "{at_least: 9, of: [x]}", "x.y", "''",
    '"\\u0041"', "'it''s'", "2026-02-30", "21.11.2026", "a: b", "*a", "&a b", "!!str x", "|", ">",
    "sponsor.role", "count(x)", "sum(1, 2)", "a in [b]", "not", "1 < 2 < 'x'", "1 / 0 > 1", "💥",
    "{value: x}", "{by: {a: b}}", "{unknown: why}", "{not_applicable: why}", "table", "choice",
)  # fmt: skip
_CHARACTERS = "\t \n\r:-#'\"[]{}()<>=!&*|%@`,.?~\\0aZé中\u2028\x85\x00\x07\ud83d\ufeff_"


def documents() -> dict[str, str]:
    """Return the shipped documents by the names that `damaged` uses."""
    files = {
        "ruleset.yaml": ROOT / "rulesets" / _NAME / "ruleset.yaml",
        "questionnaire.yaml": ROOT / "questionnaires" / _NAME / "questionnaire.yaml",
        "engagement.yaml": _EXAMPLE / "engagement.yaml",
        **{f"answers/{path.name}": path for path in (_EXAMPLE / "answers").glob("*.yaml")},
    }
    texts = {name: path.read_text(encoding="utf-8") for name, path in sorted(files.items())}
    texts = {name: text.replace(*_RENAMED) for name, text in texts.items()}
    named = f"ruleset: {_RENAMED[1]}\n"
    texts["engagement.yaml"] = texts["engagement.yaml"].replace(named, "ruleset: ./ruleset.yaml\n")
    return texts


def damaged(texts: dict[str, str], seed: int) -> dict[str, str]:
    """Return the documents with one to five edits in one or two of them."""
    chance = random.Random(seed)
    changed = dict(texts)
    for name in chance.sample(sorted(texts), min(len(texts), chance.choice((1, 1, 2)))):
        for _ in range(chance.choice((1, 1, 2, 5))):
            changed[name] = chance.choice(_EDITS)(changed[name], chance)
    return changed


Edit = Callable[[str, random.Random], str]


def _of_lines(edit: Callable[[list[str], int, random.Random], None]) -> Edit:
    def apply(text: str, chance: random.Random) -> str:
        lines = text.split("\n")
        edit(lines, chance.randrange(len(lines)), chance)
        return "\n".join(lines)

    return apply


def _delete(lines: list[str], at: int, chance: random.Random) -> None:
    del lines[at : at + chance.choice((1, 1, 2, 5))]


def _duplicate(lines: list[str], at: int, chance: random.Random) -> None:
    end = at + chance.choice((1, 1, 4))
    lines[at:at] = lines[at:end]


def _swap(lines: list[str], at: int, chance: random.Random) -> None:
    other = chance.randrange(len(lines))
    lines[at], lines[other] = lines[other], lines[at]


def _move(lines: list[str], at: int, _: random.Random) -> None:
    lines[at] = lines[at].removeprefix("  ") if at % 2 else "  " + lines[at]


def _retype(lines: list[str], at: int, chance: random.Random) -> None:
    key, colon, _ = lines[at].partition(": ")
    lines[at] = f"{key}{colon or ': '}{chance.choice(_SCALARS)}"


def _retype_part(lines: list[str], at: int, chance: random.Random) -> None:
    """Replace a value, also inside [...], {...} and expressions."""
    words = lines[at].split(" ")
    words[chance.randrange(len(words))] = chance.choice(_SCALARS)
    lines[at] = " ".join(words)


def _exchange_words(lines: list[str], at: int, chance: random.Random) -> None:
    words, others = lines[at].split(), lines[chance.randrange(len(lines))].split()
    if words and others:
        lines[at] = lines[at].replace(chance.choice(words), chance.choice(others))


def _character(text: str, chance: random.Random) -> str:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(_CHARACTERS) + text[at + chance.choice((0, 1)) :]


def _cut(text: str, chance: random.Random) -> str:
    return text[: chance.randrange(len(text) + 1)]


_EDITS: tuple[Edit, ...] = (
    *(_of_lines(edit) for edit in (_delete, _duplicate, _swap, _move, _retype, _retype)),
    *(_of_lines(edit) for edit in (_retype_part, _retype_part, _exchange_words)),
    _character,
    _character,
    _cut,
)
