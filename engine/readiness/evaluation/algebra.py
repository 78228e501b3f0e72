"""The three-valued algebra of conditions over planes, whatever a plane is."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import reduce
from operator import or_
from typing import Generic, NamedTuple, TypeVar

from readiness.conditions import terms
from readiness.conditions.terms import Term, is_leaf

P = TypeVar("P")


class Three(NamedTuple, Generic[P]):
    """The planes of a condition; it is unknown where none of them is set."""

    true: P
    false: P
    inapplicable: P

    def turned(self) -> Three[P]:
        """Return the planes of the opposite."""
        return Three(self.false, self.true, self.inapplicable)


def union(planes: Iterable[P]) -> P:
    """Return the cases that are in any of one or more planes."""
    return reduce(or_, planes)


@dataclass(frozen=True)
class Algebra(Generic[P]):
    """Evaluates conditions from what `leaf` returns for those that read answers themselves.

    `empty` and `full` are the planes of no case and of all; `either`, `both` and `without` join
    two planes as `|`, `&` and `& ~` do. A condition that has a name is evaluated once.
    """

    empty: P
    full: P
    either: Callable[[P, P], P]
    both: Callable[[P, P], P]
    without: Callable[[P, P], P]
    leaf: Callable[[Term], Three[P]]
    _derived: dict[str, Three[P]] = field(default_factory=dict)

    def condition(self, term: Term) -> Three[P]:
        """Return the planes of any condition."""
        if is_leaf(term):
            return self.leaf(term)
        match term:
            case terms.Constant(value=value):
                ends = (self.full, self.empty) if value else (self.empty, self.full)
                return Three(*ends, self.empty)
            case terms.Derived(text=name, body=body):
                if name not in self._derived:
                    self._derived[name] = self.condition(body)
                return self._derived[name]
            case terms.Not(part=part):
                return self.condition(part).turned()
            case terms.Junction(kind="all", parts=parts):
                return self._all([self.condition(part) for part in parts])
            case terms.Junction(parts=parts):
                return self._all([self.condition(part).turned() for part in parts]).turned()
            case terms.AtLeast(least=least, parts=parts):
                return self._at_least(least, [self.condition(part) for part in parts])
            case _:
                raise TypeError(term)

    def _all(self, parts: Sequence[Three[P]]) -> Three[P]:
        if len(parts) == 1:
            return parts[0]
        none_left = reduce(self.both, [part.inapplicable for part in parts])
        held = reduce(self.both, [self.either(part.true, part.inapplicable) for part in parts])
        false = reduce(self.either, [part.false for part in parts])
        return Three(self.without(held, none_left), false, none_left)

    def _at_least(self, least: int, parts: Sequence[Three[P]]) -> Three[P]:
        """True with `least` true parts, or with all that are left; false when neither can be."""
        whole = self._all(parts)
        if least >= len(parts):
            return whole
        enough = self._count_at_least(least, [part.true for part in parts])
        closed = [self.either(part.false, part.inapplicable) for part in parts]
        reachable = self._count_at_least(least, [self.without(self.full, one) for one in closed])
        true, false = self.either(enough, whole.true), self.without(whole.false, reachable)
        return Three(true, false, whole.inapplicable)

    def _count_at_least(self, least: int, planes: Sequence[P]) -> P:
        """In which cases at least `least` of the planes are set; counted in unary."""
        held = [self.full] + [self.empty] * least
        for plane in planes:
            for count in range(least, 0, -1):
                held[count] = self.either(held[count], self.both(held[count - 1], plane))
        return held[least]
