"""A program for one case of a ruleset that is not large: answers to bits, bits to a judgement.

Each answer is looked up, and what is found are the bits that it sets in the lanes of all checks;
see `Lanes`. Answers of a few values are looked up several at once. What comes to be open, held up
and waited for is looked up as well, by the bytes of the statuses.
"""

from __future__ import annotations

import datetime
import marshal
import struct
from bisect import bisect
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, Protocol

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.judged import Judged, Wording, joined_tables, put_bits
from readiness.evaluation.lanes import Block, Lanes, Path, plain_questions
from readiness.evaluation.plain import NotPlain, limits
from readiness.evaluation.states import UNKNOWN, State
from readiness.evaluation.straight import Straight, function
from readiness.model.questionnaire import Question

# With more of them the tables are larger than what they save is worth.
MOST_CHECKS = 128
MOST_QUESTIONS = 400
# With fewer of the checks in lanes than this share, the rest takes as long as it saves.
LEAST_IN_LANES = 0.5

# How many entries a table for several answers at once may have.
_MOST_ENTRIES = 256
# Numbers that are given often: percentages, and how many there are of something.
_OFTEN = range(101)
# Python compiles a very long expression in more than linear time, and only up to some depth.
_MOST_OPERANDS = 50

# Yes, no and nothing are one byte each to `marshal`, and nothing else is one of these bytes; with a
# list of them it looks at the types of all answers in one call. Version 2 writes no references.
_VERSION = 2
_HEAD = len(marshal.dumps([], _VERSION))
_TRUTHS = (True, False, None)
_CODES = {value: marshal.dumps([value], _VERSION)[_HEAD:] for value in _TRUTHS}

# Written out for each number this is twice as quick as a set of all their types.
_NUMBER = "(type({0}) is int or {0} is None or type({0}) is float)"


class Judge(Protocol):
    """Says what is decided about plain answers; see `Single.judge`."""

    def __call__(self, answers: Mapping[str, object], as_of: datetime.date | None = None) -> Judged:
        """The judgement; raises `NotPlain`."""


# What looking up a value ends with that is none of those expected, or cannot be looked up at all.
_OTHER_VALUES = (LookupError, TypeError, ValueError, struct.error)


def quick_judge(ruleset: Ruleset) -> Judge | None:
    """The program of a small ruleset as a function; it may be shared between threads.

    None for a ruleset that is too large, or most checks of which are more than lanes are for.
    """
    if len(ruleset.checks) > MOST_CHECKS or len(ruleset.questions) > MOST_QUESTIONS:
        return None
    if any(len(code) != 1 for code in _CODES.values()):  # this Python's `marshal` is another one
        return None
    lanes = Lanes(ruleset)
    if len(lanes.unfit) > len(ruleset.checks) * (1 - LEAST_IN_LANES):
        return None
    return _Writing(ruleset, lanes).program()


class _Rest:
    """The checks that lanes are not for, worked out statement by statement."""

    def __init__(self, ruleset: Ruleset, lanes: Lanes) -> None:
        writing = Straight(ruleset)
        self._steps = writing.marking(
            lanes.unfit, lambda key: [code << 2 * lanes.place[key] for code in range(4)]
        )
        self._calling = writing.calling()
        single = [key for key, one in ruleset.questions.items() if not one.ask_each]
        self._blank: dict[str, State] = dict.fromkeys(single, UNKNOWN)

    def codes(self, found: Mapping[str, object], as_of: datetime.date | None) -> int:
        """The statuses of these checks in bits, of plain answers and None for none."""
        states = self._blank | {key: one for key, one in found.items() if one is not None}
        given = self._calling(states, as_of)
        bits = 0
        for step in self._steps:
            bits |= step(*given)
        return bits


