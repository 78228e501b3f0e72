"""A document put together from those it extends and what it says itself.

Nothing is copied: each value of the whole stays the node that it was in its own document, and so
knows the file and line it came from.
"""

from __future__ import annotations

from collections.abc import Mapping as Map
from collections.abc import Sequence as Row

from readiness.documents.nodes import Entry, Mapping, Node, Scalar, Sequence
from readiness.problems import Problems, nearest

# The keys under which entries stand by their id, and those of their fields that hold entries too.
COLLECTIONS: Map[str, tuple[str, ...]] = {
    "questionnaire": ("sections",),
    "ruleset": ("sources", "areas", "values", "gates", "checks"),
}
_NESTED = frozenset({"questions", "columns", "options", "remedy"})
_CONDITIONS = frozenset({"met_when", "applies_when", "ask_when"})
_WHOLE = _CONDITIONS | {"effort_days"}  # mappings that are one value


class Merged(Mapping):
    """A whole document; `documents` are those it was put together from, in the order of merging.

    The last of them is the document itself, as it was written.
    """

    __slots__ = ("documents",)

    def __init__(self, own: Mapping, parents: Row[Mapping], entries: dict[str, Entry]) -> None:
        start, end = (own.line, own.column), (own.end_line, own.end_column)
        super().__init__(own.source, start, end, entries)
        held = (one for parent in parents for one in documents_of(parent))
        found = {id(one): one for one in (*held, own)}
        self.documents = tuple(found.values())


def documents_of(whole: Mapping) -> tuple[Mapping, ...]:
    """The documents that a whole was put together from; itself where it extends none."""
    return whole.documents if isinstance(whole, Merged) else (whole,)


def merge(kind: str, child: Mapping, parents: Row[Mapping], problems: Problems) -> Mapping:
    """The whole document: what `parents` say, changed by what `child` says and drops.

    The child's head (format, id, version and so on) is its own; of what it leaves out there, the
    first parent's holds. Parents are whole documents themselves.
    """
    entries = dict(child.entries)
    for parent in parents:
        for key, entry in parent.entries.items():
            if key not in ("extends", "drop", "title", "description"):
                entries.setdefault(key, entry)
    _join_drops(entries, [parent for parent in parents if "drop" in parent.entries])
    merging = _Merging(problems)
    for key in COLLECTIONS[kind]:
        own = child.get(key)
        inherited = [(parent, held) for parent in parents if (held := _mapping(parent.get(key)))]
        dropped = _dropped(kind, child, key)
        if inherited or own is not None:
            node = merging.collection(key, own or child, _mapping(own), inherited, dropped)
            key_node = child.entries[key].key if key in child.entries else _key(entries, key)
            entries[key] = Entry(key_node, node)
    if kind == "ruleset" and "questionnaire" not in child.entries:
        _join_questionnaires(entries, parents)
    return Merged(child, parents, entries) if parents else _like(child, entries)


def _key(entries: Map[str, Entry], key: str) -> Scalar:
    return entries[key].key


def _mapping(node: Node | None) -> Mapping | None:
    return node if isinstance(node, Mapping) else None


def _like(node: Node, entries: dict[str, Entry]) -> Mapping:
    """A mapping that stands where `node` does."""
    return Mapping(node.source, (node.line, node.column), (node.end_line, node.end_column), entries)


def _row(node: Node, elements: Row[Node]) -> Sequence:
    """A list that stands where `node` does."""
    return Sequence(
        node.source, (node.line, node.column), (node.end_line, node.end_column), tuple(elements)
    )


def _dropped(kind: str, child: Mapping, key: str) -> Mapping | None:
    drop = _mapping(child.get("drop"))
    if drop is None:
        return None
    return _mapping(drop.get("questions" if kind == "questionnaire" else key))


