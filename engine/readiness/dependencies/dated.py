"""The checks whose status depends on the day of the assessment, and what makes them do so."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass

from readiness.conditions.terms import Answer, Apply, Cell, Over, Term, walk
from readiness.dependencies.ruleset import Ruleset
from readiness.model.engagement import Circumstances
from readiness.model.value import ends_today

_FUNCTIONS = frozenset({"days_since", "days_until"})


@dataclass(frozen=True, slots=True)
class DayLink:
    """What makes a check depend on the day.

    `kind` is `function`, `name` being the call of it; `question`, the dates of which may not be
    later than the day; `evidence`, for a question whose evidence may expire; or `waiver`, `name`
    being the check.
    """

    kind: str
    name: str


def dated_checks(
    ruleset: Ruleset, circumstances: Circumstances | None = None
) -> Map[str, tuple[DayLink, ...]]:
    """Return the checks that depend on the day, with what makes them do so, in their order.

    Without the circumstances of an engagement there are no waivers, and evidence may be required.
    """
    waivers, evidence = set[str](), True
    if circumstances is not None:
        evidence = circumstances.assurance == "evidenced"
        today = circumstances.as_of.isoformat()
        held = circumstances.waivers.values()
        waivers = {one.check for one in held if one.expires or one.approved_on > today}
    found = {
        key: tuple(dict.fromkeys(_links(ruleset, key, waivers, evidence=evidence)))
        for key in ruleset.checks
    }
    return {key: links for key, links in found.items() if links}


def _links(
    ruleset: Ruleset, check: str, waivers: Collection[str], *, evidence: bool
) -> Iterator[DayLink]:
    if check in waivers:
        yield DayLink("waiver", check)
    applies = ruleset.applies_when.get(check)
    rest = [ruleset.met_when[check], *([applies] if applies else [])]
    seen: set[str] = set()
    while rest:
        for term in walk(rest.pop()):
            if isinstance(term, Apply) and term.function in _FUNCTIONS and not _has_cell(term):
                yield DayLink("function", term.text)
            if isinstance(term, Over) and term.table is not None:
                for part in walk(term.part):
                    if isinstance(part, Apply) and part.function in _FUNCTIONS:
                        yield DayLink("function", f"{part.text} in {term.table.question.id}")
            if not isinstance(term, Answer) or term.question.id in seen:
                continue
            seen.add(term.question.id)
            if ends_today(term.question):
                yield DayLink("question", term.question.id)
            if evidence and term.question.evidence == "required":
                yield DayLink("evidence", term.question.id)
            if asked := ruleset.ask_when.get(term.question.id):
                rest.append(asked)


def _has_cell(term: Term) -> bool:
    """Return whether a term reads the row at hand; the table that it belongs to is named then."""
    return any(isinstance(one, Cell) for one in walk(term))
