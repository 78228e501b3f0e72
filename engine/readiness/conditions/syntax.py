"""The syntax tree of an expression; every node knows the stretch of text it came from."""

from __future__ import annotations

from typing import TypeAlias

from readiness.conditions.tree_node import tree_node
from readiness.documents.decimals import Number


@tree_node
class Literal:
    """A number, a text, True or False."""

    start: int
    end: int
    value: bool | Number | str


@tree_node
class Name:
    """A question, a value, or a column of the table at hand."""

    start: int
    end: int
    name: str


@tree_node
class List:
    """A list of literals."""

    start: int
    end: int
    items: tuple[Syntax, ...]


@tree_node
class Call:
    """A function and what it is applied to; `name_end` ends the function's name."""

    start: int
    end: int
    function: str
    name_end: int
    arguments: tuple[Syntax, ...]


@tree_node
class BinaryOperation:
    """Two numbers and one of + - * /."""

    start: int
    end: int
    operator: str
    left: Syntax
    right: Syntax


@tree_node
class Negative:
    """A number with its sign turned."""

    start: int
    end: int
    operand: Syntax


@tree_node
class ComparisonChain:
    """Operands with a comparison between each two of them; `in` and `not in` stand alone."""

    start: int
    end: int
    operators: tuple[str, ...]
    operands: tuple[Syntax, ...]


@tree_node
class LogicalNot:
    """A condition turned round."""

    start: int
    end: int
    operand: Syntax


@tree_node
class BooleanOperation:
    """Conditions joined by `and` or by `or`."""

    start: int
    end: int
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
