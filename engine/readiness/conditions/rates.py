"""Percentages where fractions are expected: 8 for eight per cent is 800 per cent there."""

from __future__ import annotations

from readiness.conditions import syntax, terms
from readiness.conditions.typing_context import TypingContext
from readiness.documents.decimals import NUMBERS, exact

_FRACTIONS = frozenset({"irr", "share"})


def is_rate(checker: TypingContext, tree: syntax.Syntax, term: terms.Term) -> bool:
    """Whether a term may stand for a fraction; a problem that says what to write where not."""
    if isinstance(term, terms.Constant):
        value = term.value
        if isinstance(value, bool) or not isinstance(value, NUMBERS) or exact(value) <= 1:
            return True
        hint = f"write {term.text} / 100"
        checker.wrong("percentage-for-fraction", tree, hint, found=term.text)
        return False
    if not is_percentage(term):
        return True
    text = f"({term.text})" if isinstance(term, terms.Arithmetic) else term.text
    checker.wrong("percentage-for-fraction", tree, f"write {text} / 100", found=term.text)
    return False


def are_alike(
    checker: TypingContext, trees: tuple[syntax.Syntax, ...], left: terms.Term, right: terms.Term
) -> bool:
    """Whether a comparison holds no fraction against a percentage; a problem where it does."""
    if is_fraction(left):
        return is_rate(checker, trees[1], right)
    return not is_fraction(right) or is_rate(checker, trees[0], left)


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
