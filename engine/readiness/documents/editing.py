"""Changing one entry of a document, and leaving all else as its author wrote it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping as Map
from collections.abc import Sequence
from typing import Any, Final

from readiness.documents.emitting import (
    WIDTH,
    block_lines,
    flow_text,
    indent_lines,
    json_text,
    key_text,
    plain,
)
from readiness.documents.layout import DocumentLayout, KeyValue, LaidOut
from readiness.documents.nodes import PlainValue
from readiness.documents.reading import read
from readiness.problems import DocumentError, Source


class Removed:
    """What takes the place of a value that is taken away."""

    def __repr__(self) -> str:
        return "REMOVED"


REMOVED: Final = Removed()


class NotEditable(Exception):
    """A text that cannot be changed without touching more than the one entry."""


def edit_text(
    text: str,
    path: Sequence[str],
    value: object,
    *,
    order: Sequence[str] = (),
    name: str = "document",
) -> str:
    """The text of a YAML or JSON document with the entry at `path` set, replaced or removed.

    `path` leads through mappings by their keys; those that are missing are made. `value` is what
    JSON can hold, or a date; `REMOVED` takes the entry away. In YAML a truth is written as `yes`
    or `no`. A new key stands where `order`, the keys as they should follow each other, puts it,
    else at the end. All other lines stay byte for byte as they are, and comment lines stay also
    where what they stand in goes.

    Raises `DocumentError` where the text cannot be read, or the changed text could not be, and
    `NotEditable` where the path leads through a value that is no mapping, or the way in which the
    document is written does not allow the change.
    """
    body = text.lstrip("\ufeff")
    mark = text[: len(text) - len(body)]
    source = Source(name, body)
    before, as_json = read(source).plain(), source.is_json
    held = value if isinstance(value, Removed) else plain(value, as_json=as_json)
    after = _change_values(before, tuple(path), held)
    if _same(before, after):
        return text
    problem: DocumentError | None = None
    for quoted, early in ((False, False), (True, False), (True, True)):
        editing = _Editing(body, as_json=as_json, quoted=quoted, early=early)
        found = editing.edit(list(path), value, order)
        try:
            if _same(read(Source(name, found)).plain(), after):
                return mark + found
        except DocumentError as error:
            problem = error
    if problem and not _can_hold(held):
        raise problem
    raise NotEditable(f"'{'.'.join(path)}' cannot be changed by itself: write it by hand")


def _can_hold(value: object) -> bool:
    """Whether a document can hold a value at all."""
    try:
        read(Source("value", json.dumps(value if not isinstance(value, Removed) else None)))
    except DocumentError:
        return False
    return True


def _same(this: PlainValue, other: PlainValue) -> bool:
    """Whether two documents hold the same; 1, 1.0 and true are not."""
    return json.dumps(this, sort_keys=True) == json.dumps(other, sort_keys=True)


def _change_values(held: PlainValue, path: tuple[str, ...], value: PlainValue) -> PlainValue:
    """The values of a document once the entry is changed."""
    if not path:
        raise ValueError("a path names at least one key")
    if held is not None and not isinstance(held, dict):
        raise NotEditable(
            f"there is no place for '{path[0]}': it would stand in what is no mapping"
        )
    changed = dict(held or {})
    key, *rest = path
    if isinstance(value, Removed):
        if key not in changed or (rest and changed[key] is None):
            return held
        if not rest:
            del changed[key]
            return changed
    changed[key] = _change_values(changed.get(key), tuple(rest), value) if rest else value
    return changed


# The ',' behind an entry in brackets, past the comments before it.
_COMMA = re.compile("(?:[^,#]++|#[^\n\r\x85\u2028\u2029]*+)*+,")


class _Editing:
    """One change of one text.

    `quoted` writes no text as a block of lines. `early` puts nothing behind the last entry: a
    block of lines at the end of a text that ends without a line break changes when one follows.
    """

    def __init__(self, text: str, *, as_json: bool, quoted: bool, early: bool) -> None:
        self.text = text
        self.as_json, self.quoted, self.early = as_json, quoted, early
        self.layout = DocumentLayout(text)
        self.line_break = self.layout.line_break

    def edit(self, path: Sequence[str], value: object, order: Sequence[str]) -> str:
        """The text once the entry at `path` is changed."""
        holder: LaidOut = self.layout.root
        parent: KeyValue | None = None
        for depth, key in enumerate(path):
            rest = path[depth + 1 :]
            entry = next((one for one in holder.entries if one.key.text == key), None)
            if entry is None and not holder.entries:
                wanted = {key: _nest(rest, value)}
                return self._replace(parent, wanted) if parent else self._whole(wanted)
            if entry is None:
                order = () if rest else order
                return self._insert(holder, key, _nest(rest, value), order)
            if not rest and isinstance(value, Removed):
                return self._remove(holder, parent, entry)
            if not rest:
                return self._set(path, entry, value)
            if not entry.value.entries:  # it is blank, null or {}
                return self._replace(entry, _nest(rest, value))
            holder, parent = entry.value, entry
        raise AssertionError  # pragma: no cover - a path names at least one key

    def _whole(self, value: Map[str, object]) -> str:
        """The text whose root is an empty mapping with that mapping replaced."""
        root = self.layout.root
        new = json_text(value, step=2) if self.as_json else flow_text(value)
        return self.text[: root.start] + new + self.text[root.end :]

    # One value for another.

    def _set(self, path: Sequence[str], entry: KeyValue, value: object) -> str:
        if not (isinstance(value, Map) and value and entry.value.entries):
            return self._replace(entry, value)
        merged = self._merge(path, value)
        if entry.in_flow or entry.value.style == "block" or _is_narrow(merged, entry.key.start):
            return merged
        return self._replace(entry, value)

    def _merge(self, path: Sequence[str], value: Map[Any, object]) -> str:
        """The text with what differs between two mappings changed, entry by entry."""
        now = read(Source("", self.text)).plain()
        for key in path:
            now = now[key]
        named = {str(key): held for key, held in value.items()}
        changes: dict[str, object] = {
            key: held
            for key, held in named.items()
            if key not in now or not _same(now[key], plain(held, as_json=self.as_json))
        }
        changes |= {key: REMOVED for key in now if key not in named}
        found = self.text
        for key, held in changes.items():
            again = _Editing(found, as_json=self.as_json, quoted=self.quoted, early=self.early)
            found = again.edit([*path, key], held, list(named))
        return found

    def _replace(self, entry: KeyValue, value: object) -> str:
        if entry.in_flow:
            return self._replace_in_flow(entry, value)
        layout, text, behind, end = self.layout, self.text, entry.behind, entry.end
        if behind is None:
            msg = f"the key '{entry.key.text}' is written in a way that cannot be changed"
            raise NotEditable(msg)
        column, held = entry.key.column, entry.value
        first, *rest = self._lines(value, column, len(entry.key.text or ""))
        value_start = max(held.start, behind)
        if first and layout.line(value_start) == layout.line(behind) and not held.is_empty:
            first = text[behind:value_start] + first.removeprefix(" ")
        rest += layout.comment_lines(behind, end, column)
        remark = self._remark(entry, behind)
        if not remark and held.style != "block":
            remark = text[end : layout.line_end(end)]
        return (
            text[:behind]
            + self.line_break.join([first + remark, *rest])
            + text[layout.line_end(end) :]
        )

    def _remark(self, entry: KeyValue, behind: int) -> str:
        """The comment on the line of the key, where the value goes on in further lines."""
        layout, value = self.layout, entry.value
        if layout.line(entry.end) == layout.line(behind):
            return ""
        if value.style in ("|", ">"):
            header = layout.block_header(value.start)
            return (header[2] or "") if header else ""
        on_line = self.text[behind : layout.line_end(behind)]
        is_below = layout.line(value.start) != layout.line(behind)
        return on_line if is_below and on_line.lstrip(" \t").startswith("#") else ""

    def _replace_in_flow(self, entry: KeyValue, value: object) -> str:
        begin, end, behind = entry.value.start, entry.end, entry.behind
        new = self._inline(value, entry)
        if entry.value.is_empty:
            begin = end = behind or entry.key.end
            new = (" " if behind else ": ") + new
        if comments := self.layout.comment_lines(begin, end, entry.key.column):
            new = self.line_break.join([new, *comments, " " * entry.key.column])
        return self.text[:begin] + new + self.text[end:]

    # A new entry.

    def _insert(self, holder: LaidOut, key: str, value: object, order: Sequence[str]) -> str:
        held = holder.entries
        number = _place([one.key.text or "" for one in held], key, order)
        if self.early:
            number = min(number, len(held) - 1)
        insert = self._insert_in_flow if holder.style == "flow" else self._insert_in_block
        return insert(holder, number, key, value)

    def _insert_in_block(self, holder: LaidOut, number: int, key: str, value: object) -> str:
        layout, text, held = self.layout, self.text, holder.entries
        column = held[0].key.column
        first, *rest = self._lines(value, column, len(key))
        lines = [" " * column + key_text(key) + ":" + first, *rest]
        if number == 0 or (number < len(held) and _belongs_below(held, number, key)):
            start = held[number].key.start
            at = self._above(start) if column else layout.line_start(start)
        else:
            at = layout.next_line(held[number - 1].end)
            if self._stands_apart(held, number, key):
                lines.insert(0, "")
        new = self.line_break.join(lines)
        if at == len(text) and layout.line_start(at) != at:  # the last line is not closed
            return text + self.line_break + new
        return text[:at] + new + self.line_break + text[at:]

    def _above(self, at: int) -> int:
        """The start of an entry's line, or of the comment lines that stand right above it."""
        at = self.layout.line_start(at)
        while (line := self.layout.line_before(at)) is not None and line.lstrip().startswith("#"):
            at = self.layout.line_start(at - 1)
        return at

    def _stands_apart(self, held: list[KeyValue], number: int, key: str) -> bool:
        """Whether a blank line goes before a new entry, as it does before others."""
        apart = [bool(n) and self._is_apart(one) for n, one in enumerate(held)]
        if section := _section(key):
            is_new = _section(held[number - 1].key.text) != section
            return is_new and (apart[number] if number < len(held) else any(apart))
        return apart[number - 1] and (number == len(held) or apart[number])

    def _is_apart(self, entry: KeyValue) -> bool:
        line = self.layout.line_before(self._above(entry.key.start))
        return line is not None and not line.strip()

    def _insert_in_flow(self, holder: LaidOut, number: int, key: str, value: object) -> str:
        layout, text, held = self.layout, self.text, holder.entries
        beside = held[min(number, len(held) - 1)]
        tight = self._is_tight(beside)
        new = json_text(key, step=None) if self.as_json else key_text(key, in_flow=True)
        new += (":" if tight else ": ") + self._inline(value, beside)
        own_line = self.line_break + " " * beside.key.column
        parting = "" if tight else " "
        if layout.starts_its_line(beside.key.start):
            parting = own_line
        if number < len(held):
            at = beside.key.start
            return text[:at] + new + "," + parting + text[at:]
        at, close = beside.end, holder.end - 1
        if comma := _COMMA.match(text, at, close):
            at, before = comma.end(), text[: comma.end()]
        else:
            before = text[:at] + ","
        if layout.has_comment(at, close):
            after = layout.line_end(at)
            before, at, parting = before + text[at:after], after, own_line
        return before + parting + new + text[at:]

    def _is_tight(self, beside: KeyValue) -> bool:
        """Whether no blank stands between a key and its value, as in compact JSON."""
        return self.as_json and beside.behind == beside.value.start

    # An entry less.

    def _remove(self, holder: LaidOut, parent: KeyValue | None, entry: KeyValue) -> str:
        if holder.style == "flow":
            return self._remove_from_flow(holder, entry)
        is_last = len(holder.entries) == 1
        if is_last and parent is not None:
            return self._replace(parent, {})
        layout, text, start = self.layout, self.text, entry.key.start
        begin, after = layout.line_start(start), layout.next_line(entry.end)
        if not layout.starts_its_line(start):
            raise NotEditable(f"'{entry.key.text}' does not have a line to itself")
        kept = [" " * entry.key.column + "{}"] if is_last else []
        kept += layout.comment_lines(start, entry.end, entry.key.column)
        above = layout.line_before(begin)
        is_blank_below = not text[after : layout.line_end(after)].strip()
        if not kept and above is not None and not above.strip() and is_blank_below:
            begin = layout.line_start(begin - 1)
        new = "".join(line + self.line_break for line in kept)
        if after == len(text) == layout.line_end(entry.end):  # the last line is not closed
            if new:
                new = new.removesuffix(self.line_break)
            elif begin:
                begin = layout.line_end(begin - 1)
        return text[:begin] + new + text[after:]

    def _remove_from_flow(self, holder: LaidOut, entry: KeyValue) -> str:
        layout, text, held = self.layout, self.text, holder.entries
        number = held.index(entry)
        begin, end = entry.key.start, entry.end
        comma = _COMMA.match(text, end, holder.end - 1)
        after = comma.end() if comma else end
        if number + 1 < len(held):
            stretch = (begin, held[number + 1].key.start)
        else:
            stretch = (held[number - 1].end, end) if number else (begin, after)
        if not layout.has_comment(*stretch):
            return text[: stretch[0]] + text[stretch[1] :]
        # Among comments the lines of the entry go, and the comma behind it.
        comments = layout.comment_lines(begin, after, entry.key.column)
        remark = text[after : layout.line_end(after)].lstrip(" \t")
        if layout.starts_its_line(begin) and (not remark or remark.startswith("#")):
            new = "".join(line + self.line_break for line in comments)
            return text[: layout.line_start(begin)] + new + text[layout.next_line(after) :]
        lines = ["", *comments, " " * entry.key.column] if comments else []
        return text[:begin] + self.line_break.join(lines) + text[after:]

    # How a value is written.

    def _lines(self, value: object, column: int, key: int) -> list[str]:
        """What follows the ':' of a key that stands `column` deep, line by line."""
        width, step = max(WIDTH - column, WIDTH // 3), self.layout.step
        first, *rest = block_lines(value, width, step, used=key + 2, quoted=self.quoted)
        return [first, *indent_lines(rest, column)]

    def _inline(self, value: object, beside: KeyValue) -> str:
        if not self.as_json:
            return flow_text(value)
        if not self.layout.starts_its_line(beside.key.start):
            return json_text(value, step=None, compact=self._is_tight(beside))
        step = max(self.layout.root.entries[0].key.column, 1)
        lines = json_text(value, step=step).split("\n")
        return (self.line_break + " " * beside.key.column).join(lines)


def _nest(path: Sequence[str], value: object) -> object:
    """The value inside one mapping for each key of the path."""
    for key in reversed(path):
        value = {key: value}
    return value


def _is_narrow(text: str, at: int) -> bool:
    """Whether the line that holds a character still is one that people can read."""
    layout = DocumentLayout(text)
    return layout.line_end(at) - layout.line_start(at) <= WIDTH


def _section(key: str | None) -> str:
    return (key or "").rpartition(".")[0]


def _belongs_below(held: list[KeyValue], number: int, key: str) -> bool:
    """Whether a new entry goes with the entry that follows rather than with the one before."""
    before, after = (_section(one.key.text) for one in held[number - 1 : number + 1])
    return before != _section(key) == after != ""


def _place(keys: Sequence[str], key: str, order: Sequence[str]) -> int:
    """The number of the entry before which a new key goes; that of all entries: behind the last."""
    ranks = {name: rank for rank, name in enumerate(order)}
    if key not in ranks:
        return len(keys)
    known = [(ranks[name], number) for number, name in enumerate(keys) if name in ranks]
    before = [one for one in known if one[0] < ranks[key]]
    if before:
        return max(before)[1] + 1
    return min(known)[1] if known else len(keys)
