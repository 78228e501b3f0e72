"""The report on one screen, and lists that are cut."""

from __future__ import annotations

from pathlib import Path

from readiness.reports.readers.brief import print_brief
from readiness.reports.terminal.assessment import print_report
from readiness.reports.terminal.page import print_plain
from tests.commands.running import run
from tests.reports.example_reports import HALDEN, ROOT, of_shop, report_of


def test_one_screen() -> None:
    """The brief report fits on a screen and shows verdicts, gaps and what is outstanding."""
    report = report_of(str(HALDEN), ROOT)
    text = print_plain(lambda console: print_brief(report, console))
    assert len(text.splitlines()) <= 40
    for gate in report.gates:
        assert gate.result.gate.title in text
    assert "Gaps that matter most: 5 of " in text
    assert "Outstanding" in text


def test_the_rest_is_counted() -> None:
    """A list that is cut says how many entries it leaves out, and how to see them."""
    report = of_shop("unanswered")
    text = print_plain(lambda console: print_report(report, console, 1))
    assert f"and {len(report.first) - 1} more; leave out --top to see all" in text
    assert report.first[0].title in text
    assert len(text) < len(print_plain(lambda console: print_report(report, console)))


def test_only_for_the_text_report(tmp_path: Path) -> None:
    """Other formats and readers have no brief form."""
    done = run("assess", str(ROOT / HALDEN), "--brief", "--format", "json", folder=tmp_path)
    assert done.status == 2
    assert "--brief and --top are for the text report for auditors" in done.stderr
