"""A judgement held as bits, put into words when it is looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from collections.abc import Mapping as Map
from functools import cache, cached_property
from typing import Any

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.lanes import (
    INAPPLICABLE_CODE,
    MET_CODE,
    UNDETERMINED_CODE,
    UNMET_CODE,
)
from readiness.evaluation.straight import function
from readiness.evaluation.verdicts import (
    MET,
    NOT_APPLICABLE,
    UNDETERMINED,
    UNMET,
    Judgement,
)

_STATUS = {
    MET_CODE: MET, UNMET_CODE: UNMET,
    UNDETERMINED_CODE: UNDETERMINED, INAPPLICABLE_CODE: NOT_APPLICABLE,
}  # fmt: skip
# By code: the standing with nothing open upstream, and with something.
_STANDING = {
    MET_CODE: ("ready", "premature"), UNMET_CODE: ("actionable", "blocked"),
    UNDETERMINED_CODE: ("actionable", "blocked"), INAPPLICABLE_CODE: ("ready", "ready"),
}  # fmt: skip


@cache
def _of_each_byte(width: int) -> tuple[Any, ...]:
    """The `width`-bit numbers in each byte, lowest first."""
    shifts = range(0, 8, width)
    return tuple(tuple(byte >> shift & (1 << width) - 1 for shift in shifts) for byte in range(256))


@cache
def _words_of_each_byte(kind: str) -> tuple[Any, ...]:
    """The words for the four codes in each byte, lowest first: statuses, or pairs of standings."""
    words: Map[int, Any] = _STATUS if kind == "status" else _STANDING
    return tuple(tuple(words[code] for code in codes) for codes in _of_each_byte(2))


class Wording:
    """Says which checks and gates the bits belong to, and puts them into words.

    `codes` has two bits for each lane. `rest` has one bit for each lane, set where something is
    open upstream, then one for each gate that waits for something open, then one for each gate
    that waits for something unmet. `order` has the ids of the checks by lane.
    """

    def __init__(self, ruleset: Ruleset, order: Sequence[str]) -> None:
        self.gates = tuple(ruleset.gate_order)
        self._lanes = len(order)
        self._all = (1 << len(order)) - 1
        place = {key: number for number, key in enumerate(order)}
        self._places = [(key, place[key]) for key in ruleset.checks]

    def reach(self, ruleset: Ruleset, order: Sequence[str]) -> list[tuple[int, int]]:
        """For each lane the bits of `rest` that its check sets: while it is open, when unmet."""
        lanes, gates = len(order), len(self.gates)
        place = {key: number for number, key in enumerate(order)}
        waiting = _gates_waiting(ruleset)
        held = {key: waiting[key] << lanes for key in order}
        for key in reversed(ruleset.graph.ids):
            for need in ruleset.checks[key].requires:
                held[need] |= held[key] | 1 << place[key]
        return [(held[key], held[key] >> lanes << lanes + gates) for key in order]

    def statuses(self, codes: int) -> dict[str, str]:
        """The status of each check."""
        return self._stating(codes)  # type: ignore[no-any-return]

    def standings(self, codes: int, rest: int) -> dict[str, str]:
        """The standing of each check."""
        return self._standing(codes, rest & self._all)  # type: ignore[no-any-return]

    # Functions of their own, with the names of all checks in their source, are twice as quick as
    # bringing the words into order. Two threads may both write one; either will do.

    @cached_property
    def _stating(self) -> Callable[..., Any]:
        words = ", ".join(f"{key!r}: w{place}" for key, place in self._places)
        lines = [*self._taken("w", "statuses", "codes", 2), f"return {{{words}}}"]
        return function("codes", lines, {"statuses": _words_of_each_byte("status")})

    @cached_property
    def _standing(self) -> Callable[..., Any]:
        words = ", ".join(f"{key!r}: p{place}[h{place}]" for key, place in self._places)
        lines = [
            *self._taken("p", "pairs", "codes", 2),
            *self._taken("h", "bits", "held_up", 1),
            f"return {{{words}}}",
        ]
        tables = {"pairs": _words_of_each_byte("standing"), "bits": _of_each_byte(1)}
        return function("codes, held_up", lines, tables)

    def _taken(self, name: str, table: str, bits: str, width: int) -> Iterator[str]:
        """Lines that give each lane a variable, of what a table has for the bytes of some bits."""
        size, lanes = -(-len(self._places) * width // 8), 8 // width
        yield f"{', '.join(f'z{n}' for n in range(size))}, = {bits}.to_bytes({size}, 'little')"
        for n in range(size):
            names = ", ".join(f"{name}{n * lanes + lane}" for lane in range(lanes))
            yield f"{names} = {table}[z{n}]"

    def verdicts(self, rest: int) -> dict[str, str]:
        """The verdict of each gate."""
        waits = rest >> self._lanes
        fails = waits >> len(self.gates)
        return {
            key: "no_go" if fails >> n & 1 else UNDETERMINED if waits >> n & 1 else "go"
            for n, key in enumerate(self.gates)
        }


def _gates_waiting(ruleset: Ruleset) -> dict[str, int]:
    """For each check the gates that wait for it by name, or by way of a gate before them."""
    found = dict.fromkeys(ruleset.checks, 0)
    named: dict[str, set[str]] = {}
    for number, key in enumerate(ruleset.gate_order):
        gate = ruleset.gates[key]
        named[key] = set(gate.requires).union(*(named[one] for one in gate.after))
        for check in named[key]:
            found[check] |= 1 << number
    return found


class Judged(Judgement):
    """A judgement in bits; its mappings are made when they are first looked at.

    It is equal to any other judgement with the same mappings.
    """

    __slots__ = ("_bits",)
    _bits: tuple[Wording, int, int]

    def __getattr__(self, name: str) -> dict[str, str]:
        """A mapping that nobody has looked at so far."""
        if name not in _MAKING:
            raise AttributeError(name)
        found = _MAKING[name](*self._bits)
        object.__setattr__(self, name, found)
        return found

    def __repr__(self) -> str:
        return repr(Judgement(self.statuses, self.standings, self.verdicts))

    def __reduce__(self) -> tuple[type[Judgement], tuple[Map[str, str], ...]]:
        return Judgement, (self.statuses, self.standings, self.verdicts)


_MAKING: Map[str, Callable[[Wording, int, int], dict[str, str]]] = {
    "statuses": lambda wording, codes, _: wording.statuses(codes),
    "standings": lambda wording, codes, rest: wording.standings(codes, rest),
    "verdicts": lambda wording, _, rest: wording.verdicts(rest),
}

# Gives a new judgement its bits; an attribute of what is frozen is not set in the usual way.
put_bits: Callable[[Judged, tuple[Wording, int, int]], None] = Judged._bits.__set__  # type: ignore[attr-defined, misc]


def joined_tables(reach: Iterable[tuple[int, int]]) -> list[list[int]]:
    """For each byte of codes what it sets of `rest`, by its value."""
    lanes = list(reach)
    tables = []
    for start in range(0, len(lanes), 4):
        table = [0]
        for open_, unmet in lanes[start : start + 4]:
            by_code = {
                MET_CODE: 0, INAPPLICABLE_CODE: 0,
                UNDETERMINED_CODE: open_, UNMET_CODE: open_ | unmet,
            }  # fmt: skip
            table = [known | by_code[code] for code in range(4) for known in table]
        tables.append(table)
    return tables
