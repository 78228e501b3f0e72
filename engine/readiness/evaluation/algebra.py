"""The three-valued algebra of conditions over planes, whatever a plane is.

For each condition there is a plane *true*, a plane *false* and a plane *not applicable*; unknown
is none of the three.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Sequence
from functools import reduce
from typing import Generic, NamedTuple, TypeVar

from readiness.conditions import terms
from readiness.conditions.terms import Term, is_leaf

P = TypeVar("P")


class Three(NamedTuple, Generic[P]):
    """The planes of a condition."""

    true: P
    false: P
    inapplicable: P

    def turned(self) -> Three[P]:
        """Return the planes of the opposite."""
        return Three(self.false, self.true, self.inapplicable)


class Algebra(ABC, Generic[P]):
    """Works out conditions from the planes of their leaves."""

    def __init__(self, empty: P, full: P) -> None:
        self.empty = empty
        self.full = full

    @abstractmethod
    def leaf(self, term: Term) -> Three[P]:
        """Return the planes of a condition that reads answers itself."""

    @abstractmethod
    def either(self, left: P, right: P) -> P:
        """Return where one plane or the other is set."""

    @abstractmethod
    def both(self, left: P, right: P) -> P:
        """Return where both planes are set."""

    @abstractmethod
    def without(self, left: P, right: P) -> P:
        """Return where `left` is set and `right` is not."""

    def any_of(self, planes: Iterable[P]) -> P:
        """Return where one of some planes is set."""
        return reduce(self.either, planes)

    def all_of(self, planes: Iterable[P]) -> P:
        """Return where all of some planes are set."""
        return reduce(self.both, planes)

    def derived(self, term: terms.Derived) -> Three[P]:
        """Return the planes of a condition that has a name."""
        return self.condition(term.body)

    def condition(self, term: Term) -> Three[P]:
        """Return the planes of any condition."""
        if is_leaf(term):
            return self.leaf(term)
        match term:
            case terms.Constant(value=value):
                ends = (self.full, self.empty) if value else (self.empty, self.full)
                return Three(*ends, self.empty)
            case terms.Derived():
                return self.derived(term)
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
        none_left = self.all_of([part.inapplicable for part in parts])
        held = self.all_of([self.either(part.true, part.inapplicable) for part in parts])
        false = self.any_of([part.false for part in parts])
        return Three(self.without(held, none_left), false, none_left)

    def _at_least(self, least: int, parts: Sequence[Three[P]]) -> Three[P]:
        """True with `least` true parts, or with all that are left; false when neither can be."""
        whole = self._all(parts)
        if least >= len(parts):
            return whole
        enough = self._counted(least, [part.true for part in parts])
        can_be = [
            self.without(self.full, self.either(part.false, part.inapplicable)) for part in parts
        ]
        reachable = self._counted(least, can_be)
        true, false = self.either(enough, whole.true), self.without(whole.false, reachable)
        return Three(true, false, whole.inapplicable)

    def _counted(self, least: int, planes: Sequence[P]) -> P:
        """In which cases at least `least` of the planes are set; counted in unary."""
        held = [self.full] + [self.empty] * least
        for plane in planes:
            for count in range(least, 0, -1):
                held[count] = self.either(held[count], self.both(held[count - 1], plane))
        return held[least]
