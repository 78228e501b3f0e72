"""The entries of a dossier."""

from __future__ import annotations

from dataclasses import dataclass

from readiness.model.answers import Evidence
from readiness.model.engagement import Resolution, Waiver
from readiness.model.questionnaire import Question
from readiness.model.ruleset import Work
from readiness.planning.activity import Activity
from readiness.planning.plan import Milestone
from readiness.result.assessment import CheckResult, GateResult
from readiness.result.reason import Reason
from readiness.result.responses import Response


@dataclass(frozen=True, slots=True, eq=False)
class GateEntry:
    """A gate: its verdict in words, what it waits for in sentences, and when it can be passed."""

    result: GateResult
    verdict: str
    sentences: tuple[str, ...]
    milestone: Milestone | None


@dataclass(frozen=True, slots=True, eq=False)
class Finding:
    """What was found, or what is missing; `question` is None where it is not one question's."""

    question: Question | None
    said: str

    @property
    def text(self) -> str:
        """The question with what was said to it."""
        return self.said if self.question is None else f"{self.question.label} – {self.said}"


@dataclass(frozen=True, slots=True, eq=False)
class CheckEntry:
    """A check.

    `number` is its place among the open checks, from 1 on, and `wave` its wave; 0 where it is
    closed. `findings` say why it is open or does not apply. `held_back` says what waits for it,
    `waits_for` are the open checks right before it. `place` is where the ruleset defines it.
    `activity` is the work of closing it. `notes` and `evidence` are those of the answers read.
    """

    result: CheckResult
    area: str
    status: str
    standing: str
    number: int
    wave: int
    findings: tuple[Finding, ...]
    held_back: str
    waits_for: tuple[str, ...]
    effort: str
    citations: tuple[str, ...]
    place: str
    activity: Activity | None
    notes: tuple[str, ...]
    evidence: tuple[str, ...]

    @property
    def id(self) -> str:
        """The check's id."""
        return self.result.id

    @property
    def title(self) -> str:
        """The check's title."""
        return self.result.check.title

    @property
    def owner(self) -> str:
        """Whose work it is to close it."""
        return self.result.check.remedy.owner

    @property
    def action(self) -> str:
        """What closes it."""
        return self.result.check.remedy.action

    @property
    def because(self) -> Reason:
        """Why it is what it is."""
        return self.result.because

    @property
    def is_accepted(self) -> bool:
        """Whether only a waiver closes it."""
        return bool(self.result.waived) and self.result.status in ("unmet", "undetermined")

    @property
    def does_what(self) -> str:
        """How the action is meant: to be done, or if the check turns out to be unmet."""
        return "If unmet" if self.result.status == "undetermined" else "Do"


@dataclass(frozen=True, slots=True, eq=False)
class AnswerEntry:
    """An answer as it was given.

    `who` is the respondent, or the assessor who settled it. `remark` says why it does not count,
    where it does not. `rows` are those of a table, each cell with the title of its column.
    """

    response: Response
    section: str
    who: str
    said: str
    remark: str
    place: str
    rows: tuple[tuple[tuple[str, str], ...], ...]
    evidence: tuple[EvidenceEntry, ...]

    @property
    def question(self) -> Question:
        """The question answered."""
        return self.response.question


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceEntry:
    """An evidence item and what is to be said of it."""

    item: Evidence
    text: str
    is_expired: bool


@dataclass(frozen=True, slots=True, eq=False)
class ConflictEntry:
    """A question on which respondents differ: who says what, and how it was settled.

    `difference` says where tables first differ; it is empty for other answers.
    """

    question: Question
    answers: tuple[AnswerEntry, ...]
    resolution: Resolution | None
    settled: str
    difference: str


@dataclass(frozen=True, slots=True, eq=False)
class WaiverEntry:
    """An accepted gap; `approval` says by whom, when, and until when."""

    waiver: Waiver
    check: CheckEntry
    in_force: bool
    approval: str


@dataclass(frozen=True, slots=True, eq=False)
class UnansweredEntry:
    """A question without an answer.

    `of` are the respondents it is missing from, empty where any may answer. `checks` are those
    that it could still decide, `gates` the gates; without any of both it matters no more.
    """

    question: Question
    section: str
    of: tuple[str, ...]
    checks: tuple[str, ...]
    gates: tuple[str, ...]

    @property
    def matters(self) -> bool:
        """Whether an answer could still decide a check or a gate."""
        return bool(self.checks or self.gates)


@dataclass(frozen=True, slots=True, eq=False)
class SourceEntry:
    """A work, how it is cited, and the checks that cite it."""

    work: Work
    citation: str
    checks: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class Digest:
    """A document that went in, by its kind and name, and the SHA-256 of its canonical JSON."""

    kind: str
    name: str
    version: str
    sha256: str
