"""A ruleset ready for use: every name resolved, every condition typed, nothing in a circle."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, replace
from functools import cached_property

from readiness.conditions.checker import check, check_answer, check_value
from readiness.conditions.functions import PluginFunction
from readiness.conditions.source_span import SourceSpan
from readiness.conditions.terms import (
    Apply,
    Derived,
    Junction,
    Term,
    in_full,
    parts,
    questions_of,
    walk,
)
from readiness.conditions.tokens import SyntaxFault, tokens
from readiness.conditions.types import TRUTH, WRONG
from readiness.conditions.typing_context import Respondents, Scope
from readiness.dependencies.graph import Graph, refuse_cycles
from readiness.dependencies.priority import Priorities
from readiness.documents.gc_pause import collecting_later
from readiness.documents.nodes import Mapping, Node, digest_of
from readiness.model.condition import Condition, ConditionGroup, Expression
from readiness.model.consistency import ConsistencyRule
from readiness.model.engagement import Exclusion, Names
from readiness.model.fields import child, entries, key_at, name_at, texts
from readiness.model.questionnaire import Question, Questionnaire, Section
from readiness.model.ruleset import Area, Check, Checklist, Gate, Work
from readiness.problems import Located, Problems, nearest
from readiness.problems.values import FrozenDict, Unchanging, brief, by_content, shortened

# Of one condition with its values put in: how many terms, and how deep they may be nested.
MAXIMUM_SIZE = 5_000
MAXIMUM_DEPTH = 100
_TOO_LARGE = f"at most {MAXIMUM_SIZE} parts are allowed, nested at most {MAXIMUM_DEPTH} deep"


@brief
@by_content()
@dataclass(frozen=True, eq=False)
class Exclusions:
    """What is out of the scope of an engagement: checks, gates and questions, each with its reason.

    `stated` are what the engagement says, `whole` is the ruleset with everything in scope.
    """

    stated: tuple[Exclusion, ...] = ()
    checks: Map[str, Exclusion] = field(default_factory=dict)
    gates: Map[str, Exclusion] = field(default_factory=dict)
    questions: Map[str, Exclusion] = field(default_factory=dict)
    whole: Ruleset | None = None


@dataclass(frozen=True, eq=False)
class Ruleset(Unchanging):
    """A checked ruleset with its questionnaires; it never changes.

    `ask_when`, `values`, `applies_when` and `met_when` hold the typed conditions by the id of the
    question, the value and the check; what has no condition is left out. `sets` holds what remedies
    set answers to, by check and question, `contradicts` when the answers contradict each other, by
    the id of the rule in `consistency`, those of the questionnaires first. `asking_order` has every
    question after those that decide whether it is asked, `gate_order` every gate after those it
    comes after. `scope` says what of it is out of the scope of an engagement.
    """

    checklist: Checklist
    questionnaires: tuple[Questionnaire, ...]
    questions: Map[str, Question]
    ask_when: Map[str, Term]
    asking_order: tuple[str, ...]
    values: Map[str, Term]
    applies_when: Map[str, Term]
    met_when: Map[str, Term]
    sets: Map[str, Map[str, Term]]
    consistency: Map[str, ConsistencyRule]
    contradicts: Map[str, Term]
    graph: Graph
    gate_order: tuple[str, ...]
    scope: Exclusions = Exclusions()

    def __repr__(self) -> str:
        return shortened(f"Ruleset(id={self.id!r}, version={self.version!r})")

    @cached_property
    def sha256(self) -> str:
        """The digest of the ruleset's document, as in results."""
        return digest_of(self.checklist.node)

    @cached_property
    def _content(self) -> tuple[object, ...]:
        return self.sha256, self.scope.stated, *(digest_of(h.node) for h in self.questionnaires)

    @property
    def id(self) -> str:
        """The ruleset's id."""
        return self.checklist.id

    @property
    def version(self) -> str:
        """The ruleset's version."""
        return self.checklist.version

    @property
    def title(self) -> str:
        """The ruleset's title."""
        return self.checklist.title

    @property
    def checks(self) -> Map[str, Check]:
        """The checks by id, in the order of the document."""
        return self.checklist.checks

    @cached_property
    def gates(self) -> Map[str, Gate]:
        """The gates by id, in `gate_order`."""
        return FrozenDict({key: self.checklist.gates[key] for key in self.gate_order})

    @property
    def areas(self) -> Map[str, Area]:
        """The areas by id, in the order of the document."""
        return self.checklist.areas

    @property
    def sources(self) -> Map[str, Work]:
        """The works that checks cite, by id."""
        return self.checklist.sources

    @cached_property
    def plugin_functions(self) -> tuple[PluginFunction, ...]:
        """The functions of plug-ins that its conditions use, in the order of their names."""
        held = self.ask_when, self.applies_when, self.met_when, self.contradicts
        conditions = tuple(term for one in held for term in one.values())
        terms = walk(Junction(TRUTH, "", "all", conditions))
        applied = (one for one in terms if isinstance(one, Apply))
        found = {one.function: one.plugin for one in applied if one.plugin is not None}
        return tuple(found[name] for name in sorted(found))

    @cached_property
    def question_rank(self) -> Map[str, int]:
        """The place of each question in its questionnaires."""
        return {key: number for number, key in enumerate(self.questions)}

    @cached_property
    def ranking(self) -> Priorities:
        """How the checks rank, apart from the answers."""
        in_scope = [key for key in self.gate_order if key not in self.scope.gates]
        return Priorities(self.graph, self.checks, self.gates, in_scope, self.scope.checks)

    @cached_property
    def names(self) -> Names:
        """What an engagement can refer to."""
        return {
            "check": self.checks, "area": self.areas, "gate": self.gates,
            "section": self.sections, "question": self.questions,
            "consistency rule": self.consistency,
        }  # fmt: skip

    def asked_when(self, question: str, word: Callable[[Term], str] = in_full) -> str:
        """Return when a question is asked that is not always asked; `word` words its condition."""
        if (found := self.scope.questions.get(question)) is not None:
            return f"out of scope ({found.reason})"
        return f"asked only when {word(self.ask_when[question])}"

    @cached_property
    def sections(self) -> Map[str, Section]:
        """The sections of the questionnaires, by id."""
        return {key: one for held in self.questionnaires for key, one in held.sections.items()}

    @cached_property
    def section_titles(self) -> Map[str, str]:
        """The title of the section that each question stands in."""
        return {
            key: held.sections[question.section].title
            for held in self.questionnaires
            for key, question in held.questions.items()
        }

    @cached_property
    def check_rank(self) -> Map[str, int]:
        """The place of each check in the document."""
        return {key: number for number, key in enumerate(self.checks)}

    def gate_awaits(self, gate: str) -> int:
        """Return the checks for which a gate waits, also through the gates before it, in bits."""
        gates = [self.gates[key] for key in (gate, *self.earlier_gates[gate])]
        return self.graph.with_upstream(need for one in gates for need in one.requires)

    @cached_property
    def earlier_gates(self) -> Map[str, frozenset[str]]:
        """The gates that each comes after, directly or indirectly."""
        found: dict[str, frozenset[str]] = {}
        for key, gate in self.gates.items():
            found[key] = frozenset(gate.after).union(*(found[one] for one in gate.after))
        return found

    @cached_property
    def decided(self) -> Map[str, tuple[str, ...]]:
        """The questions whose asking depends on each question, directly or indirectly.

        Each stands after those that decide over it. Questions that decide nothing are left out.
        """
        beyond: dict[str, set[str]] = {}
        for key in reversed(self.asking_order):
            if key in self.ask_when:
                for question in questions_of(self.ask_when[key]):
                    beyond.setdefault(question, set()).update({key}, beyond.get(key, ()))
        rank = {key: number for number, key in enumerate(self.asking_order)}
        return {key: tuple(sorted(held, key=rank.__getitem__)) for key, held in beyond.items()}

    @cached_property
    def direct_readers(self) -> Map[str, tuple[str, ...]]:
        """The checks the conditions of which read the answer to each question, in their order."""
        found: dict[str, dict[str, None]] = {key: {} for key in self.questions}
        for key in self.checks:
            for term in (self.met_when[key], self.applies_when.get(key)):
                for question in questions_of(term) if term is not None else ():
                    found[question][key] = None
        return {key: tuple(checks) for key, checks in found.items()}

    @cached_property
    def readers(self) -> Map[str, tuple[str, ...]]:
        """The checks that depend on each question, in their order.

        A check depends on what its conditions read, and on what decides whether that is asked.
        """
        return {key: self.readers_of((key, *self.decided.get(key, ()))) for key in self.questions}

    def readers_of(self, questions: Iterable[str]) -> tuple[str, ...]:
        """The checks the conditions of which read some of these questions, in their order."""
        found = {check for key in questions for check in self.direct_readers[key]}
        return tuple(sorted(found, key=self.check_rank.__getitem__))