def _join_drops(entries: dict[str, Entry], parents: Row[Mapping]) -> None:
    """What was dropped anywhere, so that who misses it can be told why."""
    for parent in parents:
        theirs = parent.entries["drop"]
        if (own := _mapping(entries["drop"].value if "drop" in entries else None)) is None:
            entries["drop"] = theirs
            continue
        held = _mapping(theirs.value)
        joined = dict(own.entries)
        for key, entry in held.entries.items() if held else ():
            mine, other = _mapping(own.get(key)), _mapping(entry.value)
            if mine is not None and other is not None:
                joined[key] = Entry(entry.key, _like(mine, {**other.entries, **mine.entries}))
            else:
                joined.setdefault(key, entry)
        entries["drop"] = Entry(entries["drop"].key, _like(own, joined))


def _join_questionnaires(entries: dict[str, Entry], parents: Row[Mapping]) -> None:
    named: dict[str, Node] = {}
    for parent in parents:
        held = parent.get("questionnaire")
        for name in held.elements if isinstance(held, Sequence) else [held]:
            if isinstance(name, Scalar):
                named.setdefault(name.text, name)
    if named:
        first = next(iter(named.values()))
        entries["questionnaire"] = Entry(
            entries["questionnaire"].key, _row(first, list(named.values()))
        )


