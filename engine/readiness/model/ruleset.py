"""Rulesets: checks, the checks and conditions they require, and the gates that depend on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from typing import Any, Literal, Self, TypeAlias, cast

from readiness.documents.nodes import Node, Scalar
from readiness.documents.shapes import ID, correction
from readiness.model.condition import Condition, ConstantCondition, Expression, read_condition
from readiness.model.consistency import ConsistencyRule, read_consistency
from readiness.model.fields import (
    child,
    each,
    elements,
    entries,
    key_at,
    lacking,
    names,
    number,
    text,
    texts,
    texts_at,
    version_of,
)
from readiness.problems import Problems, nearest, quote_names, there_are
from readiness.problems.values import FrozenDict, brief, by_content

_FEW = 8
Severity: TypeAlias = Literal["critical", "major", "minor"]
SEVERITIES = ("critical", "major", "minor")


@brief
@by_content()
@dataclass(frozen=True, slots=True, eq=False)
class Effort:
    """An effort estimate in working days: low, likely and high."""

    low: float
    likely: float
    high: float


class Owner(str):
    """The id of an owner; `shown` is the name that people read, empty where there is none."""

    __slots__ = ("shown",)
    shown: str

    def __new__(cls, key: str, shown: str = "") -> Self:
        """Return the id with a name."""
        found = super().__new__(cls, key)
        found.shown = shown
        return found

    def __reduce__(self) -> tuple[type, tuple[str, str]]:
        return Owner, (str(self), self.shown)


@brief
@by_content()
@dataclass(frozen=True, slots=True, eq=False)
class Remedy:
    """A remedy: the action that closes the gap, its owner, effort and cost.

    `changes` are the questions whose answers it changes, `sets` the expressions that some become.
    """

    action: str
    owner: Owner
    effort_days: Effort | None
    cost: float | None = None
    changes: tuple[str, ...] = ()
    sets: Map[str, Condition] = field(default_factory=FrozenDict)

    def to_dict(self) -> dict[str, Any]:
        """Return the remedy as in the result document, without what is not stated."""
        sets = {key: text(one.node) for key, one in self.sets.items()}
        found: dict[str, Any] = {"action": self.action, "owner": str(self.owner), "cost": self.cost}
        found |= {"changes": list(self.changes), "sets": sets}
        return {key: held for key, held in found.items() if held not in ("", None, [], {})}


@brief
@by_content()
@dataclass(frozen=True, slots=True, eq=False)
class Citation:
    """Where a check is taken from: the id of a source, and the clause and its words if stated."""

    source: str
    clause: str
    quote: str

    def to_dict(self) -> dict[str, str]:
        """Return the citation as in the result document, without its blank fields."""
        stated = {"source": self.source, "clause": self.clause, "quote": self.quote}
        return {key: text for key, text in stated.items() if text}


@brief
@by_content("node")
@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """A check: a requirement, and the conditions under which it applies and is met.

    `cites` are the ids of its sources, each once, `citations` where in them it is taken from.
    """

    id: str
    title: str
    area: str
    severity: Severity
    why: str
    requires: tuple[str, ...]
    applies_when: Condition | None
    met_when: Condition
    remedy: Remedy
    cites: tuple[str, ...]
    citations: tuple[Citation, ...]
    node: Node


@brief
@by_content("node")
@dataclass(frozen=True, slots=True, eq=False)
class Gate:
    """A gate: a decision that depends on checks and on the gates before it."""

    id: str
    title: str
    description: str
    requires: tuple[str, ...]
    advises: tuple[str, ...]
    after: tuple[str, ...]
    node: Node


@brief
@by_content()
@dataclass(frozen=True, slots=True, eq=False)
class Area:
    """An area: a subject that groups checks."""

    id: str
    title: str
    description: str


@brief
@by_content()
@dataclass(frozen=True, slots=True, eq=False)
class Work:
    """A source that checks cite."""

    id: str
    title: str
    author: str
    year: int | None
    publisher: str
    url: str
    note: str


@brief
@by_content("node")
@dataclass(frozen=True, slots=True, eq=False)
class Checklist:
    """A ruleset as stated in a document, before its conditions are typed."""

    id: str
    version: str
    title: str
    description: str
    questionnaires: tuple[str, ...]
    sources: Map[str, Work]
    areas: Map[str, Area]
    values: Map[str, Condition]
    gates: Map[str, Gate]
    checks: Map[str, Check]
    consistency: Map[str, ConsistencyRule]
    node: Node


def read_checklist(root: Node, problems: Problems) -> Checklist:
    """Read the ruleset in a document; missing and dangling names go to `problems`."""
    owners = each(child(root, "owners"), lambda _, node: _shown(node))
    found = Checklist(
        version=version_of(root),
        title=text(child(root, "title")) or text(child(root, "id")),
        **texts_at(root, "id", "description"),
        questionnaires=names(child(root, "questionnaire")),
        sources=each(child(root, "sources"), _work),
        areas=each(child(root, "areas"), _area),
        values=_values(child(root, "values")),
        gates=each(child(root, "gates"), _gate),
        checks=each(child(root, "checks"), lambda key, node: _check(key, node, owners)),
        consistency=read_consistency(root, problems),
        node=root,
    )
    for key, check in found.checks.items():
        if lacks := lacking(check.node, ("title", "area", "severity", "met_when")):
            at, hint = key_at(root, "checks", key), _meant_hint(root, key, found.checks, lacks)
            problems.add("check-lacks", at, hint=hint, id=key, keys=quote_names(lacks))
    if child(root, "questionnaire") is None:
        problems.add("no-questionnaire", root)
    _check_links(found, problems)
    return found


def _work(key: str, node: Node) -> Work:
    year = number(child(node, "year"))
    return Work(
        id=key,
        title=text(child(node, "title")) or key,
        year=None if year is None else int(year),
        **texts_at(node, "author", "publisher", "url", "note"),
    )


def _area(key: str, node: Node) -> Area:
    return Area(key, text(child(node, "title")) or key, text(child(node, "description")))


def _gate(key: str, node: Node) -> Gate:
    return Gate(
        id=key,
        title=text(child(node, "title")) or key,
        description=text(child(node, "description")),
        requires=names(child(node, "requires")),
        advises=names(child(node, "advises")),
        after=names(child(node, "after")),
        node=node,
    )


def _values(node: Node | None) -> Map[str, Condition]:
    read = ((key, read_condition(entry)) for key, entry in entries(node))
    return FrozenDict({key: value for key, value in read if value is not None})


def _sets(node: Node | None) -> Iterator[tuple[str, Condition]]:
    for key, entry in entries(node):
        if (found := read_condition(entry)) is not None:
            yield key, found
        elif isinstance(entry, Scalar):  # a number
            yield key, Expression(entry.text, entry)


def _shown(owner: Node) -> str:
    """The name of an owner: the person, with the role in brackets; or the one that is stated."""
    name, person = text(child(owner, "name")), text(child(owner, "person"))
    return f"{person} ({name})" if person and name else person or name


def _check(key: str, node: Node, owners: Map[str, str]) -> Check:
    remedy, cited = child(node, "remedy"), tuple(one for one, _ in _citations(node))
    return Check(
        id=key,
        title=text(child(node, "title")) or key,
        severity=cast("Severity", text(child(node, "severity")) or "major"),
        **texts_at(node, "area", "why"),
        requires=names(child(node, "requires")),
        applies_when=read_condition(child(node, "applies_when")),
        met_when=read_condition(child(node, "met_when")) or ConstantCondition(True, node),
        remedy=Remedy(
            action=text(child(remedy, "action")),
            owner=Owner(owner := text(child(remedy, "owner")), owners.get(owner, "")),
            effort_days=_effort(child(remedy, "effort_days")),
            cost=number(child(remedy, "cost")),
            changes=names(child(remedy, "changes")),
            sets=FrozenDict(dict(_sets(child(remedy, "sets")))),
        ),
        cites=tuple(dict.fromkeys(one.source for one in cited)),
        citations=cited,
        node=node,
    )


def _effort(node: Node | None) -> Effort | None:
    if (days := number(node)) is not None:
        return Effort(days, days, days)
    three = [number(child(node, key)) for key in ("low", "likely", "high")]
    if any(days is None for days in three):
        return None
    return Effort(*three)  # type: ignore[arg-type]


def _citations(check: Node) -> Iterator[tuple[Citation, Node]]:
    """Yield what a check cites, each with its place: `gdpr Art. 32`, or a mapping."""
    for element in elements(child(check, "cites")):
        source, _, clause = text(element).partition(" ")
        stated = texts_at(element, "source", "clause", "quote")
        if isinstance(element, Scalar):
            stated = {"source": source, "clause": clause.strip(), "quote": ""}
        yield Citation(**stated), child(element, "source") or element


# The fields of checks and gates that name others, and the kind of record they name.
_LINKS_OF_CHECK = {"requires": "check", "cites": "source", "area": "area"}
_LINKS_OF_GATE = {"requires": "check", "advises": "check", "after": "gate"}


def _check_links(found: Checklist, problems: Problems) -> None:
    """Refuse names that do not exist, and other faults within a single check or gate."""
    for check in found.checks.values():
        _check_names(check.node, _LINKS_OF_CHECK, found, problems)
        _check_effort(child(child(check.node, "remedy"), "effort_days"), problems)
    for gate in found.gates.values():
        if lacks := lacking(gate.node, ("title",)):
            at = key_at(found.node, "gates", gate.id)
            hint = _meant_hint(found.node, gate.id, found.gates, lacks)
            problems.add("gate-lacks-title", at, hint=hint, id=gate.id)
        _check_names(gate.node, _LINKS_OF_GATE, found, problems)


def _meant_hint(root: Node, key: str, known: Iterable[str], lacks: Sequence[str]) -> str:
    """The inherited id that was probably meant by one that has no title."""
    if "title" not in lacks or child(root, "extends") is None:
        return ""
    return nearest(key, [other for other in known if other != key])


def _check_names(node: Node, links: Map[str, str], found: Checklist, problems: Problems) -> None:
    known: Map[str, Map[str, object]] = {
        "check": found.checks, "gate": found.gates, "area": found.areas, "source": found.sources,
    }  # fmt: skip
    for key, kind in links.items():
        named: list[tuple[str, Node]] = [
            (scalar.text, scalar) for scalar in texts(child(node, key))
        ]
        if key == "cites":
            named = [(one.source, at) for one, at in _citations(node)]
        for name, at in named:
            if name in known[kind]:
                continue
            dropped = child(child(child(found.node, "drop"), f"{kind}s"), name)
            other = next((one for one, held in known.items() if name in held), "")
            hint = f"'{name}' is {_AS[other]}" if other else ""
            near = nearest(name, known[kind])
            if any(correction(ID, one) == name for one in near.split("'")[1::2]):
                continue  # the problem is how its own id is written
            hint = hint or near or _those_known(kind, list(known[kind]))
            if dropped is not None:
                hint = f"it was dropped at {dropped.place}: {text(dropped)}"
            problems.add("unknown-link", at, hint=hint, kind=kind, name=name)


_AS = {
    "check": "a check: name it under 'requires'",
    "gate": "a gate: gates are named under 'after' of another gate",
    "area": "an area: name it under 'area'",
    "source": "a source: name it under 'cites'",
}


def _those_known(kind: str, known: Sequence[str]) -> str:
    """Return a hint with the known names, or that there are none; empty if there are many."""
    if not known:
        return f"there are none here: add it under '{kind}s'"
    return there_are(known) if len(known) <= _FEW else ""


def _check_effort(node: Node | None, problems: Problems) -> None:
    three = [number(child(node, key)) for key in ("low", "likely", "high")]
    days = [day for day in three if day is not None]
    if node is not None and len(days) == len(three) and days != sorted(days):
        problems.add("effort-not-rising", node)
