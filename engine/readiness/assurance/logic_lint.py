"""Lint of what conditions mean: what is never true, what always is, and what decides nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import combinations
from typing import Any

from readiness.assurance.findings import Findings
from readiness.assurance.scales import find_scales
from readiness.conditions import terms
from readiness.conditions.terms import Term, questions_of, walk
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.algebra import union
from readiness.evaluation.compiler import Run
from readiness.evaluation.states import UNKNOWN, Case, State
from readiness.model.fields import key_at, name_at
from readiness.model.questionnaire import Question
from readiness.problems import Located, quote_names
from readiness.proving.analyser import (
    Analyser,
    Found,
    Query,
    Witness,
    apart,
    fails_after,
    met,
    stays_unmet,
    unmet,
)
from readiness.proving.diagram import Plane
from readiness.proving.domains import MEMBERS
from readiness.proving.occurrences import (
    Occurrence,
    Written,
    after_remedies,
    replaced,
    written_conditions,
)
from readiness.proving.space import Planes, Slot, Space


def find_logic(
    ruleset: Ruleset, analyser: Analyser, findings: Findings, advance: Callable[..., Any]
) -> None:
    """Add what is found about the meaning of a ruleset's conditions, checks and gates."""
    steps = _LogicLint(ruleset, analyser, findings).steps()
    for step in advance(steps, len(steps)):
        step()


