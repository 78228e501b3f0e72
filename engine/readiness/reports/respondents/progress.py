"""How far an engagement is: what each respondent has answered, and what matters most now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from readiness.advice.questions import next_questions
from readiness.assessing import Assessor
from readiness.documents.schemas import FORMATS
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN
from readiness.evaluation.verdicts import UNDETERMINED
from readiness.loading.engagements import Inquiry, missing_evidence
from readiness.model.answers import Given, differing
from readiness.model.engagement import Resolution
from readiness.model.questionnaire import Question
from readiness.problems.values import brief, by_content
from readiness.reports.reported_work import reported_work
from readiness.result.assessment import Assessment, GateResult
from readiness.result.document import origin

ANYONE = None
"""The name under which questions are listed that need only one answer."""

_STATES = ("answered", "unknown", "not_applicable", "missing", "undecided")


@brief
@dataclass(frozen=True, slots=True)
class Lack:
    """An answer without the evidence that it should have.

    `why` is `none` where a question requires evidence and there is none, `expired` where all of
    it has expired, `no_file` where `file` is named and not there.
    """

    given: Given
    why: str
    file: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As plain values that JSON can hold."""
        given = self.given
        found: dict[str, Any] = {
            "question": given.question,
            "respondent": given.respondent or None,
            "why": self.why,
        }
        if self.why == "no_file":
            found["evidence"] = self.file
        if given.place.line:
            found |= {"file": given.sheet, "line": given.place.line}
        return found


@brief
@dataclass(frozen=True, slots=True)
class ProgressRow:
    """What became of the questions put to one respondent, or to anyone.

    `name` is `ANYONE` for the questions that need one answer, and empty for a respondent without
    a name. `put` are the questions that are asked for certain or answered; each is in exactly one
    of `answered`, `unknown`, `not_applicable` and `missing`. `undecided` are those of which it is
    not known yet whether they are asked. `conflicts` are answered differently and not settled.
    `sheets` are the documents with answers of the respondent, `helped` the questions for anyone
    to which the respondent knew an answer. `due` is the day by which the answers are expected, and
    `overdue` has the missing ones after that day. `changed` are the questions whose answers the
    respondent gave or changed since an earlier result, None if there is none to compare with.
    """

    name: str | None
    put: tuple[str, ...]
    answered: tuple[str, ...]
    unknown: tuple[str, ...]
    not_applicable: tuple[str, ...]
    missing: tuple[str, ...]
    undecided: tuple[str, ...]
    conflicts: tuple[str, ...]
    lacks: tuple[Lack, ...]
    sheets: tuple[str, ...]
    helped: tuple[str, ...]
    due: str = ""
    overdue: tuple[str, ...] = ()
    changed: tuple[str, ...] | None = None

    def to_dict(self) -> dict[str, Any]:
        """As plain values that JSON can hold; of a respondent also who it is."""
        keys = ("put", *_STATES, "conflicts")
        found: dict[str, Any] = {key: list(getattr(self, key)) for key in keys}
        found["without_evidence"] = [lack.to_dict() for lack in self.lacks]
        if self.name is ANYONE:
            return found
        head = {"name": self.name or None, "sheets": list(self.sheets)}
        found |= {"helped": list(self.helped), "due": self.due or None}
        changed = {} if self.changed is None else {"changed": list(self.changed)}
        return head | found | {"overdue": list(self.overdue), **changed}


@brief
@by_content()
@dataclass(frozen=True, slots=True, eq=False)
class Wanted:
    """Something to find out now.

    `kind` is `answer` where an answer is missing, `settle` where respondents disagree, `find_out`
    where those who answered do not know. `of` are those to ask, "" standing for one without a
    name; it is empty where anybody may answer. `could_decide` are the gates that an answer may
    decide by itself, as far as that is known.
    """

    kind: str
    question: Question
    of: tuple[str, ...]
    could_decide: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """As plain values that JSON can hold."""
        return {
            "kind": self.kind,
            "question": self.question.id,
            "ask": self.question.label,
            "of": [name or None for name in self.of],
            "could_decide": list(self.could_decide),
        }


