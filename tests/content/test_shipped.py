"""The shipped rulesets, questionnaires and engagements are what their readers rely on."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import readiness
from readiness.assurance.cases import Runner
from readiness.assurance.lint import lint
from readiness.conditions.terms import questions_of
from readiness.documents.schemas import schema
from readiness.loading.search_path import shipped_folder
from tests.commands.running import ROOT
from tests.content.shipped import EACH, RULESETS, cases_of, ruleset_of

IN_CHECKOUT = shipped_folder("ruleset") == ROOT / "rulesets"
SCHEMA_LINE = re.compile(r"# yaml-language-server: \$schema=(\S+)")


@pytest.mark.parametrize("name", EACH)
def test_cases(name: str) -> None:
    """Each case of a shipped ruleset has its expected outcome; each that does not is named."""
    held = cases_of(name)
    runner = Runner(held)
    found = {case.name: list(map(str, runner.run(case))) for case in held.cases}
    assert {case: differences for case, differences in found.items() if differences} == {}
    assert len(found) == len(held.cases)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["crm-nonprofit", "crm-upkeep"])  # .ci/run holds all of them to it
def test_cases_cover_everything_and_notice_mistakes(name: str) -> None:
    """The cases of a shipped ruleset see all parts of conditions, and notice 95 in 100 mistakes."""
    ruleset, files = ruleset_of(name), [cases_of(name)]
    covered = readiness.coverage(ruleset, files)
    assert [leaf for leaf in covered.leaves if leaf.missing] == []
    assert covered.shares["mcdc"] >= 95
    assert readiness.mutants(ruleset, files).percent >= 95


@pytest.mark.parametrize(
    "names", [RULESETS[:1], pytest.param(RULESETS, marks=pytest.mark.slow)], ids=["one", "all"]
)
def test_lint_finds_nothing(names: list[str]) -> None:
    """The shipped rulesets have no problem and nothing that is probably unintended."""
    assert [str(finding) for finding in lint(names)] == []


@pytest.mark.parametrize("name", RULESETS)
def test_every_check_says_all_it_should(name: str) -> None:
    """Every check has a reason, a remedy with owner, effort and changed answers, and a source."""
    ruleset = ruleset_of(name)
    for check in ruleset.checks.values():
        read = {*questions_of(ruleset.met_when[check.id])}
        assert {*check.remedy.changes} & read == {*check.remedy.changes} != set(), check.id
        assert check.why, check.id
        assert check.remedy.action, check.id
        assert check.remedy.owner, check.id
        assert check.remedy.effort_days, check.id
        assert check.cites, check.id


@pytest.mark.parametrize("name", RULESETS)
def test_every_question_asks(name: str) -> None:
    """Every question ends in a question mark, and every section has a different title."""
    ruleset = ruleset_of(name)
    assert [q.id for q in ruleset.questions.values() if not q.label.endswith("?")] == []
    for questionnaire in ruleset.questionnaires:
        titles = [section.title for section in questionnaire.sections.values()]
        assert len(set(titles)) == len(titles)


def expected(kind: str, name: str) -> set[tuple[str, str]]:
    """Return the check statuses, or gate verdicts, that the cases of a ruleset expect."""
    held = cases_of(name)
    found = (case.expected.get(kind, {}) for case in held.cases)
    return {pair for one in found if isinstance(one, dict) for pair in one.items()}


@pytest.mark.parametrize("name", RULESETS)
def test_every_own_check_is_met_unmet_and_undetermined_in_some_case(name: str) -> None:
    """Each check that a ruleset adds has a case for each of the three statuses."""
    ruleset = ruleset_of(name)
    source = ruleset.checklist.node.source
    own = {key for key, check in ruleset.checks.items() if check.node.source is source}
    new = own - inherited(name)
    pairs = expected("checks", name)
    wanted = {(key, status) for key in new for status in ("met", "unmet", "undetermined")}
    assert wanted - pairs == set()


def inherited(name: str) -> set[str]:
    """Return the checks of the rulesets that a ruleset extends."""
    extends = ruleset_of(name).checklist.node.plain().get("extends", [])
    return {key for parent in extends for key in ruleset_of(parent.split()[0]).checks}


@pytest.mark.parametrize("name", RULESETS)
def test_every_gate_can_be_passed_and_failed(name: str) -> None:
    """Every gate has a case in which it is go, and one in which it is no_go."""
    wanted = {(key, verdict) for key in ruleset_of(name).gates for verdict in ("go", "no_go")}
    assert wanted - expected("gates", name) == set()


@pytest.mark.skipif(not IN_CHECKOUT, reason="the lines are for editors in a checkout")
def test_every_document_opens_with_the_schema_that_editors_use() -> None:
    """The first line of each shipped YAML file names the schema of its kind, which exists."""
    paths = [*(ROOT / "rulesets").rglob("*.yaml"), *(ROOT / "questionnaires").rglob("*.yaml")]
    for path in paths:
        first, *rest = path.read_text(encoding="utf-8").splitlines()
        match = SCHEMA_LINE.fullmatch(first)
        assert match, path
        named = (path.parent / match.group(1)).resolve()
        kind = next(line for line in rest if line.startswith("format: ")).split("/")[1]
        assert named == (ROOT / f"engine/readiness/documents/schemas/{kind}.schema.json").resolve()
        assert named.is_file()


def test_schemas_name_themselves() -> None:
    """The schema of cases is published like the others."""
    assert schema("cases")["title"] == "Readiness cases"


def test_no_document_names_a_folder_of_somebodys_machine() -> None:
    """No content contains an absolute path."""
    for folder in (shipped_folder("ruleset"), shipped_folder("questionnaire")):
        for path in Path(folder).rglob("*.yaml"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"(?m)(^|[\s'\"])/(home|root|tmp|usr|work)/", text), path
