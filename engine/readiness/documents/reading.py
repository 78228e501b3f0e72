"""From text to a tree of values with places: YAML 1.2 core schema over libyaml's events."""

from __future__ import annotations

import math
import re
import sys
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import yaml

from readiness.documents.gc_pause import collecting_later
from readiness.documents.nodes import Mapping, MappingEntry, Node, Scalar, Sequence
from readiness.problems import Excerpt, Place, Problems, Source, Whole, refusal

MAXIMUM_MIB = 32
MAXIMUM_DEPTH = 64
# Beyond this, a double no longer tells two neighbouring whole numbers apart (RFC 8785, 3.2.2.3).
LARGEST_EXACT = 2**53 - 1

_CONSTANTS: dict[str, bool | None] = {
    "": None, "~": None, "null": None, "Null": None, "NULL": None,
    "true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False,
}  # fmt: skip
_INTEGER = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_TAG = re.compile(r"!(<[^>]*>|[^\s,\[\]{}]*)")
# Behind an even number of backslashes: a pair of escapes that stands for one character.
_PAIR = re.compile(
    r"((?<!\\)(?:\\\\)*)\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})"
)
_NUMERIC_START = frozenset("+-.0123456789")

_SCALAR, _MAPPING_END = yaml.ScalarEvent, yaml.MappingEndEvent
_SEQUENCE_END = yaml.SequenceEndEvent
_TAB_WITHIN = re.compile(r"\t[ \t]*[^\s#\0]")


class PurePythonLoader(yaml.BaseLoader):
    """Reads what libyaml reads, also `?` and tabs within a text, which PyYAML alone refuses."""

    _is_in_text = False

    def scan_plain(self) -> Any:
        """Return the token of a text without quotation marks."""
        self._is_in_text = True
        try:
            return super().scan_plain()
        finally:
            self._is_in_text = False

    def peek(self, index: int = 0) -> str:
        """Return a character ahead; within a text, a letter in place of what would end it."""
        found: str = super().peek(index)
        is_tab = found == "\t" and _TAB_WITHIN.match(self.buffer, self.pointer + index)
        return "x" if self._is_in_text and (found == "?" or is_tab) else found


_Loader: Any = getattr(yaml, "CBaseLoader", PurePythonLoader)


def decode(data: bytes, name: str) -> Source:
    """The text of a document; raises `DocumentError` when it is too large or not UTF-8."""
    if len(data) > MAXIMUM_MIB * 2**20:
        raise refusal("too-large", Whole(name), limit=MAXIMUM_MIB)
    try:
        return Source(name, _without_mark(data))
    except UnicodeDecodeError as fault:
        start = Source(name, _without_mark(data[: fault.start]))
        at = _Point(start, len(start.lines), len(start.lines[-1]) + 1)
        hint = "save it as UTF-8"
        if data.startswith((b"PK", b"\xd0\xcf")):
            hint = "this is a workbook or a Word document: copy its text into a plain text file"
        raise refusal("not-utf8", at, hint=hint, byte=data[fault.start]) from None


def read(source: Source) -> Node:
    """The tree of one document.

    Raises `DocumentError` with every problem that reading can find: at most one of syntax, and
    all duplicate keys, tags, aliases and numbers that cannot be kept.
    """
    reading = _DocumentReader(source)
    with collecting_later():
        root = reading.document()
    reading.problems.raise_if_any()
    assert root is not None
    return root


def _without_mark(data: bytes) -> str:
    """The text without byte order marks, which libyaml skips but does not count as columns."""
    return data.decode().lstrip("\ufeff")


def _pair_surrogates(text: str) -> str:
    """The text with JSON's pairs of surrogate escapes as the one escape that YAML has for them.

    Reported columns after such a pair are then two too small, in JSON only.
    """
    if ("\\ud" not in text and "\\uD" not in text) or not text.lstrip().startswith(("{", "[")):
        return text
    return _PAIR.sub(_join, text)


