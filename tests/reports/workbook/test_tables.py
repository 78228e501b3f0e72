"""The content of each sheet, compared with the assessment."""

from __future__ import annotations

import datetime
from typing import Any

import pytest
from openpyxl import Workbook

from readiness.documents.sanitize import harmless
from readiness.reports.phrasing import (
    PROGRESS,
    STATUSES,
    TRUTHS,
    name_owner,
    state_in_words,
    verdict_of,
)
from readiness.reports.report_model import Report
from readiness.reports.workbook.sheet import MARKS, OF_STATUS
from readiness.reports.workbook.workbook import xlsx_report
from readiness.result.assessment import Assessment
from tests.reports.example_reports import EVERY_KIND, KINDS, of_case, of_shop
from tests.reports.workbook.reading import entries, is_listed, opened, sheet_of, texts

Case = tuple[Report, Workbook]


@pytest.fixture(params=EVERY_KIND, scope="module")
def case(request: pytest.FixtureRequest) -> Case:
    report = KINDS[request.param]()
    return report, opened(xlsx_report(report))


def listed(found: list[dict[str, Any]], nothing: str) -> list[dict[str, Any]]:
    """Return the rows; none if the only row says that there are none."""
    return [] if len(found) == 1 and nothing in found[0].values() else found


def shown(assessment: Assessment, report: Report) -> list[str]:
    """Return the open checks that are shown, in the order of the result."""
    order = [key for wave in assessment.order for key in wave]
    return [key for key in order if key in {check.id for check in report.checks}]


def test_summary(case: Case) -> None:
    """Title, facts, warnings and digests; each gate with its verdict, days and date."""
    report, book = case
    found = texts(book)
    facts = [text for fact in report.facts for text in fact]
    for text in (report.title, report.introduction, *facts, *report.warnings):
        assert text in found
    gates = listed(entries(book, "Gates"), "The ruleset has no gates.")
    assert [row["Id"] for row in gates] == [gate.result.id for gate in report.gates]
    for row, gate in zip(gates, report.gates, strict=True):
        milestone = gate.milestone
        assert milestone is not None
        assert row["Verdict"] == verdict_of(gate.result)
        assert row["Why"].split("\n") == list(gate.sentences)
        figures = [row["Days, likely"], row["Days, low"], row["Days, high"]]
        assert figures == [milestone.likely, milestone.low, milestone.high]
        day = row["Earliest date"]
        assert (day.date() if day else None) == (
            milestone.falls_on if milestone.activities else None
        )
    digests = [(row["Kind"], row["SHA-256"]) for row in entries(book, "Digests")]
    assert digests == [(one.kind, one.sha256) for one in report.digests]


def test_action_plan(case: Case) -> None:
    """The open checks are in the order of the result; dates are dates, and figures numbers."""
    report, book = case
    assessment = report.assessment
    found = listed(entries(book, "ActionPlan"), "No check is open.")
    assert [row["Id"] for row in found] == shown(assessment, report)
    waves = {key: number for number, wave in enumerate(assessment.order, 1) for key in wave}
    for row in found:
        check = assessment.checks[row["Id"]]
        activity = report.plan.activity(check.id)
        assert activity is not None
        assert row["Wave"] == waves[check.id]
        assert [row["Start"], row["Finish"]] == [
            datetime.datetime.combine(day, datetime.time())
            for day in (activity.starts_on, activity.finishes_on)
        ]
        assert row["Slack"] == activity.times.slack
        assert row["Critical"] == ("yes" if activity.is_critical else "no")
        effort = check.check.remedy.effort_days
        figures = [row[f"Days, {figure}"] for figure in ("likely", "low", "high")]
        expected = [effort.likely, effort.low, effort.high] if effort else [None] * 3
        assert figures == expected
        assert row["Status"] == STATUSES[check.status]
        assert (row["Owner"] or "") == name_owner(check.check.remedy.owner)
        assert (row["Action"] or "").endswith(check.check.remedy.action)
        assert (row["Blocks"] or "") == ", ".join(check.holds)
        assert (row["Gates"] or "") == ", ".join(check.gates)
        before = [
            assessment.checks[key].check.title for key in assessment.sequence.nearest(check.id)
        ]
        assert (row["Waits for"] or "") == "; ".join(before)
    if found:
        sheet = sheet_of(book, "ActionPlan")
        top = sheet[sheet.tables["ActionPlan"].ref]
        starts = [cell.value for cell in top[0]].index("Start")
        assert top[1][starts].number_format == "yyyy-mm-dd"


