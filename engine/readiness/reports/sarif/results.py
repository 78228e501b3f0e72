"""Open checks as results, each at the answer that decides it."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

from readiness.documents.sanitize import one_line
from readiness.problems import Place
from readiness.reports.findings import decisive
from readiness.reports.report_model import CheckEntry, Report
from readiness.reports.sarif.places import Places, message
from readiness.result.reason import Reading, Reason

LEVELS = {"critical": "error", "major": "warning", "minor": "note"}


class Results:
    """Says the checks of one report that are open, or closed only by a waiver."""

    def __init__(self, report: Report, places: Places) -> None:
        self.report = report
        self.places = places
        self.ruleset = report.assessment.ruleset
        self.rule = {entry.id: number for number, entry in enumerate(report.checks)}
        given = (response.given for response in report.assessment.responses)
        self.answered = {(one.question, one.sheet, one.place.line): one.place for one in given}

    def all(self) -> list[dict[str, Any]]:
        """The open checks in order, then those that a waiver closes."""
        waived = (entry for entry in self.report.checks if entry.is_accepted)
        return [self._result(entry) for entry in (*self.report.open, *waived)]

    def _result(self, entry: CheckEntry) -> dict[str, Any]:
        is_unmet = entry.result.status == "unmet"
        located, related = self._places(entry)
        return {
            "ruleId": entry.id,
            "ruleIndex": self.rule[entry.id],
            "kind": "fail" if is_unmet else "open",
            "level": LEVELS[entry.result.check.severity] if is_unmet else "none",
            "message": message(_told(entry)),
            "locations": located,
            "relatedLocations": related,
            "partialFingerprints": self._fingerprints(entry),
            "suppressions": _suppressions(entry),
            "properties": {
                "status": entry.result.status,
                "standing": entry.standing,
                "wave": entry.wave,
                "owner": one_line(entry.owner),
                "gates": list(entry.result.gates),
                "waitsFor": list(entry.result.waits_for),
                "holds": list(entry.result.holds),
                "notes": [one_line(note) for note in entry.notes],
                "evidence": [one_line(item) for item in entry.evidence],
            },
        }

    def _fingerprints(self, entry: CheckEntry) -> dict[str, str]:
        """What stays when lines move: which check of which ruleset it is.

        GitHub goes by the second name only, and would else work it out from the lines around.
        """
        name = f"{self.ruleset.id}/{entry.id}"
        known = hashlib.sha256(name.encode()).hexdigest()[:16]
        return {"readinessCheck/v1": name, "primaryLocationLineHash": f"{known}:1"}

    def _places(self, entry: CheckEntry) -> tuple[list[Any], list[Any]]:
        """Where a result stands, and what else is to be looked at.

        It stands at the answer that decides it. Where an answer is missing, it stands in the file
        that was assessed, and where that is not known, at the check in its ruleset.
        """
        definition = self.places.location(entry.result.check.node.place, "the check")
        deciding = self._deciding(entry)
        where = self.places.location(deciding) if deciding else None
        where = where or self.places.beginning(self.report.path) or definition
        related = [
            self.places.location(place, said)
            for place, said in self._others(entry)
            if place != deciding
        ]
        if definition != where:
            related.append(definition)
        return [where] if where else [], [one for one in related if one]

    def _deciding(self, entry: CheckEntry) -> Place | None:
        """The place of the first answer that makes a check unmet, or leaves it undetermined."""
        leaves = [leaf for tree in _trees(entry) for leaf in decisive(tree)]
        readings = [reading for leaf in leaves for reading in leaf.answers]
        if entry.result.status == "undetermined":
            open_ = self.report.assessment.open_questions(entry.id)
            readings = [one for one in readings if not open_ or one.question in open_]
        return next((place for one in readings if (place := self._place(one))), None)

    def _place(self, reading: Reading) -> Place | None:
        return self.answered.get((reading.question, reading.file, reading.line))

    def _others(self, entry: CheckEntry) -> Iterator[tuple[Place, str]]:
        """Every answer that the check read, and every question without one, each once."""
        trees = [condition.reason for condition in entry.conditions.values()]
        told: set[Place] = set()
        for reading in (one for tree in trees for leaf in tree.leaves() for one in leaf.answers):
            question = self.ruleset.questions[reading.question]
            place = self._place(reading) or question.node.place
            if place not in told:
                told.add(place)
                who = f"{reading.respondent}: " if reading.respondent else ""
                yield place, f"{question.label} – {who}{reading.text}"


def _trees(entry: CheckEntry) -> list[Reason]:
    """The conditions that leave a check as it is."""
    if entry.result.status != "undetermined":
        return [entry.result.because]
    trees = [condition.reason for condition in entry.conditions.values()]
    return [tree for tree in trees if tree.truth == "unknown"]


def _told(entry: CheckEntry) -> str:
    """What is open in a first sentence, then why, then what to do."""
    is_unmet = entry.result.status == "unmet"
    sentences = [f"{entry.status.capitalize()}: {entry.title}"]
    if entry.findings:
        found = "; ".join(finding.text for finding in entry.findings)
        sentences.append(f"{'Found' if is_unmet else 'Missing'}: {found}")
    if entry.action:
        sentences.append(f"{entry.does_what}: {entry.action}")
    return " ".join(f"{sentence.rstrip('. ')}." for sentence in sentences)


def _suppressions(entry: CheckEntry) -> list[dict[str, Any]]:
    """The waiver that closes a check; none for one that is open."""
    waiver = entry.result.waived
    if waiver is None or not entry.is_accepted:
        return []
    facts = {
        "approvedBy": one_line(waiver.approved_by),
        "approvedOn": waiver.approved_on,
        "expires": waiver.expires,
    }
    return [
        {
            "kind": "external",
            "status": "accepted",
            "justification": one_line(waiver.reason),
            "properties": {key: held for key, held in facts.items() if held},
        }
    ]
