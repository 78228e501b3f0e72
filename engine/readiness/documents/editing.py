"""Changing one entry of a document, and leaving all else as its author wrote it."""

from __future__ import annotations

import json
from collections.abc import Mapping as Map
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import yaml

from readiness.documents.emitting import (
    WIDTH,
    block_lines,
    flow_text,
    json_text,
    key_text,
    plain,
)
from readiness.documents.layout import (
    DocumentLayout,
    KeyValue,
    entries,
    is_block,
    is_empty,
    is_flow,
    start,
)
from readiness.documents.nodes import Plain
from readiness.documents.reading import read
from readiness.problems import DocumentError, Source


class Removed:
    """What takes the place of a value that is taken away."""

    def __repr__(self) -> str:
        return "REMOVED"


REMOVED: Final = Removed()


class NotEditable(Exception):
    """A text that cannot be changed without touching more than the one entry."""


def edited(
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
    before = read(Source(name, body)).plain()
    as_json = _is_json(body)
    held = value if isinstance(value, Removed) else plain(value, as_json=as_json)
    after = _changed(before, tuple(path), held)
    if _same(before, after):
        return text
    problem: DocumentError | None = None
    for manner in _MANNERS:
        found = _Editing(body, manner, as_json=as_json).edit(list(path), value, order)
        try:
            if _same(read(Source(name, found)).plain(), after):
                return mark + found
        except DocumentError as error:
            problem = error
    if problem and not _can_hold(held):
        raise problem
    raise NotEditable(f"'{'.'.join(path)}' cannot be changed by itself: write it by hand")


@dataclass(frozen=True, slots=True)
class _ChangeOptions:
    """How a change is made.

    `quoted` writes no text as a block of lines. `early` puts nothing behind the last entry: a
    block of lines at the end of a text that ends without a line break changes when one follows.
    """

    quoted: bool
    early: bool


_MANNERS = (_ChangeOptions(False, False), _ChangeOptions(True, False), _ChangeOptions(True, True))


def _is_json(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


def _can_hold(value: object) -> bool:
    """Whether a document can hold a value at all."""
    try:
        read(Source("value", json.dumps(value if not isinstance(value, Removed) else None)))
    except DocumentError:
        return False
    return True


def _same(this: Plain, other: Plain) -> bool:
    """Whether two documents hold the same; 1, 1.0 and true are not."""
    return json.dumps(this, sort_keys=True) == json.dumps(other, sort_keys=True)


def _changed(held: Plain, path: tuple[str, ...], value: Plain) -> Plain:
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
    changed[key] = _changed(changed.get(key), tuple(rest), value) if rest else value
    return changed


class _Editing:
    """One change of one text."""

    def __init__(self, text: str, manner: _ChangeOptions, *, as_json: bool) -> None:
        self.text = text
        self.manner = manner
        self.as_json = as_json
        self.layout = DocumentLayout(text)

    def edit(self, path: Sequence[str], value: object, order: Sequence[str]) -> str:
        """The text once the entry at `path` is changed."""
        holder, parent = self.layout.root, None
        for depth, key in enumerate(path):
            rest = path[depth + 1 :]
            entry = next((one for one in entries(holder) if one.key == key), None)
            if entry is None:
                return self._insert(
                    holder, parent, key, _nested(rest, value), order if not rest else ()
                )
            if not rest:
                if isinstance(value, Removed):
                    return self._remove(holder, parent, entry)
                return self._set(path, entry, value, holder)
            if not entries(entry.value):  # it is blank, null or {}
                return self._replace(entry, _nested(rest, value), holder)
            holder, parent = entry.value, (holder, entry)
        raise AssertionError  # pragma: no cover - a path names at least one key

    # One value for another.

    def _set(self, path: Sequence[str], entry: KeyValue, value: object, holder: yaml.Node) -> str:
        if not (isinstance(value, Map) and value and entries(entry.value)):
            return self._replace(entry, value, holder)
        merged = self._merged(path, entry, value)
        if is_flow(holder) or is_block(entry.value) or self._is_narrow(merged, entry):
            return merged
        return self._replace(entry, value, holder)

    def _merged(self, path: Sequence[str], entry: KeyValue, value: Map[Any, object]) -> str:
        """The text with what differs between two mappings changed, entry by entry."""
        found, order = self.text, [str(key) for key in value]
        old = [one.key for one in entries(entry.value)]
        now = read(Source("", self.text)).plain()
        for key in path:
            now = now[key]
        for key, held in value.items():
            name = str(key)
            if name not in old or not _same(now[name], plain(held, as_json=self.as_json)):
                found = self._again(found).edit([*path, name], held, order)
        for gone in old:
            if gone is not None and gone not in order:
                found = self._again(found).edit([*path, gone], REMOVED, ())
        return found

    def _again(self, text: str) -> _Editing:
        return _Editing(text, self.manner, as_json=self.as_json)

    def _is_narrow(self, text: str, entry: KeyValue) -> bool:
        """Whether the line with the entry still is one that people can read."""
        layout = DocumentLayout(text)
        return layout.line_end(entry.start) - layout.line_start(entry.start) <= WIDTH

    def _replace(self, entry: KeyValue, value: object, holder: yaml.Node) -> str:
        if is_flow(holder):
            return self._replace_in_flow(entry, value)
        layout, text = self.layout, self.text
        behind, end = layout.colon(entry), layout.entry_end(entry)
        if behind is None:
            raise NotEditable(f"the key '{entry.key}' is written in a way that cannot be changed")
        first, *rest = self._lines(value, entry.column, len(entry.key or ""))
        value_start = max(start(entry.value), behind)
        if first and layout.line(value_start) == layout.line(behind) and not is_empty(entry.value):
            first = text[behind:value_start] + first.removeprefix(" ")
        comments = layout.comment_lines(behind, end)
        rest += [" " * entry.column + line for line in comments]
        tail_end = layout.line_end(end)
        remark, tail = self._remark(entry, behind, end), ""
        if not remark and not is_block(entry.value):
            remark = text[end:tail_end]
        new = layout.line_break.join([first + remark + tail, *rest])
        return text[:behind] + new + text[tail_end:]

    def _remark(self, entry: KeyValue, behind: int, end: int) -> str:
        """The comment on the line of the key, where the value goes on in further lines."""
        layout, value = self.layout, entry.value
        if layout.line(end) == layout.line(behind):
            return ""
        if isinstance(value, yaml.ScalarNode) and value.style in ("|", ">"):
            header = layout.block_header(value)
            return (header[2] or "") if header else ""
        if layout.line(start(value)) == layout.line(behind):
            return ""
        on_line = self.text[behind : layout.line_end(behind)]
        return on_line if on_line.lstrip(" \t").startswith("#") else ""

    def _replace_in_flow(self, entry: KeyValue, value: object) -> str:
        layout, text = self.layout, self.text
        begin, end = start(entry.value), layout.entry_end(entry)
        new = self._inline(value, entry)
        if is_empty(entry.value):
            behind = layout.colon(entry)
            begin = end = behind or entry.key_node.end_mark.index
            new = (" " if behind else ": ") + new
        if comments := layout.comment_lines(begin, end):
            depth = " " * entry.column
            new = layout.line_break.join([new, *(depth + line for line in comments), depth])
        return text[:begin] + new + text[end:]

    # A new entry.

    def _insert(
        self,
        holder: yaml.Node,
        parent: tuple[yaml.Node, KeyValue] | None,
        key: str,
        value: object,
        order: Sequence[str],
    ) -> str:
        if isinstance(value, Removed):
            return self.text
        held = entries(holder)
        if not held:
            if parent is not None:
                return self._replace(parent[1], {key: value}, parent[0])
            return self._whole({key: value})
        number = _place([one.key or "" for one in held], key, order)
        if self.manner.early:
            number = min(number, len(held) - 1)
        if is_flow(holder):
            return self._insert_in_flow(holder, held, number, key, value)
        return self._insert_in_block(held, number, key, value)

    def _whole(self, value: Map[str, object]) -> str:
        """The text whose root is an empty mapping with that mapping replaced."""
        root = self.layout.root
        new = json_text(value, step=2) if self.as_json else flow_text(value)
        return self.text[: start(root)] + new + self.text[root.end_mark.index :]

    def _insert_in_block(self, held: list[KeyValue], number: int, key: str, value: object) -> str:
        layout, text = self.layout, self.text
        column = held[0].column
        first, *rest = self._lines(value, column, len(key))
        lines = [" " * column + key_text(key) + ":" + first, *rest]
        if number == 0 or (number < len(held) and self._belongs_below(held, number, key)):
            at = self._above(held[number]) if column else layout.line_start(held[number].start)
        else:
            at = layout.next_line(layout.entry_end(held[number - 1]))
            if self._stands_apart(held, number, key):
                lines.insert(0, "")
        new = layout.line_break.join(lines)
        if at == len(text) and layout.line_start(at) != at:  # the last line is not closed
            return text + layout.line_break + new
        return text[:at] + new + layout.line_break + text[at:]

    def _belongs_below(self, held: list[KeyValue], number: int, key: str) -> bool:
        """Whether a new entry goes with the entry that follows rather than with the one before."""
        section = _section(key)
        return (
            bool(section)
            and _section(held[number - 1].key) != section
            and _section(held[number].key) == section
        )

    def _above(self, entry: KeyValue) -> int:
        """The start of an entry's line, or of the comment lines that stand right above it."""
        at = self.layout.line_start(entry.start)
        while (line := self.layout.line_before(at)) is not None and line.lstrip().startswith("#"):
            at = self.layout.line_start(at - 1)
        return at

    def _stands_apart(self, held: list[KeyValue], number: int, key: str) -> bool:
        """Whether a blank line goes before a new entry, as it does before others."""
        apart = [bool(n) and self._is_apart(one) for n, one in enumerate(held)]
        if section := _section(key):
            is_new = _section(held[number - 1].key) != section
            return is_new and (apart[number] if number < len(held) else any(apart))
        return apart[number - 1] and (number == len(held) or apart[number])

    def _is_apart(self, entry: KeyValue) -> bool:
        line = self.layout.line_before(self._above(entry))
        return line is not None and not line.strip()

    def _insert_in_flow(
        self, holder: yaml.Node, held: list[KeyValue], number: int, key: str, value: object
    ) -> str:
        layout, text = self.layout, self.text
        beside = held[min(number, len(held) - 1)]
        colon, comma = self._marks(beside)
        new = json_text(key, step=None) if self.as_json else key_text(key, in_flow=True)
        new += colon + self._inline(value, beside)
        on_own_line = layout.starts_its_line(beside.start)
        parting = layout.line_break + " " * beside.column if on_own_line else comma[1:]
        if number < len(held):
            at = beside.start
            return text[:at] + new + "," + parting + text[at:]
        end, close = layout.entry_end(beside), holder.end_mark.index - 1
        after = self._after_comma(end, close)
        if after is None:
            text = text[:end] + "," + text[end:]
            after = end + 1
            close += 1
        if "#" in text[after:close]:  # behind a comment
            breaks = [at for at in (text.find(mark, after) for mark in ("\n", "\r")) if at >= 0]
            after = min(breaks)
            parting = layout.line_break + " " * beside.column
        return text[:after] + parting + new + text[after:]

    def _marks(self, beside: KeyValue) -> tuple[str, str]:
        """What stands between a key and its value, and between two entries."""
        behind = self.layout.colon(beside)
        is_tight = self.as_json and behind is not None and behind == start(beside.value)
        return (":", ",") if is_tight else (": ", ", ")

    def _after_comma(self, begin: int, end: int) -> int | None:
        """Where the text behind the next ',' starts; None where there is none before `end`."""
        at = begin
        while at < end:
            if self.text[at] == ",":
                return at + 1
            at = self.layout.line_end(at) if self.text[at] == "#" else at + 1
        return None

    # An entry less.

    def _remove(
        self, holder: yaml.Node, parent: tuple[yaml.Node, KeyValue] | None, entry: KeyValue
    ) -> str:
        held = entries(holder)
        if is_flow(holder):
            return self._remove_from_flow(holder, held, entry)
        if len(held) == 1 and parent is not None:
            return self._replace(parent[1], {}, parent[0])
        layout, text = self.layout, self.text
        begin, end = layout.line_start(entry.start), layout.entry_end(entry)
        if not layout.starts_its_line(entry.start):
            raise NotEditable(f"'{entry.key}' does not stand on a line of its own")
        depth = " " * entry.column
        kept = [depth + line for line in layout.comment_lines(entry.start, end)]
        if len(held) == 1:
            kept.insert(0, depth + "{}")
        after = layout.next_line(end)
        above = layout.line_before(begin)
        if not kept and above is not None and not above.strip() and self._is_blank(after):
            begin = layout.line_start(begin - 1)
        new = "".join(line + layout.line_break for line in kept)
        if after == len(text) and layout.line_end(end) == after:  # the last line is not closed
            if new:
                new = new.removesuffix(layout.line_break)
            else:
                begin = layout.line_end(layout.line_start(begin) - 1) if begin else begin
        return text[:begin] + new + text[after:]

    def _is_blank(self, at: int) -> bool:
        return not self.text[at : self.layout.line_end(at)].strip()

    def _remove_from_flow(self, holder: yaml.Node, held: list[KeyValue], entry: KeyValue) -> str:
        layout, text = self.layout, self.text
        number = next(n for n, one in enumerate(held) if one.key == entry.key)
        begin, end = entry.start, layout.entry_end(entry)
        close = holder.end_mark.index - 1
        if number + 1 < len(held):
            stretch = (begin, held[number + 1].start)
        elif number:
            stretch = (layout.entry_end(held[number - 1]), end)
        else:
            stretch = (begin, self._after_comma(end, close) or end)
        if not layout.has_comment(*stretch):
            return text[: stretch[0]] + text[stretch[1] :]
        # Among comments the lines of the entry go, and the comma behind it.
        end = self._after_comma(end, close) or end
        comments = layout.comment_lines(begin, end)
        remark = text[end : layout.line_end(end)].lstrip(" \t")
        if layout.starts_its_line(begin) and (not remark or remark.startswith("#")):
            depth = " " * entry.column
            new = "".join(depth + line + layout.line_break for line in comments)
            return text[: layout.line_start(begin)] + new + text[layout.next_line(end) :]
        depth = " " * entry.column
        new = "".join(layout.line_break + depth + line for line in comments)
        return text[:begin] + new + (layout.line_break + depth if new else "") + text[end:]

    # How a value is written.

    def _lines(self, value: object, column: int, key: int) -> list[str]:
        """What follows the ':' of a key that stands `column` deep, line by line."""
        width, step = max(WIDTH - column, WIDTH // 3), self.layout.step
        first, *rest = block_lines(value, width, step, used=key + 2, quoted=self.manner.quoted)
        return [first, *(" " * column + line if line else "" for line in rest)]

    def _inline(self, value: object, beside: KeyValue) -> str:
        if not self.as_json:
            return flow_text(value)
        if not self.layout.starts_its_line(beside.start):
            return json_text(value, step=None, compact=self._marks(beside)[0] == ":")
        lines = json_text(value, step=max(self._json_step(), 1)).split("\n")
        return (self.layout.line_break + " " * beside.column).join(lines)

    def _json_step(self) -> int:
        return entries(self.layout.root)[0].column


def _nested(path: Sequence[str], value: object) -> object:
    """The value inside one mapping for each key of the path."""
    if isinstance(value, Removed):
        return value
    for key in reversed(path):
        value = {key: value}
    return value


def _section(key: str | None) -> str:
    return (key or "").rpartition(".")[0]


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
