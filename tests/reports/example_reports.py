"""Reports that the tests of several reports render."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from readiness.assessing import Assessor
from readiness.loading.engagements import load_engagement
from readiness.reports.report_model import Report, build_report
from tests.lanes import each
from tests.reports.printing import ENGAGEMENTS, SHOP
from tests.reports.terminal.test_assessment import WITHOUT_GATES
from tests.semantics.harness import assess

HALDEN = Path("questionnaires/examples/halden-outdoor/engagement.yaml")
ROOT = Path(__file__).parents[2]


def report_of(path: str, folder: Path, gates: tuple[str, ...] = ()) -> Report:
    """Return the report of an engagement, read from a folder as the command does."""
    with contextlib.chdir(folder):
        inquiry = load_engagement(path)
        assessment = Assessor(inquiry.ruleset).assess(inquiry)
        return build_report(assessment, gates=gates, path=path)


def of_shop(name: str, *gates: str) -> Report:
    """Return the report of an engagement of the shop."""
    return report_of(f"{name}.yaml", SHOP, gates)


def of_case(case: dict[str, Any], *gates: str) -> Report:
    """Return the report of a case in short form, whose documents were never in files."""
    return build_report(assess(case), gates=gates)


KINDS: dict[str, Callable[[], Report]] = {
    **{name: partial(of_shop, name) for name in ENGAGEMENTS},
    "first gate": partial(of_shop, "mixed", "build"),
    "second gate": partial(of_shop, "mixed", "open"),
    "without gates": partial(of_case, WITHOUT_GATES),
    "without answers": partial(of_case, {**WITHOUT_GATES, "answers": {}}),
    "nothing open": partial(of_case, {**WITHOUT_GATES, "answers": {"s.a": True, "s.b": True}}),
    "large": partial(report_of, str(HALDEN), ROOT),
    "large, one gate": partial(report_of, str(HALDEN), ROOT, ("commit",)),
}
"""Reports of every kind: some, all and none open; without gates, without answers; large."""

EVERY_KIND = each(KINDS, fast=lambda kind: not kind.startswith("large"))
"""Their names, as test parameters."""


def hostile(text: str, folder: Path) -> Report:
    """Return a report with `text LABEL` in every place where a document can hold a text."""
    source = {name: f"{text} {name}" for name in ("title", "author", "publisher", "note")}
    table = {"type": "table", "ask": f"{text} rows", "columns": {
        "cell": {"type": "text", "title": f"{text} column"}}}  # fmt: skip
    questions = {
        "yes": {"type": "yes_no", "ask": f"{text} asked"},
        "said": {"type": "text", "ask": f"{text} open"},
        "rows": table,
        "other": {"type": "yes_no", "ask": f"{text} other", "not_applicable": "justified"},
        "disputed": {"type": "choice", "ask": f"{text} disputed",
                     "options": {"one": f"{text} first", "two": f"{text} second"}},
        "silent": {"type": "yes_no", "ask": f"{text} silent"},
    }  # fmt: skip
    remedy = {"action": f"{text} action", "owner": "owner"}
    check = {"title": f"{text} check", "area": "area", "severity": "major", "why": f"{text} why",
             "remedy": remedy, "cites": ["work"]}  # fmt: skip
    evidence = {"title": f"{text} evidence", "file": f"{text} file", "url": "https://example.org/e"}
    documents: dict[str, Any] = {
        "questionnaire": {"id": "hostile", "version": "1.0.0", "title": f"{text} questionnaire",
                          "sections": {"s": {"title": f"{text} section", "questions": questions}}},
        "ruleset": {
            "id": "hostile", "version": "1.0.0", "title": f"{text} ruleset",
            "questionnaire": "hostile", "sources": {"work": source},
            "areas": {"area": {"title": f"{text} area"}},
            "gates": {"gate": {"title": f"{text} gate", "description": f"{text} gate description",
                               "requires": ["unmet", "waived", "rows", "silent"]}},
            "checks": {
                "unmet": {**check, "met_when": f"s.yes and s.said == {json.dumps(text[:80])}"},
                "waived": {**check, "met_when": "s.other"},
                "rows": {**check, "met_when": "every(s.rows, cell == '')"},
                "disputed": {**check, "met_when": "s.disputed == 'one'", "requires": ["unmet"]},
                "silent": {**check, "met_when": "s.silent"},
            },
        },
        "answers": {
            "questionnaire": "hostile", "respondent": "one",
            "answers": {
                "s.yes": {"value": False, "note": f"{text} noted", "evidence": [evidence]},
                "s.said": f"{text} said",
                "s.rows": [{"cell": f"{text} cell"}],
                "s.other": {"not_applicable": f"{text} inapplicable"},
                "s.disputed": "one",
            },
        },
        "engagement": {
            "id": "hostile", "title": f"{text} engagement", "ruleset": "./ruleset.yaml",
            "as_of": "2026-11-21", "answers": ["answers.yaml", "second.yaml"],
            "resolutions": {"s.disputed": {"value": "two", "reason": f"{text} reason",
                                           "by": f"{text} assessor"}},
            "waivers": {"silent": {"reason": f"{text} waiver", "approved_by": f"{text} chief"}},
        },
    }  # fmt: skip
    for kind, document in documents.items():
        written = json.dumps({"format": f"readiness/{kind}/1", **document})
        (folder / f"{kind}.yaml").write_text(written)
    answers = {"s.disputed": "two", "s.yes": {"unknown": f"{text} unknown"}}
    second = {"format": "readiness/answers/1", "respondent": "two", "answers": answers}
    (folder / "second.yaml").write_text(json.dumps(second))
    return report_of("engagement.yaml", folder)