@brief
@by_content()
@dataclass(frozen=True, slots=True, eq=False)
class Progress:
    """How far an engagement is.

    `gate` is the first one that is not passed, None where all are, or there is none. `wanted`
    tells what could still decide it, most important first; where answers cannot, because it is
    no_go or there is none, what could still decide any check.
    """

    assessment: Assessment
    rows: tuple[ProgressRow, ...]
    gate: GateResult | None
    wanted: tuple[Wanted, ...]

    @property
    def is_for_gate(self) -> bool:
        """Whether what is wanted could decide the gate."""
        return self.gate is not None and self.gate.verdict == UNDETERMINED

    def only(self, respondent: str) -> Progress:
        """The same for one respondent: the row, and what that one can be asked."""
        rows = tuple(row for row in self.rows if row.name == respondent)
        wanted = tuple(one for one in self.wanted if not one.of or respondent in one.of)
        return Progress(self.assessment, rows, self.gate, wanted)

    def to_dict(self) -> dict[str, Any]:
        """The status document: plain values that JSON can hold."""
        gate = self.gate
        return {
            "format": FORMATS["status"],
            **origin(self.assessment),
            "respondents": [row.to_dict() for row in self.rows if row.name is not ANYONE],
            "anyone": next((row.to_dict() for row in self.rows if row.name is ANYONE), None),
            "gate": gate
            and {
                "id": gate.id,
                "title": gate.gate.title,
                "verdict": gate.verdict,
                "out_of_scope": list(gate.out_of_scope),
            },
            "wanted": [one.to_dict() for one in self.wanted],
            "contradictions": [one.in_short() for one in self.assessment.contradictions],
            "work": [one.to_dict() for one in reported_work(self.assessment)],
        }


def progress(
    assessment: Assessment,
    missing_files: Sequence[tuple[Given, str]] = (),
    changed: Mapping[str, Sequence[str]] | None = None,
) -> Progress:
    """How far an assessment's respondents are; `missing_files` are as `missing_evidence` finds.

    `changed` are the questions to which respondents gave other answers than in an earlier result.
    """
    gates = (one for one in assessment.gates.values() if one.is_in_scope)
    gate = next((one for one in gates if not one.is_passed), None)
    wanted = tuple(_find_wanted(assessment, gate))
    counting = _Counting(assessment, missing_files, changed)
    return Progress(assessment, tuple(counting.rows()), gate, wanted)


def status(inquiry: Inquiry, *, since: Assessment | Mapping[str, Any] | None = None) -> Progress:
    """Return how far the respondents of an engagement are, and what to ask next.

    With `since`, an earlier result, also which answers changed.
    """
    assessment = Assessor(inquiry.ruleset).assess(inquiry)
    changed = None
    if since is not None:
        from readiness.comparing.comparison import changed_answers

        changed = changed_answers(since, assessment)
    return progress(assessment, missing_evidence(inquiry), changed)


