"""How many questions are needed until every gate is decided: best first or in document order.

    python benchmarks/asking.py [--companies 200] [--seed 1] [--ruleset crm-readiness]

Each company starts from the ruleset's case that passes every gate, with up to 40 of its answers
replaced at random, usually only a few. It is asked in three ways until every gate is go or no_go:

- all questions that apply, in the order of the questionnaires,
- in the same order, without the questions that can no longer change any gate,
- by `next_questions`, which asks first what can decide the most.

A question that is asked of each department counts once per department. Prints a Markdown table.
"""

from __future__ import annotations

import argparse
import datetime
import random
import statistics
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache
from typing import Any

import readiness
from readiness.advice.candidates import Relevance
from readiness.assurance.cases import case_files
from readiness.loading.files import load
from readiness.loading.search_path import shipped_folder
from readiness.model.questionnaire import Field, Question
from readiness.problems import Problems
from readiness.result.assessment import Assessment

BASE = "all-good"
CHANGED = (0, 1, 2, 3, 5, 8, 12, 20, 40)
DECIDED = ("go", "no_go")
WAYS = ("document order", "document order, skipping", "best first")

Answers = dict[str, Any]
Asked = tuple[str, str]


@dataclass(frozen=True)
class Company:
    """A company's answers: by question, or by question and respondent."""

    answers: dict[str, Any]


@cache
def setting(ruleset: str) -> tuple[readiness.Assessor, dict[str, Any], Any, tuple[str, ...]]:
    """Everything a measurement needs: assessor, answers of the ready company, day, departments."""
    file = next(
        path for path in case_files(shipped_folder("ruleset")) if path.parent.name == ruleset
    )
    root = load(file, "cases", Problems())
    assert root is not None
    held = root.plain()
    return (
        readiness.Assessor(readiness.load_ruleset(ruleset)),
        held["bases"][BASE],
        datetime.date.fromisoformat(held["as_of"]),
        tuple(held["groups"]["departments"]),
    )


def company(draw: random.Random, ruleset: str) -> Company:
    """Return the ready company's answers with some of them replaced at random."""
    assessor, ready, _, departments = setting(ruleset)
    questions = assessor.ruleset.questions
    asked = [
        (key, who)
        for key, question in questions.items()
        for who in (departments if question.ask_each else ("",))
    ]
    changed = set(draw.sample(asked, draw.choice(CHANGED)))
    answers: dict[str, Any] = {}
    for key, who in asked:
        usual = plain(ready.get(key), who)
        if usual is None or (key, who) in changed:
            usual = another(draw, questions[key], usual)
        if who:
            answers.setdefault(key, {})[who] = usual
        else:
            answers[key] = usual
    return Company(answers)


def plain(written: Any, who: str) -> Any:
    """Return the plain answer from what a case file contains."""
    if isinstance(written, dict) and who:
        return plain(written.get("by", {}).get(who), "")
    return written["value"] if isinstance(written, dict) and "value" in written else written


def another(draw: random.Random, question: Question, usual: Any) -> Any:
    """Return any answer; in a table, one cell is changed."""
    if question.type != "table":
        return value_of(draw, question)
    rows = [dict(row) for row in usual] if isinstance(usual, list) else []
    if not rows:
        return [{key: value_of(draw, column) for key, column in question.columns.items()}]
    column = draw.choice(list(question.columns))
    draw.choice(rows)[column] = value_of(draw, question.columns[column])
    return rows


def value_of(draw: random.Random, field: Field) -> Any:
    """Return any valid answer."""
    if field.type == "yes_no":
        return draw.random() < 0.5
    if field.type == "choice":
        return draw.choice(list(field.options))
    if field.type == "choices":
        return [option for option in field.options if draw.random() < 0.5]
    if field.type == "date":
        return f"{draw.randint(2024, 2028)}-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}"
    if field.type == "text":
        return draw.choice(["something", "something else"])
    low = field.minimum if isinstance(field.minimum, int | float) else 0
    high = field.maximum if isinstance(field.maximum, int | float) else low + 1_000_000
    return round(draw.uniform(low, high) if draw.random() < 0.5 else draw.uniform(low, 100))


