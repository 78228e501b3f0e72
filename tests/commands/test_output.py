"""The complete output of each command, and its exit status."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from readiness.documents.schemas import schema
from tests.commands.running import ENGAGEMENT, ROOT, run
from tests.conftest import GoldenCheck

GOLDEN = ROOT / "tests" / "golden" / "commands"

COMMANDS = {
    "help": ["--help"],
    "version": ["--version"],
    "help-assess": ["assess", "--help"],
    "help-ask": ["ask", "--help"],
    "help-explain": ["explain", "--help"],
    "help-status": ["status", "--help"],
    "help-resolve": ["resolve", "--help"],
    "help-graph": ["graph", "--help"],
    "help-plan": ["plan", "--help"],
    "help-portfolio": ["portfolio", "--help"],
    "help-lint": ["lint", "--help"],
    "help-test": ["test", "--help"],
    "help-list": ["list", "--help"],
    "help-show": ["show", "--help"],
    "help-schema": ["schema", "--help"],
    "help-new": ["new", "--help"],
    "help-bundle": ["bundle", "--help"],
    "help-verify": ["verify", "--help"],
    "help-sign": ["sign", "--help"],
    "help-workbook": ["workbook", "--help"],
    "help-workbook-export": ["workbook", "export", "--help"],
    "help-workbook-import": ["workbook", "import", "--help"],
    "workbook-unknown-section": ["workbook", "export", ENGAGEMENT, "-r", "sales", "-q", "fundin"],
    "workbook-misspelt": ["workbook", "export", "crm-readiness", "-r", "Head of sales"],
    "workbook-no-form": ["workbook", "import", "README.md"],
    "assess": ["assess", ENGAGEMENT],
    "assess-narrow": ["assess", ENGAGEMENT, "--width", "60"],
    "assess-one-gate": ["assess", ENGAGEMENT, "--gate", "commit"],
    "assess-evidenced-later": [
        "assess", ENGAGEMENT, "--assurance", "evidenced", "--as-of", "2027-06-01",
    ],
    "assess-no-such-file": ["assess", "nowhere.yaml"],
    "assess-a-folder": ["assess", "rulesets"],
    "assess-a-ruleset": ["assess", "rulesets/crm-pre-implementation/ruleset.yaml"],
    "assess-unknown-gate": ["assess", ENGAGEMENT, "--gate", "comit"],
    "assess-unknown-ruleset": ["assess", ENGAGEMENT, "--ruleset", "crm-preimplementation"],
    "assess-wrong-date": ["assess", ENGAGEMENT, "--as-of", "21.11.2026"],
    "assess-unwritable": ["assess", ENGAGEMENT, "--output", "README.md/result.txt"],
    "assess-compact-as-html": ["assess", ENGAGEMENT, "--compact", "--format", "html"],
    "plan": ["plan", ENGAGEMENT],
    "plan-narrow": ["plan", ENGAGEMENT, "--gate", "commit", "--width", "60"],
    "plan-from-another-day": [
        "plan", ENGAGEMENT, "--gate", "plan", "--estimate", "expected", "--start", "2027-01-02",
        "--day-off", "2027-01-06", "--day-off", "2027-01-05",
    ],
    "plan-json": ["plan", ENGAGEMENT, "--gate", "commit", "--format", "json"],
    "plan-csv": ["plan", ENGAGEMENT, "--format", "csv"],
    "plan-ics": ["plan", ENGAGEMENT, "--gate", "commit", "--format", "ics"],
    "plan-unknown-gate": ["plan", ENGAGEMENT, "--gate", "comit"],
    "plan-wrong-date": ["plan", ENGAGEMENT, "--start", "2027-02-30"],
    "plan-beyond-the-calendar": ["plan", ENGAGEMENT, "--start", "9999-12-01"],
    "plan-wrong-document": ["plan", "nowhere.yaml"],
    "explain-met": ["explain", ENGAGEMENT, "executive-sponsor"],
    "explain-undetermined": ["explain", ENGAGEMENT, "funding-sufficient"],
    "explain-unmet": ["explain", ENGAGEMENT, "customer-definition-agreed"],
    "explain-waived": ["explain", ENGAGEMENT, "privacy-policy"],
    "explain-not-applicable": ["explain", ENGAGEMENT, "life-cycle-recorded"],
    "explain-json": ["explain", ENGAGEMENT, "funding-sufficient", "--format", "json"],
    "explain-unknown-check": ["explain", ENGAGEMENT, "executive-sponsr"],
    "status": ["status", ENGAGEMENT],
    "status-narrow": ["status", ENGAGEMENT, "--width", "60", "--respondent", "sales"],
    "status-json": ["status", ENGAGEMENT, "--format", "json", "--respondent", "finance"],
    "status-unknown-respondent": ["status", ENGAGEMENT, "--respondent", "saels"],
    "resolve": ["resolve", ENGAGEMENT],
    "resolve-dry-run": [
        "resolve", ENGAGEMENT, "funding.committed", "--value", "610000", "--by", "lead assessor",
        "--reason", "What the letter of release says.", "--dry-run",
    ],
    "resolve-unknown-question": ["resolve", ENGAGEMENT, "funding.commited", "--value", "1"],
    "resolve-wrong-value": [
        "resolve", ENGAGEMENT, "funding.committed", "--value", "610,000", "--by", "x",
        "--reason", "x",
    ],
    "graph": ["graph", ENGAGEMENT],
    "graph-around": ["graph", ENGAGEMENT, "--around", "technology-areas-compared"],
    "graph-around-a-closed-check": [
        "graph", ENGAGEMENT, "--around", "data-sources-known", "--steps", "1",
    ],
    "graph-one-gate-narrow": ["graph", ENGAGEMENT, "--gate", "plan", "--width", "60"],
    "graph-a-ruleset": ["graph", "crm-pre-implementation", "--gate", "commit"],
    "graph-a-ruleset-with-a-day": ["graph", "crm-readiness", "--as-of", "2027-01-01"],
    "graph-unknown-gate": ["graph", ENGAGEMENT, "--gate", "comit"],
    "graph-unknown-check": ["graph", "crm-readiness", "--around", "executive-sponsr"],
    "graph-unknown-ruleset": ["graph", "crm-preimplementation"],
    "graph-no-such-file": ["graph", "nowhere.yaml"],
    "graph-a-questionnaire": ["graph", "questionnaires/crm-readiness/questionnaire.yaml"],
    "graph-steps-alone": ["graph", ENGAGEMENT, "--steps", "2"],
    "lint-clean": ["lint", "crm-pre-implementation"],
    "lint-engagement": ["lint", ENGAGEMENT],
    "lint-nowhere": ["lint", "no-such-ruleset"],
    "verify-a-result": ["verify", "tests/golden/documents/good/result.json"],
    "verify-an-engagement": ["verify", ENGAGEMENT],
    "verify-no-such-file": ["verify", "nowhere.zip"],
    "bundle-no-such-file": ["bundle", "nowhere.yaml", "-o", "nowhere.zip"],
    "sign-without-a-key": ["sign", "tests/golden/documents/good/result.json"],
    "list": ["list"],
    "list-questionnaires": ["list", "questionnaires"],
    "show": ["show", "crm-pre-implementation"],
    "show-check": ["show", "crm-pre-implementation", "funding-sufficient"],
    "show-functions": ["show", "functions"],
    "show-questions": ["show", "crm-pre-implementation", "--questions"],
    "show-unknown": ["show", "crm-pre-implementaton"],
    "unknown-command": ["asess", ENGAGEMENT],
    "no-words": [],
}  # fmt: skip


@pytest.mark.parametrize("name", COMMANDS)
def test_output(name: str, golden: GoldenCheck) -> None:
    """A command prints what its golden file says: results on stdout, everything else on stderr."""
    done = run(*COMMANDS[name])
    text = "".join(f"{line.rstrip()}\n" for line in done.stdout.splitlines())
    if done.stderr:
        text += f"--- standard error\n{done.stderr}"
    golden(GOLDEN / f"{name}.txt", f"{text}--- exit status {done.status}\n")


def excerpt(document: dict[str, Any]) -> dict[str, Any]:
    """Return a reviewable part of a result: single values, and one item of each list."""
    checks = {check["id"]: check for check in document["checks"]}
    return {
        **{key: value for key, value in document.items() if isinstance(value, (str, dict))},
        "gates": [document["gates"][0]],
        "checks": [checks[key] for key in ("funding-sufficient", "privacy-policy")],
        "root_blockers": document["root_blockers"],
        "order": document["order"][:1],
        "conflicts": document["conflicts"],
        "waivers": document["waivers"],
        "warnings": document["warnings"],
        **{
            key: document[key][:3]
            for key in ("answers", "questionnaires", "responses", "unanswered")
        },
    }


def test_a_result_as_json(golden: GoldenCheck) -> None:
    """A result matches its schema; a part of it is compared as a whole text."""
    done = run("assess", ENGAGEMENT, "--format", "json")
    document = json.loads(done.stdout)
    jsonschema.validate(document, schema("result"))
    assert (done.status, done.stderr) == (1, "")
    shown = json.dumps(excerpt(document), indent=2, ensure_ascii=False)
    golden(GOLDEN / "assess-json.json", f"{shown}\n")


def test_every_golden_file_has_its_command() -> None:
    """No golden file remains of a command that is no longer tested."""
    assert {path.stem for path in GOLDEN.glob("*.txt")} == set(COMMANDS)
