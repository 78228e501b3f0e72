"""The rules by which all else follows once the leaves are compared, as durable-rules reads them.

A book is a ruleset of durable-rules. Its rules shut each other out and leave nothing over: for each
fact that is posted exactly one of them fires, and its name is the outcome. Facts hold small whole
numbers and nothing else, for durable-rules takes '1', 1 and True for the same.

What has parts is decided in two steps. Each part is posted as a separate fact, and the rules of
`counting` (or `counting chains`) count them as they fire. Then the counts are posted as one fact.
So no fact and no rule grows with the number of parts.

Two things to know before changing a rule. The parts of an `$or` must shut each other out: a rule
fires once for each of them that holds. And limits are numbers: a comparison of one field of a fact
with another holds always.
"""

from __future__ import annotations

from typing import Any, TypeAlias

Condition: TypeAlias = dict[str, Any]
Book: TypeAlias = dict[str, Condition]

# What a condition comes to.
TRUE, FALSE, UNKNOWN, VOID = 1, 2, 3, 4
TRUTHS = {"true": TRUE, "false": FALSE, "unknown": UNKNOWN, "not_applicable": VOID}
# What a check's own conditions say.
MET, UNMET, UNDETERMINED, NOT_APPLICABLE = 1, 2, 3, 4
STATUSES = {
    "met": MET, "unmet": UNMET, "undetermined": UNDETERMINED, "not_applicable": NOT_APPLICABLE,
}  # fmt: skip
# What a check, with all that is upstream of it, means for what waits for it; the worst decides.
FAILING, OPEN, WAIVED, CLEAR = 1, 2, 3, 4
CHAINS = {"failing": FAILING, "open": OPEN, "waived": WAIVED, "clear": CLEAR}
# What a gate means for the gates after it.
VERDICTS = {"no_go": FAILING, "undetermined": OPEN, "conditional_go": WAIVED, "go": CLEAR}


def _is(name: str, *values: int) -> Condition:
    """The field has one of the values."""
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
    """One of the parts; no two of them may hold together."""
    return {"$or": list(parts)}


def at_least(wanted: int) -> Book:
    """The book of `at_least` with a number; `possible` counts true and unknown parts together.

    The number is capped at the parts that are left: all of them true is enough.
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


# What checks and gates come to, given how many chains mean what: the worst decides.
_WORST = {
    "failing": _some("failing"),
    "open": _and(_none("failing"), _some("open")),
    "waived": _and(_none("failing", "open"), _some("waived")),
    "clear": _none("failing", "open", "waived"),
}
# A check among the others: `own` is what it means by itself, the counts are those upstream.
_CLEAR_ABOVE = _none("failing", "open")
_OPEN_ABOVE = _either(_some("failing"), _and(_none("failing"), _some("open")))
_APPLIES = _is("status", MET, UNMET, UNDETERMINED)

BOOKS: dict[str, Book] = {
    # The truths of the parts of `all`, `any` and `at_least`, one by one.
    "counting": {name: _is("truth", code) for name, code in TRUTHS.items()},
    # Their counts: parts that are not applicable are left out.
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
    # Whether a question is asked, given what its `ask_when` comes to.
    "asking": {
        "asked": _is("truth", TRUE),
        "open": _is("truth", UNKNOWN),
        "hidden": _is("truth", FALSE, VOID),
    },
    # What `applies_when` and `met_when` come to together.
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
    # What a check means by itself for what waits for it.
    "own": {
        "failing": _and(_is("status", UNMET), _none("waiver")),
        "open": _and(_is("status", UNDETERMINED), _none("waiver")),
        "waived": _and(_is("status", UNMET, UNDETERMINED), _some("waiver")),
        "clear": _is("status", MET, NOT_APPLICABLE),
    },
    # The chains of the checks that a check or a gate requires, and of the gates before, one by one.
    "counting chains": {name: _is("chain", code) for name, code in CHAINS.items()},
    # Their counts, for a check together with its own.
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
