"""Engagements: respondents, resolutions, waivers of gaps, reported work, and how they look."""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, TypeAlias

from readiness.documents.nodes import Mapping, Node, Scalar, as_written, locate
from readiness.model.answers import (
    Evidence,
    FindEvidence,
    no_evidence,
    read_evidence,
    refuse_not_applicable,
)
from readiness.model.consistency import PREFIX
from readiness.model.fields import child, day, each, entries, key_at, names, text, texts, texts_at
from readiness.model.questionnaire import Question, with_earlier
from readiness.model.respondents import NO_PEOPLE, People, read_people
from readiness.model.ruleset import Check
from readiness.model.value import Value, read_value
from readiness.problems import Excerpt, Place, Problem, Problems, nearest, there_are
from readiness.problems.values import FrozenDict, Unchanging, brief

_TEXTS = ("client", "author", "date", "logo", "template", "colour", "classification", "language")
LOGOS = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}


@dataclass(frozen=True, slots=True)
class Branding:
    """How reports present an engagement.

    `logo` and `template` are files from `folder`, that of the engagement: a picture, and a Word
    document whose styles are used. `colour` is that of headings as #rrggbb, `language` that in
    which dates are written, as a BCP 47 tag. Reports are marked as drafts as long as `draft` holds.
    """

    client: str = ""
    author: str = ""
    date: str = ""
    logo: str = ""
    template: str = ""
    colour: str = "#004a7f"
    classification: str = ""
    language: str = "en-GB"
    draft: bool = True
    folder: Path = field(default_factory=Path)

    @property
    def marks(self) -> tuple[str, ...]:
        """Return what the reader should know first: for whom, by whom, then `notice`."""
        told = (self.client, f"by {self.author}" if self.author else "")
        return (*filter(None, told), *self.notice)

    @property
    def notice(self) -> tuple[str, ...]:
        """Return what stands on every page: the classification, and that it is a draft."""
        return tuple(filter(None, (self.classification, "Draft" if self.draft else "")))

    @property
    def logo_file(self) -> Path | None:
        """Return the picture, None without one."""
        return self.folder / self.logo if self.logo else None

    @property
    def template_file(self) -> Path | None:
        """Return the Word document whose styles are used, None without one."""
        return self.folder / self.template if self.template else None


AS_USUAL = Branding()


def read_branding(root: Node) -> Branding:
    """Return how an engagement is presented, which may be as usual."""
    node = child(root, "branding")
    named = texts_at(node, *_TEXTS)
    stated = {key: value for key, value in named.items() if value}
    draft = child(node, "draft")
    return Branding(
        **stated,
        draft=not isinstance(draft, Scalar) or draft.value is not False,
        folder=Path(root.source.name).parent,
    )


@brief
@dataclass(frozen=True, slots=True)
class Resolution:
    """The assessor's resolution of a disputed question; `state` is `answered` or `not_applicable`.

    `inapplicable` says why the question does not apply, `reason` why the assessor decided this way.
    """

    question: str
    state: str
    value: Value | None
    inapplicable: str
    reason: str
    by: str
    evidence: tuple[Evidence, ...]
    sheet: str
    place: Place

    @property
    def excerpt(self) -> Excerpt:
        """The place in the engagement that states the resolution."""
        return Excerpt(self.place)


@brief
@dataclass(frozen=True, slots=True)
class Acceptance:
    """The assessor's decision that the answers stay although they contradict each other."""

    rule: str
    reason: str
    by: str
    excerpt: Excerpt = field(compare=False)


@brief
@dataclass(frozen=True, slots=True)
class Waiver:
    """A waiver of a gap; it is in force from `approved_on` up to and including `expires`."""

    check: str
    reason: str
    approved_by: str
    approved_on: str
    expires: str
    excerpt: Excerpt

    def holds_on(self, day: datetime.date) -> bool:
        """Return whether the waiver is in force on `day`."""
        today = day.isoformat()
        return self.approved_on <= today and (not self.expires or today <= self.expires)


SCOPED = {
    "checks": "check", "areas": "area", "gates": "gate", "sections": "section",
    "questions": "question",
}  # fmt: skip
"""What an engagement can take out of scope, by the key under `scope`."""


@brief
@dataclass(frozen=True, slots=True)
class Exclusion:
    """What an engagement takes out of scope from the day `on`; `kind` is a name in `SCOPED`."""

    kind: str
    id: str
    reason: str
    by: str
    on: str
    excerpt: Excerpt = field(compare=False)

    def holds_on(self, day: datetime.date) -> bool:
        """Return whether it is out of scope on `day`."""
        return self.on <= day.isoformat()


