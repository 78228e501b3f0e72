"""Typing a condition: from its syntax tree to a term, or to problems with their places."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from typing import NoReturn, TypeAlias

from readiness.conditions import syntax, terms
from readiness.conditions.parsing import parse
from readiness.conditions.source_span import SourceSpan
from readiness.conditions.tokens import SyntaxFault
from readiness.conditions.types import NUMBER, TEXT, TRUTH, WRONG, Type, type_of
from readiness.conditions.typing_calls import apply
from readiness.conditions.typing_comparisons import compare, is_percentage
from readiness.conditions.typing_context import Scope, TypingContext, as_condition, right
from readiness.documents.decimals import Number
from readiness.documents.nodes import Scalar
from readiness.model import condition as written
from readiness.model.fields import day
from readiness.model.questionnaire import Question
from readiness.problems import Excerpt, Place, Problem, Problems, Source, nearest, quote_names


def check(source: written.Condition, scope: Scope, problems: Problems) -> terms.Term:
    """The condition typed; a term of type `WRONG` where a problem has been added."""
    if isinstance(source, written.Expression):
        return _expression(source, scope, problems, _condition)
    return check_value(source, scope, problems)


def check_value(source: written.Condition, scope: Scope, problems: Problems) -> terms.Term:
    """What a value is derived by: a term of any type."""
    match source:
        case written.ConstantCondition(value=value):
            return terms.Constant(TRUTH, "true" if value else "false", value)
        case written.Expression():
            return _expression(source, scope, problems, _any_value)
        case written.ConditionGroup():
            return _group(source, scope, problems)


def check_answer(
    source: written.Condition, question: Question, scope: Scope, problems: Problems
) -> terms.Term:
    """What an answer to a question is set to: a term of the type of its answers."""
    term, wanted = check_value(source, scope, problems), type_of(question)
    found, literal = term.type, term.value if isinstance(term, terms.Constant) else None
    fits = found.kind == wanted.kind and found.unit in ("", wanted.unit)
    if wanted.kind == "choice":
        fits = literal in wanted.options or (fits and set(found.options) <= set(wanted.options))
    elif wanted.kind == "date" and isinstance(literal, str):
        fits = day(literal) is not None
    if not (fits or WRONG in (found, wanted)):
        options = quote_names(wanted.options, joint="and")
        hint = f"its options are {options}; put one in quotes within quotes" if options else ""
        facts = {"id": question.id, "wanted": wanted, "found": found}
        problems.add("answer-of-wrong-type", source.node, hint=hint, **facts)
    return term


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


# Nobody reads more proposals at a time, and each takes a while to find.
_ADVISED_AT_ONCE = 100
_Typing: TypeAlias = Callable[[str, Scalar, Scope, Problems], terms.Term]


def _expression(
    source: written.Expression, scope: Scope, problems: Problems, typed: _Typing
) -> terms.Term:
    found, node = Problems(), source.node
    if node.end_line > node.line and not node.is_quoted and (spot := _swallowed(node)):
        hint = f"start it in column {max(1, node.column - 2)}, like the hyphen above"
        problems.add("hyphen-within", spot, hint=hint)
        return terms.Constant(WRONG, source.text, False)
    term = typed(source.text, node, scope, found)
    if len(found):
        told = found.as_found()
        is_few = len(problems) < _ADVISED_AT_ONCE
        problems.extend(_advised(source, scope, told, typed) if is_few else told)
    return term


def _any_value(text: str, node: Scalar, scope: Scope, problems: Problems) -> terms.Term:
    try:
        tree = parse(text)
    except SyntaxFault as fault:
        spot = SourceSpan(node, fault.start, fault.end)
        problems.add(fault.code, spot, hint=fault.hint, **fault.facts)
        return terms.Constant(WRONG, text, False)
    checker = Checker(node, problems, scope)
    return checker.attempt(checker.term, tree)


def _condition(text: str, node: Scalar, scope: Scope, problems: Problems) -> terms.Term:
    term = _any_value(text, node, scope, problems)
    return as_condition(term, SourceSpan(node, 0, len(text.rstrip())), problems)


# What a proposal may leave wrong: the next run says what to do about it.
_TOLD_NEXT = frozenset({"units-mixed", "not-a-condition", "cannot-compare"})


def _advised(
    source: written.Expression, scope: Scope, found: tuple[Problem, ...], typed: _Typing
) -> Iterable[Problem]:
    """Return the problems of an expression, or the first with what to write, if that is known.

    What is proposed can be read as a condition, and is written in the place that carets mark.
    """
    # Imported here, as only an expression that is wrong needs it.
    from readiness.conditions.habits import difference, pieces, translated

    node, text = source.node, source.text
    found_in = pieces(text)
    words = [piece[1] for piece in found_in]
    if check := next((piece for piece in found_in if piece[1] in scope.checks), None):
        hint = f"'{check[1]}' is a check: name it under 'requires'; a condition reads questions"
        return [replace(found[0], hint=hint, excerpts=(SourceSpan(node, *check[2:]).excerpt,))]
    in_rows = any(word.rpartition(".")[0] in scope.questions for word in words)
    if not in_rows and all(problem.hint.startswith("did you mean") for problem in found):
        return found
    meant, trial = translated(text, scope), Problems()
    if meant not in ("", text):
        typed(meant, Scalar(Source("", meant), 1, 1, 1, 1, meant, meant), scope, trial)
        if all(problem.code in _TOLD_NEXT for problem in trial):
            start, end, wording = difference(text, meant)
            if meant.startswith("'") and not node.is_quoted:  # YAML's own quotes come first there
                start, end, wording = 0, len(text), f'"{meant}"'
            hint = f"write {wording}" if wording else "leave it out"
            if not wording and found[0].hint.startswith("leave"):
                hint = found[0].hint
            return [replace(found[0], hint=hint, excerpts=(SourceSpan(node, start, end).excerpt,))]
    if scope.names() and set(words).isdisjoint(scope.names()):
        hint = f"name a question by its id, such as {scope.names()[0]}"
        return [problem if problem.hint else replace(problem, hint=hint) for problem in found]
    return found


def _swallowed(node: Scalar) -> Excerpt | None:
    """The line of an expression that starts with a hyphen: a separate entry was meant."""
    for number in range(node.line + 1, node.end_line + 1):
        text = node.source.line(number)
        if text.lstrip().startswith("- ") and text[: node.column - 2].isspace():
            column = len(text) - len(text.lstrip()) + 1
            return Excerpt(Place(node.source.name, number, column, 1), text)
    return None


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
                number = Type("number", self._unit(tree, left, other))
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
        kind = "question" if "." in tree.name else "name"
        if self.scope.table is not None and kind == "name":
            kind = "column"
        hint = nearest(tree.name, self.scope.names())
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

    def _unit(self, tree: syntax.BinaryOperation, first: terms.Term, second: terms.Term) -> str:
        """The unit of a result: of a sum that of its parts, of a ratio of like things none."""
        left, right = first.type, second.type
        if tree.operator in "+-":
            one, other = (
                term.type.unit or ("%" if is_percentage(term) else "") for term in (first, second)
            )
            if one and other and one != other:
                self.tell("units-mixed", tree, left=one, right=other)
            return left.unit or right.unit
        if tree.operator == "*":
            return left.unit or right.unit if not (left.unit and right.unit) else ""
        return left.unit if not right.unit else ""


def _literal_type(value: bool | Number | str) -> Type:
    if isinstance(value, bool):
        return TRUTH
    return TEXT if isinstance(value, str) else NUMBER
