"""Lint finds faults of every kind that are planted in shipped content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import readiness
from readiness.documents.emitting import json_text
from readiness.evaluation.interpreter import Interpreter
from readiness.evaluation.judging import Judging
from tests.content.shipped import ruleset_of
from tests.docs.pages import ROOT
from tests.lanes import each

BASES = (
    "crm-upkeep", "crm-pre-implementation", "crm-business-planning", "crm-plan-of-action",
)  # fmt: skip
FAST = ("never-met", "same-condition", "remedy-leaves-unmet", "range-hole", "always-asked")
"""The kinds that the fast lane plants, in the first ruleset."""


class Spot(NamedTuple):
    """Where a fault is planted: two yes/no questions and a number."""

    p: str
    q: str
    n: str


def spot(base: str) -> Spot:
    """Return the first questions that are always asked, apart from those that may not apply."""
    ruleset = ruleset_of(base)
    asked = [
        q
        for q in ruleset.questions.values()
        if q.id not in ruleset.ask_when and not (q.ask_each or q.may_not_apply)
    ]
    p, q, *_ = (one.id for one in asked if one.kind == "truth")
    n = next((one.id for one in asked if one.kind == "number"), "")
    return Spot(p, q, n)


def _check(condition: Any, **more: Any) -> dict[str, Any]:
    area = more.pop("area")
    return {"title": "Planted", "area": area, "severity": "major", "met_when": condition, **more}


Planted = dict[str, Any]
FAULTS: dict[str, Callable[[Spot, str], Planted]] = {
    "never-met": lambda s, a: {"checks": {"x": _check(f"{s.p} and not {s.p}", area=a)}},
    "never-unmet": lambda s, a: {"checks": {"x": _check(f"{s.p} or not {s.p}", area=a)}},
    "part-decides-nothing": lambda s, a: {
        "checks": {"x": _check({"all": [s.p, f"{s.p} or {s.q}"]}, area=a)}
    },
    "never-applies": lambda s, a: {
        "checks": {"x": _check(s.q, area=a, applies_when=f"{s.p} and not {s.p}")}
    },
    "always-applies": lambda s, a: {
        "checks": {"x": _check(s.q, area=a, applies_when=f"{s.p} or not {s.p}")}
    },
    "same-condition": lambda s, a: {
        "checks": {
            "w": _check(f"not ({s.p} and {s.q})", area=a),
            "x": _check(f"not {s.p} or not {s.q}", area=a),
        }
    },
    "never-ready": lambda s, a: {
        "checks": {
            "w": _check(s.p, area=a),
            "x": _check(f"not {s.p} and {s.q}", area=a, requires=["w"]),
        }
    },
    "gate-never-go": lambda s, a: {
        "checks": {"w": _check(s.p, area=a), "x": _check(f"not {s.p} and {s.q}", area=a)},
        "gates": {"planted": {"title": "Planted", "requires": ["w", "x"]}},
    },
    "gate-never-no-go": lambda s, a: {
        "checks": {"x": _check(f"{s.p} or not {s.p}", area=a)},
        "gates": {"planted": {"title": "Planted", "requires": ["x"]}},
    },
    "implied-requirement": lambda s, a: {
        "checks": {
            "v": _check(s.p, area=a),
            "w": _check(s.q, area=a, requires=["v"]),
            "x": _check(f"{s.p} and {s.q}", area=a, requires=["v", "w"]),
        }
    },
    "implied-gate-requirement": lambda s, a: {
        "checks": {"w": _check(s.p, area=a), "x": _check(s.q, area=a, requires=["w"])},
        "gates": {"planted": {"title": "Planted", "requires": ["w", "x"]}},
    },
    "implied-after": lambda s, a: {
        "checks": {"x": _check(s.p, area=a)},
        "gates": {
            key: {"title": key, "requires": ["x"], "after": after}
            for key, after in {"k": [], "l": ["k"], "m": ["k", "l"]}.items()
        },
    },
    "remedy-leaves-unmet": lambda s, a: {
        "checks": {"x": _check(f"{s.p} and {s.q}", area=a, remedy={"changes": [s.p]})}
    },
    "remedy-sets-unmet": lambda s, a: {
        "checks": {
            "x": _check(f"{s.p} and {s.q}", area=a, remedy={"sets": {s.p: "True", s.q: s.p}})
        }
    },
    "range-hole": lambda s, a: {
        "checks": {
            "w": _check(s.p, area=a, applies_when=f"{s.n} < 3"),
            "x": _check(s.q, area=a, applies_when=f"{s.n} > 3"),
        }
    },
    "range-overlap": lambda s, a: {
        "checks": {
            "w": _check(s.p, area=a, applies_when=f"{s.n} <= 3"),
            "x": _check(s.q, area=a, applies_when=f"{s.n} >= 3"),
        }
    },
}  # fmt: skip


@pytest.mark.parametrize("code", each(FAULTS, fast=FAST.__contains__))
@pytest.mark.parametrize("base", each(BASES, fast=BASES[0].__eq__))
def test_a_fault_in_a_ruleset_is_found(base: str, code: str, tmp_path: Path) -> None:
    """A fault is found where it was planted, and a witness shows it."""
    area = next(iter(ruleset_of(base).areas))
    held = spot(base)
    document = {"format": "readiness/ruleset/1", "id": "planted", "title": "Planted"}
    document |= {"questionnaire": base, "extends": [base], **FAULTS[code](held, area)}  # type: ignore[dict-item]
    file = tmp_path / "planted.yaml"
    file.write_text(json_text(document, step=2), encoding="utf-8")
    found = [one for one in readiness.lint([str(file)]) if one.code == code]
    assert found, code
    if code == "never-met":
        assert code not in {one.code for one in readiness.lint([str(file)], is_quick=True)}
    assert {one.ruleset for one in found} == {"planted"}
    if code in SHOWN:
        assert SHOWN[code] in shown(found[0], tmp_path)


SHOWN = {  # of a finding that answers can show: what is to be seen of one planted check
    "never-met": ("x", "unmet"),
    "never-unmet": ("x", "met"),
    "never-ready": ("x", "premature"),
    "remedy-leaves-unmet": ("x", "unmet"),
    "remedy-sets-unmet": ("x", "unmet"),
    "range-hole": ("w", "not_applicable"),
    "range-overlap": ("w", "undetermined"),
}


def shown(finding: Any, folder: Path) -> set[tuple[str, str]]:
    """Return the statuses and standings that the answers of a finding lead to, on both ways."""
    sheet = folder / "witness.json"
    sheet.write_text(json_text(finding.witness, step=2), encoding="utf-8")
    inquiry = readiness.load_engagement(sheet, paths=[folder])
    assessment = readiness.Assessor(inquiry.ruleset).assess(inquiry)
    reference = Interpreter(inquiry.ruleset, assessment.answers)
    assert Judging(inquiry.ruleset, reference, ()).judgement() == assessment.judgement
    judged = assessment.judgement
    return {*judged.statuses.items(), *judged.standings.items()}


def test_a_remedy_that_meets_its_check_is_no_fault(tmp_path: Path) -> None:
    """Nothing is found where the answers that a remedy changes, or sets, can meet the check."""
    held = spot(BASES[0])
    area = next(iter(ruleset_of(BASES[0]).areas))
    yes = {held.p: "True", held.q: "True"}
    remedies = {
        "w": {"changes": [held.p, held.q]},
        "x": {"sets": yes},
        "y": {"changes": [held.q], "sets": {held.p: held.q}},
    }
    checks = {
        key: _check(f"{held.p} and {held.q}", area=area, remedy=one)
        for key, one in remedies.items()
    }
    document = {"format": "readiness/ruleset/1", "id": "planted", "title": "Planted"}
    document |= {"questionnaire": BASES[0], "extends": [BASES[0]], "checks": checks}  # type: ignore[dict-item]
    file = tmp_path / "planted.yaml"
    file.write_text(json_text(document, step=2), encoding="utf-8")
    found = [(one.code, one.check) for one in readiness.lint([str(file)]) if "remedy-" in one.code]
    assert found == [("remedy-sets-unmet", "y")]


_DESK, _OTHER = "upkeep_risks.fault_desk", "upkeep_definition.written == 'other'"
_ASKED = "      fault_desk:\n"
_COLUMN = "        columns:\n"
_SAME, _ABC = ("", ""), "{a: A, b: B, c: C}"
EDITS = {  # in the questionnaire, and in the ruleset
    "always-asked": ((f"ask_when: {_DESK}\n", f"ask_when: {_DESK} or not {_DESK}\n"), _SAME),
    "never-asked": (
        (f"ask_when: {_OTHER}\n", f"ask_when: {_OTHER} and not ({_OTHER})\n"), _SAME,
    ),
    "unread-column": ((_COLUMN, f"{_COLUMN}          planted: {{type: yes_no}}\n"), _SAME),
    "unread-option": (
        ("          suppliers: ", "          planted: P\n          suppliers: "), _SAME,
    ),
    "unread-question": ((_ASKED, f"      planted: {{ask: P?, type: yes_no}}\n{_ASKED}"), _SAME),
    "question-decides-nothing": (
        (_ASKED, f"      planted: {{ask: P?, type: yes_no}}\n{_ASKED}"),
        (f"- {_DESK}\n", f"- {_DESK} or {_DESK} and upkeep_risks.planted\n"),
    ),
    "options-alike": (
        (_ASKED, f"      planted: {{ask: P?, type: choice, options: {_ABC}}}\n{_ASKED}"),
        (f"- {_DESK}\n", f"- {_DESK}\n        - upkeep_risks.planted == 'a'\n"),
    ),
    "future-day-counts": (
        _SAME, ("within_last(checked_on, 100)", "days_until(checked_on) >= -100"),
    ),
}  # fmt: skip


@pytest.mark.parametrize("code", each(EDITS, fast=FAST.__contains__))
def test_a_fault_in_a_questionnaire_is_found(code: str, tmp_path: Path) -> None:
    """A fault in a copy of a shipped questionnaire is found, with the ruleset that shows it."""
    for kind, (old, new) in zip(("questionnaire", "ruleset"), EDITS[code], strict=True):
        text = (ROOT / f"{kind}s" / "crm-upkeep" / f"{kind}.yaml").read_text(encoding="utf-8")
        text = text.replace("id: crm-upkeep\n", "id: planted\n")
        text = text.replace("questionnaire: crm-upkeep\n", "questionnaire: planted\n")
        assert old in text
        text = text.replace(old, new, 1)
        (tmp_path / f"{kind}.yaml").write_text(text, encoding="utf-8")
    found = [one.code for one in readiness.lint([str(tmp_path / "ruleset.yaml")], severity="note")]
    assert code in found
