"""One respondent with answers in two sheets."""

from __future__ import annotations

from pathlib import Path

from readiness import Assessor, load_engagement
from readiness.assurance.lint import lint
from readiness.result.assessment import Assessment
from tests.loading.test_new_engagement import written

SHEET = "format: readiness/answers/1\nrespondent: {who}\nanswers:\n  {key}: {value}\n"


def assessed(folder: Path, *answers: tuple[str, str], key: str = "sponsor.named") -> Assessment:
    """Return the web shop with one sheet per answer."""
    (folder / "answers").mkdir()
    for number, (who, value) in enumerate(answers, 1):
        sheet = SHEET.format(who=who, key=key, value=value)
        (folder / "answers" / f"{number}.yaml").write_text(sheet)
    inquiry = load_engagement(written(folder, "[answers/*.yaml]"))
    return Assessor(inquiry.ruleset).assess(inquiry)


def reason(found: Assessment) -> str:
    """Return why the question is unknown."""
    return found.answers.reasons["sponsor.named", ""]


def test_the_same_answer_twice_is_one(tmp_path: Path) -> None:
    """The same answer twice is neither a conflict nor a warning."""
    found = assessed(tmp_path, ("ann", "yes"), ("ann", "yes"))
    assert (found.conflicts, found.warnings) == ((), ())
    assert found.answers.single["sponsor.named"] is True


def test_different_answers_are_told_with_both_places(tmp_path: Path) -> None:
    """A respondent whose own answers differ is named once, with sheets and lines."""
    found = assessed(tmp_path, ("ann", "yes"), ("ann", "no"))
    assert found.conflicts == ("sponsor.named",)
    assert reason(found) == (
        "answered twice: ann (answers/1.yaml, line 4) says yes, "
        "ann (answers/2.yaml, line 4) says no"
    )
    places = "answers/1.yaml, line 4 and answers/2.yaml, line 4"
    assert found.warnings == (f"ann gives different answers to 'sponsor.named': {places}",)


def test_others_keep_their_names_alone(tmp_path: Path) -> None:
    """The places are shown only for the respondent whose own answers differ."""
    found = assessed(tmp_path, ("ann", "yes"), ("ann", "no"), ("bob", "no"))
    assert reason(found) == (
        "respondents disagree: ann (answers/1.yaml, line 4) says yes, "
        "ann (answers/2.yaml, line 4) and bob say no"
    )


def test_lint_finds_it(tmp_path: Path) -> None:
    """Lint reports the contradiction with the place of each answer."""
    assessed(tmp_path, ("ann", "yes"), ("ann", "no"))
    found = [
        one for one in lint([str(tmp_path / "engagement.yaml")]) if one.code == "answered-twice"
    ]
    assert [[Path(at.place.file).name for at in one.excerpts] for one in found] == [
        ["1.yaml", "2.yaml"],
    ]
