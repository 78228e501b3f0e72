"""A new answer sheet."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.collecting.form.form_entries import answers_text
from readiness.documents.editing import edit_text
from readiness.loading.engagements import load_engagement
from tests.collecting.garden import write_garden


@pytest.mark.parametrize("respondent", ["", "ada"])
@pytest.mark.parametrize("ruleset", ["", "rules.yaml"])
@pytest.mark.parametrize("names", [[], ["garden"], ["garden", "more-garden"]])
def test_fresh_sheet(names: list[str], ruleset: str, respondent: str) -> None:
    """A new sheet contains what it is given and no answers."""
    expected = "format: readiness/answers/1\n"
    if names:
        listed = "garden" if len(names) == 1 else "[garden, more-garden]"
        expected += f"questionnaire: {listed}\n"
    expected += f"ruleset: {ruleset}\n" if ruleset else ""
    expected += f"respondent: {respondent}\n" if respondent else ""
    assert f"{expected}answers: {{}}\n" == answers_text({}, names, respondent, ruleset=ruleset)


def test_answers_are_put_in(tmp_path: Path) -> None:
    """The sheet can be filled in entry by entry and assessed."""
    write_garden(tmp_path)
    text = edit_text(
        answers_text({}, ["garden"], "ada", ruleset="rules.yaml"), ("answers", "is.dug"), True
    )
    text = edit_text(text, ("answers", "is.name"), {"value": "yes", "note": "so we call it"})
    (tmp_path / "sheet.yaml").write_text(text)
    given = load_engagement(tmp_path / "sheet.yaml").sheets[0].given
    assert [(one.question, one.value) for one in given] == [("is.dug", True), ("is.name", "yes")]
