"""Typing calls: which function takes what."""

from __future__ import annotations

from dataclasses import replace
from typing import NoReturn

from readiness.conditions import functions, syntax, terms
from readiness.conditions.types import DATE, NUMBER, TRUTH, WRONG, Type
from readiness.conditions.typing_comparisons import (
    adapt,
    literals,
    refuse_mixed_units,
    refuse_percentage,
)
from readiness.conditions.typing_context import Respondents, TypingContext, right
from readiness.documents.decimals import NUMBERS, exact
from readiness.plugins import Plugin, PluginError, installed
from readiness.problems import nearest


def apply(checker: TypingContext, tree: syntax.Call) -> terms.Term:
    """The term of a call; a problem where the function is unknown or takes something else."""
    name = tree.function
    if name in functions.FUNCTIONS:
        return _TYPED_BY.get(name, _aggregate)(checker, tree)
    plugins = installed("functions")
    if name in plugins:
        return _of_plugin(checker, tree, plugins[name])
    at, known = syntax.Name(tree.start, tree.name_end, name), [*functions.FUNCTIONS, *plugins]
    hint = nearest(name, known) or "the functions are " + ", ".join(known)
    return checker.wrong("unknown-function", at, hint, name=name)


def _of_plugin(checker: TypingContext, tree: syntax.Call, plugin: Plugin) -> terms.Term:
    try:
        found = functions.load_function(plugin)
    except PluginError as error:
        checker.wrong("plugin-failed", tree, plugin=plugin, reason=error.reason)
    declared = found.declared
    arguments = checker.every(checker.term, tree.arguments)
    if [one.type.kind for one in arguments] != list(declared.arguments.values()):
        checker.wrong("wrong-arguments", tree, f"use {found.forms[0]}", name=tree.function)
    kind = Type(declared.result, declared.unit)
    return terms.Apply(kind, checker.text(tree), tree.function, arguments, found)


def _arguments(checker: TypingContext, tree: syntax.Call, number: int) -> tuple[syntax.Syntax, ...]:
    """Return the arguments of a call, which must have the given number of them."""
    if len(tree.arguments) != number:
        _misuse(checker, tree)
    return tree.arguments


def _usage(tree: syntax.Call) -> str:
    return "use " + " or ".join(functions.FUNCTIONS[tree.function].forms)


def _misuse(checker: TypingContext, tree: syntax.Call) -> NoReturn:
    for one in tree.arguments:
        if isinstance(one, syntax.Name) and "." in one.name:
            checker.term(one)  # a misspelt table is the problem itself
    checker.wrong("wrong-arguments", tree, _usage(tree), name=tree.function)


def _is_table(checker: TypingContext, tree: syntax.Syntax) -> bool:
    question = checker.scope.questions.get(tree.name) if isinstance(tree, syntax.Name) else None
    return question is not None and question.type == "table"


def _table(checker: TypingContext, tree: syntax.Syntax) -> terms.Answer:
    """The table that a name stands for."""
    found = checker.term(tree)
    if not isinstance(found, terms.Answer):
        checker.stop(tree)
    return found


def _aggregate(checker: TypingContext, tree: syntax.Call) -> terms.Term:
    """every, some, count, share, sum, min, max, mean."""
    if tree.arguments and _is_table(checker, tree.arguments[0]):
        return _over_rows(checker, tree)
    if tree.arguments and (tree.function in functions.OVER_TRUTHS or len(tree.arguments) == 1):
        return _over_respondents(checker, tree)
    if tree.function not in ("min", "max") or not tree.arguments:
        _misuse(checker, tree)
    numbers = checker.every(checker.number, tree.arguments)
    units = list(dict.fromkeys(number.type.unit for number in numbers if number.type.unit))
    if len(units) > 1:
        checker.wrong("units-mixed", tree, left=units[0], right=units[1])
    kind = Type("number", units[0] if units else "")
    return terms.Apply(kind, checker.text(tree), tree.function, numbers)


