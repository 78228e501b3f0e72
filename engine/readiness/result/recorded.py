"""A result that is read back from its document."""

from __future__ import annotations

import datetime
import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

from readiness.dependencies.graph import Graph, topological
from readiness.dependencies.lazy_property import lazy_property
from readiness.dependencies.ruleset import Exclusions, Ruleset
from readiness.dependencies.work_order import WorkOrder
from readiness.documents.from_python import build
from readiness.documents.nodes import NOWHERE, Node
from readiness.documents.nodes import Mapping as Tree
from readiness.documents.schemas import FORMATS
from readiness.documents.validation import validate
from readiness.evaluation.verdicts import Judgement
from readiness.model.answers import Evidence
from readiness.model.condition import ConstantCondition
from readiness.model.engagement import Acceptance, Circumstances, Exclusion, Waiver
from readiness.model.ruleset import Area, Check, Checklist, Gate, Owner, Remedy
from readiness.problems import Excerpt, Place, Problem, Problems, Source, Whole, refusal
from readiness.problems.terminal_text import escape_json
from readiness.problems.values import FrozenDict
from readiness.result.assessment import Assessment, Working
from readiness.result.contradictions import Contradiction
from readiness.result.digest import digest
from readiness.result.explain import BY_ID, Naming
from readiness.result.reason import Reading, Reason
from readiness.result.score import Score
from readiness.version import __version__

_NAME = "result"
_NOWHERE = Excerpt(Place(_NAME))


def from_json(text: str | bytes) -> RecordedAssessment:
    """Return the result in a JSON text; raises `DocumentError` for any other text."""
    try:
        document = json.loads(text)
    except (ValueError, RecursionError) as fault:
        raise refusal("result-unreadable", Whole(_NAME), reason=str(fault)) from None
    return from_dict(document)


def from_dict(document: Mapping[str, Any]) -> RecordedAssessment:
    """Return the result in a result document.

    Raises `DocumentError` for a document of another or a newer format, for one that does not match
    the schema of results, and for one that was changed: its digest is then wrong.
    """
    problems = Problems()
    said = str(document.get("format")) if isinstance(document, Mapping) else ""
    family = FORMATS[_NAME].rpartition("/")[0]
    if said != FORMATS[_NAME] and said.startswith(f"{family}/"):
        raise refusal("format-newer", Whole(_NAME), format=said, version=__version__)
    validate(build(document, Source(_NAME, ""), ""), _NAME, problems)
    problems.raise_if_any()
    held = json.loads(json.dumps(dict(document)))
    if held["sha256"] != digest({key: one for key, one in held.items() if key != "sha256"}):
        raise refusal("result-changed", Whole(_NAME))
    return RecordedAssessment(held)


