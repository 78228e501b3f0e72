"""The report for code scanning, in SARIF 2.1.0: one run with rules and results.

A file below the folder in which readiness runs is named from there: run it at the root of a
repository, and GitHub shows results beside the lines of the answers. Any other file goes by its
absolute address, and a shipped one by its place in the package.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import quote

from readiness.documents.sanitize import one_line
from readiness.problems import Place
from readiness.problems.terminal_text import json_file_text
from readiness.reports.markdown.escaping import is_address, without_html
from readiness.reports.reasons import decisive
from readiness.reports.report_model import CheckEntry, Report
from readiness.result.reason import Reading, Reason
from readiness.version import __version__

_SCHEMA = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_LEVELS = {"critical": "error", "major": "warning", "minor": "note"}
# What GitHub sorts rules by.
_SEVERITIES = {"critical": "error", "major": "warning", "minor": "recommendation"}
# Where a line ends in YAML; lines are counted by that.
_LINE_ENDS = ["\r\n", "\n", "\r", "\x85", "\u2028", "\u2029"]
_NO_FILES = ("", "-", "<stdin>")  # of values that never were in a file, and of standard input
_SHIPPED = ("readiness/rulesets/", "readiness/questionnaires/")
_ROOT, _PACKAGE = "%SRCROOT%", "PACKAGES"


def sarif_report(report: Report) -> str:
    """The open checks, and those that only a waiver closes, as a log in SARIF 2.1.0.

    What is unmet is of the kind `fail`, its level by severity; what is undetermined is `open`,
    without a level. A waiver is a suppression. What is met or does not apply is not told.
    """
    places = SarifPlaces()
    for sheet in report.assessment.sheets:
        if sheet.node.line and sheet.node.source.name not in _NO_FILES:
            places.file(sheet.node.source.name, "analysisTarget")
    results = _Results(report, places).all()
    driver = {
        "name": "readiness",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(report, entry) for entry in report.checks],
    }
    warnings = [{"level": "warning", "message": message(warning)} for warning in report.warnings]
    run = {
        "tool": {"driver": driver},
        "invocations": [{"executionSuccessful": True, "toolExecutionNotifications": warnings}],
        "automationDetails": {"id": _category(report)},
        "originalUriBaseIds": places.bases,
        "artifacts": places.artifacts,
        "results": results,
        "columnKind": "unicodeCodePoints",
        "newlineSequences": _LINE_ENDS,
        "properties": _facts(report),
    }
    return json_file_text({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]})


def _category(report: Report) -> str:
    """What keeps apart the results of several assessments in one repository.

    The assessed file is named by its address below the current folder, else by the end of its name.
    """
    parts = ["readiness", report.assessment.ruleset.id]
    if report.path not in _NO_FILES:
        found = _address(report.path)
        parts.append(found["uri"] if "uriBaseId" in found else _encode(Path(report.path).name))
    return "/".join(parts) + "/"


def _facts(report: Report) -> dict[str, Any]:
    """What was assessed, the gates, and the digests, which are of canonical JSON, not of files."""
    assessment = report.assessment
    return {
        "title": one_line(report.title),
        "asOf": assessment.as_of.isoformat(),
        "assurance": assessment.assurance,
        "score": {"low": assessment.score.low, "high": assessment.score.high},
        "gates": [
            {
                "id": entry.result.id,
                "title": one_line(entry.result.gate.title),
                "verdict": entry.result.verdict,
                "outOfScope": list(entry.result.out_of_scope),
                "sentences": [one_line(sentence) for sentence in entry.sentences],
            }
            for entry in report.gates
        ],
        "digestsOfCanonicalJson": [
            asdict(digest) | {"name": one_line(digest.name)} for digest in report.digests
        ],
    }


def _rule(report: Report, entry: CheckEntry) -> dict[str, Any]:
    """What a check is about, why it matters, and what closes it."""
    check = entry.result.check
    told = list(_help(report, entry))
    urls = (report.assessment.ruleset.sources[key].url for key in check.cites)
    url = next((url for url in urls if is_address(url)), "")
    return {
        "id": entry.id,
        "shortDescription": {"text": one_line(entry.title)},
        "fullDescription": {"text": one_line(check.why or entry.title)},
        "help": {
            "text": "\n".join(f"{label}: {one_line(said)}" for label, said in told),
            "markdown": "\n".join(
                f"- **{label}:** {f'<{said}>' if is_address(said) else without_html(said)}"
                for label, said in told
            ),
        },
        "defaultConfiguration": {"level": _LEVELS[check.severity]},
        "properties": {
            "tags": list(dict.fromkeys((check.area, check.severity))),
            "area": one_line(entry.area),
            "severity": check.severity,
            "problem.severity": _SEVERITIES[check.severity],
        },
    } | ({"helpUri": url} if url else {})


def _help(report: Report, entry: CheckEntry) -> Iterator[tuple[str, str]]:
    """What to do, whose work it is, why, and on what the check rests."""
    yield "Check", entry.title
    for label, said in entry.remedy:
        yield "What to do" if label == entry.does_what else label, said
    for cited, citation in zip(entry.result.check.citations, entry.citations, strict=True):
        yield "Source", citation
        if url := report.assessment.ruleset.sources[cited.source].url:
            yield "Link", url


class _Results:
    """Tells the checks of one report that are open, or closed only by a decision."""

    def __init__(self, report: Report, places: SarifPlaces) -> None:
        self.report = report
        self.places = places
        self.ruleset = report.assessment.ruleset
        self.rule = {entry.id: number for number, entry in enumerate(report.checks)}
        given = (response.given for response in report.assessment.responses)
        self.answered = {(one.question, one.sheet, one.place.line): one.place for one in given}

    def all(self) -> list[dict[str, Any]]:
        """The open checks in order, then those that a waiver closes or that are out of scope."""
        decided = (
            entry
            for entry in self.report.checks
            if entry.closed_by and entry.result.status in ("unmet", "undetermined")
        )
        return [self._result(entry) for entry in (*self.report.open, *decided)]

    def _result(self, entry: CheckEntry) -> dict[str, Any]:
        result = entry.result
        is_unmet = result.status == "unmet"
        located, related = self._places(entry)
        # What stays when lines move. GitHub goes by the second one only, and would else work it
        # out from the lines around.
        name = f"{self.ruleset.id}/{entry.id}"
        known = hashlib.sha256(name.encode()).hexdigest()[:16]
        return {
            "ruleId": entry.id,
            "ruleIndex": self.rule[entry.id],
            "kind": "fail" if is_unmet else "open",
            "level": _LEVELS[result.check.severity] if is_unmet else "none",
            "message": message(_describe(entry)),
            "locations": located,
            "relatedLocations": related,
            "partialFingerprints": {
                "readinessCheck/v1": name,
                "primaryLocationLineHash": f"{known}:1",
            },
            **self._baseline(entry),
            "suppressions": _suppressions(entry),
            "properties": {
                "status": result.status,
                "standing": result.standing,
                "wave": entry.wave,
                "owner": one_line(entry.owner),
                "gates": list(result.gates),
                "waitsFor": list(result.waits_for),
                "holds": list(result.holds),
                "notes": [one_line(note) for note in entry.notes],
                "evidence": [one_line(item) for item in entry.evidence],
            },
        }

    def _baseline(self, entry: CheckEntry) -> dict[str, str]:
        """Whether the result is new, or was there in an earlier assessment; see SARIF 3.27.24."""
        if self.report.since is None:
            return {}
        old, new = (one.states for one in (self.report.since.old, self.report.since.new))
        was_there = entry.id in old and old[entry.id].is_listed
        same = "unchanged" if old.get(entry.id) == new[entry.id] else "updated"
        return {"baselineState": same if was_there else "new"}

    def _places(self, entry: CheckEntry) -> tuple[list[Any], list[Any]]:
        """Return the locations of a result, and related locations.

        It is at the answer that decides it. If an answer is missing, it is in the file
        that was assessed, and if that is not known, at the check in its ruleset.
        """
        definition = self.places.location(entry.result.check.node.place, "The check in its ruleset")
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
        if entry.result.status != "undetermined":
            trees, missing = [entry.because], frozenset[str]()
        else:
            trees = [tree for tree in _conditions(entry) if tree.truth == "unknown"]
            missing = self.report.assessment.open_questions(entry.id)
        leaves = (leaf for tree in trees for leaf in decisive(tree))
        readings = (one for leaf in leaves for one in leaf.answers)
        places = (self._place(one) for one in readings if not missing or one.question in missing)
        return next((place for place in places if place), None)

    def _place(self, reading: Reading) -> Place | None:
        return self.answered.get((reading.question, reading.file, reading.line))

    def _others(self, entry: CheckEntry) -> Iterator[tuple[Place, str]]:
        """Every answer that the check read, and every question without one, each once."""
        told: set[Place] = set()
        leaves = (leaf for tree in _conditions(entry) for leaf in tree.leaves())
        for reading in (one for leaf in leaves for one in leaf.answers):
            question = self.ruleset.questions[reading.question]
            place = self._place(reading) or question.node.place
            if place not in told:
                told.add(place)
                who = f"{reading.who}: " if reading.who else ""
                yield place, f"{question.label} – {who}{reading.text}"


def _conditions(entry: CheckEntry) -> list[Reason]:
    return [condition.reason for condition in entry.conditions.values()]


def _describe(entry: CheckEntry) -> str:
    """What is open in a first sentence, then why, then what to do."""
    sentences = [f"{entry.status.capitalize()}: {entry.title}"]
    if entry.findings:
        found = "; ".join(finding.text for finding in entry.findings)
        sentences.append(f"{entry.found}: {found}")
    if entry.action:
        sentences.append(f"{entry.does_what}: {entry.action}")
    return " ".join(f"{sentence.rstrip('. ')}." for sentence in sentences)


def _suppressions(entry: CheckEntry) -> list[dict[str, Any]]:
    """The waiver that closes a check, or what takes it out of scope; none for one that is open."""
    waiver, out = entry.result.waived, entry.result.out_of_scope
    if out is not None:
        reason = f"Out of scope: {one_line(entry.out_of_scope)}"
        return [{"kind": "external", "status": "accepted", "justification": reason}]
    if waiver is None or not entry.closed_by:
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


def message(text: str) -> dict[str, str]:
    """Return a text as a message without links and placeholders.

    `[text](address)` would be a link, so a blank comes between; braces stand for something to be
    filled in unless they are doubled.
    """
    shown = one_line(text).replace("](", "] (")
    return {"text": shown.replace("{", "{{").replace("}", "}}")}


_BASES = {
    _ROOT: {"description": message("The folder in which readiness ran.")},
    _PACKAGE: {"description": message("The folder in which the package readiness is installed.")},
}


class SarifPlaces:
    """Tells places, and keeps the files that they are in, each once, in the order of their use."""

    def __init__(self) -> None:
        self._files: dict[str, dict[str, Any]] = {}

    def file(self, name: str, *roles: str) -> int:
        """The number of a file among the artifacts."""
        held = self._files.setdefault(name, {"location": _address(name)})
        if roles:
            held["roles"] = list(roles)
        return list(self._files).index(name)

    @property
    def artifacts(self) -> list[dict[str, Any]]:
        """The files, in the order of their numbers."""
        return list(self._files.values())

    @property
    def bases(self) -> dict[str, Any]:
        """Return the base addresses of these files."""
        used = {held["location"].get("uriBaseId") for held in self._files.values()}
        return {name: base for name, base in _BASES.items() if name in used}

    def location(self, place: Place, said: str = "") -> dict[str, Any] | None:
        """A stretch of a line; None for a value that never was in a file."""
        if not place.line or place.file in _NO_FILES:
            return None
        region = {
            "startLine": place.line,
            "startColumn": place.column,
            "endColumn": place.column + place.length,
        }
        found = self._locate(place.file, region)
        return found | ({"message": message(said)} if said else {})

    def beginning(self, name: str) -> dict[str, Any] | None:
        """A file as a whole, by its first line: code scanning shows nothing without a line."""
        return None if name in _NO_FILES else self._locate(name, {"startLine": 1})

    def _locate(self, name: str, region: dict[str, int]) -> dict[str, Any]:
        artifact = {**_address(name), "index": self.file(name)}
        return {"physicalLocation": {"artifactLocation": artifact, "region": region}}


def _address(name: str) -> dict[str, str]:
    """Return the address of a file, with its base if it is not absolute."""
    if name.startswith(_SHIPPED) and not Path(name).is_file():
        return {"uri": _encode(name), "uriBaseId": _PACKAGE}
    path = Path(name)
    if path.is_absolute() or ".." in path.parts:
        path, here = path.resolve(), Path.cwd().resolve()
        path = path.relative_to(here) if path.is_relative_to(here) else path
    if path.is_absolute():
        return {"uri": path.as_uri()}
    return {"uri": _encode(path.as_posix()), "uriBaseId": _ROOT}


def _encode(path: str) -> str:
    return quote(path, safe="/", errors="replace")
