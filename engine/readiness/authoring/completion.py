"""What can be written at a place in a document: keys, ids, options, functions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from readiness.authoring.references import PLACES
from readiness.documents.schemas import schema
from readiness.problems.packaged import packaged

FUNCTIONS = json.loads(packaged("readiness.conditions", "functions.json"))
_KEY = re.compile(r"(\s*(?:- +)*)(?:([\"']?)([\w.-]+)\2\s*:(?=\s|$))?")
_COMPARED = re.compile(r"([a-z]\w*\.[a-z]\w*)\s*(?:[!=]=|(?:not )?in|,)\s*\[?[\w\s,'\"]*$")
_TYPED = re.compile(r"[\w.-]*$")

Offers = dict[str, tuple[str, str]]


def completions(
    kind: str, lines: Sequence[str], defined: Iterable[tuple[str, str]]
) -> tuple[int, Offers]:
    """Return what fits behind the end of some lines, and where in the last the word for it starts.

    `kind` is that of the document, `defined` what ids there are, each with its kind. For each word
    that fits, what it is, and what it means or nothing.
    """
    *above, before = lines
    path, is_key = _keys(above, before)
    typed = _TYPED.search(before)
    start = typed.start() if typed else len(before)
    offered: Offers = {}
    for what in _wanted(kind, path, is_key):
        question = _COMPARED.search(before)
        if what == "condition" and question:
            quote = "" if before[:start].endswith(("'", '"')) else "'"
            for name, of in defined:
                if name == "option" and of.startswith(f"{question[1]}."):
                    offered[f"{quote}{of.rpartition('.')[2]}{quote}"] = ("option", "")
        elif what == "condition":
            held = {of: (name, "") for name, of in defined if name in ("question", "value")}
            offered |= held
            offered |= {key: ("function", one["meaning"]) for key, one in FUNCTIONS.items()}
        else:
            offered |= {of: (name, "") for name, of in defined if name == what}
    for place in _places(kind, path) if kind else ():
        if is_key:
            keys = place.get("properties", {}).items()
            offered |= {f"{key}:": ("key", one.get("description", "")) for key, one in keys}
        else:
            offered |= {str(one): ("value", "") for one in place.get("enum", ())}
    word = before[start:].lower()
    return start, {one: held for one, held in offered.items() if word in one.lower()}


def _keys(above: Sequence[str], before: str) -> tuple[list[str], bool]:
    """Return the keys that lead to the end of some lines, and whether another may start there."""
    path: list[str] = []
    limit = 10**6
    for line in [before, *reversed(above)]:
        found = _KEY.match(line)
        if found is None or (path and not line.strip()) or line.lstrip().startswith("#"):
            continue
        indent, is_entry = len(line) - len(line.lstrip(" ")), "- " in found[1]
        if line is before:
            path, limit = [found[3]] if found[3] else [], indent + is_entry
        elif line.strip() and found[3] and len(found[1]) < limit:
            path, limit = [found[3], *path], indent + is_entry
        elif is_entry and indent < limit:
            limit = indent + 1
        if limit == 0:
            break
    return path, _KEY.match(before) is None or ":" not in before


def _wanted(kind: str, path: Sequence[str], is_key: bool) -> set[str]:
    """Return what ids a place wants, by kind, or `condition`."""
    wanted = set()
    for what, patterns in PLACES.get(kind, {}).items():
        for pattern in patterns:
            steps = [one for one in pattern.split("/") if one != "-"]
            if what == "answers":
                wanted |= {"question"} if is_key and list(path) == steps else set()
                continue
            is_id = steps[-1] == "#"
            here = [*path, "#"] if is_id and is_key else path
            long = len(here) >= len(steps) if what == "condition" else len(here) == len(steps)
            is_new = steps[-1] == "#!" or (is_id and not is_key)
            fits = all(a in ("*", b) for a, b in zip(steps, here, strict=False))
            if long and fits and not is_new:
                wanted.add(what.rpartition(" ")[2])
    return wanted


def _places(kind: str, path: Sequence[str]) -> Iterator[dict[str, Any]]:
    """Yield what the schema of a kind of document says about a place, however that is written."""
    root = schema(kind)
    rest: list[tuple[dict[str, Any], Sequence[str]]] = [(root, path)]
    for place, steps in rest:  # grows
        if (named := place.get("$ref")) is not None:
            rest.append((root["$defs"][named.rpartition("/")[2]], steps))
        either = (one for word in ("anyOf", "oneOf", "allOf") for one in place.get(word, ()))
        rest += [(one, steps) for one in (*either, place.get("items")) if isinstance(one, dict)]
        if not steps:
            yield place
            continue
        patterns = place.get("patternProperties", {}).values()
        others = [*patterns, place.get("additionalProperties")]
        held = place.get("properties", {}).get(steps[0])
        below = [held] if held is not None else others
        rest += [(one, steps[1:]) for one in below if isinstance(one, dict)]
