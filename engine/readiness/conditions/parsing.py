"""From the words of an expression to its syntax tree: recursive descent, no `eval`."""

from __future__ import annotations

import re
from collections.abc import Callable

from readiness.conditions import syntax
from readiness.conditions.tokens import KEYWORDS, NAME, SyntaxFault, Token, tokens
from readiness.documents.decimals import NUMBERS, as_written, negative
from readiness.documents.reading import LARGEST_EXACT

MAXIMUM_LENGTH = 4_000
MAXIMUM_DEPTH = 40
_COMPARISONS = frozenset({"==", "!=", "<", "<=", ">", ">=", "in"})
_NAME = re.compile(NAME)
_RESERVED = frozenset(word.casefold() for word in KEYWORDS)


def parse(text: str) -> syntax.Syntax:
    """The syntax tree of an expression; raises `SyntaxFault` at the first word that is wrong."""
    if len(text) > MAXIMUM_LENGTH:
        raise SyntaxFault("expression-too-long", 0, 1, limit=MAXIMUM_LENGTH)
    if _NAME.fullmatch(text) and text.casefold() not in _RESERVED:
        return syntax.Name(0, len(text), text)
    parser = _Parser(tokens(text))
    tree = parser.condition()
    parser.expect_end()
    return tree


class _Parser:
    """Loosest first: or, and, not, comparison, sum, product, sign, atom."""

    def __init__(self, words: list[Token]) -> None:
        self.words = words
        self.signs = [word.text if word.kind in ("operator", "keyword") else "" for word in words]
        self.position = 0
        self.depth = 0
        # The word at hand, and its text where it is an operator or a keyword.
        self.word, self.sign = self.words[0], self.signs[0]

    @property
    def end(self) -> int:
        """Where the last word that was taken ends; closing brackets count."""
        return self.words[self.position - 1].end

    def take(self) -> Token:
        """The word at hand, and go on to the next; never called at the end."""
        word = self.word
        self.position += 1
        self.word, self.sign = self.words[self.position], self.signs[self.position]
        return word

    def expect(self, text: str) -> Token:
        if self.sign != text:
            raise self.unexpected(f"'{text}'")
        return self.take()

    def expect_end(self) -> None:
        if self.word.kind != "end":
            raise self.unexpected("'and', 'or', a comparison or the end")

    def unexpected(self, wanted: str) -> SyntaxFault:
        word = self.word
        if word.kind == "end":
            return SyntaxFault("unexpected-end", word.start, word.end, wanted=wanted)
        facts = {"wanted": wanted, "found": word.text}
        return SyntaxFault("unexpected-word", word.start, word.end, **facts)

    def deeper(self, word: Token) -> None:
        self.depth += 1
        if self.depth > MAXIMUM_DEPTH:
            raise SyntaxFault("expression-too-deep", word.start, word.end, limit=MAXIMUM_DEPTH)

    def condition(self) -> syntax.Syntax:
        return self.junction("or", self.conjunction)

    def conjunction(self) -> syntax.Syntax:
        return self.junction("and", self.negation)

    def junction(self, operator: str, part: Callable[[], syntax.Syntax]) -> syntax.Syntax:
        start = self.word.start
        operands = [part()]
        while self.sign == operator:
            self.take()
            operands.append(part())
        if len(operands) == 1:
            return operands[0]
        return syntax.BooleanOperation(start, self.end, operator, tuple(operands))

    def negation(self) -> syntax.Syntax:
        if self.sign != "not":
            return self.comparison()
        word = self.take()
        self.deeper(word)
        operand = self.negation()
        self.depth -= 1
        return syntax.LogicalNot(word.start, self.end, operand)

    def comparison(self) -> syntax.Syntax:
        start = self.word.start
        operands = [self.sum()]
        operators: list[str] = []
        while (operator := self.comparison_operator()) is not None:
            operators.append(operator.text)
            operands.append(self.sum())
            if len(operators) > 1 and not {"in", "not in"}.isdisjoint(operators):
                raise SyntaxFault("chained-in", operator.start, operator.end)
        if not operators:
            return operands[0]
        return syntax.ComparisonChain(start, self.end, tuple(operators), tuple(operands))

    def comparison_operator(self) -> Token | None:
        if self.sign == "not" and self.words[self.position + 1].text == "in":
            word = self.take()
            return Token("operator", "not in", word.start, self.take().end)
        return self.take() if self.sign in _COMPARISONS else None

    def sum(self) -> syntax.Syntax:
        return self.arithmetic(("+", "-"), self.product)

    def product(self) -> syntax.Syntax:
        return self.arithmetic(("*", "/"), self.signed)

    def arithmetic(
        self, operators: tuple[str, ...], part: Callable[[], syntax.Syntax]
    ) -> syntax.Syntax:
        start = self.word.start
        left = part()
        links = 0
        while self.sign in operators:
            operator = self.take()
            links += 1
            self.deeper(operator)
            right = part()
            left = syntax.BinaryOperation(start, self.end, operator.text, left, right)
        self.depth -= links
        return left

    def signed(self) -> syntax.Syntax:
        if self.sign not in ("-", "+"):
            return self.atom()
        word = self.take()
        self.deeper(word)
        operand = self.signed()
        self.depth -= 1
        if isinstance(operand, syntax.Literal) and type(operand.value) in NUMBERS:
            value = operand.value if word.text == "+" else negative(operand.value)  # type: ignore[arg-type]
            return syntax.Literal(word.start, operand.end, value)
        if word.text == "+":  # of numbers only, as any sum
            zero = syntax.Literal(word.start, word.end, 0)
            return syntax.BinaryOperation(word.start, operand.end, "+", zero, operand)
        return syntax.Negative(word.start, self.end, operand)

    def atom(self) -> syntax.Syntax:
        word = self.word
        if word.kind == "number":
            return self.number(self.take())
        if word.kind == "text":
            self.take()
            return syntax.Literal(word.start, word.end, word.text[1:-1])
        if self.sign in ("True", "False"):
            self.take()
            return syntax.Literal(word.start, word.end, word.text == "True")
        if word.kind == "name":
            return self.name(self.take())
        if self.sign in ("(", "["):
            return self.bracketed(self.take())
        raise self.unexpected("a question, a value, a number or a text in quotes")

    def number(self, word: Token) -> syntax.Literal:
        if word.text.isdecimal() and len(word.text) <= 15:
            return syntax.Literal(word.start, word.end, int(word.text))
        if float(word.text) > LARGEST_EXACT:
            raise SyntaxFault("literal-too-large", word.start, word.end)
        return syntax.Literal(word.start, word.end, as_written(word.text))

    def name(self, word: Token) -> syntax.Syntax:
        if self.sign != "(":
            return syntax.Name(word.start, word.end, word.text)
        self.deeper(self.take())
        arguments = self.items(")")
        end = self.take().end
        self.depth -= 1
        return syntax.Call(word.start, end, word.text, word.end, arguments)

    def bracketed(self, opening: Token) -> syntax.Syntax:
        self.deeper(opening)
        if opening.text == "(":
            inner = self.condition()
            if self.sign == "," and isinstance(inner, syntax.Literal):
                word, facts = self.word, {"wanted": "')'", "found": ","}
                hint = "put a list in [..]"
                raise SyntaxFault("unexpected-word", word.start, word.end, hint, **facts)
            self.expect(")")
            self.depth -= 1
            return inner
        items = self.items("]")
        end = self.take().end
        self.depth -= 1
        return syntax.List(opening.start, end, items)

    def items(self, closing: str) -> tuple[syntax.Syntax, ...]:
        found: list[syntax.Syntax] = []
        while self.sign != closing:
            found.append(self.condition())
            if self.sign not in (closing, ","):
                raise self.unexpected(f"',' or '{closing}'")
            if self.sign == ",":
                self.take()
        return tuple(found)