def assessed(ruleset: str, given: Answers) -> Assessment:
    """Return the result for the answers given so far."""
    assessor, _, today, departments = setting(ruleset)
    return assessor.assess(given, as_of=today, groups={"departments": departments})


def in_document_order(result: Assessment) -> Iterator[Asked]:
    """Return every question that can be asked now."""
    relevance = Relevance(result)
    for key in result.ruleset.questions:
        for who in relevance.respondents(key):
            yield key, who


def skipping(result: Assessment) -> Iterator[Asked]:
    """Return the same questions without those that can no longer change a gate."""
    relevance = Relevance(result, tuple(result.gates))
    for key in relevance.checks_by_question:
        for who in relevance.respondents(key):
            yield key, who


def best_first(ruleset: str) -> Callable[[Assessment], Iterator[Asked]]:
    """Return the questions as `next_questions` ranks them."""
    adviser = setting(ruleset)[0].adviser

    def ranked(result: Assessment) -> Iterator[Asked]:
        for one in adviser.next_questions(result, tuple(result.gates)):
            yield one.question.id, one.of[0] if one.of else ""

    return ranked


def questions_put(
    ruleset: str, of: Company, choose: Callable[[Assessment], Iterator[Asked]]
) -> int:
    """Return how many questions are asked until every gate is decided or none is left."""
    given: Answers = {}
    for number in range(10_000):
        result = assessed(ruleset, given)
        if all(gate.verdict in DECIDED for gate in result.gates.values()):
            return number
        asked = next(choose(result), None)
        if asked is None:
            return number
        question, who = asked
        answer = of.answers[question]
        if who:
            answer = {"by": {**given.get(question, {"by": {}})["by"], who: answer[who]}}
        given[question] = answer
    raise AssertionError("the questions do not end")


def one_company(task: tuple[str, int, int]) -> tuple[list[int], int]:
    """Return the question counts for one company and the number of gates it passes."""
    ruleset, seed, number = task
    of = company(random.Random(f"{seed}-{number}"), ruleset)
    ways = (in_document_order, skipping, best_first(ruleset))
    counts = [questions_put(ruleset, of, way) for way in ways]
    full = {key: {"by": v} if isinstance(v, dict) else v for key, v in of.answers.items()}
    passed = sum(gate.is_passed for gate in assessed(ruleset, full).gates.values())
    return counts, passed


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--companies", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--ruleset", default="crm-readiness")
    parser.add_argument("--processes", type=int, default=None)
    chosen = parser.parse_args()
    tasks = [(chosen.ruleset, chosen.seed, number) for number in range(chosen.companies)]
    with ProcessPoolExecutor(chosen.processes) as pool:
        found = list(pool.map(one_company, tasks, chunksize=4))
    gates = len(setting(chosen.ruleset)[0].ruleset.gates)
    print(f"{chosen.companies} companies, seed {chosen.seed}, {chosen.ruleset}\n")
    print("| companies | " + " | ".join(WAYS) + " |")
    print("| --- |" + " ---: |" * len(WAYS))
    for title, keep in (
        ("all", lambda passed: passed >= 0),
        ("that pass no gate", lambda passed: passed == 0),
        ("that pass some", lambda passed: 0 < passed < gates),
        ("that pass all", lambda passed: passed == gates),
    ):
        rows = [counts for counts, passed in found if keep(passed)]
        if rows:
            medians = [f"{statistics.median(column):g} ({statistics.mean(column):.1f})"
                       for column in zip(*rows, strict=True)]  # fmt: skip
            print(f"| {title}: {len(rows)} | " + " | ".join(medians) + " |")
    print("\nQuestions asked until every gate is decided: median, and mean in brackets.")


if __name__ == "__main__":
    main()