class _Writing:
    """Writes the program of a ruleset."""

    def __init__(self, ruleset: Ruleset, lanes: Lanes) -> None:
        self._ruleset = ruleset
        self._lanes = lanes
        self._kinds = plain_questions(ruleset)
        self._constants: dict[str, Any] = {}

    def program(self) -> Judge:
        """The whole of it: answers to bits of lanes, those to statuses, those to a judgement."""
        blank = dict.fromkeys(one.id for kind in self._kinds.values() for one in kind)
        wording = Wording(self._ruleset, self._lanes.order)
        self._constants |= {
            "blank": blank, "NotPlain": NotPlain, "OTHER": _OTHER_VALUES,
            "Judged": Judged, "new": Judged.__new__, "put": put_bits, "wording": wording,
            "dumps": marshal.dumps, "bisect": bisect,
        }  # fmt: skip
        lines = [
            "found = blank | (answers if type(answers) is dict else dict(answers))",
            f"if len(found) != {len(blank)}: raise NotPlain",
            "try:",
            *(f" {line}" for line in self._reading()),
            "except OTHER: raise NotPlain from None",
            *self._blocks(),
        ]
        if self._lanes.unfit:
            self._constants["rest"] = _Rest(self._ruleset, self._lanes).codes
            lines.append("x |= rest(found, as_of)")
        lines += self._saying(wording.reach(self._ruleset, self._lanes.order))
        judge: Judge = function("answers, as_of=None", lines, self._constants)
        return judge

    def _constant(self, value: Any) -> str:
        name = f"k{len(self._constants)}"
        self._constants[name] = value
        return name

    # From answers to the bits of all lanes

    def _reading(self) -> Iterator[str]:
        """The lines that let `x` be the bits that all answers set."""
        truths, choices, numbers = self._kinds.values()
        c = [f"c{number}" for number in range(len(choices))]
        n = [f"n{number}" for number in range(len(numbers))]
        if names := [*(["*y"] if truths else []), *c, *n]:
            yield f"{', '.join(names)}, = found.values()"
        if n:
            fit = " and ".join(_NUMBER.format(name) for name in n)
            yield f"if not ({fit}): raise NotPlain"
        chunks = list(_chunks(truths, lambda _: len(_TRUTHS), _MOST_ENTRIES))
        y = [f"y{number}" for number in range(len(chunks))]
        if chunks:
            form = struct.Struct(f"{_HEAD}x" + "".join(f"{len(one)}s" for one in chunks))
            yield f"{', '.join(y)}, = {self._constant(form.unpack)}(dumps(y, {_VERSION}))"
        found = [
            *(f"{self._truths(one)}[{name}]" for name, one in zip(y, chunks, strict=True)),
            *self._choices(choices, c),
            *(self._number(one, name) for name, one in zip(n, numbers, strict=True)),
        ]
        if len(found) < 2:  # None, by itself, would not be refused
            found.append("0")
        yield f"x = {' | '.join(found[:_MOST_OPERANDS])}"
        for start in range(_MOST_OPERANDS, len(found), _MOST_OPERANDS):
            yield f"x |= {' | '.join(found[start : start + _MOST_OPERANDS])}"

    def _truths(self, questions: Iterable[Question]) -> str:
        """A table by what `marshal` makes of the answers yes, no and none."""
        table = {b"": 0}
        for question in questions:
            masks = [(code, self._mask(question, value)) for value, code in _CODES.items()]
            table = {
                known + code: bits | mask for known, bits in table.items() for code, mask in masks
            }
        return self._constant(table)

    def _choices(self, questions: Sequence[Question], names: Sequence[str]) -> Iterator[str]:
        named = dict(zip((one.id for one in questions), names, strict=True))
        for held in _chunks(questions, lambda one: len(one.options) + 1, _MOST_ENTRIES):
            table: dict[Any, int] = {(): 0}
            for question in held:
                values = (*question.options, None)
                masks = [(value, self._mask(question, value)) for value in values]
                table = {
                    (*known, value): bits | mask
                    for known, bits in table.items()
                    for value, mask in masks
                }
            key = "".join(f"{named[one.id]}, " for one in held)
            yield f"{self._constant(table)}[{key}]"

    def _number(self, question: Question, name: str) -> str:
        """A number that is often given is looked up, any other is searched for."""
        least, most = limits(question)
        starts, masks = self._lanes.of_numbers(question.id, least, most)
        table: dict[object, int | None] = {
            number: masks[bisect(starts, number)] for number in _OFTEN if least <= number <= most
        }
        table[None] = self._lanes.of_none(question.id)
        known, first, found = map(self._constant, (table, starts, masks))
        return f"({known}[{name}] if {name} in {known} else {found}[bisect({first}, {name})])"

    def _mask(self, question: Question, value: object) -> int:
        if value is None:
            return self._lanes.of_none(question.id)
        return self._lanes.of_value(question.id, value)

    # From the bits of all lanes to statuses, and on to a judgement

    def _blocks(self) -> Iterator[str]:
        """The lines that put each block, turned round, into the one that it is a part of.

        They come to let `x` be the outermost, which is the statuses.
        """
        blocks = self._lanes.blocks
        names = {path: f"b{number}" if path else "x" for number, path in enumerate(blocks)}
        for path in sorted(blocks, key=len, reverse=True):
            own = _cut(blocks[path], is_last=not path)
            within = [
                f"({names[inner]} ^ {blocks[inner].lanes})" for inner in _within(path, blocks)
            ]
            yield f"{names[path]} = {' | '.join([own, *within])}"

    def _saying(self, reach: Iterable[tuple[int, int]]) -> Iterator[str]:
        """The lines that return the judgement that goes with the statuses `x`."""
        tables = [f"{self._constant(table)}[z{n}]" for n, table in enumerate(joined_tables(reach))]
        names = ", ".join(f"z{n}" for n in range(len(tables)))
        yield f"{names}, = x.to_bytes({len(tables)}, 'little')"
        yield "found = new(Judged)"
        yield f"put(found, (wording, x, {' | '.join(tables)}))"
        yield "return found"


def _cut(block: Block, *, is_last: bool) -> str:
    """The bits of a block as they stand in `x`."""
    shifted = f"(x >> {block.start})" if block.start else "x"
    return shifted if is_last else f"({shifted} & {(1 << block.width) - 1})"


def _within(path: Path, blocks: Iterable[Path]) -> list[Path]:
    """The blocks directly within one."""
    return [one for one in blocks if len(one) == len(path) + 1 and one[:-1] == path]


def _chunks(
    questions: Iterable[Question], values: Callable[[Question], int], most: int
) -> Iterator[list[Question]]:
    """Questions in groups of which a table of all their values has so many entries at most.

    A question that has more of them by itself is a group of its own.
    """
    held: list[Question] = []
    entries = 1
    for question in questions:
        count = values(question)
        if held and entries * count > most:
            yield held
            held, entries = [], 1
        held.append(question)
        entries *= count
    if held:
        yield held
