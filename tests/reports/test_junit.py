"""The report as JUnit XML."""

from __future__ import annotations

import itertools
import shutil
from pathlib import Path

import pytest
from lxml import etree

from readiness.assessing import Assessor
from readiness.loading.engagements import load_engagement
from readiness.reports import junit
from readiness.reports.junit import junit_report, junit_xml
from readiness.reports.report_model import Report, build_report
from tests.commands.running import run
from tests.conftest import GoldenCheck
from tests.reports.example_reports import EVERY_KIND, HALDEN, KINDS, ROOT, hostile, of_shop
from tests.reports.markdown.test_escaping import EVERY_HOSTILE
from tests.reports.printing import ENGAGEMENTS, GOLDEN, SHOP
from tests.semantics.harness import assess, load_cases

SCHEMA = etree.XMLSchema(etree.parse(Path(__file__).parent / "schemas" / "junit-10.xsd"))


def parsed(written: str) -> etree._Element:
    """Assert that the schema allows a report, and return it."""
    root = etree.fromstring(written.encode())
    SCHEMA.assertValid(root)
    return root


def is_red(root: etree._Element) -> bool:
    """Return whether a pipeline that reads a report stops."""
    return root.find(".//failure") is not None or root.find(".//error") is not None


def is_passed(example: Report) -> bool:
    """Return whether every requested gate is passed, so that the exit status is 0.

    Without a request, these are the gates in scope.
    """
    results = [gate.result for gate in example.gates]
    return all(gate.is_passed for gate in results if example.asked or gate.is_in_scope)


@pytest.mark.parametrize("name", ENGAGEMENTS)
def test_report(name: str, golden: GoldenCheck) -> None:
    """Gates are a suite, and so is each area; open checks say why, and what to do."""
    golden(GOLDEN / f"junit-{name}.xml", junit_report(of_shop(name)))


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_every_report_keeps_to_the_schema(kind: str) -> None:
    """Reports of every kind are valid, have the right counts, and are the same each time."""
    example = KINDS[kind]()
    root = parsed(junit_report(example))
    for suite in root.iter("testsuite"):
        for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped",) * 2):
            assert int(str(suite.get(attribute))) == len(suite.findall(f"testcase/{tag}"))
        assert int(str(suite.get("tests"))) == len(suite.findall("testcase"))
    assert int(str(root.get("tests"))) == len(root.findall(".//testcase"))
    names = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert len(names) == len(set(names)) == len(example.gates) + len(example.checks)
    assert junit_report(KINDS[kind]()) == junit_report(example)


@pytest.mark.parametrize("kind", EVERY_KIND)
def test_red_exactly_when_a_gate_is_not_passed(kind: str) -> None:
    """A report has a failure or an error exactly if the exit status is 1."""
    example = KINDS[kind]()
    assert is_red(parsed(junit_report(example))) is not is_passed(example)


@pytest.mark.slow
def test_red_exactly_when_a_gate_is_not_passed_whatever_is_asked() -> None:
    """The same is true of all cases of the tables, and of every choice of gates."""
    for case in load_cases():
        assessment = assess(case)
        gates = [(), *((gate,) for gate in assessment.gates)]
        for asked in gates:
            example = build_report(assessment, gates=asked)
            assert is_red(parsed(junit_report(example))) is not is_passed(example)


@pytest.mark.slow
def test_red_exactly_when_a_gate_is_not_passed_in_a_large_one() -> None:
    """The same is true of every choice of gates of the worked engagement."""
    inquiry = load_engagement(ROOT / HALDEN)
    assessment = Assessor(inquiry.ruleset).assess(inquiry)
    for asked in itertools.combinations(assessment.gates, 2):
        example = build_report(assessment, gates=asked)
        assert is_red(parsed(junit_report(example))) is not is_passed(example)


@pytest.mark.parametrize(
    ("asked", "status"), [((), 0), (("open",), 0), (("build",), 1), (("build", "open"), 1)]
)
def test_a_gate_out_of_scope(asked: tuple[str, ...], status: int, tmp_path: Path) -> None:
    """It stops a pipeline only if it is named with `--gate`; report and exit status agree."""
    shop = shutil.copytree(SHOP, tmp_path / "shop")
    engagement = shop / "complete.yaml"
    with engagement.open("a", encoding="utf-8") as held:
        held.write("scope: {gates: {build: {reason: It is built., by: managing director}}}\n")
    gates = [word for gate in asked for word in ("--gate", gate)]
    done = run("assess", str(engagement), *gates, "--format", "junit")
    assert done.status == status
    assert is_red(parsed(done.stdout)) is (status == 1)


@EVERY_HOSTILE
def test_hostile_texts(text: str, tmp_path: Path) -> None:
    """Markup in a text remains text."""
    root = parsed(junit_report(hostile(text, tmp_path)))
    names = [case.get("name") for case in root.iter("testcase")]
    assert f"unmet: {' '.join(f'{text} check'.split())}" in names


def test_what_xml_cannot_hold_is_left_out() -> None:
    """Control characters, lone surrogates and non-characters are removed; everything else stays."""
    refused = "\x00\x01\x0b\x1f\x7f\x85\ud800\udfff\ufffe\uffff\U0001ffff"
    text = f"a{refused}b <&>\"' ü 😀\nnext"
    failed = junit.case(text, text, outcome="failure", kind="unmet", message=text, text=text)
    root = parsed(junit_xml([junit.suite(text, [failed], [("fact", text)])]))
    assert root.findtext(".//failure") == "a b <&>\"' ü 😀\nnext"
    assert root[0].get("name") == "a b <&>\"' ü 😀 next"


def test_the_outcome_of_cases_keeps_to_the_schema(tmp_path: Path) -> None:
    """The JUnit XML of `readiness test` is valid as well."""
    report = tmp_path / "cases.xml"
    done = run("test", "crm-pre-implementation", "-k", "sponsor", "--junit", str(report))
    assert done.status == 0
    assert int(str(parsed(report.read_text(encoding="utf-8")).get("tests"))) > 1


def test_no_suite_at_all() -> None:
    """An empty report is valid too."""
    assert parsed(junit_xml([])).get("tests") == "0"


def test_every_outcome() -> None:
    """Unmet fails, undetermined is an error, waived passes, an open check of no gate is skipped."""
    root = parsed(junit_report(of_shop("mixed")))
    found = {
        str(case.get("name")).partition(":")[0]: [(child.tag, child.get("type")) for child in case]
        for case in root.iter("testcase")
    }
    assert found == {
        "build": [("failure", "no_go")],
        "open": [("failure", "no_go")],
        "sponsor": [("failure", "unmet")],
        "sponsor-known": [("skipped", "unmet")],
        "funding": [("error", "undetermined")],
        "audited": [("skipped", "undetermined")],
        "goods-listed": [],
        "photographs": [("failure", "unmet")],
        "packaging": [("error", "undetermined")],
        "logo": [("system-out", None)],
        "terms": [("system-out", None)],
    }
