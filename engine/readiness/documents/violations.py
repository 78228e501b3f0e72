"""One violation of a schema, and how a violation of each keyword is reported."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Mapping as Table
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from readiness.documents.emitting import flow_text
from readiness.documents.from_python import Unreadable
from readiness.documents.nodes import Mapping, Node, Scalar, Sequence
from readiness.documents.shapes import (
    DATE,
    DATE_OR_TODAY,
    ID,
    KEY,
    REFERENCE,
    SHAPES,
    advice,
    correction,
    is_two_fold,
    matches,
    meant,
)
from readiness.problems import Excerpt, Problems, join_words, nearest, quote_names

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

_TYPES = {
    "string": "text",
    "number": "a number",
    "integer": "a whole number",
    "boolean": "true/false",
    "array": "a list",
    "object": "lines of 'key: value'",
}


class Violation:
    """A schema's error and the node where it stands."""

    def __init__(self, root: Node, error: ValidationError) -> None:
        self.root = root
        self.keyword: str = str(error.validator)
        self.path: tuple[str | int, ...] = tuple(error.absolute_path)
        self.wanted: Any = cast("Any", error.validator_value)
        self.schema: dict[str, Any] = cast("dict[str, Any]", error.schema)
        self.instance: Any = cast("Any", error.instance)
        self.of_key: bool = list(error.absolute_schema_path)[-2:-1] == ["propertyNames"]
        self.node: Node = root
        self.named: Node = root
        """What violates the schema: a value, or a key; and the key under which the value stands."""
        for step in self.path:
            if isinstance(self.node, Sequence):
                self.node = self.named = self.node.elements[int(step)]
            else:
                entry = self.mapping.entries[str(step)]
                self.named, self.node = entry.key, entry.value
        if self.of_key:
            self.node = self.mapping.key(self.instance)

    @property
    def mapping(self) -> Mapping:
        """The node, where it is known to be a mapping."""
        return cast("Mapping", self.node)

    @property
    def seen(self) -> Node:
        """The node, or its key where there is nothing to see of the node itself."""
        node = self.node
        return self.named if isinstance(node, Scalar) and not node.text.strip() else node

    @property
    def choices(self) -> list[str]:
        """The keys of which exactly one must be given."""
        return [choice["required"][0] for choice in self.wanted]

    @property
    def given(self) -> list[str]:
        """Those of the choices that are given."""
        return [key for key in self.choices if key in self.instance]

    @property
    def unknown(self) -> list[str]:
        """The keys that the schema does not have."""
        return [key for key in self.instance if key not in self.schema["properties"]]


def describe_value(node: Node) -> str:
    """What a value is, in the words of people."""
    if isinstance(node, Scalar):
        return _describe_scalar(node)
    return "a list" if isinstance(node, Sequence) else "lines of 'key: value'"


def _describe_scalar(node: Scalar) -> str:
    if isinstance(node.value, Unreadable):
        return node.value.what
    if node.value is None:
        return "nothing"
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    return "text" if isinstance(node.value, str) else f"the number {node.text}"


def _unknown_keys(at: Violation, problems: Problems) -> None:
    known = list(at.schema["properties"])
    for key in at.unknown:
        node = at.mapping.key(key)
        torn = re.search(r"(\d+),\s*$", node.source.line(node.line)[: node.column - 1])
        if torn and key.isdecimal():
            place = replace(node.place, column=torn.start() + 1)
            place = replace(place, length=node.end_column - place.column)
            spot = Excerpt(place, node.source.line(node.line))
            problems.add("unknown-key", spot, hint=f"write {torn[1]}.{key}", key=key)
            continue
        hint = partial(_key_hint, at.mapping, key, known)
        problems.add("unknown-key", node, hint=hint, key=key)


def _key_hint(mapping: Mapping, key: str, known: list[str]) -> str:
    hint = _comma_hint(mapping, key) or _synonym_hint(mapping, key, known) or nearest(key, known)
    if not hint and key.casefold() in ("required", "mandatory", "optional") and "ask" in known:
        return "leave this line out: a question without an answer counts as unknown"
    return hint or f"known here: {quote_names(known, most=16)}"


def _synonym_hint(mapping: Mapping, key: str, known: list[str]) -> str:
    if key.casefold() in known or nearest(key, known).startswith(f"did you mean '{key.lower()}"):
        return ""
    word = meant("keys", key, [one for one in known if one not in mapping.entries])
    return f"did you mean '{word}'?" if word else ""


def _comma_hint(mapping: Mapping, key: str) -> str:
    """In {a: one, two} the comma makes a key of what was meant to be text."""
    entry = mapping.entries[key]
    before = mapping.source.line(entry.key.line)[: entry.key.column - 1]
    blank = isinstance(entry.value, Scalar) and not entry.value.text
    torn = blank and before.rstrip().endswith(",")
    return (
        "put a text with a comma in quotes: inside {...} a comma starts a new key" if torn else ""
    )