def test_findings(case: Case) -> None:
    """Every check that is shown, in the order of the ruleset, with all its details."""
    report, book = case
    found = entries(book, "Findings")
    assert [row["Id"] for row in found] == [check.id for check in report.checks]
    for row, entry in zip(found, report.checks, strict=True):
        said = [
            entry.title, entry.area, entry.result.check.severity, PROGRESS[entry.standing],
            entry.result.check.why, entry.action, name_owner(entry.owner), entry.place,
        ]  # fmt: skip
        assert [
            row[key] or ""
            for key in (
                "Check", "Area", "Severity", "Progress", "Why it matters", "Action", "Owner",
                "Defined in",
            )
        ] == said  # fmt: skip
        assert row["Status"].split(",")[0] == STATUSES[entry.result.status]
        assert bool(row["Waived"]) == bool(entry.result.waived)
        assert (row["Findings"] or "") == "\n".join(one.text for one in entry.findings)
        assert (row["Sources"] or "") == "\n".join(entry.citations)


def test_no_reason_is_lost(case: Case) -> None:
    """Every part of every condition has a row: truth, text, reason, values and answers."""
    report, book = case
    expected = [
        (entry.id, part)
        for entry in report.checks
        for condition in entry.conditions.values()
        for part in condition.walk()
    ]
    found = entries(book, "Reasons")
    assert len(found) == len(expected)
    for row, (check, part) in zip(found, expected, strict=True):
        reason = part.reason
        assert [row["Check id"], row["Level"]] == [check, part.level]
        assert row["Result"] == TRUTHS[reason.truth]
        assert row["Condition"] == harmless(reason.text)
        assert (row["Because"] or "") == harmless(reason.why)
        read = row["Values and answers used"] or ""
        for key, value in reason.values:
            assert f"{key} = {state_in_words(value)}" in read
        for reading in reason.answers:
            assert reading.question in read
            assert reading.text in read
            assert (reading.who or reading.respondent) in read
            assert not reading.line or f"({reading.file}:{reading.line})" in read


def test_every_answer(case: Case) -> None:
    """Every answer has its note and place, every table row and cell, and all evidence."""
    report, book = case
    found = listed(entries(book, "Answers"), "There are no answers.")
    for row, entry in zip(found, report.answers, strict=True):
        given = entry.response.given
        assert row["Question id"] == given.question
        assert row["State"] == given.state.replace("_", " ")
        assert row["Answer"].startswith(entry.said)
        assert (row["Note"] or "") == entry.response.note
        assert (row["Remark"] or "") == entry.remark
        assert (row["File and line"] or "") == entry.place
        for check in entry.response.checks:
            assert is_listed(check, row["Checks that use it"])
    rows = [
        (entry.question.id, number, cells)
        for entry in report.answers
        for number, cells in enumerate(entry.rows, 1)
    ]
    table = listed(entries(book, "TableRows"), "No answer is a table.")
    for row, (question, number, cells) in zip(table, rows, strict=True):
        assert (row["Question id"], row["Row"]) == (question, number)
        assert all(f"{title}: {text or 'blank'}" in row["Cells"] for title, text in cells)
    items = [(entry, item) for entry in report.answers for item in entry.evidence]
    evidence = listed(entries(book, "Evidence"), "No answer has evidence.")
    for row, (entry, one) in zip(evidence, items, strict=True):
        item = one.item
        assert row["Question id"] == entry.question.id
        assert row["Respondent"] == entry.who
        assert [row["Evidence"], row["File"] or "", row["Address"] or ""] == [
            item.title, item.file, item.url,
        ]  # fmt: skip
        for key, day in (("Collected", item.collected), ("Expires", item.expires)):
            assert (row[key].date().isoformat() if row[key] else "") == day
        assert row["Valid"] == ("expired" if one.is_expired else "valid")


