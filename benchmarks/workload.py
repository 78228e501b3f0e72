"""Rulesets of any size and answers to them, identical for the same seed."""

from __future__ import annotations

import random
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from readiness.assessing import Assessor
from readiness.dependencies.ruleset import Ruleset, build_ruleset
from readiness.documents.from_python import build
from readiness.documents.validation import validate
from readiness.model.questionnaire import read_questionnaire
from readiness.model.ruleset import SEVERITIES, read_checklist
from readiness.problems import Problems, Source

OPTIONS = {"board": "Board", "executive": "Executive committee", "manager": "Line management"}
_KINDS = ("yes_no", "yes_no", "number", "choice")
A_SECTION = 50
GATES = 4

Plain = dict[str, Any]


@dataclass(frozen=True)
class Workload:
    """A ruleset of `checks` checks over `questions` questions, with `edges` requirements."""

    checks: int
    questions: int
    edges: int
    seed: int = 1

    @cached_property
    def kinds(self) -> dict[str, str]:
        """Return the type of each question by id: half yes_no, the rest number and choice."""
        draw = random.Random(f"questions {self.seed}")
        return {
            f"s{number // A_SECTION}.q{number}": draw.choice(_KINDS)
            for number in range(self.questions)
        }

    @cached_property
    def questionnaire(self) -> Plain:
        """Return the questionnaire document."""
        sections: Plain = {}
        for key, kind in self.kinds.items():
            section, name = key.split(".")
            question: Plain = {"ask": f"What is {name}?", "type": kind}
            if kind == "choice":
                question["options"] = OPTIONS
            held = sections.setdefault(section, {"title": section, "questions": {}})
            held["questions"][name] = question
        head = {"format": "readiness/questionnaire/1", "id": "work", "version": "1.0.0"}
        return {**head, "title": "Work", "sections": sections}

    @cached_property
    def ruleset(self) -> Plain:
        """Return the ruleset document; checks require earlier ones, gates wait for any checks."""
        draw = random.Random(f"checks {self.seed}")
        ids = [f"c{number}" for number in range(self.checks)]
        requires: dict[str, list[str]] = {key: [] for key in ids}
        wanted = min(self.edges, self.checks * (self.checks - 1) // 2)
        while wanted:
            later = draw.randrange(1, self.checks)
            # mostly recent ones, as in a plan; some from far back
            earlier = (
                max(0, later - draw.randint(1, 30))
                if draw.random() < 0.8
                else draw.randrange(later)
            )
            if ids[earlier] not in requires[ids[later]]:
                requires[ids[later]].append(ids[earlier])
                wanted -= 1
        checks = {
            key: {
                "title": f"Check {key}", "area": "work", "severity": draw.choice(SEVERITIES),
                "requires": requires[key], "met_when": self._condition(draw),
                "remedy": {"action": "Do it.", "owner": "owner", "effort_days": draw.randint(1, 9)},
            }
            for key in ids
        }  # fmt: skip
        gates: Plain = {}
        for number in range(GATES):
            gate = {"title": f"Gate {number}", "requires": draw.sample(ids, min(5, len(ids)))}
            gates[f"g{number}"] = gate | ({"after": [f"g{number - 1}"]} if number else {})
        head = {"format": "readiness/ruleset/1", "id": "work", "version": "1.0.0", "title": "Work"}
        areas = {"work": {"title": "Work"}}
        return {**head, "questionnaire": "work", "areas": areas, "gates": gates, "checks": checks}

    def _condition(self, draw: random.Random) -> Plain:
        """Return two to four leaves; in a third of the cases some form a nested group."""
        leaves: list[Any] = [self._leaf(draw) for _ in range(draw.randint(2, 4))]
        if draw.random() < 0.3:
            leaves.append({"any": [self._leaf(draw), {"not": self._leaf(draw)}]})
        return {draw.choice(["all", "all", "any"]): leaves}

    def _leaf(self, draw: random.Random) -> str:
        key = draw.choice(list(self.kinds))
        kind = self.kinds[key]
        if kind == "yes_no":
            return key
        if kind == "choice":
            return f"{key} in ['board', 'executive']"
        return f"{key} {draw.choice(['>=', '<', '>'])} {draw.randint(10, 90)}"

    def answers(self, number: int, missing: float = 0.15) -> Plain:
        """Return the plain answers of one case, with a share of them missing."""
        draw = random.Random(f"answers {self.seed} {number}")
        found: Plain = {}
        for key, kind in self.kinds.items():
            value: Any = draw.random() < 0.7
            if kind == "number":
                value = draw.randint(0, 100)
            elif kind == "choice":
                value = draw.choice(list(OPTIONS))
            if draw.random() >= missing:
                found[key] = value
        return found

    @cached_property
    def loaded(self) -> Ruleset:
        """Return the ruleset, loaded and typed."""
        problems = Problems()
        roots = {}
        for kind, plain in (("questionnaire", self.questionnaire), ("ruleset", self.ruleset)):
            roots[kind] = build(plain, Source(kind, ""))
            validate(roots[kind], kind, problems)
        asked = read_questionnaire(roots["questionnaire"], problems)
        found = build_ruleset(read_checklist(roots["ruleset"], problems), [asked], problems)
        problems.raise_if_any()
        return found

    @cached_property
    def assessor(self) -> Assessor:
        """Return the compiled ruleset."""
        return Assessor(self.loaded)


SMALL = Workload(40, 60, 60)
LARGE = Workload(2_000, 3_000, 4_000)
