"""Mutations of a ruleset: the slips that an author could make, one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from decimal import Decimal
from graphlib import CycleError, TopologicalSorter
from typing import Any

from readiness.assurance.case_table import Own
from readiness.conditions import syntax
from readiness.conditions.checker import check, check_value
from readiness.conditions.parsing import parse
from readiness.conditions.terms import Term, questions_of
from readiness.conditions.typing_context import Respondents, Scope
from readiness.dependencies.graph import Graph
from readiness.dependencies.ruleset import Ruleset
from readiness.model.condition import Condition, ConditionGroup, Expression
from readiness.model.fields import child, key_at, name_at
from readiness.model.questionnaire import Field
from readiness.problems import Located, Problems
from readiness.problems.values import FrozenDict
from readiness.proving.occurrences import Written

_SHIFTED = {"<": "<=", "<=": "<", ">": ">=", ">=": ">"}
_SWAPPED = {"and": "or", "or": "and", "all": "any", "any": "all"}


@dataclass(frozen=True, slots=True)
class Mutant:
    """A ruleset with one slip: its `kind`, the place, and what is written there before and after.

    `condition` is the one that it changes, `term` what becomes of it; None for an edge.
    """

    kind: str
    owner: str
    place: Located
    before: str
    after: str
    ruleset: Ruleset
    condition: Written | None = None
    term: Term | None = None

    @property
    def diff(self) -> list[str]:
        """The line of YAML without the slip and with it, as a diff shows them."""
        excerpt = self.place.excerpt
        line, at = excerpt.text, excerpt.place.column - 1
        start = line.find(self.before, max(0, at)) if self.before else -1
        if start < 0:
            return [f"-{self.before}", f"+{self.after}"]
        rest = line[start + len(self.before) :]
        if not self.after and line[:start].rstrip().endswith(("[", ",")):  # an entry of a list
            rest = re.sub(r"^\s*,\s*", "", rest)
            line_before = line[:start] if rest[:1] != "]" else re.sub(r",\s*$", "", line[:start])
        else:
            line_before = line[:start]
        changed = line_before + self.after + rest
        return [f"-{line}", *([f"+{changed}"] if changed.strip(" -") else [])]


def mutants_of(ruleset: Ruleset) -> Iterator[Mutant]:
    """Yield every mutant of what a ruleset adds to those that it extends."""
    own = Own(ruleset)
    for written in own.conditions():
        yield from _of_condition(ruleset, written)
    for key in own.checks():
        yield from _of_edges(ruleset, key)
    for key in ruleset.gates:
        if own.holds(key_at(ruleset.checklist.node, "gates", key)):
            yield from _of_gate(ruleset, key)


# ---- conditions ---------------------------------------------------------------------------------


def _of_condition(ruleset: Ruleset, written: Written) -> Iterator[Mutant]:
    scope = Scope(ruleset.questions, ruleset.checklist.values, ruleset.values)
    if written.role == "ask_when" and (group := ruleset.questions[written.owner].ask_each):
        scope = replace(scope, respondents=Respondents(group))
    typing = check_value if written.role == "values" else check
    for kind, changed, place, before, after in _changes(written.source, ruleset):
        problems = Problems()
        term = typing(changed, scope, problems)
        if not problems and questions_of(term):
            yield Mutant(
                kind, written.owner, place, before, after,
                _with_condition(ruleset, written, term), written, term,
            )  # fmt: skip


def _with_condition(ruleset: Ruleset, written: Written, term: Term) -> Ruleset:
    if written.role == "values":
        return _with_value(ruleset, written.owner, term)
    held: Any = {written.role: FrozenDict({**getattr(ruleset, written.role), written.owner: term})}
    return replace(ruleset, **held)


def _with_value(ruleset: Ruleset, name: str, term: Term) -> Ruleset:
    """The ruleset with another value; every condition that names it is typed again."""
    typed = dict(ruleset.values)
    typed[name] = term
    rest = dict(ruleset.checklist.values)
    for other, source in rest.items():
        if other != name:
            typed[other] = check_value(source, Scope(ruleset.questions, rest, typed), Problems())
    scope = Scope(ruleset.questions, rest, typed)
    met = {k: check(one.met_when, scope, Problems()) for k, one in ruleset.checks.items()}
    applies = {
        k: check(one.applies_when, scope, Problems())
        for k, one in ruleset.checks.items()
        if one.applies_when is not None
    }
    return replace(
        ruleset,
        values=FrozenDict(typed),
        met_when=FrozenDict(met),
        applies_when=FrozenDict(applies),
    )


_Change = tuple[str, Condition, Located, str, str]


def _changes(source: Condition, ruleset: Ruleset) -> Iterator[_Change]:
    """Yield each kind of slip, the condition with it, its place, and the text before and after."""
    if isinstance(source, Expression):
        for kind, start, end, after in _Edits(source.text, ruleset).edits():
            text = source.text[:start] + after + source.text[end:]
            yield kind, Expression(text, source.node), source.node, source.text, text
    if not isinstance(source, ConditionGroup):
        return
    node = source.node
    if source.kind in _SWAPPED:
        after = _SWAPPED[source.kind]
        key = node.key(source.kind) if hasattr(node, "key") else node
        yield "swapped", replace(source, kind=after), key, source.kind, after
    if source.kind == "at_least":
        at = child(node, "at_least") or node
        for least in (source.least - 1, source.least + 1):
            if 1 <= least <= len(source.parts):
                yield "bound", replace(source, least=least), at, str(source.least), str(least)
    for number, part in enumerate(source.parts):
        before, rest = source.parts[:number], source.parts[number + 1 :]
        if len(source.parts) > 1:
            text = part.node.excerpt.text.strip().removeprefix("- ")
            least = min(source.least, len(source.parts) - 1)
            dropped = replace(source, parts=(*before, *rest), least=least)
            yield "dropped", dropped, part.node, text, ""
        for kind, changed, place, old, new in _changes(part, ruleset):
            yield kind, replace(source, parts=(*before, changed, *rest)), place, old, new


class _Edits:
    """The slips in one expression, as edits of its text."""

    def __init__(self, text: str, ruleset: Ruleset) -> None:
        self.text, self.ruleset = text, ruleset

    def edits(self) -> Iterator[tuple[str, int, int, str]]:
        """Yield the kind of each slip, from where to where it goes, and what is written there."""
        yield from self._of(parse(self.text), is_condition=True, fields={})

    def _of(
        self, tree: syntax.Syntax, *, is_condition: bool, fields: Map[str, Field]
    ) -> Iterator[tuple[str, int, int, str]]:
        match tree:
            case syntax.BooleanOperation(operands=operands):
                yield from self._joined(tree)
                for one in operands:
                    yield from self._of(one, is_condition=True, fields=fields)
                return
            case syntax.LogicalNot(operand=operand):
                yield "negated", tree.start, tree.end, self.text[operand.start : operand.end]
                yield from self._of(operand, is_condition=False, fields=fields)
                return
            case syntax.ComparisonChain():
                yield from self._compared(tree, fields)
            case syntax.Call(arguments=arguments):
                first = arguments[0] if arguments else None
                held = (
                    self.ruleset.questions.get(first.name)
                    if isinstance(first, syntax.Name)
                    else None
                )
                columns = held.columns if held is not None else fields
                for number, one in enumerate(arguments):
                    inside = tree.function in ("every", "some", "count", "share")
                    is_part = inside and (number == 1 or not (held and held.columns))
                    is_part = is_part and not isinstance(one, syntax.Literal) and len(arguments) > 1
                    yield from self._of(one, is_condition=is_part, fields=columns)
        if is_condition and not isinstance(tree, syntax.Literal):
            yield "negated", tree.start, tree.end, f"not ({self.text[tree.start : tree.end]})"

    def _joined(self, tree: syntax.BooleanOperation) -> Iterator[tuple[str, int, int, str]]:
        spans = [self._bracketed(one) for one in tree.operands]
        pieces = [self.text[start:end] for start, end in spans]
        start, end = spans[0][0], spans[-1][1]
        joint = f" {_SWAPPED[tree.operator]} "
        yield "swapped", start, end, f"({joint.join(pieces)})"
        for number in range(len(pieces)):
            rest = [piece for other, piece in enumerate(pieces) if other != number]
            yield "dropped", start, end, f"({f' {tree.operator} '.join(rest)})"

    def _bracketed(self, tree: syntax.Syntax) -> tuple[int, int]:
        """From where to where a part goes with the brackets around it."""
        start, end = tree.start, tree.end
        while True:
            before = re.search(r"\(\s*$", self.text[:start])
            after = re.match(r"\s*\)", self.text[end:])
            called = before and re.search(r"[\w]\s*$", self.text[: before.start()])
            word = called and re.search(r"(and|or|not|in)\s*$", self.text[: before.start()])  # type: ignore[union-attr]
            if not before or not after or (called and not word):
                return start, end
            start, end = before.start(), end + after.end()

    def _compared(
        self, tree: syntax.ComparisonChain, fields: Map[str, Field]
    ) -> Iterator[tuple[str, int, int, str]]:
        operands = tree.operands
        options = self._options(operands, fields)
        for number, operator in enumerate(tree.operators):
            gap = operands[number].end, operands[number + 1].start
            if operator in _SHIFTED:
                found = re.search(re.escape(operator), self.text[slice(*gap)])
                if found:
                    at = gap[0] + found.start()
                    yield "comparison", at, at + len(operator), _SHIFTED[operator]
        for one in operands:
            if isinstance(one, syntax.Literal) and not isinstance(one.value, bool | str):
                for bound in _moved(self.text[one.start : one.end]):
                    yield "bound", one.start, one.end, bound
            elif (
                isinstance(one, syntax.Literal)
                and isinstance(one.value, str)
                and one.value in options
            ):
                other = options[(options.index(one.value) + 1) % len(options)]
                if other != one.value:
                    yield "option", one.start, one.end, repr(other)
            elif isinstance(one, syntax.List):
                yield from self._listed(one, options)

    def _listed(
        self, tree: syntax.List, options: Sequence[str]
    ) -> Iterator[tuple[str, int, int, str]]:
        held = [self.text[item.start : item.end] for item in tree.items]
        named = [item.value for item in tree.items if isinstance(item, syntax.Literal)]
        for number in range(len(held)):
            if len(held) > 1:
                rest = [one for other, one in enumerate(held) if other != number]
                yield "option", tree.start, tree.end, f"[{', '.join(rest)}]"
        for option in options:
            if option not in named:
                yield "option", tree.start, tree.end, f"[{', '.join([*held, repr(option)])}]"
                return

    def _options(self, operands: Sequence[syntax.Syntax], fields: Map[str, Field]) -> list[str]:
        known: Map[str, Field] = {**self.ruleset.questions, **fields}
        names = (one.name for one in operands if isinstance(one, syntax.Name))
        return [option for name in names if name in known for option in known[name].options]


def _moved(text: str) -> list[str]:
    """A number moved by one step, down and up: by one in its last digit."""
    number = Decimal(text)
    step = Decimal(1).scaleb(min(0, int(number.as_tuple().exponent)))
    return [str(number - step), str(number + step)]


# ---- edges --------------------------------------------------------------------------------------


def _of_edges(ruleset: Ruleset, key: str) -> Iterator[Mutant]:
    held = ruleset.checks[key]
    for need in held.requires:
        at = name_at(held.node, "requires", need)
        without = replace(held, requires=tuple(one for one in held.requires if one != need))
        removed = _with_checks(ruleset, {key: without})
        if removed is not None:
            yield Mutant("edge-removed", key, at, need, "", removed)
        other = ruleset.checks[need]
        turned = replace(other, requires=(*other.requires, key))
        reversed_ = _with_checks(ruleset, {key: without, need: turned})
        if reversed_ is not None:
            yield Mutant("edge-reversed", key, at, need, f"({need} requires {key})", reversed_)


def _with_checks(ruleset: Ruleset, changed: Map[str, Any]) -> Ruleset | None:
    """The ruleset with other requirements; None where they would go in a circle."""
    checks = FrozenDict({**ruleset.checks, **changed})
    edges = {key: one.requires for key, one in checks.items()}
    try:
        order = tuple(TopologicalSorter(edges).static_order())
    except CycleError:
        return None
    checklist = replace(ruleset.checklist, checks=checks)
    return replace(ruleset, checklist=checklist, graph=Graph(order, edges, checklist))


def _of_gate(ruleset: Ruleset, key: str) -> Iterator[Mutant]:
    gate = ruleset.gates[key]
    for field in ("requires", "after"):
        for name in getattr(gate, field):
            rest = tuple(one for one in getattr(gate, field) if one != name)
            without: Any = {field: rest}
            gates = {**ruleset.checklist.gates, key: replace(gate, **without)}
            checklist = replace(ruleset.checklist, gates=FrozenDict(gates))
            at = name_at(gate.node, field, name)
            yield Mutant("gate-entry", key, at, name, "", replace(ruleset, checklist=checklist))
