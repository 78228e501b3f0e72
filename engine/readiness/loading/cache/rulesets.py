"""A ruleset as bytes that hold all of it: data alone, and nothing that is ever executed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as Map
from functools import cached_property, partial
from pathlib import Path
from typing import Any

from readiness.conditions.terms import Term
from readiness.dependencies.graph import Graph
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.deferred import Deferred
from readiness.documents.digests import Digested, DigestedMerged, digest_of
from readiness.documents.merging import COLLECTIONS, Merged
from readiness.documents.nodes import Mapping, Node
from readiness.loading.cache.conditions import ConditionsRead, ConditionsWritten
from readiness.loading.cache.lines import LinesRead, LinesWritten
from readiness.loading.cache.sealing import sealed, unsealed
from readiness.loading.cache.trees import TreesRead, TreesWritten
from readiness.model.fields import child, entries
from readiness.model.questionnaire import Question, Questionnaire, questionnaire_of
from readiness.model.ruleset import checklist_of
from readiness.problems import Source
from readiness.version import __version__

# To be raised whenever what is written, or what it means, is not as before.
LAYOUT = 2

_HEAD = f"readiness ruleset {LAYOUT} {__version__}"


def ruleset_to_bytes(ruleset: Ruleset) -> bytes:
    """The ruleset with its questionnaires and the texts of its documents.

    `ruleset_from_bytes` makes the same ruleset of them where there is none of its files, with the
    same version of this package.
    """
    return sealed(_HEAD, to_text(ruleset))


def ruleset_from_bytes(held: bytes) -> Ruleset:
    """The ruleset that `ruleset_to_bytes` wrote; its parts are read when they are first wanted.

    Raises `ValueError` for what another version of this package wrote, and for what is not, to the
    byte, what was written.
    """
    return from_text(unsealed(_HEAD, held))


def to_text(ruleset: Ruleset) -> str:
    """The lines that hold a ruleset; ASCII alone."""
    return _Writing(ruleset).text()


def from_text(text: str) -> Ruleset:
    """The ruleset that lines hold."""
    return _Reading(LinesRead(text)).ruleset()


class _Writing:
    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.lines = LinesWritten()
        self.trees = TreesWritten(self.lines)
        self.conditions = ConditionsWritten(self.lines)

    def text(self) -> str:
        ruleset = self.ruleset
        questions = {key: number for number, key in enumerate(ruleset.questions)}
        head = {
            "ruleset": self._document("ruleset", ruleset.checklist.node),
            "questionnaires": [
                self._document("questionnaire", held.node) for held in ruleset.questionnaires
            ],
            "ask_when": self._conditions(ruleset.ask_when),
            "asking_order": [questions[key] for key in ruleset.asking_order],
            "values": self._conditions(ruleset.values),
            "applies_when": self._conditions(ruleset.applies_when),
            "met_when": self._conditions(ruleset.met_when),
            "order": list(ruleset.graph.ids),
            "requires": [list(needs) for needs in ruleset.graph.requires],
            "gate_order": list(ruleset.gate_order),
        }
        head["types"] = self.conditions.types
        head["sources"] = [self._source(source) for source in self.trees.sources]
        return self.lines.text(head)

    def _source(self, source: Source) -> list[Any]:
        path = None if source.path is None else str(source.path)
        return [source.name, source.cell, path, self.lines.add(source.text)]

    def _document(self, kind: str, root: Node) -> list[Any]:
        """A document, its digest, and the same of all that it is put together from."""
        parts = root.documents if isinstance(root, Merged) else ()
        return [
            self.trees.tree(root, _apart(kind, root)),
            digest_of(root),
            [[self.trees.tree(part, _apart(kind, part)), digest_of(part)] for part in parts],
        ]

    def _conditions(self, found: Map[str, Term]) -> list[Any]:
        numbers = [self.lines.add(self.conditions.condition(term)) for term in found.values()]
        return [list(found), numbers]


def _apart(kind: str, root: Node) -> list[Node]:
    """The mappings of a document that may have many entries."""
    if kind == "questionnaire":
        sections = (section for _, section in entries(child(root, "sections")))
        found = [child(section, "questions") for section in sections]
    else:
        found = [child(root, key) for key in COLLECTIONS[kind]]
    return [node for node in found if isinstance(node, Mapping)]


class _Kept(Source):
    """A source the text of which is read when it is first wanted."""

    def __init__(self, name: str, cell: str, read: Callable[[], str]) -> None:
        self.name = name
        self.cell = cell
        self.path = None
        self._read = read

    @cached_property
    def text(self) -> str:  # type: ignore[override]
        """The text of the document."""
        return self._read()


class _Reading:
    def __init__(self, lines: LinesRead) -> None:
        self.lines = lines
        self.head = lines[0]
        sources = [self._source(*written) for written in self.head["sources"]]
        self.trees = TreesRead(lines, sources)

    def ruleset(self) -> Ruleset:
        head = self.head
        checklist = checklist_of(self._document(head["ruleset"]))
        held = tuple(questionnaire_of(self._document(one)) for one in head["questionnaires"])
        questions = _questions(held)
        self.conditions = ConditionsRead(self.lines, head["types"], questions)
        self.conditions.values = values = self._conditions("values")
        return Ruleset(
            checklist=checklist,
            questionnaires=held,
            questions=questions,
            ask_when=self._conditions("ask_when"),
            asking_order=_picked(tuple(questions), head["asking_order"]),
            values=values,
            applies_when=self._conditions("applies_when"),
            met_when=self._conditions("met_when"),
            graph=self._graph(),
            gate_order=tuple(head["gate_order"]),
        )

    def _source(self, name: str, cell: str, path: str | None, number: int) -> Source:
        source = _Kept(name, cell, partial(self.lines.__getitem__, number))
        source.path = None if path is None else Path(path)
        return source

    def _document(self, written: Any) -> Node:
        tree, digest, parts = written
        root = self.trees.tree(tree)
        assert isinstance(root, Mapping)
        if not parts:
            return Digested(root, digest)
        return DigestedMerged(root, [self._part(*part) for part in parts], digest)

    def _part(self, tree: Any, digest: str) -> Mapping:
        root = self.trees.tree(tree)
        assert isinstance(root, Mapping)
        return Digested(root, digest)

    def _conditions(self, name: str) -> Map[str, Term]:
        number_of = dict(zip(*self.head[name], strict=True))
        return Deferred(number_of, lambda key: self.conditions.term(self.lines[number_of[key]]))

    def _graph(self) -> Graph:
        ids = self.head["order"]
        needs = [_picked(ids, needs) for needs in self.head["requires"]]
        return Graph(ids, dict(zip(ids, needs, strict=True)))


def _picked(names: Sequence[str], numbers: Iterable[int]) -> tuple[str, ...]:
    return tuple([names[number] for number in numbers])


def _questions(questionnaires: Sequence[Questionnaire]) -> Map[str, Question]:
    """All questions, each read when it is first wanted."""
    home = {key: held for held in questionnaires for key in held.questions}
    return Deferred(home, lambda key: home[key].questions[key])
