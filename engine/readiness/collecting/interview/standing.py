"""How the gates stand while answers come in: on one line, and what an answer changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from readiness.reports.labels import STATUSES, VERDICTS, listed
from readiness.reports.report_model import build_report
from readiness.reports.terminal.marks import Marks
from readiness.result.assessment import Assessment, GateResult

_FEW = 3
_CHANGED = ("met", "unmet", "not_applicable", "undetermined")


def standing_line(
    assessment: Assessment,
    gates: Sequence[str],
    marks: Marks,
    progress: str,
    width: int,
) -> str:
    """The gates with their verdicts, then how far the interview is; shortened to the width."""
    part = " · " if marks.yes == "✓" else " | "
    shown = [entry.result for entry in build_report(assessment, gates=gates).gates]
    full = [f"{one.id} {marks.of(one.verdict)} {VERDICTS[one.verdict].lower()}" for one in shown]
    short = [f"{one.id} {marks.of(one.verdict)}" for one in shown]
    bare = ["".join(marks.of(one.verdict) for one in shown)]
    for verdicts in (full, short, bare):
        line = part.join([*verdicts, progress])
        if len(line) <= width:
            return line
    return progress[:width]


def changes_told(before: Assessment, after: Assessment, gates: Sequence[str]) -> Iterator[str]:
    """What an answer changed, in sentences: the verdicts of the gates, then the checks."""
    for gate in (entry.result for entry in build_report(after, gates=gates).gates):
        if gate.verdict != before.gates[gate.id].verdict:
            why = _why(before, after, gate)
            yield f"Gate {gate.id} is now {VERDICTS[gate.verdict]}{f': {why}' if why else ''}"
    if found := _checks(before, after, gates):
        yield f"Now {'; '.join(found)}"


def _why(before: Assessment, after: Assessment, gate: GateResult) -> str:
    """What made a gate no go: its own checks that turned unmet, else a gate that comes before."""
    if gate.verdict != "no_go":
        return ""
    old = before.judgement.statuses
    unmet = [key for key in gate.waits_for if after.judgement.statuses[key] == "unmet"]
    new = [key for key in unmet if old[key] != "unmet"]
    if named := (new or unmet)[:_FEW]:
        return f"{listed(named)} {'is' if len(named) == 1 else 'are'} unmet"
    earlier = [key for key in gate.gate.after if after.gates[key].verdict == "no_go"]
    are = "which is" if len(earlier) == 1 else "which are"
    return f"it comes after {listed(earlier)}, {are} {VERDICTS['no_go']}"


def _checks(before: Assessment, after: Assessment, gates: Sequence[str]) -> list[str]:
    """The checks the status of which changed, by their new status."""
    old, found = before.judgement.statuses, dict[str, list[str]]()
    for check in (entry.result for entry in build_report(after, gates=gates).checks):
        if check.status != old[check.id]:
            found.setdefault(check.status, []).append(check.id)
    return [
        f"{STATUSES[status]}: {_named(found[status])}" for status in _CHANGED if status in found
    ]


def _named(checks: Sequence[str]) -> str:
    if len(checks) <= _FEW + 1:
        return listed(checks)
    return f"{', '.join(checks[:_FEW])} and {len(checks) - _FEW} more"
