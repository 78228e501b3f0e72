"""Lint of a ruleset that is right in itself: what nobody reads, what says a thing twice."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from collections.abc import Mapping as Map

from readiness.conditions import terms
from readiness.conditions.terms import questions_of, walk
from readiness.dependencies.graph import members
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.nodes import Node
from readiness.model.condition import Condition, ConditionGroup
from readiness.model.fields import child, key_at, name_at
from readiness.plugins import Finding, Plugin, PluginError, installed
from readiness.problems import Problem, Problems


def lint_ruleset(ruleset: Ruleset, findings: Problems) -> None:
    """Add every finding about the parts of a ruleset and the questionnaires that it reads."""
    _requirements(ruleset, findings)
    _gates(ruleset, findings)
    _prose(ruleset, findings)
    for check in ruleset.checks.values():
        for condition in (check.met_when, check.applies_when):
            _counts(condition, findings)
    _unread(ruleset, findings)
    _earlier_ids(ruleset, findings)
    for plugin in installed("lint").values():
        try:
            findings.extend(_find_by_plugin(plugin, ruleset))
        except PluginError as error:
            findings.extend(error.problems)


def _find_by_plugin(plugin: Plugin, ruleset: Ruleset) -> list[Problem]:
    """Return the findings of a lint rule; the name of its package comes before their codes."""
    found = plugin.call(ruleset)
    listed = list(plugin.attempt(lambda: tuple(found)))
    if wrong := [one for one in listed if not isinstance(one, Finding)]:
        plugin.fail(f"it returned a value of type '{type(wrong[0]).__name__}', not a Finding")
    root = ruleset.checklist.node
    return [
        Problem(
            f"{plugin.package}/{one.code}",
            one.message,
            one.hint,
            (key_at(root, *one.path).excerpt,),
        )
        for one in listed
    ]


def _requirements(ruleset: Ruleset, findings: Problems) -> None:
    """Requirements that follow from others (the transitive reduction leaves them out)."""
    graph = ruleset.graph
    for check in ruleset.checks.values():
        for need, through in find_implied(check.requires, graph.upstream, graph.position):
            at = name_at(check.node, "requires", need)
            hint = f"remove '{need}'"
            facts = {"id": check.id, "need": need, "through": through}
            findings.add("implied-requirement", at, hint=hint, **facts)


def find_implied(
    named: Iterable[str], upstream: tuple[int, ...], position: Map[str, int]
) -> Iterator[tuple[str, str]]:
    """Those of the names that lie upstream of another one, and which that is."""
    held = list(named)
    left = sum(1 << position[need] for need in set(held))
    found: dict[str, str] = {}
    for through in held:
        implied = upstream[position[through]] & left
        if implied:
            found |= {need: through for need in held if implied >> position[need] & 1}
            left &= ~implied
    for need in held:
        if need in found:
            yield need, found[need]


def _gates(ruleset: Ruleset, findings: Problems) -> None:
    graph, earlier = ruleset.graph, ruleset.earlier_gates
    for gate in ruleset.gates.values():
        for need, through in find_implied(gate.requires, graph.upstream, graph.position):
            at = name_at(gate.node, "requires", need)
            findings.add("implied-gate-requirement", at, need=need, through=through)
        for need in gate.after:
            through = next((other for other in gate.after if need in earlier[other]), "")
            if through:
                at = name_at(gate.node, "after", need)
                findings.add("implied-after", at, need=need, through=through)
        if not gate.requires and not gate.after:
            findings.add("empty-gate", _key(ruleset, "gates", gate.id), id=gate.id)
    _find_idle_checks(ruleset, findings)


def _find_idle_checks(ruleset: Ruleset, findings: Problems) -> None:
    if not ruleset.gates:
        return
    graph = ruleset.graph
    waited_for = 0
    advised: set[str] = set()
    for gate in ruleset.gates.values():
        waited_for |= graph.with_upstream(gate.requires)
        advised.update(gate.advises)
    for position in members(((1 << len(graph.ids)) - 1) & ~waited_for):
        key = graph.ids[position]
        if not graph.downstream[position] and key not in advised:
            findings.add("waited-for-by-nobody", _key(ruleset, "checks", key), id=key)


def _prose(ruleset: Ruleset, findings: Problems) -> None:
    for check in ruleset.checks.values():
        said = {"no-why": check.why, "no-remedy": check.remedy.action, "no-citation": check.cites}
        for code in (code for code, held in said.items() if not held):
            findings.add(code, _key(ruleset, "checks", check.id), id=check.id)
    areas = {check.area for check in ruleset.checks.values()}
    for area in (area for area in ruleset.areas if area not in areas):
        findings.add("unused-area", _key(ruleset, "areas", area), id=area)
    cited = {key for check in ruleset.checks.values() for key in check.cites}
    for source in (source for source in ruleset.sources if source not in cited):
        findings.add("unused-source", _key(ruleset, "sources", source), id=source)


def _counts(condition: Condition | None, findings: Problems) -> None:
    if not isinstance(condition, ConditionGroup):
        return
    count = len(condition.parts)
    if condition.kind == "at_least" and condition.least >= count:
        at = child(condition.node, "at_least") or condition.node
        findings.add("more-than-there-are", at, least=condition.least, count=count)
    for part in condition.parts:
        _counts(part, findings)


def _earlier_ids(ruleset: Ruleset, findings: Problems) -> None:
    """Earlier ids of questions and options that are in use again, so that they mean two things."""
    taken = set(ruleset.questions)
    for key, question in ruleset.questions.items():
        old = [(question.was, child(question.node, "was"))] if question.was in taken else []
        taken.update(filter(None, [question.was]))
        options = child(question.node, "options")
        old += [
            (was, child(child(options, option), "was"))
            for was, option in question.renamed.items()
            if was in question.options
        ]
        for was, at in old:
            findings.add("earlier-id-taken", at or question.node, id=key, was=was)


def _unread(ruleset: Ruleset, findings: Problems) -> None:
    """Questions, columns and values that no check comes to read."""
    roots = [*ruleset.met_when.values(), *ruleset.applies_when.values()]
    roots += ruleset.contradicts.values()
    read = [found for root in roots for found in walk(root)]
    contradicted = {key for term in ruleset.contradicts.values() for key in questions_of(term)}
    values = {found.text for found in read if isinstance(found, terms.Derived)}
    for value in ruleset.values:
        if value not in values:
            findings.add("unread-value", _key(ruleset, "values", value), id=value)
    for questionnaire in ruleset.questionnaires:
        for key, question in questionnaire.questions.items():
            if not ruleset.readers[key] and key not in contradicted:
                section, name = key.split(".", 1)
                at = key_at(questionnaire.node, "sections", section, "questions", name)
                findings.add("unread-question", at, ruleset=ruleset.id, id=question.id)


def _key(ruleset: Ruleset, *path: str) -> Node:
    return key_at(ruleset.checklist.node, *path)
