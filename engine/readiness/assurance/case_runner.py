"""Running cases: what came out against what was expected."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from pathlib import Path

from readiness.assessing import Assessor
from readiness.assurance.cases import CaseFile, RulesetCase
from readiness.documents.opening import first_bytes, is_hidden
from readiness.loading.search_path import find
from readiness.result.assessment import Assessment
from readiness.result.reason import Reason

_FORMAT = re.compile(rb"^[\"']?format[\"']?: *[\"']?readiness/cases/1", re.MULTILINE)
_HEAD_BYTES = 4_096


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that came out otherwise; `why` is the reason of the program, or empty."""

    what: str
    expected: str
    actual: str
    why: str = ""

    def __str__(self) -> str:
        told = f"{self.what}: expected {self.expected}, got {self.actual}"
        return f"{told}\n  {self.why}" if self.why else told


def case_files(target: str | Path, folders: Sequence[Path] = ()) -> list[Path]:
    """The files of cases that a file, a folder or the id of a ruleset stands for.

    Raises `LookupError` where it stands for nothing.
    """
    path = Path(target)
    if path.is_file():
        return [path]
    if not path.is_dir():
        held = find("ruleset", str(target), folders)
        if not held:
            raise LookupError(str(target))
        path = held[0].parent
    found = (file for file in sorted(path.rglob("*.yaml")) if not is_hidden(file, path))
    return [file for file in found if holds_cases(file)]


def holds_cases(path: Path) -> bool:
    """Whether a file says at its top that it holds cases."""
    try:
        return _FORMAT.search(first_bytes(path, _HEAD_BYTES)) is not None
    except OSError:
        return False


class Runner:
    """Runs the cases of one file; its ruleset is compiled once."""

    def __init__(self, file: CaseFile) -> None:
        self.file = file
        self.assessor = Assessor(file.ruleset)

    def run(self, case: RulesetCase) -> tuple[Mismatch, ...]:
        """What came out otherwise than the case expects; nothing when it passes."""
        assessment = self.assessor.assess_sheets((case.sheet,), case.circumstances)
        return tuple(_mismatches(case, assessment))


def _mismatches(case: RulesetCase, assessment: Assessment) -> Iterator[Mismatch]:
    judged = assessment.judgement
    found: Map[str, Map[str, str]] = {
        "checks": judged.statuses,
        "standings": judged.standings,
        "gates": judged.verdicts,
    }
    lists = {
        "order": assessment.order,
        "blockers": assessment.blockers,
        "root_blockers": assessment.root_blockers,
    }
    for key, expected in case.expected.items():
        if key == "reasons" and isinstance(expected, Map):
            yield from _reasons(expected, assessment)
        elif isinstance(expected, Map):
            for name, wanted in expected.items():
                if found[key][name] != wanted:
                    why = _why(assessment, name) if key == "checks" else ""
                    yield Mismatch(f"{key}.{name}", wanted, found[key][name], why)
        elif expected != lists[key]:
            yield Mismatch(key, _listed(expected), _listed(lists[key]))


def _reasons(expected: Map[str, str], assessment: Assessment) -> Iterator[Mismatch]:
    for check, wanted in expected.items():
        said = "; ".join(_said(assessment, check))
        if wanted not in said:
            yield Mismatch(f"reasons.{check}", f"'{wanted}'", f"'{said}'")


def _said(assessment: Assessment, check: str) -> Iterator[str]:
    because = assessment.checks[check].because
    for tree in (because, because.applies_when):
        if tree is not None:
            for leaf in tree.leaves():
                yield leaf.text
                yield from filter(None, (leaf.why, *(reading.text for reading in leaf.answers)))


def _why(assessment: Assessment, check: str) -> str:
    because = assessment.checks[check].because
    trees = [tree for tree in (because.applies_when, because) if tree is not None]
    return "\n  ".join(line for tree in trees for line in _lines(tree))


def _lines(reason: Reason) -> Iterator[str]:
    """The leaves of a reason, a line each."""
    for leaf in reason.leaves():
        heard = "; ".join(
            f"{reading.question}: {reading.text}" for reading in leaf.answers if reading.text
        )
        yield f"{leaf.truth}: {leaf.text}" + (f" ({leaf.why or heard})" if heard else "")


def _listed(found: Sequence[object]) -> str:
    waves = [", ".join(wave) if isinstance(wave, tuple) else str(wave) for wave in found]
    joint = " | " if found and isinstance(found[0], tuple) else ", "
    return f"[{joint.join(waves)}]"