def _join(pair: re.Match[str]) -> str:
    high, low = int(pair[2], 16), int(pair[3], 16)
    return f"{pair[1]}\\U{0x10000 + ((high - 0xD800) << 10) + low - 0xDC00:08X}"


class _Point:
    """One character of a document."""

    def __init__(self, source: Source, line: int, column: int, length: int = 1) -> None:
        self.excerpt = Excerpt(Place(source.name, line, column, length), source.line(line))


class _TooDeep(Exception):
    pass


class _DocumentReader:
    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems = Problems()

    def document(self) -> Node | None:
        text = _pair_surrogates(self.source.text)
        try:
            return self._document(text)
        except yaml.MarkedYAMLError as fault:
            self._fault(text, fault)
        except yaml.reader.ReaderError as fault:
            self._character(_characters(self.source.text, fault.position))
        except UnicodeEncodeError as fault:  # half of a surrogate pair
            self._character(fault.start)
        except _TooDeep:
            pass
        return None

    def _fault(self, text: str, fault: yaml.MarkedYAMLError) -> None:
        """Report a fault of syntax, or that values are nested too deeply before it.

        A scanner looks ahead, and some refuse deep nesting themselves: their fault then comes
        before the values that this reader counts. The text before the fault is therefore read
        again, so that the message and its place are the same, whichever notices first.
        """
        before = _DocumentReader(self.source)
        token = fault.context_mark or fault.problem_mark
        if token and isinstance(fault, yaml.scanner.ScannerError):
            with suppress(yaml.YAMLError, _TooDeep):
                before._document(text[: token.index])
        too_deep = [problem for problem in before.problems if problem.code == "too-deep"]
        if too_deep:
            self.problems.extend(too_deep)
        else:
            self._syntax(fault)

    def _document(self, text: str) -> Node | None:
        root: Node | None = None
        loader = _Loader(text)
        events: Iterator[Any] = iter(loader.get_event, None)
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent) and root is not None:
                self._add("second-document", event)
                break
            if isinstance(event, yaml.NodeEvent):
                root = self._node(event, events, 1)
        if root is None:
            self.problems.add("empty-document", Whole(self.source.name))
        return root

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        kind = type(event)
        if kind is _SCALAR and event.tag is None and depth <= MAXIMUM_DEPTH:
            return self._scalar(event)
        if depth > MAXIMUM_DEPTH:
            self._add("too-deep", event, limit=MAXIMUM_DEPTH)
            raise _TooDeep
        if kind is yaml.AliasEvent:
            if not self._goes_on(event):  # otherwise it is a text, and a fault of syntax follows
                self._add("alias", event, name=event.anchor)
            return Scalar(self.source, *_start(event), *_end(event), None, "")
        if event.tag is not None:
            self._tag(event)
        if kind is _SCALAR:
            return self._scalar(event)
        if kind is yaml.MappingStartEvent:
            return self._mapping(event, events, depth)
        return self._sequence(event, events, depth)

    def _scalar(self, event: Any) -> Scalar:
        text: str = event.value
        value = self._resolve(event, text) if event.implicit[0] else text
        start, end = event.start_mark, event.end_mark
        line = start.line + 1
        last = line if end.line == start.line else end.line + 1  # one number, as it mostly is
        return Scalar(self.source, line, start.column + 1, last, end.column + 1, value, text)

    def _mapping(self, start: Any, events: Iterator[Any], depth: int) -> Mapping:
        entries: dict[str, MappingEntry] = {}
        deeper, node = depth + 1, self._node
        for event in events:
            if type(event) is _MAPPING_END:
                return Mapping(self.source, *_start(start), *_start(event), entries)
            key = node(event, events, deeper)
            value = node(next(events), events, deeper)
            if not isinstance(key, Scalar):
                self.problems.add("key-not-text", key, hint=_QUOTE)
            elif key.text in entries:
                first = entries[key.text].key
                hint = f"it stands at line {first.line} already"
                self.problems.add("duplicate-key", key, hint=hint, key=key.text)
            else:
                # The keys that are looked for later on are these very texts: found without a look
                # at what is in them, and held once.
                if key.value is key.text:
                    key.value = key.text = sys.intern(key.text)
                entries[key.text] = MappingEntry(key, value)
        raise AssertionError  # pragma: no cover - libyaml closes what it opens

    def _sequence(self, start: Any, events: Iterator[Any], depth: int) -> Sequence:
        elements: list[Node] = []
        for event in events:
            if type(event) is _SEQUENCE_END:
                return Sequence(self.source, *_start(start), *_start(event), tuple(elements))
            elements.append(self._node(event, events, depth + 1))
        raise AssertionError  # pragma: no cover - libyaml closes what it opens

    def _resolve(self, event: Any, text: str) -> str | float | bool | None:
        """A plain scalar by the YAML 1.2 core schema."""
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if text[0] not in _NUMERIC_START:
            return text
        if _INTEGER.fullmatch(text) or _OTHER_BASE.fullmatch(text):
            return self._integer(event, text)
        if _FLOAT.fullmatch(text):
            number = float(text)
            if math.isinf(number):
                self._add("number-too-large", event, hint=_QUOTE, text=_short(text))
            return number
        if _NOT_FINITE.fullmatch(text):
            self._add("number-not-finite", event, hint=_QUOTE, text=text)
        return text

    def _integer(self, event: Any, text: str) -> int:
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        number = LARGEST_EXACT + 1 if len(text) > 30 else int(text, base)
        if abs(number) > LARGEST_EXACT:
            self._add("number-too-large", event, hint=_QUOTE, text=_short(text))
        return number

    def _tag(self, event: Any) -> None:
        """The tag as the document writes it: the event has it spelled out."""
        line, column = _start(event)
        written = _TAG.search(self.source.line(line), column - 1)
        tag, column = (written[0], written.start() + 1) if written else (event.tag, column)
        hint = "leave it out: the question or the key decides how a value is read"
        if re.fullmatch(r"![a-z_]+\.[a-z_]+", tag):
            hint = f"a condition is negated with 'not': not {tag[1:]}"
        self.problems.add("tag", _Point(self.source, line, column, len(tag)), hint=hint, tag=tag)

    def _goes_on(self, event: Any) -> bool:
        """Whether text stands behind a value, so that it is the first word of a longer text."""
        line, column = _end(event)
        return re.match(r"\s*[^\s#,\]}:]", self.source.line(line)[column - 1 :]) is not None

    def _add(self, code: str, event: Any, hint: str = "", **facts: object) -> None:
        start, end = event.start_mark, event.end_mark
        length = end.column - start.column if end.line == start.line else 1
        at = _Point(self.source, start.line + 1, start.column + 1, max(1, length))
        self.problems.add(code, at, hint=hint, **facts)

    def _syntax(self, fault: yaml.MarkedYAMLError) -> None:
        mark = fault.problem_mark or fault.context_mark
        is_at_end = mark and not self.source.line(mark.line + 1).strip()
        if fault.context_mark and (is_at_end or _is_past_bracket(self.source, fault)):
            mark = fault.context_mark  # where what is never closed was opened
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        detail = fault.problem or "this is not YAML"
        if fault.context:
            detail = f"{detail} {fault.context}"
        at = _Point(self.source, line, column)
        if "maximum nesting depth" in detail:  # reached before it was known what nests
            self.problems.add("too-deep", at, limit=MAXIMUM_DEPTH)
            return
        found = (one for one in _IN_WORDS if one[0] in detail)
        _, said, hint = next(found, ("", "", ""))
        if advised := advice_on(self.source, line, column, detail):
            *where, hint = advised
            at = _Point(self.source, *where)
        else:
            hint = _syntax_hint(self.source, line, column, detail, hint)
        self.problems.add("yaml-syntax", at, hint=hint, detail=said or detail)

    def _character(self, position: int) -> None:
        before = Source(self.source.name, self.source.text[:position])
        at = _Point(self.source, len(before.lines), len(before.lines[-1]) + 1)
        self.problems.add("yaml-syntax", at, detail="control characters are not allowed")


