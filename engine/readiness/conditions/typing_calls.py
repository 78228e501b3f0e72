"""Typing calls: which function takes what."""

from __future__ import annotations

from dataclasses import replace

from readiness.conditions import syntax, terms
from readiness.conditions.functions import FUNCTIONS, OVER_FLOWS, OVER_NUMBERS, OVER_TRUTHS
from readiness.conditions.rates import is_rate
from readiness.conditions.scope import Respondents, Scope
from readiness.conditions.types import DATE, NUMBER, TRUTH, WRONG, Type
from readiness.conditions.typing_comparisons import adapt, literals
from readiness.conditions.typing_context import TypingContext
from readiness.documents.decimals import NUMBERS, exact
from readiness.problems import nearest


def apply(checker: TypingContext, tree: syntax.Call, scope: Scope) -> terms.Term:
    """The term of a call; a problem where the function is unknown or takes something else."""
    name = tree.function
    if name not in FUNCTIONS:
        at = syntax.Name(tree.start, tree.name_end, name)
        hint = nearest(name, FUNCTIONS) or "the functions are " + ", ".join(FUNCTIONS)
        return checker.wrong("unknown-function", at, hint, name=name)
    if name == "band":
        return _band(checker, tree, scope)
    if name == "covers":
        return _covers(checker, tree, scope)
    if name in OVER_FLOWS:
        return _flows(checker, tree, scope)
    if name == "within_last":
        return _within_last(checker, tree, scope)
    if name in ("stated", "days_until", "days_since"):
        return _single(checker, tree, scope)
    if name == "agree":
        return _agree(checker, tree, scope)
    return _aggregate(checker, tree, scope)


def _misused(checker: TypingContext, tree: syntax.Call) -> terms.Term:
    forms = FUNCTIONS[tree.function].forms
    return checker.wrong("wrong-arguments", tree, "write " + " or ".join(forms), name=tree.function)


def _table(checker: TypingContext, tree: syntax.Syntax, scope: Scope) -> terms.Answer | None:
    """The table that a name stands for; None where it stands for none, without a problem."""
    if not isinstance(tree, syntax.Name):
        return None
    question = scope.questions.get(tree.name)
    if question is None or question.type != "table":
        return None
    found = checker.term(tree, scope)
    return found if isinstance(found, terms.Answer) else None


def _aggregate(checker: TypingContext, tree: syntax.Call, scope: Scope) -> terms.Term:
    """every, some, count, share, sum, min, max, mean."""
    if not tree.arguments:
        return _misused(checker, tree)
    if _is_table(tree.arguments[0], scope):
        return _over_rows(checker, tree, scope)
    if tree.function in OVER_TRUTHS:
        return _over_respondents(checker, tree, scope)
    if tree.function in ("min", "max") and len(tree.arguments) > 1:
        numbers = tuple(checker.number(argument, scope) for argument in tree.arguments)
        kind = _common_unit(checker, tree, numbers)
        return terms.Apply(kind, checker.text(tree), tree.function, numbers)
    return _misused(checker, tree)


def _is_table(tree: syntax.Syntax, scope: Scope) -> bool:
    question = scope.questions.get(tree.name) if isinstance(tree, syntax.Name) else None
    return question is not None and question.type == "table"


def _common_unit(
    checker: TypingContext, tree: syntax.Call, numbers: tuple[terms.Term, ...]
) -> Type:
    """The unit of several numbers, which those that have one must share."""
    if any(number.type == WRONG for number in numbers):
        return WRONG
    units = list(dict.fromkeys(number.type.unit for number in numbers if number.type.unit))
    if len(units) > 1:
        return checker.wrong("units-mixed", tree, left=units[0], right=units[1]).type
    return Type("number", units[0] if units else "")


def _over_rows(checker: TypingContext, tree: syntax.Call, scope: Scope) -> terms.Term:
    table = _table(checker, tree.arguments[0], scope)
    if table is None:
        return terms.Constant(WRONG, checker.text(tree), False)
    counts_rows = tree.function == "count" and len(tree.arguments) == 1
    if not counts_rows and len(tree.arguments) != 2:
        return _misused(checker, tree)
    rows = scope.within_rows(table.question)
    part: terms.Term
    if counts_rows:
        part = terms.Constant(TRUTH, "true", True)
    elif tree.function in OVER_NUMBERS:
        part = checker.number(tree.arguments[1], rows)
    else:
        part = checker.condition(tree.arguments[1], rows)
    kind = _result(tree.function, part)
    return terms.Over(kind, checker.text(tree), tree.function, table, "", part)


