"""Typing comparisons: which things may be held against each other."""

from __future__ import annotations

import datetime
from functools import partial
from itertools import pairwise

from readiness.conditions import syntax, terms
from readiness.conditions.types import DATE, TEXT, TRUTH, WRONG, Type
from readiness.conditions.typing_context import TypingContext, Wrong, right
from readiness.documents.decimals import NUMBERS, Number, exact
from readiness.documents.shapes import DATE as DATE_SHAPE
from readiness.documents.shapes import SHAPES, advice, matches
from readiness.problems import nearest, quote_names

_ORDERED = frozenset({"number", "date"})
_FRACTIONS = frozenset({"irr", "share"})

_Trees = tuple[syntax.Syntax, syntax.Syntax]
_Pair = tuple[terms.Term, terms.Term]


def compare(checker: TypingContext, tree: syntax.ComparisonChain) -> terms.Term:
    """The term of a comparison, a chain of them, or a membership."""
    if tree.operators[0] in ("in", "not in"):
        return _membership(checker, tree)
    operands = [checker.attempt(partial(_operand, checker), one) for one in tree.operands]
    pairs = zip(tree.operators, pairwise(tree.operands), pairwise(operands), strict=True)
    links = [_link(checker, operator, trees, pair) for operator, trees, pair in pairs]
    if len(links) == 1:
        return right(links[0])
    kind = TRUTH if all(link.type == TRUTH for link in links) else WRONG
    return right(terms.Junction(kind, checker.text(tree), "all", tuple(links)))


def _link(checker: TypingContext, operator: str, trees: _Trees, pair: _Pair) -> terms.Term:
    whole = syntax.ComparisonChain(trees[0].start, trees[1].end, (operator,), trees)
    text = checker.text(whole)
    try:
        left, other = _adapt(checker, whole, trees, pair)
    except Wrong:
        return terms.Constant(WRONG, text, False)
    if left.type.kind == other.type.kind == "text":
        left, other = terms.as_compared(left), terms.as_compared(other)
    return terms.Comparison(TRUTH, text, operator, left, other)


def _operand(checker: TypingContext, tree: syntax.Syntax) -> terms.Term:
    return literals(checker, tree) if isinstance(tree, syntax.List) else checker.term(tree)


def literals(checker: TypingContext, tree: syntax.List) -> terms.Constant:
    """A list of literals as one constant."""
    values: list[Number | str] = []
    for item in tree.items:
        if not isinstance(item, syntax.Literal) or isinstance(item.value, bool):
            is_word = isinstance(item, syntax.Name) and "." not in item.name
            hint = f"put a text in quotes: '{checker.text(item)}'" if is_word else ""
            checker.wrong("list-of-literals", item, hint)
        values.append(item.value)
    if len({isinstance(value, str) for value in values}) > 1:
        checker.wrong("list-mixed", tree)
    return terms.Constant(Type("list"), checker.text(tree), tuple(values))


def _adapt(
    checker: TypingContext, whole: syntax.ComparisonChain, trees: _Trees, pair: _Pair
) -> _Pair:
    """Two neighbours of a comparison, literals read as the other side is typed."""
    left, other = map(right, pair)
    if whole.operators[0] not in ("==", "!="):
        _refuse_unordered(checker, whole.operators[0], trees, pair)
    if isinstance(left, terms.Constant) and left.type.kind in ("text", "list"):
        return adapt(checker, trees[0], left, other), other
    if isinstance(other, terms.Constant) and other.type.kind in ("text", "list"):
        return left, adapt(checker, trees[1], other, left)
    _refuse_unlike(checker, whole, trees, pair)
    return pair


def _refuse_unordered(checker: TypingContext, operator: str, trees: _Trees, pair: _Pair) -> None:
    for term, tree in zip(pair, trees, strict=True):
        is_literal = isinstance(term, terms.Constant) and term.type == TEXT
        if term.type.kind not in _ORDERED and not (
            is_literal and any(other.type == DATE for other in pair)
        ):
            hint = "list the allowed options: in [..]" if term.type.kind == "choice" else ""
            digits = checker.text(tree).strip("'\" ")
            if is_literal and digits.isdecimal():
                hint = f"leave out the quotes: {digits}"
            checker.wrong("not-ordered", tree, hint, operator=operator, found=term.type)


