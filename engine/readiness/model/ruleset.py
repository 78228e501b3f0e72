"""Rulesets: checks, the checks and conditions they require, and the gates that depend on them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Literal, TypeAlias, cast

from readiness.documents.nodes import Node
from readiness.model.condition import Condition, ConstantCondition, read_condition
from readiness.model.consistency import ConsistencyRule, read_consistency
from readiness.model.fields import (
    child,
    each,
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


@brief
@by_content()
@dataclass(frozen=True, slots=True, eq=False)
class Remedy:
    """A remedy: the action that closes the gap, and the owner of that action."""

    action: str
    owner: str
    effort_days: Effort | None


@brief
@by_content("node")
@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """A check: a requirement, and the conditions under which it applies and is met."""

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
    found = Checklist(
        version=version_of(root),
        title=text(child(root, "title")) or text(child(root, "id")),
        **texts_at(root, "id", "description"),
        questionnaires=names(child(root, "questionnaire")),
        sources=each(child(root, "sources"), _work),
        areas=each(child(root, "areas"), _area),
        values=_values(child(root, "values")),
        gates=each(child(root, "gates"), _gate),
        checks=each(child(root, "checks"), _check),
        consistency=read_consistency(root, problems),
        node=root,
    )
    for key, check in found.checks.items():
        if lacks := lacking(check.node, ("title", "area", "severity", "met_when")):
            at, hint = key_at(root, "checks", key), _meant_hint(root, key, found.checks, lacks)
            problems.add("check-lacks", at, hint=hint, id=key, keys=quote_names(lacks))
    if child(root, "questionnaire") is None:
        problems.add("no-questionnaire", root, hint="add 'questionnaire:' with its id")
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


def _check(key: str, node: Node) -> Check:
    remedy = child(node, "remedy")
    return Check(
        id=key,
        title=text(child(node, "title")) or key,
        severity=cast("Severity", text(child(node, "severity")) or "major"),
        **texts_at(node, "area", "why"),
        requires=names(child(node, "requires")),
        applies_when=read_condition(child(node, "applies_when")),
        met_when=read_condition(child(node, "met_when")) or ConstantCondition(True, node),
        remedy=Remedy(
            **texts_at(remedy, "action", "owner"),
            effort_days=_effort(child(remedy, "effort_days")),
        ),
        cites=names(child(node, "cites")),
        node=node,
    )


def _effort(node: Node | None) -> Effort | None:
    if (days := number(node)) is not None:
        return Effort(days, days, days)
    three = [number(child(node, key)) for key in ("low", "likely", "high")]
    if any(days is None for days in three):
        return None
    return Effort(*three)  # type: ignore[arg-type]


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
        for name in texts(child(node, key)):
            if name.text in known[kind]:
                continue
            dropped = child(child(child(found.node, "drop"), f"{kind}s"), name.text)
            hint = nearest(name.text, known[kind]) or _those_known(kind, list(known[kind]))
            if dropped is not None:
                hint = f"it was dropped at {dropped.place}: {text(dropped)}"
            problems.add("unknown-link", name, hint=hint, kind=kind, name=name.text)


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
