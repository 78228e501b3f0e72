"""The statements of a ruleset's program, in an order in which each can be worked out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from readiness.conditions import terms
from readiness.conditions.terms import Term, canonical, is_leaf
from readiness.dependencies.ruleset import Ruleset

_PLANE = re.compile(r"\bp(\d+)\b")


@dataclass(frozen=True, slots=True)
class Statement:
    """One line of the program; planes go by number."""

    code: str
    writes: tuple[int, ...]
    reads: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Three:
    """The names of a condition's planes."""

    true: str
    false: str
    inapplicable: str


@dataclass(frozen=True, slots=True)
class _Check:
    """The names of a check's planes; the last three also cover all that is upstream of it."""

    met: str
    not_applicable: str
    failing: str
    open: str
    by_waiver: str


ALWAYS = Three("full", "0", "0")
NEVER = Three("0", "full", "0")


@dataclass
class Writing:
    """Writes the program of a ruleset."""

    ruleset: Ruleset
    statements: list[Statement] = field(default_factory=list)
    leaves: list[Term] = field(default_factory=list)
    planes: int = 0
    _known: dict[str, Three] = field(default_factory=dict)

    def __post_init__(self) -> None:
        checks: list[_Check] = []
        for position, key in enumerate(self.ruleset.graph.ids):
            above = [checks[need] for need in self.ruleset.graph.requires[position]]
            checks.append(self._check(key, position, above))
        by_id = dict(zip(self.ruleset.graph.ids, checks, strict=True))
        gates: dict[str, Three] = {}
        for key in self.ruleset.gate_order:
            gates[key] = self._gate(key, by_id, gates)

    def _new(self, *expressions: str) -> tuple[str, ...]:
        """A statement for each expression; the names of the planes that it fills."""
        names = []
        for expression in expressions:
            names.append(f"p{self.planes}")
            self._add(f"p{self.planes} = {expression}", (self.planes,))
            self.planes += 1
        return tuple(names)

    def _add(self, code: str, writes: tuple[int, ...] = ()) -> None:
        found = dict.fromkeys(int(number) for number in _PLANE.findall(code))
        reads = tuple(plane for plane in found if plane not in writes)
        self.statements.append(Statement(code, writes, reads))

    def _condition(self, term: Term) -> Three:
        """The planes of a condition; those of an equal one where there is one already."""
        if isinstance(term, terms.Constant):
            return ALWAYS if term.value else NEVER
        key = canonical(term)
        if key not in self._known:
            self._known[key] = self._leaf(term) if is_leaf(term) else self._joined(term)
        return self._known[key]

    def _leaf(self, term: Term) -> Three:
        first = self.planes
        self.planes += 3
        names = [f"p{first + offset}" for offset in range(3)]
        code = f"{', '.join(names)} = leaves[{len(self.leaves)}]"
        self._add(code, (first, first + 1, first + 2))
        self.leaves.append(term)
        return Three(*names)

    def _joined(self, term: Term) -> Three:
        match term:
            case terms.Derived(body=body):
                return self._condition(body)
            case terms.Not(part=part):
                found = self._condition(part)
                return Three(found.false, found.true, found.inapplicable)
            case terms.Junction(kind="all", parts=parts):
                return self._all([self._condition(part) for part in parts])
            case terms.Junction(parts=parts):
                return self._any([self._condition(part) for part in parts])
            case terms.AtLeast(least=least, parts=parts):
                return self._at_least(least, [self._condition(part) for part in parts])
            case _:
                raise AssertionError(term)

    def _all(self, parts: Sequence[Three]) -> Three:
        if len(parts) == 1:
            return parts[0]
        (none_left,) = self._new(_and(part.inapplicable for part in parts))
        held = _and(f"({part.true} | {part.inapplicable})" for part in parts)
        true, false = self._new(f"{held} & ~{none_left}", _or(part.false for part in parts))
        return Three(true, false, none_left)

    def _any(self, parts: Sequence[Three]) -> Three:
        turned = self._all([Three(p.false, p.true, p.inapplicable) for p in parts])
        return Three(turned.false, turned.true, turned.inapplicable)

    def _at_least(self, least: int, parts: Sequence[Three]) -> Three:
        """True with `least` true parts, or with all that are left; false when neither can be."""
        whole = self._all(parts)
        if least >= len(parts):
            return whole
        enough = self._counted(least, [part.true for part in parts])
        can_be = [f"(full & ~({part.false} | {part.inapplicable}))" for part in parts]
        reachable = self._counted(least, list(self._new(*can_be)))
        true, false = self._new(f"{enough} | {whole.true}", f"{whole.false} & ~{reachable}")
        return Three(true, false, whole.inapplicable)

    def _counted(self, least: int, planes: Sequence[str]) -> str:
        """In which cases at least `least` of the planes are set; counted in unary."""
        held = ["full"] + ["0"] * least
        for plane in planes:
            for count in range(least, 0, -1):
                if held[count - 1] != "0":
                    (held[count],) = self._new(f"{held[count]} | {held[count - 1]} & {plane}")
        return held[least]

    def _check(self, key: str, position: int, above: Sequence[_Check]) -> _Check:
        met_when = self._condition(self.ruleset.met_when[key])
        applies_when = self.ruleset.applies_when.get(key)
        applies = ALWAYS if applies_when is None else self._condition(applies_when)
        inapplicable, met, unmet = self._new(
            _or((applies.false, applies.inapplicable, met_when.inapplicable)),
            f"{applies.true} & {met_when.true}",
            f"{applies.true} & {met_when.false}",
        )
        (waived,) = self._new(f"waived[{position}]")
        (open_,) = self._new(f"full & ~({met} | {inapplicable} | {waived})")
        (held_up,) = self._new(_or(need.open for need in above))
        planes = f"({met}, {unmet}, {inapplicable}, {open_}, {held_up})"
        self._add(f"check({planes})")
        failing, open_above, by_waiver = self._new(
            _or([f"{unmet} & ~{waived}", *(need.failing for need in above)]),
            _or([open_, held_up]),
            _or([f"{waived} & ~({met} | {inapplicable})", *(need.by_waiver for need in above)]),
        )
        return _Check(met, inapplicable, failing, open_above, by_waiver)

    def _gate(self, key: str, checks: dict[str, _Check], gates: dict[str, Three]) -> Three:
        gate = self.ruleset.gates[key]
        needs = [checks[need] for need in gate.requires]
        before = [gates[earlier] for earlier in gate.after]
        (no_go,) = self._new(_or([n.failing for n in needs] + [b.true for b in before]))
        waiting = _or([n.open for n in needs] + [b.false for b in before])
        (undetermined,) = self._new(f"({waiting}) & ~{no_go}")
        waived = _or([n.by_waiver for n in needs] + [b.inapplicable for b in before])
        (conditional,) = self._new(f"({waived}) & ~({no_go} | {undetermined})")
        self._add(f"gate(({no_go}, {undetermined}, {conditional}))")
        return Three(no_go, undetermined, conditional)


def _and(planes: Iterable[str]) -> str:
    return " & ".join(dict.fromkeys(planes)) or "full"


def _or(planes: Iterable[str]) -> str:
    named = dict.fromkeys(plane for plane in planes if plane != "0")
    return " | ".join(named) or "0"
