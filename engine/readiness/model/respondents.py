"""Respondents: who they are, and which questions each of them is asked."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from itertools import count

from readiness.documents.nodes import Mapping, Node, Scalar
from readiness.model.answers import Given, Sheet
from readiness.model.fields import child, entries, key_at, names, text, texts, texts_at
from readiness.model.questionnaire import Question
from readiness.problems import Place, Problems, nearest, there_are
from readiness.problems.values import FrozenDict, brief


@dataclass(frozen=True, slots=True)
class Respondent:
    """A respondent that an engagement declares; `due` is the day by which answers are expected.

    If they are `anonymous`, reports and results do not say whose their answers and remarks are.
    """

    id: str
    name: str
    groups: tuple[str, ...] = ()
    email: str = ""
    due: str = ""
    anonymous: bool = False


@brief
@dataclass(frozen=True, slots=True)
class People:
    """The respondents of an engagement, and the questions assigned to some of them.

    `primary` and `also` are the respondents to whom a question is assigned, by question. `written`
    are the ids of the anonymous ones in the documents, by those under which reports show them.
    """

    respondents: Map[str, Respondent] = field(default_factory=dict)
    primary: Map[str, tuple[str, ...]] = field(default_factory=dict)
    also: Map[str, tuple[str, ...]] = field(default_factory=dict)
    written: Map[str, str] = field(default_factory=dict)

    def name(self, respondent: str) -> str:
        """Return the name that people read; the id if the engagement declares no name."""
        known = self.respondents.get(respondent)
        return known.name if known else respondent

    def called(self, text: str) -> str:
        """Return the id of the only respondent with a name; otherwise the text itself."""
        alike = [one.id for one in self.respondents.values() if _plain(one.name) == _plain(text)]
        return alike[0] if len(alike) == 1 and text not in self.respondents else text

    def assigned(self, question: Question) -> tuple[str, ...]:
        """Return the only ones who are asked a question; empty if everybody or a group is."""
        return () if question.ask_each else self.primary.get(question.id, ())

    def is_put(self, question: Question, respondent: str) -> bool:
        """Return whether a respondent is asked a question, as far as assignments decide it."""
        assigned = self.assigned(question)
        return not assigned or respondent in (*assigned, *self.also.get(question.id, ()))

    def own(self, question: Question, respondent: str) -> bool:
        """Return whether a question for all is assigned to this respondent."""
        whom = (*self.primary.get(question.id, ()), *self.also.get(question.id, ()))
        return not question.ask_each and respondent in whom

    def spare(self, question: str, respondent: str, given: Iterable[Given]) -> bool:
        """Return whether the answers of others spare a respondent a question for all.

        They never do if the respondent is asked *also*; a primary respondent is spared only by
        another one.
        """
        if respondent in self.also.get(question, ()):
            return False
        primary = self.primary.get(question, ())
        return any(
            one.state != "unknown"
            and one.respondent != respondent
            and (respondent not in primary or one.respondent in primary)
            for one in given
        )

    def named(self, sheet: Sheet) -> Sheet:
        """Return a sheet whose answers have the names of the respondents."""
        if not self.respondents:
            return sheet
        given = (replace(one, name=self.name(one.respondent)) for one in sheet.given)
        return replace(sheet, given=tuple(given))

    def join(self, groups: Map[str, tuple[str, ...]]) -> Map[str, tuple[str, ...]]:
        """Return the groups with the respondents that say they belong to them."""
        found = {key: dict.fromkeys(members) for key, members in groups.items()}
        for one in self.respondents.values():
            for group in one.groups:
                found.setdefault(group, {})[one.id] = None
        return FrozenDict({key: tuple(members) for key, members in found.items()})

    def aliases(self, taken: Iterable[str]) -> dict[str, str]:
        """Return for each anonymous respondent a new id under which reports show the answers."""
        used = frozenset(taken)
        free = (alias for n in count(1) if (alias := f"anonymous-{n}") not in used)
        return {one.id: next(free) for one in self.respondents.values() if one.anonymous}

    def under(self, aliases: Map[str, str]) -> People:
        """Return the same people, some of them without their names, under other ids."""
        found = {}
        for key, one in self.respondents.items():
            alias = aliases.get(key, key)
            name = f"Anonymous respondent {alias.rpartition('-')[2]}"
            found[alias] = replace(one, id=alias, name=name, email="") if key in aliases else one
        written = {alias: key for key, alias in aliases.items()}
        return People(found, rename(self.primary, aliases), rename(self.also, aliases), written)


NO_PEOPLE = People()
"""An engagement that declares no respondents."""


def rename(members: Map[str, tuple[str, ...]], aliases: Map[str, str]) -> Map[str, tuple[str, ...]]:
    """Return lists of respondents with some of them under other ids."""
    found = {key: tuple(aliases.get(one, one) for one in held) for key, held in members.items()}
    return FrozenDict(found)


def without_names(sheet: Sheet, aliases: Map[str, str]) -> Sheet:
    """Return a sheet whose anonymous answers no longer show whose they are, nor where they are."""

    def hide(one: Given) -> Given:
        if one.respondent not in aliases:
            return one
        by = one.given_by if one.given_by in _MEANS else ""
        history = tuple(map(hide, one.history))
        alias = aliases[one.respondent]
        return replace(
            one, respondent=alias, sheet="", place=Place(""), given_by=by, history=history
        )

    return replace(
        sheet,
        respondent=aliases.get(sheet.respondent, sheet.respondent),
        speaks_for=tuple(sorted(aliases.get(one, one) for one in sheet.speaks_for)),
        given=tuple(map(hide, sheet.given)),
        blank=tuple(map(hide, sheet.blank)),
    )


_MEANS = ("form", "interview")


def _plain(name: str) -> str:
    return " ".join(name.split()).casefold()


def read_people(
    root: Node, questions: Map[str, Question], groups: Map[str, Sequence[str]], problems: Problems
) -> People:
    """Read the respondents and the assignments of an engagement that declares some groups."""
    members = {name for group in groups.values() for name in group}
    known_groups = {*groups, *members, *(one.ask_each for one in questions.values())} - {""}
    respondents = {}
    for key, node in entries(child(root, "respondents")):
        anonymous, facts = child(node, "anonymous"), texts_at(node, "email", "due")
        is_anonymous = isinstance(anonymous, Scalar) and anonymous.value is True
        title, own = text(child(node, "name")) or key, names(child(node, "groups"))
        title = " ".join(title.split())
        respondents[key] = Respondent(key, title, own, anonymous=is_anonymous, **facts)
        for group in texts(child(node, "groups")):
            _refuse_unknown("group", group.text, known_groups, group, problems)
    primary, also = _assignments(root, questions, {*respondents, *members}, problems)
    return People(respondents, primary, also)


def _assignments(
    root: Node, questions: Map[str, Question], respondents: Iterable[str], problems: Problems
) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Read to whom each question is assigned: *primary*, and *also*.

    An assignment of a question takes precedence over one of its section.
    """
    sections = {question.section for question in questions.values()}
    known = dict.fromkeys((*sections, *questions))
    found: dict[tuple[str, str], dict[str, None]] = {}
    for who, node in entries(child(root, "assign")):
        _refuse_unknown("respondent", who, respondents, key_at(root, "assign", who), problems)
        for kind in ("primary", "also"):
            listed = child(node, kind) if isinstance(node, Mapping) else node
            for one in texts(listed) if isinstance(node, Mapping) or kind == "primary" else ():
                _refuse_unknown("section or question", one.text, known, one, problems)
                found.setdefault((kind, one.text), {})[who] = None
    if not found:
        return {}, {}
    primary, also = (
        {
            key: tuple(held)
            for key, question in questions.items()
            if (held := found.get((kind, key)) or found.get((kind, question.section)))
        }
        for kind in ("primary", "also")
    )
    return primary, also


def _refuse_unknown(
    kind: str, name: str, known: Iterable[str], at: Node, problems: Problems
) -> None:
    if name not in known:
        hint = nearest(name, known) or there_are(sorted(known))
        problems.add("unknown-link", at, hint=hint, kind=kind, name=name)
