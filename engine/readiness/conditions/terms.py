"""Typed conditions: the form that every way of evaluating them starts from.

`text` is the wording people see. Terms of type truth are conditions; those that are none of
`Constant`, `Junction`, `Not`, `AtLeast` or a derived condition are leaves: they read answers.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeAlias

from readiness.conditions.functions import PluginFunction
from readiness.conditions.syntax import tree_node
from readiness.conditions.types import Type
from readiness.documents.decimals import Number
from readiness.model.questionnaire import Question


@tree_node
class TypedTerm:
    """What every term has: its type, and the wording people see."""

    type: Type
    text: str


@tree_node
class Constant(TypedTerm):
    """A literal, or a list of literals as a tuple."""

    value: bool | Number | str | datetime.date | tuple[Number | str | datetime.date, ...]


@tree_node
class Answer(TypedTerm):
    """The answer to a question; of a question asked of each, the respondent's at hand."""

    question: Question


@tree_node
class Cell(TypedTerm):
    """The cell of a column in the row at hand."""

    column: str


@tree_node
class Derived(TypedTerm):
    """A value that the ruleset derives under the name `text`."""

    body: Term


@tree_node
class Junction(TypedTerm):
    """`all` (or `and`) and `any` (or `or`) of conditions; `kind` is all or any."""

    kind: str
    parts: tuple[Term, ...]


@tree_node
class Not(TypedTerm):
    """A negated condition."""

    part: Term


@tree_node
class AtLeast(TypedTerm):
    """True when `least` of the parts are."""

    least: int
    parts: tuple[Term, ...]


@tree_node
class Comparison(TypedTerm):
    """Two operands held against each other; a chain is the `all` of its links."""

    operator: str
    left: Term
    right: Term

    def literal_last(self) -> Comparison:
        """The same one; of a literal with something else, as that with the literal."""
        if not isinstance(self.left, Constant):
            return self
        mirrored = _MIRRORED.get(self.operator, self.operator)
        return replace(self, operator=mirrored, left=self.right, right=self.left)


_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}


@tree_node
class Membership(TypedTerm):
    """Whether `item` is in `collection`: a list of literals, or a question of type choices."""

    item: Term
    collection: Term
    negated: bool


@tree_node
class Arithmetic(TypedTerm):
    """Two numbers and one of + - * /."""

    operator: str
    left: Term
    right: Term


@tree_node
class Apply(TypedTerm):
    """A function of single values; `plugin` is the one that a plug-in adds under this name."""

    function: str
    arguments: tuple[Term, ...]
    plugin: PluginFunction | None = None


@tree_node
class Over(TypedTerm):
    """A function over the rows of `table`, or over the respondents of `group`.

    `part` is evaluated for each of them, `arguments` only once.
    """

    function: str
    table: Answer | None
    group: str
    part: Term
    arguments: tuple[Term, ...] = ()


@tree_node
class Covers(TypedTerm):
    """Whether every needed value occurs among those there are: columns of two tables."""

    have: Over
    need: Over


Term: TypeAlias = (
    Constant | Answer | Cell | Derived | Junction | Not | AtLeast | Comparison | Membership
    | Arithmetic | Apply | Over | Covers
)  # fmt: skip


def comparable(text: str) -> str:
    """Return a text as it is compared: without capitals, and without spaces at either end."""
    return text.strip().casefold()


def as_compared(term: Term) -> Term:
    """Return the term as it is compared with others: of a text, the `comparable` one."""
    if term.type.kind != "text":
        return term
    if isinstance(term, Constant) and isinstance(term.value, str):
        return replace(term, value=comparable(term.value))
    return Apply(term.type, term.text, "comparable", (term,))


