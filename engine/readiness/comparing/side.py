"""One of two results that are compared: its outcome, and what went in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeAlias

from readiness.documents.schemas import FORMATS
from readiness.problems.values import brief
from readiness.result.assessment import Assessment
from readiness.result.document import facts
from readiness.result.recorded import RecordedAssessment

Key: TypeAlias = tuple[str, ...]
"""What went in: its kind, then the question and the respondent, the check, or the group."""

Result: TypeAlias = "Assessment | Mapping[str, Any]"

_CLOSED = ("met", "not_applicable")


@dataclass(frozen=True, slots=True)
class CheckState:
    """What a result says about a check."""

    status: str
    standing: str
    waived: bool
    is_excluded: bool = False

    @property
    def is_open(self) -> bool:
        """Return whether the check still has to be closed."""
        return self.standing in ("actionable", "blocked")

    @property
    def is_listed(self) -> bool:
        """Return whether the check is a finding: open, or closed by its waiver only."""
        return self.rank < 3

    @property
    def own(self) -> tuple[str, bool, bool]:
        """What the check is apart from what it requires."""
        return self.status, self.waived, self.is_excluded

    @property
    def rank(self) -> int:
        """How good it is: closed, closed by a decision only, undetermined, unmet."""
        if self.status in _CLOSED:
            return 3
        return 2 if self.waived or self.is_excluded else int(self.status == "undetermined")

    def to_dict(self) -> dict[str, Any]:
        """Return the state as in a comparison."""
        found = {"status": self.status, "standing": self.standing, "waived": self.waived}
        return {**found, "out_of_scope": self.is_excluded}


@brief
@dataclass(frozen=True)
class Side:
    """A result: its document, which may lack the reasons, and the assessment if there is one."""

    document: Mapping[str, Any]
    assessment: Assessment | None = None

    @classmethod
    def of(cls, result: Result) -> Side:
        """Return the side of an assessment or of a result document.

        Raises `ValueError` for a mapping that is no result document.
        """
        if isinstance(result, RecordedAssessment):
            result = result.document()
        if isinstance(result, Assessment):
            return cls(facts(result), result)
        if result.get("format") != FORMATS["result"]:
            raise ValueError(f"a result document has the format '{FORMATS['result']}'")
        return cls(result)

    @property
    def title(self) -> str:
        """What was assessed."""
        engagement = self.document["engagement"]
        return str(engagement["title"] if engagement else self.document["ruleset"]["id"])

    @property
    def ruleset(self) -> dict[str, str]:
        """The ruleset by id, version and digest."""
        return {key: self.document["ruleset"][key] for key in ("id", "version", "sha256")}

    @property
    def rules(self) -> tuple[str, ...]:
        """The digests of the ruleset and its questionnaires."""
        held = (self.document["ruleset"], *self.document["questionnaires"])
        return tuple(one["sha256"] for one in held)

    @cached_property
    def gates(self) -> dict[str, Mapping[str, Any]]:
        """The gates by id."""
        return {one["id"]: one for one in self.document["gates"]}

    @cached_property
    def verdicts(self) -> dict[str, str]:
        """The verdict of each gate."""
        return {key: one["verdict"] for key, one in self.gates.items()}

    @cached_property
    def checks(self) -> dict[str, Mapping[str, Any]]:
        """The checks by id."""
        return {one["id"]: one for one in self.document["checks"]}

    @cached_property
    def states(self) -> dict[str, CheckState]:
        """What the result says about each check."""
        out = frozenset(self.document.get("out_of_scope", ()))
        return {
            key: CheckState(one["status"], one["standing"], one["waived"] is not None, key in out)
            for key, one in self.checks.items()
        }

    def waits_for(self, check: str) -> frozenset[str]:
        """Return the open checks upstream of a check."""
        if "waits_for" in self.checks[check]:
            return frozenset(self.checks[check]["waits_for"])
        return frozenset(key for key in self._upstream[check] if self.states[key].is_open)

    def awaited_by(self, gate: str) -> frozenset[str]:
        """Return the checks that a gate waits for."""
        if requires := self.gates[gate].get("requires"):
            return frozenset(requires).union(*(self._upstream[key] for key in requires))
        return frozenset(key for key, one in self.checks.items() if gate in one.get("gates", ()))

    def before(self, gate: str) -> frozenset[str]:
        """Return the gates that a gate comes after, as far as the result says so."""
        held = self.assessment
        return held.ruleset.earlier_gates.get(gate, frozenset()) if held else frozenset()

    @cached_property
    def _upstream(self) -> dict[str, frozenset[str]]:
        """The checks upstream of each, of a compact result."""
        found: dict[str, frozenset[str]] = {}
        waiting = list(self.checks)
        while waiting:
            needs = self.checks[waiting[-1]]["requires"]
            if further := [key for key in needs if key not in found]:
                waiting += further
            else:
                found[waiting.pop()] = frozenset(needs).union(*(found[key] for key in needs))
        return found

    @property
    def wave(self) -> dict[str, int]:
        """The wave of each open check, from 1."""
        waves = enumerate(self.document["order"], 1)
        return {key: number for number, wave in waves for key in wave}

    @cached_property
    def readers(self) -> dict[str, frozenset[str]]:
        """The checks that depend on each question; without an assessment on each answered one."""
        if self.assessment is not None:
            held = self.assessment.ruleset.readers.items()
            return {key: frozenset(checks) for key, checks in held}
        given = self.document["responses"]
        return {one["question"]: frozenset(one["checks"]) for one in given}

    def label(self, question: str) -> str:
        """Return a question as it is asked; its id if the result does not say."""
        asked = self.assessment.ruleset.questions.get(question) if self.assessment else None
        return asked.label if asked else question

    @cached_property
    def inputs(self) -> dict[Key, list[dict[str, Any]]]:
        """What went in, apart from the ruleset and what does not count: answers without notes."""
        found: dict[Key, list[dict[str, Any]]] = {}
        for one in self.document["responses"]:
            key: Key = ("answer", one["question"], one["respondent"] or "")
            if "settled_by" in one:
                key = ("resolution", one["question"])
            found.setdefault(key, []).append(one)
        for one in self.document["waivers"]:
            if one["in_force"]:
                found["waiver", one["check"]] = [one]
        for one in self.document.get("scope", ()):
            if one["in_force"]:
                found["scope", one["kind"], one["id"]] = [one]
        for name in ("as_of", "assurance"):
            found[(name,)] = [{"state": self.document[name]}]
        groups = self.assessment.answers.groups if self.assessment else {}
        for name, members in groups.items():
            found["group", name] = [{"state": sorted(members)}]
        return found

    def content(self, key: Key, *, evidenced: bool) -> list[Any]:
        """Return what counts of an input; of its evidence only if answers need some."""
        return [
            (
                one.get("state"),
                one.get("value"),
                sorted(self.evidence(one).items()) if evidenced else None,
            )
            for one in self.inputs.get(key, ())
        ]

    def evidence(self, one: Mapping[str, Any]) -> dict[str, str]:
        """Return the items of evidence of an answer by title: valid, expired or missing."""
        return {item["title"]: self._standing(item) for item in one.get("evidence", ())}

    def _standing(self, item: Mapping[str, Any]) -> str:
        if not (item.get("seen") or item.get("url")):
            return "missing"
        return "expired" if item.get("expires", "9999") < self.document["as_of"] else "valid"

    def waiver(self, check: str) -> tuple[Mapping[str, Any], str] | None:
        """Return the waiver of a check, in force or not, with its state; None if there is none."""
        for one in self.document["waivers"]:
            if one["check"] == check:
                is_over = (one["expires"] or "9999") < self.document["as_of"]
                late = "expired" if is_over else "not_started"
                return one, "in_force" if one["in_force"] else late
        return None

    def excluded_by(self, key: Key) -> frozenset[str]:
        """Return the checks that something out of scope takes out or hides a question of."""
        found: set[str] = set()
        for one in self.inputs.get(key, ()):
            found.update(one["checks"], *(self.readers.get(name, ()) for name in one["questions"]))
        return frozenset(found)

    def head(self) -> dict[str, Any]:
        """Return what is compared: title, day, ruleset, assurance, and digest if it has one."""
        held = self.document
        known = {"sha256": held["sha256"]} if "sha256" in held else {}
        names = {"as_of": held["as_of"], "assurance": held["assurance"], "ruleset": self.ruleset}
        return {"title": self.title, **names, **known}

    def all_waiting(self, check: str) -> Iterator[str]:
        """Yield a check, and those upstream of it as far as the result says which they are."""
        yield check
        if self.assessment is not None:
            graph = self.assessment.ruleset.graph
            upstream = graph.upstream[graph.position[check]]
            yield from (key for key, at in graph.position.items() if upstream >> at & 1)
        else:
            yield from self.waits_for(check)
