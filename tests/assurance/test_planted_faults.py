"""Lint finds faults of every kind that are planted in shipped content."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import pytest

import readiness
from readiness.documents.emitting import json_text
from tests.content.shipped import ruleset_of
from tests.docs.pages import ROOT

BASES = (
    "crm-upkeep", "crm-pre-implementation", "crm-business-planning", "crm-plan-of-action",
)  # fmt: skip


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
    "range-overlap": lambda s, a: {
        "checks": {
            "w": _check(s.p, area=a, applies_when=f"{s.n} <= 3"),
            "x": _check(s.q, area=a, applies_when=f"{s.n} >= 3"),
        }
    },
}  # fmt: skip


@pytest.mark.parametrize("code", FAULTS)
@pytest.mark.parametrize(
    "base", [BASES[0], *(pytest.param(b, marks=pytest.mark.slow) for b in BASES[1:])]
)
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
    assert {one.ruleset for one in found} == {"planted"}
    assessor = readiness.Assessor(readiness.load_ruleset(file))
    for one in found:
        if one.witness is not None:
            result = assessor.assess(dict(one.witness["answers"])).checks[one.check]  # type: ignore[call-overload]
            status = "unmet" if code == "never-met" else "met"
            assert result.status == status
            assert code != "never-ready" or result.standing == "premature"


_DESK, _OTHER = "upkeep_risks.fault_desk", "upkeep_definition.written == 'other'"
EDITS = {
    "always-asked": (f"ask_when: {_DESK}\n", f"ask_when: {_DESK} or not {_DESK}\n"),
    "never-asked": (f"ask_when: {_OTHER}\n", f"ask_when: {_OTHER} and not ({_OTHER})\n"),
    "unread-column": ("", ""),
    "unread-option": ("          suppliers: ", "          planted: Planted\n          suppliers: "),
}


@pytest.mark.parametrize("code", EDITS)
def test_a_fault_in_a_questionnaire_is_found(code: str, tmp_path: Path) -> None:
    """A fault in a copy of a shipped questionnaire is found, with the ruleset that shows it."""
    old, new = EDITS[code]
    for kind in ("ruleset", "questionnaire"):
        text = (ROOT / f"{kind}s" / "crm-upkeep" / f"{kind}.yaml").read_text(encoding="utf-8")
        text = text.replace("id: crm-upkeep\n", "id: planted\n")
        text = text.replace("questionnaire: crm-upkeep\n", "questionnaire: planted\n")
        if kind == "questionnaire" and code == "unread-column":
            head, at, rest = text.partition("        columns:\n")
            text = head + at + rest
            first = rest.index("        columns:\n") + len("        columns:\n")
            rest = rest[:first] + "          planted: {type: yes_no}\n" + rest[first:]
            text = head + at + rest
        elif kind == "questionnaire":
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / f"{kind}.yaml").write_text(text, encoding="utf-8")
    found = [one.code for one in readiness.lint([str(tmp_path / "ruleset.yaml")])]
    assert code in found
