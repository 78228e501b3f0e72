"""The words and the sentences that every report says alike."""

from __future__ import annotations

import datetime
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

from readiness.documents.decimals import NUMBERS
from readiness.evaluation.finance import LITTLE_MORE
from readiness.evaluation.formatting import format_answer, format_number, join_names
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Bounds, State
from readiness.evaluation.verdicts import OUT_OF_SCOPE
from readiness.model.ruleset import Owner

if TYPE_CHECKING:
    from readiness.model.answers import Evidence, Given
    from readiness.model.engagement import Exclusion, ReportedProgress, Resolution, Waiver
    from readiness.model.questionnaire import Question
    from readiness.model.ruleset import Citation, Effort, Work
    from readiness.planning.plan import Milestone
    from readiness.result.assessment import Assessment, CheckResult, GateResult
    from readiness.result.contradictions import Contradiction
    from readiness.result.reason import Reading
    from readiness.result.score import Score

    Judged = GateResult | Milestone

_FEW, _MOST = 3, 8
_WHOLE_FROM = 10
_ID = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_ABBREVIATIONS = frozenset(("it", "hr", "ceo", "cfo", "cio", "coo", "cto"))
VERDICTS = {
    "go": "GO",
    "conditional_go": "CONDITIONAL GO",
    "no_go": "NO GO",
    "undetermined": "UNDETERMINED",
}
STATUSES = {
    "met": "met",
    "unmet": "unmet",
    "undetermined": "undetermined",
    "not_applicable": "not applicable",
}
PROGRESS = {
    "ready": "done",
    "premature": "done too early",
    "actionable": "ready to start",
    "blocked": "blocked",
    "out_of_scope": "out of scope",
}
STANDINGS = {
    "ready": "done: closed, and so are all its prerequisites",
    "premature": "done too early: closed while a prerequisite is still open",
    "actionable": "ready to start: all its prerequisites are closed",
    "blocked": "blocked: a prerequisite is still open",
    "out_of_scope": "out of scope: nothing waits for it, and it does not count in the score",
}
CONTRADICTIONS = "Answers that contradict each other"
# What closes a check that is neither met nor not applicable.
DECISIONS = {"waived": "waived", "out_of_scope": "out of scope"}
BLOCKERS = {
    "root_blocker": "now a root blocker",
    "blocker": "now a blocker that waits for other checks",
    "no_blocker": "no longer a blocker",
}
TRUTHS = {
    "true": "true",
    "false": "false",
    "unknown": "unknown",
    "not_applicable": "not applicable",
}
ASSURANCES = {
    "stated": "stated: answers count as given, with or without evidence",
    "evidenced": "evidenced: an answer counts only with the evidence that its question requires",
}


