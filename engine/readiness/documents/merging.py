"""A document put together from those it extends and what it says itself.

Nothing is copied: each value of the whole stays the node that it was in its own document, and so
knows the file and line it came from.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from collections.abc import Mapping as Map
from collections.abc import Sequence as Row
from typing import TypeAlias

from readiness.documents.nodes import Mapping, MappingEntry, Node, Scalar, Sequence
from readiness.problems import Problems, nearest

# The keys under which entries stand by their id, and those of their fields that hold entries too.
COLLECTIONS: Map[str, tuple[str, ...]] = {
    "questionnaire": ("sections", "consistency"),
    "ruleset": ("sources", "areas", "values", "gates", "checks", "consistency", "owners"),
}
_NESTED = frozenset({"questions", "columns", "options", "remedy"})
# Mappings that are one value.
_WHOLE = frozenset({"met_when", "applies_when", "ask_when", "when", "effort_days", "sets"})
_NESTED_DROPS = {"sections": "questions"}  # of these the questions within are dropped

# Makes a merged entry from its key, the inherited entry, and the child's entry.
_Change: TypeAlias = Callable[[str, MappingEntry | None, MappingEntry], MappingEntry]


class Merged(Mapping):
    """A merged document; `documents` are those it was merged from, in the order of merging.

    The last of them is the document itself.
    """

    __slots__ = ("documents",)

    def __init__(
        self, own: Mapping, parents: Row[Mapping], entries: dict[str, MappingEntry]
    ) -> None:
        super().__init__(own.source, *own.span, entries)
        held = (one for parent in parents for one in documents_of(parent))
        found = {id(one): one for one in (*held, own)}
        self.documents: tuple[Mapping, ...] = tuple(found.values())


def documents_of(whole: Mapping) -> tuple[Mapping, ...]:
    """Return the documents that were merged into a whole; itself if it extends none."""
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
    _join_drops(entries, parents)
    merging = _Merging(problems)
    for key in COLLECTIONS[kind]:
        own = child.get(key)
        inherited = [held for parent in parents if (held := _entries(parent.get(key)))]
        if inherited or own is not None:
            dropped = _entries(_get(child.get("drop"), _NESTED_DROPS.get(key, key)))
            held = merging.collection(key, _entries(own), inherited, dropped)
            entries[key] = MappingEntry(entries[key].key, _like(own or child, held))
    if kind == "ruleset" and "questionnaire" not in child.entries:
        _join_questionnaires(entries, parents)
    return Merged(child, parents, entries) if parents else _like(child, entries)


def _get(node: Node | None, key: str) -> Node | None:
    return node.get(key) if isinstance(node, Mapping) else None


def _entries(node: Node | None) -> Map[str, MappingEntry]:
    """The entries of a mapping; none where it is no mapping."""
    return node.entries if isinstance(node, Mapping) else {}


def _like(node: Node, entries: Map[str, MappingEntry]) -> Mapping:
    """A mapping that stands where `node` does."""
    return Mapping(node.source, *node.span, dict(entries))


def _row(node: Node, elements: Iterable[Node]) -> Sequence:
    """A list that stands where `node` does."""
    return Sequence(node.source, *node.span, tuple(elements))


def _join_drops(entries: dict[str, MappingEntry], parents: Row[Mapping]) -> None:
    """What was dropped anywhere, so that who misses it can be told why."""
    for theirs in (parent.entries["drop"] for parent in parents if "drop" in parent.entries):
        own = entries.setdefault("drop", theirs)
        joined = dict(_entries(own.value))
        for key, entry in _entries(theirs.value).items():
            mine = joined.get(key, entry)
            both = {**_entries(entry.value), **_entries(mine.value)}
            joined[key] = MappingEntry(entry.key, _like(mine.value, both))
        entries["drop"] = MappingEntry(own.key, _like(own.value, joined))


def _join_questionnaires(entries: dict[str, MappingEntry], parents: Row[Mapping]) -> None:
    named: dict[str, Node] = {}
    for parent in parents:
        for name in _elements(parent.get("questionnaire")):
            if isinstance(name, Scalar):
                named.setdefault(name.text, name)
    if named:
        first = next(iter(named.values()))
        entries["questionnaire"] = MappingEntry(
            entries["questionnaire"].key, _row(first, named.values())
        )


def _questions(sections: Map[str, MappingEntry]) -> list[str]:
    """The ids of the questions of some sections."""
    held = {key: _entries(_get(entry.value, "questions")) for key, entry in sections.items()}
    return [f"{key}.{name}" for key, questions in held.items() for name in questions]


class _Merging:
    def __init__(self, problems: Problems) -> None:
        self.problems = problems

    def collection(
        self,
        key: str,
        own: Map[str, MappingEntry],
        inherited: Row[Map[str, MappingEntry]],
        dropped: Map[str, MappingEntry],
    ) -> dict[str, MappingEntry]:
        """Entries by id: the parents' in their order, then the child's new ones."""
        join = self._alike if key == "values" else self._join
        entries: dict[str, MappingEntry] = {}
        for name, entry in (held for parent in inherited for held in parent.items()):
            first = entries.setdefault(name, entry)
            if name not in dropped and first.value is not entry.value:
                settled = own[name].value if name in own else None
                value = join(first.value, entry.value, settled, name, entry.key)
                entries[name] = MappingEntry(first.key, value)
        for name, entry in own.items():
            entries[name] = self._merge_entry(name, entries.get(name), entry)
        drop = self._drop_question if key == "sections" else self._drop
        for name, entry in dropped.items():
            drop(entries, name, entry.key)
        return entries

    def _join(self, first: Node, second: Node, settled: Node | None, name: str, at: Scalar) -> Node:
        """What two parents say of the same thing, field by field; they must not differ."""
        if not (isinstance(first, Mapping) and isinstance(second, Mapping)):
            return self._alike(first, second, settled, name, at)
        if first is second or first.plain() == second.plain():
            return first
        entries = dict(first.entries)
        for key, entry in second.entries.items():
            held = entries.setdefault(key, entry)
            if held is not entry:
                join = self._alike if key in _WHOLE else self._join
                value = join(held.value, entry.value, _get(settled, key), name, entry.key)
                entries[key] = MappingEntry(held.key, value)
        return _like(first, entries)

    def _alike(
        self, first: Node, second: Node, settled: Node | None, name: str, at: Scalar
    ) -> Node:
        """Two parents must say the same, unless the child says something itself."""
        if first.plain() == second.plain():
            return first
        if settled is None or _is_change(at.text, settled):
            self.problems.add("parents-differ", first, second, name=name, key=at.text)
        return first

    def _merge_entry(
        self, _key: str, inherited: MappingEntry | None, own: MappingEntry
    ) -> MappingEntry:
        """An entry of the child; what nobody says yet cannot be changed, only given."""
        if inherited is None:
            remedy = _entries(_get(own.value, "remedy"))
            for key, entry in (*_entries(own.value).items(), *remedy.items()):
                if _is_change(key, entry.value):
                    self.problems.add("nothing-to-edit", entry.key, key=key)
            return own
        return self._overlaid(inherited.value, own, self._field)

    def _overlaid(self, inherited: Node, own: MappingEntry, change: _Change) -> MappingEntry:
        """A mapping that is changed entry by entry; what is no mapping is replaced."""
        if not (isinstance(inherited, Mapping) and isinstance(own.value, Mapping)):
            return own
        entries = dict(inherited.entries)
        for key, entry in own.value.entries.items():
            entries[key] = change(key, entries.get(key), entry)
        return MappingEntry(own.key, _like(own.value, entries))

    def _field(self, key: str, inherited: MappingEntry | None, own: MappingEntry) -> MappingEntry:
        """A field of the child: of a list or a condition it may say what changes."""
        if _is_change(key, own.value):
            if inherited is None:
                self.problems.add("nothing-to-edit", own.key, key=key)
            held = inherited.value if inherited else None
            change = self._tighten if _is_tightening(key, own.value) else self._edit_list
            return MappingEntry(own.key, change(key, held, own.value))
        if key in _NESTED and inherited is not None:  # each of its entries is changed in its turn
            nested = self._field if key == "remedy" else self._merge_entry
            return self._overlaid(inherited.value, own, nested)
        return own

    def _edit_list(self, key: str, inherited: Node | None, edit: Node) -> Node:
        """A list with some names added and others removed."""
        names = {_name(element): element for element in _elements(inherited)}
        for element in _elements(_get(edit, "remove")) if inherited is not None else ():
            if names.pop(_name(element), None) is None:
                hint = nearest(_name(element), names)
                self.problems.add("not-in-list", element, hint=hint, name=_name(element), key=key)
        for element in _elements(_get(edit, "add")):
            names.setdefault(_name(element), element)
        return _row(edit, names.values())

    def _tighten(self, _key: str, inherited: Node | None, also: Node) -> Node:
        """The inherited condition and a further one."""
        further = _entries(also)["also"]
        if inherited is None:
            return further.value
        held = _get(inherited, "all")
        parts = held.elements if isinstance(held, Sequence) else (inherited,)
        return _like(also, {"all": MappingEntry(further.key, _row(also, (*parts, further.value)))})

    def _drop(self, entries: dict[str, MappingEntry], name: str, at: Scalar) -> None:
        if entries.pop(name, None) is None:
            self.problems.add("nothing-to-drop", at, hint=nearest(name, entries), name=name)

    def _drop_question(self, sections: dict[str, MappingEntry], name: str, at: Scalar) -> None:
        """Drop a question of a section, and with its last one the section."""
        section, _, question = name.partition(".")
        home = sections.get(section)
        fields = dict(_entries(home.value if home else None))
        held = dict(_entries(fields["questions"].value)) if "questions" in fields else {}
        if home is None or held.pop(question, None) is None:
            hint = nearest(name, _questions(sections))
            self.problems.add("nothing-to-drop", at, hint=hint, name=name)
        elif not held:
            del sections[section]
        else:
            key, questions = fields["questions"].key, fields["questions"].value
            fields["questions"] = MappingEntry(key, _like(questions, held))
            sections[section] = MappingEntry(home.key, _like(home.value, fields))


def _is_change(key: str, node: Node) -> bool:
    """Whether it says what changes in a list, or in a condition."""
    is_edit = bool(_entries(node)) and _entries(node).keys() <= {"add", "remove"}
    return is_edit or _is_tightening(key, node)


def _is_tightening(key: str, node: Node) -> bool:
    return key == "met_when" and _entries(node).keys() == {"also"}


def _elements(node: Node | None) -> Row[Node]:
    if isinstance(node, Sequence):
        return node.elements
    return () if node is None else (node,)


def _name(node: Node) -> str:
    return node.text if isinstance(node, Scalar) else str(node.plain())
