"""Conditions as people write them who know spreadsheets, and the condition that they mean.

`translated` guesses. Its result is only proposed: nobody but the author puts it in a ruleset.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

from readiness.conditions import syntax
from readiness.conditions.functions import FUNCTIONS, OVER_NUMBERS, OVER_TRUTHS
from readiness.conditions.parsing import parse
from readiness.conditions.syntax import BinaryOperation, Call, ComparisonChain, Literal, Name
from readiness.conditions.tokens import KEYWORDS, SyntaxFault
from readiness.conditions.types import TRUTH
from readiness.conditions.typing_context import Scope
from readiness.documents.decimals import NUMBERS, as_written
from readiness.documents.shapes import days_in
from readiness.model.questionnaire import Field, Question
from readiness.problems import nearest
from readiness.problems.packaged import packaged

_HABITS = json.loads(packaged("readiness.conditions", "habits.json"))
_OPERATORS: Mapping[str, str] = _HABITS["operators"]
_WORDS: Mapping[str, str] = _HABITS["words"]
_PHRASES = {tuple(phrase.split()): sign for phrase, sign in _HABITS["phrases"].items()}
_TEMPLATES: Mapping[str, str] = {
    name: ours for ours, names in _HABITS["functions"].items() for name in names.split()
}
_IFS: Mapping[str, str] = _HABITS["if"]
_YES, _NO = frozenset(_HABITS["yes"]), frozenset(_HABITS["no"])

_PIECE = re.compile(
    r"""\s*(?:
        (?P<text>'[^'\n]*'|"[^"\n]*"|[“”„«][^“”„«»\n]*[“”»]|[‘’‚][^‘’‚\n]*[‘’])
      | (?P<open>['"‘“]\w+)
      | (?P<day>\d{4}-\d\d-\d\d|\d{1,2}\.\d{1,2}\.\d{4})
      | (?P<number>\d{1,3}(?:['’ \u00a0\u202f]\d{3})+(?!\d)|\d+(?:\.\d*)?(?:[eE]\d+)?|\.\d+)
      | (?P<name>[^\W\d](?:\w|-(?=[^\W\d]))*(?:\.[^\W\d](?:\w|-(?=[^\W\d]))*)*)
      | (?P<sign>===|==|!=|<>|<=|>=|=>|=<|~=|&&|\|\||//|\S)
    )""",
    re.VERBOSE,
)
_JOINTS = frozenset({"==", "!=", "<", "<=", ">", ">=", "+", "-", "*", "/", "and", "or", "in", ","})
_SEPARATORS = re.compile("['’ \u00a0\u202f]")
_CRITERION = re.compile(r"['\"]\s*(>=|<=|<>|>|<|=)(.+)['\"]")
Piece = tuple[str, str, int, int]


class _GiveUp(Exception):
    """Nobody can say what is meant."""


def pieces(text: str) -> list[Piece]:
    """Return the words of a text, whatever the language: kind, wording, start and end."""
    found = _PIECE.finditer(text.rstrip())
    return [(str(m.lastgroup), m[str(m.lastgroup)], *m.span(str(m.lastgroup))) for m in found]


def translated(text: str, scope: Scope) -> str:
    """Return the condition that a text probably means; empty if nobody can say."""
    try:
        if question := _asked(text, scope):
            return _Rewriting(scope).spell(Name(0, 0, question))
        return _Rewriting(scope).spell(parse(_Reading(pieces(text)).all()))
    except (SyntaxFault, _GiveUp, RecursionError):
        return ""


def difference(before: str, after: str) -> tuple[int, int, str]:
    """Return the stretch of `before` to replace, and with what, so that it becomes `after`.

    The replacement is empty where the stretch is only too much.
    """
    old, new = pieces(before), pieces(after)
    least = min(len(old), len(new))
    head = next((n for n in range(least) if old[n][1] != new[n][1]), least)
    least -= head
    tail = next((n for n in range(least) if old[-1 - n][1] != new[-1 - n][1]), least)
    if head + tail == len(old):  # something is missing: one word more is replaced
        head, tail = (head - 1, tail) if head else (head, tail - 1)
    start, end = old[head][2], old[-1 - tail][3]
    held = new[head : len(new) - tail]
    wording = after[held[0][2] : held[-1][3]] if held else ""
    ends = {one[1] for one in held[:1] + held[-1:]} if len(held) > 1 else set()
    is_torn = any(part.count("(") != part.count(")") for part in (wording, before[start:end]))
    if is_torn or not ends.isdisjoint(_JOINTS):
        return old[0][2], old[-1][3], after
    return start, end, wording


def _asked(text: str, scope: Scope) -> str:
    """Return the yes or no question whose wording a text is; empty if there is none."""
    if len(text.split()) <= 2:
        return ""
    yes_no = (one for one in scope.questions.values() if one.kind == "truth")
    labels = {_plain(question.label): question.id for question in yes_no}
    return labels.get(_near(_plain(text), labels), "")


def _in_quotes(text: str) -> str:
    return f'"{text}"' if "'" in text else f"'{text}'"


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.casefold()).strip()


def _near(name: str, known: Mapping[str, object] | Sequence[str]) -> str:
    """Return the known name that a name is, or the only one that it is like."""
    found = [name] if name in known else re.findall("'(.*?)'", nearest(name, known))
    return found[0] if len(found) == 1 else ""


class _Reading:
    """From the words of a text to an expression in the signs and words of conditions."""

    def __init__(self, held: list[Piece]) -> None:
        held = held[:-1] if held and held[-1][1] in ";,?." else held
        self.rest = held[1:] if held and held[0][1] == "=" else held

    def all(self, *ends: str) -> str:
        """Return what stands before one of the signs; the sign is left."""
        ours: list[str] = []
        while self.rest and self.rest[0][1] not in ends:
            kind, word, _, _ = self.rest.pop(0)
            if kind == "name":
                ours += self._name(word, ours)
            elif kind == "number":
                ours.append(self._number(word, may_have_comma=not ends))
            elif kind == "text":
                ours.append(_in_quotes(word[1:-1]))
            elif kind == "open":  # a text whose end is missing
                ours.append(f"'{word[1:]}'")
            elif kind == "day":
                ours.append(f"'{(days_in(word) or (word,))[0]}'")
            elif word in ("(", "["):
                close = {"(": ")", "[": "]"}[word]
                ours += [word, ", ".join(self._items(close)), close]
            elif word not in "$€£¥":
                ours.append("and" if word == ";" else _OPERATORS.get(word, word))
        return " ".join(ours)

    def _items(self, close: str) -> list[str]:
        found = [self.all(",", ";", close)]
        while self.rest and self.rest.pop(0)[1] != close:
            found.append(self.all(",", ";", close))
        return found

    def _number(self, word: str, *, may_have_comma: bool) -> str:
        """Return a number as conditions write it; its decimals, sign and unit are taken too."""
        plain, rest = _SEPARATORS.sub("", word), self.rest
        if may_have_comma and [one[1] for one in rest[:1]] == [","] and len(rest) > 1:
            is_thousands = len(rest[1][1]) == 3 and plain != "0"
            plain += rest[1][1] if is_thousands else f".{rest[1][1]}"
            del rest[:2]
        if rest and rest[0][1] == "%":
            del rest[0]
            return f"percent_({plain})"
        if (
            rest
            and rest[0][0] == "name"
            and not self._phrase()[0]
            and rest[0][1].lower() not in _WORDS
        ):
            del rest[0]  # a unit
        return plain

    def _phrase(self, *before: str) -> tuple[str, int]:
        """Return the sign that the next words stand for, and their number; of none an empty one."""
        words = [*before, *(one[1].lower() for one in self.rest[:7])]
        tries = (tuple(words[:most]) for most in range(len(words), 0, -1))
        return next(((_PHRASES[one], len(one)) for one in tries if one in _PHRASES), ("", 0))

    def _name(self, word: str, before: Sequence[str]) -> list[str]:
        """Return a word, or what it and those after it stand for."""
        lower, rest = word.lower(), self.rest
        last = before[-1] if before else ""
        is_operand = (
            bool(last) and (last[-1].isalnum() or last[-1] in ")]'\"") and last not in KEYWORDS
        )
        if rest and rest[0][1] == "(" and not (is_operand and lower in _WORDS):
            del rest[0]
            return [_called(word, self._items(")"))]
        if word in KEYWORDS or lower in _WORDS:
            if last == word != "not":  # written twice
                return []
            return [word if word in KEYWORDS else _WORDS[lower]]
        if is_operand and lower == "between" and len(rest) > 2:
            low, _, high = (one[1] for one in rest[:3])
            del rest[:3]
            return [">=", low, "and", last, "<=", high]
        if is_operand and (sign := self._phrase(lower))[0]:
            del rest[: sign[1] - 1]
            return [sign[0]]
        return [
            "''" if lower in ("blank", "empty") and last in ("==", "!=") else word.replace("-", "_")
        ]


def _called(name: str, arguments: list[str]) -> str:
    """Return a call as people know it from spreadsheets in the language of conditions."""
    template = _TEMPLATES.get(name.lower(), "")
    if template == "if":
        ways = (one.strip("'\"").lower() for one in arguments[1:])
        kinds = "".join("y" if one in _YES else "n" if one in _NO else "?" for one in ways)
        template = _IFS.get(kinds, "")
    if template == "count({0}{1})" and len(arguments) == 2:
        sign = _CRITERION.fullmatch(arguments[1])
        value = f"{_OPERATORS.get(sign[1], sign[1])} {sign[2]}" if sign else f"== {arguments[1]}"
        return f"count({arguments[0]} {value})"
    if template.startswith("join") and (len(arguments) > 1 or template != "join +"):
        return f"({f') {template[5:]} ('.join(arguments)})"
    if name.lower() in FUNCTIONS or not template:
        return f"{name.lower() if name.lower() in FUNCTIONS else name}({', '.join(arguments)})"
    try:
        return template.format(*arguments)
    except IndexError:
        raise _GiveUp from None


_MIRRORED = {"<": ">", "<=": ">=", ">": "<", ">=": "<="}
_TRUTHS = [name for name, one in FUNCTIONS.items() if one.result == "a yes or no"]
_LEVELS = {"or": 0, "and": 1, "+": 4, "-": 4, "*": 5, "/": 5}
_NOT, _COMPARISON, _SUM, _SIGN, _ATOM = 2, 3, 4, 6, 7


class _Rewriting:
    """Spells a syntax tree again, with what its author meant in the place of what is written."""

    def __init__(self, scope: Scope, *, within: bool = False) -> None:
        self.scope = scope
        self.within = within or scope.table is not None or scope.respondents is not None

    def spell(self, tree: syntax.Syntax, level: int = 0) -> str:
        """Return the wording of a tree; in brackets where it binds less tightly than asked."""
        text, own = self._spelled(tree)
        return f"({text})" if own < level else text

    def _spelled(self, tree: syntax.Syntax) -> tuple[str, int]:
        match tree:
            case Literal(value=str(value)):
                return _in_quotes(value), _ATOM
            case Literal(value=number):
                return str(number), _ATOM
            case Name():
                return self._read(tree), _ATOM
            case syntax.List(items=items):
                return f"[{', '.join(map(self.spell, items))}]", _ATOM
            case syntax.Negative(operand=operand):
                return f"-{self.spell(operand, _SIGN)}", _SIGN
            case syntax.LogicalNot(operand=operand):
                return self._negated(operand)
            case syntax.BooleanOperation(operator=sign, operands=operands):
                own = _LEVELS[sign]
                return f" {sign} ".join(self.spell(one, own + 1) for one in operands), own
            case BinaryOperation(operator=sign, left=left, right=right):
                own = _LEVELS[sign]
                return f"{self.spell(left, own)} {sign} {self.spell(right, own + 1)}", own
            case ComparisonChain():
                return self._comparison(tree), _COMPARISON
            case Call():
                return self._call(tree), _ATOM

    def _negated(self, operand: syntax.Syntax) -> tuple[str, int]:
        text = self.spell(operand, _NOT)
        if text.startswith("not "):
            return text.removeprefix("not "), _COMPARISON
        return f"not {text}", _NOT

    # ---- names -----------------------------------------------------------------------------------

    def _field(self, tree: syntax.Syntax) -> Field | None:
        """The question or column that a name stands for."""
        if not isinstance(tree, Name):
            return None
        name, table = self._known(tree.name), self.scope.table
        column = table.columns.get(name) if table is not None else None
        found = self.scope.questions.get(name)
        held = self.scope.questions.get(name.rpartition(".")[0])
        return column or found or (held.columns.get(name.rpartition(".")[2]) if held else None)

    def _known(self, name: str) -> str:
        """Return a name as it is known, where exactly one is like it; otherwise as it is."""
        if name.rpartition(".")[0] in self.scope.questions:
            return name
        return (_near(name, self.scope.names()) if "." in name else "") or name

    def _column(self, tree: syntax.Syntax) -> tuple[str, str]:
        """Return the table and the column that `table.column` names; empty if it does not."""
        table, _, column = tree.name.rpartition(".") if isinstance(tree, Name) else ("", "", "")
        held = self.scope.questions.get(table)
        return (table, column) if held is not None and column in held.columns else ("", "")

    def _read(self, tree: Name) -> str:
        """Return a name; where many answer or a table has rows, it says that all are meant."""
        table, column = self._column(tree)
        if table and self.scope.table is not None:
            return column
        name = self._known(tree.name)
        question = self.scope.questions.get(name)
        is_of_many = table or (question is not None and question.ask_each)
        if not is_of_many or self.within:
            return name
        return self._call(Call(0, 0, "every", 0, (tree,)))

    # ---- comparisons -----------------------------------------------------------------------------

    def _comparison(self, tree: ComparisonChain) -> str:
        for one in tree.operands if not self.within else ():
            question = self._field(one)
            if any(self._column(one)) or (isinstance(question, Question) and question.ask_each):
                return self._call(Call(0, 0, "every", 0, (tree,)))
            if isinstance(one, Call) and one.function in ("every", "some") and one.arguments:
                *before, asked = one.arguments
                if (field := self._field(asked)) is not None and field.kind != "truth":
                    operands = tuple(asked if other is one else other for other in tree.operands)
                    part = replace(tree, operands=operands)
                    return self._call(replace(one, arguments=(*before, part)))
        if len(tree.operators) == 1:
            sign, (left, right) = tree.operators[0], tree.operands
            if found := self._with(left, sign, right) or self._with(
                right, _MIRRORED.get(sign, sign), left
            ):
                return found
        is_dated = any(map(self._is_dated, tree.operands))
        shown = [self._days(one) if is_dated else self._operand(one, tree) for one in tree.operands]
        links = zip(tree.operators, shown[1:], strict=True)
        return shown[0] + "".join(f" {sign} {one}" for sign, one in links)

    def _with(self, one: syntax.Syntax, sign: str, other: syntax.Syntax) -> str:
        """Return what is written instead of comparing `one` with a word; empty if nothing is."""
        word, field = _word(other), self._field(one)
        if word is None or sign not in ("==", "!=") or word in self.scope.names():
            return ""
        value = self.scope.typed.get(one.name) if isinstance(one, Name) else None
        is_yes_no = value is not None and value.type == TRUTH
        is_yes_no = is_yes_no or (isinstance(one, Call) and one.function in _TRUTHS)
        if (is_yes_no or (field and field.kind == "truth")) and word.lower() in _YES | _NO - {""}:
            is_no = (word.lower() in _NO) != (sign == "!=")
            return self._negated(one)[0] if is_no else self.spell(one)
        if field is not None and field.kind != "text" and word == "":
            return f"{'not ' if sign == '==' else ''}stated({self.spell(one)})"
        if field is not None and field.kind == "choices" and word:
            joint = "in" if sign == "==" else "not in"
            return f"{_option(field, word)} {joint} {self.spell(one)}"
        return ""

    def _operand(self, tree: syntax.Syntax, chain: ComparisonChain) -> str:
        """Return an operand of a comparison: an option by its key, a percentage by its scale."""
        others = [other for other in chain.operands if other is not tree]
        if isinstance(tree, Call) and tree.function == "percent_":
            value = self.spell(tree.arguments[0])
            is_share = any(
                isinstance(one, Call) and one.function in ("share", "irr") for one in others
            )
            return str(as_written(f"{float(value) / 100:g}")) if is_share else value
        field = next((found for one in others if (found := self._field(one))), None)
        if isinstance(tree, syntax.List):
            chains = (replace(chain, operands=(item, *others)) for item in tree.items)
            return f"[{', '.join(self._operand(one.operands[0], one) for one in chains)}]"
        word = _word(tree)
        if field is None or word is None or self._field(tree) is not None:
            return self.spell(tree, _SUM)
        if field.kind == "number" and isinstance(tree, Literal) and isinstance(tree.value, str):
            return self.spell(parse(_Reading(pieces(word)).all()), _SUM)
        return (
            _option(field, word)
            if field.kind in ("choice", "choices", "text", "date")
            else self.spell(tree, _SUM)
        )

    # ---- dates -----------------------------------------------------------------------------------

    def _is_dated(self, tree: syntax.Syntax) -> bool:
        """Whether a side of a comparison is about days: today, or a date and a number."""
        if isinstance(tree, BinaryOperation):
            parts = (tree.left, tree.right)
            fields = (self._field(one) for one in parts)
            return any(one is not None and one.kind == "date" for one in fields) or any(
                map(self._is_dated, parts)
            )
        return isinstance(tree, Name) and tree.name == "today"

    def _days(self, tree: syntax.Syntax) -> str:
        """Return the days from today until a date, or the sum of days that is meant."""
        field = self._field(tree)
        match tree:
            case Name(name="today"):
                return "0"
            case Name() if field is not None and field.kind == "date":
                return f"days_until({self.spell(tree)})"
            case Literal(value=value) if isinstance(value, NUMBERS):
                return str(value)
            case BinaryOperation(operator="+" | "-" as sign):
                left, right = self._days(tree.left), self._days(tree.right)
                if right == "0" or left != "0":
                    return left if right == "0" else f"{left} {sign} {right}"
                if sign == "+":
                    return right
                return right.replace("days_until", "days_since") if "days" in right else f"-{right}"
        raise _GiveUp

    # ---- functions -------------------------------------------------------------------------------

    def _call(self, tree: Call) -> str:
        name, arguments = tree.function, tuple(map(self._with_column, tree.arguments))
        if name not in FUNCTIONS:
            raise _GiveUp
        first = self._field(arguments[0]) if arguments else None
        table = next((table for one in _names(arguments) if (table := self._column(one)[0])), "")
        if isinstance(first, Field) and first.kind == "table":
            table, arguments = first.id, arguments[1:]
        elif len(arguments) != 1 or name not in {*OVER_TRUTHS, *OVER_NUMBERS}:
            table = ""
        inner = _Rewriting(self.scope, within=True)
        if table:
            inner = _Rewriting(replace(self.scope, table=self.scope.questions[table]))
        held = [table] if table else []
        for one in arguments:
            field, text = inner._field(one), inner.spell(one)
            is_counted = (
                name in OVER_TRUTHS and held and field is not None and field.kind != "truth"
            )
            held.append(f"stated({text})" if is_counted else text)
        return f"{name}({', '.join(held)})"

    def _with_column(self, tree: syntax.Syntax) -> syntax.Syntax:
        """Return a criterion for rows with its column, if there is only one that it can be for."""
        if not isinstance(tree, ComparisonChain) or not isinstance(tree.operands[0], Name):
            return tree
        word = (_word(tree.operands[1]) or "").lower()
        columns = getattr(self._field(tree.operands[0]), "columns", {})
        fits = [key for key, column in columns.items() if _fits(column, word)]
        column = Name(0, 0, f"{tree.operands[0].name}.{fits[0]}") if len(fits) == 1 else None
        return replace(tree, operands=(column or tree.operands[0], *tree.operands[1:]))


def _names(trees: Sequence[syntax.Syntax]) -> Iterator[Name]:
    for tree in trees:
        if isinstance(tree, Name):
            yield tree
        elif isinstance(tree, ComparisonChain):
            yield from _names(tree.operands)
        elif isinstance(tree, BinaryOperation):
            yield from _names((tree.left, tree.right))


def _word(tree: syntax.Syntax) -> str | None:
    """Return the word that a name or a literal is, as it is written; None for anything else."""
    if isinstance(tree, Name):
        return tree.name
    return str(tree.value).strip() if isinstance(tree, Literal) else None


def _option(field: Field, word: str) -> str:
    """Return a word in quotes: an option by its key, a date as dates are written."""
    labels = {label.casefold(): key for key, label in field.options.items()}
    spelled = {**labels, **{key.casefold(): key for key in field.options}}
    days = days_in(word) if field.kind == "date" else ()
    found = days[0] if len(days) == 1 else spelled.get(_near(word.casefold(), spelled), word)
    return f"'{found}'"


def _fits(column: Field, word: str) -> bool:
    if column.kind == "truth":
        return word in _YES | _NO
    return word in {one.lower() for pair in column.options.items() for one in pair}