def _result(function: str, part: terms.Term) -> Type:
    if part.type == WRONG:
        return WRONG
    return Type(OVER_TRUTHS[function]) if function in OVER_TRUTHS else part.type


def _over_respondents(checker: TypingContext, tree: syntax.Call, scope: Scope) -> terms.Term:
    """A function over everyone who answers; of `count`, also the number of chosen options."""
    if len(tree.arguments) != 1:
        return _misused(checker, tree)
    argument = tree.arguments[0]
    if tree.function == "count" and _is_chosen(argument, scope):
        chosen = checker.term(argument, scope)
        kind = WRONG if chosen.type == WRONG else NUMBER
        return terms.Apply(kind, checker.text(tree), "count", (chosen,))
    respondents = Respondents()
    part = checker.condition(argument, scope.within_respondents(respondents))
    if part.type == WRONG:
        return terms.Constant(WRONG, checker.text(tree), False)
    if not respondents.group:
        hint = "write " + " or ".join(FUNCTIONS[tree.function].forms)
        return checker.wrong("nothing-to-go-through", tree, hint, name=tree.function)
    kind = _result(tree.function, part)
    return terms.Over(kind, checker.text(tree), tree.function, None, respondents.group, part)


def _is_chosen(tree: syntax.Syntax, scope: Scope) -> bool:
    """Whether a name stands for one set of choices: of all, or of the respondent at hand."""
    if not isinstance(tree, syntax.Name):
        return False
    if scope.table is not None and (column := scope.table.columns.get(tree.name)) is not None:
        return column.type == "choices"
    question = scope.questions.get(tree.name)
    if question is None or question.type != "choices":
        return False
    return not question.ask_each or scope.respondents is not None


def _agree(checker: TypingContext, tree: syntax.Call, scope: Scope) -> terms.Term:
    if len(tree.arguments) != 1:
        return _misused(checker, tree)
    respondents = Respondents()
    part = checker.term(tree.arguments[0], scope.within_respondents(respondents))
    if part.type == WRONG:
        return part
    if not respondents.group or part.type.kind == "table":
        return _misused(checker, tree)
    text = checker.text(tree)
    return terms.Over(TRUTH, text, "agree", None, respondents.group, terms.compared(part))


def _single(checker: TypingContext, tree: syntax.Call, scope: Scope) -> terms.Term:
    """Stated, days_until and days_since."""
    if len(tree.arguments) != 1:
        return _misused(checker, tree)
    argument = checker.term(tree.arguments[0], scope)
    if argument.type == WRONG:
        return argument
    if tree.function != "stated" and argument.type != DATE:
        return checker.wrong("not-a-date-term", tree.arguments[0], found=argument.type)
    kind = TRUTH if tree.function == "stated" else NUMBER
    return terms.Apply(kind, checker.text(tree), tree.function, (argument,))


def _within_last(checker: TypingContext, tree: syntax.Call, scope: Scope) -> terms.Term:
    """The chain `0 <= days_since(DATE) <= DAYS`."""
    if len(tree.arguments) != 2:
        return _misused(checker, tree)
    day, days = checker.term(tree.arguments[0], scope), checker.number(tree.arguments[1], scope)
    if WRONG in (day.type, days.type):
        return terms.Constant(WRONG, checker.text(tree), False)
    if day.type != DATE:
        return checker.wrong("not-a-date-term", tree.arguments[0], found=day.type)
    text = f"days_since({day.text})"
    since, zero = terms.Apply(NUMBER, text, "days_since", (day,)), terms.Constant(NUMBER, "0", 0)
    links = (
        terms.Comparison(TRUTH, f"{text} >= 0", ">=", since, zero),
        terms.Comparison(TRUTH, f"{text} <= {days.text}", "<=", since, days),
    )
    return terms.Junction(TRUTH, checker.text(tree), "all", links)