class _Merging:
    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def collection(
        self,
        key: str,
        at: Node,
        own: Mapping | None,
        inherited: Row[tuple[Mapping, Mapping]],
        dropped: Mapping | None,
    ) -> Mapping:
        """Entries by id: the parents' in their order, then the child's new ones."""
        entries: dict[str, Entry] = {}
        for _, held in inherited:
            for name, entry in held.entries.items():
                if key == "values" and name in entries:
                    settled = own.get(name) if own else None
                    pair = entries[name].value, entry.value
                    entries[name] = Entry(entry.key, self._alike(*pair, settled, name, entry.key))
                else:
                    entries[name] = self._inherited(entries.get(name), entry, own, dropped, name)
        for name, entry in own.entries.items() if own else ():
            entries[name] = self._repeated(entries.get(name), entry)
        if key == "sections":
            self._drop_questions(entries, dropped)
        else:
            self._drop(entries, dropped)
        return _like(at, entries)

    def _inherited(
        self,
        first: Entry | None,
        second: Entry,
        own: Mapping | None,
        dropped: Mapping | None,
        name: str,
    ) -> Entry:
        """One entry that two parents may both have; they must not differ unless it is settled."""
        if first is None or first.value is second.value:
            return second if first is None else first
        if dropped is not None and name in dropped.entries:
            return first
        settled = own.get(name) if own else None
        value = self._joined(first.value, second.value, settled, name, second.key)
        return Entry(first.key, value)

    def _joined(
        self, first: Node, second: Node, settled: Node | None, name: str, at: Scalar
    ) -> Node:
        """What two parents say of the same thing, field by field."""
        if first is second or first.plain() == second.plain():
            return first
        if not (isinstance(first, Mapping) and isinstance(second, Mapping)):
            return self._alike(first, second, settled, name, at)
        entries = dict(first.entries)
        for key, entry in second.entries.items():
            if key not in entries:
                entries[key] = entry
                continue
            own = settled.get(key) if isinstance(settled, Mapping) else None
            join = self._alike if key in _WHOLE else self._joined
            joined = join(entries[key].value, entry.value, own, name, entry.key)
            entries[key] = Entry(entries[key].key, joined)
        return _like(first, entries)

    def _alike(
        self, first: Node, second: Node, settled: Node | None, name: str, at: Scalar
    ) -> Node:
        """Two parents must say the same, unless the child says something itself."""
        if first.plain() == second.plain():
            return first
        if settled is None or _is_edit(settled) or _is_tightening(at.text, settled):
            hint = "settle it here: repeat it with what shall hold"
            self.problems.add("parents-differ", first, second, hint=hint, name=name, key=at.text)
        return first

    def _repeated(self, inherited: Entry | None, own: Entry) -> Entry:
        if inherited is None:
            return Entry(own.key, self._plain_new(own.value))
        return Entry(own.key, self._changed(inherited.value, own.value))

    def _plain_new(self, node: Node) -> Node:
        """What nobody says yet cannot be edited, only given."""
        if not isinstance(node, Mapping):
            return node
        for key, entry in node.entries.items():
            if _is_edit(entry.value) or _is_tightening(key, entry.value):
                self.problems.add("nothing-to-edit", entry.key, key=key)
        return node

    def _changed(self, inherited: Node, own: Node) -> Node:
        """An entry changed field by field."""
        if not isinstance(inherited, Mapping) or not isinstance(own, Mapping):
            return own
        entries = dict(inherited.entries)
        for key, entry in own.entries.items():
            held = entries.get(key)
            entries[key] = Entry(entry.key, self._field(key, held.value if held else None, entry))
        return _like(own, entries)

    def _field(self, key: str, inherited: Node | None, own: Entry) -> Node:
        node = own.value
        if _is_edit(node):
            assert isinstance(node, Mapping)
            return self._edited(key, inherited, own.key, node)
        if _is_tightening(key, node):
            assert isinstance(node, Mapping)
            return self._tightened(key, inherited, own.key, node)
        if key in _NESTED and isinstance(inherited, Mapping) and isinstance(node, Mapping):
            return self._changed_each(inherited, node)
        return node

    def _changed_each(self, inherited: Mapping, own: Mapping) -> Mapping:
        """Questions, columns, options or a remedy: each changed in its turn."""
        entries = dict(inherited.entries)
        for key, entry in own.entries.items():
            entries[key] = self._repeated(entries.get(key), entry)
        return _like(own, entries)

    def _edited(self, key: str, inherited: Node | None, at: Scalar, edit: Mapping) -> Node:
        """A list with some names added and others removed."""
        if inherited is None:
            self.problems.add("nothing-to-edit", at, key=key)
            return _row(edit, _elements(edit.get("add")))
        names = {_name(element): element for element in _elements(inherited)}
        for element in _elements(edit.get("remove")):
            if names.pop(_name(element), None) is None:
                hint = nearest(_name(element), names)
                self.problems.add("not-in-list", element, hint=hint, name=_name(element), key=key)
        for element in _elements(edit.get("add")):
            names.setdefault(_name(element), element)
        return _row(edit, list(names.values()))

    def _tightened(self, key: str, inherited: Node | None, at: Scalar, also: Mapping) -> Node:
        """The inherited condition and a further one."""
        further = also.entries["also"]
        if inherited is None:
            self.problems.add("nothing-to-edit", at, key=key)
            return further.value
        parts = [inherited]
        held = inherited.get("all") if isinstance(inherited, Mapping) else None
        if isinstance(held, Sequence):
            parts = list(held.elements)
        whole = _row(also, [*parts, further.value])
        return _like(also, {"all": Entry(further.key, whole)})

    def _drop(self, entries: dict[str, Entry], dropped: Mapping | None) -> None:
        for name, entry in dropped.entries.items() if dropped else ():
            if entries.pop(name, None) is None:
                hint = nearest(name, entries)
                self.problems.add("nothing-to-drop", entry.key, hint=hint, name=name)

    def _drop_questions(self, sections: dict[str, Entry], dropped: Mapping | None) -> None:
        for name, entry in dropped.entries.items() if dropped else ():
            section, _, question = name.partition(".")
            home = sections.get(section)
            held = home.value.get("questions") if home and isinstance(home.value, Mapping) else None
            if home is None or not isinstance(held, Mapping) or question not in held.entries:
                self.problems.add("nothing-to-drop", entry.key, name=name)
                continue
            assert isinstance(home.value, Mapping)
            left = {key: e for key, e in held.entries.items() if key != question}
            if not left:
                del sections[section]
                continue
            changed = {**home.value.entries}
            changed["questions"] = Entry(changed["questions"].key, _like(held, left))
            sections[section] = Entry(home.key, _like(home.value, changed))


def _is_edit(node: Node) -> bool:
    return (
        isinstance(node, Mapping) and bool(node.entries) and set(node.entries) <= {"add", "remove"}
    )


def _is_tightening(key: str, node: Node) -> bool:
    return key == "met_when" and isinstance(node, Mapping) and set(node.entries) == {"also"}


def _elements(node: Node | None) -> Row[Node]:
    if isinstance(node, Sequence):
        return node.elements
    return () if node is None else (node,)


def _name(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else str(node.plain())
