"""Typing comparisons: which things may be held against each other."""

from __future__ import annotations

import datetime

from readiness.conditions import rates, syntax, terms
from readiness.conditions.scope import Scope
from readiness.conditions.types import DATE, TEXT, TRUTH, WRONG, Type
from readiness.conditions.typing_context import TypingContext
from readiness.documents.decimals import Number
from readiness.documents.shapes import DATE as DATE_SHAPE
from readiness.documents.shapes import SHAPES, advice, matches
from readiness.problems import listed, nearest

_ORDERED = frozenset({"number", "date"})


def compare(checker: TypingContext, tree: syntax.ComparisonChain, scope: Scope) -> terms.Term:
    """The term of a comparison, a chain of them, or a membership."""
    if tree.operators[0] in ("in", "not in"):
        return _membership(checker, tree, scope)
    operands = [_operand(checker, operand, scope) for operand in tree.operands]
    links = [
        _link(checker, operator, tree.operands[index : index + 2], operands[index : index + 2])
        for index, operator in enumerate(tree.operators)
    ]
    if len(links) == 1:
        return links[0]
    kind = TRUTH if all(link.type == TRUTH for link in links) else WRONG
    return terms.Junction(kind, checker.text(tree), "all", tuple(links))


def _link(
    checker: TypingContext, operator: str, trees: tuple[syntax.Syntax, ...], pair: list[terms.Term]
) -> terms.Term:
    text = checker.text(syntax.List(trees[0].start, trees[1].end, trees))
    adapted = _pair(checker, operator, trees, pair)
    if adapted is None:
        return terms.Constant(WRONG, text, False)
    if all(one.type.kind == "text" for one in adapted):
        adapted = [terms.compared(one) for one in adapted]
    return terms.Comparison(TRUTH, text, operator, *adapted)


def _operand(checker: TypingContext, tree: syntax.Syntax, scope: Scope) -> terms.Term:
    if isinstance(tree, syntax.List):
        return literals(checker, tree)
    return checker.term(tree, scope)


def literals(checker: TypingContext, tree: syntax.List) -> terms.Term:
    """A list of literals as one constant."""
    values: list[Number | str] = []
    for item in tree.items:
        if not isinstance(item, syntax.Literal) or isinstance(item.value, bool):
            is_word = isinstance(item, syntax.Name) and "." not in item.name
            hint = f"put a text in quotes: '{checker.text(item)}'" if is_word else ""
            return checker.wrong("list-of-literals", item, hint)
        values.append(item.value)
    if len({isinstance(value, str) for value in values}) > 1:
        return checker.wrong("list-mixed", tree)
    return terms.Constant(Type("list"), checker.text(tree), tuple(values))


def _pair(
    checker: TypingContext,
    operator: str,
    trees: tuple[syntax.Syntax, ...],
    pair: list[terms.Term],
) -> list[terms.Term] | None:
    """Two neighbours of a comparison, literals read as the other side is typed; None if wrong."""
    left, right = pair
    if WRONG in (left.type, right.type):
        return None
    if operator not in ("==", "!=") and not _may_be_ordered(checker, operator, trees, pair):
        return None
    for this, other, tree in ((left, right, trees[0]), (right, left, trees[1])):
        if isinstance(this, terms.Constant) and this.type.kind in ("text", "list"):
            adapted = adapt(checker, tree, this, other)
            if adapted is None:
                return None
            return [adapted, right] if this is left else [left, adapted]
    return pair if _alike(checker, operator, trees, left, right) else None


def _may_be_ordered(
    checker: TypingContext, operator: str, trees: tuple[syntax.Syntax, ...], pair: list[terms.Term]
) -> bool:
    for term, tree in zip(pair, trees, strict=True):
        is_literal = isinstance(term, terms.Constant) and term.type == TEXT
        if term.type.kind not in _ORDERED and not (
            is_literal and any(other.type == DATE for other in pair)
        ):
            hint = "list the options it may be: in [..]" if term.type.kind == "choice" else ""
            digits = checker.text(tree).strip("'\" ")
            if is_literal and digits.isdecimal():
                hint = f"leave out the quotes: {digits}"
            checker.wrong("not-ordered", tree, hint, operator=operator, found=term.type)
            return False
    return True


def adapt(
    checker: TypingContext, tree: syntax.Syntax, literal: terms.Constant, other: terms.Term
) -> terms.Term | None:
    """A text or list literal as the type of `other` reads it; None where it does not fit."""
    kind = other.type.kind
    if literal.type.kind == "list":
        if kind != "choices":
            checker.wrong("cannot-compare", tree, left=other.type, right=literal.type)
            return None
        return _chosen(checker, tree, literal, other)
    if kind == "choice":
        return literal if _is_option(checker, tree, str(literal.value), other) else None
    if kind == "date":
        return _date(checker, tree, literal)
    if kind == "text":
        return literal
    hint = ""
    if kind == "truth":
        hint = f"it is a yes or no: write {other.text} or not {other.text}"
    elif kind == "choices":
        hint = f"write {literal.text} in {other.text}"
    checker.wrong("cannot-compare", tree, hint, left=other.type, right=literal.type)
    return None


def _chosen(
    checker: TypingContext, tree: syntax.Syntax, literal: terms.Constant, other: terms.Term
) -> terms.Term | None:
    """A list of options in the order of the options, as answers have them."""
    assert isinstance(tree, syntax.List)
    assert isinstance(literal.value, tuple)
    fits = [
        _is_option(checker, item, str(value), other)
        for item, value in zip(tree.items, literal.value, strict=True)
    ]
    ordered = tuple(option for option in other.type.options if option in literal.value)
    return terms.Constant(other.type, literal.text, ordered) if all(fits) else None


