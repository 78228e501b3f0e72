"""An assessment as notebooks show it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from readiness.result.assessment import Assessment
    from readiness.result.reason import Reason


def notebook_html(assessment: Assessment) -> str:
    """Return the verdicts as a table, and the root blockers with their reasons to unfold."""
    rows = "".join(
        f"<tr><td>{escape(gate.gate.title)}</td><td>{gate.verdict.replace('_', ' ')}</td>"
        f"<td>{len(gate.waits_for)}</td></tr>"
        for gate in assessment.gates.values()
    )
    roots = "".join(
        f"<li><details><summary>{escape(check.check.title)} ({check.status})</summary>"
        f"{_reason(check.because)}</details></li>"
        for check in map(assessment.checks.__getitem__, assessment.root_blockers)
    )
    ruleset = f"{assessment.ruleset.title} {assessment.ruleset.version}"
    return (
        f"<p>{escape(ruleset)}, {assessment.as_of.isoformat()}</p><table><thead><tr><th>Gate</th>"
        f"<th>Verdict</th><th>Open checks</th></tr></thead><tbody>{rows}</tbody></table>"
        + (f"<p>Can start now:</p><ul>{roots}</ul>" if roots else "")
    )


def _reason(reason: Reason) -> str:
    said = "; ".join(f"{one.question}: {one.text}" for one in reason.answers)
    parts = "".join(map(_reason, reason.parts))
    text = escape(f"{reason.text} – {reason.truth}" + (f" ({said})" if said else ""))
    return f"<ul><li>{text}{parts}</li></ul>"
