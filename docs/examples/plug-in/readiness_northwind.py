"""A plug-in for readiness: a report format, an importer, a lint rule and a function."""

import tomllib
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from readiness import Assessment, Ruleset
from readiness.plugins import Finding, Function


def tasks(assessment: Assessment) -> str:
    """Return the open checks as a list of tasks."""
    open_checks = [assessment.checks[key] for wave in assessment.order for key in wave]
    return "".join(f"- [ ] {check.check.title}\n" for check in open_checks)


def read_toml(data: bytes) -> dict[str, Any]:
    """Return the answers document in a TOML file."""
    return tomllib.loads(data.decode())


def find_missing_owners(ruleset: Ruleset) -> Iterator[Finding]:
    """Find critical checks whose remedy names nobody."""
    for check in ruleset.checks.values():
        if check.severity == "critical" and not check.remedy.owner:
            message = f"nobody owns the critical check '{check.id}'"
            path = ("checks", check.id, "remedy")
            yield Finding("no-owner", message, path, hint="add 'owner' to the remedy")


def _per_head(amount: Decimal, heads: Decimal) -> Decimal | None:
    return max(amount, Decimal(0)) / heads if heads > 0 else None


per_head = Function(
    calculate=_per_head,
    arguments={"amount": "number", "heads": "number"},
    result="number",
    unit="USD",
    meaning="the amount for each head; no result for nobody",
    rises_with=["amount"],
    falls_with=["heads"],
    cases=[((1000, 4), 250), ((0, 4), 0), ((1000, 0), None)],
)
