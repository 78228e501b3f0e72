"""Mutations of a ruleset: the slips that an author could make, one at a time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import partial
from graphlib import CycleError, TopologicalSorter
from typing import Any

from readiness.assurance.case_table import Own
from readiness.conditions import syntax, terms
from readiness.conditions.checker import check, check_value
from readiness.conditions.parsing import parse
from readiness.conditions.terms import Term, questions_of
from readiness.conditions.typing_context import Respondents, Scope
from readiness.dependencies.graph import Graph
from readiness.dependencies.ruleset import Ruleset
from readiness.model.condition import Condition, ConditionGroup, Expression
from readiness.model.fields import child, name_at
from readiness.model.questionnaire import Field, Question
from readiness.problems import Located, Problems
from readiness.problems.values import FrozenDict
from readiness.proving.occurrences import Written, rewritten_ruleset

_LIKE = {  # an operator or a word, and the one for which it is taken
    "<": "<=", "<=": "<", ">": ">=", ">=": ">", "+": "-", "-": "+", "*": "/", "/": "*",
    "and": "or", "or": "and", "all": "any", "any": "all",
}  # fmt: skip
PER_CENT = 100  # as a factor it converts a share, and is no bound


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
        yield from _of_edges(own, key)
    for key in ruleset.gates:
        yield from _of_gate(own, key)


# ---- conditions ---------------------------------------------------------------------------------


def _of_condition(ruleset: Ruleset, written: Written) -> Iterator[Mutant]:
    scope = Scope(ruleset.questions, ruleset.checklist.values, ruleset.values)
    if written.role == "ask_when" and (group := ruleset.questions[written.owner].ask_each):
        scope = replace(scope, respondents=Respondents(group))
    typing = check_value if written.role == "values" else check
    for kind, changed, place, before, after in _changes(
        written.source, ruleset, is_condition=written.is_condition
    ):
        problems = Problems()
        term = typing(changed, scope, problems)
        if not problems and questions_of(term):
            yield Mutant(
                kind, written.owner, place, before, after,
                _with_condition(ruleset, written, term), written, term,
            )  # fmt: skip


def _with_condition(ruleset: Ruleset, written: Written, term: Term) -> Ruleset:
    if written.role == "values":
        return rewritten_ruleset(ruleset, partial(_with_value, written.owner, term))
    held: Any = {written.role: FrozenDict({**getattr(ruleset, written.role), written.owner: term})}
    return replace(ruleset, **held)


def _with_value(name: str, value: Term, term: Term) -> Term | None:
    if isinstance(term, terms.Derived) and term.text == name:
        return replace(term, body=value)
    return None


_Change = tuple[str, Condition, Located, str, str]


def _changes(
    source: Condition, ruleset: Ruleset, *, is_condition: bool = True
) -> Iterator[_Change]:
    """Yield each kind of slip, the condition with it, its place, and the text before and after."""
    if isinstance(source, Expression):
        for kind, start, end, after in _Edits(source.text, ruleset).edits(
            is_condition=is_condition
        ):
            text = source.text[:start] + after + source.text[end:]
            yield kind, Expression(text, source.node), source.node, source.text, text
    if not isinstance(source, ConditionGroup):
        return
    node = source.node
    if source.kind in _LIKE:
        after = _LIKE[source.kind]
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


_Edit = tuple[str, int, int, str]


class _Edits:
    """The slips in one expression, as edits of its text."""

    def __init__(self, text: str, ruleset: Ruleset) -> None:
        self.text, self.ruleset = text, ruleset

    def edits(self, *, is_condition: bool) -> Iterator[_Edit]:
        """Yield the kind of each slip, from where to where it goes, and what is written there."""
        yield from self._of(parse(self.text), self.ruleset.questions, is_condition=is_condition)

    def _of(
        self, tree: syntax.Syntax, known: Map[str, Field], *, is_condition: bool = False
    ) -> Iterator[_Edit]:
        whole = self.text[tree.start : tree.end]
        inside = [(one, known, False) for one in syntax.below(tree)]
        match tree:
            case syntax.BooleanOperation(operands=operands):
                yield from self._joined(tree)
                inside, is_condition = [(one, known, True) for one in operands], False
            case syntax.LogicalNot(operand=operand):
                yield "negated", tree.start, tree.end, self._alone(operand)
                is_condition = False
            case syntax.ComparisonChain(operators=operators, operands=operands):
                for operator, one, other in zip(operators, operands, operands[1:], strict=False):
                    yield from self._operator("comparison", operator, one, other)
                yield from self._options(operands, known)
            case syntax.BinaryOperation(operator=operator, left=left, right=right):
                yield from self._operator("operator", operator, left, right)
                inside = [one for one in inside if getattr(one[0], "value", 0) != PER_CENT]
            case syntax.Call(function="covers", arguments=arguments):
                yield from self._options(arguments, known)
            case syntax.Call(function="every" | "some" | "count" | "share", arguments=arguments):
                over = known.get(getattr(arguments[0], "name", ""))
                if isinstance(over, Question) and over.columns:
                    inside = [(one, {**known, **over.columns}, True) for one in arguments[1:]]
                elif over is None or over.kind != "choices":
                    inside = [(one, known, True) for one in arguments]
            case syntax.Literal(value=value) if not isinstance(value, bool | str):
                for bound in _moved(whole):
                    yield "bound", tree.start, tree.end, bound
        if is_condition and not isinstance(tree, syntax.Literal):
            yield "negated", tree.start, tree.end, f"not ({whole})"
        for part, fields, is_part in inside:
            yield from self._of(part, fields, is_condition=is_part)

    def _operator(
        self, kind: str, operator: str, one: syntax.Syntax, other: syntax.Syntax
    ) -> Iterator[_Edit]:
        """The operator between two parts taken for the one that is most like it."""
        found = re.search(re.escape(operator), self.text[one.end : other.start])
        if found and operator in _LIKE:
            at = one.end + found.start()
            yield kind, at, at + len(operator), _LIKE[operator]

    def _joined(self, tree: syntax.BooleanOperation) -> Iterator[_Edit]:
        pieces = [self._alone(one) for one in tree.operands]
        swapped = f" {_LIKE[tree.operator]} ".join(pieces)
        yield "swapped", tree.start, tree.end, f"({swapped})"
        for rest in _without_each(pieces):
            yield "dropped", tree.start, tree.end, f"({f' {tree.operator} '.join(rest)})"

    def _alone(self, tree: syntax.Syntax) -> str:
        """The text of a part that fits anywhere: in brackets if it joins others."""
        text = self.text[tree.start : tree.end]
        return f"({text})" if isinstance(tree, syntax.BooleanOperation) else text

    def _options(
        self, operands: Sequence[syntax.Syntax], known: Map[str, Field]
    ) -> Iterator[_Edit]:
        """An option taken for another; one that is left out of a list, or put in."""
        named = [
            known[one.name]
            for one in operands
            if isinstance(one, syntax.Name) and one.name in known
        ]
        options = [option for field in named for option in field.options]
        for one in operands:
            if isinstance(one, syntax.Literal) and one.value in options:
                other = options[(options.index(one.value) + 1) % len(options)]  # type: ignore[arg-type]
                if other != one.value:
                    yield "option", one.start, one.end, repr(other)
            elif isinstance(one, syntax.List):
                held = [self.text[item.start : item.end] for item in one.items]
                said = {getattr(item, "value", None) for item in one.items}
                more = [[*held, repr(option)] for option in options if option not in said]
                for items in [*(_without_each(held) if len(held) > 1 else ()), *more[:1]]:
                    yield "option", one.start, one.end, f"[{', '.join(items)}]"


def _without_each(items: Sequence[str]) -> Iterator[list[str]]:
    """Yield the items without each of them."""
    for number in range(len(items)):
        yield [*items[:number], *items[number + 1 :]]


def _moved(text: str) -> list[str]:
    """A number moved by one step, down and up: by one in its last digit."""
    number = Decimal(text)
    step = Decimal(1).scaleb(min(0, int(number.as_tuple().exponent)))
    return [str(number - step), str(number + step)]


# ---- edges --------------------------------------------------------------------------------------


def _of_edges(own: Own, key: str) -> Iterator[Mutant]:
    ruleset = own.ruleset
    held = ruleset.checks[key]
    for need in held.requires:
        at = name_at(held.node, "requires", need)
        if not own.holds(at):
            continue
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


def _of_gate(own: Own, key: str) -> Iterator[Mutant]:
    ruleset = own.ruleset
    gate = ruleset.gates[key]
    for field in ("requires", "after"):
        for name in getattr(gate, field):
            rest = tuple(one for one in getattr(gate, field) if one != name)
            without: Any = {field: rest}
            gates = {**ruleset.checklist.gates, key: replace(gate, **without)}
            checklist = replace(ruleset.checklist, gates=FrozenDict(gates))
            at = name_at(gate.node, field, name)
            if own.holds(at):
                changed = replace(ruleset, checklist=checklist)
                yield Mutant("gate-entry", key, at, name, "", changed)