@dataclass(frozen=True, slots=True)
class ReportedProgress:
    """What is reported about the work on a check; days as texts, empty where nothing is stated.

    `owner` is the person who does it, `due` the day that was agreed.
    """

    started: str = ""
    done: str = ""
    owner: str = ""
    due: str = ""
    note: str = ""
    excerpt: Excerpt = field(default=Excerpt(Place("")), compare=False)

    @property
    def state(self) -> str:
        """Return `done`, `started` or `not started`."""
        return "done" if self.done else "started" if self.started else "not started"

    def is_late(self, day: datetime.date) -> bool:
        """Return whether it was due before `day` and is not done."""
        return bool(self.due) and not self.done and self.due < day.isoformat()

    def to_dict(self, day: datetime.date) -> dict[str, Any]:
        """Return what is reported, and whether it is late on `day`, as JSON values."""
        stated = {name: getattr(self, name) or None for name in ("due", "started", "done", "note")}
        return {**stated, "late": self.is_late(day)}


PROGRESS = ("started", "done", "owner", "due", "note")
"""What an engagement states of the work on a check."""
NOTHING_REPORTED = ReportedProgress()


Names: TypeAlias = Map[str, Map[str, Any]]
"""What an engagement can refer to: checks, areas, gates, sections and questions by kind and id."""


@brief
@dataclass(frozen=True, slots=True)
class Circumstances:
    """The circumstances of an assessment: day, assurance, people, resolutions, waivers, scope.

    `accepted` are the contradictions that are accepted, by their consistency rule;
    `holds_contradictions` says whether the others hold gates. `progress` is what is reported about
    the work on checks, which changes no result. `notes` are remarks for the reader about how the
    answer sheets were found.
    """

    as_of: datetime.date
    assurance: str = "stated"
    groups: Map[str, tuple[str, ...]] = field(default_factory=dict)
    resolutions: Map[str, Resolution] = field(default_factory=dict)
    waivers: Map[str, Waiver] = field(default_factory=dict)
    scope: tuple[Exclusion, ...] = ()
    progress: Map[str, ReportedProgress] = field(default_factory=dict)
    notes: tuple[Problem, ...] = ()
    people: People = NO_PEOPLE
    accepted: Map[str, Acceptance] = field(default_factory=dict)
    holds_contradictions: bool = False

    @property
    def respondents(self) -> tuple[str, ...]:
        """Return everyone the engagement names: its respondents, then the members of groups."""
        members = (name for group in self.groups.values() for name in group)
        return tuple(dict.fromkeys((*self.people.respondents, *members)))

    def progress_of(self, check: str) -> ReportedProgress:
        """Return what is reported about the work on a check, which may be nothing."""
        return self.progress.get(check, NOTHING_REPORTED)

    def owner_of(self, check: Check) -> str:
        """Return who closes a check: whom the engagement names, else the ruleset; or empty."""
        return self.progress_of(check.id).owner or check.remedy.owner

    def waived(self) -> dict[str, Waiver]:
        """Return the waivers that are in force on the day of the assessment."""
        return {key: w for key, w in self.waivers.items() if w.holds_on(self.as_of)}

    def excluded(self) -> tuple[Exclusion, ...]:
        """Return what is out of scope on the day of the assessment."""
        return tuple(one for one in self.scope if one.holds_on(self.as_of))


@brief
@dataclass(frozen=True, slots=True, eq=False)
class Engagement(Unchanging):
    """An engagement: the circumstances of an assessment, as stated in a document."""

    id: str
    title: str
    ruleset: str
    as_of: datetime.date | None
    assurance: str
    groups: Map[str, tuple[str, ...]]
    answers: tuple[Scalar, ...]
    branding: Branding
    node: Node

    @property
    def _content(self) -> tuple[object, ...]:
        return self.id, as_written(self.node)


def read_engagement(root: Node) -> Engagement:
    """Read the engagement in a document."""
    return Engagement(
        title=text(child(root, "title")) or text(child(root, "id")),
        **texts_at(root, "id", "ruleset"),
        as_of=day(text(child(root, "as_of"))),
        assurance=text(child(root, "assurance")) or "stated",
        groups=each(child(root, "groups"), lambda _, node: names(node)),
        answers=texts(child(root, "answers")),
        branding=read_branding(root),
        node=root,
    )


def read_circumstances(
    root: Node, known: Names, problems: Problems, find: FindEvidence = no_evidence
) -> Circumstances:
    """Read the circumstances in an engagement; the day is today if it names none.

    `known` is what it can refer to, `find` finds the evidence files that its resolutions name.
    """
    engagement = read_engagement(root)
    people = read_people(root, known["question"], engagement.groups, problems)
    return Circumstances(
        as_of=engagement.as_of or datetime.date.today(),
        assurance=engagement.assurance,
        groups=people.join(engagement.groups),
        people=people,
        resolutions=read_resolutions(root, known["question"], problems, find),
        waivers=_waivers(root, known["check"], problems),
        scope=_scope(root, known, problems),
        progress=_progress(root, known["check"], problems),
        accepted=_accepted(root, known, problems),
        holds_contradictions=text(child(root, "hold_contradictions")) == "true",
    )