class RecordedAssessment(Assessment):
    """A result that was read back: what its document says, without the answers themselves."""

    _document: dict[str, Any]

    def __init__(self, document: dict[str, Any]) -> None:
        checks, gates = document["checks"], document["gates"]
        waivers = {one["check"]: _waiver(one["check"], one) for one in document["waivers"]}
        excluded = tuple(map(_exclusion, document.get("scope", ())))
        circumstances = Circumstances(
            datetime.date.fromisoformat(document["as_of"]),
            document["assurance"],
            waivers=FrozenDict(waivers),
            scope=excluded,
        )
        judgement = Judgement(
            {one["id"]: one["status"] for one in checks},
            {one["id"]: one["standing"] for one in checks},
            {one["id"]: one["verdict"] for one in gates},
        )
        engagement = document.get("engagement") or {}
        ruleset = _ruleset(document, excluded)
        super().__init__(
            ruleset, circumstances, judgement, _no_answers, engagement.get("title", "")
        )
        self.__dict__["_document"] = document
        self.__dict__["_working"] = _RecordedWorking(ruleset, judgement, document)

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return RecordedAssessment, (self._document,)

    @property
    def _content(self) -> tuple[object, ...]:
        return (self._document,)

    def _list(self, key: str) -> tuple[Any, ...]:
        return tuple(self._document.get(key, ()))

    @lazy_property
    def score(self) -> Score:
        """The score over all checks."""
        held = self._document["score"]
        return Score(held["low"], held["high"])

    @lazy_property
    def area_scores(self) -> Mapping[str, Score]:
        """The score of each area."""
        areas = self._document["score"]["areas"].items()
        return FrozenDict({key: Score(held["low"], held["high"]) for key, held in areas})

    @property
    def plugins(self) -> tuple[Mapping[str, str], ...]:
        """The functions of plug-ins that its conditions used."""
        return self._list("plugins")

    @property
    def conflicts(self) -> tuple[str, ...]:
        """The questions with different answers and no resolution."""
        return tuple(one["question"] for one in self._list("conflicts") if not one["resolution"])

    @lazy_property
    def contradictions(self) -> tuple[Contradiction, ...]:
        """The answers that contradict each other, without their conditions."""
        return tuple(map(_contradiction, self._list("contradictions")))

    @property
    def disputed(self) -> tuple[str, ...]:
        """The questions on which respondents differ, resolved or not."""
        return tuple(one["question"] for one in self._list("conflicts"))

    @lazy_property
    def warnings(self) -> tuple[str, ...]:
        """The warnings for the reader."""
        return self._list("warnings")

    @lazy_property
    def remarks(self) -> tuple[Problem, ...]:
        """The warnings, without their places."""
        return tuple(Problem("warning", one) for one in self.warnings)

    @lazy_property
    def unanswered(self) -> tuple[str, ...]:
        """The questions without an answer from at least one respondent."""
        return self._list("unanswered")

    def to_dict(self, *, compact: bool = False) -> dict[str, Any]:
        """Return the document that was read; it is compact or not, as it was written."""
        found = self.document()
        if compact != (was := found.get("compact", False)):
            msg = f"a result that was read back is written as it was: give compact={was}"
            raise ValueError(msg)
        return found

    def document(self) -> dict[str, Any]:
        """Return the document that was read, whichever form it has."""
        copied: dict[str, Any] = json.loads(json.dumps(self._document))
        return copied

    def iter_json(self, *, compact: bool = False) -> Iterator[str]:
        """Yield the JSON text of the document that was read."""
        text = json.dumps(self.to_dict(compact=compact), ensure_ascii=False, indent=2)
        yield escape_json(text) + "\n"


class _RecordedWorking(Working):
    def __init__(self, ruleset: Ruleset, judgement: Judgement, document: dict[str, Any]) -> None:
        super().__init__(ruleset, judgement, _no_answers)
        self._document = document
        self._checks = {one["id"]: one for one in document["checks"]}
        self._gates = {one["id"]: one for one in document["gates"]}

    @lazy_property
    def sequence(self) -> WorkOrder:
        """The order of work as it was recorded."""
        return _RecordedOrder(self.ruleset, self._document, self._checks, self._gates)

    def because(self, check: str, naming: Naming = BY_ID) -> Reason:  # noqa: ARG002
        """Return the recorded reason, which always names questions by their ids."""
        return _reason(self._checks[check]["because"])

    def deciding(self, gate: str) -> tuple[str, ...]:
        """Return the recorded questions."""
        return tuple(self._gates[gate]["questions"])

    def gates_of(self, check: str) -> tuple[str, ...]:
        """Return the recorded gates; in a compact result, those that require the check."""
        held = self._checks[check]
        return tuple(held["gates"]) if "gates" in held else super().gates_of(check)

    def held_by(self, gate: Gate) -> tuple[str, ...]:
        """Return the recorded contradictions."""
        return tuple(self._gates[gate.id].get("held_by", ()))

    def out_of_scope(self, gate: Gate) -> tuple[str, ...]:
        """Return the recorded checks."""
        return tuple(self._gates[gate.id].get("out_of_scope", ()))

    @property
    def _content(self) -> tuple[object, ...]:
        return self.ruleset, self._document

    def __reduce__(self) -> tuple[type, tuple[Any, ...]]:
        return _RecordedWorking, (self.ruleset, self.judgement, self._document)


