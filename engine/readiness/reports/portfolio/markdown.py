"""The summary in GitHub-flavoured Markdown."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.reports.labels import VERDICTS
from readiness.reports.markdown.blocks import field, heading, item, sign, table, unfolding
from readiness.reports.markdown.escaping import code, escaped
from readiness.reports.portfolio.summary import (
    MEANINGS,
    MOST,
    MOST_CLASSES,
    MOST_FOR_A_GATE,
    CheckEntry,
    Summary,
)
from readiness.result.digest import digest_of
from readiness.version import __version__


def markdown_summary(summary: Summary) -> str:
    """The summary in Markdown; texts of documents show as they are written."""
    lines: list[str] = []
    parts = (_gates, _areas, _checks, _holding, _numbers, _meanings) if summary.cases else ()
    for part in (_head, *parts, _origin):
        for line in part(summary):
            if line or (lines and lines[-1]):  # one empty line at most
                lines.append(line)
    return "\n".join(lines).rstrip("\n") + "\n"


def _head(summary: Summary) -> Iterator[str]:
    yield from (f"# {escaped(summary.ruleset.title)}: portfolio summary", "")
    yield field("Cases", summary.assessed)
    yield field("As of", summary.as_of.isoformat())
    for label, name, said in summary.highlights:
        yield field(label, f"{escaped(name)} {said}")


def _gates(summary: Summary) -> Iterator[str]:
    yield from heading("Verdicts at each gate")
    if not summary.gates:
        yield "The ruleset has no gates, so there is no verdict."
        return
    yield from table(
        ("Gate", *(f"{sign(key)} {word}" for key, word in VERDICTS.items())),
        (
            (
                f"{escaped(entry.gate.title)} ({code(entry.id)})",
                *map(summary.figure, entry.verdicts.values()),
            )
            for entry in summary.gates
        ),
    )


def _areas(summary: Summary) -> Iterator[str]:
    yield from heading("What blocks most, by area and gate")
    rows = []
    for entry in summary.areas[:MOST]:
        cases = [entry.blocks, *(entry.held.get(gate.id) for gate in summary.gates)]
        rows.append((escaped(entry.area.title), *map(summary.figure, cases)))
    titles = ("Area", "Blocks", *(f"Holds {code(gate.id)}" for gate in summary.gates))
    yield from table(titles, rows)
    yield from _rest(len(summary.areas), MOST)


def _checks(summary: Summary) -> Iterator[str]:
    yield from heading("The checks that block most")
    rows = (_check(summary, *numbered) for numbered in enumerate(summary.checks[:MOST], 1))
    titles = ("", "Check", "Area", "Root blocker", "First root blocker", "Blocker", "Open")
    yield from table(titles, rows)
    yield from _rest(len(summary.checks), MOST)


def _check(summary: Summary, number: int, entry: CheckEntry) -> tuple[str, ...]:
    counts = (entry.root_blocker, entry.first, entry.blocker, entry.open)
    return (
        f"{number}",
        f"{escaped(entry.check.title)} ({code(entry.id)})",
        escaped(entry.area.title),
        *map(summary.figure, counts),
    )


def _holding(summary: Summary) -> Iterator[str]:
    if summary.gates:
        yield from heading("What holds each gate most")
    for gate in summary.gates:
        rows = (
            (f"{escaped(one.check.title)} ({code(one.id)})", summary.figure(one.open))
            for one in gate.checks[:MOST_FOR_A_GATE]
        )
        lines = [*table(("Open check", "Cases"), rows), *_rest(len(gate.checks), MOST_FOR_A_GATE)]
        yield from unfolding(f"{gate.gate.title} ({gate.id})", lines)


def _rest(number: int, most: int) -> Iterator[str]:
    if number > most:
        yield f"and {number - most:,} more"


def _numbers(summary: Summary) -> Iterator[str]:
    yield from heading("How many blockers a case has")
    bins = summary.bins(MOST_CLASSES)
    rows = ((str(one), summary.figure(one.cases)) for one in bins)
    yield from table(("Blockers", "Cases"), rows)


def _meanings(_summary: Summary) -> Iterator[str]:
    yield from heading("What is counted")
    yield "Every figure is a number of cases, with its share of all that were assessed."
    yield ""
    for term, meaning in MEANINGS.items():
        yield item(f"**{term}:** {meaning}")


def _origin(summary: Summary) -> Iterator[str]:
    checklist = summary.ruleset.checklist
    yield from heading("Provenance")
    yield field("Ruleset", f"{code(checklist.id)} {checklist.version}")
    yield field("SHA-256 of the ruleset", code(digest_of(checklist.node)))
    yield field("Engine", f"readiness {__version__}")