# Of what libyaml says: how people say it who know documents and not parsers, and what to do.
_IN_WORDS = (
    ("end of stream while scanning a quoted scalar", ("the closing quotation mark of this text is "
                                                     "missing"),
     "end the text with the same quotation mark it starts with"),
    ("cannot start any token", "this cannot start a value or a key",
     "put a text that starts with '{letter}' in quotes"),
    ("mapping values are not allowed", "a ':' cannot stand here",
     "put a text that contains ': ' in quotes"),
    ("found unexpected ':'", "a ':' cannot stand here",
     "put a blank after the ':' of a key, and put a text that contains ':' in quotes"),
    ("did not find expected key", "this does not follow from what comes before it", ""),
    ("did not find expected ',' or '}'", "expected ',' or '}'", ""),
    ("did not find expected ',' or ']'", "expected ',' or ']'", ""),
    ("could not find expected ':'", "this key has no ':'", ""),
    ("block sequence entries are not allowed", "a list entry cannot start here", ""),
    ("tab character", "a tab cannot stand here", ""),
    ("unknown escape", "", "in double quotes a backslash is written twice"),
    ("block scalar", "", "put a text that starts with '>' or '|' in quotes"),
)  # fmt: skip
_QUOTE = "put it in quotes if it is text"


def _start(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1


def _end(event: Any) -> tuple[int, int]:
    return event.end_mark.line + 1, event.end_mark.column + 1


def _characters(text: str, position: int) -> int:
    """The place of a reader's fault in characters: libyaml counts bytes, PyYAML does not."""
    if not yaml.__with_libyaml__:
        return position
    return len(text.encode()[:position].decode(errors="ignore"))


def _short(text: str) -> str:
    return text if len(text) <= 24 else text[:20] + "…"


def _syntax_hint(source: Source, line: int, column: int, detail: str, hint: str) -> str:
    """What to do about a fault of syntax; `hint` is what is known of it by its name."""
    text = source.line(line)
    letter = text[column - 1 : column]
    if "\t" in text[: max(column, 1)]:
        return "indent with spaces: YAML does not allow tabs there"
    if "did not find expected ',' or" in detail and letter in ("{", "["):
        return "close the bracket that is opened here"
    if "mapping values are not allowed" in detail:
        return _key_hint(source, line, column) or hint
    if "did not find expected key" in detail:
        return _indentation_hint(source, line, column)
    return hint.format(letter=letter)


_KEY = re.compile(r"( *(?:- +)*)([^\s:#'\"\[{-][^:#]*):(?=\s|$)")


def _is_past_bracket(source: Source, fault: yaml.MarkedYAMLError) -> bool:
    """Whether a bracket is not closed before the next key of the mapping that it stands in."""
    at, opened = fault.problem_mark, fault.context_mark
    if not (at and opened and "did not find expected ',' or" in (fault.problem or "")):
        return False
    line, first = source.line(at.line + 1), source.line(opened.line + 1)
    indent = len(first) - len(first.lstrip(" "))
    return at.line > opened.line and bool(_KEY.match(line)) and line[: indent + 1].strip() != ""


def _key_hint(source: Source, line: int, column: int) -> str:
    """What to do about a key that continues the value above; empty if the ':' is in a text."""
    found = _KEY.match(source.line(line))
    if not found or found.end() != column:
        return ""
    above = next(_lines_above(source, line), "")
    if glued := re.match(r" *(?:- +)*([a-z][a-z0-9_.-]*):\S", above):
        return f"put a blank after the ':' of '{glued[1]}' above"
    if key := _KEY.match(above):
        hint = f"start it in column {len(key[1]) + 1}, like '{key[2]}' above"
        is_below = len(found[1]) >= len(key[1]) + 2
        return (
            f"{hint}, or add the line that it belongs to, such as 'questions:'" * is_below or hint
        )
    return ""


def _indentation_hint(source: Source, line: int, column: int) -> str:
    """What to do about a key that starts in a column where no key above it starts."""
    found = _KEY.match(source.line(line))
    if not found or len(found[1]) + 1 != column:
        return "close each quotation mark and each bracket that is opened before it"
    fits: dict[int, str] = {}
    for above in _lines_above(source, line):
        if key := _KEY.match(above):
            fits.setdefault(len(key[1]) + 1, key[2])
            if len(key[1]) + 1 < column:
                break
    near = [one for one in sorted(fits) if one != column][:2]
    places = ", or ".join(f"in column {one}, like '{fits[one]}' above" for one in near)
    return f"start it {places}" if places else ""


def _lines_above(source: Source, line: int) -> Iterator[str]:
    """The lines above a line, nearest first, without blank ones and comments."""
    texts = (source.line(number) for number in range(line - 1, 0, -1))
    return (text for text in texts if text.strip() and not text.lstrip().startswith("#"))


# A key or a hyphen, and what stands behind it on its line.
_ENTRY = re.compile(r"(?P<before> *(?:- +)*(?:(?P<key>[\w.-]+): +)?)(?P<value>\S.*?) *$")
_IN_BRACES = re.compile(r"[{,] *[\w.-]+: +(?=[^,{}]*$)")
_CONDITIONS = frozenset({"met_when", "applies_when", "ask_when", "when", "", None})
_NEEDS_QUOTES = re.compile(r"['\"\[*&@`%!“„>|-]|\{(?![^{}]*$)")

Advice = tuple[int, int, int, str]
"""Line, column, length, and what to do about what stands there."""


# What to write where YAML does not take a text, or blanks, as their author meant them.
def advice_on(source: Source, line: int, column: int, detail: str) -> Advice | None:
    """Return what to do about a fault of syntax in a line or just above it; None if unknown."""
    for number in (line, line - 1):
        text = source.line(number)
        blanks = text[: len(text) - len(text.lstrip())]
        if blanks.strip(" \t"):
            return number, 1, len(blanks), "retype these blanks: they only look like blanks"
    if "could not find expected ':'" in detail:
        return _text_going_on(source, line)
    text = source.line(line)
    if "expected ',' or '}'" in detail and text[column - 1 : column] == ":":
        start = _IN_BRACES.search(text[: column - 1])
        end = re.compile(r" *[,}]").search(text, column)
        if start and end:
            return _quoted(line, start.end(), text[start.end() : end.start()])
        return None
    entry = _ENTRY.match(text)
    if entry is None or "\t" in text or entry["value"][0] == "#":
        return None
    value, start_at = entry["value"], entry.end("before")
    is_colon = "mapping values are not allowed" in detail and column > start_at + 1
    if not (is_colon and entry["key"] and value[0] not in "{[") and not (
        _NEEDS_QUOTES.match(value) and start_at < column and "expected ',' or" not in detail
    ):
        return None
    return _quoted(line, start_at, value, is_condition=entry["key"] in _CONDITIONS)


def _quoted(line: int, start: int, value: str, *, is_condition: bool = False) -> Advice:
    """Return the advice to put a text in double quotes, with single ones within it."""
    is_closed = value[:1] in ("'", '"') and value[-1] == value[0] and len(value) > 1
    inner = value[1:-1] if is_closed and not is_condition else value
    inner = inner[1:] if inner[0] in "'\"" and inner.count(inner[0]) == 1 else inner
    inner = re.sub('["“”„]', "'", inner.replace("\\", "\\\\"))
    return line, start + 1, len(value), f'write "{inner}"'


def _text_going_on(source: Source, line: int) -> Advice | None:
    """Return the advice on a line of text that starts as far left as a key, or further."""
    for number in range(line, max(0, line - 4), -1):
        text, above = source.line(number), _ENTRY.match(source.line(number - 1))
        if text.strip() and ":" not in text and above and above["key"]:
            column = len(text) - len(text.lstrip()) + 1
            hint = f"start this line further right than '{above['key']}': its text goes on here"
            return number, column, len(text.strip()), hint
    return None
