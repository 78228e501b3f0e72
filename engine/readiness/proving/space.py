"""All possible answer sheets of a ruleset: the sheets on which each condition has each state."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Collection, Iterable, Sequence
from collections.abc import Mapping as Map
from functools import cached_property
from operator import and_, or_
from typing import Any, NamedTuple, TypeAlias

from readiness.conditions import terms
from readiness.conditions.terms import Term, canonical, is_leaf, questions_of, walk
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.algebra import Algebra, Three, union
from readiness.evaluation.compiler import Compiler, Run
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Case, Missing, State, Truth
from readiness.model.questionnaire import Question
from readiness.proving.diagram import Diagrams, Plane
from readiness.proving.domains import MEMBERS, Domains, is_finite

STEPS = 2_000_000
_MOST_COMBINATIONS = 20_000
_MOST_VALUES = 120

Planes: TypeAlias = Three[Plane]


class Slot(NamedTuple):
    """A question, and the member of the group that answers it; "" where it has one answer."""

    question: str
    who: str


class Space:
    """All sheets that answer the questions of some rulesets, whose shared questions are one.

    Every sheet in a set is one that can be handed in; `reached` are those that are looked at. With
    `base`, the space of the same rulesets, conditions that are not decided by finitely many answers
    may have any state: what is empty then is empty for certain.
    """

    def __init__(
        self,
        rulesets: Sequence[Ruleset],
        as_of: datetime.date,
        *,
        steps: int = STEPS,
        base: Space | None = None,
        samples: Map[str, Sequence[State]] | None = None,
    ) -> None:
        self.rulesets: Sequence[Ruleset] = rulesets
        self.as_of: datetime.date = as_of
        self.free: bool = base is not None
        self.diagrams: Diagrams = Diagrams(steps)
        self.reached: Plane = self.diagrams.full
        self.slots: list[tuple[Slot, list[State]]] = []  # by variable
        self.inexact: set[str] = set()  # the leaves that are not decided by the values tried
        # Questions with more values than are looked at by leaves that read others too.
        self.thinned: set[str] = set() if base is None else base.thinned
        self._values: dict[str, list[State]] = {} if base is None else base._values
        self._variables: dict[Slot, dict[State, Plane]] = {}
        self._leaves: dict[tuple[str, str, int], Planes] = {}
        self._free_levels: dict[tuple[str, str], int] = {}
        self._asked: dict[tuple[int, Slot], Planes] = {}
        self._statuses: dict[tuple[str, int], Planes] = {}
        questions: dict[str, list[Question]] = {}
        for ruleset in rulesets:
            for key, question in ruleset.questions.items():
                if question not in questions.setdefault(key, []):
                    questions[key].append(question)
        self.questions: Map[str, Sequence[Question]] = questions
        leaves = {spelled(leaf): leaf for rules in rulesets for leaf in _all_leaves(rules)}
        self.domains: Domains = (
            base.domains if base else Domains(leaves.values(), questions, as_of, samples or {})
        )
        self.compiler: Compiler = self.domains.compiler
        self._readers: dict[str, list[Term]] = {}
        for leaf in leaves.values():
            for key in questions_of(leaf):
                self._readers.setdefault(key, []).append(leaf)
        for key, held in questions.items():  # related questions stand near each other
            for member in MEMBERS if held[0].ask_each else ("",):
                self._raw(Slot(key, member))

    def algebra(self, number: int, leaf: Callable[[Term], Planes] | None = None) -> Algebra[Plane]:
        """Return what evaluates the conditions of one of the rulesets, each value once."""
        full, empty = self.diagrams.full, self.diagrams.empty
        leaf = leaf or (lambda term: self.leaf(term, number))
        return Algebra(empty, full, or_, and_, Plane.without, leaf)

    @cached_property
    def _algebras(self) -> list[Algebra[Plane]]:
        return [self.algebra(number) for number in range(len(self.rulesets))]

    def condition(self, term: Term, number: int = 0) -> Planes:
        """Return the sheets on which a condition is true, false, not applicable."""
        return self._algebras[number].condition(term)

    def status(self, check: str, number: int = 0) -> Planes:
        """Return the sheets on which a check is met, unmet, not applicable."""
        key = check, number
        if (found := self._statuses.get(key)) is None:
            ruleset = self.rulesets[number]
            held = self.condition(ruleset.met_when[check], number)
            if check in ruleset.applies_when:
                applies = self.condition(ruleset.applies_when[check], number)
                inapplicable = applies.false | applies.inapplicable | held.inapplicable
                held = Three(applies.true & held.true, applies.true & held.false, inapplicable)
            found = self._statuses[key] = held
        return found

    def still_open(self, check: str, number: int = 0) -> Plane:
        """Return the sheets on which a check is open."""
        held = self.status(check, number)
        return ~(held.true | held.inapplicable)

    def having(self, slot: Slot, fits: Callable[[Any], bool]) -> Plane:
        """Return the sheets on which a question has an answer that fits."""
        states = self._effective(slot, 0).items()
        held = [plane for state, plane in states if not isinstance(state, Missing) and fits(state)]
        return union([self.diagrams.empty, *held])

    def blanked(self, plane: Plane, questions: Collection[str]) -> Plane:
        """Return the sheets that are in a set once questions are no longer answered."""
        node = plane.node
        for level, (slot, values) in enumerate(self.slots):
            if slot.question in questions:
                node = self.diagrams.fixed(node, level, values.index(UNKNOWN))
        return Plane(self.diagrams, node)

    def solve(self, planes: Iterable[Plane]) -> dict[Slot, State] | None:
        """Return the answers of a sheet that is in all of some sets; None if there is none.

        What it does not answer does not matter.
        """
        found = self.diagrams.solve([plane.node for plane in planes])
        if found is None:
            return None
        chosen = ((self.slots[level], value) for level, value in sorted(found.items()))
        return {slot: values[value] for (slot, values), value in chosen if slot.question}

    # Leaves

    def leaf(self, term: Term, number: int = 0, who: str = "") -> Planes:
        """Return the sheets on which a leaf is true, false, not applicable."""
        key = spelled(term), who, number
        if (found := self._leaves.get(key)) is None:
            if not self.is_exact(term):
                self.inexact.add(key[0])
            use = self._any_state if self.free and key[0] in self.inexact else self._evaluated
            found = self._leaves[key] = use(term, number, who)
        return found

    def is_exact(self, term: Term) -> bool:
        """Whether the values tried are all that the condition can tell apart."""
        read = set(questions_of(term))
        if all(is_finite(self.questions[key][0]) for key in read):
            return not self.thinned & read
        few = self.domains.reduced if len(read) == 1 else self.domains.reduced | self.thinned
        return _is_decided(term) and not few & read

    def _any_state(self, term: Term, number: int, who: str) -> Planes:
        """A leaf that may have any state, as far as its questions apply and are answered."""
        key = spelled(term), who
        if (level := self._free_levels.get(key)) is None:
            level = self._free_levels[key] = self.diagrams.variable(4)
            self.slots.append((Slot("", ""), [UNKNOWN, True, False, NOT_APPLICABLE]))
        true, false, inapplicable = (self.diagrams.where(level, bit) for bit in (2, 4, 8))
        states = {slot: self._effective(slot, number) for slot in self._slots(term, who)}
        empty, needed = self.diagrams.empty, _needed(term)
        hidden = union([empty, *(held.get(NOT_APPLICABLE, empty) for held in states.values())])
        for slot, held in states.items():
            if len(states) == 1 or (not slot.who and slot.question in needed):
                missing = held[UNKNOWN] | held.get(NOT_APPLICABLE, empty)
                true, false = true.without(missing), false.without(missing)
        inapplicable = hidden if len(states) == 1 else inapplicable & hidden
        return Three(true, false if _can_fail(term) else empty, inapplicable)

    def _evaluated(self, term: Term, number: int, who: str) -> Planes:
        slots = self._slots(term, who)
        grouped = [self._grouped(term, slot, number, is_only=len(slots) == 1) for slot in slots]
        size = 1
        for groups in grouped:
            size *= len(groups)
        while size > _MOST_COMBINATIONS:  # look at fewer sheets
            self.inexact.add(spelled(term))
            largest = max(grouped, key=len)
            size //= len(largest)
            del largest[len(largest) // 2 :]
            size *= len(largest)
            self.reached &= union(plane for _, plane in largest)
        closure = self.compiler.compile(term)
        single: dict[str, State] = {}
        each: dict[str, dict[str, State]] = {}
        members = {self.questions[slot.question][0].ask_each: MEMBERS for slot in slots}
        run = Run(Case(single, each, members, self.as_of), who)

        def planes(depth: int) -> Planes:
            if depth == len(slots):
                run.derived = {}
                return self._constant(closure(run))
            slot, empty = slots[depth], self.diagrams.empty
            found = Three(empty, empty, empty)
            for state, where in grouped[depth]:
                if slot.who:
                    each.setdefault(slot.question, {})[slot.who] = state
                else:
                    single[slot.question] = state
                below = planes(depth + 1)
                found = Three(*(a | (where & b) for a, b in zip(found, below, strict=True)))
            return found

        return planes(0)

    def _constant(self, state: Truth) -> Planes:
        full, empty = self.diagrams.full, self.diagrams.empty
        return Three(*(full if state is one else empty for one in (True, False, NOT_APPLICABLE)))

    def _slots(self, term: Term, who: str) -> list[Slot]:
        is_over = any(isinstance(t, terms.Over) and t.group for t in walk(term))
        found: list[Slot] = []
        for key in questions_of(term):
            if not self.questions[key][0].ask_each:
                found.append(Slot(key, ""))
            elif who and not is_over:
                found.append(Slot(key, who))
            else:
                found += [Slot(key, member) for member in MEMBERS]
        return found

    def _grouped(
        self, term: Term, slot: Slot, number: int, *, is_only: bool
    ) -> list[tuple[State, Plane]]:
        """The states of a question that a leaf tells apart, and the sheets on which it has them."""
        sort = self.sorter(term, slot, is_only=is_only)
        found: dict[Any, tuple[State, Plane]] = {}
        for state, plane in self._effective(slot, number).items():
            key = sort(state)
            if key in found:
                found[key] = (found[key][0], found[key][1] | plane)
            elif plane:
                found[key] = (state, plane)
        return list(found.values())

    def sorter(self, term: Term, slot: Slot, *, is_only: bool) -> Callable[[State], Any]:
        """Return the function by which a leaf tells the states of a question apart."""
        units = [term] if is_only else _units(term, slot.question)
        plain = [unit for unit in units if not isinstance(unit, tuple)]
        sides = [unit[0] for unit in units if isinstance(unit, tuple)]
        if any(isinstance(unit, terms.Answer) and unit.type.kind == "table" for unit in plain):
            return lambda state: state
        closures = [self.compiler.compile(unit) for unit in plain]
        lists = [self.compiler._parts(side) for side in sides]
        group = self.questions[slot.question][0].ask_each
        members = {group: MEMBERS}

        def key(state: State) -> Any:
            single, each = {slot.question: state}, {slot.question: {slot.who: state}}
            run = Run(Case(single, each, members, self.as_of), slot.who)
            found = [closure(run) for closure in closures]
            for side in lists:
                held = side(run)
                found.append(frozenset(held) if isinstance(held, list) else held)
            return tuple(found)

        return key

    # Questions

    def readers(self, question: str) -> Sequence[Term]:
        """Return the leaves that read a question."""
        return self._readers.get(question, ())

    def telling(self, slot: Slot) -> Callable[[State], Any]:
        """Return the function by which all leaves together tell the answers to a question apart."""
        sorters = []
        for leaf in self.readers(slot.question):
            is_only = len(questions_of(leaf)) == 1 and not slot.who
            sorters.append(self.sorter(leaf, slot, is_only=is_only))
        return lambda state: tuple(sort(state) for sort in sorters)

    def _effective(self, slot: Slot, number: int) -> dict[State, Plane]:
        """The sheets on which a question has each state, as conditions read it."""
        raw = self._raw(slot)
        asked = self.asked(slot, number)
        if asked is None:
            return raw
        found = {state: plane & asked.true for state, plane in raw.items()}
        hidden = asked.false | asked.inapplicable
        empty = self.diagrams.empty
        found[NOT_APPLICABLE] = found.get(NOT_APPLICABLE, empty) | hidden
        found[UNKNOWN] = found[UNKNOWN] | ~(asked.true | hidden)
        return found

    def asked(self, slot: Slot, number: int) -> Planes | None:
        """Return the sheets on which a question is asked; None if it always is."""
        ruleset = self.rulesets[number]
        term = ruleset.ask_when.get(slot.question)
        if term is None:
            return None
        if (number, slot) not in self._asked:
            algebra = self._algebras[number]
            if slot.who:
                algebra = self.algebra(number, lambda leaf: self.leaf(leaf, number, slot.who))
            self._asked[number, slot] = algebra.condition(term)
        return self._asked[number, slot]

    def _raw(self, slot: Slot) -> dict[State, Plane]:
        if (found := self._variables.get(slot)) is not None:
            return found
        values = self._values.get(slot.question)
        if values is None:
            values = self._values[slot.question] = self._distinct(slot)
        level = self.diagrams.variable(len(values))
        self.slots.append((slot, values))
        found = {value: self.diagrams.where(level, 1 << bit) for bit, value in enumerate(values)}
        self._variables[slot] = found
        return found

    def _distinct(self, slot: Slot) -> list[State]:
        """The values of a question that some leaf tells apart, as many as are looked at."""
        values = self.domains.values(slot.question)
        if all(one.may_not_apply for one in self.questions[slot.question]):
            values.append(NOT_APPLICABLE)
        alone: list[Callable[[State], Any]] = []
        joint: list[Callable[[State], Any]] = []
        for leaf in self.readers(slot.question):
            is_only = len(questions_of(leaf)) == 1 and not slot.who
            sort = self.sorter(leaf, slot, is_only=is_only)
            (alone if is_only else joint).append(sort)
        kinds: dict[Any, dict[Any, State]] = {}
        for value in values:
            kind = value if value is UNKNOWN else tuple(sort(value) for sort in alone)
            alike = kinds.setdefault(kind, {})
            if len(alike) < _MOST_VALUES:
                alike.setdefault(tuple(sort(value) for sort in joint), value)
        most = max(2, _MOST_VALUES // len(kinds))
        if any(len(alike) > most for alike in kinds.values()):
            self.thinned.add(slot.question)
        return [one for alike in kinds.values() for one in list(alike.values())[:most]]


def _all_leaves(ruleset: Ruleset) -> list[Term]:
    conditions = [*ruleset.met_when.values(), *ruleset.applies_when.values()]
    return [leaf for term in [*conditions, *ruleset.ask_when.values()] for leaf in leaves_of(term)]


def leaves_of(term: Term) -> list[Term]:
    """Return the leaves of a condition, in the order of its text, each time they occur."""
    if is_leaf(term):
        return [term]
    return [leaf for part in terms.parts(term) for leaf in leaves_of(part)]


def spelled(term: Term) -> str:
    """Return a spelling that terms share only if they mean the same, whatever their ruleset."""
    values = {t.text: canonical(t.body) for t in walk(term) if isinstance(t, terms.Derived)}
    return " ".join([canonical(term), *(f"{name}={body}" for name, body in sorted(values.items()))])


def _units(term: Term, question: str) -> list[Any]:
    """The largest parts of a term that read only this question; columns of tables in a tuple."""
    if question not in questions_of(term):
        return []
    match term:
        case terms.Answer():
            return [term]
        case terms.Over(table=terms.Answer() as table) if questions_of(term) != (question,):
            if table.question.id == question:
                return [table]
            inside = (term.part, *term.arguments)
            return [unit for part in inside for unit in _units(part, question)]
        case terms.Over(function="column"):
            return [(term,)]
        case terms.Over(table=terms.Answer()):
            return [term]
        case terms.Covers(have=have, need=need):
            return [unit for side in (have, need) for unit in _units(side, question)]
    is_bound = any(
        isinstance(t, terms.Cell) or (isinstance(t, terms.Over) and t.group) for t in walk(term)
    )
    if questions_of(term) == (question,) and not is_bound:
        return [term]
    return [unit for part in terms.parts(term) for unit in _units(part, question)]


def _needed(term: Term) -> set[str]:
    """The questions without an answer to which a term is unknown, whatever the others are."""
    match term:
        case terms.Answer(question=question):
            return set() if question.ask_each else {question.id}
        case terms.Over(table=table):
            return _needed(table) if table else set()
        case terms.Apply(function="min" | "max"):  # decided by some of their numbers
            return set()
        case terms.Apply(plugin=plugin) if plugin is not None:
            return set()
    return {key for part in terms.parts(term) for key in _needed(part)}


def _can_fail(term: Term) -> bool:
    """Whether a condition can be false: not if it only asks that single cells are stated."""
    match term:
        case terms.Apply(function="stated", arguments=(one,)):
            return one.type.kind in ("choices", "table")
        case terms.Over(function="every", part=part):
            return _can_fail(part)
        case terms.Junction(kind="all", parts=parts):
            return any(map(_can_fail, parts))
    return True


# ---- which conditions finitely many answers decide ----------------------------------------------

_COUNTED = frozenset({"every", "some", "count", "share", "agree"})
_OF_ONE = frozenset({"stated", "covers", "count", "days_until", "days_since", "comparable", "band"})


def _is_decided(term: Term) -> bool:
    match term:
        case terms.Covers():
            return True
        case terms.Comparison(left=left, right=right) if _is_shifted(left) and _is_shifted(right):
            return False
        case terms.Arithmetic():
            return not any(isinstance(part, terms.Answer | terms.Cell) for part in walk(term))
        case terms.Apply(function=function) if function not in _OF_ONE:
            return False
        case terms.Over(function=function) if function not in _COUNTED:
            return False
    return all(map(_is_decided, terms.parts(term)))


def _is_shifted(term: Term) -> bool:
    return isinstance(term, terms.Apply) and term.function in ("days_until", "days_since")
