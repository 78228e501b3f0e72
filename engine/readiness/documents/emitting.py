"""Values as text to be put into a document, the way people write them."""

from __future__ import annotations

import datetime
import json
import re
from collections.abc import Mapping as Map
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import yaml

from readiness.documents.nodes import PlainValue
from readiness.documents.shapes import certain
from readiness.problems.terminal_text import escape_json

WIDTH = 100


class Brief(dict[str, object]):
    """A mapping that is written on one line where it fits."""


def plain(value: object, *, as_json: bool = False) -> PlainValue:
    """What reading gives for `value` once it is written; in YAML a truth is written `yes` or `no`.

    Raises `TypeError` for what no document can hold.
    """
    match value:
        case bool():
            return value if as_json else _WORDS[value]
        case None | int() | float() | str():
            return value
        case Decimal():  # of which a reader of plain values sees the nearest float
            return float(value)
        case datetime.date():
            return value.isoformat()[:10]
        case Map():
            return {str(key): plain(held, as_json=as_json) for key, held in value.items()}
        case Sequence():
            return [plain(held, as_json=as_json) for held in value]
        case _:
            raise TypeError(f"no document can hold {type(value).__name__}")


def json_text(value: object, *, step: int | None, compact: bool = False) -> str:
    """`value` as JSON: on one line, or indented by `step`."""
    separators = (",", ":") if compact and not step else None
    held = plain(value, as_json=True)
    return escape_json(json.dumps(held, ensure_ascii=False, indent=step, separators=separators))


def flow_text(value: object) -> str:
    """`value` as YAML on one line, to stand inside brackets."""
    return _dump([value])[1:-1]


def key_text(key: str, *, in_flow: bool = False) -> str:
    """A key as YAML."""
    if len(key) > 100:
        return json.dumps(key)
    return _dump({key: 1})[1:-4] if in_flow else _dump({key: 1}, flow=False)[:-3]


def block_lines(
    value: object, width: int, step: int, *, used: int = 0, quoted: bool = False
) -> list[str]:
    """`value` as YAML: what follows the ':' of its key, then lines to indent as deep as the key.

    Lines take `width` at most where that can be, the first one `used` less, for the key. `quoted`
    writes no text as a block of lines.
    """
    match value:
        case str():
            return _text_lines(value, width, step, used=used, quoted=quoted)
        case Brief() if _fits(value, width - used):
            return [" " + flow_text(dict(value))]
        case Map() if value:
            return ["", *indent_lines(_entries(value, width - step, step, quoted=quoted), step)]
        case Sequence() if value and not _fits(value, width - used):
            return ["", *indent_lines(_items(value, width - step, step, quoted=quoted), step)]
        case Map() | Sequence():
            return [" " + flow_text(value)]
        case _:
            return [" " + _dump(value)]


def _entries(mapping: Map[Any, object], width: int, step: int, *, quoted: bool) -> list[str]:
    lines: list[str] = []
    for key, held in mapping.items():
        written = key_text(str(key)) + ":"
        first, *rest = block_lines(held, width, step, used=len(written) + 1, quoted=quoted)
        lines += [written + first, *rest]
    return lines


def _items(items: Sequence[object], width: int, step: int, *, quoted: bool) -> list[str]:
    rows_fit = len(items) > 1 and all(isinstance(i, Map) and _fits(i, width - 2) for i in items)
    lines: list[str] = []
    for item in items:
        if isinstance(item, Map) and item and not rows_fit:
            first, *rest = _entries(item, width - 2, step, quoted=quoted)
            lines += ["- " + first, *indent_lines(rest, 2)]
        elif isinstance(item, str):
            first, *rest = _text_lines(item, width, 2, used=2, quoted=quoted)
            lines += ["-" + first, *rest]
        else:
            lines.append("- " + flow_text(item))
    return lines


def _fits(value: Map[Any, object] | Sequence[object], width: int) -> bool:
    """Whether it holds single values only, and all of them fit on one line."""
    held = value.values() if isinstance(value, Map) else value
    if any(isinstance(one, (Map, list, tuple)) for one in held):
        return False
    return len(flow_text(value)) <= width


def indent_lines(lines: list[str], step: int) -> list[str]:
    """Lines that stand `step` deeper; blank ones stay blank."""
    return [" " * step + line if line else "" for line in lines]


_SINGLE_BLANK = re.compile(r"(?<! ) (?! )")


def _text_lines(text: str, width: int, step: int, *, used: int, quoted: bool) -> list[str]:
    lines = text.removesuffix("\n").split("\n")
    room = width - (used if len(lines) == 1 else step)
    is_long = any(len(line) > room for line in lines)
    if quoted or not (is_long or "\n" in text) or not _stands(lines):
        return [" " + _dump(text)]
    end = "" if text.endswith("\n") else "-"
    if not is_long or any(line.startswith(" ") for line in lines):
        return [f" |{end}", *indent_lines(lines, step)]
    folded: list[str] = []
    for number, line in enumerate(lines):
        folded += [""] * (number > 0) + (_fold(line, width - step) if line else [])
    return [f" >{end}", *indent_lines(folded, step)]


def _stands(lines: list[str]) -> bool:
    """Whether a block keeps the lines as they are, and shows all that is in them."""
    has_ends = bool(lines[0] and lines[-1]) and not lines[0].startswith(" ")
    return has_ends and all(line.isprintable() and line == line.rstrip() for line in lines)


def _fold(line: str, width: int) -> list[str]:
    words = _SINGLE_BLANK.split(line)
    lines = [words[0]]
    for word in words[1:]:
        if len(lines[-1]) + 1 + len(word) <= width:
            lines[-1] += " " + word
        else:
            lines.append(word)
    return lines


def _dump(value: object, *, flow: bool = True) -> str:
    text: str = yaml.dump(
        value,
        Dumper=_Dumper,
        allow_unicode=True,
        default_flow_style=flow,
        sort_keys=False,
        width=10**9,
    )
    # Within double quotes YAML has the escapes of JSON, and only there such characters stand.
    return escape_json(text.removesuffix("\n").removesuffix("\n..."))


_TAG = "tag:yaml.org,2002:"
_WORDS = {True: "yes", False: "no"}


class _Dumper(yaml.SafeDumper):
    """Plain texts are those that every reader takes for text, YAML 1.1 and 1.2 alike."""

    def ignore_aliases(self, data: Any) -> bool:
        """Whether a value that comes twice is written out: always."""
        del data
        return True

    def represent_data(self, data: Any) -> yaml.Node:
        """How a value is written."""
        match data:
            case bool():
                return self.represent_scalar(f"{_TAG}bool", _WORDS[data])
            case str():  # on one line: what would break it is escaped
                style = None if data.isprintable() else '"'
                return self.represent_scalar(f"{_TAG}str", data, style)
            case float():  # one that may mean two gets a fourth decimal
                text = certain(self.represent_float(data).value)
                return self.represent_scalar(f"{_TAG}float", text)
            case Decimal():  # with all its digits
                text = format(data, "f")
                return self.represent_scalar(f"{_TAG}float", text if "." in text else f"{text}.0")
            case Map():
                return self.represent_dict(data.items())
        return super().represent_data(data)


# PyYAML leaves these plain: numbers of the core schema that YAML 1.1 does not know, and the short
# words for truths that PyYAML itself does not know.
_Dumper.add_implicit_resolver(
    "!other",
    re.compile(
        r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+"
        r"|[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?"
        r"|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)|[yYnN])\Z"
    ),
    list("+-.0123456789yYnN"),
)
