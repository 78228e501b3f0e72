"""Comparing two results of random answers: nothing is missed, and each cause is one."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import jsonschema

from readiness.comparing.causes import Reworking
from readiness.comparing.comparison import Comparison, Turn, compare
from readiness.comparing.side import Key
from readiness.documents.schemas import schema
from readiness.result.assessment import Assessment
from tests.properties.cases import answered
from tests.properties.pairs import Pair, pair_of
from tests.properties.shrinking import hold

RULES = ("questions", "values", "checks", "gates", "scope")
DAYS = ("2026-11-21", "2026-11-22", "2027-03-01")
MOST = 5  # causes of which every part is tried


def later(pair: Pair) -> Assessment:
    """Return the result of other answers to the same ruleset, half of them as they were."""
    draw = pair.draw("later")
    case = answered(draw, {key: pair.case[key] for key in RULES if key in pair.case})
    case["as_of"] = draw.choice(DAYS)
    if draw.random() < 0.2:
        case.pop("scope", None)
    for key in ("groups", "resolutions", "waivers", "assurance"):
        if draw.random() < 0.5 and key in pair.case:
            case[key] = pair.case[key]
    for who, answers in case["sheets"].items():
        known = pair.case["sheets"].get(who, {})
        answers.update({key: one for key, one in known.items() if draw.random() < 0.6})
    case["absent_files"] = pair.case.get("absent_files", [])
    is_known = case.get("scope") == pair.case.get("scope") and case["as_of"] == pair.case["as_of"]
    return pair_of(case, known=pair.compiled if is_known else None).assessment()


def turned(old: Assessment, new: Assessment) -> tuple[set[str], set[str]]:
    """Return the gates and the checks that are not what they were."""
    gates = {
        key for key, word in old.judgement.verdicts.items() if new.judgement.verdicts[key] != word
    }
    was, now = (
        {
            key: (one.status, one.standing, bool(one.waived), bool(one.out_of_scope))
            for key, one in side.checks.items()
        }
        for side in (old, new)
    )
    return gates, {key for key in was if was[key] != now[key]}


def untrue(found: Comparison, rework: Reworking, one: Turn) -> str:
    """Return a cause that makes no difference with any of the other inputs undone or not."""
    keys = found._causes.own(one.id)
    if len(keys) > MOST:
        return ""
    others = tuple(set(found._causes.differing) - set(keys))
    for key in keys:
        rest = [other for other in keys if other != key]
        parts = [part for size in range(len(rest) + 1) for part in combinations(rest, size)]
        if not any(
            own(rework, (*held, *part, key), one.id) != own(rework, (*held, *part), one.id)
            for part in parts
            for held in ((), others)
        ):
            return f"no cause: {key} of {one.id}"
    return ""


def own(rework: Reworking, undone: Sequence[Key], check: str) -> tuple[str, bool, bool]:
    """Return what a check is by itself with some inputs undone."""
    return rework.outcome(undone)[0][check].own


def test_a_comparison_is_complete_and_true(pairs: list[Pair]) -> None:
    """It has what differs and nothing else, the other way round likewise; undone causes undo it."""

    def rule(pair: Pair) -> str:
        old, new = pair.assessment(), later(pair)
        found, back = compare(old, new), compare(new, old)
        expected = turned(old, new)
        if ({one.id for one in found.gates}, {one.id for one in found.checks}) != expected:
            return f"turned: not {expected}"
        for one, other in zip(
            (*found.gates, *found.checks), (*back.gates, *back.checks), strict=True
        ):
            if (one.id, one.before, one.after) != (other.id, other.after, other.before):
                return f"other way round: {one} and {other}"
            if set(one.causes) != set(other.causes):
                return f"causes: {one} and {other}"
        rework = Reworking(old, new, same_rules=True)
        every = found._causes.differing
        for undone, side in (((), new), (every, old)):
            checks, verdicts = rework.outcome(undone)
            if verdicts != side.judgement.verdicts or {
                key: (one.status, one.standing) for key, one in checks.items()
            } != {key: (one.status, one.standing) for key, one in side.checks.items()}:
                return f"mixed: with {len(undone)} inputs undone it is not that assessment"
        for one in (*found.gates, *found.checks):
            if not one.causes or not set(one.causes) <= set(every):
                return f"without a cause: {one}"
            checks, verdicts = rework.outcome(one.causes)
            undone_ = verdicts[one.id] if one in found.gates else checks[one.id].to_dict()
            if undone_ != one.before:
                return f"not undone: {one}"
        untrue_ = (untrue(found, rework, one) for one in found.checks)
        return next(filter(None, untrue_), "")

    hold(rule, pairs[::4])


def test_nothing_differs_from_itself(pairs: list[Pair]) -> None:
    """Comparing a result with itself finds nothing, whatever form it has."""

    def rule(pair: Pair) -> str:
        result = pair.assessment()
        for one, other in ((result, pair.assessment()), (result, result.to_dict())):
            found = compare(one, other)
            if not found.is_empty or found.is_worse:
                return f"differs: {found.to_dict()}"
        return ""

    hold(rule, pairs[::4])


def test_results_alone_give_the_same_turns(pairs: list[Pair]) -> None:
    """Documents, compact ones too, give the same gates, checks and directions."""
    validator = jsonschema.Draft202012Validator(schema("comparison"))

    def rule(pair: Pair) -> str:
        old, new = pair.assessment(), later(pair)
        whole = compare(old, new)
        validator.validate(whole.to_dict())
        alone = compare(old.to_dict(), new.to_dict(compact=True))
        for mine, theirs in ((whole.gates, alone.gates), (whole.checks, alone.checks)):
            for one, other in zip(mine, theirs, strict=True):
                if (one.id, one.before, one.after, one.change, one.direction) != (
                    other.id, other.before, other.after, other.change, other.direction,
                ):  # fmt: skip
                    return f"alone: {other} instead of {one}"
        return ""

    hold(rule, pairs[::4])