def read_resolutions(
    root: Node, questions: Map[str, Question], problems: Problems, find: FindEvidence = no_evidence
) -> Map[str, Resolution]:
    """Read the resolutions of an engagement; `questions` determine the types of their answers.

    `find` finds the evidence files that they name.
    """
    resolutions: dict[str, Resolution] = {}
    by_id = with_earlier(questions)
    before = len(problems)
    for key, entry in entries(child(root, "resolutions")):
        at, question = key_at(root, "resolutions", key), by_id.get(key)
        if question is None and key.startswith(PREFIX):
            continue  # a contradiction
        if question is None:
            problems.add("unknown-answer", at, hint=nearest(key, questions), name=key)
        elif question.ask_each and child(entry, "not_applicable") is None:
            problems.add("resolution-of-each", at, id=key)
        elif (resolution := _resolution(question, entry, problems, find)) is not None:
            resolutions[question.id] = resolution
    if len(problems) > before:
        locate(problems, root, since=before)
    return FrozenDict(resolutions)


def _resolution(
    question: Question, node: Node, problems: Problems, find: FindEvidence
) -> Resolution | None:
    state, value = "answered", None
    if isinstance(node, Mapping) and "not_applicable" in node.entries:
        state = "not_applicable"
        refuse_not_applicable(question, node, problems, is_resolution=True)
        if text(said := node.entries["not_applicable"].value) == "false":
            problems.add("not-one-of", said, text="false", allowed="true and a text that says why")
    else:
        held = child(node, "value")
        value = read_value(question, held, problems) if held is not None else None
        if value is None:
            return None
    return Resolution(
        question=question.id,
        state=state,
        value=value,
        inapplicable=_why(child(node, "not_applicable"), child(node, "reason")),
        **texts_at(node, "reason", "by"),
        evidence=read_evidence(child(node, "evidence"), find),
        sheet=PurePath(node.source.name).name,
        place=node.place,
    )


def _accepted(root: Node, known: Names, problems: Problems) -> Map[str, Acceptance]:
    """Read the contradictions that an engagement accepts, by their consistency rule."""
    found = {}
    for key, entry in entries(child(root, "resolutions")):
        rule, at = key.removeprefix(PREFIX), key_at(root, "resolutions", key)
        if key in known["question"] or rule == key:
            continue
        rules, kind = known["consistency rule"], "consistency rule"
        if rule not in rules:
            hint = nearest(rule, rules) or there_are([*rules])
            problems.add("unknown-link", at, hint=hint, kind=kind, name=rule)
        found[rule] = Acceptance(rule, **texts_at(entry, "reason", "by"), excerpt=at.excerpt)
    return FrozenDict(found)


def _why(inapplicable: Node | None, reason: Node | None) -> str:
    """Why a question does not apply: what is said of that, or the reason of the resolution."""
    said = text(inapplicable)
    return text(reason) if said in ("true", "yes") else said


def _waivers(root: Node, checks: Map[str, object], problems: Problems) -> Map[str, Waiver]:
    """Read the waivers of an engagement, by the id of the check that each one waives."""
    waivers = {
        key: Waiver(
            check=key,
            excerpt=at.excerpt,
            **texts_at(entry, "reason", "approved_by", "approved_on", "expires"),
        )
        for key, at, entry in _of_checks(root, "waivers", checks, problems)
    }
    return FrozenDict(waivers)


def _progress(
    root: Node, checks: Map[str, object], problems: Problems
) -> Map[str, ReportedProgress]:
    """Read what is reported about the work on checks, by their ids."""
    found = {}
    for key, at, entry in _of_checks(root, "progress", checks, problems):
        found[key] = stated = ReportedProgress(**texts_at(entry, *PROGRESS), excerpt=at.excerpt)
        if stated.started and stated.done and stated.done < stated.started:
            facts = {"id": key, "started": stated.started, "done": stated.done}
            problems.add("done-before-started", child(entry, "done") or at, **facts)
    return FrozenDict(found)


def _of_checks(
    root: Node, kind: str, checks: Map[str, object], problems: Problems
) -> Iterator[tuple[str, Node, Node]]:
    """Yield each entry about a check: the id, the key and the value; refuse unknown checks."""
    for key, entry in entries(child(root, kind)):
        at = key_at(root, kind, key)
        if key in checks:
            yield key, at, entry
        else:
            problems.add("unknown-link", at, hint=nearest(key, checks), kind="check", name=key)


def _scope(root: Node, known: Names, problems: Problems) -> tuple[Exclusion, ...]:
    """Read what an engagement takes out of scope, kind by kind."""
    found = []
    for group, kind in SCOPED.items():
        for key, entry in entries(child(child(root, "scope"), group)):
            at = key_at(root, "scope", group, key)
            if key in known[kind]:
                facts = texts_at(entry, "reason", "by", "on")
                found.append(Exclusion(kind, key, excerpt=at.excerpt, **facts))
            else:
                problems.add(
                    "unknown-link",
                    at,
                    hint=nearest(key, known[kind]) or there_are([*known[kind]]),
                    kind=kind,
                    name=key,
                )
    return tuple(found)