# What is directly below a term, by its type, which is found sooner than by trying each.
_PARTS: Mapping[type, Callable[[Any], tuple[Term, ...]]] = {
    Constant: lambda _: (),
    Answer: lambda _: (),
    Cell: lambda _: (),
    Derived: lambda term: (term.body,),
    Junction: lambda term: term.parts,
    AtLeast: lambda term: term.parts,
    Not: lambda term: (term.part,),
    Membership: lambda term: (term.item, term.collection),
    Comparison: lambda term: (term.left, term.right),
    Arithmetic: lambda term: (term.left, term.right),
    Apply: lambda term: term.arguments,
    Over: lambda term: (*((term.table,) if term.table else ()), term.part, *term.arguments),
    Covers: lambda term: (term.have, term.need),
}
_JOINING = frozenset({Constant, Junction, Not, AtLeast, Derived})
_SINGLE = frozenset({Constant, Answer, Cell})


def parts(term: Term) -> tuple[Term, ...]:
    """The terms directly below a term."""
    return _PARTS[type(term)](term)


def is_leaf(term: Term) -> bool:
    """Whether a condition reads answers itself instead of joining other conditions."""
    return type(term) not in _JOINING


def walk(term: Term) -> Iterator[Term]:
    """The term and all terms below it, each derived value once."""
    seen: set[str] = set()
    rest = [term]
    while rest:
        found = rest.pop()
        if isinstance(found, Derived):
            if found.text in seen:
                continue
            seen.add(found.text)
        yield found
        rest.extend(reversed(parts(found)))


def heading(term: Junction | AtLeast | Not) -> str:
    """Return what a group of conditions is called above its parts."""
    match term:
        case Junction(kind=kind):
            return f"{kind} of"
        case AtLeast(least=least):
            return f"at least {least} of"
        case Not():
            return "not"


def in_full(term: Term) -> str:
    """Return a condition on one line: where it is a group, with all of its parts."""
    if not isinstance(term, Junction | AtLeast | Not) or term.text != heading(term):
        return term.text
    held = [in_full(part) for part in parts(term)]
    if isinstance(term, AtLeast):
        return f"{term.text} ({'; '.join(held)})"
    if len(held) > 1 or isinstance(term, Not):
        held = [
            f"({text})" if isinstance(_without_groups_of_one(part), Junction) else text
            for part, text in zip(parts(term), held, strict=True)
        ]
    if isinstance(term, Not):
        return f"not {held[0]}"
    return (" and " if term.kind == "all" else " or ").join(held)


def _without_groups_of_one(term: Term) -> Term:
    while isinstance(term, Junction) and len(term.parts) == 1:
        term = term.parts[0]
    return term


def questions_of(term: Term) -> tuple[str, ...]:
    """The ids of the questions that a term reads, each once, in the order of the text."""
    return tuple(dict.fromkeys(t.question.id for t in walk(term) if isinstance(t, Answer)))


_CALCULATED = frozenset({"mean", "share", "npv", "irr", "payback"})


def is_calculated(term: Term) -> bool:
    """Whether a number comes of a division or a function that is not exact.

    Such a number is rounded where it is compared; all others are compared as they are.
    """
    if type(term) in _SINGLE:
        return False
    match term:
        case Derived(body=body):
            return is_calculated(body)
        case Arithmetic(operator=operator, left=left, right=right):
            return operator == "/" or is_calculated(left) or is_calculated(right)
        case Over(function=function, part=part):
            return function in _CALCULATED or (part.type.kind == "number" and is_calculated(part))
        case Apply(function="min" | "max", arguments=arguments):
            return any(is_calculated(argument) for argument in arguments)
        case Apply(plugin=plugin):
            return plugin is not None and term.type.kind == "number"
        case _:
            return False


def canonical(term: Term) -> str:
    """A spelling that two terms share exactly when they mean the same."""
    match term:
        case Constant(value=value):
            return repr(value)
        case Answer(question=question):
            return question.id
        case Cell(column=column):
            return f"${column}"
        case Derived(text=text):
            return f"={text}"
        case Junction(kind=kind) | Apply(function=kind):
            head = kind
        case Not():
            head = "not"
        case AtLeast(least=least):
            head = f"at least {least}"
        case Membership(negated=negated):
            head = "not in" if negated else "in"
        case Comparison(operator=operator) | Arithmetic(operator=operator):
            head = operator
        case Over(function=function, group=group, table=table):
            head = f"{function} over {'rows' if table else group}"
        case Covers():
            head = "covers"
    return f"({head}: {'; '.join(canonical(part) for part in parts(term))})"
