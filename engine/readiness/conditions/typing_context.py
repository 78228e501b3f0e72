"""What the typing of calls and comparisons asks of the typing of the whole expression."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from typing import NoReturn, Self

from readiness.conditions import syntax, terms
from readiness.conditions.source_span import SourceSpan
from readiness.conditions.terms import Term
from readiness.conditions.types import TEXT, TRUTH, WRONG
from readiness.documents.nodes import Scalar
from readiness.model.questionnaire import Question
from readiness.problems import Problems


@dataclass(slots=True)
class Respondents:
    """The group whose answers a function goes through; empty until a question names it."""

    group: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """What names can mean: questions and values by id, and what is gone through.

    That is a table with its rows, or respondents. `values` are all that the ruleset names, `typed`
    the terms of those that are typed. `checks` are no names here; the error says so.
    """

    questions: Map[str, Question]
    values: Map[str, object] = field(default_factory=dict)
    typed: Map[str, Term] = field(default_factory=dict)
    table: Question | None = None
    respondents: Respondents | None = None
    checks: Collection[str] = ()

    def names(self) -> list[str]:
        """Every name that may stand here."""
        columns = self.table.columns if self.table else ()
        return [*columns, *self.questions, *self.values]


class Wrong(Exception):
    """A part of an expression is wrong, and a problem says so; `term` stands for it."""

    def __init__(self, term: Term) -> None:
        super().__init__(term.text)
        self.term = term


class TypingContext(ABC):
    """Where one expression stands, what its names mean, and what typing a part of it asks for."""

    def __init__(self, node: Scalar, problems: Problems, scope: Scope) -> None:
        self.node = node
        self.problems = problems
        self.scope = scope

    def within_rows(self, table: Question) -> Self:
        """Return the context for what is evaluated for each row of `table`."""
        return type(self)(self.node, self.problems, replace(self.scope, table=table))

    def within(self, respondents: Respondents) -> Self:
        """Return the context for what is evaluated for each respondent."""
        return type(self)(self.node, self.problems, replace(self.scope, respondents=respondents))

    def spot(self, tree: syntax.Syntax) -> SourceSpan:
        """Where a stretch of the expression stands."""
        return SourceSpan(self.node, tree.start, tree.end)

    def text(self, tree: syntax.Syntax) -> str:
        """The wording of a stretch of the expression, on one line."""
        return " ".join(self.node.text[tree.start : tree.end].split())

    def tell(self, code: str, tree: syntax.Syntax, hint: str = "", **facts: object) -> None:
        """Add a problem with a stretch, and go on."""
        self.problems.add(code, self.spot(tree), hint=hint, **facts)

    def stop(self, tree: syntax.Syntax) -> NoReturn:
        """Raise `Wrong` for a stretch of which a problem has been told."""
        raise Wrong(terms.Constant(WRONG, self.text(tree), False))

    def wrong(self, code: str, tree: syntax.Syntax, hint: str = "", **facts: object) -> NoReturn:
        """Add a problem with a stretch, and raise `Wrong`."""
        self.tell(code, tree, hint, **facts)
        self.stop(tree)

    def attempt(self, typed: Callable[[syntax.Syntax], Term], tree: syntax.Syntax) -> Term:
        """What `typed` makes of a stretch; of type `WRONG` where it raises `Wrong`."""
        try:
            return typed(tree)
        except Wrong as fault:
            return fault.term

    def every(
        self, typed: Callable[[syntax.Syntax], Term], trees: Iterable[syntax.Syntax]
    ) -> tuple[Term, ...]:
        """Return the typed terms of some parts; raise `Wrong` after reporting all problems."""
        found = tuple(self.attempt(typed, tree) for tree in trees)
        if any(term.type == WRONG for term in found):
            raise Wrong(terms.Junction(WRONG, "", "all", found))
        return found

    def condition(self, tree: syntax.Syntax) -> Term:
        """The term of a stretch that must be a condition."""
        return right(as_condition(self.term(tree), self.spot(tree), self.problems))

    def number(self, tree: syntax.Syntax) -> Term:
        """The term of a stretch that must be a number."""
        term = self.term(tree)
        if term.type.kind != "number":
            self.wrong("not-a-number", tree, found=term.type)
        return term

    @abstractmethod
    def term(self, tree: syntax.Syntax) -> Term:
        """The term of any stretch; raises `Wrong`."""


def right(term: Term) -> Term:
    """The term; raises `Wrong` where it stands for something wrong."""
    if term.type == WRONG:
        raise Wrong(term)
    return term


_HINTS = {
    "number": "compare it with a number: {text} > 0",
    "date": "compare it with a date: {text} < '2026-11-21'",
    "text": "compare it with a text, or ask whether there is one: stated({text})",
    "choice": "compare it with one of its options: {text} == '{option}'",
    "choices": "ask for one of its options: '{option}' in {text}",
    "table": "ask for its rows: count({text}) >= 1",
}


def as_condition(term: Term, spot: SourceSpan, problems: Problems) -> Term:
    """The term where a condition must stand; a problem is added when it is none."""
    if term.type in (TRUTH, WRONG):
        return term
    if isinstance(term, terms.Constant) and term.type == TEXT:
        hint = "repeat the comparison, or list the allowed values: in ['..', '..']"
    else:
        option = next(iter(term.type.options), "")
        hint = _HINTS[term.type.kind].format(text=term.text, option=option)
    problems.add("not-a-condition", spot, hint=hint, found=term.type)
    return terms.Constant(WRONG, term.text, False)
