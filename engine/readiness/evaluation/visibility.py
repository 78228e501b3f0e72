"""Which questions are asked, and the answers that count because of it."""

from __future__ import annotations

from collections.abc import Callable

from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Case, State, Truth

# Whether a question is asked, of a respondent or (empty) at all, given the case so far.
Asked = Callable[[Case, str, str], Truth]


def case_of(ruleset: Ruleset, stated: Case, asked: Asked) -> Case:
    """The answers as conditions read them, from those that were stated.

    A question that is not asked is not applicable, whatever a sheet says; while it is not known
    whether it is asked, it is unknown. Questions come after those that decide over them.
    """
    single: dict[str, State] = dict(stated.single)
    each = {key: dict(states) for key, states in stated.each.items()}
    case = Case(single, each, stated.groups, stated.as_of)
    for key in ruleset.asking_order:
        if key not in ruleset.ask_when:
            continue
        if ruleset.questions[key].ask_each:
            for respondent in each[key]:
                state = each[key][respondent]
                each[key][respondent] = masked(asked(case, key, respondent), state)
        else:
            single[key] = masked(asked(case, key, ""), single.get(key, UNKNOWN))
    return case


def masked(asked: Truth, state: State) -> State:
    """An answer as far as its question is asked."""
    if asked is Truth.TRUE:
        return state
    return UNKNOWN if asked is Truth.UNKNOWN else NOT_APPLICABLE