def adapt(
    checker: TypingContext, tree: syntax.Syntax, literal: terms.Constant, other: terms.Term
) -> terms.Constant:
    """A text or list literal as the type of `other` reads it."""
    kind, hint = other.type.kind, ""
    if literal.type.kind == "list":
        if kind == "choices":
            return _sort_options(checker, tree, literal, other)
    elif kind == "choice":
        if not _is_option(checker, tree, str(literal.value), other):
            checker.stop(tree)
        return literal
    elif kind == "date":
        return _date(checker, tree, literal)
    elif kind == "text":
        return literal
    elif kind == "truth":
        hint = f"it is a yes or no: use {other.text} or not {other.text}"
    elif kind == "choices":
        hint = f"write {literal.text} in {other.text}"
    return checker.wrong("cannot-compare", tree, hint, left=other.type, right=literal.type)


def _sort_options(
    checker: TypingContext, tree: syntax.Syntax, literal: terms.Constant, other: terms.Term
) -> terms.Constant:
    """A list of options in the order of the options, as answers have them."""
    assert isinstance(tree, syntax.List)
    assert isinstance(literal.value, tuple)
    fits = [
        _is_option(checker, item, str(value), other)
        for item, value in zip(tree.items, literal.value, strict=True)
    ]
    if not all(fits):
        checker.stop(tree)
    ordered = tuple(option for option in other.type.options if option in literal.value)
    return terms.Constant(other.type, literal.text, ordered)


def _is_option(checker: TypingContext, tree: syntax.Syntax, key: str, other: terms.Term) -> bool:
    options = other.type.options
    if key in options:
        return True
    hint = nearest(key, options) or f"its options are {quote_names(options, joint='and')}"
    checker.tell("unknown-option", tree, hint, found=key, id=other.text)
    return False


def _date(checker: TypingContext, tree: syntax.Syntax, literal: terms.Constant) -> terms.Constant:
    written = str(literal.value)
    try:
        day = datetime.date.fromisoformat(written if matches(DATE_SHAPE, written) else "")
    except ValueError:
        hint = advice(DATE_SHAPE, written) or SHAPES[DATE_SHAPE].rule
        if matches(DATE_SHAPE, written):
            hint = "there is no such day in the calendar"
        checker.wrong("not-a-date", tree, hint, found=written)
    return terms.Constant(DATE, literal.text, day)


def _refuse_unlike(
    checker: TypingContext, whole: syntax.ComparisonChain, trees: _Trees, pair: _Pair
) -> None:
    left, other = pair
    if left.type.kind != other.type.kind or left.type.kind == "table":
        hint = _other_spelling(checker, trees, pair)
        checker.wrong("cannot-compare", whole, hint, left=left.type, right=other.type)
    refuse_mixed_units(checker, whole, left.type, other.type)
    if is_fraction(left):
        refuse_percentage(checker, trees[1], other, left)
    elif is_fraction(other):
        refuse_percentage(checker, trees[0], left, other)
    if left.type.options and set(left.type.options).isdisjoint(other.type.options):
        checker.wrong("options-differ", whole, left=left.text, right=other.text)


def refuse_mixed_units(
    checker: TypingContext, tree: syntax.Syntax, left: Type, other: Type
) -> None:
    """Refuse two types that have units and not the same."""
    if left.unit and other.unit and left.unit != other.unit:
        checker.wrong("units-mixed", tree, left=left.unit, right=other.unit)


def _other_spelling(checker: TypingContext, trees: _Trees, pair: _Pair) -> str:
    """What was probably meant by a number in the place of something else."""
    for this, other, tree in zip(pair, reversed(pair), reversed(trees), strict=True):
        written = checker.text(tree)
        if this.type == DATE and matches(DATE_SHAPE, written.replace(" ", "")):
            return f"write '{written.replace(' ', '')}'"
        if not isinstance(other, terms.Constant):
            continue
        if this.type == TRUTH:
            return f"it is a yes or no: use {this.text} or not {this.text}"
        if this.type == TEXT:
            return f"put a text in quotes: '{written}'"
        if this.type.kind == "choice":
            return "its options are " + quote_names(this.type.options, joint="and")
    return ""


