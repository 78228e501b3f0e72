"""A stretch of a program, worked out statement by statement or by a function of its own.

The statements are data, so that a program can be run as soon as it is written. A function of
generated source is quicker by half and more, but takes as long to compile as many runs save. Its
source is made from numbers alone: no text of a document ever becomes part of it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

from readiness.evaluation.statements import AND, OR

# Fills in the planes of its statements; other planes are read from where they stand.
Step: TypeAlias = Callable[[list[Any]], None]

_SIGNS = ("|", "&", "& ~")
# Python refuses expressions that are nested much deeper.
_DEEPEST = 20


def interpreted(joins: Sequence[int], first: int) -> Step:
    """The statements as they are; `first` is the plane of the first of them."""
    numbers = range(first, first + len(joins) // 3)

    def step(planes: list[Any]) -> None:
        rest = iter(joins)
        for number, operation, left, right in zip(numbers, rest, rest, rest, strict=False):
            if operation == OR:
                planes[number] = planes[left] | planes[right]
            elif operation == AND:
                planes[number] = planes[left] & planes[right]
            else:
                planes[number] = planes[left] & ~planes[right]

    return step


def compiled(joins: Sequence[int], first: int, is_kept: Callable[[int], bool]) -> Step:
    """The statements as one function; it leaves the planes behind that are to be kept."""
    space: dict[str, Any] = {}
    exec(compile(source(joins, first, is_kept), "<readiness program>", "exec"), space)  # noqa: S102 - our own source
    step: Step = space["step"]
    return step


def source(joins: Sequence[int], first: int, is_kept: Callable[[int], bool]) -> str:
    """The text of the function: what is used only once is put in where it is used."""
    read = Counter(plane for start in (1, 2) for plane in joins[start::3])
    lines = [f" p{plane} = planes[{plane}]" for plane in read if plane < first and read[plane] > 1]
    inside: dict[int, tuple[str, int]] = {}  # the texts of such planes, and how deep they are

    def operand(plane: int) -> tuple[str, int]:
        if plane in inside:
            return inside[plane]
        return (f"planes[{plane}]" if plane < first and read[plane] == 1 else f"p{plane}"), 0

    rest = iter(joins)
    for number, (operation, left, right) in enumerate(zip(rest, rest, rest, strict=False), first):
        (one, depth), (other, other_depth) = operand(left), operand(right)
        one, other = f"({one})" if depth else one, f"({other})" if other_depth else other
        text, depth = f"{one} {_SIGNS[operation]}{other}", max(depth, other_depth) + 1
        uses, kept = read[number], is_kept(number)
        if uses == 1 and not kept and depth < _DEEPEST:
            inside[number] = (text, depth)
        elif uses or kept:
            held = f" planes[{number}] =" * kept + f" p{number} =" * (uses > 0)
            lines.append(f"{held} {text}")
    return "def step(planes):\n" + "\n".join(lines or [" pass"]) + "\n"
