"""Three invented companies that answer truthfully pass the gates of the rulesets for them.

Their full sheets are bases of the cases of crm-readiness. If another ruleset asks more, or asks for
a table with fewer columns, those answers are in a base of the same name beside that ruleset.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from readiness.assurance.cases import Runner, load_cases
from tests.content.shipped import FILES, LARGE, ruleset_of

GROUPS = {
    "twelve": "[advisers, office]",
    "three-hundred": "[fundraising, shelters, volunteering, finance]",
    "twenty-thousand": "[sales, marketing, service, grid, finance, it]",
}
FOR_ALL = (
    "crm-pre-implementation", "crm-plan-of-action", "crm-business-planning",
    "crm-program-management", "crm-upkeep", "crm-readiness",
)  # fmt: skip
FAST = ("crm-readiness", "three-hundred")
PAIRS = [
    *((ruleset, company) for ruleset in FOR_ALL for company in GROUPS),
    ("crm-nonprofit", "three-hundred"),
    ("crm-regulated", "twelve"),
    ("crm-regulated", "twenty-thousand"),
]


@pytest.mark.parametrize(
    ("ruleset", "company"),
    [
        pytest.param(*pair, marks=[pytest.mark.slow] * (pair[0] in LARGE and pair != FAST))
        for pair in PAIRS
    ],
)
def test_a_truthful_company_passes_every_gate(ruleset: str, company: str, tmp_path: Path) -> None:
    """With its full sheet the company passes every gate and leaves no question open."""
    known = ruleset_of(ruleset)
    held = answers_of("crm-readiness", company) | answers_of(ruleset, company)
    asked = {key: text for key, text in held.items() if key in known.questions}
    gates = ", ".join(f"{gate}: go" for gate in known.gates)
    path = tmp_path / "cases.yaml"
    path.write_text(
        f"format: readiness/cases/1\nruleset: {ruleset}\nas_of: 2026-11-21\n"
        f"groups: {{departments: {GROUPS[company]}}}\nbases:\n  sheet:\n{''.join(asked.values())}"
        f"cases:\n  - {{name: all, base: sheet, expect: {{gates: {{{gates}}}}}}}\n",
        encoding="utf-8",
    )
    file = load_cases(path)
    runner = Runner(file)
    assert [str(difference) for difference in runner.run(file.cases[0])] == []
    found = runner.assessor.assess_sheets((file.cases[0].sheet,), file.cases[0].circumstances)
    assert found.unanswered == ()


def answers_of(ruleset: str, company: str) -> dict[str, str]:
    """Return the lines of each answer in the base of that name beside a ruleset, by question."""
    text = FILES[ruleset].read_text(encoding="utf-8")
    base = re.search(rf"^  {company}:\n((?:    .*\n|\n)+)", text, re.MULTILINE)
    found = re.finditer(
        r"^    ([a-z_]+\.[a-z_]+):.*\n(?:     .*\n)*", base[1] if base else "", re.MULTILINE
    )
    return {one[1]: one[0] for one in found}


def test_every_ruleset_has_its_companies() -> None:
    """Every shipped ruleset has a company that passes its gates."""
    assert FILES.keys() == {ruleset for ruleset, _ in PAIRS}
