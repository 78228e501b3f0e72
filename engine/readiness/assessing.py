"""Assessing answers against a ruleset: at once, or one answer at a time."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.building import build
from readiness.documents.schemas import FORMATS
from readiness.documents.validation import validate
from readiness.evaluation.native import Native
from readiness.evaluation.settling import Circumstances, settle
from readiness.loading.engagements import Inquiry
from readiness.model.answers import Sheet, read_sheet
from readiness.model.engagement import (
    Engagement,
    read_engagement,
    read_resolutions,
    read_waivers,
)
from readiness.problems import Problems, Source
from readiness.result.assessment import Assessment

if TYPE_CHECKING:
    from readiness.advice.questions import Adviser, NextQuestion

PlainAnswers = Mapping[str, object]


class Assessor:
    """A compiled ruleset. It never changes and may be shared between threads."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.native = Native(ruleset)

    @cached_property
    def adviser(self) -> Adviser:
        """Ranks what to ask next."""
        from readiness.advice.questions import Adviser

        return Adviser(self.native)

    def assess(
        self,
        answers: PlainAnswers | Sheet | Iterable[Sheet] | Inquiry,
        *,
        as_of: datetime.date | None = None,
        assurance: str = "stated",
        groups: Mapping[str, Iterable[str]] | None = None,
        resolutions: Mapping[str, object] | None = None,
        waivers: Mapping[str, object] | None = None,
    ) -> Assessment:
        """The result for plain values by question id, for answer sheets, or for an engagement.

        A plain value may also be written as in an answers document, such as
        `{"value": True, "note": "board minute 14"}` or `{"unknown": "IT is still counting"}`.
        `as_of` is today unless given. `groups`, `resolutions` and `waivers` are as in an
        engagement document; an engagement brings its own. Raises `DocumentError` with every
        answer, resolution and waiver that does not fit; `ValueError` for sheets and engagements
        that were loaded for another ruleset.
        """
        if isinstance(answers, Inquiry):
            if answers.ruleset is not self.ruleset:
                msg = "this engagement was loaded with another ruleset: use its own, `.ruleset`"
                raise ValueError(msg)
            return self.assess_sheets(
                answers.sheets, answers.circumstances, answers.title, answers.engagement
            )
        problems = Problems()
        sheets = self._sheets(answers, problems)
        circumstances = _circumstances(
            self.ruleset,
            {
                "as_of": (as_of or datetime.date.today()).isoformat(),
                "assurance": assurance,
                "groups": groups or {},
                "resolutions": resolutions or {},
                "waivers": waivers or {},
            },
            problems,
        )
        problems.raise_if_any()
        return self.assess_sheets(sheets, circumstances)

    def session(
        self, answers: PlainAnswers | None = None, *, as_of: datetime.date | None = None
    ) -> Session:
        """An assessment that takes one answer at a time, beginning with `answers`."""
        return Session(self, dict(answers or {}), as_of or datetime.date.today())

    def _sheets(
        self, answers: PlainAnswers | Sheet | Iterable[Sheet], problems: Problems
    ) -> tuple[Sheet, ...]:
        if isinstance(answers, Sheet):
            return self._sheets((answers,), problems)
        if isinstance(answers, Mapping):
            return (self.sheet(answers, problems),)
        sheets = tuple(answers)
        for sheet in sheets:
            self._refuse_foreign(sheet)
        return sheets

    def _refuse_foreign(self, sheet: Sheet) -> None:
        for given in sheet.given:
            if given.question not in self.ruleset.questions:
                msg = f"'{given.question}' is no question of '{self.ruleset.id}'"
                raise ValueError(msg)

    def sheet(self, answers: PlainAnswers, problems: Problems) -> Sheet:
        """Plain values as an answer sheet; what does not fit goes to `problems`."""
        written = {"format": FORMATS["answers"], "answers": answers}
        root = build(written, Source("answers", ""))
        if any(isinstance(value, Mapping) for value in answers.values()):
            validate(root, "answers", problems)
        return read_sheet(root, "", self.ruleset.questions, problems)

    def assess_sheets(
        self,
        sheets: tuple[Sheet, ...],
        circumstances: Circumstances,
        title: str = "",
        engagement: Engagement | None = None,
    ) -> Assessment:
        """The result for sheets under circumstances that both fit the ruleset already."""
        settled = settle(self.ruleset.questions, sheets, circumstances)
        judgement = self.native.judge(settled, circumstances.waived())
        return Assessment(self.ruleset, sheets, settled, judgement, title, engagement)


def _circumstances(
    ruleset: Ruleset, written: Mapping[str, object], problems: Problems
) -> Circumstances:
    head = {"format": FORMATS["engagement"], "id": "plain", "ruleset": ruleset.id, "answers": ["-"]}
    root = build({**head, **written}, Source("assess()", ""))
    validate_needed = written["groups"] or written["resolutions"] or written["waivers"]
    if validate_needed or written["assurance"] not in ("stated", "evidenced"):
        validate(root, "engagement", problems)
    engagement = read_engagement(root)
    assert engagement.as_of is not None
    return Circumstances(
        as_of=engagement.as_of,
        assurance=engagement.assurance,
        groups=engagement.groups,
        resolutions=read_resolutions(root, ruleset.questions, problems),
        waivers=read_waivers(root, ruleset.checks, problems),
    )


@dataclass(frozen=True, slots=True)
class Change:
    """What an answer changed: a check's status or standing, or a gate's verdict.

    `kind` is status, standing or verdict; `id` that of the check or the gate.
    """

    kind: str
    id: str
    before: str
    after: str


@dataclass
class Session:
    """One assessment that takes an answer at a time; not to be shared between threads."""

    assessor: Assessor
    answers: dict[str, object]
    as_of: datetime.date
    result: Assessment = field(init=False)

    def __post_init__(self) -> None:
        self.result = self.assessor.assess(self.answers, as_of=self.as_of)

    def answer(self, question: str, value: object) -> tuple[Change, ...]:
        """Take an answer, None taking it back; what it changed, gates first, then checks.

        Raises `DocumentError`, and keeps what it had, when the answer does not fit.
        """
        answers = {**self.answers, question: value}
        result = self.assessor.assess(answers, as_of=self.as_of)
        found = changes(self.result, result)
        self.answers, self.result = answers, result
        return found

    def next_questions(self, *, gates: Iterable[str] = ()) -> tuple[NextQuestion, ...]:
        """What to ask next, the questions that can decide the most first; see `next_questions`."""
        return self.assessor.adviser.next_questions(self.result, tuple(gates))


def changes(before: Assessment, after: Assessment) -> tuple[Change, ...]:
    """What is not as before: verdicts first, then statuses, then standings."""
    kinds = {
        "verdict": (before.judgement.verdicts, after.judgement.verdicts),
        "status": (before.judgement.statuses, after.judgement.statuses),
        "standing": (before.judgement.standings, after.judgement.standings),
    }
    return tuple(
        Change(kind, key, old[key], new[key])
        for kind, (old, new) in kinds.items()
        for key in old
        if old[key] != new[key]
    )