class _RecordedOrder(WorkOrder):
    def __init__(
        self,
        ruleset: Ruleset,
        document: dict[str, Any],
        checks: Mapping[str, Any],
        gates: Mapping[str, Any],
    ) -> None:
        super().__init__(ruleset, [key for wave in document["order"] for key in wave])
        self._document, self._checks, self._gates = document, checks, gates

    @property
    def waves(self) -> tuple[tuple[str, ...], ...]:
        """The recorded waves."""
        return tuple(map(tuple, self._document["order"]))

    @lazy_property
    def by_gate(self) -> Mapping[str, tuple[str, ...]]:
        """The open checks that each gate waits for."""
        require = self.graph.with_upstream
        return {
            key: tuple(one["waits_for"]) if "waits_for" in one else self._among(require(needs))
            for key, one in self._gates.items()
            for needs in [self.ruleset.gates[key].requires]
        }

    def waits_for(self, check: str) -> tuple[str, ...]:
        """The open checks upstream of a check."""
        return self._recorded(check, "waits_for", self.graph.upstream)

    def holds(self, check: str) -> tuple[str, ...]:
        """The open checks downstream of a check."""
        return self._recorded(check, "holds", self.graph.downstream)

    def roots_of(self, check: str) -> tuple[str, ...]:
        """Return the upstream checks of a check that are ready to start."""
        first = frozenset(self.waves[0] if self.waves else ())
        return tuple(key for key in self.waits_for(check) if key in first)

    @property
    def blockers(self) -> tuple[str, ...]:
        """The recorded blockers."""
        return tuple(self._document["blockers"])

    @property
    def root_blockers(self) -> tuple[str, ...]:
        """The recorded root blockers."""
        return tuple(self._document["root_blockers"])

    def _recorded(self, check: str, key: str, bits: tuple[int, ...]) -> tuple[str, ...]:
        held = self._checks[check]
        found = held[key] if key in held else self._among(bits[self.graph.position[check]])
        return tuple(found)

    def _among(self, bits: int) -> tuple[str, ...]:
        position = self.graph.position
        return tuple(key for wave in self.waves for key in wave if bits >> position[key] & 1)


def _no_answers() -> NoReturn:
    msg = "a result that was read back has no answer sheets: pass what Assessor.assess() returns"
    raise LookupError(msg)


def _ruleset(document: dict[str, Any], excluded: tuple[Exclusion, ...]) -> Ruleset:
    """Return the ruleset as far as a result has it."""
    said, node = document["ruleset"], Tree(Source(_NAME, ""), *NOWHERE, {})
    areas = {key: Area(key, key, "") for key in document["score"]["areas"]}
    checks = {one["id"]: _check(one, node) for one in document["checks"]}
    gates = {one["id"]: _gate(one, node) for one in document["gates"]}
    held = Checklist(
        said["id"], said["version"], said["id"], "", (), {}, FrozenDict(areas), {},
        FrozenDict(gates), FrozenDict(checks), {}, node,
    )  # fmt: skip
    whole = {one.id: one for one in excluded}
    scope = {key: whole[one["id"]] for one in document.get("scope", ()) for key in one["checks"]}
    needs = {key: [one for one in check.requires if one in checks] for key, check in checks.items()}
    order = topological(needs) or list(checks)
    found = Ruleset(
        held, (), {}, {}, (), {}, {}, {}, {}, {}, {}, Graph(order, needs, held), tuple(gates),
        Exclusions(excluded, FrozenDict(scope)),
    )  # fmt: skip
    found.__dict__["sha256"] = said["sha256"]
    return found


def _check(one: Mapping[str, Any], node: Node) -> Check:
    return Check(
        one["id"], one["title"], one["area"], one["severity"], "", tuple(one.get("requires", ())),
        None, ConstantCondition(True, node), Remedy("", Owner(""), None), (), (), node,
    )  # fmt: skip


def _gate(one: Mapping[str, Any], node: Node) -> Gate:
    return Gate(one["id"], one["title"], "", tuple(one.get("requires", ())), (), (), node)


def _waiver(check: str, one: Mapping[str, Any]) -> Waiver:
    days = one["approved_on"] or "", one["expires"] or ""
    return Waiver(check, one["reason"], one["approved_by"], *days, _NOWHERE)


def _contradiction(one: Mapping[str, Any]) -> Contradiction:
    said = one["accepted"]
    accepted = said and Acceptance(one["id"], said["reason"], said["by"], _NOWHERE)
    answers = tuple(map(_reading, one["answers"]))
    return Contradiction(one["id"], one["message"], tuple(one["questions"]), answers, accepted)


def _exclusion(one: Mapping[str, Any]) -> Exclusion:
    return Exclusion(one["kind"], one["id"], one["reason"], one["by"], one["on"] or "", _NOWHERE)


def _reason(held: Mapping[str, Any]) -> Reason:
    applies = held.get("applies_when")
    return Reason(
        held["text"],
        held["truth"],
        held.get("reason", ""),
        tuple(map(_reason, held.get("parts", ()))),
        tuple(map(_reading, held.get("answers", ()))),
        tuple((one["id"], one["value"]) for one in held.get("values", ())),
        None if applies is None else _reason(applies),
        tuple(held.get("rows", ())),
    )


def _reading(held: Mapping[str, Any]) -> Reading:
    given = {"respondent": "", "value": None, **held}
    given["evidence"] = tuple(Evidence(**{"title": "", **one}) for one in held.get("evidence", ()))
    return Reading(**given)
