"""Checks as lanes: bits of one number that each answer adds its part to, whatever the others are.

A lane is what `all` and `any` make of leaves that read one question each. It has two bits. Of an
`all` one says that some part is false, the other that some part is not true; of an `any`, that some
part is true, and that some part is not false. Parts only ever set bits, so what all answers come to
is the OR of what each of them sets. An `any` inside an `all`, or the other way round, is a lane of
its own in another block of bits, at the same place in its block as the lane that it is a part of:
the two bits, turned round, are what it sets there. A block may have blocks within it in turn.

In the outermost block, where everything is an `all`, the bits of a check are its status:
`MET_CODE` and the others.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from typing import Any, TypeAlias

from readiness.conditions import terms
from readiness.conditions.terms import Term
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.numbers import COMPARISONS
from readiness.evaluation.plain import is_plain
from readiness.model.questionnaire import Question

MET_CODE, INAPPLICABLE_CODE, UNDETERMINED_CODE, UNMET_CODE = range(4)

# A check with more lanes than this within one another or side by side is left to others.
_MOST_LANES = 8

# Where a lane stands in the lane of its check: the number of the part, of the part of that, ...
Path: TypeAlias = tuple[int, ...]

_SIGNS: dict[str, Callable[[Any, Any], bool]] = {
    **COMPARISONS,
    "in": lambda item, held: item in held, "not in": lambda item, held: item not in held,
}  # fmt: skip


class Unfit(Exception):
    """A condition is more than `all` and `any` of leaves that read one plain answer each."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """An answer held against literals: `operands` is one, or all of a list."""

    question: str
    sign: str
    operands: tuple[Any, ...]
    turned: bool

    def truth(self, value: Any, operands: Sequence[Any]) -> bool:
        """What it comes to for a value."""
        other = operands if self.sign in ("in", "not in") else operands[0]
        return bool(_SIGNS[self.sign](value, other)) is not self.turned


@dataclass(frozen=True, slots=True)
class _Group:
    """`all` or `any`: its leaves, and the groups within it, which are of the other kind."""

    kind: str
    leaves: tuple[Leaf, ...]
    groups: tuple[_Group, ...]

    def paths(self, path: Path = ()) -> Iterator[tuple[Path, _Group]]:
        """All groups in it with where they stand, itself first."""
        yield path, self
        for number, group in enumerate(self.groups):
            yield from group.paths((*path, number))


class Lanes:
    """The lanes of a ruleset's checks; `unfit` are the checks whose own lane stays empty.

    `order` has the ids of all checks by lane, `place` the lane of each.
    """

    def __init__(self, ruleset: Ruleset) -> None:
        self._ruleset = ruleset
        found: dict[str, dict[Path, _Group]] = {}
        for key in ruleset.checks:
            try:
                found[key] = dict(self._group_of(key).paths())
            except Unfit:
                continue
        self.unfit = tuple(key for key in ruleset.checks if key not in found)
        # Those with most lanes first, so that the blocks of the others are short.
        self.order = tuple(sorted(ruleset.checks, key=lambda key: -len(found.get(key, ()))))
        self.place = {key: number for number, key in enumerate(self.order)}
        self._groups = {self.place[key]: groups for key, groups in found.items()}
        self.blocks = self._blocks()
        self._leaves: dict[str, list[tuple[int, bool, Leaf]]] = {}
        for lane, groups in self._groups.items():
            for path, group in groups.items():
                for leaf in group.leaves:
                    at = self.blocks[path].start + 2 * lane
                    self._leaves.setdefault(leaf.question, []).append(
                        (at, bool(len(path) % 2), leaf)
                    )

    # What answers set

    def of_value(self, question: str, value: object) -> int:
        """The bits that an answer sets: yes, no or an option."""
        held = self._leaves.get(question, ())
        return _joined(
            _set(at, leaf.truth(value, leaf.operands), is_any=is_any) for at, is_any, leaf in held
        )

    def of_none(self, question: str) -> int:
        """The bits that it sets that there is no answer."""
        held = self._leaves.get(question, ())
        return _joined(_set(at, None, is_any=is_any) for at, is_any, _ in held)

    def of_numbers(
        self, question: str, least: float, most: float
    ) -> tuple[list[float], list[int | None]]:
        """The bits that a number sets: those at the place that `bisect` gives it in the first list.

        They are None for numbers beyond the limits, and for what is no number.
        """
        held = self._leaves.get(question, ())
        operands = sorted({number for _, _, leaf in held for number in leaf.operands})
        starts: list[float] = []
        masks: list[int | None] = [None]
        for start, place in _places(operands, least, most):
            mask = 0
            for at, is_any, leaf in held:
                # A place compares with those of the operands as a number there does with them.
                others = [2 * operands.index(one) + 1 for one in leaf.operands]
                mask |= _set(at, leaf.truth(place, others), is_any=is_any)
            if mask != masks[-1]:
                starts.append(start)
                masks.append(mask)
        return [*starts, _above(most)], [*masks, None]

    # Blocks

    def _blocks(self) -> dict[Path, Block]:
        lanes: dict[Path, list[int]] = {(): []}
        for lane, groups in sorted(self._groups.items()):
            for path in groups:
                lanes.setdefault(path, []).append(lane)
        found: dict[Path, Block] = {}
        start = 0
        # The outermost is the last, so that nothing above it has to be cut off.
        for path in sorted(lanes, key=lambda path: (-len(path), path)):
            held = lanes[path]
            width = 2 * (held[-1] + 1) if path else 2 * len(self.order)
            found[path] = Block(start, width, _joined(3 << 2 * lane for lane in held))
            start += width
        return found

    # Conditions

    def _group_of(self, check: str) -> _Group:
        if check in self._ruleset.applies_when:
            raise Unfit
        found = self._normal(self._ruleset.met_when[check], turned=False)
        if isinstance(found, Leaf):
            return _Group("all", (found,), ())
        top = found if found.kind == "all" else _Group("all", (), (found,))
        if sum(1 for _ in top.paths()) > _MOST_LANES:
            raise Unfit
        return top

    def _normal(self, term: Term, *, turned: bool) -> _Group | Leaf:
        """A condition with what is turned round brought down to its leaves."""
        match term:
            case terms.Derived(body=body):
                return self._normal(body, turned=turned)
            case terms.Not(part=part):
                return self._normal(part, turned=not turned)
            case terms.Junction(kind=kind, parts=parts):
                kind = kind if not turned else "any" if kind == "all" else "all"
                return _joined_group(kind, [self._normal(part, turned=turned) for part in parts])
            case _:
                return self._leaf(term, turned=turned)

    def _leaf(self, term: Term, *, turned: bool) -> Leaf:
        match term:
            case terms.Answer():
                return Leaf(self._read(term), "==", (True,), turned)
            case terms.Comparison():
                found = term.literal_last()
                match found.left, found.right:
                    case terms.Answer() as read, terms.Constant(value=value):
                        return Leaf(self._read(read), found.operator, (value,), turned)
                raise Unfit
            case terms.Membership(
                item=terms.Answer() as read, collection=terms.Constant(value=tuple() as held)
            ):
                return Leaf(self._read(read), "not in" if term.negated else "in", held, turned)
            case _:
                raise Unfit

    def _read(self, term: terms.Answer) -> str:
        question = term.question
        if not is_plain(question) or question.id in self._ruleset.ask_when:
            raise Unfit
        return question.id


@dataclass(frozen=True, slots=True)
class Block:
    """So many bits from `start` on; `lanes` has both bits of each lane in it, from 0 on."""

    start: int
    width: int
    lanes: int


def _joined_group(kind: str, parts: Iterable[_Group | Leaf]) -> _Group:
    """`all` or `any` of parts; a part of the same kind is put in by its own parts."""
    leaves: list[Leaf] = []
    groups: list[_Group] = []
    for part in parts:
        if isinstance(part, Leaf):
            leaves.append(part)
        elif part.kind == kind:
            leaves += part.leaves
            groups += part.groups
        else:
            groups.append(part)
    return _Group(kind, tuple(dict.fromkeys(leaves)), tuple(dict.fromkeys(groups)))


def _set(at: int, truth: bool | None, *, is_any: bool) -> int:
    """What a part sets of the two bits of its lane, shifted to where they are.

    In the outermost block the low bit is "some part is false", the high one "some part is not
    true". In a block within another the bits are where the turned ones go: "some part is not false"
    is the low one, "some part is true" the high one; and so on inwards.
    """
    if is_any:
        return (0 if truth is False else 3 if truth else 1) << at
    return (0 if truth else 3 if truth is False else 2) << at


def _places(operands: Sequence[float], least: float, most: float) -> Iterator[tuple[float, int]]:
    """Where numbers begin to be at another place, within limits, and which place that is.

    A number is at an odd place when it is one of the operands, at an even one between or beyond
    them: 0 below the first, 1 at it, 2 above it, and so on.
    """
    yield least, bisect_left(operands, least) + bisect_right(operands, least)
    for number, operand in enumerate(operands):
        if least < operand <= most:
            yield operand, 2 * number + 1
        if least <= operand < most:
            yield _above(operand), 2 * number + 2


def _above(number: float) -> float:
    """From where on a number is greater; whole numbers within all limits are doubles too."""
    return math.nextafter(number, math.inf)


def _joined(masks: Iterable[int]) -> int:
    found = 0
    for mask in masks:
        found |= mask
    return found


def plain_questions(ruleset: Ruleset) -> Map[str, list[Question]]:
    """The questions with plain answers: those of yes and no, those of options, those of numbers."""
    found: dict[str, list[Question]] = {"yes_no": [], "choice": [], "number": []}
    for question in ruleset.questions.values():
        if is_plain(question):
            kind = question.type if question.type in found else "number"
            found[kind].append(question)
    return found
