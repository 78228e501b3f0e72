"""The requirements of a ruleset level by level, and everything upstream of a check."""

from __future__ import annotations

from encoding import Check, Encoded


def levels(ruleset: Encoded) -> list[list[Check]]:
    """Return the checks that require nothing, then those that require only them, and so on."""
    level: dict[str, int] = {}
    found: list[list[Check]] = []
    for check in ruleset.checks:
        number = 1 + max((level[key] for key in check.requires), default=-1)
        level[check.id] = number
        if number == len(found):
            found.append([])
        found[number].append(check)
    return found


def closures(ruleset: Encoded) -> dict[str, frozenset[str]]:
    """Return each check together with everything upstream of it."""
    found: dict[str, frozenset[str]] = {}
    for check in ruleset.checks:
        found[check.id] = frozenset({check.id}).union(*(found[key] for key in check.requires))
    return found
