"""What the typing of calls and comparisons asks of the typing of the whole expression."""

from __future__ import annotations

from abc import ABC, abstractmethod

from readiness.conditions import syntax, terms
from readiness.conditions.scope import Scope
from readiness.conditions.source_span import SourceSpan
from readiness.conditions.types import TEXT, TRUTH, WRONG
from readiness.documents.nodes import Scalar
from readiness.problems import Problems


class TypingContext(ABC):
    """Where one expression stands, and what typing a part of it asks for."""

    def __init__(self, node: Scalar, problems: Problems) -> None:
        self.node = node
        self.problems = problems

    def spot(self, tree: syntax.Syntax) -> SourceSpan:
        """Where a stretch of the expression stands."""
        return SourceSpan(self.node, tree.start, tree.end)

    def text(self, tree: syntax.Syntax) -> str:
        """The wording of a stretch of the expression, on one line."""
        return " ".join(self.node.text[tree.start : tree.end].split())

    def wrong(self, code: str, tree: syntax.Syntax, hint: str = "", **facts: object) -> terms.Term:
        """Add a problem; the term that stands for what is wrong."""
        self.problems.add(code, self.spot(tree), hint=hint, **facts)
        return terms.Constant(WRONG, self.text(tree), False)

    def condition(self, tree: syntax.Syntax, scope: Scope) -> terms.Term:
        """The term of a stretch that must be a condition."""
        return as_condition(self.term(tree, scope), self.spot(tree), self.problems)

    def number(self, tree: syntax.Syntax, scope: Scope) -> terms.Term:
        """The term of a stretch that must be a number."""
        term = self.term(tree, scope)
        if term.type.kind not in ("number", "wrong"):
            return self.wrong("not-a-number", tree, found=term.type)
        return term

    @abstractmethod
    def term(self, tree: syntax.Syntax, scope: Scope) -> terms.Term:
        """The term of any stretch."""


def as_condition(term: terms.Term, spot: SourceSpan, problems: Problems) -> terms.Term:
    """The term where a condition must stand; a problem is added when it is none."""
    if term.type in (TRUTH, WRONG):
        return term
    hint = "compare it with something"
    if isinstance(term, terms.Constant) and term.type == TEXT:
        hint = "repeat what it is compared with, or list what that may be: in ['..', '..']"
    elif term.type.kind == "number":
        hint = f"compare it with a number: {term.text} > 0"
    elif term.type.kind == "date":
        hint = f"compare it with a date: {term.text} < '2026-11-21'"
    elif term.type.kind == "text":
        hint = f"compare it with a text, or ask whether there is one: stated({term.text})"
    elif term.type.kind == "choice":
        hint = f"compare it with one of its options: {term.text} == '{term.type.options[0]}'"
    elif term.type.kind == "choices":
        hint = f"ask for one of its options: '{term.type.options[0]}' in {term.text}"
    elif term.type.kind == "table":
        hint = f"ask for its rows: count({term.text}) >= 1"
    problems.add("not-a-condition", spot, hint=hint, found=term.type)
    return terms.Constant(WRONG, term.text, False)
