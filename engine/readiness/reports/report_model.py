"""The report model: all content of the reports of an assessment, the same for all formats."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from readiness.evaluation.disagreement import first_difference
from readiness.evaluation.formatting import format_answer, format_number, join_names
from readiness.evaluation.states import UNKNOWN
from readiness.evaluation.verdicts import OUT_OF_SCOPE
from readiness.model.answers import Evidence, Given
from readiness.model.engagement import AS_USUAL, Branding, Exclusion, Resolution, Waiver
from readiness.model.questionnaire import Question
from readiness.model.ruleset import Area, Work
from readiness.problems.proposals import Options, format_command
from readiness.reports import phrasing
from readiness.reports.reasons import (
    BY_TITLE,
    ConditionLine,
    Finding,
    conditions_of,
    findings_of,
)
from readiness.result.assessment import Assessment, CheckResult, GateResult
from readiness.result.contradictions import Contradiction
from readiness.result.document import document
from readiness.result.reason import Reading, Reason
from readiness.result.responses import Response
from readiness.result.score import Score

if TYPE_CHECKING:
    from readiness.comparing.comparison import Comparison
    from readiness.planning.plan import Activity, Milestone, Plan
    from readiness.reports.changes import Changes

NOT_PUT = "not asked of this respondent: the answer does not count"


@dataclass(frozen=True, eq=False)
class GateEntry:
    """A gate: its verdict in words, what it waits for in sentences, and when it can be passed."""

    report: Report
    result: GateResult
    verdict: str

    @cached_property
    def sentences(self) -> tuple[str, ...]:
        """What it waits for, a sentence for each kind of thing."""
        return tuple(phrasing.gate_lines(self.report.assessment, self.result))

    @property
    def milestone(self) -> Milestone:
        """When it can be passed."""
        return next(one for one in self.report.plan.gates if one.id == self.result.id)


@dataclass(frozen=True, eq=False)
class CheckEntry:
    """A check, and what reports say about it.

    `number` is its place among the open checks, from 1 on, and `wave` its wave; 0 where it is
    closed. `area` is the title of its area, `status` its status in words, `action` what closes it
    and `owner` whose work that is.
    """

    report: Report
    result: CheckResult
    id: str
    title: str
    area: str
    status: str
    standing: str
    owner: str
    action: str
    number: int
    wave: int

    @property
    def does_what(self) -> str:
        """How the action is meant: to be done, or if the check turns out to be unmet."""
        return "If unmet" if self.result.status == "undetermined" else "Action"

    @property
    def effort(self) -> str:
        """How many working days it takes; empty where nobody has estimated it."""
        effort = self.result.check.remedy.effort_days
        return phrasing.effort_in_days(effort) if effort else ""

    @property
    def cost(self) -> str:
        """What it costs; empty where nobody has stated that."""
        cost = self.result.check.remedy.cost
        return "" if cost is None else format_number(cost)

    @property
    def reported(self) -> str:
        """What the engagement reports about the work; empty where nothing is."""
        assessment = self.report.assessment
        work = assessment.circumstances.progress_of(self.id)
        return phrasing.describe_progress(work, assessment.as_of)

    @property
    def remedy(self) -> list[tuple[str, str]]:
        """What closes it, whose work it is, what is reported, and why: names and texts."""
        owner = phrasing.name_owner(self.owner)
        told = [(self.does_what, self.action), ("Owner", owner), ("Effort", self.effort)]
        told += [("Cost", self.cost), ("Reported", self.reported), ("Why", self.result.check.why)]
        return [(label, text) for label, text in told if text]

    @property
    def found(self) -> str:
        """What its findings are: what is missing, or what was found."""
        return "Missing" if self.result.status == "undetermined" else "Found"

    @property
    def activity(self) -> Activity | None:
        """The work of closing it."""
        return self.report.plan.activity(self.id)

    @property
    def conditions(self) -> dict[str, ConditionLine]:
        """Its conditions by what they are: when it applies, and when it is met."""
        return conditions_of(self.because)

    @cached_property
    def because(self) -> Reason:
        """Its reason tree, with questions named by their texts."""
        return self.result.explain(BY_TITLE)

    @cached_property
    def findings(self) -> tuple[Finding, ...]:
        """Why it is open or does not apply."""
        if self.result.status == "met":
            return ()
        return findings_of(self.report.assessment, self.result, self.because)

    @property
    def closed_by(self) -> str:
        """What decision alone closes it in words: waived, out of scope; empty for any other."""
        return phrasing.DECISIONS.get(self.result.closed_by, "")

    @property
    def out_of_scope(self) -> str:
        """Why it is out of scope, and who decided that; empty for a check in scope."""
        out = self.result.out_of_scope
        return f"{out.reason} ({phrasing.decided_by(out)})" if out else ""

    @property
    def approval(self) -> str:
        """Who approved its waiver, when, and until when it holds; empty without one."""
        waiver = self.result.waived
        return phrasing.approval(waiver, self.report.assessment.as_of) if waiver else ""

    @property
    def held_back(self) -> str:
        """What waits for it, and which gates come after those that do."""
        return phrasing.describe_held_back(self.report.assessment, self.result)

    @property
    def waits_for(self) -> tuple[str, ...]:
        """The open checks that it waits for and that none of the others waits for in turn."""
        return self.report.assessment.sequence.nearest(self.id)

    @property
    def prerequisites(self) -> str:
        """The titles of the checks in `waits_for`."""
        return phrasing.check_titles(self.report.assessment, self.waits_for)

    @property
    def citations(self) -> tuple[str, ...]:
        """The works that it rests on."""
        sources = self.report.assessment.ruleset.sources
        cited = self.result.check.citations
        return tuple(phrasing.citation(sources[one.source], one) for one in cited)

    @property
    def place(self) -> str:
        """Where the ruleset defines it."""
        return str(self.result.check.node.place)

    @property
    def notes(self) -> tuple[str, ...]:
        """The notes of the answers that it read."""
        return tuple(
            f"{one.question.label} – {one.who}: {one.response.note}"
            for one in self.report.read_by.get(self.id, ())
            if one.response.note
        )

    @property
    def evidence(self) -> tuple[str, ...]:
        """The evidence of the answers that it read."""
        return tuple(
            f"{one.question.label} – {one.who}: {item.text}"
            for one in self.report.read_by.get(self.id, ())
            for item in one.evidence
        )


@dataclass(frozen=True, slots=True, eq=False)
class AreaEntry:
    """An area with its checks; `score` is that of all its checks, also of those not shown."""

    area: Area
    score: Score
    checks: tuple[CheckEntry, ...]


@dataclass(frozen=True, slots=True, eq=False)
class EvidenceEntry:
    """An evidence item and what reports say about it."""

    item: Evidence
    text: str
    is_expired: bool


@dataclass(frozen=True, eq=False)
class AnswerEntry:
    """An answer as it was given."""

    report: Report
    response: Response

    @property
    def question(self) -> Question:
        """The question answered."""
        return self.response.question

    @property
    def section(self) -> str:
        """The title of the section that the question is in."""
        return self.report.assessment.ruleset.section_titles[self.question.id]

    @property
    def who(self) -> str:
        """The respondent, or the assessor who settled it."""
        if self.response.is_resolution:
            by = self.response.settled_by
            return f"resolved by {by}" if by else "resolved"
        return self.response.who or "not named"

    @cached_property
    def said(self) -> str:
        """The answer in words."""
        given = self.response.given
        if isinstance(given, Given):
            return phrasing.given_in_words(self.question, given)
        return self.response.text

    @property
    def remark(self) -> str:
        """Why it does not count, where it does not."""
        return "" if self.response.is_asked else NOT_PUT

    @property
    def remarks(self) -> list[str]:
        """Why it does not count, where it does not, and when and from what it was changed."""
        return [text for text in (self.remark, self.response.changed) if text]

    @property
    def place(self) -> str:
        """The file and line that it stands in; empty if it never was in a file."""
        given = self.response.given
        return f"{given.sheet}:{given.place.line}" if given.place.line else ""

    @cached_property
    def rows(self) -> tuple[tuple[tuple[str, str], ...], ...]:
        """The rows of a table, each cell, blank ones too, with the title of its column."""
        value = self.response.given.value
        if self.question.type != "table" or not isinstance(value, tuple):
            return ()
        rows: tuple[Any, ...] = value
        columns = self.question.columns.items()
        return tuple(
            tuple(
                (col.label, format_answer(col, row[key]) if key in row else "")
                for key, col in columns
            )
            for row in rows
        )

    @cached_property
    def evidence(self) -> tuple[EvidenceEntry, ...]:
        """What was given as evidence."""
        today = self.report.assessment.as_of
        return tuple(
            EvidenceEntry(item, phrasing.evidence_in_words(item, today), not item.holds_on(today))
            for item in self.response.given.evidence
        )


@dataclass(frozen=True, eq=False)
class ConflictEntry:
    """A question on which respondents differ: who says what, and how it was settled.

    `given` is what respondents answered, `resolution` what counts, if it was settled.
    """

    report: Report
    question: Question
    given: tuple[Given, ...]
    resolution: Resolution | None

    @property
    def answers(self) -> tuple[AnswerEntry, ...]:
        """What respondents answered, without how it was settled."""
        found = (one for one in self.report.answers if one.question.id == self.question.id)
        return tuple(one for one in found if not one.response.is_resolution)

    @property
    def can_be_settled(self) -> bool:
        """Whether a resolution may settle it; not where one respondent gave two answers."""
        return not self.question.ask_each

    @property
    def settled(self) -> str:
        """How it was settled, by whom and why; that it was not."""
        return phrasing.describe_resolution(self.question, self.resolution)

    @property
    def difference(self) -> str:
        """Where tables first differ; empty for other answers."""
        return first_difference(self.question, self.given)

    @property
    def checks(self) -> tuple[str, ...]:
        """The checks that read it."""
        return self.report.assessment.ruleset.readers[self.question.id]


@dataclass(frozen=True, slots=True, eq=False)
class ContradictionEntry:
    """Answers that contradict each other: what contradicts what, who said it, who accepted that."""

    report: Report
    contradiction: Contradiction

    @property
    def answers(self) -> tuple[tuple[Question, Reading, str], ...]:
        """The answers with their questions, and in words who said what."""
        questions, who = self.report.assessment.ruleset.questions, phrasing.describe_reading
        return tuple((questions[one.question], one, who(one)) for one in self.contradiction.answers)

    @property
    def accepted(self) -> str:
        """Who accepted it and why; that nobody has."""
        return phrasing.describe_acceptance(self.contradiction)


@dataclass(frozen=True, slots=True, eq=False)
class WaiverEntry:
    """An accepted gap; `approval` says by whom, when, and until when."""

    waiver: Waiver
    check: CheckEntry
    in_force: bool
    approval: str


@dataclass(frozen=True, slots=True, eq=False)
class ScopeEntry:
    """What is out of scope: what it is, its title, its checks, and who decided that, and when."""

    exclusion: Exclusion
    title: str
    checks: tuple[CheckEntry, ...]
    questions: tuple[Question, ...]
    in_force: bool
    decision: str

    @property
    def parts(self) -> str:
        """What belongs to an area, a gate or a section, by title; empty for anything else."""
        if self.exclusion.kind in ("check", "question"):
            return ""
        titles = [one.title for one in self.checks] + [one.label for one in self.questions]
        return "; ".join(titles)


@dataclass(frozen=True, slots=True, eq=False)
class UnansweredEntry:
    """A question without an answer; if no check and no gate depends on it, it is irrelevant.

    `section` is the title of the section that it is in, `of` the respondents it is missing from,
    empty where any may answer; `checks` and `gates` are those that it could still decide.
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


