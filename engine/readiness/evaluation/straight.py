"""The lines of a straight program for one case: states themselves, one statement after another.

What the program cannot do in a line or two - tables, functions, derived values - it leaves to the
compiled closures. Of the texts of documents only ids of questions, checks and gates stand in the
source, as Python literals; options and numbers are handed in as constants.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from readiness.conditions import terms
from readiness.conditions.terms import Term, canonical, is_leaf
from readiness.dependencies.ruleset import Ruleset
from readiness.evaluation.closures import Closure, Compiler, Run
from readiness.evaluation.plain import NotPlain, is_plain, limits
from readiness.evaluation.reference import at_least
from readiness.evaluation.states import NOT_APPLICABLE, UNKNOWN, Case, State, state_of, truth_of
from readiness.model.questionnaire import Question

# Python compiles a much longer function in more than linear time.
_LINES_A_STEP = 2_000


def _at_least(least: int, *states: State) -> State:
    return state_of(at_least(least, [truth_of(state) for state in states]))


@dataclass(frozen=True, slots=True)
class _Condition:
    """Where the truth of a condition is held, and whether it may be "not applicable"."""

    name: str
    may_not_apply: bool


@dataclass
class _Step:
    """The lines of one function, and the names of what it has worked out so far."""

    lines: list[str] = field(default_factory=list)
    known: dict[str, _Condition] = field(default_factory=dict)
    answers: dict[str, str] = field(default_factory=dict)
    held: dict[str, str] = field(default_factory=dict)

    def let(self, expression: str) -> str:
        """The name of a new local that holds what an expression comes to."""
        name = f"v{len(self.lines)}"
        self.lines.append(f"{name} = {expression}")
        return name


def function(
    parameters: str, lines: Sequence[str], constants: Mapping[str, Any]
) -> Callable[..., Any]:
    """The function with these lines, to which the constants are known by name."""
    body = "\n ".join(lines) or "pass"
    scope = dict(constants)
    source = f"def step({parameters}):\n {body}\n"
    exec(compile(source, "<readiness>", "exec"), scope)  # noqa: S102 - source of our own
    made: Callable[..., Any] = scope["step"]
    return made


class Straight:
    """Writes the program of a ruleset for one case; `closures` are what it calls besides."""

    def __init__(self, ruleset: Ruleset) -> None:
        self.ruleset = ruleset
        self.closures: list[Closure] = []
        self._compiler = Compiler()
        self._constants: dict[str, Any] = {
            "U": UNKNOWN, "N": NOT_APPLICABLE, "NotPlain": NotPlain, "at_least": _at_least,
        }  # fmt: skip
        self._steps: list[_Step] = [_Step()]

    def calling(self) -> Callable[[dict[str, State], datetime.date | None], tuple[Any, ...]]:
        """What the functions written so far begin with, made of the answers and a day.

        Those are the states, what was answered by each of whom it is asked, which is nothing, the
        run of the closures, and these. The day is today unless given.
        """
        closures = tuple(self.closures)
        each = [one for one in self.ruleset.questions.values() if one.ask_each]
        groups = {question.ask_each: ("",) for question in each}

        def arguments(states: dict[str, State], as_of: datetime.date | None) -> tuple[Any, ...]:
            said = {question.id: {"": UNKNOWN} for question in each}
            today = as_of or datetime.date.today()
            run = Run(Case(states, said, groups, today)) if closures else None
            return states, said, run, closures

        return arguments

    def _constant(self, value: Any) -> str:
        """The name under which a value is handed to the program."""
        name = f"k{len(self._constants)}"
        self._constants[name] = value
        return name

    def _function(self, parameters: str, lines: Sequence[str]) -> Callable[..., Any]:
        return function(parameters, lines, self._constants)

    # Taking the answers

    def taking(self) -> list[Callable[..., None]]:
        """Functions that take the answers of some of the questions each, checking their types."""
        questions, many = list(self.ruleset.questions.values()), _LINES_A_STEP // 3
        return [
            self._function(
                "get, states",
                [line for one in questions[start : start + many] for line in self._take(one)],
            )
            for start in range(0, len(questions), many)
        ]

    def _take(self, question: Question) -> Iterator[str]:
        yield f"a = get({question.id!r}, U)"
        if not is_plain(question):
            yield "if a is not U: raise NotPlain"
        elif question.type == "yes_no":
            yield "if a is not True and a is not False and a is not U: raise NotPlain"
        elif question.type == "choice":
            options = self._constant(frozenset({*question.options, UNKNOWN}))
            yield f"if a not in {options}: raise NotPlain"
        else:
            yield f"if a is not U and not ({self._fits(question)}): raise NotPlain"
        if not question.ask_each:
            yield f"states[{question.id!r}] = a"

    def _fits(self, question: Question) -> str:
        """Whether a number is one, and within the limits of its question."""
        least, most = map(self._constant, limits(question))
        return f"(a.__class__ is int or a.__class__ is float) and {least} <= a <= {most}"

    # Judging

    def judging(self) -> list[Callable[..., None]]:
        """Functions that say which questions are asked, then judge the checks, then the gates."""
        self._ask()
        for position, key in enumerate(self.ruleset.graph.ids):
            above = [self.ruleset.graph.ids[need] for need in self.ruleset.graph.requires[position]]
            self._judge_check(self._step(), key, above)
        for key in self.ruleset.gate_order:
            self._judge_gate(self._step(), key)
        parameters = "states, each, run, closures, held, statuses, standings, verdicts"
        return [self._function(parameters, step.lines) for step in self._steps if step.lines]

    def marking(
        self, checks: Iterable[str], bits: Callable[[str], Sequence[int]]
    ) -> list[Callable[..., int]]:
        """Functions that return the bits of some checks; their OR is what they all come to.

        `bits` says which bits stand for a check that is met, not applicable, undetermined, unmet.
        """
        self._ask()
        for key in checks:
            step = self._step()
            met, names = self._decided(step, key).name, map(self._constant, bits(key))
            for truth, name in zip(("True", "N", "U", "False"), names, strict=True):
                step.lines.append(f"if {met} is {truth}: x |= {name}")
        return [
            self._function("states, each, run, closures", ["x = 0", *step.lines, "return x"])
            for step in self._steps
            if step.lines
        ]

    def _ask(self) -> None:
        for key in self.ruleset.asking_order:
            if key in self.ruleset.ask_when:
                self._mask(self._step(), self.ruleset.questions[key])
        self._steps.append(_Step())

    def _step(self) -> _Step:
        if len(self._steps[-1].lines) > _LINES_A_STEP:
            self._steps.append(_Step())
        return self._steps[-1]

    def _mask(self, step: _Step, question: Question) -> None:
        """What is not asked does not apply; what may not be asked is unknown."""
        asked = self._condition(step, self.ruleset.ask_when[question.id])
        masked = f"if {asked.name} is True else U if {asked.name} is U else N"
        if question.ask_each:
            step.lines.append(f"each[{question.id!r}][''] = U {masked}")
            return
        step.lines.append(f"states[{question.id!r}] = states[{question.id!r}] {masked}")
        step.answers.pop(question.id, None)

    def _judge_check(self, step: _Step, key: str, above: Sequence[str]) -> None:
        met = self._decided(step, key)
        name = f"w{len(step.lines)}"
        status, standing = f"statuses[{key!r}]", f"standings[{key!r}]"
        up = "0"
        if above:
            up = step.let(" | ".join(self._held(step, one) for one in above))
        closed = f"'premature' if {up} else 'ready'" if above else "'ready'"
        open_ = f"'blocked' if {up} else 'actionable'" if above else "'actionable'"
        m = met.name
        step.lines += [
            f"if {m} is True: {status} = 'met'; {standing} = {closed}; {name} = {up}",
            f"elif {m} is False: {status} = 'unmet'; {standing} = {open_}; {name} = {up} | 2",
            f"elif {m} is U: {status} = 'undetermined'; {standing} = {open_}; {name} = {up} | 1",
            f"else: {status} = 'not_applicable'; {standing} = 'ready'; {name} = {up}",
            f"held[{key!r}] = {name}",
        ]
        step.held[key] = name

    def _decided(self, step: _Step, key: str) -> _Condition:
        """The truth of the conditions of a check."""
        met = self._condition(step, self.ruleset.met_when[key])
        if key in self.ruleset.applies_when:
            met = self._applied(step, self._condition(step, self.ruleset.applies_when[key]), met)
        return met

    def _applied(self, step: _Step, applies: _Condition, met: _Condition) -> _Condition:
        """The truth of `met_when` as far as the check applies."""
        a, m = applies.name, met.name
        inapplicable = f"{a} is False or {a} is N or {m} is N"
        return _Condition(
            step.let(f"N if {inapplicable} else U if {a} is U or {m} is U else {m}"), True
        )

    def _held(self, step: _Step, key: str) -> str:
        """What is open of a check and upstream of it: 2 for unmet, 1 for undetermined."""
        if key not in step.held:
            step.held[key] = step.let(f"held[{key!r}]")
        return step.held[key]

    def _judge_gate(self, step: _Step, key: str) -> None:
        gate = self.ruleset.gates[key]
        waits = [self._held(step, one) for one in gate.requires]
        waits += [self._held(step, f"gate {one}") for one in gate.after]
        name = step.let(" | ".join(waits) or "0")
        verdict = f"'no_go' if {name} & 2 else 'undetermined' if {name} else 'go'"
        step.lines += [f"verdicts[{key!r}] = {verdict}", f"held['gate {key}'] = {name}"]
        step.held[f"gate {key}"] = name

    # Conditions

    def _condition(self, step: _Step, term: Term) -> _Condition:
        """A condition worked out; that of an equal one where there is one already."""
        if isinstance(term, terms.Constant):
            return _Condition(repr(bool(term.value)), False)
        key = canonical(term)
        if key not in step.known:
            step.known[key] = self._leaf(step, term) if is_leaf(term) else self._joined(step, term)
        return step.known[key]

    def _joined(self, step: _Step, term: Term) -> _Condition:
        match term:
            case terms.Derived(body=body):
                return self._condition(step, body)
            case terms.Not(part=part):
                found = self._condition(step, part)
                x = found.name
                turned = f"not {x} if {x} is True or {x} is False else {x}"
                return _Condition(step.let(turned), found.may_not_apply)
            case terms.Junction(kind=kind):
                decisive, other = ("False", "True") if kind == "all" else ("True", "False")
                return self._junction(step, term.parts, decisive, other)
            case terms.AtLeast(least=least):
                found_parts = [self._condition(step, part) for part in term.parts]
                names = ", ".join(part.name for part in found_parts)
                inapplicable = all(part.may_not_apply for part in found_parts)
                return _Condition(step.let(f"at_least({least}, {names})"), inapplicable)
            case _:
                raise TypeError(term)

    def _junction(
        self, step: _Step, parts: Sequence[Term], decisive: str, other: str
    ) -> _Condition:
        found = [self._condition(step, part) for part in parts]
        names = list(dict.fromkeys(part.name for part in found))
        decided = " or ".join(f"{name} is {decisive}" for name in names)
        unknown = " or ".join(f"{name} is U" for name in names)
        inapplicable = all(part.may_not_apply for part in found)
        rest = other
        if inapplicable:
            rest = f"N if {' and '.join(f'{name} is N' for name in names)} else {other}"
        joined = f"{decisive} if {decided} else U if {unknown} else {rest}"
        return _Condition(step.let(joined), inapplicable)

    def _leaf(self, step: _Step, term: Term) -> _Condition:
        match term:
            case terms.Answer(question=question) if self._is_plain(term):
                return _Condition(
                    self._answer(step, question), question.id in self.ruleset.ask_when
                )
            case terms.Comparison(operator=operator, left=left, right=right):
                if all(map(self._is_plain, (left, right))):
                    return self._compared(step, operator, (left, right))
            case terms.Membership(item=item, collection=terms.Constant(value=tuple() as held)):
                if self._is_plain(item):
                    operator = "not in" if term.negated else "in"
                    collection = terms.Constant(term.type, "", frozenset(held))  # type: ignore[arg-type]
                    return self._compared(step, operator, (item, collection))
        number = len(self.closures)
        self.closures.append(self._compiler.compile(term))
        return _Condition(step.let(f"closures[{number}](run, None, '')"), True)

    def _is_plain(self, term: Term) -> bool:
        """Whether a term is a literal, or an answer that is its own state."""
        if isinstance(term, terms.Constant):
            return True
        if not isinstance(term, terms.Answer):
            return False
        return is_plain(term.question)

    def _compared(self, step: _Step, operator: str, sides: tuple[Term, Term]) -> _Condition:
        """Two operands held against each other; unknown or not applicable where one of them is."""
        names, hidden = [], []
        for side in sides:
            if isinstance(side, terms.Constant):
                names.append(self._constant(side.value))
                continue
            assert isinstance(side, terms.Answer)
            names.append(self._answer(step, side.question))
            if side.question.id in self.ruleset.ask_when:
                hidden.append(names[-1])
        answers = [name for name in names if not name.startswith("k")]
        left, right = names
        compared = f"{left} {operator} {right}"
        if answers:
            compared = f"U if {' or '.join(f'{name} is U' for name in answers)} else {compared}"
        if hidden:
            compared = f"N if {' or '.join(f'{name} is N' for name in hidden)} else {compared}"
        return _Condition(step.let(compared), bool(hidden))

    def _answer(self, step: _Step, question: Question) -> str:
        if question.id not in step.answers:
            step.answers[question.id] = step.let(f"states[{question.id!r}]")
        return step.answers[question.id]