def _is_option(checker: TypingContext, tree: syntax.Syntax, key: str, other: terms.Term) -> bool:
    options = other.type.options
    if key in options:
        return True
    hint = nearest(key, options) or f"its options are {listed(options, joint='and')}"
    checker.wrong("unknown-option", tree, hint, found=key, id=other.text)
    return False


def _date(
    checker: TypingContext, tree: syntax.Syntax, literal: terms.Constant
) -> terms.Term | None:
    written = str(literal.value)
    try:
        day = datetime.date.fromisoformat(written if matches(DATE_SHAPE, written) else "")
    except ValueError:
        hint = advice(DATE_SHAPE, written) or SHAPES[DATE_SHAPE].rule
        if matches(DATE_SHAPE, written):
            hint = "there is no such day in the calendar"
        checker.wrong("not-a-date", tree, hint, found=written)
        return None
    return terms.Constant(DATE, literal.text, day)


def _alike(
    checker: TypingContext,
    operator: str,
    trees: tuple[syntax.Syntax, ...],
    left: terms.Term,
    right: terms.Term,
) -> bool:
    whole = syntax.ComparisonChain(trees[0].start, trees[1].end, (operator,), trees)
    if left.type.kind != right.type.kind or left.type.kind == "table":
        hint = _other_spelling(checker, trees, left, right)
        checker.wrong("cannot-compare", whole, hint, left=left.type, right=right.type)
        return False
    if left.type.unit and right.type.unit and left.type.unit != right.type.unit:
        checker.wrong("units-mixed", whole, left=left.type.unit, right=right.type.unit)
        return False
    if not rates.are_alike(checker, trees, left, right):
        return False
    if left.type.options and set(left.type.options).isdisjoint(right.type.options):
        checker.wrong("options-differ", whole, left=left.text, right=right.text)
        return False
    return True


def _other_spelling(
    checker: TypingContext, trees: tuple[syntax.Syntax, ...], left: terms.Term, right: terms.Term
) -> str:
    """What was probably meant by a number in the place of something else."""
    for this, other, tree in ((left, right, trees[1]), (right, left, trees[0])):
        written = checker.text(tree)
        if this.type == DATE and matches(DATE_SHAPE, written.replace(" ", "")):
            return f"write a date in quotes: '{written.replace(' ', '')}'"
        if not isinstance(other, terms.Constant):
            continue
        if this.type == TRUTH:
            return f"it is a yes or no: write {this.text} or not {this.text}"
        if this.type == TEXT:
            return f"put a text in quotes: '{written}'"
        if this.type.kind == "choice":
            return "its options are " + listed(this.type.options, joint="and")
    return ""


def _membership(checker: TypingContext, tree: syntax.ComparisonChain, scope: Scope) -> terms.Term:
    left, right = tree.operands
    item = checker.term(left, scope)
    collection = _operand(checker, right, scope)
    if WRONG in (item.type, collection.type):
        return terms.Constant(WRONG, checker.text(tree), False)
    if collection.type.kind == "list":
        assert isinstance(right, syntax.List)
        adapted = _items(checker, right, item, collection)
    elif collection.type.kind == "choices":
        adapted = collection if _is_choice(checker, left, item, collection) else None
    else:
        hint = "list what it may be: in ['..', '..']"
        if collection.type.kind == "choice":
            hint = f"write {checker.text(left)} == {collection.text}"
        return checker.wrong("not-a-collection", right, hint, found=collection.type)
    if adapted is None:
        return terms.Constant(WRONG, checker.text(tree), False)
    negated = tree.operators[0] == "not in"
    if item.type == TEXT and collection.type.kind == "list":
        item = terms.compared(item)
    return terms.Membership(TRUTH, checker.text(tree), item, adapted, negated)


def _items(
    checker: TypingContext, tree: syntax.List, item: terms.Term, collection: terms.Term
) -> terms.Term | None:
    """The literals of a list as `item` is typed; None where one does not fit."""
    assert isinstance(collection, terms.Constant)
    read: list[Number | str | datetime.date] = []
    for literal_tree in tree.items:
        assert isinstance(literal_tree, syntax.Literal)
        value = literal_tree.value
        if isinstance(value, str):
            literal = terms.Constant(TEXT, checker.text(literal_tree), value)
            adapted = adapt(checker, literal_tree, literal, item)
            if adapted is not None and item.type == TEXT:
                adapted = terms.compared(adapted)
            if isinstance(adapted, terms.Constant):
                read.append(adapted.value)  # type: ignore[arg-type]
        elif item.type.kind == "number":
            read.append(value)
        else:
            checker.wrong("cannot-compare", literal_tree, left=item.type, right="a number")
    if len(read) < len(tree.items):
        return None
    return terms.Constant(collection.type, collection.text, tuple(read))


def _is_choice(
    checker: TypingContext, tree: syntax.Syntax, item: terms.Term, collection: terms.Term
) -> bool:
    if isinstance(item, terms.Constant) and item.type == TEXT:
        return _is_option(checker, tree, str(item.value), collection)
    if item.type.kind == "choice":
        if not set(item.type.options).isdisjoint(collection.type.options):
            return True
        checker.wrong("options-differ", tree, left=item.text, right=collection.text)
        return False
    checker.wrong("cannot-compare", tree, left=item.type, right=collection.type)
    return False
