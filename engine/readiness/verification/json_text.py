"""A strict JSON reader: it refuses anything that two readers could interpret differently."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any, NoReturn, TypeAlias

from readiness.documents.from_python import build
from readiness.documents.reading import LARGEST_EXACT, MAXIMUM_MIB, read
from readiness.documents.validation import validate
from readiness.problems import DocumentError, Problem, Problems, Source
from readiness.verification.steps import UnusableFile

# The reasons of a condition as deep as conditions may be take a little over 200.
Document: TypeAlias = Mapping[str, Any]
MAXIMUM_DEPTH = 240


class NotJson(UnusableFile):
    """The error that a text is not valid JSON; the message says where."""


def read_json(data: bytes, name: str) -> Any:
    """Read the value of a JSON text; raises `UnusableFile` if it is invalid or ambiguous."""
    if len(data) > MAXIMUM_MIB * 2**20:
        raise UnusableFile(f"{name}: it is larger than {MAXIMUM_MIB} MiB")
    try:
        value = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_mapping, parse_constant=_refuse
        )
        _refuse_odd(value)
        json.dumps(value, ensure_ascii=False).encode()
    except UnicodeDecodeError as fault:
        raise UnusableFile(f"{name}: it is not UTF-8, at byte {fault.start}") from None
    except UnicodeEncodeError:
        raise UnusableFile(f"{name}: it contains half of a character") from None
    except json.JSONDecodeError as fault:
        place, said = f"{name}:{fault.lineno}:{fault.colno}", fault.msg[:1].lower() + fault.msg[1:]
        raise NotJson(f"{place}: this is not JSON: {said}") from None
    except RecursionError:
        raise UnusableFile(f"{name}: values are nested more than {MAXIMUM_DEPTH} deep") from None
    except ValueError as fault:
        raise UnusableFile(f"{name}: {fault}") from None
    return value


def problems_of(value: Any, kind: str, text: bytes, name: str) -> list[Problem]:
    """Return why a value is not a valid document of `kind`; `text` is its JSON text."""
    problems = Problems()
    try:
        if validate(build(value, Source(name, "")), kind, problems):
            return []
        try:  # validated again with lines and columns, if the document reader can give them
            placed = Problems()
            validate(read(Source(name, text.decode("utf-8-sig"))), kind, placed)
        except DocumentError:
            return list(problems)
        return list(placed) or list(problems)
    except RecursionError:
        raise UnusableFile(f"{name}: values are nested too deeply") from None


def _mapping(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]
        raise ValueError(f"the key {json.dumps(twice)} is given twice")
    return found


def _refuse(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _refuse_odd(value: Any) -> None:
    """Refuse values that have no canonical JSON, or that are nested too deeply."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > MAXIMUM_DEPTH:
            raise RecursionError
        level = [inner for held in level for inner in _inner(held)]


def _inner(value: Any) -> list[Any]:
    if isinstance(value, int) and abs(value) > LARGEST_EXACT:
        raise ValueError("it contains a whole number that is too large to be stored exactly")
    if isinstance(value, float) and math.isinf(value):
        raise ValueError("it contains a number that is too large")
    if isinstance(value, dict):
        return list(value.values())
    return value if isinstance(value, list) else []