def _membership(checker: TypingContext, tree: syntax.ComparisonChain) -> terms.Term:
    left, within = tree.operands
    item = checker.attempt(checker.term, left)
    collection = checker.attempt(partial(_operand, checker), within)
    if WRONG in (item.type, collection.type):
        checker.stop(tree)
    if isinstance(within, syntax.List):
        read = checker.every(partial(_item, checker, item), within.items)
        values = tuple(one.value for one in read if isinstance(one, terms.Constant))
        collection = terms.Constant(collection.type, collection.text, values)  # type: ignore[arg-type]
        item = terms.as_compared(item)
    elif collection.type.kind == "choices":
        _refuse_no_choice(checker, left, item, collection)
    else:
        hint = "list the allowed values: in ['..', '..']"
        if collection.type.kind == "choice":
            hint = f"write {checker.text(left)} == {collection.text}"
        checker.wrong("not-a-collection", within, hint, found=collection.type)
    negated = tree.operators[0] == "not in"
    return terms.Membership(TRUTH, checker.text(tree), item, collection, negated)


def _item(checker: TypingContext, item: terms.Term, tree: syntax.Syntax) -> terms.Term:
    """A literal of a list as `item` is typed."""
    literal = checker.term(tree)
    assert isinstance(literal, terms.Constant)
    if literal.type == TEXT:
        adapted = adapt(checker, tree, literal, item)
        return terms.as_compared(adapted) if item.type == TEXT else adapted
    if item.type.kind != "number":
        checker.wrong("cannot-compare", tree, left=item.type, right="a number")
    return literal


def _refuse_no_choice(
    checker: TypingContext, tree: syntax.Syntax, item: terms.Term, collection: terms.Term
) -> None:
    if isinstance(item, terms.Constant) and item.type == TEXT:
        if not _is_option(checker, tree, str(item.value), collection):
            checker.stop(tree)
    elif item.type.kind != "choice":
        checker.wrong("cannot-compare", tree, left=item.type, right=collection.type)
    elif set(item.type.options).isdisjoint(collection.type.options):
        checker.wrong("options-differ", tree, left=item.text, right=collection.text)


def refuse_percentage(
    checker: TypingContext,
    tree: syntax.Syntax,
    term: terms.Term,
    fraction: terms.Term | None = None,
) -> None:
    """Refuse a percentage where a fraction is expected: 8 for eight per cent is 800 there."""
    text = term.text
    hint = f"write {text} / 100"
    if isinstance(term, terms.Constant):
        value = term.value
        if isinstance(value, bool) or not isinstance(value, NUMBERS) or exact(value) <= 1:
            return
        is_share = isinstance(fraction, terms.Over) and fraction.function == "share"
        reason = "share() is at most 1" if is_share else "1 stands for 100 %"
        hint = f"{reason}: did you mean {float(exact(value) / 100):g}?"
    elif not is_percentage(term):
        return
    elif isinstance(term, terms.Arithmetic):
        hint = f"write ({text}) / 100"
    checker.wrong("percentage-for-fraction", tree, hint, found=text)


def is_percentage(term: terms.Term) -> bool:
    """Whether a number is an answer of type percent, or several of them put together."""
    match term:
        case terms.Answer(question=question):
            return question.question_type.is_percentage
        case terms.Derived(body=body):
            return is_percentage(body)
        case terms.Arithmetic(operator="+" | "-", left=left, right=right):
            return is_percentage(left) or is_percentage(right)
        case terms.Apply(function="min" | "max", arguments=arguments):
            return any(map(is_percentage, arguments))
    return False


def is_fraction(term: terms.Term) -> bool:
    """Whether a number is a rate of return or a share as its function gives it."""
    match term:
        case terms.Over(function=function):
            return function in _FRACTIONS
        case terms.Derived(body=body):
            return is_fraction(body)
    return False
