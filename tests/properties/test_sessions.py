"""A session that takes answer after answer has the same result as all its answers together."""

from __future__ import annotations

import random
from typing import Any

from readiness import Assessment, Assessor, Change, DocumentError, Session
from readiness.assessing import changes
from readiness.documents.from_python import plain
from readiness.evaluation.incremental import shown_if
from tests.properties.cases import PEOPLE, entry_of, value_of
from tests.properties.pairs import Pair
from tests.properties.shrinking import hold

STEPS = 5
NONSENSE: tuple[Any, ...] = (
    "nonsense", "", 10**20, -1, 1.5, float("nan"), ["nonsense"], [["a"]], [{"nowhere": 1}], {},
    {"value": True, "by": {}}, {"remark": "none"}, {"by": {"it": {"by": {}}}}, {"by": "it"},
)  # fmt: skip
# The circumstances of an assessment of plain answers, besides the date.
CIRCUMSTANCES = ("assurance", "groups", "resolutions", "waivers", "scope")


def said(draw: random.Random, question: dict[str, Any]) -> Any:
    """Draw an answer in any form, one in ten of them invalid."""
    value, dice = value_of(draw, question), draw.random()
    if dice < 0.1:
        return draw.choice(NONSENSE)
    if dice < 0.2:
        return None
    if dice < 0.25:
        return {"unknown": "still counting"}
    if dice < 0.3:
        return {"not_applicable": "we have none"}
    if dice < 0.4 or ("ask_each" in question and dice < 0.7):
        people = draw.sample(PEOPLE, draw.randint(0, 2))
        return {"by": {one: value_of(draw, question) for one in people}}
    return entry_of(draw, value) if dice < 0.55 else value


def steps(draw: random.Random, questions: dict[str, Any]) -> list[tuple[str, Any]]:
    """Draw answers one after the other; one question does not exist."""
    found: list[tuple[str, Any]] = []
    for _ in range(STEPS):
        key = draw.choice(list(questions))
        found.append((key, said(draw, questions[key])))
    if draw.random() < 0.1:
        found.insert(draw.randrange(STEPS), ("s.nowhere", True))
    return found


def differs(found: Assessment, expected: Assessment) -> str:
    """Return how a result differs from the expected one, including order; empty if it does not."""
    for part in ("statuses", "standings", "verdicts"):
        mine, theirs = getattr(found.judgement, part), getattr(expected.judgement, part)
        if list(mine.items()) != list(theirs.items()):
            return f"{part}: {mine} instead of {theirs}"
    if found.root_blockers != expected.root_blockers:
        return f"root blockers: {found.root_blockers} instead of {expected.root_blockers}"
    return ""


def decided(before: Assessment, after: Assessment) -> set[tuple[str, str, str]]:
    """Return what is decided differently than before."""
    found = []
    for kind, field in (("status", "statuses"), ("standing", "standings"), ("verdict", "verdicts")):
        was, now = getattr(before.judgement, field), getattr(after.judgement, field)
        found += [(kind, key, now[key]) for key in now if was[key] != now[key]]
    return set(found)


class Both:
    """A session, and all of its answers assessed anew each time."""

    def __init__(self, pair: Pair, assessors: tuple[Assessor, Assessor]) -> None:
        draw = pair.draw("sessions")
        mine, self.assessor = assessors
        names = CIRCUMSTANCES if draw.random() < 0.5 else ()
        self.circumstances = {key: pair.case[key] for key in names if key in pair.case}
        self.circumstances["as_of"] = pair.circumstances.as_of
        self.answers: dict[str, Any] = dict(next(iter(pair.case["sheets"].values())))
        if draw.random() < 0.5:
            self.answers = {k: v for k, v in self.answers.items() if not isinstance(v, dict)}
        self.session: Session = mine.session(self.answers, **self.circumstances)
        self.result = self.assess(self.answers)
        self.kept = [(self.session.result, self.result)]
        self.steps = steps(draw, pair.case["questions"])

    def assess(self, answers: dict[str, Any]) -> Assessment:
        return self.assessor.assess(answers, **self.circumstances)

    def step(self, question: str, value: Any) -> str:
        """Give an answer; return what is wrong in the session afterwards."""
        refused, answers = "", {**self.answers, question: value}
        try:
            result = self.assess(answers)
        except DocumentError as error:
            answers, result, refused = self.answers, self.result, str(error)
        try:
            found, raised = self.session.answer(question, value), ""
        except DocumentError as error:
            found, raised = (), str(error)
        if raised != refused:
            return f"refused: {raised!r} instead of {refused!r} for {question} = {value!r}"
        shown = tuple(
            Change("question", key, shown_if(old), shown_if(new))
            for key in result.ruleset.questions
            if shown_if(old := self.result.asked(key)) != shown_if(new := result.asked(key))
        )
        if found != (expected := (*changes(self.result, result), *shown)):
            return f"changes: {found} instead of {expected} for {question} = {value!r}"
        turned = {
            (one.kind, one.id, one.after)
            for one in found
            if one.kind not in ("blocker", "question")
        }
        if turned != (wanted := decided(self.result, result)):
            return f"turned: {turned} instead of {wanted} for {question} = {value!r}"
        if list(self.session.answers.items()) != list(plain(answers).items()):
            return f"answers: {self.session.answers} instead of {answers}"
        self.answers, self.result = answers, result
        return ""


def test_a_session_comes_to_what_its_answers_come_to(pairs: list[Pair]) -> None:
    """After each answer, changes and result equal those of assessing all answers anew.

    This applies to answers in any form, refused or withdrawn, and under any circumstances. A result
    taken on the way is the same, byte for byte, when all answers are given.
    """
    compiled: dict[int, tuple[Assessor, Assessor]] = {}

    def rule(pair: Pair) -> str:
        if id(pair.ruleset) not in compiled:
            compiled[id(pair.ruleset)] = Assessor(pair.ruleset), Assessor(pair.ruleset)
        both = Both(pair, compiled[id(pair.ruleset)])
        looks = pair.draw("looks")
        for question, value in both.steps:
            if found := both.step(question, value):
                return found
            if looks.random() < 0.6:
                if found := differs(both.session.result, both.result):
                    return f"{found} after {question} = {value!r}"
                both.kept.append((both.session.result, both.result))
        both.kept.append((both.session.result, both.result))
        mine, expected = looks.choice(both.kept)
        if mine.to_json() != expected.to_json():
            return f"document: another one for {expected.answers.given}"
        return ""

    hold(rule, pairs[::4])  # each takes as long as four others
