"""What one more answer costs in a session, compared with assessing all answers again.

    python benchmarks/sessions.py [--rounds 15] [--answers 300] [--checks 40 250 2000]

Both are measured in turn, in rounds of one run. The assessment is `Assessor.assess` of plain
values through its compiled program; it reads the statuses, standings and verdicts, which an answer
also needs to report what it changed, but neither lists nor reasons. The answer is `Session.answer`
of a random question with a random valid answer or, in 15 of 100, none. Each session has already
answered for a while, so that everything its answers need is compiled. A separate table, measured
with a separate assessor, shows what a session costs until then: its creation, the first answer,
and answers to questions never answered before. Prints tables in Markdown.
"""

from __future__ import annotations

import argparse
import datetime
import gc
import random
import statistics
import time
from collections.abc import Callable, Iterator
from typing import Any

from timing import figures, markdown, on_one_core
from workload import LARGE, OPTIONS, SMALL, Workload

from readiness.assessing import Assessor

TODAY = datetime.date(2026, 11, 21)
MISSING = 0.15
CASES = 20
MIDDLE = Workload(250, 375, 500)
WORKLOADS = {work.checks: work for work in (SMALL, MIDDLE, LARGE)}


def value_of(draw: random.Random, kind: str) -> Any:
    """Return a valid answer, or none."""
    if draw.random() < MISSING:
        return None
    if kind == "yes_no":
        return draw.random() < 0.7
    return draw.randint(0, 100) if kind == "number" else draw.choice(list(OPTIONS))


def changed(draw: random.Random, work: Workload) -> Iterator[tuple[str, Any]]:
    """Yield random answers to random questions, endlessly."""
    questions = list(work.kinds)
    while True:
        key = draw.choice(questions)
        yield key, value_of(draw, work.kinds[key])


def timed(work: Callable[..., object], arguments: list[tuple[Any, ...]]) -> tuple[float, float]:
    """Return the median seconds of each call, and the mean CPU seconds.

    A mean of wall-clock seconds would include other programs that ran in between.
    """
    gc.collect()
    found = []
    busy = time.process_time()
    for given in arguments:
        started = time.process_time()
        work(*given)
        found.append(time.process_time() - started)
    return statistics.median(found), (time.process_time() - busy) / len(arguments)


def steady(work: Workload, rounds: int, answers: int) -> list[str]:
    """Return one row: a full assessment, one answer, and the ratio of the two."""
    assessor, draw = work.assessor, random.Random(f"sessions {work.checks}")

    def assess(case: dict[str, Any]) -> object:
        found = assessor.assess(case, as_of=TODAY).judgement
        return found.statuses, found.standings, found.verdicts

    cases = [(work.answers(number),) for number in range(CASES)]
    cases *= max(1, 600 // work.checks)
    timed(assess, cases * 2)
    session, more = assessor.session(work.answers(0), as_of=TODAY), changed(draw, work)
    timed(session.answer, [(key, value_of(draw, kind)) for key, kind in work.kinds.items()])
    full, one, changes = [], [], 0
    for _ in range(rounds):
        full.append(timed(assess, cases))
        one.append(timed(session.answer, [next(more) for _ in range(answers)]))
        changes += sum(len(session.answer(*next(more))) for _ in range(100))
    row = [f"{work.checks:,}"]
    for theirs, ours in zip(zip(*full, strict=True), zip(*one, strict=True), strict=True):
        ratio = statistics.median(a / b for a, b in zip(theirs, ours, strict=True))
        medians = statistics.median(theirs), statistics.median(ours)
        row += [*(figures(1e6 * seconds) for seconds in medians), f"1/{figures(ratio)}"]
    return [*row, f"{changes / (100 * rounds):.1f}"]


def cold(work: Workload) -> list[str]:
    """Return one row: what a session costs before it runs smoothly, with a separate assessor."""
    assessor = Assessor(work.loaded)
    draw, taken = random.Random(f"cold {work.checks}"), []
    started = time.process_time()
    session = assessor.session({}, as_of=TODAY)
    taken.append(time.process_time() - started)
    given = [(key, value_of(draw, kind)) for key, kind in work.kinds.items()]
    started = time.process_time()
    session.answer(*given[0])
    taken.append(time.process_time() - started)
    taken.append(timed(session.answer, given[1:])[1])
    started = time.process_time()
    assert session.result.judgement
    taken.append(time.process_time() - started)
    return [f"{work.checks:,}", *(figures(1e6 * seconds) for seconds in taken)]


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--answers", type=int, default=300)
    parser.add_argument("--checks", type=int, nargs="+", default=list(WORKLOADS))
    chosen = parser.parse_args()
    works = [WORKLOADS[checks] for checks in chosen.checks]
    print(f"{on_one_core()}; {chosen.rounds} rounds, {chosen.answers} answers in each")
    print("\nMedians and means of a round, medians of them over the rounds, in microseconds:\n")
    columns = ["checks"]
    for word in ("median", "mean"):
        columns += [f"full assessment, {word}", f"one answer, {word}", "ratio"]
    rows = [steady(work, chosen.rounds, chosen.answers) for work in works]
    print(markdown([*columns, "changes an answer"], rows))
    print("\nAn interview from the start, all questions once, in microseconds:\n")
    columns = ["checks", "session", "first answer", "each later answer, mean", "result"]
    print(markdown(columns, [cold(work) for work in works]))


if __name__ == "__main__":
    main()