def _band(checker: TypingContext, tree: syntax.Call, scope: Scope) -> terms.Term:
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
        return _misused(checker, tree)
    for lower, upper, at in zip(bounds, bounds[1:], limits[1:], strict=False):
        if not exact(lower) < exact(upper):  # type: ignore[arg-type]
            return checker.wrong("limits-not-rising", at, found=upper, before=lower)
    number = checker.number(tree.arguments[0], scope)
    options = tuple(dict.fromkeys(str(name) for name in names))
    kind = WRONG if number.type == WRONG else Type("choice", options=options)
    constants = tuple(checker.term(argument, scope) for argument in tree.arguments[1:])
    return terms.Apply(kind, checker.text(tree), "band", (number, *constants))


def _covers(checker: TypingContext, tree: syntax.Call, scope: Scope) -> terms.Term:
    if len(tree.arguments) == 2:
        return _covers_options(checker, tree, scope)
    if len(tree.arguments) != 4:
        return _misused(checker, tree)
    have = _column(checker, tree, tree.arguments[0], tree.arguments[1], scope)
    need = _column(checker, tree, tree.arguments[2], tree.arguments[3], scope)
    if not isinstance(have, terms.Over) or not isinstance(need, terms.Over):
        return terms.Constant(WRONG, checker.text(tree), False)
    if have.type.kind != need.type.kind:
        return checker.wrong("cannot-compare", tree, left=have.type, right=need.type)
    if have.type.unit and need.type.unit and have.type.unit != need.type.unit:
        return checker.wrong("units-mixed", tree, left=have.type.unit, right=need.type.unit)
    have, need = (replace(side, part=terms.compared(side.part)) for side in (have, need))
    return terms.Covers(TRUTH, checker.text(tree), have, need)


def _covers_options(checker: TypingContext, tree: syntax.Call, scope: Scope) -> terms.Term:
    have, listed = tree.arguments
    chosen = checker.term(have, scope)
    if chosen.type == WRONG:
        return chosen
    if chosen.type.kind != "choices" or not isinstance(listed, syntax.List):
        return _misused(checker, tree)
    literal = literals(checker, listed)
    if not isinstance(literal, terms.Constant) or literal.type == WRONG:
        return literal
    needed = adapt(checker, listed, literal, chosen)
    if needed is None:
        return terms.Constant(WRONG, checker.text(tree), False)
    return terms.Apply(TRUTH, checker.text(tree), "covers", (chosen, needed))


def _column(
    checker: TypingContext,
    call: syntax.Call,
    table_tree: syntax.Syntax,
    column_tree: syntax.Syntax,
    scope: Scope,
) -> terms.Term:
    """What stands in one column: the rows of a table, each worked out to its cell."""
    if not _is_table(table_tree, scope):
        return _misused(checker, call)
    table = _table(checker, table_tree, scope)
    if table is None:
        return terms.Constant(WRONG, checker.text(call), False)
    cell = checker.term(column_tree, scope.within_rows(table.question))
    text = f"{checker.text(table_tree)}: {checker.text(column_tree)}"
    if cell.type == WRONG:
        return cell
    return terms.Over(cell.type, text, "column", table, "", cell)


def _flows(checker: TypingContext, tree: syntax.Call, scope: Scope) -> terms.Term:
    """npv, irr, payback: cash flows, one period a row."""
    rates = 1 if tree.function == "npv" else 0
    if len(tree.arguments) != rates + 2:
        return _misused(checker, tree)
    rate = tuple(checker.number(argument, scope) for argument in tree.arguments[:rates])
    if not all(is_rate(checker, at, one) for at, one in zip(tree.arguments, rate, strict=False)):
        return terms.Constant(WRONG, checker.text(tree), False)
    flows = _column(checker, tree, tree.arguments[rates], tree.arguments[rates + 1], scope)
    if not isinstance(flows, terms.Over) or any(term.type == WRONG for term in rate):
        return terms.Constant(WRONG, checker.text(tree), False)
    if flows.type.kind != "number":
        return checker.wrong("not-a-number", tree.arguments[rates + 1], found=flows.type)
    kind = flows.type if tree.function == "npv" else NUMBER
    return terms.Over(kind, checker.text(tree), tree.function, flows.table, "", flows.part, rate)