def test_matrix(case: Case) -> None:
    """A cell is marked and coloured exactly if the gate requires the check or waits for it."""
    report, book = case
    sheet = sheet_of(book, "GatesAndChecks")
    grid = sheet[sheet.tables["GatesAndChecks"].ref]
    titles = [str(cell.value) for cell in grid[0]]
    assert titles[4:] == [gate.result.id for gate in report.gates]
    for row, entry in zip(grid[1:], report.checks, strict=True):
        assert row[1].value == entry.id
        decided = {"waived": "accepted", "out of scope": "aside"}
        ground = MARKS[decided.get(entry.closed_by) or OF_STATUS[entry.result.status]][0]
        for cell, one in zip(row[4:], report.gates, strict=True):
            gate = one.result.gate
            assert (cell.value in ("requires", "waits for")) == (gate.id in entry.result.gates)
            assert (cell.value == "requires") == (entry.id in gate.requires)
            if cell.value == "advises":
                assert entry.id in gate.advises
            assert bool(cell.value) == (gate.id in entry.result.gates or entry.id in gate.advises)
            if cell.value:
                assert str(cell.fill.fgColor.rgb)[2:] == ground


def test_open_questions(case: Case) -> None:
    """The questions without an answer, missing respondents, and what an answer could decide."""
    report, book = case
    found = listed(entries(book, "OpenQuestions"), "Every question has been answered.")
    for row, entry in zip(found, report.unanswered, strict=True):
        assert row["Id"] == entry.question.id
        assert row["No answer from"] == (", ".join(entry.of) or "anyone")
        assert row["Relevant"] == ("yes" if entry.matters else "no longer")
        assert (row["Checks it could decide"] or "") == ", ".join(entry.checks)
        assert (row["Gates it could decide"] or "") == ", ".join(entry.gates)


def test_conflicts_and_waivers(case: Case) -> None:
    """Each conflict has every answer side by side; each waiver says whether it is in force."""
    report, book = case
    conflicts = listed(entries(book, "Conflicts"), "Respondents agree on every question.")
    for row, conflict in zip(conflicts, report.conflicts, strict=True):
        assert row["Id"] == conflict.question.id
        assert row["What counts"] == conflict.settled
        for number, answer in enumerate(conflict.answers, 1):
            assert row[f"Answer {number}"].startswith(f"{answer.who}: {answer.said}")
    waivers = listed(entries(book, "Waivers"), "There are no waivers.")
    for row, waiver in zip(waivers, report.waivers, strict=True):
        assert row["Id"] == waiver.check.id
        assert row["In force"] == ("yes" if waiver.in_force else "no")
        assert row["Reason"] == waiver.waiver.reason
        assert row["Approval"] == waiver.approval


def test_sources(case: Case) -> None:
    """The works cited, each with the checks that cite it."""
    report, book = case
    found = listed(entries(book, "Sources"), "No check cites a source.")
    for row, source in zip(found, report.sources, strict=True):
        assert row["Id"] == source.work.id
        assert row["Title"] == source.work.title
        assert row["Year"] == source.work.year
        assert row["Checks that cite it"] == ", ".join(source.checks)


def test_the_shop_has_something_on_each_sheet() -> None:
    """The tests of the sheets do not pass because of empty tables."""
    report = of_shop("mixed")
    for held in (
        report.gates, report.open, report.checks, report.answers, report.conflicts,
        report.waivers, report.unanswered, report.sources, report.warnings,
    ):  # fmt: skip
        assert held
    assert any(entry.rows for entry in report.answers)
    large = KINDS["large"]()
    assert any(entry.evidence for entry in large.answers)


def test_a_day_that_spreadsheets_do_not_know_is_a_text() -> None:
    """Spreadsheets count dates from 1900, and disagree on its first two months."""
    case = {
        "as_of": "1850-03-04",
        "questions": {"s.a": "yes_no"},
        "checks": {"roof": {"met_when": "s.a", "remedy": {"action": "Do.", "effort_days": 3}}},
        "answers": {"s.a": False},
    }
    [row] = entries(opened(xlsx_report(of_case(case))), "ActionPlan")
    assert (row["Start"], row["Finish"]) == ("1850-03-04", "1850-03-06")


def test_a_gate_may_be_called_like_a_column() -> None:
    """The headings of a table differ, even if a gate has the name of a column."""
    case = {
        "questions": {"s.a": "yes_no"},
        "checks": {"roof": {"met_when": "s.a"}},
        "gates": {name: {"requires": ["roof"]} for name in ("id", "check", "status", "x" * 300)},
        "answers": {"s.a": False},
    }
    [row] = entries(opened(xlsx_report(of_case(case))), "GatesAndChecks")
    assert list(row) == [
        "Check", "Id", "Status", "Progress", "id (2)", "check (2)", "status (2)", "x" * 200,
    ]  # fmt: skip
