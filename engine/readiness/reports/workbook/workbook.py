"""The workbook of an assessment: its sheets, and the tables that they hold."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator

from readiness.documents.sanitize import harmless
from readiness.evaluation.formatting import join_names
from readiness.planning.plan import Activity, Milestone
from readiness.reports import report_model
from readiness.reports.changes import Entry
from readiness.reports.phrasing import CONTRADICTIONS, PROGRESS, TRUTHS, format_response, name_owner
from readiness.reports.reasons import ConditionLine
from readiness.reports.report_model import Report
from readiness.reports.workbook.sheet import (
    A3,
    A4,
    OF_STATUS,
    OF_TRUTH,
    OF_VERDICT,
    Marked,
    SheetColumn,
    SheetWriter,
    Texts,
    Value,
    day,
    empty_workbook,
    pack_workbook,
    parts,
)
from readiness.result.reason import Reading

Cells = tuple[tuple[str, str], ...]
Part = tuple[report_model.CheckEntry, str, ConditionLine]
"""A check, which of its conditions it is, and a part of that."""

_STATES = {"answered": "answered", "unknown": "unknown", "not_applicable": "not applicable"}


def _fill_action_plan(sheet: SheetWriter, report: report_model.Report) -> None:
    """The open checks with action, owner, effort and days of the calendar."""
    remark = "The open checks, in the order in which to close them."
    if report.open:
        remark += (
            " Days are working days. Start and finish are the earliest possible if work starts on"
            f" {report.plan.start}, takes the likely effort, and people are available when needed."
            " Slack is how many days the work can slip without delaying the end."
        )
    sheet.fill(remark, _ACTIONS, report.open, nothing="No check is open.", fixed=3)


def _fill_findings(sheet: SheetWriter, report: report_model.Report) -> None:
    """Every check with its status, what was found, and what to do."""
    remark = (
        "Every check in the order of the ruleset. The sheet Reasons shows why each has its"
        " status, and the sheet Answers lists every answer."
    )
    sheet.fill(remark, _FINDINGS, report.checks, nothing="There are no checks.")


def _fill_reasons(sheet: SheetWriter, report: report_model.Report) -> None:
    """A row for each condition and each part of it, check by check."""
    remark = (
        "Why each check has its status: its conditions and their results, each part below the"
        " condition that contains it, down to the answers used. Notes and evidence are on the"
        " sheet Answers."
    )
    parts = (
        (entry, whole, part)
        for entry in report.checks
        for whole, condition in entry.conditions.items()
        for part in condition.walk()
    )
    sheet.fill(remark, _REASONS, parts, nothing="There are no checks.")


def _fill_answers(sheet: SheetWriter, report: report_model.Report) -> None:
    """Every answer as it was given, in the order of the questions."""
    remark = "Every answer as given, whether it counts or not, in the order of the questions."
    sheet.fill(remark, _ANSWERS, report.answers, nothing="There are no answers.")


def _fill_table_rows(sheet: SheetWriter, report: report_model.Report) -> None:
    """Every row of the answers that are tables."""
    remark = "Answers that are tables, row by row, with all their cells."
    rows = [(one, number, row) for one in report.answers for number, row in enumerate(one.rows, 1)]
    sheet.fill(remark, _ROWS, rows, nothing="No answer is a table.")


def _fill_evidence(sheet: SheetWriter, report: report_model.Report) -> None:
    """Every evidence item, with the answer that it stands for."""
    remark = "Every item of evidence, with the answer that it supports."
    items = [(answer, item) for answer in report.answers for item in answer.evidence]
    sheet.fill(remark, _EVIDENCE, items, nothing="No answer has evidence.")


def _fill_open_questions(sheet: SheetWriter, report: report_model.Report) -> None:
    """Each question without an answer: who has not answered, and what depends on it."""
    remark = "The unanswered questions, and what their answers could still decide."
    sheet.fill(remark, _QUESTIONS, report.unanswered, nothing="Every question has been answered.")


def _fill_sources(sheet: SheetWriter, report: report_model.Report) -> None:
    """Each work with the checks that cite it."""
    remark = "The sources that the checks cite."
    sheet.fill(remark, _SOURCES, report.sources, nothing="No check cites a source.")


def _fill_conflicts_and_waivers(sheet: SheetWriter, report: report_model.Report) -> None:
    """The conflicts with the answers side by side, waivers and scope, in force or not."""
    most = max((len(conflict.answers) for conflict in report.conflicts), default=2)
    columns = (*_CONFLICT, *(_answer(number) for number in range(1, most + 1)))
    remark = (
        "Questions on which respondents disagree, with the answer that counts, gaps that a waiver"
        " accepts, and what is out of scope."
    )
    sheet.set_widths(column.width for column in _WAIVERS)
    sheet.set_widths(column.width for column in columns)
    sheet.head(sheet.title, remark, max(len(columns), len(_WAIVERS)))
    sheet.section("Conflicts")
    sheet.table(
        "Conflicts", columns, report.conflicts, nothing="Respondents agree on every question."
    )
    if report.contradictions:
        sheet.section(CONTRADICTIONS)
        sheet.table("Contradictions", _CONTRADICTIONS, report.contradictions, nothing="")
    sheet.section("Waivers")
    sheet.table("Waivers", _WAIVERS, report.waivers, nothing="There are no waivers.")
    sheet.section("Out of scope")
    sheet.table("Scope", _SCOPE, report.scope, nothing="Everything is in scope.")


def _fill_changes(sheet: SheetWriter, report: report_model.Report) -> None:
    """What changed since an earlier result, block by block."""
    changes = report.changes
    assert changes is not None
    rows = ((block.title, entry) for block in changes.blocks for entry in block.entries)
    sheet.fill(f"{changes.title}. {changes.summary}", _CHANGES, rows, nothing="Nothing changed.")


def _fill_matrix(sheet: SheetWriter, report: report_model.Report) -> None:
    """A row for each check, a column for each gate, below its title and its verdict."""
    remark = (
        "How each gate depends on each check: it requires the check, it waits for it because a"
        " required check does, or it only advises it. The colour shows the status of the check."
    )
    columns = (*_MATRIX, *(_gate_column(gate) for gate in report.gates))
    before: list[Value] = [None] * len(_MATRIX)
    titles = [gate.result.gate.title for gate in report.gates]
    verdicts = [Marked(gate.verdict, OF_VERDICT[gate.result.verdict]) for gate in report.gates]
    above = [[*before, *titles], [*before, *verdicts]]
    nothing = "There are no checks."
    sheet.fill(remark, columns, report.checks, nothing=nothing, above=above, least=6)


def mark(entry: report_model.CheckEntry) -> str:
    """The colours of a check: those of its status, or of the decision that alone closes it."""
    decided = {"waived": "accepted", "out_of_scope": "aside"}
    return decided.get(entry.result.closed_by, OF_STATUS[entry.result.status])


def status(entry: report_model.CheckEntry) -> Marked:
    """The status in words and colours, and what decision alone closes the check."""
    closed = f", {entry.closed_by}" if entry.closed_by else ""
    return Marked(entry.status + closed, mark(entry))


def _action(entry: report_model.CheckEntry) -> str:
    is_undetermined = entry.result.status == "undetermined"
    return (
        f"{entry.does_what}: {entry.action}" if is_undetermined and entry.action else entry.action
    )


def _effort(entry: report_model.CheckEntry, figure: str) -> Value:
    effort = entry.result.check.remedy.effort_days
    return getattr(effort, figure) if effort else None


def _of_activity(tell: Callable[[Activity], Value]) -> Callable[[report_model.CheckEntry], Value]:
    return lambda entry: tell(entry.activity) if entry.activity else None


def _read(condition: ConditionLine) -> Iterator[str]:
    """Yield the values and the answers that a condition read, and its truth row by row."""
    yield from (f"{name} = {value}" for name, value in condition.values)
    yield from map(_reading, condition.reason.answers)
    if rows := condition.reason.rows:
        yield ", ".join(f"row {number} {TRUTHS[truth]}" for number, truth in enumerate(rows, 1))


def _reading(reading: Reading) -> str:
    who = f", {reading.who}" if reading.who else ""
    place = f" ({reading.file}:{reading.line})" if reading.line else ""
    return f"{reading.question}{who}: {format_response(reading)}{place}"


def _cells(row: Cells) -> str:
    return "; ".join(f"{title}: {text or 'blank'}" for title, text in row)


def _answer(number: int) -> SheetColumn[report_model.ConflictEntry]:
    def show_answer(conflict: report_model.ConflictEntry) -> Value:
        return _describe(conflict.answers[number - 1]) if number <= len(conflict.answers) else None

    return SheetColumn(f"Answer {number}", 26, show_answer)


def _gate_column(entry: report_model.GateEntry) -> SheetColumn[report_model.CheckEntry]:
    gate = entry.result.gate
    requires, advises = frozenset(gate.requires), frozenset(gate.advises)

    def relation(check: report_model.CheckEntry) -> Marked | None:
        if check.id in requires:
            return Marked("requires", mark(check))
        if gate.id in check.result.gates:
            return Marked("waits for", mark(check))
        return Marked("advises", mark(check)) if check.id in advises else None

    return SheetColumn(gate.id, 17, relation, is_word=True)


def _describe(entry: report_model.AnswerEntry) -> str:
    """An answer in words; of a table each row below, with all its cells."""
    rows = (f"row {number} – {_cells(row)}" for number, row in enumerate(entry.rows, 1))
    note = f"note: {entry.response.note}" if entry.response.note else ""
    said = "\n".join([f"{entry.who}: {entry.said}", *rows])
    lines = (said, note, entry.response.changed, entry.place)
    return "\n".join(line for line in lines if line)


def _days(milestone: Milestone, days: float) -> float | None:
    """A figure of a gate, unless it waits for work none of which has an estimate."""
    return days if milestone.is_estimated or not milestone.activities else None


_ACTIONS: tuple[SheetColumn[report_model.CheckEntry], ...] = (
    SheetColumn("No.", 6, lambda one: one.number),
    SheetColumn("Wave", 7, lambda one: one.wave),
    SheetColumn("Check", 34, lambda one: one.title),
    SheetColumn("Id", 22, lambda one: one.id),
    SheetColumn("Status", 15, status, True),
    SheetColumn("Action", 44, _action),
    SheetColumn("Owner", 18, lambda one: name_owner(one.owner)),
    SheetColumn("Days, likely", 9, lambda one: _effort(one, "likely")),
    SheetColumn("Days, low", 9, lambda one: _effort(one, "low")),
    SheetColumn("Days, high", 9, lambda one: _effort(one, "high")),
    SheetColumn("Start", 12, _of_activity(lambda one: one.starts_on)),
    SheetColumn("Finish", 12, _of_activity(lambda one: one.finishes_on)),
    SheetColumn("Slack", 8, _of_activity(lambda one: one.times.slack)),
    SheetColumn("Critical", 10, _of_activity(lambda one: "yes" if one.is_critical else "no"), True),
    SheetColumn("Waits for", 34, lambda one: one.prerequisites),
    SheetColumn("Blocks", 24, lambda one: ", ".join(one.result.holds)),
    SheetColumn("Gates", 14, lambda one: ", ".join(one.result.gates)),
    SheetColumn("Reported", 24, lambda one: one.reported),
    SheetColumn("Cost", 12, lambda one: one.result.check.remedy.cost),
)

_FINDINGS: tuple[SheetColumn[report_model.CheckEntry], ...] = (
    SheetColumn("Check", 34, lambda one: one.title),
    SheetColumn("Id", 22, lambda one: one.id),
    SheetColumn("Area", 18, lambda one: one.area),
    SheetColumn("Severity", 10, lambda one: one.result.check.severity, True),
    SheetColumn("Status", 15, status, True),
    SheetColumn("Progress", 16, lambda one: PROGRESS[one.standing], True),
    SheetColumn("Waived", 20, lambda one: one.approval),
    SheetColumn(
        "Waiver reason", 34, lambda one: one.result.waived.reason if one.result.waived else ""
    ),
    SheetColumn("Out of scope because", 34, lambda one: one.out_of_scope),
    SheetColumn("Findings", 40, lambda one: "\n".join(found.text for found in one.findings)),
    SheetColumn("Why it matters", 34, lambda one: one.result.check.why),
    SheetColumn("Action", 34, lambda one: one.action),
    SheetColumn("Owner", 16, lambda one: name_owner(one.owner)),
    SheetColumn("Gates", 12, lambda one: ", ".join(one.result.gates)),
    SheetColumn("Waits for", 34, lambda one: one.prerequisites),
    SheetColumn("Sources", 28, lambda one: "\n".join(one.citations)),
    SheetColumn("Defined in", 24, lambda one: one.place),
)

_REASONS: tuple[SheetColumn[Part], ...] = (
    SheetColumn("Check id", 28, lambda one: one[0].id),
    SheetColumn("Part of", 13, lambda one: one[1]),
    SheetColumn("Level", 8, lambda one: one[2].level),
    SheetColumn("Result", 15, lambda one: Marked(TRUTHS[one[2].reason.truth],
           OF_TRUTH[one[2].reason.truth]), is_word=True),
    SheetColumn("Condition", 66, lambda one: one[2].reason.text, indent=lambda one: one[2].level),
    SheetColumn("Values and answers used", 66, lambda one: "\n".join(_read(one[2]))),
    SheetColumn("Because", 40, lambda one: one[2].reason.why),
)  # fmt: skip

_ANSWERS: tuple[SheetColumn[report_model.AnswerEntry], ...] = (
    SheetColumn("Section", 20, lambda one: one.section),
    SheetColumn("Question id", 30, lambda one: one.question.id),
    SheetColumn("Question", 40, lambda one: one.question.label),
    SheetColumn("Respondent", 18, lambda one: one.who),
    SheetColumn("State", 13, lambda one: _STATES[one.response.given.state], True),
    SheetColumn("Answer", 44, lambda one: f"{one.said}: see the sheet Table rows" if one.rows
           else one.said),
    SheetColumn("Note", 36, lambda one: one.response.note),
    SheetColumn("Remark", 20, lambda one: "\n".join(one.remarks)),
    SheetColumn("Evidence", 36, lambda one: "\n".join(item.text for item in one.evidence)),
    SheetColumn("File and line", 26, lambda one: one.place),
    SheetColumn("Checks that use it", 36, lambda one: ", ".join(one.response.checks)),
)  # fmt: skip

_ROWS: tuple[SheetColumn[tuple[report_model.AnswerEntry, int, Cells]], ...] = (
    SheetColumn("Question id", 30, lambda one: one[0].question.id),
    SheetColumn("Question", 44, lambda one: one[0].question.label),
    SheetColumn("Respondent", 18, lambda one: one[0].who),
    SheetColumn("Row", 7, lambda one: one[1]),
    SheetColumn("Cells", 100, lambda one: _cells(one[2])),
)

_EVIDENCE: tuple[SheetColumn[tuple[report_model.AnswerEntry, report_model.EvidenceEntry]], ...] = (
    SheetColumn("Evidence", 40, lambda one: one[1].item.title),
    SheetColumn("File", 36, lambda one: one[1].item.file),
    SheetColumn("Address", 30, lambda one: one[1].item.url),
    SheetColumn("Collected", 13, lambda one: day(one[1].item.collected)),
    SheetColumn("Expires", 13, lambda one: day(one[1].item.expires)),
    SheetColumn("Valid", 11, lambda one: Marked("expired", "bad") if one[1].is_expired
           else Marked("valid", "good"), True),
    SheetColumn("Question id", 28, lambda one: one[0].question.id),
    SheetColumn("Question", 44, lambda one: one[0].question.label),
    SheetColumn("Respondent", 18, lambda one: one[0].who),
)  # fmt: skip

_QUESTIONS: tuple[SheetColumn[report_model.UnansweredEntry], ...] = (
    SheetColumn("Question", 52, lambda one: one.question.label),
    SheetColumn("Id", 30, lambda one: one.question.id),
    SheetColumn("Section", 24, lambda one: one.section),
    SheetColumn("No answer from", 22, lambda one: ", ".join(one.of) or "anyone"),
    SheetColumn("Relevant", 16, lambda one: Marked("yes", "open") if one.matters
           else Marked("no longer", "aside"), True),
    SheetColumn("Checks it could decide", 36, lambda one: ", ".join(one.checks)),
    SheetColumn("Gates it could decide", 22, lambda one: ", ".join(one.gates)),
)  # fmt: skip

_CHANGES: tuple[SheetColumn[tuple[str, Entry]], ...] = (
    SheetColumn("What", 30, lambda one: one[0]),
    SheetColumn("Title", 44, lambda one: one[1].title),
    SheetColumn("Id", 28, lambda one: one[1].id),
    SheetColumn("Before", 28, lambda one: one[1].was),
    SheetColumn("Now", 28, lambda one: one[1].now),
    SheetColumn("Because", 60, lambda one: "\n".join(one[1].lines)),
)

_SOURCES: tuple[SheetColumn[report_model.SourceEntry], ...] = (
    SheetColumn("Title", 40, lambda one: one.work.title),
    SheetColumn("Id", 24, lambda one: one.work.id),
    SheetColumn("Author", 24, lambda one: one.work.author),
    SheetColumn("Publisher", 22, lambda one: one.work.publisher),
    SheetColumn("Year", 8, lambda one: one.work.year, True),
    SheetColumn("Address", 34, lambda one: one.work.url),
    SheetColumn("Note", 40, lambda one: one.work.note),
    SheetColumn("Checks that cite it", 50, lambda one: ", ".join(one.checks)),
)

_CONFLICT: tuple[SheetColumn[report_model.ConflictEntry], ...] = (
    SheetColumn("Question", 40, lambda one: one.question.label),
    SheetColumn("Id", 28, lambda one: one.question.id),
    SheetColumn("What counts", 48, lambda one: Marked(one.settled, "accepted" if one.resolution
           else "open")),
    SheetColumn("First difference", 26, lambda one: one.difference),
)  # fmt: skip

_CONTRADICTIONS: tuple[SheetColumn[report_model.ContradictionEntry], ...] = (
    SheetColumn("Contradiction", 40, lambda one: one.contradiction.message),
    SheetColumn("Id", 28, lambda one: one.contradiction.id),
    SheetColumn("Accepted", 48, lambda one: Marked(one.accepted, "accepted"
           if one.contradiction.accepted else "open")),
    SheetColumn("Answers", 26, lambda one: "\n".join(f"{question.label} {said}"
           for question, _, said in one.answers)),
)  # fmt: skip

_WAIVERS: tuple[SheetColumn[report_model.WaiverEntry], ...] = (
    SheetColumn("Check", 40, lambda one: one.check.title),
    SheetColumn("Id", 28, lambda one: one.check.id),
    SheetColumn("Reason", 48, lambda one: one.waiver.reason),
    SheetColumn("Approval", 26, lambda one: one.approval),
    SheetColumn("Approved by", 26, lambda one: one.waiver.approved_by),
    SheetColumn("In force", 11, lambda one: Marked("yes", "accepted") if one.in_force
           else Marked("no", "aside"), True),
    SheetColumn("Approved on", 13, lambda one: day(one.waiver.approved_on)),
    SheetColumn("Expires", 13, lambda one: day(one.waiver.expires)),
    SheetColumn("Status", 16, lambda one: status(one.check), True),
)  # fmt: skip

_SCOPE: tuple[SheetColumn[report_model.ScopeEntry], ...] = (
    SheetColumn("What", 40, lambda one: one.title),
    SheetColumn("Id", 28, lambda one: one.exclusion.id),
    SheetColumn("Reason", 48, lambda one: one.exclusion.reason),
    SheetColumn("Kind", 26, lambda one: one.exclusion.kind),
    SheetColumn("Decided by", 26, lambda one: one.exclusion.by),
    SheetColumn("In force", 11, lambda one: Marked("yes", "aside") if one.in_force
           else Marked("not yet", "open"), True),
    SheetColumn("Decided on", 13, lambda one: day(one.exclusion.on)),
    SheetColumn("Checks", 13, lambda one: ", ".join(entry.id for entry in one.checks)),
    SheetColumn("Questions", 16, lambda one: ", ".join(asked.id for asked in one.questions)),
)  # fmt: skip

_MATRIX: tuple[SheetColumn[report_model.CheckEntry], ...] = (
    SheetColumn("Check", 48, lambda one: one.title),
    SheetColumn("Id", 32, lambda one: one.id),
    SheetColumn("Status", 16, status, True),
    SheetColumn("Progress", 16, lambda one: PROGRESS[one.standing], True),
)

_GATES: tuple[SheetColumn[report_model.GateEntry], ...] = (
    SheetColumn("Gate", 30, lambda one: one.result.gate.title),
    SheetColumn("Id", 16, lambda one: one.result.id),
    SheetColumn(
        "Verdict", 19, lambda one: Marked(one.verdict, OF_VERDICT[one.result.verdict]), True
    ),
    SheetColumn("Why", 71, lambda one: "\n".join(one.sentences)),
    SheetColumn("Days, likely", 10, lambda one: _days(one.milestone, one.milestone.likely)),
    SheetColumn("Days, low", 10, lambda one: _days(one.milestone, one.milestone.low)),
    SheetColumn("Days, high", 10, lambda one: _days(one.milestone, one.milestone.high)),
    SheetColumn("Earliest date", 13, lambda one: one.milestone.falls_on
           if one.milestone.is_estimated else None),
    SheetColumn("Not estimated", 18, lambda one: ", ".join(one.milestone.unestimated)),
)  # fmt: skip

_DIGESTS: tuple[SheetColumn[report_model.Digest], ...] = (
    SheetColumn("Document", 30, lambda one: one.name),
    SheetColumn("Kind", 16, lambda one: one.kind),
    SheetColumn("Version", 19, lambda one: one.version, True),
    SheetColumn("SHA-256", 71, lambda one: one.sha256),
)


def xlsx_report(report: Report) -> bytes:
    """An assessment as a workbook; the same assessment gives the same bytes.

    No cell is a formula or a link, whatever the texts of documents are. Texts that no cell can
    hold are split into parts on a separate sheet, which exists only if needed.
    """
    as_of = datetime.datetime.combine(report.assessment.as_of, datetime.time())
    book = empty_workbook(harmless(report.title), as_of)
    texts = Texts()
    changes = ("Changes", A4, _fill_changes)
    for title, paper, fill in (*_SHEETS[:1], *([changes] if report.since else ()), *_SHEETS[1:]):
        fill(SheetWriter(book, title, texts, paper=paper), report)
    if texts.long:
        _fill_long_texts(SheetWriter(book, "Long texts", Texts()), texts.long)
    return pack_workbook(book)


def _fill_summary(sheet: SheetWriter, report: Report) -> None:
    """Title, facts, gates, warnings, digests, and how to verify them."""
    last = len(_GATES)
    sheet.set_widths(column.width for column in _GATES)
    sheet.head(report.title, f"Readiness assessment against {report.ruleset}", last)
    for name, text in _facts(report):
        sheet.put(1, name, "name")
        sheet.across(2, last, text)
        sheet.row += 1
    sheet.row += 1
    sheet.section("Gates")
    sheet.table("Gates", _GATES, report.gates, nothing="The ruleset has no gates.")
    if report.warnings:
        sheet.section("Warnings")
        _put_lines(sheet, report.warnings)
    sheet.section("Digests")
    sheet.table("Digests", _DIGESTS, report.digests, nothing="")
    sheet.section("How to verify")
    _put_lines(sheet, _verifying(report))


def _facts(report: Report) -> Iterator[tuple[str, str]]:
    yield from report.facts
    if not report.is_whole:
        asked = join_names([gate.result.id for gate in report.gates])
        yield "Shown", f"only what {asked} and the gates before wait for"
    yield "What to do first", report.introduction


def _put_lines(sheet: SheetWriter, lines: tuple[str, ...]) -> None:
    for line in lines:
        sheet.across(1, len(_GATES), line)
        sheet.row += 1
    sheet.row += 1


def _verifying(report: Report) -> tuple[str, ...]:
    assessment = report.assessment
    day = assessment.as_of.isoformat()
    return (
        "The same documents always give the same result and digest. To assess them again:",
        report.proposed("assess-as-then", day=day, assurance=assessment.assurance),
        "To compare every digest with the file written by this command, and repeat the assessment:",
        report.proposed("verify-against"),
    )


def _fill_long_texts(sheet: SheetWriter, long: list[str]) -> None:
    remark = (
        "Texts too long for one cell, split into parts. Join the parts to get the complete text."
    )
    found = [
        (n, m, said) for n, text in enumerate(long, 1) for m, said in enumerate(parts(text), 1)
    ]
    columns: tuple[SheetColumn[tuple[int, int, str]], ...] = (
        SheetColumn("Text", 8, lambda one: one[0]),
        SheetColumn("Part", 8, lambda one: one[1]),
        SheetColumn("Content", 140, lambda one: one[2]),
    )
    sheet.fill(remark, columns, found, nothing="", fixed=0)


_SHEETS: tuple[tuple[str, int, Callable[[SheetWriter, Report], None]], ...] = (
    ("Summary", A4, _fill_summary),
    ("Action plan", A3, _fill_action_plan),
    ("Findings", A3, _fill_findings),
    ("Reasons", A3, _fill_reasons),
    ("Answers", A3, _fill_answers),
    ("Table rows", A4, _fill_table_rows),
    ("Evidence", A4, _fill_evidence),
    ("Gates × checks", A4, _fill_matrix),
    ("Open questions", A4, _fill_open_questions),
    ("Conflicts and waivers", A4, _fill_conflicts_and_waivers),
    ("Sources", A4, _fill_sources),
)
