"""The rules in the format of durable-rules; they decide everything after the leaves are compared.

A book is a ruleset of durable-rules. Its rules are mutually exclusive and cover every case: for
each fact that is posted exactly one of them fires, and its name is the outcome. Facts only hold
small whole numbers, because durable-rules does not distinguish '1', 1 and True.

What has parts is decided in two steps. Each part is posted as a separate fact, and the rules of
`counting` (or `counting chains`) count them as they fire. Then the counts are posted as one fact.
So no fact and no rule grows with the number of parts.

Before changing a rule, note two things. The parts of an `$or` must be mutually exclusive: a rule
fires once for each part that is true. And limits must be numbers: comparing one field of a fact
with another is always true.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Condition: TypeAlias = dict[str, Any]
Book: TypeAlias = dict[str, Condition]

# The truth values of a condition.
TRUE, FALSE, UNKNOWN, VOID = 1, 2, 3, 4
TRUTHS = {"true": TRUE, "false": FALSE, "unknown": UNKNOWN, "not_applicable": VOID}
# The status of a check by its own conditions.
MET, UNMET, UNDETERMINED, NOT_APPLICABLE = 1, 2, 3, 4
STATUSES = {
    "met": MET, "unmet": UNMET, "undetermined": UNDETERMINED, "not_applicable": NOT_APPLICABLE,
}  # fmt: skip
# The meaning of a check, with everything upstream, for the checks and gates that depend on it; the
# worst decides.
FAILING, OPEN, WAIVED, CLEAR = 1, 2, 3, 4
CHAINS = {"failing": FAILING, "open": OPEN, "waived": WAIVED, "clear": CLEAR}
# The meaning of a gate for the gates after it.
VERDICTS = {"no_go": FAILING, "undetermined": OPEN, "conditional_go": WAIVED, "go": CLEAR}


def _is(name: str, *values: int) -> Condition:
    """Return a condition that the field has one of the values."""
    if len(values) == 1:
        return {name: values[0]}
    return _either(*({name: value} for value in values))


def _some(name: str) -> Condition:
    return {"$gte": {name: 1}}


def _none(*names: str) -> Condition:
    return _and(*({name: 0} for name in names))


def _and(*parts: Condition) -> Condition:
    return {"$and": list(parts)} if len(parts) > 1 else parts[0]


def _either(*parts: Condition) -> Condition:
    """Return a condition that one of the parts is true; they must be mutually exclusive."""
    return {"$or": list(parts)}


def at_least(wanted: int) -> Book:
    """Return the `at_least` book for a number; `possible` counts true and unknown parts together.

    The number is limited to the parts that are left: if all of them are true, that is enough.
    """
    enough, reachable = {"$gte": {"true": wanted}}, {"$gte": {"possible": wanted}}
    too_few, out_of_reach = {"$lt": {"true": wanted}}, {"$lt": {"possible": wanted}}
    return {
        "true": _either(enough, _and(too_few, _none("false", "unknown"), _some("true"))),
        "false": _and(out_of_reach, _some("false")),
        "unknown": _and(
            too_few, _some("unknown"), _either(reachable, _and(out_of_reach, _none("false")))
        ),
        "not_applicable": _none("true", "false", "unknown"),
    }


# The outcomes of checks and gates, given the number of chains with each meaning: the worst decides.
_WORST = {
    "failing": _some("failing"),
    "open": _and(_none("failing"), _some("open")),
    "waived": _and(_none("failing", "open"), _some("waived")),
    "clear": _none("failing", "open", "waived"),
}
# A check among the others: `own` is its own meaning, the counts are those of its upstream checks.
_CLEAR_ABOVE = _none("failing", "open")
_OPEN_ABOVE = _either(_some("failing"), _and(_none("failing"), _some("open")))
_APPLIES = _is("status", MET, UNMET, UNDETERMINED)

BOOKS: dict[str, Book] = {
    # The truth values of the parts of `all`, `any` and `at_least`, one by one.
    "counting": {name: _is("truth", code) for name, code in TRUTHS.items()},
    # Their counts, without the parts that are not applicable.
    "all": {
        "false": _some("false"),
        "unknown": _and(_none("false"), _some("unknown")),
        "true": _and(_none("false", "unknown"), _some("true")),
        "not_applicable": _none("true", "false", "unknown"),
    },
    "any": {
        "true": _some("true"),
        "unknown": _and(_none("true"), _some("unknown")),
        "false": _and(_none("true", "unknown"), _some("false")),
        "not_applicable": _none("true", "false", "unknown"),
    },
    "not": {
        "true": _is("truth", FALSE),
        "false": _is("truth", TRUE),
        "unknown": _is("truth", UNKNOWN),
        "not_applicable": _is("truth", VOID),
    },
    # Decides if a question is asked, given the truth value of its `ask_when`.
    "asking": {
        "asked": _is("truth", TRUE),
        "open": _is("truth", UNKNOWN),
        "hidden": _is("truth", FALSE, VOID),
    },
    # Combines `applies_when` and `met_when`.
    "status": {
        "not_applicable": _either(
            _is("applies", FALSE, VOID), _and(_is("applies", TRUE, UNKNOWN), _is("holds", VOID))
        ),
        "undetermined": _either(
            _and(_is("applies", UNKNOWN), _is("holds", TRUE, FALSE, UNKNOWN)),
            _and(_is("applies", TRUE), _is("holds", UNKNOWN)),
        ),
        "met": _and(_is("applies", TRUE), _is("holds", TRUE)),
        "unmet": _and(_is("applies", TRUE), _is("holds", FALSE)),
    },
    # The meaning of a check by itself for what depends on it.
    "own": {
        "failing": _and(_is("status", UNMET), _none("waiver")),
        "open": _and(_is("status", UNDETERMINED), _none("waiver")),
        "waived": _and(_is("status", UNMET, UNDETERMINED), _some("waiver")),
        "clear": _is("status", MET, NOT_APPLICABLE),
    },
    # The chains of the required checks of a check or gate, and of the earlier gates, one by one.
    "counting chains": {name: _is("chain", code) for name, code in CHAINS.items()},
    # Their counts, for a check together with its own meaning.
    "chain": _WORST,
    "standing": {
        "ready": _either(
            _is("status", NOT_APPLICABLE), _and(_APPLIES, _is("own", WAIVED, CLEAR), _CLEAR_ABOVE)
        ),
        "premature": _and(_APPLIES, _is("own", WAIVED, CLEAR), _OPEN_ABOVE),
        "actionable": _and(_APPLIES, _is("own", FAILING, OPEN), _CLEAR_ABOVE),
        "blocked": _and(_APPLIES, _is("own", FAILING, OPEN), _OPEN_ABOVE),
    },
    "verdict": dict(zip(VERDICTS, _WORST.values(), strict=True)),
}