@dataclass(frozen=True, eq=False)
class Report:
    """An assessment in words, seen from the gates asked about; whole, if none are.

    The checks of the gates that come before count as well, because a gate cannot open before them.
    `path` is the file assessed, `options` those that a proposed command repeats, `branding` how
    the engagement is presented. `only` limits the checks to those shown to a reader. `since`
    compares the assessment with an earlier one. Everything is calculated on first access.
    """

    assessment: Assessment
    asked: tuple[str, ...] = ()
    path: str = ""
    options: Options = ()
    branding: Branding = AS_USUAL
    only: frozenset[str] | None = None
    since: Comparison | None = None

    def proposed(self, proposal: str, **words: str) -> str:
        """Return a command about the file assessed, as it is typed."""
        return format_command(proposal, options=self.options, path=self.path, **words)

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        return not self.asked

    @property
    def ruleset(self) -> str:
        """The ruleset's title and version."""
        return f"{self.assessment.ruleset.title} {self.assessment.ruleset.version}"

    @property
    def title(self) -> str:
        """What was assessed; if that has no name, the ruleset it was assessed against."""
        return self.assessment.title or self.ruleset

    @property
    def score(self) -> str:
        """The score, and of what where not all is shown."""
        return phrasing.score_range(self.assessment.score) + self.score_remark

    @property
    def score_remark(self) -> str:
        """Of which checks the score is, where it is not of those shown."""
        whose = "" if self.is_whole else ", over all checks of the ruleset"
        out = phrasing.count_noun(len(self.assessment.out_of_scope), "check")
        return f"{whose}, without {out} out of scope" if self.assessment.out_of_scope else whose

    @cached_property
    def facts(self) -> tuple[tuple[str, str], ...]:
        """On what it rests: names and texts."""
        return (
            ("Report", self.presented),
            *self.marks,
            ("Ruleset", f"{self.ruleset} ({self.assessment.ruleset.id})"),
            ("Score", self.score),
            ("As of", self.assessment.as_of.isoformat()),
            ("Assurance", phrasing.ASSURANCES[self.assessment.assurance]),
            ("Respondents", self.respondents),
        )

    @property
    def marks(self) -> Iterator[tuple[str, str]]:
        """For whom the report is, by whom, and how it is marked, as far as the engagement says."""
        told = self.branding
        marking = " · ".join(told.notice)
        named = (("Client", told.client), ("Author", told.author), ("Marking", marking))
        return ((label, text) for label, text in named if text)

    @property
    def presented(self) -> str:
        """For which readers the report is, of which day, and which others there are."""
        dated = f", {self.branding.date}" if self.branding.date else ""
        return f"full version for auditors{dated}; the board and management versions are shorter"

    @property
    def respondents(self) -> str:
        """Who answered, by name; that somebody without a name did."""
        sheets, people = self.assessment.sheets, self.assessment.circumstances.people
        names = dict.fromkeys(one.respondent for sheet in sheets for one in sheet.given)
        names |= dict.fromkeys(sheet.respondent for sheet in sheets if sheet.respondent)
        named = [people.name(name) for name in names if name]
        unnamed = ["one unnamed respondent"] if "" in names else []
        return join_names(named + unnamed) or "none yet"

    @property
    def introduction(self) -> str:
        """What the list of what to do first holds, or why it is empty."""
        open_ = sum(entry.result.is_open for entry in self.checks)
        gaps, unknown = sum(map(len, self.gaps.values())), len(self.to_find_out)
        whole = f" of {phrasing.count_noun(open_, 'open check')}"
        if gaps or unknown:
            are = "is a known gap" if gaps == 1 else "are known gaps"
            told = [f"{gaps}{whole} {are} on which work can start now"] if gaps else []
            rest = f"{unknown} more" if gaps else f"{unknown}{whole}"
            may = "may prove to be a gap" if unknown == 1 else "may prove to be gaps"
            told += [f"{rest} cannot be judged yet and {may}"] if unknown else []
            return f"{'; '.join(told)}."
        if open_:
            return "No open check blocks a gate or another check."
        whose = "" if self.is_whole else " that these gates wait for"
        out = ", out of scope" if self.assessment.out_of_scope else ""
        return f"Nothing: every check{whose} is met, waived{out} or not applicable."

    @cached_property
    def plan(self) -> Plan:
        """The schedule of what is open."""
        from readiness.planning.plan import plan  # not every report shows days

        return plan(self.assessment, gates=self.asked)

    @cached_property
    def gates(self) -> tuple[GateEntry, ...]:
        """The gates asked about, in their order."""
        return tuple(
            GateEntry(self, gate, phrasing.verdict_of(gate))
            for gate in self.assessment.gates.values()
            if self.is_whole or gate.id in self.asked
        )

    @cached_property
    def checks(self) -> tuple[CheckEntry, ...]:
        """The checks that they wait for, in the order of the ruleset."""
        waves = enumerate(self.assessment.order, 1)
        placed = [(key, wave) for wave, keys in waves for key in keys]
        places = {key: (number, wave) for number, (key, wave) in enumerate(placed, 1)}
        earlier = self.assessment.ruleset.earlier_gates
        gates = set(self.asked).union(*(earlier[key] for key in self.asked))
        return tuple(
            self._entry(result, *places.get(result.id, (0, 0)))
            for result in self.assessment.checks.values()
            if self.is_whole or gates.intersection(result.gates)
            if self.only is None or result.id in self.only
        )

    def _entry(self, result: CheckResult, number: int, wave: int) -> CheckEntry:
        check, areas = result.check, self.assessment.ruleset.areas
        return CheckEntry(
            report=self,
            result=result,
            id=result.id,
            title=check.title,
            area=areas[check.area].title if check.area else "",
            status=phrasing.STATUSES[result.status],
            standing=OUT_OF_SCOPE if result.out_of_scope else result.standing,
            owner=self.assessment.circumstances.owner_of(check),
            action=check.remedy.action,
            number=number,
            wave=wave,
        )

    @cached_property
    def check(self) -> dict[str, CheckEntry]:
        """The checks by their ids."""
        return {entry.id: entry for entry in self.checks}

    @cached_property
    def areas(self) -> tuple[AreaEntry, ...]:
        """The areas that the checks shown belong to, in the order of the ruleset."""
        held: dict[str, list[CheckEntry]] = {}
        for entry in self.checks:
            held.setdefault(entry.result.check.area, []).append(entry)
        scores = self.assessment.area_scores
        return tuple(
            AreaEntry(area, scores[key], tuple(held[key]))
            for key, area in self.assessment.ruleset.areas.items()
            if key in held
        )

    def of(self, ids: Iterable[str]) -> tuple[CheckEntry, ...]:
        """Those of some checks that are shown, in the order given."""
        return tuple(self.check[key] for key in ids if key in self.check)

    @cached_property
    def first(self) -> tuple[CheckEntry, ...]:
        """What to do first: the root blockers, without gates every check that is actionable."""
        if self.assessment.gates or not self.assessment.order:
            return self.of(self.assessment.root_blockers)
        return self.of(self.assessment.order[0])

    @cached_property
    def gaps(self) -> dict[str, list[CheckEntry]]:
        """What to do first of what is known to be unmet, by the title of the first gate it blocks.

        The gates are in their order; what blocks none comes last, under an empty title.
        """
        titles = {key: gate.gate.title for key, gate in self.assessment.gates.items()}
        found: dict[str, list[CheckEntry]] = {title: [] for title in (*titles.values(), "")}
        for entry in self.first:
            if entry.result.status == "unmet":
                found[titles.get(next(iter(entry.result.gates), ""), "")].append(entry)
        return {title: entries for title, entries in found.items() if entries}

    @cached_property
    def to_find_out(self) -> tuple[CheckEntry, ...]:
        """What to find out first: the others of what to do first, which an answer may close."""
        return tuple(entry for entry in self.first if entry.result.status != "unmet")

    @cached_property
    def later(self) -> tuple[tuple[int, tuple[CheckEntry, ...]], ...]:
        """The waves after the first with their numbers."""
        waves = ((n, self.of(wave)) for n, wave in enumerate(self.assessment.order, 1))
        return tuple((number, wave) for number, wave in waves if wave and number > 1)

    @property
    def aside(self) -> tuple[CheckEntry, ...]:
        """What is actionable and holds nothing back."""
        first = {entry.id for entry in self.first}
        wave = self.assessment.order[0] if self.assessment.order else ()
        return tuple(entry for entry in self.of(wave) if entry.id not in first)

    @cached_property
    def open(self) -> tuple[CheckEntry, ...]:
        """The open checks, in order."""
        return self.of(key for wave in self.assessment.order for key in wave)

    @cached_property
    def premature(self) -> tuple[CheckEntry, ...]:
        """What was closed while something that it rests on is open."""
        return tuple(entry for entry in self.checks if entry.standing == "premature")

    def questions(self, ids: Iterable[str]) -> tuple[str, ...]:
        """Return those of some questions that the shown checks depend on."""
        readers = self.assessment.ruleset.readers
        return tuple(
            key for key in ids if self.is_whole or not self.check.keys().isdisjoint(readers[key])
        )

    @cached_property
    def answers(self) -> tuple[AnswerEntry, ...]:
        """Every answer as it was given, in the order of the questions."""
        shown = set(self.questions(self.assessment.ruleset.questions))
        given = self.assessment.responses
        return tuple(AnswerEntry(self, one) for one in given if one.question.id in shown)

    @cached_property
    def read_by(self) -> dict[str, list[AnswerEntry]]:
        """The answers that count, by the checks that read them."""
        found: dict[str, list[AnswerEntry]] = {}
        for answer in self.answers:
            for key in answer.response.checks if answer.response.is_asked else ():
                found.setdefault(key, []).append(answer)
        return found

    @cached_property
    def conflicts(self) -> tuple[ConflictEntry, ...]:
        """The questions on which respondents differ, settled or not, in their order."""
        questions, answers = self.assessment.ruleset.questions, self.assessment.answers
        resolutions = answers.circumstances.resolutions
        return tuple(
            ConflictEntry(self, questions[key], answers.given.get(key, ()), resolutions.get(key))
            for key in self.questions(self.assessment.disputed)
        )

    @cached_property
    def contradictions(self) -> tuple[ContradictionEntry, ...]:
        """The answers that contradict each other, accepted or not, in the order of the rules."""
        found = self.assessment.contradictions
        return tuple(
            ContradictionEntry(self, one) for one in found if self.questions(one.questions)
        )

    @cached_property
    def waivers(self) -> tuple[WaiverEntry, ...]:
        """The waivers of the engagement, in force or not, in the order of the checks."""
        waivers, today = self.assessment.answers.circumstances.waivers, self.assessment.as_of
        held = [(entry, waivers[entry.id]) for entry in self.checks if entry.id in waivers]
        return tuple(
            WaiverEntry(waiver, entry, waiver.holds_on(today), phrasing.approval(waiver, today))
            for entry, waiver in held
        )

    @cached_property
    def scope(self) -> tuple[ScopeEntry, ...]:
        """What the engagement takes out of scope, in force or not."""
        return tuple(map(self._scope_entry, self.assessment.circumstances.scope))

    def _scope_entry(self, one: Exclusion) -> ScopeEntry:
        ruleset, scope = self.assessment.ruleset, self.assessment.ruleset.scope
        named = ruleset.names[one.kind][one.id]
        return ScopeEntry(
            exclusion=one,
            title=named.label if one.kind == "question" else named.title,
            checks=self.of(key for key, held in scope.checks.items() if held == one),
            questions=tuple(
                ruleset.questions[key] for key, held in scope.questions.items() if held == one
            ),
            in_force=one.holds_on(self.assessment.as_of),
            decision=phrasing.decided_by(one),
        )

    @property
    def warnings(self) -> tuple[str, ...]:
        """What decides nothing, though the reader should know it."""
        used = (
            "the function '{function}' of plug-in {plugin} {version} is used, which the "
            "independent engine cannot calculate again".format(**one)
            for one in self.assessment.plugins
        )
        return (*used, *self.assessment.warnings)

    @cached_property
    def unanswered(self) -> tuple[UnansweredEntry, ...]:
        """The questions without an answer, in their order."""
        decided: dict[str, list[str]] = {}
        for check in self.assessment.checks.values():
            if check.status == "undetermined":
                for key in self.assessment.open_questions(check.id):
                    decided.setdefault(key, []).append(check.id)
        ruleset, gates = self.assessment.ruleset, self.assessment.gates.values()
        return tuple(
            UnansweredEntry(
                ruleset.questions[key],
                ruleset.section_titles[key],
                self._missing_from(key),
                tuple(decided.get(key, ())),
                tuple(gate.id for gate in gates if key in gate.questions),
            )
            for key in self.questions(self.assessment.unanswered)
        )

    def _missing_from(self, question: str) -> tuple[str, ...]:
        """The respondents that are asked and have said nothing at all."""
        states = self.assessment.reference.case.each.get(question, {})
        heard = {one.respondent for one in self.assessment.answers.given.get(question, ())}
        people = self.assessment.circumstances.people
        missing = [one for one, state in states.items() if state is UNKNOWN]
        missing = missing or [*people.assigned(self.assessment.ruleset.questions[question])]
        return tuple(people.name(one) for one in missing if one and one not in heard)

    @property
    def unanswered_of(self) -> str:
        """How many questions have no answer, of how many."""
        whole = len(self.questions(self.assessment.ruleset.questions))
        return f"{len(self.unanswered)} of {phrasing.count_noun(whole, 'question')}"

    @cached_property
    def sources(self) -> tuple[SourceEntry, ...]:
        """The works that the checks shown cite, in the order of the ruleset."""
        cited: dict[str, list[str]] = {}
        for entry in self.checks:
            for key in entry.result.check.cites:
                cited.setdefault(key, []).append(entry.id)
        works = self.assessment.ruleset.sources.items()
        return tuple(
            SourceEntry(work, phrasing.citation(work), tuple(cited[key]))
            for key, work in works
            if key in cited
        )

    @cached_property
    def changes(self) -> Changes | None:
        """What changed since an earlier result; None if that was not asked."""
        if self.since is None:
            return None
        from readiness.reports.changes import Changes  # few reports show changes

        return Changes(self.since)

    @cached_property
    def document(self) -> dict[str, Any]:
        """The result document."""
        return document(self.assessment, since=self.since.to_dict() if self.since else None)

    @cached_property
    def digests(self) -> tuple[Digest, ...]:
        """The digests of what went in and of what came out."""
        held = self.document
        questionnaires = [("questionnaire", one) for one in held["questionnaires"]]
        found = []
        for kind, one in (("ruleset", held["ruleset"]), *questionnaires):
            parts = [(f"part of {kind}", part) for part in one["extends"]]
            for what, part in ((kind, one), *parts):
                found.append(Digest(what, part["id"], part["version"], part["sha256"]))
        if one := held["engagement"]:
            found.append(Digest("engagement", one["id"], "", one["sha256"]))
        for one in held["answers"]:
            name = one["file"] or one["respondent"] or "answers"
            found.append(Digest("answers", name, "", one["sha256"]))
        return (*found, Digest("result", held["format"], held["engine"]["version"], held["sha256"]))


def build_report(
    assessment: Assessment,
    *,
    gates: Iterable[str] = (),
    path: str = "",
    options: Options = (),
    branding: Branding = AS_USUAL,
    since: Comparison | None = None,
) -> Report:
    """Return the report of an assessment, limited to what `gates` depend on if any are named."""
    return Report(assessment, tuple(dict.fromkeys(gates)), path, options, branding, since=since)