def build_ruleset(
    checklist: Checklist, questionnaires: Iterable[Questionnaire], problems: Problems
) -> Ruleset:
    """The ruleset of a checklist; whatever is wrong with it goes to `problems`."""
    with collecting_later():
        return _build(checklist, tuple(questionnaires), problems)


def _build(checklist: Checklist, held: tuple[Questionnaire, ...], problems: Problems) -> Ruleset:
    questions = _questions(held, problems)
    typing = _ConditionTyping(checklist.values, questions, problems)
    ask_when, asking_order = typing.asking()
    values = typing.all_values(child(checklist.node, "values"))
    applies_when, met_when = typing.checks(checklist)
    consistency, contradicts = typing.consistency((*held, checklist))
    if not checklist.checks:
        _refuse_no_checks(checklist.node, problems)
    return Ruleset(
        checklist=checklist,
        questionnaires=held,
        questions=questions,
        ask_when=ask_when,
        asking_order=asking_order,
        values=values,
        applies_when=applies_when,
        met_when=met_when,
        sets=typing.remedies(checklist),
        consistency=consistency,
        contradicts=contradicts,
        graph=_graph(checklist, problems),
        gate_order=_gate_order(checklist, problems),
    )


def build_questions(
    questionnaires: Iterable[Questionnaire], problems: Problems
) -> Map[str, Question]:
    """The questions of questionnaires without a ruleset; problems with what they ask when."""
    held = tuple(questionnaires)
    questions = _questions(held, problems)
    typing = _ConditionTyping({}, questions, problems)
    typing.asking()
    typing.consistency(held)
    return questions


