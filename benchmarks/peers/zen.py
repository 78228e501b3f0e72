"""zen-engine: a compiled expression, decisions of expressions, decision tables, a function.

The quick ways return a list of yes, no and null for the statuses and, for the standings, whether
something upstream is open. An assignment gets slower the more names there are, so these values are
in one list per level of the requirements.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from functools import partial
from typing import Any as Anything

import zen
from encoding import All, Any, Check, Compared, Encoded, Formula, Is, OneOf, flat
from levels import closures, levels
from peers.peer import STATUS_OF, NotThisWay, Offer, standing, verdict

from readiness.evaluation.verdicts import Judgement

Node = dict[str, Anything]


def ways(ruleset: Encoded) -> Iterator[Offer]:
    """Return every way that is tried."""
    for kind in (Expression, StaticDecision, ExpressionNode):
        for everything in (False, True):
            made = partial(kind, ruleset, everything=everything)
            yield Offer(kind.name, everything, made)
    for table in (DecisionTables, FunctionNode):
        yield Offer(table.name, everything=False, make=partial(table, ruleset))


class Way:
    """What all ways share: a flat case, and checks by id."""

    def __init__(self, ruleset: Encoded, *, everything: bool = False) -> None:
        self.ruleset = ruleset
        self.everything = everything
        self.ids = tuple(check.id for check in ruleset.checks)

    def case(self, answers: Mapping[str, object]) -> dict[str, object]:
        """Return the answers by names without a dot."""
        return {flat(key): value for key, value in answers.items()}


class Expression(Way):
    """One expression for all checks, compiled once."""

    name = "compile_expression, one expression"

    def __init__(self, ruleset: Encoded, *, everything: bool) -> None:
        super().__init__(ruleset, everything=everything)
        self.compact = Compact(ruleset)
        text = self.compact.everything() if everything else self.compact.statuses()
        self.evaluate = zen.compile_expression(text).evaluate

    def decide(self, case: Anything) -> Anything:
        """Return a list of statuses, inside a list with the rest if that is wanted."""
        return self.evaluate(case)

    def judgement(self, found: Anything) -> Judgement:
        """Return the outcomes in our terms."""
        return self.compact.judgement(found, everything=self.everything)


class StaticDecision(Expression):
    """The same expression in a decision that a static loader keeps compiled."""

    name = "engine.evaluate, static loader, one expression"

    def __init__(self, ruleset: Encoded, *, everything: bool) -> None:
        super().__init__(ruleset, everything=everything)
        text = self.compact.everything() if everything else self.compact.statuses()
        held = {"decision": graph([expression_node({"all": text})])}
        self.engine = zen.ZenEngine({"loader": {"type": "static", "content": held}})

    def decide(self, case: Anything) -> Anything:
        """Return the same list."""
        return self.engine.evaluate("decision", case)["result"]["all"]


class ExpressionNode(Way):
    """As in its documentation: a decision with one named expression per outcome."""

    name = "create_decision, an expression for each outcome"

    def __init__(self, ruleset: Encoded, *, everything: bool) -> None:
        super().__init__(ruleset, everything=everything)
        entries = {check.id: status(check) for check in ruleset.checks}
        if everything:
            entries |= _named_rest(ruleset)
        self.decision = created(graph([expression_node(entries)]))

    def decide(self, case: Anything) -> Anything:
        """Return status names by check."""
        return self.decision.evaluate(case)["result"]

    def judgement(self, found: Anything) -> Judgement:
        """Return the outcomes in our terms."""
        statuses = {key: found[key] for key in self.ids}
        if not self.everything:
            return Judgement(statuses, {}, {})
        return Judgement(
            statuses,
            {key: found[f"standing_{key}"] for key in self.ids},
            {gate.id: found[gate.id] for gate in self.ruleset.gates},
        )


class DecisionTables(Way):
    """One decision table of three rules per check, all side by side."""

    name = "create_decision, a decision table for each check"

    def __init__(self, ruleset: Encoded) -> None:
        super().__init__(ruleset)
        self.decision = created(graph([table_node(check) for check in ruleset.checks]))

    def decide(self, case: Anything) -> Anything:
        """Return status names by check."""
        return self.decision.evaluate(case)["result"]

    def judgement(self, found: Anything) -> Judgement:
        """Return the outcomes in our terms."""
        return Judgement({key: found[key] for key in self.ids}, {}, {})


class FunctionNode(DecisionTables):
    """One function in JavaScript that returns the statuses."""

    name = "create_decision, a function in JavaScript"

    def __init__(self, ruleset: Encoded) -> None:
        Way.__init__(self, ruleset)
        lines = ", ".join(
            f"{check.id}: {script(check.met)} ? 'met' : {script(check.unmet)} ? 'unmet'"
            " : 'undetermined'"
            for check in ruleset.checks
        )
        source = f"export const handler = (i) => ({{{lines}}});"
        self.decision = created(graph([_node("functionNode", "function", {"source": source})]))


class Compact:
    """The whole ruleset as one expression that returns lists."""

    def __init__(self, ruleset: Encoded) -> None:
        self.ruleset = ruleset
        self.position = {check.id: place for place, check in enumerate(ruleset.checks)}
        self.levels = levels(ruleset)
        self.place = {
            check.id: (number, place)
            for number, level in enumerate(self.levels)
            for place, check in enumerate(level)
        }

    def statuses(self) -> str:
        """Return yes, no or null for each check."""
        return f"[{', '.join(map(three_valued, self.ruleset.checks))}]"

    def everything(self) -> str:
        """Return the statuses, then the blocked checks by level, then two truths per gate."""
        lines = [f"s = {self.statuses()}"]
        for number, level in enumerate(self.levels[1:], 1):
            held_up = (" or ".join(map(self._open, check.requires)) for check in level)
            lines.append(f"l{number} = [{', '.join(held_up)}]")
        upstream = closures(self.ruleset)
        for gate in self.ruleset.gates:
            waits = sorted(set().union(*(upstream[key] for key in gate.requires)))
            failing = [f"f_{key}" for key in gate.after]
            failing += [f"s[{self.position[key]}] == false" for key in waits]
            waiting = [f"h_{key}" for key in gate.after] + [*map(self._open, gate.requires)]
            lines += [f"f_{gate.id} = {' or '.join(failing)}"]
            lines += [f"h_{gate.id} = {' or '.join(waiting)}"]
        result = ["s", *(f"l{number}" for number in range(1, len(self.levels)))]
        result += [f"f_{gate.id}, h_{gate.id}" for gate in self.ruleset.gates]
        return f"{'; '.join(lines)}; [{', '.join(result)}]"

    def _open(self, key: str) -> str:
        """Return whether a check or something upstream of it is open."""
        level, place = self.place[key]
        own = f"s[{self.position[key]}] != true"
        return f"{own} or l{level}[{place}]" if level else own

    def judgement(self, found: Anything, *, everything: bool) -> Judgement:
        """Convert what the expression returned into our terms."""
        ids = [check.id for check in self.ruleset.checks]
        if not everything:
            return Judgement(
                {key: STATUS_OF[one] for key, one in zip(ids, found, strict=True)}, {}, {}
            )
        statuses = {key: STATUS_OF[one] for key, one in zip(ids, found[0], strict=True)}
        standings = {}
        for key in ids:
            level, place = self.place[key]
            standings[key] = standing(statuses[key], level and found[level][place])
        rest = found[len(self.levels) :]
        verdicts = {
            gate.id: verdict(rest[2 * number], rest[2 * number + 1])
            for number, gate in enumerate(self.ruleset.gates)
        }
        return Judgement(statuses, standings, verdicts)


def _named_rest(ruleset: Encoded) -> dict[str, str]:
    """Return standings and verdicts as expressions that refer to earlier ones."""
    entries: dict[str, str] = {}
    for check in ruleset.checks:
        met, up = f"$.{check.id} == 'met'", f"$.up_{check.id}"
        failing = [f"$.{check.id} == 'unmet'", *(f"$.failing_{key}" for key in check.requires)]
        entries |= {
            f"up_{check.id}": _or(f"$.open_{key}" for key in check.requires) or "false",
            f"open_{check.id}": f"{up} or not ({met})",
            f"failing_{check.id}": _or(failing),
            f"standing_{check.id}": (
                f"{met} ? ({up} ? 'premature' : 'ready') : ({up} ? 'blocked' : 'actionable')"
            ),
        }
    for gate in ruleset.gates:
        no = [f"$.{key} == 'no_go'" for key in gate.after]
        no += [f"$.failing_{key}" for key in gate.requires]
        waits = [f"$.{key} == 'undetermined'" for key in gate.after]
        waits += [f"$.open_{key}" for key in gate.requires]
        entries[gate.id] = f"({_or(no)}) ? 'no_go' : ({_or(waits)}) ? 'undetermined' : 'go'"
    return entries


def _or(parts: Iterable[str]) -> str:
    return " or ".join(parts)


def three_valued(check: Check) -> str:
    """Return an expression for yes, no or null."""
    return f"{expression(check.met)} ? true : {expression(check.unmet)} ? false : null"


def status(check: Check) -> str:
    """Return an expression for the status name."""
    unmet = f"{expression(check.unmet)} ? 'unmet' : 'undetermined'"
    return f"{expression(check.met)} ? 'met' : {unmet}"


def expression(formula: Formula) -> str:
    """Return a formula in zen's language, where a comparison with null is an error."""
    match formula:
        case All(parts=parts):
            return f"({' and '.join(map(expression, parts))})"
        case Any(parts=parts):
            return f"({' or '.join(map(expression, parts))})"
        case Is(question=question, value=value):
            return f"{flat(question)} == {json.dumps(value)}"
        case OneOf(question=question, options=(only,)):
            return f"{flat(question)} == {json.dumps(only)}"
        case OneOf(question=question, options=options):
            return f"{flat(question)} in {json.dumps(options)}"
        case Compared(question=question, operator=operator, number=number):
            key = flat(question)
            return f"({key} != null and {key} {operator} {number})"


