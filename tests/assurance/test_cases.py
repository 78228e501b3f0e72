"""Ruleset cases: which pass, what differs, and how that is reported."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from readiness import DocumentError
from readiness.assurance.cases import Runner, case_files, load_cases
from tests.commands.running import run

HEAD = "format: readiness/cases/1\nruleset: crm-pre-implementation\nas_of: 2026-11-21\n"
CASES = f"""{HEAD}
bases:
  named: {{sponsor.identified: yes, sponsor.level: board}}
cases:
  - name: A sponsor on the board is enough
    base: named
    expect: {{checks: {{executive-sponsor: met}}, reasons: {{executive-sponsor: Board}}}}
  - name: Nobody is enough
    base: named
    answers: {{sponsor.identified: null}}
    expect: {{checks: {{executive-sponsor: met}}, gates: {{commit: go}}}}
checks:
  executive-sponsor:
    base: named
    met: {{}}
    unmet: {{sponsor.identified: no}}
    undetermined: {{sponsor.level: null}}
"""


@pytest.fixture
def cases(tmp_path: Path) -> Path:
    """Return a file of five cases, of which the second is wrong."""
    path = tmp_path / "cases.yaml"
    path.write_text(CASES)
    return path


def test_a_case_that_comes_out_as_expected_has_no_differences(cases: Path) -> None:
    """Of the five cases only the wrong one differs, exactly in its wrong expectation."""
    held = load_cases(cases)
    runner = Runner(held)
    found = {case.name: [d.what for d in runner.run(case)] for case in held.cases}
    assert found == {
        "A sponsor on the board is enough": [],
        "Nobody is enough": ["checks.executive-sponsor", "gates.commit"],
        "executive-sponsor: met": [],
        "executive-sponsor: unmet": [],
        "executive-sponsor: undetermined": [],
    }


def test_a_difference_tells_expected_actual_and_why(cases: Path) -> None:
    """A difference in a status shows the program's reason."""
    done = run("test", str(cases))
    assert done.status == 1
    assert "checks.executive-sponsor: expected met, got undetermined" in done.stdout
    assert "'sponsor.identified' is not answered" in done.stdout
    assert done.stderr == "4 passed, 1 failed\n"


def test_a_case_within_a_scope(cases: Path) -> None:
    """A case has the scope of the file, or its own, and may expect a gate out of scope."""
    held = [
        f"{{name: {gate}, scope: {{gates: {{{gate}: {{reason: r, by: b}}}}}}, "
        "expect: {gates: {commit: out_of_scope}}}"
        for gate in ("commit", "commt")
    ]
    cases.write_text(f"{HEAD}cases: [{held[0]}]\n")
    assert run("test", str(cases)).stderr == "1 passed, 0 failed\n"
    cases.write_text(f"{HEAD}cases: [{', '.join(held)}]\n")
    done = run("test", str(cases))
    assert "unknown gate 'commt'" in done.stderr
    assert "did you mean 'commit'?" in done.stderr


def test_cases_can_be_chosen_by_name(cases: Path) -> None:
    """`-k` runs the cases whose name contains the text, ignoring case; none is a failure."""
    assert run("test", str(cases), "-k", "SPONSOR").stderr == "4 passed, 0 failed\n"
    none = run("test", str(cases), "-k", "xyz")
    assert (none.status, none.stderr) == (1, "no case has 'xyz' in its name\n")


def test_the_outcome_as_json_and_junit_xml(cases: Path, tmp_path: Path) -> None:
    """JSON and JUnit XML contain every case, and the differences of failed ones."""
    report = tmp_path / "report.xml"
    done = run("test", str(cases), "--format", "json", "--junit", str(report))
    assert [one["passed"] for one in json.loads(done.stdout)] == [True, False, True, True, True]
    suite = ElementTree.parse(report).getroot()[0]
    assert (suite.get("tests"), suite.get("failures")) == ("5", "1")
    assert "expected go" in str(suite.findtext("testcase/failure"))


def test_wrong_names_in_cases_are_refused_all_at_once(tmp_path: Path) -> None:
    """Unknown bases, checks, gates and questions are reported with their places."""
    path = tmp_path / "cases.yaml"
    path.write_text(
        f"{HEAD}cases:\n  - name: Wrong\n    base: nowhere\n"
        "    answers: {sponsor.identifed: yes}\n"
        "    expect: {checks: {executive-sponsr: met}, gates: {comit: go}, order: [[x]]}\n"
    )
    with pytest.raises(DocumentError) as error:
        load_cases(path)
    told = [problem.message for problem in error.value.problems]
    assert told == [
        "unknown base 'nowhere'",
        "there is no question 'sponsor.identifed'",
        "unknown check 'executive-sponsr'",
        "unknown gate 'comit'",
        "unknown check 'x'",
    ]


def test_cases_are_found_beside_their_ruleset(cases: Path) -> None:
    """Case files can be given as a file, a folder, or the id of a ruleset."""
    assert [cases] == case_files(cases)
    assert [cases] == case_files(cases.parent)
    with pytest.raises(LookupError):
        case_files("no-such-ruleset")


def collected(cases: Path, *options: str) -> str:
    """Return what pytest prints for a case file."""
    plugins = ["-p", "readiness.pytest_plugin", "-p", "no:cacheprovider"]
    words = [sys.executable, "-m", "pytest", *plugins, "-q", "--rootdir", str(cases.parent)]
    source = ":".join(path for path in sys.path if path)
    done = subprocess.run(
        [*words, *options, str(cases)],
        capture_output=True,
        text=True,
        cwd=cases.parent,
        env={"PYTHONPATH": source, "PATH": "", "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1"},
        check=False,
    )
    return done.stdout


@pytest.mark.slow
def test_pytest_collects_the_same_files(cases: Path) -> None:
    """Asked to, pytest runs each case as a test; a failure shows the differences only."""
    assert "no tests ran" in collected(cases)
    (cases.parent / "pytest.ini").write_text("[pytest]\nreadiness = true\n")
    assert "1 failed, 4 passed" in collected(cases)
    (cases.parent / "pytest.ini").unlink()
    shown = collected(cases, "--readiness")
    assert "1 failed, 4 passed" in shown
    assert "gates.commit: expected go, got undetermined" in shown
    assert "Traceback" not in shown


@pytest.mark.slow
def test_pytest_shows_no_escape_of_a_case(cases: Path) -> None:
    """Escape sequences in case names and answers do not reach the terminal."""
    case = {
        "name": "\x1b[31mred \x9b2Jname",
        "answers": {"sponsor.identified": {"unknown": "\x1b]0;title\x07 why"}},
        "expect": {"checks": {"executive-sponsor": "met"}},
    }
    head = "format: readiness/cases/1\nruleset: crm-pre-implementation\n"
    cases.write_text(f"{head}cases: {json.dumps([case])}\n", encoding="utf-8")
    shown = collected(cases, "--readiness")
    assert "1 failed" in shown
    assert "red name" in shown
    assert not set("\x1b\x9b\x07").intersection(shown)
