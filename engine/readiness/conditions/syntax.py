"""The syntax tree of an expression; every node knows the stretch of text it came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias, TypeVar, dataclass_transform

from readiness.documents.decimals import Number

_Class = TypeVar("_Class")


@dataclass_transform(frozen_default=True, eq_default=False)
def tree_node(cls: type[_Class]) -> type[_Class]:
    """Return a dataclass with slots whose instances are compared by identity.

    Type checkers take its fields as frozen. At run time nothing refuses to set them: that would
    make each value three times as expensive, and each of the classes, which every command makes
    when it starts.
    """
    return dataclass(slots=True, eq=False, repr=False)(cls)


@tree_node
class Stretch:
    """The position of a node in the text: its first character, and the one after its last."""

    start: int
    end: int


@tree_node
class Literal(Stretch):
    """A number, a text, True or False."""

    value: bool | Number | str


@tree_node
class Name(Stretch):
    """A question, a value, or a column of the table at hand."""

    name: str


@tree_node
class List(Stretch):
    """A list of literals."""

    items: tuple[Syntax, ...]


@tree_node
class Call(Stretch):
    """A function and what it is applied to; `name_end` ends the function's name."""

    function: str
    name_end: int
    arguments: tuple[Syntax, ...]


@tree_node
class BinaryOperation(Stretch):
    """Two numbers and one of + - * /."""

    operator: str
    left: Syntax
    right: Syntax


@tree_node
class Negative(Stretch):
    """A number with its sign turned."""

    operand: Syntax


@tree_node
class ComparisonChain(Stretch):
    """Operands with a comparison between each two of them; `in` and `not in` stand alone."""

    operators: tuple[str, ...]
    operands: tuple[Syntax, ...]


@tree_node
class LogicalNot(Stretch):
    """A negated condition."""

    operand: Syntax


@tree_node
class BooleanOperation(Stretch):
    """Conditions joined by `and` or by `or`."""

    operator: str
    operands: tuple[Syntax, ...]


Syntax: TypeAlias = (
    Literal
    | Name
    | List
    | Call
    | BinaryOperation
    | Negative
    | ComparisonChain
    | LogicalNot
    | BooleanOperation
)


def below(tree: Syntax) -> list[Syntax]:
    """Return the nodes directly below a node."""
    held = [getattr(tree, name) for name in tree.__dataclass_fields__]
    nodes = [one for value in held for one in (value if isinstance(value, tuple) else (value,))]
    return [one for one in nodes if isinstance(one, Stretch)]  # type: ignore[misc]
