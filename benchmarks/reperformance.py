"""How long the independent engine takes to evaluate rulesets of 40 to 2,000 checks again.

    python benchmarks/reperformance.py

Each check reads four questions, and requires the previous check and a random earlier one. Prints
the median over several runs, both including the start of a process and in a running one; how many
facts the rules decide; and how the time grows when the number of checks doubles.
"""

from __future__ import annotations

import argparse
import platform
import random
import statistics
import time
from collections.abc import Callable
from typing import Any

from readiness.assessing import Assessor
from readiness.dependencies.ruleset import Ruleset, build_ruleset
from readiness.documents.from_python import build
from readiness.model.questionnaire import read_questionnaire
from readiness.model.ruleset import read_checklist
from readiness.problems import Problems, Source
from readiness.result.assessment import Assessment
from readiness.verification.independent_run import Reperformer, differences

SIZES = (40, 250, 500, 1000, 2000)
QUESTIONS_A_CHECK = 4


def ruleset_of(size: int, draw: random.Random) -> Ruleset:
    """Return a ruleset with this many checks and five gates."""
    count = size * QUESTIONS_A_CHECK
    questions: dict[str, Any] = {
        f"q{number}": {"ask": "?", "type": "number" if number % 4 == 3 else "yes_no"}
        for number in range(count)
    }
    checks: dict[str, Any] = {}
    for number in range(size):
        a, b, c, n = (f"s.q{number * QUESTIONS_A_CHECK + place}" for place in range(4))
        needs = {number - 1, draw.randrange(number)} if number else set()
        checks[f"c{number}"] = {
            "title": "A check",
            "area": "all",
            "severity": "major",
            "requires": [f"c{need}" for need in sorted(needs)],
            "met_when": {"all": [a, {"any": [b, f"{n} >= 50"]}, {"at_least": 1, "of": [b, c]}]},
        }
    gates = {
        f"g{number}": {"title": "A gate", "requires": [f"c{(number + 1) * size // 5 - 1}"]}
        for number in range(5)
    }
    written = {"id": "large", "questionnaire": "large", "areas": {"all": {"title": "All"}}}
    problems = Problems()
    questionnaire = {"id": "large", "sections": {"s": {"questions": questions}}}
    held = read_questionnaire(build(questionnaire, Source("", "")), problems)
    root = build({**written, "gates": gates, "checks": checks}, Source("", ""))
    found = build_ruleset(read_checklist(root, problems), [held], problems)
    problems.raise_if_any()
    return found


def answers_to(ruleset: Ruleset, draw: random.Random) -> dict[str, Any]:
    """Return answers to nine questions out of ten."""
    return {
        key: draw.randrange(100) if question.type == "number" else draw.random() < 0.95
        for key, question in ruleset.questions.items()
        if draw.random() < 0.9
    }


def median(work: Callable[[], object], runs: int) -> float:
    """Return milliseconds, the median of several runs."""
    taken = []
    for _ in range(runs):
        started = time.perf_counter()
        work()
        taken.append((time.perf_counter() - started) * 1000)
    return statistics.median(taken)


def measured(result: Assessment, runs: int) -> tuple[float, float, float, int]:
    """Return the native time, the times in a running and a new process, and the number of facts."""
    ruleset, circumstances = result.ruleset, result.answers.circumstances
    native = Assessor(ruleset)

    def again(reperformer: Reperformer) -> int:
        found = reperformer.reperform(ruleset, result.sheets, circumstances)
        if said := differences(result.judgement, found):
            raise AssertionError(said)
        return found.facts

    def from_the_start() -> None:
        with Reperformer() as fresh:
            again(fresh)

    with Reperformer() as warm:
        facts = again(warm)
        running = median(lambda: again(warm), runs)
    first = median(lambda: native.assess_sheets(result.sheets, circumstances), runs)
    return first, running, median(from_the_start, runs), facts


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    print(f"seed {chosen.seed}, medians of {chosen.runs}, Python {platform.python_version()}\n")
    columns = ("native", "second working", "with process start", "a check")
    print(f"| checks | facts | {' | '.join(f'{column}, ms' for column in columns)} |")
    print("| ---: | ---: | ---: | ---: | ---: | ---: |")
    before: tuple[int, float] | None = None
    ratios = []
    for size in SIZES:
        draw = random.Random(f"{chosen.seed} {size}")
        ruleset = ruleset_of(size, draw)
        result = Assessor(ruleset).assess(answers_to(ruleset, draw))
        native, running, started, facts = measured(result, chosen.runs)
        print(
            f"| {size:,} | {facts:,} | {native:.1f} | {running:,.0f} | {started:,.0f} "
            f"| {running / size:.2f} |"
        )
        if before is not None and size == 2 * before[0]:
            ratios.append(f"{before[0]:,} to {size:,}: {running / before[1]:.2f}")
        before = (size, running)
    print(f"\nTime factor when the number of checks doubles: {', '.join(ratios)}.")


if __name__ == "__main__":
    main()