def _missing_keys(at: Violation, problems: Problems) -> None:
    for key in at.wanted:
        # A misspelt key has its own problem; the format has been looked at before.
        if key in at.instance or key == "format" or nearest(key, at.unknown):
            continue
        meaning = at.schema["properties"][key]["description"].split(". ")[0].rstrip(".")
        hint = f"add '{key}': {meaning[0].lower()}{meaning[1:]}"
        problems.add("missing-key", at.named, hint=hint, key=key)


def _missing_companion(at: Violation, problems: Problems) -> None:
    for given, companions in at.wanted.items():
        for key in companions:
            if given in at.instance and key not in at.instance and not nearest(key, at.unknown):
                hint = "a count is written {at_least: 2, of: [...]}" if key in _COUNT else ""
                node = at.mapping.key(given)
                problems.add("missing-companion", node, hint=hint, key=key, given=given)


_COUNT = frozenset({"at_least", "of"})


def _exactly_one(at: Violation, problems: Problems) -> None:
    if not at.given:
        hint = "where it is not known yet, say {unknown: why}" if "unknown" in at.choices else ""
        problems.add("missing-choice", at.named, hint=hint, keys=quote_names(at.choices))
        return
    keys = [at.mapping.key(key) for key in at.given]
    nested = "put one inside the other, such as {all: [..., {any: [...]}]}"
    hint = nested if "all" in at.choices else f"keep exactly one of {quote_names(at.choices)}"
    together = " and ".join(f"'{key}'" for key in at.given)
    problems.add("keys-exclude", *keys, hint=hint, keys=together)


def _wrong_type(at: Violation, problems: Problems) -> None:
    types = [at.wanted] if isinstance(at.wanted, str) else at.wanted
    names = (
        {**_TYPES, "string": "a date"}
        if at.schema.get("pattern") in (DATE, DATE_OR_TODAY)
        else _TYPES
    )
    words = [names[name] for name in types if name != "null"]
    expected = at.schema.get("title") or join_words(words)
    facts = {"expected": expected, "found": describe_value(at.node)}
    problems.add("wrong-type", at.seen, hint=_type_hint(at, types), **facts)


_GLUED = re.compile(r"[a-z][a-z0-9_.-]*:\S")


def _type_hint(at: Violation, types: list[str]) -> str:
    node = at.node
    if at.schema.get("title") == "a condition":
        return _condition_hint(node)
    if isinstance(node, Sequence) and types == ["object"]:
        return _keys_hint(node) or "give each entry a separate key"
    if types == ["object"] and isinstance(node, Scalar) and _GLUED.match(node.text):
        return "put a blank after the ':' of a key"
    if not isinstance(node, Scalar):
        return ""
    if isinstance(node.value, Unreadable):
        return node.value.hint
    if node.value is None:
        return "give a value, or leave the key out" if at.named is not node else ""
    if isinstance(node.value, str) and not {"number", "integer"}.isdisjoint(types):
        return _number_hint(node.text) or _range_hint(node.text, types)
    if "string" in types:
        return _text_hint(node.text, at.schema["pattern"]) if "pattern" in at.schema else ""
    return _list_hint(node) if "array" in types else ""


def _keys_hint(node: Sequence) -> str:
    """How a list of texts becomes entries with keys."""
    texts = [element.text for element in node.elements if isinstance(element, Scalar)]
    keys = [correction(KEY, text) for text in texts]
    if len(texts) != len(node.elements) or not all(keys) or len({*keys}) != len(keys):
        return ""
    return f"write {flow_text(dict(zip(keys, texts, strict=True)))}"


def _range_hint(text: str, types: list[str]) -> str:
    """How two numbers become three, where a number may be uncertain."""
    found = re.fullmatch(r"(\d+) *(?:-|–|to|bis) *(\d+).*", text)
    if not found or "object" not in types:
        return ""
    low, high = int(found[1]), int(found[2])
    return f"write {{low: {low}, likely: {(low + high + 1) // 2}, high: {high}}}"


def _list_hint(node: Scalar) -> str:
    """How one text becomes a list: of what stands between commas, or in lines with a mark."""
    if found := re.match(r"([-–—•·*])", node.text) if node.line < node.end_line else None:
        return f"start each line with a hyphen and a blank, '- ', in the place of '{found[1]}'"
    parts = re.split(r"\s*[,;]\s*", node.text) if isinstance(node.value, str) else [node.value]
    is_of_ids = all(re.fullmatch(r"[\w.-]+", str(part)) for part in parts)
    return f"write {flow_text(parts if is_of_ids else [node.value])}"