def script(formula: Formula) -> str:
    """Return a formula in JavaScript; `i` holds the answers."""
    match formula:
        case All(parts=parts):
            return f"({' && '.join(map(script, parts))})"
        case Any(parts=parts):
            return f"({' || '.join(map(script, parts))})"
        case Is(question=question, value=value):
            return f"i.{flat(question)} === {json.dumps(value)}"
        case OneOf(question=question, options=options):
            either = (f"i.{flat(question)} === {json.dumps(option)}" for option in options)
            return f"({' || '.join(either)})"
        case Compared(question=question, operator=operator, number=number):
            key = f"i.{flat(question)}"
            return f"({key} !== undefined && {key} {operator} {number})"


def created(content: Node) -> Anything:
    """Return a decision that is made once."""
    try:
        return zen.ZenEngine().create_decision(zen.ZenDecisionContent(json.dumps(content)))
    except Exception as fault:
        raise NotThisWay(str(fault).splitlines()[0]) from fault


def graph(nodes: list[Node]) -> Node:
    """Return a decision with these nodes side by side between its input and its output."""
    ends = [_node("inputNode", "in", {}), _node("outputNode", "out", {})]
    pairs = [("in", one["id"]) for one in nodes] + [(one["id"], "out") for one in nodes]
    edges = [
        {"id": f"e{number}", "type": "edge", "sourceId": source, "targetId": target}
        for number, (source, target) in enumerate(pairs)
    ]
    content = "application/vnd.gorules.decision"
    return {"contentType": content, "nodes": [ends[0], *nodes, ends[1]], "edges": edges}


def expression_node(entries: Mapping[str, str]) -> Node:
    """Return a node of named expressions."""
    expressions = [{"id": key, "key": key, "value": value} for key, value in entries.items()]
    content = {"expressions": expressions, "passThrough": False}
    return _node("expressionNode", "expressions", content)


def table_node(check: Check) -> Node:
    """Return a decision table: the first rule that matches gives the status."""
    outcomes = (
        (expression(check.met), "'met'"),
        (expression(check.unmet), "'unmet'"),
        ("", "'undetermined'"),
    )
    rules = [{"_id": str(n), "a": when, "r": then} for n, (when, then) in enumerate(outcomes)]
    content = {
        "hitPolicy": "first", "passThrough": False, "executionMode": "single",
        "inputField": None, "outputPath": None, "rules": rules,
        "inputs": [{"id": "a", "name": "a", "type": "expression"}],
        "outputs": [{"id": "r", "name": "r", "field": check.id, "type": "expression"}],
    }  # fmt: skip
    return _node("decisionTableNode", f"table {check.id}", content)


def _node(kind: str, key: str, content: Node) -> Node:
    return {"id": key, "name": key, "type": kind, "position": {"x": 0, "y": 0}, "content": content}