def _refuse_no_checks(node: Node, problems: Problems) -> None:
    if child(node, "checks") is None:
        problems.add("no-checks", node, hint="add 'checks:'")
    elif isinstance(child(node, "checks"), Mapping):
        problems.add("no-checks", key_at(node, "checks"))


def _questions(questionnaires: tuple[Questionnaire, ...], problems: Problems) -> Map[str, Question]:
    found: dict[str, Question] = {}
    home: dict[str, Questionnaire] = {}
    for questionnaire in questionnaires:
        for key, question in questionnaire.questions.items():
            if key in found:
                at = _key_of(question, questionnaire)
                first = _key_of(found[key], home[key])
                problems.add("question-in-two", at, first, id=key, other=home[key].id)
            found[key] = question
            home[key] = questionnaire
    return FrozenDict(found)


def _key_of(question: Question, questionnaire: Questionnaire) -> Node:
    name = question.id.removeprefix(f"{question.section}.")
    return key_at(questionnaire.node, "sections", question.section, "questions", name)


class _ConditionTyping:
    """Types conditions; each value after the values that it is derived from."""

    def __init__(
        self, written: Map[str, Condition], questions: Map[str, Question], problems: Problems
    ) -> None:
        self.written = written
        self.questions = questions
        self.problems = problems
        self.values: dict[str, Term] = {}
        self.extents: dict[str, tuple[int, int]] = {}
        self.scope = Scope(questions, written, self.values)

    def asking(self) -> tuple[Map[str, Term], tuple[str, ...]]:
        """What decides whether a question is asked, and the questions in that order."""
        found: dict[str, Term] = {}
        for key, question in self.questions.items():
            if question.ask_when is None:
                continue
            heard = Respondents(question.ask_each) if question.ask_each else None
            scope = Scope(self.questions, respondents=heard)
            found[key] = self.typed(question.ask_when, scope)
        edges = {key: questions_of(found[key]) if key in found else () for key in self.questions}
        order = refuse_cycles("questions", edges, self._asking_place, self.problems)
        return FrozenDict(found), tuple(order)

    def _asking_place(self, start: str, end: str) -> Located:
        condition = self.questions[start].ask_when
        assert condition is not None
        return dict(_names_in(condition)).get(end, condition.node)

    def typed(self, condition: Condition, scope: Scope) -> Term:
        """The term of a condition; a problem when it is too large with its values put in."""
        term = check(condition, scope, self.problems)
        self._measure(term, condition.node)
        return term

    def _measure(self, term: Term, node: Node) -> tuple[int, int]:
        size, depth = extent = self._extent(term)
        if term.type != WRONG and (size > MAXIMUM_SIZE or depth > MAXIMUM_DEPTH):
            self.problems.add("condition-too-large", node, hint=_TOO_LARGE)
            return 1, 1
        return extent

    def _extent(self, term: Term) -> tuple[int, int]:
        """How many terms there are, values put in, and how deep they are nested."""
        if isinstance(term, Derived):
            size, depth = self.extents[term.text]
            return size + 1, depth + 1
        size = depth = 0
        for part in parts(term):
            own, deep = self._extent(part)
            size += own
            depth = max(depth, deep)
        return size + 1, depth + 1

    def all_values(self, node: Node | None) -> Map[str, Term]:
        """The values, typed; in the order of the document, where they stand at `node`."""
        written = self.written
        # Includes those that cannot be read: using them is not a second mistake.
        self.scope = Scope(self.questions, {**dict(entries(node)), **written}, self.values)
        for name in written:
            if node is not None and name in self.questions:
                self.problems.add("name-taken", key_at(node, name), name=name)
        named = {name: dict(_names_in(condition)) for name, condition in written.items()}
        edges = {name: list(mentioned) for name, mentioned in named.items()}
        order = refuse_cycles("values", edges, lambda a, b: named[a][b], self.problems)
        for name in order:
            self.values[name] = check_value(written[name], self.scope, self.problems)
            self.extents[name] = self._measure(self.values[name], written[name].node)
        return FrozenDict({name: self.values[name] for name in written})

    def checks(self, checklist: Checklist) -> tuple[Map[str, Term], Map[str, Term]]:
        """What decides whether each check applies, and whether it is met."""
        applies: dict[str, Term] = {}
        met: dict[str, Term] = {}
        self.scope = replace(self.scope, checks=checklist.checks)
        for key, found in checklist.checks.items():
            if found.applies_when is not None:
                applies[key] = self.typed(found.applies_when, self.scope)
            met[key] = self.typed(found.met_when, self.scope)
        return FrozenDict(applies), FrozenDict(met)

    def remedies(self, checklist: Checklist) -> Map[str, Map[str, Term]]:
        """What the remedies of checks set answers to, by check and question."""
        found: dict[str, Map[str, Term]] = {}
        for key, one in checklist.checks.items():
            remedy, sets = child(one.node, "remedy"), dict[str, Term]()
            self._refuse_unknown(child(remedy, "changes"))
            for asked, said in one.remedy.sets.items():
                if (question := self.questions.get(asked)) is not None:
                    sets[asked] = check_answer(said, question, self.scope, self.problems)
                elif remedy is not None:
                    self._refuse_unknown(key_at(remedy, "sets", asked))
            if sets:
                found[key] = FrozenDict(sets)
        return FrozenDict(found)

    def _refuse_unknown(self, node: Node | None) -> None:
        """Refuse those of the names in a list, or of a single one, that no question has."""
        for name in texts(node):
            if name.text not in self.questions:
                hint = nearest(name.text, self.questions)
                self.problems.add("unknown-answer", name, hint=hint, name=name.text)

    def consistency(
        self, documents: Iterable[Questionnaire | Checklist]
    ) -> tuple[Map[str, ConsistencyRule], Map[str, Term]]:
        """The consistency rules of documents, and when answers contradict each other by each.

        Those of a questionnaire read its questions, those of a ruleset values as well.
        """
        rules: dict[str, ConsistencyRule] = {}
        found: dict[str, Term] = {}
        for document in documents:
            scope = self.scope if isinstance(document, Checklist) else Scope(self.questions)
            for key, rule in document.consistency.items():
                at = key_at(document.node, "consistency", key)
                if key in rules:
                    self.problems.add("consistency-in-two", at, rules[key].node, id=key)
                found[key] = self.typed(rule.when, scope)
                self._refuse_unknown(child(rule.node, "questions"))
                rules[key] = replace(rule, questions=rule.questions or questions_of(found[key]))
        return FrozenDict(rules), FrozenDict(found)


