"""The random pairs are not vacuous: every construct and every outcome occurs, and often."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import chain
from typing import Any

import pytest

from readiness.conditions import terms
from readiness.conditions.functions import FUNCTIONS
from readiness.conditions.terms import walk
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Bounds, in_words
from readiness.evaluation.verdicts import STANDINGS, STATUSES, VERDICTS
from readiness.model.question_types import QUESTION_TYPES
from tests.properties.blanks import blanks, filled
from tests.properties.pairs import BLOCK, Pair, drawn

PAIRS = 600
TRUTHS = ("true", "false", "unknown", "not_applicable")

# The minimum number of occurrences in that many pairs; 20 for everything not named.
FEW = {"irr", "mean", "npv", "payback", "sum"}
LEAST = {
    "conditional_go by a gate before": 3, "conflict settled": 5, "evidence expired": 5,
    "fault": 10, "function days_since known": 5, "function days_since unknown": 5,
    "calls days_since": 5, "function days_until known": 10, "value in bounds": 3,
    "verdict conditional_go": 10,
    **{f"function {name} known": 2 for name in FEW},
    **{f"function {name} unknown": 4 for name in FEW},
}  # fmt: skip


@pytest.mark.slow
def test_every_construct_and_every_outcome_occurs_often() -> None:
    """In 600 pairs each construct, function, reason for doubt and outcome occurs many times."""
    drawings = chain.from_iterable(map(drawn, range(PAIRS // BLOCK)))
    found = Counter(chain.from_iterable(map(seen, drawings)))
    sys.stdout.write(json.dumps(dict(sorted(found.items())), indent=1))
    wanted = {
        *(f"type {kind}" for kind in QUESTION_TYPES),
        *(f"calls {name}" for name in FUNCTIONS),
        *(f"truth {name}" for name in TRUTHS),
        *(f"status {name}" for name in STATUSES),
        *(f"standing {name}" for name in STANDINGS),
        *(f"verdict {name}" for name in VERDICTS),
        *(f"function {name} known" for name in FUNCTIONS),
        *(f"function {name} unknown" for name in FUNCTIONS),
        *OTHERS,
    }
    wanted = {name for name in wanted if "within_last" not in name}  # it is read as a chain
    rare = {name: found[name] for name in wanted if found[name] < LEAST.get(name, 20)}
    assert rare == {}


OTHERS = (
    "all", "any", "not", "at_least", "or", "and", "in", "not in", "chained", "division",
    "unary minus", "asked when, plain", "asked when, by respondent", "asked when, in a chain",
    "asked of a declared group", "asked of everyone", "table asked of each", "hidden",
    "asking unknown", "value of a value", "choice value", "value in bounds", "fault",
    "applies_when", "requires", "requires further up", "effort", "effort of three",
    "advises", "after", "conditional_go by a gate before", "waiver in force", "waiver expired",
    "waiver to come", "needless waiver", "resolution", "conflict", "conflict settled",
    "unknown:", "not_applicable", "null", "by", "unnamed sheet", "several sheets", "evidenced",
    "evidence missing", "evidence expired", "blank cell", "no rows", "filling decides a status",
    "filling decides a verdict",
)  # fmt: skip


def seen(pair: Pair) -> Iterator[str]:
    """Yield the name of everything worth counting that occurs in a pair, usually once."""
    yield from _in_rules(pair)
    yield from set(_in_terms(pair))
    yield from set(_in_answers(pair))
    yield from _in_judgement(pair)
    some = blanks(pair)
    if some:
        after = filled(pair, some, pair.draw("coverage")).judgement
        was, now = pair.judgement, after
        if "undetermined" in was.statuses.values() and was.statuses != now.statuses:
            yield "filling decides a status"
        if "undetermined" in was.verdicts.values() and was.verdicts != now.verdicts:
            yield "filling decides a verdict"


def _in_rules(pair: Pair) -> Iterator[str]:
    case = pair.case
    text = json.dumps([case["checks"], case["values"], case["questions"]])
    for key in ("all", "any", "not", "at_least", "applies_when", "requires", "effort_days"):
        if f'"{key}":' in text:
            yield key.removesuffix("_days")
    patterns = {
        "chained": r"[<>=]=? [\w.()]+ [<>=]=? ", "unary minus": r"-\(", "division": " / ",
        "effort of three": '"likely"', "or": " or ", "and": " and ", "in": "[^t] in ",
        "not in": " not in ",
    }  # fmt: skip
    yield from (name for name, pattern in patterns.items() if re.search(pattern, text))
    graph = pair.ruleset.graph
    upstream = zip(graph.upstream, graph.requires, strict=True)
    if any(bits.bit_count() > len(needs) for bits, needs in upstream):
        yield "requires further up"
    for key in ("advises", "after"):
        if any(gate.get(key) for gate in case["gates"].values()):
            yield key
    for key, question in case["questions"].items():
        yield f"type {question['type']}"
        yield from _in_question(pair, key, question)


def _in_question(pair: Pair, key: str, question: dict[str, Any]) -> Iterator[str]:
    each = question.get("ask_each")
    if each:
        declared = each in pair.case["groups"]
        yield "asked of a declared group" if declared else "asked of everyone"
        if question["type"] == "table":
            yield "table asked of each"
    if key in pair.ruleset.ask_when:
        yield "asked when, by respondent" if each else "asked when, plain"
        above = terms.questions_of(pair.ruleset.ask_when[key])
        if any(one in pair.ruleset.ask_when for one in above):
            yield "asked when, in a chain"


def _in_terms(pair: Pair) -> Iterator[str]:
    ruleset, reference = pair.ruleset, pair.reference.listening()
    for term in [*ruleset.met_when.values(), *ruleset.applies_when.values()]:
        for one in walk(term):
            if isinstance(one, terms.Apply | terms.Over):
                yield f"calls {one.function}"
            if isinstance(one, terms.Covers):
                yield "calls covers"
    for term in ruleset.values.values():
        state = reference.state(term)
        if isinstance(state, Bounds):
            yield "value in bounds"
        if any(isinstance(one, terms.Derived) for one in walk(term)):
            yield "value of a value"
        if term.type.kind == "choice":
            yield "choice value"
    for term in [*ruleset.met_when.values(), *ruleset.values.values()]:
        for one in _outside(term):
            name = "covers" if isinstance(one, terms.Covers) else getattr(one, "function", "")
            if name:
                unknown = reference.state(one) in (UNKNOWN, NOT_APPLICABLE)
                yield f"function {name} {'unknown' if unknown else 'known'}"
    if reference.faults:
        yield "fault"


def _outside(term: terms.Term) -> Iterator[terms.Term]:
    """Yield the terms that are not evaluated per row or per respondent."""
    yield term
    if not isinstance(term, terms.Over | terms.Covers):
        for part in terms.parts(term):
            yield from _outside(part)


def _in_answers(pair: Pair) -> Iterator[str]:
    case, answers = pair.case, pair.answers
    text = json.dumps(case["sheets"])
    yield from ("unknown:" for _ in re.findall('"unknown"', text))
    for name in ("not_applicable", "by"):
        if f'"{name}":' in text:
            yield name
    if any(None in answers_.values() for answers_ in case["sheets"].values()):
        yield "null"
    yield "unnamed sheet" if "" in case["sheets"] else "named sheets"
    if len(case["sheets"]) > 1:
        yield "several sheets"
    if case.get("assurance") == "evidenced":
        yield "evidenced"
    for reason in answers.reasons.values():
        if reason.startswith("the required evidence"):
            yield "evidence missing" if "missing" in reason else "evidence expired"
    if answers.conflicts:
        yield "conflict"
    if answers.settled:
        yield "conflict settled"
    if case["resolutions"]:
        yield "resolution"
    for given in answers.given.values():
        for one in given:
            if pair.ruleset.questions[one.question].type == "table" and one.value is not None:
                columns = pair.ruleset.questions[one.question].columns
                rows: Any = one.value
                yield "no rows" if not rows else "rows"
                if any(len(row) < len(columns) for row in rows):
                    yield "blank cell"
    yield from _in_asking(pair)


def _in_asking(pair: Pair) -> Iterator[str]:
    for key in pair.ruleset.ask_when:
        before = pair.answers.single.get(key, UNKNOWN)
        now = pair.reference.case.single.get(key, UNKNOWN)
        if before is not now:
            yield "hidden" if now is NOT_APPLICABLE else "asking unknown"


def _in_judgement(pair: Pair) -> Iterator[str]:
    judgement = pair.judgement
    yield from (f"status {one}" for one in judgement.statuses.values())
    yield from (f"standing {one}" for one in judgement.standings.values())
    yield from (f"verdict {one}" for one in judgement.verdicts.values())
    for term in pair.ruleset.met_when.values():
        yield f"truth {in_words(pair.reference.truth(term))}"
    for key, verdict in judgement.verdicts.items():
        before = {judgement.verdicts[one] for one in pair.ruleset.gates[key].after}
        if verdict == "conditional_go" and "conditional_go" in before:
            yield "conditional_go by a gate before"
    for key, waiver in pair.circumstances.waivers.items():
        if waiver.holds_on(pair.circumstances.as_of):
            closed = judgement.statuses[key] in ("met", "not_applicable")
            yield "needless waiver" if closed else "waiver in force"
        else:
            yield "waiver to come" if waiver.approved_on else "waiver expired"