def _condition_hint(node: Node) -> str:
    if isinstance(node, Sequence):
        return "say how its parts are combined: {all: [...]} or {any: [...]}"
    return "give an expression, such as sponsor.identified, or leave the key out"


_ONE_NUMBER = re.compile(r"[^\d.,+-]*(-?\d+(?:\.\d+)?)[^\d.,+-]*", re.ASCII)


def _number_hint(text: str) -> str:
    """The number in a text, such as 80 in "80%"; empty if there is not exactly one."""
    found = _ONE_NUMBER.fullmatch(re.sub(r"(\d),(\d{1,2})(?!\d)", r"\1.\2", text))
    return f"write {found[1]}" if found and not is_two_fold(found[1]) else ""


def _text_hint(text: str, pattern: str) -> str:
    """How a number, true or false becomes the text that is asked for."""
    if hint := advice(pattern, text):
        return hint
    return f"put it in quotes: '{text}'" if matches(pattern, text) else SHAPES[pattern].rule


def _not_one_of(at: Violation, problems: Problems) -> None:
    allowed, written = quote_names(at.wanted, most=12), getattr(at.node, "text", "")
    word = meant("values", written, at.wanted)
    hint = f"did you mean '{word}'?" if word else nearest(written.lower(), at.wanted)
    if not isinstance(at.instance, str):
        facts = {"expected": allowed, "found": describe_value(at.node)}
        problems.add("wrong-type", at.seen, hint=hint, **facts)
        return
    problems.add("not-one-of", at.seen, hint=hint, text=at.instance, allowed=allowed)


def _malformed(at: Violation, problems: Problems) -> None:
    node = at.node if at.of_key else at.seen
    hint, rule = _name_hint(at) or advice(at.wanted, at.instance), SHAPES[at.wanted].rule
    if "number" in at.schema.get("type", ()):
        hint, rule = hint or _number_hint(at.instance), f"a limit is a number or a date; {rule}"
    problems.add("malformed", node, hint=hint, rule=rule)


def _name_hint(at: Violation) -> str:
    """What to write for a name that is a title, a question, a file or several names."""
    text = at.instance
    if at.of_key or at.wanted not in (ID, REFERENCE) or not isinstance(text, str):
        return ""
    if re.search(r"\.(ya?ml|json)$", text):
        return "give the id that stands behind 'id:' in that file, not the file's name"
    if ";" in text and (parts := [correction(at.wanted, one) for one in text.split(";")]):
        return f"write {', '.join(parts)}" if all(parts) else ""
    for kind in ("checks", "gates", "areas", "sources"):
        held = at.root.get(kind) if isinstance(at.root, Mapping) else None
        for key, entry in held.items() if isinstance(held, Mapping) else ():
            title = entry.get("title") if isinstance(entry, Mapping) else None
            if isinstance(title, Scalar) and title.text.casefold() == text.casefold():
                return f"write {key}"
    if re.fullmatch(r"[a-z]\w*\.\w+", text):
        return "name a check by its id; questions are read under 'met_when'"
    return ""


def _no_such_day(at: Violation, problems: Problems) -> None:
    if matches(at.schema["pattern"], at.instance):
        problems.add("no-such-day", at.node, text=at.instance)


def _out_of_range(bound: str) -> Callable[[Violation, Problems], None]:
    def tell(at: Violation, problems: Problems) -> None:
        text = cast("Scalar", at.node).text
        problems.add("out-of-range", at.node, bound=f"{bound} {at.wanted}", text=text)

    return tell


def _nothing_in_it(at: Violation, problems: Problems) -> None:
    problems.add("nothing-in-it", at.node)


def _duplicate_items(at: Violation, problems: Problems) -> None:
    first: dict[str, Node] = {}
    for element in cast("Sequence", at.node).elements:
        text = str(element.plain())
        known = first.setdefault(text, element)
        if known is not element:
            hint = f"it stands at line {known.line} already"
            problems.add("duplicate-item", element, hint=hint, text=text)


KEYWORDS: Table[str, Callable[[Violation, Problems], None]] = {
    "additionalProperties": _unknown_keys,
    "required": _missing_keys,
    "dependentRequired": _missing_companion,
    "oneOf": _exactly_one,
    "type": _wrong_type,
    "enum": _not_one_of,
    "pattern": _malformed,
    "format": _no_such_day,
    "minimum": _out_of_range("of at least"),
    "exclusiveMinimum": _out_of_range("above"),
    "maximum": _out_of_range("of at most"),
    "minItems": _nothing_in_it,
    "minProperties": _nothing_in_it,
    "uniqueItems": _duplicate_items,
}
"""How each keyword is reported; only `format` has `const`, which is checked first."""