def _over_rows(checker: TypingContext, tree: syntax.Call) -> terms.Term:
    table = _table(checker, tree.arguments[0])
    if tree.function == "count" and len(tree.arguments) == 1:
        part: terms.Term = terms.Constant(TRUTH, "true", True)
    else:
        rows, (_, argument) = checker.within_rows(table.question), _arguments(checker, tree, 2)
        is_number = tree.function in functions.OVER_NUMBERS
        part = rows.number(argument) if is_number else rows.condition(argument)
    return terms.Over(_result(tree, part), checker.text(tree), tree.function, table, "", part)


def _result(tree: syntax.Call, part: terms.Term) -> Type:
    name = tree.function
    return Type(functions.OVER_TRUTHS[name]) if name in functions.OVER_TRUTHS else part.type


def _over_respondents(checker: TypingContext, tree: syntax.Call) -> terms.Term:
    """A function over everyone who answers; of `count`, also the number of chosen options."""
    (argument,) = _arguments(checker, tree, 1)
    text = checker.text(tree)
    if tree.function == "count" and _is_chosen(checker, argument):
        return terms.Apply(NUMBER, text, "count", (checker.term(argument),))
    respondents = Respondents()
    heard = checker.within(respondents)
    is_number = tree.function in functions.OVER_NUMBERS
    part = heard.number(argument) if is_number else heard.condition(argument)
    if not respondents.group:
        checker.wrong("nothing-to-go-through", tree, _usage(tree), name=tree.function)
    kind, group = _result(tree, part), respondents.group
    return terms.Over(kind, text, tree.function, None, group, part)


def _is_chosen(checker: TypingContext, tree: syntax.Syntax) -> bool:
    """Whether a name stands for one set of choices: of all, or of the respondent at hand."""
    scope = checker.scope
    if not isinstance(tree, syntax.Name):
        return False
    if scope.table is not None and (column := scope.table.columns.get(tree.name)) is not None:
        return column.type == "choices"
    question = scope.questions.get(tree.name)
    if question is None or question.type != "choices":
        return False
    return not question.ask_each or scope.respondents is not None


def _agree(checker: TypingContext, tree: syntax.Call) -> terms.Term:
    (argument,) = _arguments(checker, tree, 1)
    respondents = Respondents()
    part = checker.within(respondents).term(argument)
    if not respondents.group or part.type.kind == "table":
        _misuse(checker, tree)
    text, group = checker.text(tree), respondents.group
    return terms.Over(TRUTH, text, "agree", None, group, terms.as_compared(part))


def _stated(checker: TypingContext, tree: syntax.Call) -> terms.Term:
    (argument,) = _arguments(checker, tree, 1)
    return terms.Apply(TRUTH, checker.text(tree), tree.function, (checker.term(argument),))


def _date(checker: TypingContext, tree: syntax.Syntax) -> terms.Term:
    term = checker.term(tree)
    if term.type != DATE:
        checker.wrong("not-a-date-term", tree, found=term.type)
    return term


def _days(checker: TypingContext, tree: syntax.Call) -> terms.Term:
    """days_until and days_since."""
    (argument,) = _arguments(checker, tree, 1)
    return terms.Apply(NUMBER, checker.text(tree), tree.function, (_date(checker, argument),))


def _within_last(checker: TypingContext, tree: syntax.Call) -> terms.Term:
    """The chain `0 <= days_since(DATE) <= DAYS`."""
    first, second = _arguments(checker, tree, 2)
    day, days = checker.attempt(checker.term, first), checker.number(second)
    if right(day).type != DATE:
        checker.wrong("not-a-date-term", first, found=day.type)
    text = f"days_since({day.text})"
    since, zero = terms.Apply(NUMBER, text, "days_since", (day,)), terms.Constant(NUMBER, "0", 0)
    links = (
        terms.Comparison(TRUTH, f"{text} >= 0", ">=", since, zero),
        terms.Comparison(TRUTH, f"{text} <= {days.text}", "<=", since, days),
    )
    return terms.Junction(TRUTH, checker.text(tree), "all", links)


