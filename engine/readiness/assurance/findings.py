"""Findings of lint: a problem with its severity, its check, and a sheet that shows it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from collections.abc import Mapping as Map
from dataclasses import dataclass, field, fields
from itertools import takewhile

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.emitting import flow_text
from readiness.documents.nodes import Node
from readiness.model.fields import key_at
from readiness.problems import Located, Problem, Problems
from readiness.problems.catalogue import FINDINGS
from readiness.problems.problem import Hint
from readiness.problems.terminal_text import printable

SEVERITIES = ERROR, WARNING, NOTE = "error", "warning", "note"
_NOTES = frozenset({"options-alike"})
_NEVER = frozenset({"never-met", "never-unmet"})  # of which a witness shows only the opposite
_SHOWN = 90  # characters of the answers that show a finding
_ALLOW = re.compile(r"# readiness: allow (?P<codes>[a-z-]+(?: *, *[a-z-]+)*) because \S")


@dataclass(frozen=True, slots=True)
class Finding(Problem):
    """A finding: `witness` is an answers document that shows it, where there is one.

    `ruleset` is the one that causes it, `check` the check it concerns; each may be empty.
    """

    severity: str = WARNING
    ruleset: str = ""
    check: str = ""
    witness: Map[str, object] | None = field(default=None, compare=False)

    def __str__(self) -> str:
        told = Problem.__str__(self)
        if self.witness is None or self.code in _NEVER:
            return told
        return f"{told}\n  shown by the answers {in_short(self.witness)}"

    def as_json(self) -> dict[str, object]:
        """Return the finding as values that JSON can hold."""
        keys = ("code", "severity", "message", "hint", "file", "line", "column", "ruleset", "check")
        places = ("file", "line", "column", "length")
        held = [{key: getattr(at.place, key) for key in places} for at in self.excerpts]
        return {key: getattr(self, key) for key in keys} | {"places": held, "witness": self.witness}


class Findings(Problems):
    """The findings about one ruleset."""

    def __init__(self, ruleset: Ruleset) -> None:
        super().__init__()
        self.ruleset = ruleset

    def add(
        self,
        code: str,
        *at: Located,
        hint: Hint = "",
        witness: object = None,
        **facts: object,
    ) -> None:
        """Add the finding `code` of the catalogue at a place, with answers that show it."""
        before = len(self)
        super().add(code, *at, hint=hint, **facts)
        self.change(lambda problem: _finding(problem, self.ruleset, witness), before)


def in_short(witness: Map[str, object]) -> str:
    """Return the answers of a witness on one line, the first of them if there are many."""
    answers = printable(flow_text(witness["answers"]))
    return answers if len(answers) <= _SHOWN else f"{answers[: _SHOWN - 1]}…"


def severity_of(code: str) -> str:
    """Return how severe a finding of a code is."""
    return NOTE if code in _NOTES else WARNING if code in FINDINGS or "/" in code else ERROR


def as_findings(problems: Iterable[Problem], ruleset: Ruleset | None) -> list[Finding]:
    """Return problems as findings about a ruleset, each with the check at whose place it is."""
    return [one if isinstance(one, Finding) else _finding(one, ruleset) for one in problems]


def _finding(problem: Problem, ruleset: Ruleset | None, witness: object = None) -> Finding:
    held = {one.name: getattr(problem, one.name) for one in fields(problem)}
    return Finding(
        **held,
        severity=severity_of(problem.code),
        ruleset=ruleset.id if ruleset else "",
        check=_check_at(problem, ruleset),
        witness=witness,  # type: ignore[arg-type]
    )


def _check_at(problem: Problem, ruleset: Ruleset | None) -> str:
    """The check whose lines hold the place of a problem; empty if none does."""
    if ruleset is None:
        return ""
    found = ""
    for key, check in ruleset.checks.items():
        first, node = key_at(ruleset.checklist.node, "checks", key), check.node
        if node.source.name == problem.file and first.line <= problem.line <= node.end_line:
            found = key
    return found


def is_allowed(finding: Problem, root: Node | None) -> bool:
    """Return whether a comment allows a finding: on its line, or at the head of the document.

    The comment reads `# readiness: allow CODE because …`.
    """
    texts = [finding.excerpts[0].text] if finding.excerpts else []
    if root is not None:
        texts += takewhile(lambda line: line.startswith("#") or not line.strip(), root.source.lines)
    return any(
        finding.code in re.split(" *, *", found["codes"])
        for text in texts
        if (found := _ALLOW.search(text))
    )