def count_noun(number: int, noun: str) -> str:
    """A number and what it counts: 1 check, 2 checks."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def capitalise(text: str) -> str:
    """A text with a capital letter at its beginning."""
    return text[:1].upper() + text[1:]


def percent(share: float) -> str:
    """A share of 0 to 1 in whole per cent; 0 % and 100 % stand for exactly none and all."""
    whole = round(share * 100)
    if 0 < share < 1:
        whole = min(max(whole, 1), 99)
    return f"{whole} %"


def score_parts(score: Score) -> tuple[str, str, str]:
    """How much is met, undetermined and unmet, in whole per cent that add up to 100."""
    low, high = (int(percent(one or 0.0).removesuffix(" %")) for one in (score.low, score.high))
    return f"{low} %", f"{high - low} %", f"{100 - high} %"


def score_range(score: Score) -> str:
    """A score from low to high, or as one figure where nothing is undetermined."""
    if score.low is None or score.high is None:
        return "nothing applies"
    low, high = percent(score.low), percent(score.high)
    return low if low == high else f"{low.removesuffix(' %')} to {high}"


def effort_in_days(effort: Effort) -> str:
    """An estimate in working days."""
    likely = "1 day" if effort.likely == 1 else f"{format_number(effort.likely)} days"
    if effort.low == effort.high:
        return likely
    return f"{likely} ({format_number(effort.low)} to {format_number(effort.high)})"


def figure(days: float) -> str:
    """A number of days as people write it: halves below 10, then whole; never 0 for some."""
    shown = round(days * 2) / 2 if days < _WHOLE_FROM else round(days)
    return format_number(shown or round(days, 2))


def working_days(days: float) -> str:
    """A number of working days, rounded."""
    shown = figure(days)
    return f"{shown} working {'day' if shown == '1' else 'days'}"


def days_left(expires: str, today: datetime.date) -> str:
    """How long until a day that is still to come."""
    days = (datetime.date.fromisoformat(expires) - today).days
    return "today" if not days else f"in {count_noun(days, 'day')}"


def name_owner(owner: str) -> str:
    """Return an owner as people call them: by name where the ruleset has one, an id in words."""
    if isinstance(owner, Owner) and owner.shown:
        return owner.shown
    if not _ID.fullmatch(owner):
        return owner
    return " ".join(word.upper() if word in _ABBREVIATIONS else word for word in owner.split("-"))


def describe_progress(
    work: ReportedProgress, today: datetime.date, show: Callable[[str], str] = str
) -> str:
    """What is reported about the work on a check; empty where nothing is.

    `show` writes a day, which is given as an ISO date.
    """
    late = ", late" if work.is_late(today) else ""
    told = (
        f"started on {show(work.started)}" if work.started else "",
        f"due on {show(work.due)}{late}" if work.due else "",
        f"reported done on {show(work.done)}" if work.done else "",
        work.note,
    )
    return "; ".join(filter(None, told))


def state_in_words(state: State, places: int = 4) -> str:
    """Format a derived value: a number, limits, a text, or why there is none."""
    if state is UNKNOWN:
        return "unknown"
    if state is NOT_APPLICABLE:
        return "not applicable"
    if isinstance(state, Bounds):
        return _bounds(state, places)
    if isinstance(state, bool):
        return "yes" if state else "no"
    if isinstance(state, NUMBERS):
        return format_number(state, places)
    return ", ".join(map(str, state)) if isinstance(state, tuple) else str(state)


def _bounds(limits: Bounds, places: int) -> str:
    if math.isinf(limits.low):
        return f"at most {format_number(limits.high, places)}"
    if math.isinf(limits.high):
        if (whole := int(limits.low)) + LITTLE_MORE == limits.low:
            return f"more than {format_number(whole)}"
        return f"at least {format_number(limits.low, places)}"
    return f"between {format_number(limits.low, places)} and {format_number(limits.high, places)}"


def citation(work: Work, cited: Citation | None = None) -> str:
    """A cited work: author, title, publisher and year as far as known, then clause and quote."""
    year = str(work.year) if work.year else ""
    head = f"{work.author}: {work.title}" if work.author else work.title
    clause, quote = (cited.clause, cited.quote) if cited else ("", "")
    found = ", ".join(part for part in (head, work.publisher, year, clause) if part)
    return f"{found}: “{quote}”" if quote else found


def verdict_of(gate: Judged) -> str:
    """The verdict of a gate in words, with what holds it and how much of it is out of scope."""
    return verdict_in_words(gate.verdict) + scope_remark(gate)


def verdict_in_words(verdict: str) -> str:
    """A verdict in words; of a gate that is out of scope, that."""
    return VERDICTS.get(verdict, "OUT OF SCOPE")


def scope_remark(gate: Judged) -> str:
    """What a verdict says only in part, after a comma: what holds the gate, what is out of scope.

    Empty where there is neither.
    """
    out = () if gate.verdict == OUT_OF_SCOPE else gate.out_of_scope
    held = f", held by {count_noun(len(gate.held_by), 'contradiction')}" if gate.held_by else ""
    return held + (f", {count_noun(len(out), 'check')} out of scope" if out else "")


def decided_by(exclusion: Exclusion, day: Callable[[str], str] = str) -> str:
    """Who took something out of scope, and from which day."""
    on = f" on {day(exclusion.on)}" if exclusion.on else ""
    return f"decided by {exclusion.by}{on}" if exclusion.by else on.strip()


def gate_lines(assessment: Assessment, gate: GateResult) -> Iterator[str]:
    """What a gate waits for, a line for each kind of thing."""
    if not gate.is_in_scope:
        exclusion = assessment.ruleset.scope.gates[gate.id]
        yield f"{exclusion.reason} ({decided_by(exclusion)})"
        return
    if gate.held_by:
        told = [one.message for one in assessment.contradictions if one.id in gate.held_by]
        yield f"held, because answers contradict each other: {' '.join(told)}"
    yield _checks_of(assessment, gate)
    if out := gate.out_of_scope:
        yield f"out of scope: {check_titles(assessment, out, _MOST)}"
    for earlier in gate.gate.after:
        before = assessment.gates[earlier]
        if before.verdict != "go":
            yield f"waits for {before.gate.title} ({earlier}), which is {verdict_of(before)}"
    if gate.questions:
        labels = [assessment.ruleset.questions[key].label for key in gate.questions]
        few = f": {' '.join(labels)}" if len(labels) <= _FEW else ""
        yield f"{count_noun(len(labels), 'question')} could still decide it{few}"
    advised = [key for key in gate.gate.advises if assessment.checks[key].is_open]
    if advised:
        yield f"recommended, still open: {check_titles(assessment, advised)}"


def check_titles(assessment: Assessment, checks: Sequence[str], most: int | None = None) -> str:
    """Return the titles of checks as one text; beyond `most`, how many more there are."""
    titles = [assessment.checks[key].check.title for key in checks[:most]]
    more = len(checks) - len(titles)
    return "; ".join([*titles, f"and {more} more"] if more else titles)


def _checks_of(assessment: Assessment, gate: GateResult) -> str:
    """How many of its checks are open, or how they were closed."""
    waits = (check for check in assessment.checks.values() if gate.id in check.gates)
    checks = [check for check in waits if not check.out_of_scope]
    if not checks:
        return "waits for no check"
    if gate.waits_for:
        whole = count_noun(len(checks), "check")
        return f"{len(gate.waits_for)} of {whole} open{_kinds(assessment, gate)}"
    closed = f"{len(checks)} of {count_noun(len(checks), 'check')} closed"
    if all(check.status == "not_applicable" for check in checks):
        return f"{closed}: none applies"
    waived = [c.id for c in checks if c.waived and c.status in ("unmet", "undetermined")]
    return f"{closed}, only by waiver: {check_titles(assessment, waived)}" if waived else closed


def _kinds(assessment: Assessment, gate: GateResult) -> str:
    """How many of its open checks are unmet, and how many undetermined."""
    statuses = Counter[str](assessment.checks[key].status for key in gate.waits_for)
    if len(statuses) == 1:
        return f", {'' if statuses.total() == 1 else 'all '}{STATUSES[next(iter(statuses))]}"
    return ": " + join_names(
        [f"{statuses[key]} {STATUSES[key]}" for key in STATUSES if statuses[key]]
    )


def describe_held_back(assessment: Assessment, check: CheckResult) -> str:
    """Return what waits for a check, and which gates come after those that do."""
    held = [count_noun(len(check.holds), "open check")] if check.holds else []
    if check.gates:
        later = _later_gates(assessment, check.gates)
        through = "it" if len(check.gates) == 1 else "them"
        after = f"; through {through} also {_gate_titles(assessment, later)}" if later else ""
        noun = "the gate" if len(check.gates) == 1 else "the gates"
        held.append(f"{noun} {_gate_titles(assessment, check.gates)}{after}")
    return " and ".join(held)


def _gate_titles(assessment: Assessment, gates: Sequence[str]) -> str:
    return join_names([assessment.gates[key].gate.title for key in gates])


def _later_gates(assessment: Assessment, gates: Sequence[str]) -> list[str]:
    """The gates that come after some of these, directly or further on, and are none of them."""
    earlier = assessment.ruleset.earlier_gates
    later = (key for key in assessment.gates if not earlier[key].isdisjoint(gates))
    return [key for key in later if key not in gates]


def given_in_words(question: Question, one: Given) -> str:
    """An answer as it was given: the answer itself, or why there is none."""
    if one.state == "answered":
        return format_answer(question, one.value)
    state = "does not know" if one.state == "unknown" else "does not apply"
    return f"{state}: {one.reason}"


def approval(waiver: Waiver, today: datetime.date, day: Callable[[str], str] = str) -> str:
    """Who approved a waiver, when, and until when it holds; `day` is how dates are written."""
    by = f" by {waiver.approved_by}" if waiver.approved_by else ""
    on = f" on {day(waiver.approved_on)}" if waiver.approved_on else ""
    until = "does not expire"
    if waiver.expires:
        until = f"expires {day(waiver.expires)} ({days_left(waiver.expires, today)})"
        if waiver.expires < today.isoformat():
            until = f"expired on {day(waiver.expires)}"
    return f"approved{by}{on}, {until}" if by or on else until


def describe_resolution(question: Question, resolution: Resolution | None) -> str:
    """How a conflict was settled, by whom and why; that it was not."""
    if resolution is None:
        return "not resolved: counts as unknown"
    value = "does not apply"
    if resolution.state == "answered":
        value = format_answer(question, resolution.value)
    by = f" by {resolution.by}" if resolution.by else ""
    return f"resolved{by}: {value}. {resolution.reason}"


def describe_acceptance(contradiction: Contradiction) -> str:
    """Who accepted that answers contradict each other, and why; that nobody has."""
    if (accepted := contradiction.accepted) is None:
        return "not resolved: the answers count as given"
    return f"accepted by {accepted.by}: {accepted.reason}"


def describe_reading(reading: Reading) -> str:
    """Who gave an answer, and the answer in words."""
    said = format_response(reading)
    return f"{reading.who}: {said}" if reading.who else said


def evidence_in_words(item: Evidence, today: datetime.date) -> str:
    """An evidence item: title, where it is, when it was collected, until when it holds."""
    where = " ".join(f"({place})" for place in (item.file, item.url) if place)
    collected = f"collected {item.collected}" if item.collected else ""
    until = ""
    if item.expires:
        until = f"{'expires' if item.holds_on(today) else 'expired on'} {item.expires}"
    head = f"{item.title} {where}".strip()
    return ", ".join(part for part in (head, collected, until) if part)


def format_response(reading: Reading) -> str:
    """An answer in words."""
    words = {
        "unknown": f"not known: {reading.text}",
        "not_applicable": f"does not apply: {reading.text}",
    }.get(reading.state, reading.text)
    return f"{words}, resolved by {reading.settled_by}" if reading.settled_by else words
