"""What people answered, what they disagree on, and what nobody has answered."""

from __future__ import annotations

from collections.abc import Iterator

from readiness.reports.labels import counted
from readiness.reports.markdown.blocks import heading, ids, item, table, unfolding
from readiness.reports.markdown.escaping import code, escaped
from readiness.reports.markdown.evidence import place_of, remarks
from readiness.reports.report_model import AnswerEntry, ConflictEntry, Report, UnansweredEntry


def answers(report: Report) -> Iterator[str]:
    """Every answer as it was given, by section, with notes, evidence and the rows of tables."""
    if not report.answers:
        return
    yield from heading("Every answer")
    sections: dict[str, list[AnswerEntry]] = {}
    for entry in report.answers:
        sections.setdefault(entry.section, []).append(entry)
    for section, entries in sections.items():
        summary = f"{section} – {counted(len(entries), 'answer')}"
        yield from unfolding(summary, _section(report, entries))


def _section(report: Report, entries: list[AnswerEntry]) -> Iterator[str]:
    asked = ""
    for entry in entries:
        if entry.question.id != asked:
            asked = entry.question.id
            yield from heading(f"{escaped(entry.question.label)} ({code(asked)})", 4)
        yield from _answer(report, entry)


def _answer(report: Report, entry: AnswerEntry) -> Iterator[str]:
    given = entry.response.given
    place = place_of(given.sheet, given.place.line)
    yield item(f"{escaped(entry.who)}: **{escaped(entry.said)}**{place}")
    label = "reason" if entry.response.is_resolution else "note"
    today = report.assessment.as_of
    yield from remarks(label, entry.response.note, given.evidence, today, 1)
    if entry.remark:
        yield item(escaped(entry.remark), 1)
    yield item(f"read by: {ids(entry.response.checks, 'no check')}", 1)
    if entry.rows:
        titles = [escaped(title) for title, _ in entry.rows[0]]
        rows = (
            [str(number), *(escaped(cell) or "blank" for _, cell in row)]
            for number, row in enumerate(entry.rows, 1)
        )
        yield from table(["Row", *titles], rows, 1)


def conflicts(report: Report) -> Iterator[str]:
    """The questions on which respondents differ: who says what, and how it was settled."""
    if report.conflicts:
        yield from heading("Where respondents disagree")
    for entry in report.conflicts:
        yield from _conflict(entry)


def _conflict(entry: ConflictEntry) -> Iterator[str]:
    yield item(f"**{escaped(entry.question.label)}** ({code(entry.question.id)})")
    for answer in entry.answers:
        given = answer.response.given
        place = place_of(given.sheet, given.place.line)
        yield item(f"{escaped(answer.who)}: {escaped(answer.said)}{place}", 1)
    if entry.difference:
        yield item(escaped(entry.difference), 1)
    yield item(escaped(entry.settled), 1)


def unanswered(report: Report) -> Iterator[str]:
    """The questions without an answer, and which checks and gates each could still decide."""
    entries = report.unanswered
    if not entries:
        return
    assessment = report.assessment
    whole = len(report.questions(assessment.ruleset.questions))
    yield from heading("Questions without an answer")
    matter = sum(entry.matters for entry in entries)
    yield (
        f"{len(entries)} of {counted(whole, 'question')}; {matter} of them could still decide a "
        "check or a gate."
    )
    titles = ("Question", "Section", "Missing from", "Could decide checks", "Could decide gates")
    yield from table(titles, (_unanswered(entry) for entry in entries))


def _unanswered(entry: UnansweredEntry) -> tuple[str, ...]:
    return (
        f"{escaped(entry.question.label)} ({code(entry.question.id)})",
        escaped(entry.section),
        escaped(", ".join(entry.of)) or "anybody",
        ids(entry.checks, "none"),
        ids(entry.gates, "none"),
    )
