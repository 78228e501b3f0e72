"""The parts of the conditions of a ruleset, with their places; the conditions without them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, fields, replace
from functools import partial
from typing import Any, Literal, TypeAlias

from readiness.conditions import terms
from readiness.conditions.source_span import SourceSpan
from readiness.conditions.terms import Term, walk
from readiness.dependencies.ruleset import Ruleset
from readiness.model.condition import Condition, ConditionGroup, Expression
from readiness.problems import Located
from readiness.problems.values import FrozenDict

Role: TypeAlias = Literal["met_when", "applies_when", "ask_when", "values"]
_JOINING = terms.Junction | terms.AtLeast | terms.Not


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A part of a condition: `path` leads to it from the top, part by part."""

    path: tuple[int, ...]
    term: Term
    place: Located
    source: Condition

    @property
    def is_leaf(self) -> bool:
        """Whether it joins no other conditions."""
        return not is_joined(self.term)


@dataclass(frozen=True, slots=True)
class Written:
    """A condition of a ruleset: its `role`, and the check, question or value that it belongs to."""

    role: Role
    owner: str
    term: Term
    source: Condition

    @property
    def is_condition(self) -> bool:
        """Whether it is true or false; a value may be a number or a text."""
        return self.term.type.kind == "truth"

    def parts(self) -> Iterator[Occurrence]:
        """Yield the condition and its parts; a value that it names is one part."""
        yield from _parts(self.term, self.source, ())

    def place(self, text: str) -> Located:
        """Return where a part is written; the whole condition where it is in a value."""
        for part in self.parts():
            source = part.source
            if isinstance(source, Expression) and (start := source.text.find(text)) >= 0:
                return SourceSpan(source.node, start, start + len(text))
        return self.source.node

    def leaves(self) -> list[Occurrence]:
        """Return the parts that join no others, apart from literals."""
        found = (part for part in self.parts() if part.is_leaf and self.is_condition)
        return [part for part in found if not isinstance(part.term, terms.Constant)]

    def rows(self) -> Iterator[tuple[terms.Over, Written]]:
        """Yield the conditions on the rows of tables, with what goes through the rows."""
        for part in self.parts() if self.is_condition else ():
            for over in walk(part.term) if part.is_leaf else ():
                if isinstance(over, terms.Over) and over.table and over.part.type.kind == "truth":
                    yield over, Written(self.role, self.owner, over.part, part.source)


def written_conditions(ruleset: Ruleset) -> list[Written]:
    """Return the conditions and values of a ruleset, and when it has its questions asked."""
    found: list[Written] = []
    for key, check in ruleset.checks.items():
        if check.applies_when is not None:
            term = ruleset.applies_when[key]
            found.append(Written("applies_when", key, term, check.applies_when))
        found.append(Written("met_when", key, ruleset.met_when[key], check.met_when))
    for key, value in ruleset.values.items():
        found.append(Written("values", key, value, ruleset.checklist.values[key]))
    for key, term in ruleset.ask_when.items():
        source = ruleset.questions[key].ask_when
        if source is not None and ruleset.readers[key]:
            found.append(Written("ask_when", key, term, source))
    return found


def is_joined(term: Term) -> bool:
    """Whether a condition joins others; of `within_last` nobody wrote the parts."""
    return isinstance(term, _JOINING) and not term.text.startswith("within_last(")


def _parts(term: Term, source: Condition, path: tuple[int, ...]) -> Iterator[Occurrence]:
    place: Located = source.node
    if isinstance(source, Expression) and (start := source.text.find(term.text)) >= 0:
        place = SourceSpan(source.node, start, start + len(term.text))
    yield Occurrence(path, term, place, source)
    if is_joined(term):
        inner = source.parts if isinstance(source, ConditionGroup) else None
        for number, part in enumerate(terms.parts(term)):
            yield from _parts(part, inner[number] if inner else source, (*path, number))


def replaced(term: Term, path: tuple[int, ...], new: Term | None) -> Term | None:
    """Return a condition with another part at `path`, or without it; None if none is left."""
    if not path:
        return new
    held = list(terms.parts(term))
    inside = replaced(held[path[0]], path[1:], new)
    if inside is None:
        del held[path[0]]
    else:
        held[path[0]] = inside
    if not held:
        return None
    if isinstance(term, terms.Not):
        return replace(term, part=held[0])
    assert isinstance(term, terms.Junction | terms.AtLeast)
    return replace(term, parts=tuple(held))


def rewritten(term: Term, change: Callable[[Term], Term | None]) -> Term:
    """Return a term with another for each part for which `change` returns one."""
    if (new := change(term)) is not None:
        return new
    held: dict[str, Any] = {}
    for name in (one.name for one in fields(term)):
        old = getattr(term, name)
        parts = old if isinstance(old, tuple) else (old,)
        changed = tuple(rewritten(one, change) if isinstance(one, Term) else one for one in parts)
        if any(one is not other for one, other in zip(parts, changed, strict=True)):
            held[name] = changed if isinstance(old, tuple) else changed[0]
    return replace(term, **held) if held else term


def after_remedies(ruleset: Ruleset) -> Ruleset:
    """Return a ruleset in which each check reads what its remedy sets, not the answers to that."""
    held: dict[str, Any] = {}
    for role in ("met_when", "applies_when"):
        found = dict(getattr(ruleset, role))
        for key in found.keys() & ruleset.sets.keys():
            found[key] = rewritten(found[key], partial(_set, ruleset.sets[key]))
        held[role] = FrozenDict(found)
    return replace(ruleset, **held)


def _set(sets: Map[str, Term], term: Term) -> Term | None:
    if isinstance(term, terms.Derived):  # which has another value then
        return rewritten(term.body, partial(_set, sets))
    return sets.get(term.question.id) if isinstance(term, terms.Answer) else None


def rewritten_ruleset(ruleset: Ruleset, change: Callable[[Term], Term | None]) -> Ruleset:
    """Return a ruleset with all of its conditions and values rewritten."""
    held: Any = {
        role: FrozenDict({key: rewritten(t, change) for key, t in getattr(ruleset, role).items()})
        for role in ("met_when", "applies_when", "ask_when", "values")
    }
    return replace(ruleset, **held)