class _Counting:
    def __init__(
        self,
        assessment: Assessment,
        files: Sequence[tuple[Given, str]],
        changed: Mapping[str, Sequence[str]] | None,
    ) -> None:
        self.assessment = assessment
        self.changed = changed
        self.people = assessment.circumstances.people
        self.conflicts = frozenset(assessment.conflicts)
        self.sheets: dict[str, list[str]] = {}
        self.helped: dict[str, dict[str, None]] = {}
        for sheet in assessment.sheets:
            for name in {sheet.respondent, *sheet.speaks_for}:
                self.sheets.setdefault(name, []).append(sheet.name)
            for one in sheet.given:
                if one.state != "unknown" and one.question not in assessment.answers.each:
                    self.helped.setdefault(one.respondent, {})[one.question] = None
        self.files: dict[tuple[str, str], list[Lack]] = {}
        for given, file in files:
            key = given.question, given.respondent
            self.files.setdefault(key, []).append(Lack(given, "no_file", file))

    def rows(self) -> Iterator[ProgressRow]:
        """Each respondent as declared, in a group, or on a sheet, in this order; then anyone."""
        questions = self.assessment.ruleset.questions.values()
        for name in self._names():
            yield self._row(name, [one.id for one in questions if self._is_of(name, one)])
        shared = (one for one in questions if not (one.ask_each or self.people.assigned(one)))
        yield self._row(ANYONE, [one.id for one in shared])

    def _is_of(self, name: str, question: Question) -> bool:
        """Whether a question needs the answer of this respondent."""
        answers, key = self.assessment.answers, question.id
        if question.ask_each:
            return name in answers.each[key]
        if not self.people.own(question, name):
            return False
        if self._own(key, name):
            return True
        given = answers.given.get(key, ())
        return not (self._resolution(key) or self.people.spare(key, name, given))

    def _names(self) -> dict[str, None]:
        found = dict.fromkeys(self.people.respondents)
        for members in self.assessment.answers.groups.values():
            found.update(dict.fromkeys(members))
        for sheet in self.assessment.sheets:
            named = [name for name in (sheet.respondent, *sheet.speaks_for) if name]
            found.update(dict.fromkeys(named or [""]))
        return found

    def _row(self, name: str | None, keys: Sequence[str]) -> ProgressRow:
        states: dict[str, list[str]] = {}
        lacks: list[Lack] = []
        conflicts: list[str] = []
        for key in keys:
            own = self._own(key, name)
            state = self._state(key, name, own)
            states.setdefault(state, []).append(key)
            if state != "not_asked":
                lacks += self._lacks(key, own)
            if key in self.conflicts and len(differing(own)) > 1:
                conflicts.append(key)
        by_state = {state: tuple(states.get(state, ())) for state in _STATES}
        aside = {*by_state["undecided"], *states.get("not_asked", ())}
        known = self.people.respondents.get(name or "")
        due = known.due if known else ""
        is_over = bool(due) and due < self.assessment.as_of.isoformat()
        return ProgressRow(
            name=name,
            put=tuple(key for key in keys if key not in aside),
            **by_state,
            conflicts=tuple(conflicts),
            lacks=tuple(lacks),
            sheets=() if name is ANYONE else tuple(self.sheets.get(name, ())),
            helped=() if name is ANYONE else tuple(self.helped.get(name, ())),
            due=due,
            overdue=by_state["missing"] if is_over else (),
            changed=None if self.changed is None else tuple(self.changed.get(name or "", ())),
        )

    def _own(self, key: str, name: str | None) -> Sequence[Given]:
        answers = self.assessment.answers
        return answers.given.get(key, ()) if name is ANYONE else answers.given_by(key, name)

    def _state(self, key: str, name: str | None, own: Sequence[Given]) -> str:
        asked = self.assessment.asked(key, name or "")
        if asked in (False, NOT_APPLICABLE):
            return "not_asked"
        said: list[Given | Resolution] = [*own]
        is_for_all = name is ANYONE or self.assessment.ruleset.questions[key].ask_each
        if is_for_all and (settled := self._resolution(key)) is not None:
            said = [settled]
        states = {one.state for one in said}
        for state in ("answered", "not_applicable", "unknown"):
            if state in states:
                return state
        return "undecided" if asked is UNKNOWN else "missing"

    def _resolution(self, key: str) -> Resolution | None:
        return self.assessment.answers.circumstances.resolutions.get(key)

    def _lacks(self, key: str, own: Sequence[Given]) -> Iterator[Lack]:
        """What is amiss with the evidence of the answers to a question."""
        for one in own:
            yield from self.files.pop((key, one.respondent), ())
        answered = [one for one in own if one.state == "answered"]
        if not answered or self.assessment.ruleset.questions[key].evidence != "required":
            return
        resolution = self._resolution(key)
        items = [item for one in (*answered, resolution) if one for item in one.evidence]
        if not any(item.counts_on(self.assessment.as_of) for item in items):
            was_shown = any(item.is_shown for item in items)
            yield Lack(answered[0], "expired" if was_shown else "none")


def _find_wanted(assessment: Assessment, gate: GateResult | None) -> Iterator[Wanted]:
    """What could still decide the gate, or, where answers cannot, any check."""
    asked_for = (gate.id,) if gate is not None and gate.verdict == UNDETERMINED else ()
    for one in next_questions(assessment, gates=asked_for):
        yield Wanted("answer", one.question, one.of, one.could_decide)
    deciding = set(gate.questions) if gate is not None and asked_for else _open(assessment)
    for key, question in assessment.ruleset.questions.items():
        if key not in deciding or key in assessment.answers.circumstances.resolutions:
            continue
        given = assessment.answers.given.get(key, ())
        is_known = not question.ask_each and any(one.state != "unknown" for one in given)
        if key in assessment.conflicts:
            yield Wanted("settle", question, _names(given, ("answered", "not_applicable")), ())
        elif not is_known and (unsure := _names(given, ("unknown",))):
            yield Wanted("find_out", question, unsure, ())


def _open(assessment: Assessment) -> set[str]:
    statuses = assessment.judgement.statuses
    undetermined = [key for key in statuses if statuses[key] == UNDETERMINED]
    return {question for key in undetermined for question in assessment.open_questions(key)}


def _names(given: Sequence[Given], states: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(one.respondent for one in given if one.state in states))
