"""The dossier of an assessment: everything that reports tell, said once for all of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from readiness.evaluation.disagreement import first_difference
from readiness.evaluation.states import UNKNOWN
from readiness.evaluation.wording import spoken
from readiness.model.answers import Given
from readiness.model.questionnaire import Question
from readiness.model.value import Row
from readiness.planning.plan import Plan, plan
from readiness.problems.proposals import proposed
from readiness.reports.dossier.entries import (
    AnswerEntry,
    CheckEntry,
    ConflictEntry,
    Digest,
    EvidenceEntry,
    Finding,
    GateEntry,
    SourceEntry,
    UnansweredEntry,
    WaiverEntry,
)
from readiness.reports.gaps import gaps
from readiness.reports.selection import Selection, select
from readiness.reports.sentences import (
    approval,
    evidence_in_words,
    gate_lines,
    given_in_words,
    held_back,
    introduction,
    respondents,
    settled,
)
from readiness.reports.words import (
    ASSURANCES,
    STATUSES,
    VERDICTS,
    citation,
    effort_in_days,
    score_range,
)
from readiness.result.assessment import Assessment, CheckResult
from readiness.result.responses import Response

NOT_PUT = "not put to this respondent: the answer does not count"


@dataclass(frozen=True, eq=False)
class Dossier:
    """An assessment in words, as far as `selection` shows it.

    `path` is the file assessed, `folders` those that `--path` named.
    Its parts are worked out when first looked at.
    """

    selection: Selection
    path: str = ""
    folders: Sequence[str] = ()

    def proposed(self, proposal: str, **words: str) -> str:
        """Return a command about the file assessed, as it is typed."""
        return proposed(proposal, folders=self.folders, path=self.path, **words)

    @property
    def assessment(self) -> Assessment:
        """The assessment told of."""
        return self.selection.assessment

    @property
    def ruleset(self) -> str:
        """The ruleset's title and version."""
        return f"{self.assessment.ruleset.title} {self.assessment.ruleset.version}"

    @property
    def title(self) -> str:
        """What was assessed; where that has no name, against what."""
        return self.assessment.title or self.ruleset

    @cached_property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """On what it rests: names and texts."""
        assessment = self.assessment
        whose = "" if self.selection.is_whole else ", over all checks of the ruleset"
        return (
            ("Ruleset", f"{self.ruleset} ({assessment.ruleset.id})"),
            ("Score", f"{score_range(assessment.score)}{whose}"),
            ("As of", assessment.as_of.isoformat()),
            ("Assurance", ASSURANCES[assessment.assurance]),
            ("Respondents", respondents(self.selection)),
        )

    @property
    def introduction(self) -> str:
        """What the list of what to do first holds, or why it is empty."""
        return introduction(self.selection)

    @cached_property
    def plan(self) -> Plan:
        """The schedule of what is open."""
        return plan(self.assessment, gates=self.selection.asked)

    @cached_property
    def gates(self) -> tuple[GateEntry, ...]:
        """The gates, each after those it comes after."""
        milestones = {one.id: one for one in self.plan.gates}
        return tuple(
            GateEntry(
                gate,
                VERDICTS[gate.verdict],
                tuple(gate_lines(self.selection, gate)),
                milestones.get(gate.id),
            )
            for gate in self.selection.gates
        )

    @cached_property
    def checks(self) -> tuple[CheckEntry, ...]:
        """The checks, in the order of the ruleset."""
        return tuple(self._check(check) for check in self.selection.checks)

    @cached_property
    def check(self) -> dict[str, CheckEntry]:
        """The checks by id."""
        return {entry.id: entry for entry in self.checks}

    @cached_property
    def first(self) -> tuple[CheckEntry, ...]:
        """What to do first, in order."""
        return tuple(self.check[one.id] for one in self.selection.first)

    @cached_property
    def open(self) -> tuple[CheckEntry, ...]:
        """The open checks, in order."""
        return tuple(self.check[key] for key in self._place if key in self.check)

    @cached_property
    def premature(self) -> tuple[CheckEntry, ...]:
        """What was closed while something that it rests on is open."""
        return tuple(entry for entry in self.checks if entry.result.standing == "premature")

    @cached_property
    def _place(self) -> dict[str, tuple[int, int]]:
        """Number and wave of each open check."""
        waves = enumerate(self.assessment.order, 1)
        placed = [(key, wave) for wave, keys in waves for key in keys]
        return {key: (number, wave) for number, (key, wave) in enumerate(placed, 1)}

    def _check(self, result: CheckResult) -> CheckEntry:
        check, ruleset = result.check, self.assessment.ruleset
        number, wave = self._place.get(result.id, (0, 0))
        return CheckEntry(
            result=result,
            area=ruleset.areas[check.area].title if check.area else "",
            status=STATUSES[result.status],
            standing=result.standing,
            number=number,
            wave=wave,
            findings=() if result.status == "met" else self._findings(result),
            held_back=held_back(self.assessment, result),
            waits_for=self.selection.nearest(result),
            effort=effort_in_days(check.remedy.effort_days) if check.remedy.effort_days else "",
            citations=tuple(citation(ruleset.sources[key]) for key in check.cites),
            place=str(check.node.place),
            activity=self.plan.activity(result.id),
            notes=tuple(
                f"{one.question.label} – {one.who}: {one.response.note}"
                for one in self._read_by.get(result.id, ())
                if one.response.note
            ),
            evidence=tuple(
                f"{one.question.label} – {one.who}: {item.text}"
                for one in self._read_by.get(result.id, ())
                for item in one.evidence
            ),
        )

    @cached_property
    def _read_by(self) -> dict[str, list[AnswerEntry]]:
        """The answers that count, by the checks that read them."""
        found: dict[str, list[AnswerEntry]] = {}
        for answer in self.answers:
            for key in answer.response.checks if answer.response.is_asked else ():
                found.setdefault(key, []).append(answer)
        return found

    def _findings(self, result: CheckResult) -> tuple[Finding, ...]:
        return tuple(Finding(gap.question, gap.said) for gap in gaps(self.assessment, result))

    @cached_property
    def answers(self) -> tuple[AnswerEntry, ...]:
        """Every answer as it was given, in the order of the questions."""
        shown = set(self.selection.questions(self.assessment.ruleset.questions))
        given = self.assessment.responses
        return tuple(self._answer(one) for one in given if one.question.id in shown)

    def _answer(self, response: Response) -> AnswerEntry:
        given, question = response.given, response.question
        said = response.text
        if isinstance(given, Given):
            said = given_in_words(question, given)
        rows: tuple[Any, ...] = ()
        if question.type == "table" and isinstance(given.value, tuple):
            rows = given.value
        today = self.assessment.as_of
        return AnswerEntry(
            response=response,
            section=self.assessment.ruleset.section_titles[question.id],
            who=_who(response),
            said=said,
            remark="" if response.is_asked else NOT_PUT,
            place=f"{given.sheet}:{given.place.line}" if given.place.line else "",
            rows=tuple(_cells(question, row) for row in rows),
            evidence=tuple(
                EvidenceEntry(item, evidence_in_words(item, today), not item.holds_on(today))
                for item in given.evidence
            ),
        )

    @cached_property
    def conflicts(self) -> tuple[ConflictEntry, ...]:
        """The questions on which respondents differ, settled or not, in their order."""
        assessment = self.assessment
        questions = assessment.ruleset.questions
        shown = self.selection.questions(assessment.disputed)
        resolutions = assessment.answers.circumstances.resolutions
        return tuple(
            ConflictEntry(
                question=questions[key],
                answers=tuple(
                    entry
                    for entry in self.answers
                    if entry.question.id == key and not entry.response.is_resolution
                ),
                resolution=resolutions.get(key),
                settled=settled(questions[key], resolutions.get(key)),
                difference=first_difference(questions[key], assessment.answers.given[key]),
            )
            for key in shown
        )

    @cached_property
    def waivers(self) -> tuple[WaiverEntry, ...]:
        """The waivers of the engagement, in force or not, in the order of the checks."""
        waivers, today = self.assessment.answers.circumstances.waivers, self.assessment.as_of
        held = [(entry, waivers[entry.id]) for entry in self.checks if entry.id in waivers]
        return tuple(
            WaiverEntry(waiver, entry, waiver.holds_on(today), approval(waiver, today))
            for entry, waiver in held
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What decides nothing, though the reader should know it."""
        return self.assessment.warnings

    @cached_property
    def unanswered(self) -> tuple[UnansweredEntry, ...]:
        """The questions without an answer, in their order."""
        assessment = self.assessment
        decides: dict[str, list[str]] = {}
        for check in assessment.checks.values():
            if check.status == "undetermined":
                for key in assessment.open_questions(check.id):
                    decides.setdefault(key, []).append(check.id)
        return tuple(
            UnansweredEntry(
                question=assessment.ruleset.questions[key],
                section=self.assessment.ruleset.section_titles[key],
                of=self._silent(key),
                checks=tuple(decides.get(key, ())),
                gates=tuple(gate.id for gate in assessment.gates.values() if key in gate.questions),
            )
            for key in self.selection.questions(assessment.unanswered)
        )

    def _silent(self, question: str) -> tuple[str, ...]:
        """Those who are asked each and have not answered."""
        states = self.assessment.reference.case.each.get(question, {})
        heard = {one.respondent for one in self.assessment.answers.given.get(question, ())}
        return tuple(
            one for one, state in states.items() if state is UNKNOWN and one and one not in heard
        )

    @cached_property
    def sources(self) -> tuple[SourceEntry, ...]:
        """The works that the checks shown cite, in the order of the ruleset."""
        cited: dict[str, list[str]] = {}
        for entry in self.checks:
            for key in entry.result.check.cites:
                cited.setdefault(key, []).append(entry.id)
        works = self.assessment.ruleset.sources
        return tuple(
            SourceEntry(works[key], citation(works[key]), tuple(cited[key]))
            for key in works
            if key in cited
        )

    @cached_property
    def document(self) -> dict[str, Any]:
        """The result document."""
        return self.assessment.to_dict()

    @cached_property
    def digests(self) -> tuple[Digest, ...]:
        """The digests of what went in and of what came out."""
        return tuple(self._digests())

    def _digests(self) -> Iterator[Digest]:
        held = self.document
        for kind, one in (
            ("ruleset", held["ruleset"]),
            *(("questionnaire", one) for one in held["questionnaires"]),
        ):
            yield Digest(kind, one["id"], one["version"], one["sha256"])
            for part in one["extends"]:
                yield Digest(f"part of {kind}", part["id"], part["version"], part["sha256"])
        if held["engagement"] is not None:
            yield Digest("engagement", held["engagement"]["id"], "", held["engagement"]["sha256"])
        for one in held["answers"]:
            yield Digest(
                "answers", one["file"] or one["respondent"] or "answers", "", one["sha256"]
            )
        yield Digest("result", held["format"], held["engine"]["version"], held["sha256"])


def compile_dossier(
    assessment: Assessment,
    *,
    gates: Sequence[str] = (),
    path: str = "",
    folders: Sequence[str] = (),
) -> Dossier:
    """The dossier of an assessment, of what `gates` hang on where any are named."""
    return Dossier(select(assessment, gates), path, folders)


def _who(response: Response) -> str:
    if response.is_resolution:
        return f"settled by {response.settled_by}" if response.settled_by else "settled"
    return response.respondent or "not named"


def _cells(question: Question, row: Row) -> tuple[tuple[str, str], ...]:
    """The cells of a row, blank ones too."""
    return tuple(
        (column.label, spoken(column, row[key]) if key in row else "")
        for key, column in question.columns.items()
    )
