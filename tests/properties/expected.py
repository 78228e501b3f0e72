"""The consequences of a case's statuses, calculated directly from the format's definitions.

It reads the case as written and shares no code with the engine.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import networkx as nx

from tests.properties.cases import TODAY, Case

SEVERITIES = ["critical", "major", "minor"]
WEIGHTS = {"critical": 3, "major": 2, "minor": 1}


@dataclass(frozen=True)
class Expected:
    """Calculates standings, order, blockers and verdicts of a case from its statuses."""

    case: Case
    statuses: dict[str, str]

    @cached_property
    def graph(self) -> nx.DiGraph[str]:
        """Return the checks, with an edge from each to those that require it."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(self.case["checks"])
        for key, check in self.case["checks"].items():
            graph.add_edges_from((need, key) for need in check.get("requires", []))
        return graph

    @cached_property
    def waived(self) -> set[str]:
        """Return the checks whose waiver is in force."""
        return {
            key
            for key, waiver in self.case.get("waivers", {}).items()
            if waiver.get("approved_on", "") <= TODAY <= waiver.get("expires", "9999")
        }

    def named(self, kind: str) -> set[str]:
        """Return what the scope of the case names that is out of scope on the day."""
        entries = self.case.get("scope", {}).get(kind, {})
        return {key for key, one in entries.items() if one.get("on", "") <= TODAY}

    @cached_property
    def out(self) -> set[str]:
        """Return the checks out of scope: named, by area, or needed only by gates out of scope."""
        checks, areas = self.case["checks"], self.named("areas")
        found = self.named("checks") | {k for k in checks if checks[k].get("area") in areas}
        gates, kept = self.case.get("gates", {}), {*checks} - found
        in_scope = [key for key in gates if key not in self.named("gates")]
        wanted = set[str]().union(*(self.needs(key) for key in in_scope))
        candidates = set[str]().union(*(self.needs(key) for key in self.named("gates"))) - found
        keeping = wanted | (kept - candidates)
        above = keeping.union(*(nx.ancestors(self.graph, key) for key in keeping))
        return found | (candidates - above)

    def needs(self, gate: str) -> set[str]:
        """Return what a gate requires or recommends, and everything upstream of that."""
        advised = self.case["gates"][gate].get("advises", [])
        above = (nx.ancestors(self.graph, key) for key in advised)
        return self.waits_for(gate).union(advised, *above)

    @cached_property
    def open(self) -> set[str]:
        """Return the checks in scope that are not met, not applicable or waived."""
        pending = {k for k, status in self.statuses.items() if status in ("unmet", "undetermined")}
        return pending - self.waived - self.out

    def open_above(self, check: str) -> set[str]:
        """Return the open checks that it waits for."""
        return nx.ancestors(self.graph, check) & self.open

    def open_below(self, check: str) -> set[str]:
        """Return the open checks that wait for it."""
        return nx.descendants(self.graph, check) & self.open

    def standing(self, check: str) -> str:
        """Return the standing of a check."""
        if self.statuses[check] == "not_applicable" or check in self.out:
            return "ready"
        if check in self.open:
            return "blocked" if self.open_above(check) else "actionable"
        return "premature" if self.open_above(check) else "ready"

    @cached_property
    def gate_order(self) -> list[str]:
        """Return the gates, each after those it comes after, otherwise in document order."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        gates = self.case.get("gates", {})
        graph.add_nodes_from(gates)
        for key, gate in gates.items():
            graph.add_edges_from((earlier, key) for earlier in gate.get("after", []))
        return list(nx.lexicographical_topological_sort(graph, key=list(gates).index))

    def waits_for(self, gate: str) -> set[str]:
        """Return what a gate requires and everything upstream of it, open or not."""
        required = set(self.case["gates"][gate].get("requires", []))
        return required.union(*(nx.ancestors(self.graph, key) for key in required))

    @cached_property
    def verdicts(self) -> dict[str, str]:
        """Return the verdict of each gate; one out of scope passes on those of earlier gates."""
        found: dict[str, str] = {}
        for gate in self.gate_order:
            before = {found[key] for key in self.case["gates"][gate].get("after", [])}
            needed = set() if gate in self.named("gates") else self.waits_for(gate) - self.out
            statuses = {
                "waived" if key in self.waived and status != "met" else status
                for key in needed
                if (status := self.statuses[key]) != "not_applicable"
            }
            if "unmet" in statuses or "no_go" in before:
                found[gate] = "no_go"
            elif "undetermined" in statuses or "undetermined" in before:
                found[gate] = "undetermined"
            elif "waived" in statuses or "conditional_go" in before:
                found[gate] = "conditional_go"
            else:
                found[gate] = "go"
        return found | dict.fromkeys(self.named("gates"), "out_of_scope")

    @cached_property
    def gates(self) -> list[str]:
        """Return the gates in scope, in their order."""
        return [key for key in self.gate_order if key not in self.named("gates")]

    @cached_property
    def wave(self) -> dict[str, int]:
        """Return the wave of each open check: one after the last open check that it waits for."""
        found: dict[str, int] = {}
        for key in nx.topological_sort(self.graph):
            if key in self.open:
                found[key] = 1 + max((found[above] for above in self.open_above(key)), default=0)
        return found

    def rank(self, check: str) -> tuple[Any, ...]:
        """Return the sort key: gate, severity, number of waiting checks, effort, id."""
        gates = [number for number, g in enumerate(self.gates) if check in self.waits_for(g)]
        written = self.case["checks"][check]
        effort = written.get("remedy", {}).get("effort_days", math.inf)
        return (
            min(gates, default=math.inf),
            SEVERITIES.index(written.get("severity", "major")),
            -len(self.open_below(check)),
            effort["likely"] if isinstance(effort, dict) else effort,
            check,
        )

    @cached_property
    def order(self) -> list[list[str]]:
        """Return the open checks in waves."""
        waves = range(1, max(self.wave.values(), default=0) + 1)
        return [
            sorted((key for key in self.open if self.wave[key] == wave), key=self.rank)
            for wave in waves
        ]

    @cached_property
    def blockers(self) -> set[str]:
        """Return the open checks that an open check or a gate waits for."""
        by_gate = set[str]().union(*(self.waits_for(gate) for gate in self.gates))
        return {key for key in self.open if key in by_gate or self.open_below(key)}

    def score(self, area: str = "") -> tuple[float | None, float | None]:
        """Return the minimum and maximum weight that may turn out met."""
        checks = self.case["checks"].items()
        weight = dict.fromkeys(("met", "unmet", "undetermined"), 0)
        for key, check in checks:
            if key in self.out:
                continue
            if self.statuses[key] in weight and area in ("", check.get("area", "general")):
                weight[self.statuses[key]] += WEIGHTS[check.get("severity", "major")]
        whole = sum(weight.values())
        if not whole:
            return None, None
        return weight["met"] / whole, (whole - weight["unmet"]) / whole