def _band(checker: TypingContext, tree: syntax.Call) -> terms.Term:
    """A number put into classes: a choice whose options are the classes."""
    classes, limits = tree.arguments[1::2], tree.arguments[2::2]
    names = [name.value for name in classes if isinstance(name, syntax.Literal)]
    bounds = [limit.value for limit in limits if isinstance(limit, syntax.Literal)]
    if (
        len(classes) != len(limits) + 1
        or len(classes) < 2
        or len(names) + len(bounds) != len(tree.arguments) - 1
        or not all(isinstance(name, str) for name in names)
        or not all(isinstance(bound, NUMBERS) for bound in bounds)
    ):
        _misuse(checker, tree)
    for lower, upper, at in zip(bounds, bounds[1:], limits[1:], strict=False):
        if not exact(lower) < exact(upper):  # type: ignore[arg-type]
            checker.wrong("limits-not-rising", at, found=upper, before=lower)
    number = checker.number(tree.arguments[0])
    kind = Type("choice", options=tuple(dict.fromkeys(map(str, names))))
    constants = map(checker.term, tree.arguments[1:])
    return terms.Apply(kind, checker.text(tree), "band", (number, *constants))


def _covers(checker: TypingContext, tree: syntax.Call) -> terms.Term:
    if len(tree.arguments) == 2:
        return _covers_options(checker, tree)
    _arguments(checker, tree, 4)
    have, need = checker.every(lambda at: _column(checker, tree, at), tree.arguments[::2])
    assert isinstance(have, terms.Over)
    assert isinstance(need, terms.Over)
    if have.type.kind != need.type.kind:
        checker.wrong("cannot-compare", tree, left=have.type, right=need.type)
    refuse_mixed_units(checker, tree, have.type, need.type)
    have, need = (replace(side, part=terms.as_compared(side.part)) for side in (have, need))
    return terms.Covers(TRUTH, checker.text(tree), have, need)


def _covers_options(checker: TypingContext, tree: syntax.Call) -> terms.Term:
    have, listed = tree.arguments
    chosen = checker.term(have)
    if chosen.type.kind != "choices" or not isinstance(listed, syntax.List):
        _misuse(checker, tree)
    needed = adapt(checker, listed, literals(checker, listed), chosen)
    return terms.Apply(TRUTH, checker.text(tree), "covers", (chosen, needed))


def _column(checker: TypingContext, call: syntax.Call, at: syntax.Syntax) -> terms.Over:
    """Return the values of one column of the table `at`, one for each row."""
    if not _is_table(checker, at):
        _misuse(checker, call)
    table = _table(checker, at)
    column = call.arguments[call.arguments.index(at) + 1]
    cell = checker.within_rows(table.question).term(column)
    text = f"{checker.text(at)}: {checker.text(column)}"
    return terms.Over(cell.type, text, "column", table, "", cell)


def _flows(checker: TypingContext, tree: syntax.Call) -> terms.Term:
    """npv, irr, payback: cash flows, one period a row."""
    rates = 1 if tree.function == "npv" else 0
    *rate_trees, table, column = _arguments(checker, tree, rates + 2)
    rate = [checker.attempt(checker.number, one) for one in rate_trees]
    for at, one in zip(rate_trees, rate, strict=True):
        if one.type != WRONG:
            refuse_percentage(checker, at, one)
    flows = _column(checker, tree, table)
    for one in rate:
        right(one)
    if flows.type.kind != "number":
        checker.wrong("not-a-number", column, found=flows.type)
    kind = flows.type if tree.function == "npv" else NUMBER
    text = checker.text(tree)
    return terms.Over(kind, text, tree.function, flows.table, "", flows.part, tuple(rate))


_TYPED_BY = {
    "agree": _agree,
    "band": _band,
    "covers": _covers,
    "days_since": _days,
    "days_until": _days,
    "stated": _stated,
    "within_last": _within_last,
    **dict.fromkeys(functions.OVER_FLOWS, _flows),
}
