"""Typing a condition: from its syntax tree to a term, or to problems with their places."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from readiness.conditions import syntax, terms
from readiness.conditions.parsing import parse
from readiness.conditions.source_span import SourceSpan
from readiness.conditions.tokens import SyntaxFault
from readiness.conditions.types import NUMBER, TEXT, TRUTH, WRONG, Type, type_of
from readiness.conditions.typing_calls import apply
from readiness.conditions.typing_comparisons import compare
from readiness.conditions.typing_context import Scope, TypingContext, as_condition, right
from readiness.documents.decimals import Number
from readiness.model import condition as written
from readiness.problems import Problems, nearest


def check(source: written.Condition, scope: Scope, problems: Problems) -> terms.Term:
    """The condition typed; a term of type `WRONG` where a problem has been added."""
    term = check_value(source, scope, problems)
    if isinstance(source, written.Expression):
        spot = SourceSpan(source.node, 0, len(source.text.rstrip()))
        return as_condition(term, spot, problems)
    return term


def check_value(source: written.Condition, scope: Scope, problems: Problems) -> terms.Term:
    """What a value is derived by: a term of any type."""
    match source:
        case written.ConstantCondition(value=value):
            return terms.Constant(TRUTH, "true" if value else "false", value)
        case written.Expression():
            return _expression(source, scope, problems)
        case written.ConditionGroup():
            return _group(source, scope, problems)


def _group(source: written.ConditionGroup, scope: Scope, problems: Problems) -> terms.Term:
    parts = tuple(check(part, scope, problems) for part in source.parts)
    kind = TRUTH if parts and all(part.type == TRUTH for part in parts) else WRONG
    found: terms.Not | terms.AtLeast | terms.Junction
    if source.kind == "not":
        found = terms.Not(kind, "", parts[0])
    elif source.kind == "at_least":
        found = terms.AtLeast(kind, "", source.least, parts)
    else:
        found = terms.Junction(kind, "", source.kind, parts)
    return replace(found, text=terms.heading(found))


def _expression(source: written.Expression, scope: Scope, problems: Problems) -> terms.Term:
    try:
        tree = parse(source.text)
    except SyntaxFault as fault:
        spot = SourceSpan(source.node, fault.start, fault.end)
        problems.add(fault.code, spot, hint=fault.hint, **fault.facts)
        return terms.Constant(WRONG, source.text, False)
    checker = Checker(source.node, problems, scope)
    return checker.attempt(checker.term, tree)


_KINDS = {"and": "all", "or": "any"}


class Checker(TypingContext):
    """Types the syntax tree of one expression; problems go to `problems`."""

    def term(self, tree: syntax.Syntax) -> terms.Term:
        """The term of any stretch; raises `Wrong`."""
        match tree:
            case syntax.Literal(value=value):
                return terms.Constant(_literal_type(value), self.text(tree), value)
            case syntax.Name():
                return right(self._name(tree))
            case syntax.BooleanOperation(operator=operator, operands=operands):
                parts, kind = self.every(self.condition, operands), _KINDS[operator]
                return terms.Junction(TRUTH, self.text(tree), kind, parts)
            case syntax.LogicalNot(operand=operand):
                return terms.Not(TRUTH, self.text(tree), self.condition(operand))
            case syntax.ComparisonChain():
                return compare(self, tree)
            case syntax.BinaryOperation():
                left, other = self.every(self.number, (tree.left, tree.right))
                number = Type("number", self._unit(tree, left.type, other.type))
                return terms.Arithmetic(number, self.text(tree), tree.operator, left, other)
            case syntax.Negative(operand=operand):
                part, zero = self.number(operand), terms.Constant(NUMBER, "0", 0)
                return terms.Arithmetic(part.type, self.text(tree), "-", zero, part)
            case syntax.Call():
                return apply(self, tree)
            case syntax.List():
                return self.wrong("list-alone", tree)

    def _name(self, tree: syntax.Name) -> terms.Term:
        name, scope = tree.name, self.scope
        if scope.table is not None and (column := scope.table.columns.get(name)) is not None:
            return terms.Cell(type_of(column), name, name)
        if (question := scope.questions.get(name)) is not None:
            if question.ask_each:
                self._hear(tree, question.ask_each)
            return terms.Answer(type_of(question), name, question)
        if name in scope.values:
            body = scope.typed.get(name)
            if body is None or body.type == WRONG:  # its own problem has been told
                self.stop(tree)
            return terms.Derived(body.type, name, body)
        return self._refuse_unknown(tree)

    def _refuse_unknown(self, tree: syntax.Name) -> NoReturn:
        if tree.name in ("true", "false", "yes", "no"):
            meant = tree.name in ("true", "yes")
            self.wrong("unknown-name", tree, f"write {meant}", name=tree.name, kind="name")
        kind = "question" if "." in tree.name else "name"
        if self.scope.table is not None and kind == "name":
            kind = "column"
        hint = nearest(tree.name, self.scope.names())
        if not hint and kind != "question":
            hint = f"put a text in quotes: '{tree.name}'"
        self.wrong("unknown-name", tree, hint, name=tree.name, kind=kind)

    def _hear(self, tree: syntax.Name, group: str) -> None:
        """Refuse a question asked of each of `group` where it may not be read."""
        heard = self.scope.respondents
        if heard is None:
            hint = f"use a function over its answers, such as agree({tree.name})"
            self.wrong("asked-of-each", tree, hint, id=tree.name, group=group)
        if heard.group not in ("", group):
            self.wrong("groups-mixed", tree, id=tree.name, group=group, other=heard.group)
        heard.group = group

    def _unit(self, tree: syntax.BinaryOperation, left: Type, right: Type) -> str:
        """The unit of a result: of a sum that of its parts, of a ratio of like things none."""
        if tree.operator in "+-":
            if left.unit and right.unit and left.unit != right.unit:
                self.tell("units-mixed", tree, left=left.unit, right=right.unit)
            return left.unit or right.unit
        if tree.operator == "*":
            return left.unit or right.unit if not (left.unit and right.unit) else ""
        return left.unit if not right.unit else ""


def _literal_type(value: bool | Number | str) -> Type:
    if isinstance(value, bool):
        return TRUTH
    return TEXT if isinstance(value, str) else NUMBER
