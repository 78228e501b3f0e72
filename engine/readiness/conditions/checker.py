"""Typing a condition: from its syntax tree to a term, or to problems with their places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from readiness.conditions import syntax, terms, typing_comparisons
from readiness.conditions.parsing import parse
from readiness.conditions.scope import Scope
from readiness.conditions.source_span import SourceSpan
from readiness.conditions.tokens import SyntaxFault
from readiness.conditions.types import NUMBER, TEXT, TRUTH, WRONG, Type, type_of
from readiness.conditions.typing_calls import apply
from readiness.conditions.typing_context import TypingContext, as_condition
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
    return Checker(source.node, problems).term(tree, scope)


class Checker(TypingContext):
    """Types the syntax tree of one expression; problems go to `problems`."""

    def term(self, tree: syntax.Syntax, scope: Scope) -> terms.Term:
        """The term of any stretch."""
        match tree:
            case syntax.Literal(value=value):
                return terms.Constant(_literal_type(value), self.text(tree), value)
            case syntax.Name():
                return self._name(tree, scope)
            case syntax.BooleanOperation():
                return self._junction(tree, scope)
            case syntax.LogicalNot(operand=operand):
                return _typed_not(self.text(tree), self.condition(operand, scope))
            case syntax.ComparisonChain():
                return typing_comparisons.compare(self, tree, scope)
            case syntax.BinaryOperation() | syntax.Negative():
                return self._arithmetic(tree, scope)
            case syntax.Call():
                return apply(self, tree, scope)
            case syntax.List():
                return self.wrong("list-alone", tree)

    def _name(self, tree: syntax.Name, scope: Scope) -> terms.Term:
        name = tree.name
        if scope.table is not None and (column := scope.table.columns.get(name)) is not None:
            return terms.Cell(type_of(column), name, name)
        if (question := scope.questions.get(name)) is not None:
            if question.ask_each and not self._is_heard(tree, scope, question.ask_each):
                return terms.Constant(WRONG, name, False)
            return terms.Answer(type_of(question), name, question)
        if name in scope.values:
            body = scope.typed.get(name)
            if body is None or body.type == WRONG:  # its own problem has been told
                return terms.Constant(WRONG, name, False)
            return terms.Derived(body.type, name, body)
        return self._unknown(tree, scope)

    def _unknown(self, tree: syntax.Name, scope: Scope) -> terms.Term:
        if tree.name in ("true", "false", "yes", "no"):
            meant = tree.name in ("true", "yes")
            return self.wrong("unknown-name", tree, f"write {meant}", name=tree.name, kind="name")
        kind = "question" if "." in tree.name else "name"
        if scope.table is not None and kind == "name":
            kind = "column"
        hint = nearest(tree.name, scope.names())
        if not hint and kind != "question":
            hint = f"put a text in quotes: '{tree.name}'"
        return self.wrong("unknown-name", tree, hint, name=tree.name, kind=kind)

    def _is_heard(self, tree: syntax.Name, scope: Scope, group: str) -> bool:
        """Whether a question asked of each of `group` may be read here; else add a problem."""
        if scope.respondents is None:
            hint = f"read it through a function over its answers, such as agree({tree.name})"
            self.wrong("asked-of-each", tree, hint, id=tree.name, group=group)
            return False
        if scope.respondents.group not in ("", group):
            facts = {"id": tree.name, "group": group, "other": scope.respondents.group}
            self.wrong("groups-mixed", tree, **facts)
            return False
        scope.respondents.group = group
        return True

    def _junction(self, tree: syntax.BooleanOperation, scope: Scope) -> terms.Term:
        found = [self.condition(operand, scope) for operand in tree.operands]
        kind = "all" if tree.operator == "and" else "any"
        return terms.Junction(_truth(found), self.text(tree), kind, tuple(found))

    def _arithmetic(
        self, tree: syntax.BinaryOperation | syntax.Negative, scope: Scope
    ) -> terms.Term:
        if isinstance(tree, syntax.Negative):
            operand = self.number(tree.operand, scope)
            zero = terms.Constant(NUMBER, "0", 0)
            return terms.Arithmetic(operand.type, self.text(tree), "-", zero, operand)
        left, right = self.number(tree.left, scope), self.number(tree.right, scope)
        unit = self._unit(tree, left.type, right.type)
        kind = WRONG if WRONG in (left.type, right.type) else Type("number", unit)
        return terms.Arithmetic(kind, self.text(tree), tree.operator, left, right)

    def _unit(self, tree: syntax.BinaryOperation, left: Type, right: Type) -> str:
        """The unit of a result: of a sum that of its parts, of a ratio of like things none."""
        if tree.operator in "+-":
            if left.unit and right.unit and left.unit != right.unit:
                self.wrong("units-mixed", tree, left=left.unit, right=right.unit)
            return left.unit or right.unit
        if tree.operator == "*":
            return left.unit or right.unit if not (left.unit and right.unit) else ""
        return left.unit if not right.unit else ""


def _literal_type(value: bool | Number | str) -> Type:
    if isinstance(value, bool):
        return TRUTH
    return TEXT if isinstance(value, str) else NUMBER


def _truth(parts: Sequence[terms.Term]) -> Type:
    return TRUTH if all(part.type == TRUTH for part in parts) else WRONG


def _typed_not(text: str, part: terms.Term) -> terms.Term:
    return terms.Not(part.type, text, part)