class _LogicLint:
    def __init__(self, ruleset: Ruleset, analyser: Analyser, findings: Findings) -> None:
        self.ruleset, self.analyser, self.found = ruleset, analyser, findings
        self.space = analyser.space
        self.written = written_conditions(ruleset)
        self._can_fail: set[str] = set()
        self._idle: set[str] = set()  # checks that never apply
        self._fixed: set[str] = set()  # checks whose condition always has the same result

    def steps(self) -> list[Callable[[], None]]:
        """Return what there is to do, in its order."""
        checks = [partial(self._check, key) for key in self.ruleset.checks]
        remedies = [partial(self._remedy, key) for key in self.ruleset.checks]
        parts = [partial(self._parts, one) for one in self.written]
        return [
            *(partial(self._condition, one) for one in self.written), *checks, *remedies,
            self._sets, self._gates, *parts, self._alike, self._unused, self._ranges,
        ]  # fmt: skip

    def _is_never(self, *queries: Query) -> bool:
        return self.analyser.find(*queries).is_never

    def _key(self, *path: str) -> Located:
        return key_at(self.ruleset.checklist.node, *path)

    # Conditions, checks and gates

    def _condition(self, written: Written) -> None:
        key, term, at = written.owner, written.term, written.source.node
        if written.role == "applies_when" and questions_of(term):
            if self._has_one_result(term, lambda space: space.condition(term), "applies", at, key):
                self._idle.add(key)
        elif written.role == "ask_when":
            slot = Slot(key, MEMBERS[0] if self.ruleset.questions[key].ask_each else "")
            self._has_one_result(term, lambda space: space.asked(slot, 0), "asked", at, key)
        if written.role in ("applies_when", "met_when") and questions_of(
            self.ruleset.met_when[key]
        ):
            find_scales(term, written.place, self.found)
            self._future_days(written)

    def _has_one_result(
        self, term: Term, planes: Callable[[Space], Any], said: str, at: Located, key: str
    ) -> bool:
        """Whether a condition under which something applies or is asked can never be true."""
        if self._is_never(lambda space: [planes(space).true]):
            self.found.add(f"never-{said}", at, id=key)
            return True
        if not _demands_answers(term) and self._is_never(lambda space: [union(planes(space)[1:])]):
            self.found.add(f"always-{said}", at, id=key)
        return False

    def _future_days(self, written: Written) -> None:
        """Find comparisons that mean "at most N days ago" but are also met by future dates."""
        for found in walk(written.term):
            if not isinstance(found, terms.Comparison):
                continue
            one = found.literal_last()
            days = one.right.value if isinstance(one.right, terms.Constant) else 0
            day = _days_until(one.left)
            if one.operator in (">", ">=") and isinstance(days, int) and days < 0 and day:
                most = -days if one.operator == ">=" else -days - 1
                hint = f"write within_last({day.text}, {most})\na future date does not meet that"
                facts = {"text": found.text, "witness": self._on_future_day(found, day)}
                self.found.add("future-day-counts", written.place(found.text), hint=hint, **facts)

    def _on_future_day(self, term: Term, day: Term) -> Witness | None:
        """Answers with which a condition holds although a date is to come."""
        if not isinstance(day, terms.Answer) or day.question.ask_each:
            return None
        slot = Slot(day.question.id, "")
        return self.analyser.find(
            lambda space: [
                space.leaf(term).true,
                space.having(slot, lambda held: held > space.as_of),
            ]
        ).witness

    def _check(self, key: str) -> None:
        check, term = self.ruleset.checks[key], self.ruleset.met_when[key]
        if not questions_of(term):
            self.found.add("constant-condition", check.met_when.node)
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
                self.found.add("never-met", at, witness=failed.witness, id=key)
        elif key not in self._can_fail:
            self._fixed.add(key)
            self.found.add("never-unmet", at, witness=held.witness, id=key)
        upstream = self.ruleset.graph.upstream[self.ruleset.graph.position[key]]
        if held and self._is_never(met(key), self.analyser.closed(upstream)):
            need = self._unreachable(key)
            place = name_at(check.node, "requires", need) if need else check.node
            hint = f"'{need}' demands the opposite" if need else ""
            self.found.add("never-ready", place, hint=hint, witness=held.witness, id=key)

    def _unreachable(self, key: str) -> str:
        """The requirement that alone keeps a check from being ready; empty if several do."""
        for need in self.ruleset.checks[key].requires:
            above = self.ruleset.graph.with_upstream([need])
            if self._is_never(met(key), self.analyser.closed(above)):
                return need
        return ""

    def _remedy(self, key: str) -> None:
        """Whether a check stays unmet, on some sheet, without an answer to what is changed."""
        remedy = self.ruleset.checks[key].remedy
        changed = (*remedy.changes, *remedy.sets)
        if not changed or key in self._fixed:
            return
        if shown := self.analyser.find(unmet(key), stays_unmet(key, changed)):
            self._tell_remedy("remedy-leaves-unmet", key, list(changed), "or", shown)

    def _sets(self) -> None:
        """Whether a check is unmet, on some sheet, after its remedy has set answers."""
        checks = [key for key in self.ruleset.sets if key not in self._fixed]
        if checks:
            analyser = self.analyser.beside(after_remedies(self.ruleset))
            for key in checks:
                sets = list(self.ruleset.sets[key])
                if shown := analyser.find(unmet(key), fails_after(key, self.ruleset, sets)):
                    self._tell_remedy("remedy-sets-unmet", key, sets, "and", shown)

    def _tell_remedy(
        self, code: str, key: str, questions: Sequence[str], joint: str, shown: Found
    ) -> None:
        check = self.ruleset.checks[key]
        field = "changes" if check.remedy.changes and joint == "or" else "sets"
        named = quote_names(questions, joint=joint)
        at = key_at(check.node, "remedy", field)
        self.found.add(code, at, witness=shown.witness, id=key, questions=named)

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

    # Parts of conditions

    def _parts(self, written: Written) -> None:
        if written.role not in ("met_when", "applies_when") or written.owner in self._fixed:
            return
        told: list[tuple[int, ...]] = []
        for part in written.parts():
            is_told = any(part.path[: len(path)] == path for path in told)
            if part.path and not is_told and self._is_idle(written, part):
                told.append(part.path)
                self.found.add("part-decides-nothing", part.place, id=written.owner)

    def _is_idle(self, written: Written, part: Occurrence) -> bool:
        """Whether a condition never comes to one result with a part and to another without it."""
        rest = replaced(written.term, part.path, None)
        if rest is None or not questions_of(part.term) or _demands_answers(part.term):
            return False

        def reversed_(space: Space) -> Iterable[Plane]:
            before, after = space.condition(written.term), space.condition(rest)
            same = union(one & other for one, other in zip(before, after, strict=True))
            return [(union(before) & union(after)).without(same)]

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
                    self.found.add("same-condition", at, id=other, other=first)

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
        whole = {n for n in range(len(held)) if all(n in found for found in covered)}
        classes = [[n for n in found if n not in whole] for found in covered]
        some = [number for number, found in enumerate(classes) if found]
        hole = next((n for n in range(some[0], some[-1]) if not classes[n]), None)
        if hole is not None:
            above = next(n for found in classes[hole:] for n in found)
            shown = self._having(question, values[hole], [])
            facts: dict[str, Any] = {"id": question, "value": values[hole], "witness": shown}
            self.found.add("range-hole", held[above][1], **facts)
        both = next((n for n, found in enumerate(classes) if len(found) > 1), None)
        if both is not None:
            (first, _), (second, at) = (held[n] for n in classes[both][:2])
            shown = self._having(question, values[both], [first, second])
            named = {"first": f"'{first.text}'", "second": f"'{second.text}'"}
            self.found.add("range-overlap", at, value=values[both], witness=shown, **named)

    def _having(self, question: str, value: State, held: Iterable[Term]) -> Witness | None:
        """Answers with a value on which some conditions hold."""
        return self.analyser.find(
            lambda space: [space.having(Slot(question, ""), lambda state: state == value)],
            lambda space: [space.condition(term).true for term in held],
        ).witness


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


def _days_until(term: Term) -> Term | None:
    """The date of a `days_until`, also through a value or the least of some rows."""
    match term:
        case terms.Apply(function="days_until", arguments=(day,)):
            return day
        case terms.Derived(body=part) | terms.Over(function="min", part=part):
            return _days_until(part)
    return None
