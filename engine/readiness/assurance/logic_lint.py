"""Lint of what conditions mean: what is never true, what always is, and what decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import Any

from readiness.assurance.findings import Finding, Findings
from readiness.conditions import terms
from readiness.conditions.terms import Term, questions_of, walk
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.algebra import union
from readiness.evaluation.compiler import Run
from readiness.evaluation.states import UNKNOWN, Case
from readiness.model.fields import key_at, name_at
from readiness.model.questionnaire import Question
from readiness.problems import Located, quote_names
from readiness.proving.analyser import Analyser, Query, apart, met, unmet
from readiness.proving.diagram import Plane
from readiness.proving.domains import MEMBERS
from readiness.proving.occurrences import Occurrence, Written, replaced, written_conditions
from readiness.proving.space import Planes, Slot, Space


def logic_findings(ruleset: Ruleset, analyser: Analyser | None = None) -> list[Finding]:
    """Return what is found about the meaning of a ruleset's conditions, checks and gates."""
    return _LogicLint(ruleset, analyser or Analyser([ruleset])).run()


class _LogicLint:
    def __init__(self, ruleset: Ruleset, analyser: Analyser) -> None:
        self.ruleset, self.analyser = ruleset, analyser
        self.found = Findings(ruleset)
        self.space = analyser.space
        self.written = written_conditions(ruleset)
        self._can_fail: set[str] = set()
        self._idle: set[str] = set()  # checks that never apply
        self._fixed: set[str] = set()  # checks whose condition always has the same result

    def run(self) -> list[Finding]:
        for key in self.ruleset.checks:
            self._check(key)
        self._gates()
        self._asking()
        self._parts()
        self._alike()
        self._unused()
        self._ranges()
        return self.found.in_order()

    def _is_never(self, *queries: Query) -> bool:
        return self.analyser.find(*queries).is_never

    def _key(self, *path: str) -> Located:
        return key_at(self.ruleset.checklist.node, *path)

    # Checks and gates

    def _check(self, key: str) -> None:
        check, term = self.ruleset.checks[key], self.ruleset.met_when[key]
        if check.applies_when is not None and questions_of(self.ruleset.applies_when[key]):
            self._applies(key, check.applies_when.node)
        if not questions_of(term):  # told of as a constant condition
            self._fixed.add(key)
            if not isinstance(term, terms.Constant) or not term.value:
                self._can_fail.add(key)
            return
        at = check.met_when.node
        held, failed = self.analyser.find(met(key)), self.analyser.find(unmet(key))
        if failed or not failed.is_decided or _demands_answers(term):
            self._can_fail.add(key)
        if held.is_never:
            self._fixed.add(key)
            if key not in self._idle:
                self.found.add("never-met", at, check=key, witness=failed.witness, id=key)
        elif key not in self._can_fail:
            self._fixed.add(key)
            self.found.add("never-unmet", at, check=key, witness=held.witness, id=key)
        upstream = self.ruleset.graph.upstream[self.ruleset.graph.position[key]]
        if held and self._is_never(met(key), self.analyser.closed(upstream)):
            need = self._unreachable(key)
            place = name_at(check.node, "requires", need) if need else check.node
            hint = f"'{need}' demands the opposite" if need else ""
            facts: dict[str, Any] = {"hint": hint, "check": key, "witness": held.witness}
            self.found.add("never-ready", place, **facts, id=key)

    def _unreachable(self, key: str) -> str:
        """The requirement that alone keeps a check from being ready; empty if several do."""
        for need in self.ruleset.checks[key].requires:
            above = self.ruleset.graph.with_upstream([need])
            if self._is_never(met(key), self.analyser.closed(above)):
                return need
        return ""

    def _applies(self, key: str, at: Located) -> None:
        term = self.ruleset.applies_when[key]
        if self._is_never(lambda space: [space.condition(term).true]):
            self._idle.add(key)
            self.found.add("never-applies", at, check=key, id=key)
        elif not _demands_answers(term) and self._is_never(
            lambda space: [union(space.condition(term)[1:])]
        ):
            self.found.add("always-applies", at, check=key, id=key)

    def _gates(self) -> None:
        graph = self.ruleset.graph
        for key in self.ruleset.gates:
            awaited = self.ruleset.gate_awaits(key)
            if not awaited:
                continue  # told of as an empty gate
            at = self._key("gates", key)
            if self._is_never(self.analyser.closed(awaited)):
                self.found.add("gate-never-go", at, id=key)
            if not any(awaited >> graph.position[check] & 1 for check in self._can_fail):
                self.found.add("gate-never-no-go", at, id=key)

    def _asking(self) -> None:
        for written in self.written:
            if written.role == "ask_when":
                self._asked(written.owner, written.term, written.source.node)

    def _asked(self, key: str, term: Term, at: Located) -> None:
        slot = Slot(key, MEMBERS[0] if self.ruleset.questions[key].ask_each else "")

        def asked(space: Space) -> Planes:
            found = space.asked(slot, 0)
            assert found is not None
            return found

        if self._is_never(lambda space: [asked(space).true]):
            self.found.add("never-asked", at, id=key)
        elif not _demands_answers(term) and self._is_never(lambda space: [union(asked(space)[1:])]):
            self.found.add("always-asked", at, id=key)

    # Parts of conditions

    def _parts(self) -> None:
        for written in self.written:
            if written.role in ("met_when", "applies_when") and written.owner not in self._fixed:
                told: list[tuple[int, ...]] = []
                for part in written.parts():
                    if any(part.path[: len(path)] == path for path in told):
                        continue
                    if part.path and self._is_idle(written, part):
                        told.append(part.path)
                        self.found.add(
                            "part-decides-nothing",
                            part.place,
                            check=written.owner,
                            id=written.owner,
                        )

    def _is_idle(self, written: Written, part: Occurrence) -> bool:
        """Whether a condition never comes to one result with a part and to another without it."""
        rest = replaced(written.term, part.path, None)
        if rest is None or not questions_of(part.term) or _demands_answers(part.term):
            return False

        def reversed_(space: Space) -> Iterable[Plane]:
            before, after = space.condition(written.term), space.condition(rest)
            return [union(a & union(after) for a in before).without(_same(before, after))]

        return self._is_never(reversed_)

    def _alike(self) -> None:
        """Checks that the same answers meet, however their conditions are written."""
        groups: dict[Planes, list[str]] = {}
        for key in self.ruleset.checks:
            if key not in self._fixed and questions_of(self.ruleset.met_when[key]):
                groups.setdefault(self.space.status(key), []).append(key)
        for first, *others in groups.values():
            for other in others:
                if self._is_never(apart(first, other)):
                    at = self._key("checks", other)
                    self.found.add("same-condition", at, check=other, id=other, other=first)

    # Questions, columns and options

    def _unused(self) -> None:
        tested: set[str] = set()
        for key in self.ruleset.checks:
            for plane in self.space.status(key):
                levels = self.space.diagrams.tested(plane.node)
                tested |= {self.space.slots[level][0].question for level in levels}
        leaves = [leaf for key in self.ruleset.checks for leaf in self._terms(key)]
        for questionnaire in self.ruleset.questionnaires:
            for key, question in questionnaire.questions.items():
                if not self.ruleset.readers[key]:
                    continue  # told of as unread
                name = key.split(".", 1)[1]
                at = key_at(questionnaire.node, "sections", question.section, "questions", name)
                rules = self.ruleset.id
                if key not in tested and not self._is_free(key):
                    self.found.add("question-decides-nothing", at, id=key, ruleset=rules)
                self._columns(question, leaves)
                self._options(question)

    def _is_free(self, key: str) -> bool:
        """Whether a condition that finitely many answers do not decide reads a question."""
        return any(not self.space.is_exact(leaf) for leaf in self.space.readers(key))

    def _terms(self, key: str) -> Iterator[Term]:
        yield from walk(self.ruleset.met_when[key])
        if key in self.ruleset.applies_when:
            yield from walk(self.ruleset.applies_when[key])

    def _columns(self, table: Question, found: Sequence[Term]) -> None:
        asking = [part for term in self.ruleset.ask_when.values() for part in walk(term)]
        overs = [t for t in (*found, *asking) if isinstance(t, terms.Over) and t.table]
        read = {
            cell.column
            for over in overs
            if over.table and over.table.question.id == table.id
            for cell in walk(over.part)
            if isinstance(cell, terms.Cell)
        }
        names = [key for key, column in table.columns.items() if column.kind == "text"]
        for column in table.columns:
            if column not in read and column not in names[:1]:  # which tells what a row is about
                at, rules = key_at(table.node, "columns", column), self.ruleset.id
                self.found.add("unread-column", at, id=table.id, column=column, ruleset=rules)

    def _options(self, question: Question) -> None:
        if question.kind not in ("choice", "choices"):
            return
        tell = self.space.telling(Slot(question.id, MEMBERS[0] if question.ask_each else ""))
        facts: dict[str, Any] = {"id": question.id, "ruleset": self.ruleset.id}
        if question.kind == "choices":
            every = tuple(question.options)
            unread = []
            for option in every:
                rest = tuple(one for one in every if one != option)
                if tell(every) == tell(rest) and tell(()) == tell((option,)):
                    unread.append(option)
            if unread and len(unread) < len(every):
                at = key_at(question.node, "options", unread[0])
                named = quote_names(unread, joint="and")
                self.found.add("unread-option", at, options=named, **facts)
            return
        groups: dict[object, list[str]] = {}
        for option in question.options:
            groups.setdefault(tell(option), []).append(option)
        for held in groups.values():
            if len(held) > 1 and len(held) < len(question.options):
                at = key_at(question.node, "options", held[1])
                named = quote_names(held, joint="and")
                self.found.add("options-alike", at, options=named, **facts)

    # Ranges of numbers

    def _ranges(self) -> None:
        """Conditions that divide the values of a number as classes do, with holes or overlaps."""
        sets: dict[str, list[tuple[Term, Located]]] = {}
        for key, term in self.ruleset.applies_when.items():
            check = self.ruleset.checks[key]
            if check.applies_when is not None and (question := _one_number(term)):
                held = sets.setdefault(question, [])
                if all(terms.canonical(term) != terms.canonical(other) for other, _ in held):
                    held.append((term, check.applies_when.node))
        for question, held in sets.items():
            if len(held) > 1:
                self._divided(question, held)

    def _divided(self, question: str, held: Sequence[tuple[Term, Located]]) -> None:
        values = sorted(v for v in self.space.domains.values(question) if v is not UNKNOWN)
        closures = [self.space.compiler.compile(term) for term, _ in held]
        covered = []
        for value in values:
            run = Run(Case({question: value}, {}, {}, self.space.as_of))
            covered.append([n for n, closure in enumerate(closures) if closure(run) is True])
        regions = [{i for i, found in enumerate(covered) if n in found} for n in range(len(held))]
        regions = [region for region in regions if 0 < len(region) < len(values)]
        if len(regions) < 2 or any(a <= b or b <= a for a, b in combinations(regions, 2)):
            return  # one within another: steps, not classes
        whole = [n for n in range(len(held)) if all(n in found for found in covered)]
        some = [n for n, found in enumerate(covered) if set(found) - set(whole)]
        for number in range(some[0], some[-1]):
            if not set(covered[number]) - set(whole):
                above = next(n for found in covered[number:] for n in found if n not in whole)
                self.found.add("range-hole", held[above][1], id=question, value=values[number])
                break
        for number, over in enumerate(covered):
            found = [n for n in over if n not in whole]
            if len(found) > 1:
                (first, _), (second, at) = held[found[0]], held[found[1]]
                named: dict[str, Any] = {"first": f"'{first.text}'", "second": f"'{second.text}'"}
                self.found.add("range-overlap", at, value=values[number], **named)
                break


def _one_number(term: Term) -> str:
    """The only question that a condition reads, if it is a number; else nothing."""
    read = {t.question.id: t.question for t in walk(term) if isinstance(t, terms.Answer)}
    if len(read) != 1:
        return ""
    ((key, question),) = read.items()
    return key if question.kind == "number" and not question.ask_each else ""


def _demands_answers(term: Term) -> bool:
    """Whether a condition asks that something is answered, which no answer can make false."""
    return any(isinstance(t, terms.Apply) and t.function == "stated" for t in walk(term))


def _same(one: Planes, other: Planes) -> Plane:
    """The sheets on which two conditions have the same result."""
    return union(a & b for a, b in zip(one, other, strict=True))
