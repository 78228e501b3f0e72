"""The words that every report uses for verdicts, statuses, standings and figures."""

from __future__ import annotations

import datetime
import math

from readiness.documents.decimals import NUMBERS
from readiness.evaluation.finance import LITTLE_MORE
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Bounds, State
from readiness.evaluation.wording import figure
from readiness.model.ruleset import Effort, Work
from readiness.result.score import Score

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
STANDINGS = {
    "ready": "ready: closed, and so is everything that it rests on",
    "premature": "premature: closed before what it rests on",
    "actionable": "actionable: it can be worked on at once",
    "blocked": "blocked: other checks have to be closed first",
}
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
    "stated": "stated: an answer counts as it was given",
    "evidenced": "evidenced: an answer counts only with the evidence that its question requires",
}


def counted(number: int, noun: str) -> str:
    """A number and what it counts: 1 check, 2 checks."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


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
    likely = "1 day" if effort.likely == 1 else f"{figure(effort.likely)} days"
    if effort.low == effort.high:
        return likely
    return f"{likely} ({figure(effort.low)} to {figure(effort.high)})"


def working_days(days: float) -> str:
    """A number of working days with at most two decimals."""
    shown = figure(round(days, 2))
    return f"{shown} working {'day' if shown == '1' else 'days'}"


def days_left(expires: str, today: datetime.date) -> str:
    """How long until a day that is still to come."""
    days = (datetime.date.fromisoformat(expires) - today).days
    return "today" if not days else f"in {counted(days, 'day')}"


def state_in_words(state: State, places: int = 4) -> str:
    """A derived value: a figure to so many decimals, limits, a text, or why there is none."""
    if state is UNKNOWN:
        return "unknown"
    if state is NOT_APPLICABLE:
        return "not applicable"
    if isinstance(state, Bounds):
        return _bounds(state, places)
    if isinstance(state, bool):
        return "yes" if state else "no"
    if isinstance(state, NUMBERS):
        return figure(state, places)
    return ", ".join(map(str, state)) if isinstance(state, tuple) else str(state)


def _bounds(limits: Bounds, places: int) -> str:
    if math.isinf(limits.low):
        return f"at most {figure(limits.high, places)}"
    if math.isinf(limits.high):
        if (whole := int(limits.low)) + LITTLE_MORE == limits.low:
            return f"more than {figure(whole)}"
        return f"at least {figure(limits.low, places)}"
    return f"between {figure(limits.low, places)} and {figure(limits.high, places)}"


def citation(work: Work) -> str:
    """A cited work: author, title, publisher and year as far as they are known."""
    year = str(work.year) if work.year else ""
    head = f"{work.author}: {work.title}" if work.author else work.title
    return ", ".join(part for part in (head, work.publisher, year) if part)