def _names_in(condition: Condition) -> Iterator[tuple[str, SourceSpan]]:
    """The names that a condition mentions, with their places."""
    if isinstance(condition, Expression):
        with contextlib.suppress(SyntaxFault):  # told of where the condition is typed
            for word in tokens(condition.text):
                if word.kind == "name":
                    yield word.text, SourceSpan(condition.node, word.start, word.end)
    elif isinstance(condition, ConditionGroup):
        for part in condition.parts:
            yield from _names_in(part)


def _graph(checklist: Checklist, problems: Problems) -> Graph:
    checks = checklist.checks
    edges = {
        key: [need for need in found.requires if need in checks] for key, found in checks.items()
    }

    def place(start: str, end: str) -> Located:
        return name_at(checks[start].node, "requires", end)

    before = len(problems)
    order = refuse_cycles("checks", edges, place, problems)
    needs = edges if len(problems) == before else dict.fromkeys(edges, ())
    return Graph(order, needs, checklist)


def _gate_order(checklist: Checklist, problems: Problems) -> tuple[str, ...]:
    """The gates, each after those it comes after, else in the order of the document."""
    gates = checklist.gates
    edges = {key: [end for end in gate.after if end in gates] for key, gate in gates.items()}

    def place(start: str, end: str) -> Located:
        return name_at(gates[start].node, "after", end)

    before = len(problems)
    refuse_cycles("gates", edges, place, problems)
    if len(problems) > before:
        return tuple(gates)
    placed: dict[str, None] = {}
    while len(placed) < len(gates):
        free = (k for k in gates if k not in placed and all(end in placed for end in edges[k]))
        placed[next(free)] = None
    return tuple(placed)
