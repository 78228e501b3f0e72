"""The requirements of the sources, the checks that cover them, and the page that shows both.

The data is `docs/coverage.yaml`. For each ruleset it has `items`, the individual requirements, and
`order`, their sequences: the checks of a sequence are listed from first to last, and `gate` names
the gate that waits for the last. `docs/statements.yaml` has the five sources statement by
statement, each with its strength and the checks of crm-readiness that cover it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from readiness import Ruleset
from readiness.conditions.terms import questions_of
from tests.content.shipped import ruleset_of

ROOT = Path(__file__).resolve().parents[2]
DATA = ROOT / "docs" / "coverage.yaml"
STATEMENTS = ROOT / "docs" / "statements.yaml"
WHOLE = "crm-readiness"
PAGE = ROOT / "docs" / "coverage.md"
RENEWAL = "pytest tests/content/test_coverage_page.py --renew-golden"
OPENING = f"""\
# Coverage

For auditors who want to know where a check comes from. This page lists what the sources of the CRM
rulesets ask for, with the checks that cover it and the questions that those checks read. Then it
lists the five sources statement by statement, each with its strength, the checks of `crm-readiness`
that cover it, and the gate that requires or recommends them. It is generated from
[coverage.yaml](coverage.yaml), [statements.yaml](statements.yaml) and the rulesets by
`{RENEWAL}`; tests compare it with all three.
"""
STRENGTHS = """\
*Must*: the source demands it or calls it necessary; a gate requires it. *Should*: the source
recommends it; a gate requires or recommends it. *May*: the source allows it or often sees it; a
gate recommends it, and it blocks nothing.
"""


@dataclass(frozen=True)
class Item:
    """One requirement of the sources; `gate` is set only for an order that ends at a gate."""

    text: str
    sources: tuple[str, ...]
    checks: tuple[str, ...]
    gate: str = ""


@dataclass(frozen=True)
class Coverage:
    """What the sources of one ruleset require, and in which order."""

    ruleset: Ruleset
    items: tuple[Item, ...]
    order: tuple[Item, ...]

    @property
    def everything(self) -> tuple[Item, ...]:
        """Return the single requirements, then their order."""
        return (*self.items, *self.order)


@dataclass(frozen=True)
class Statement:
    """One statement of a source; `how` says how it is meant, or why no check covers it."""

    source: str
    at: str
    says: str
    strength: str
    checks: tuple[str, ...]
    how: str = ""


def statements() -> tuple[Statement, ...]:
    """Return the statements of all sources in their order."""
    whole = yaml.safe_load(STATEMENTS.read_text(encoding="utf-8"))
    return tuple(
        Statement(source, **{**row, "checks": tuple(row["checks"])})
        for source, rows in whole.items()
        for row in rows
    )


def places(ruleset: Ruleset) -> dict[str, tuple[str, str]]:
    """Return for each check the first gate that requires or else recommends it, and which."""
    found: dict[str, tuple[str, str]] = {}
    for kind, named in (("required", "requires"), ("advised", "advises")):
        for gate in ruleset.gates.values():
            for key in behind(ruleset, getattr(gate, named)):
                found.setdefault(key, (kind, gate.id))
    return found


def behind(ruleset: Ruleset, keys: tuple[str, ...]) -> set[str]:
    """Return these checks and everything that they require, directly or indirectly."""
    found: set[str] = set()
    rest = list(keys)
    while rest:
        key = rest.pop()
        if key not in found:
            found.add(key)
            rest += ruleset.checks[key].requires
    return found


def coverages() -> dict[str, Coverage]:
    """Return the coverage of each ruleset that the data names, by the ruleset's id."""
    whole = yaml.safe_load(DATA.read_text(encoding="utf-8"))
    return {
        key: Coverage(ruleset_of(key), _items(held["items"]), _items(held.get("order", [])))
        for key, held in whole.items()
    }


def _items(rows: list[dict[str, Any]]) -> tuple[Item, ...]:
    return tuple(
        Item(row["text"], tuple(row["sources"]), tuple(row["checks"]), row.get("gate", ""))
        for row in rows
    )


def questions_read(ruleset: Ruleset, checks: Sequence[str]) -> tuple[str, ...]:
    """Return the questions that the checks read, also through derived values, each once."""
    terms = (held[key] for key in checks for held in (ruleset.applies_when, ruleset.met_when)
             if key in held)  # fmt: skip
    return tuple(dict.fromkeys(question for term in terms for question in questions_of(term)))


def page(found: dict[str, Coverage]) -> str:
    """Return the page in Markdown."""
    sections = (line for one in found.values() for line in _section(one))
    return "\n".join([OPENING, *sections, *_told()])


def _told() -> Iterator[str]:
    """Return the lines of the section on the statements of the sources."""
    ruleset = ruleset_of(WHOLE)
    where = places(ruleset)
    told = statements()
    without = sum(not one.checks for one in told)
    yield from ("## The sources, statement by statement", "")
    yield f"{len(told)} statements. {without} are not covered by a check; each says why."
    yield from ("", STRENGTHS)
    for source in dict.fromkeys(one.source for one in told):
        rows = [one for one in told if one.source == source]
        yield from (f"### {ruleset.checklist.sources[source].title}", "")
        yield from _head("", "What it says", "Place", "Strength", "Covered by")
        for number, one in enumerate(rows, 1):
            carried = [f"`{key}` ({' at '.join(where[key])})" for key in one.checks]
            said = f"{one.says} {one.how}" if one.checks and one.how else one.says
            cells = [[said], [one.at], [one.strength], carried or [f"not covered: {one.how}"]]
            yield _row(str(number), *cells)
        yield ""


def _section(one: Coverage) -> Iterator[str]:
    yield from (f"## {one.ruleset.title}", "")
    yield from _head("What the source asks for", "Source", "Checks", "Questions")
    titled: set[str] = set()
    for item in one.items:
        read = questions_read(one.ruleset, item.checks)
        checks = [_check(one.ruleset, key, titled) for key in item.checks]
        yield _row(item.text, _sources(one.ruleset, item), checks, [f"`{key}`" for key in read])
    yield ""
    if one.order:
        yield from (f"### Order in {one.ruleset.title}", "")
        yield from _head("Order that the source asks for", "Source", "Checks, first to last")
        for item in one.order:
            last = [f"gate `{item.gate}`"] if item.gate else []
            checks = [*(f"`{key}`" for key in item.checks), *last]
            yield _row(item.text, _sources(one.ruleset, item), checks)
        yield ""


def _check(ruleset: Ruleset, key: str, titled: set[str]) -> str:
    """Return the text for a check: its id and, at its first mention, its title."""
    if key in titled:
        return f"`{key}`"
    titled.add(key)
    return f"`{key}`: {ruleset.checks[key].title}"


def _sources(ruleset: Ruleset, item: Item) -> list[str]:
    return [f"*{ruleset.checklist.sources[key].title}*" for key in item.sources]


def _head(*titles: str) -> tuple[str, str]:
    return f"| {' | '.join(titles)} |", "| --- " * len(titles) + "|"


def _row(text: str, *cells: list[str]) -> str:
    return f"| {' | '.join([text, *('<br>'.join(cell) for cell in cells)])} |"
