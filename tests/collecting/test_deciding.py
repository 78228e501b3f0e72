"""Conflicts, how they are resolved, and the resolution in the engagement file."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness.collecting.deciding import value_of, with_decision
from readiness.documents.reading import read
from readiness.model.answers import differing
from readiness.problems import DocumentError, Source
from readiness.reports.report_model import build_report
from readiness.reports.respondents.conflicts import conflict_dict, conflicts, settling_words
from tests.collecting.garden import ADA, ENGAGEMENT, assessed, write_garden


def test_who_says_what(tmp_path: Path) -> None:
    """A conflict lists every answer; a respondent who does not know adds none to choose from."""
    ada = ADA.replace("is.tools: [spade]", "is.tools: {unknown: I forgot}")
    found = conflicts(build_report(assessed(write_garden(tmp_path, ada=ada))))
    assert [one.question.id for one in found] == ["is.dug"]
    assert [settling_words(choice) for choice in differing(found[0].given)] == [
        ("--value", "yes"),
        ("--value", "no"),
    ]
    assert conflict_dict(found[0])["answers"][1]["line"] == 5


def test_one_respondent_in_two_sheets(tmp_path: Path) -> None:
    """If one respondent gave two answers to a question asked of each, no resolution is possible."""
    second = "format: readiness/answers/1\nrespondent: ada\nanswers: {is.helps: no}\n"
    (tmp_path / "more.yaml").write_text(second)
    engagement = ENGAGEMENT.replace("ben.yaml]", "ben.yaml, more.yaml]")
    found = conflicts(build_report(assessed(write_garden(tmp_path, engagement=engagement))))
    assert [one.question.id for one in found if not one.can_be_settled] == ["is.helps"]


@pytest.mark.parametrize("key", ["is.dug", "is.tools", "is.rows", "is.soil", "is.paid", "is.name"])
@pytest.mark.parametrize("number", [0, 1])
def test_the_words_that_settle_a_conflict_are_read_as_its_answer(
    tmp_path: Path, key: str, number: int
) -> None:
    """The text after `--value` is read as exactly that answer."""
    pairs = {
        "is.soil": ("clay", "sand"),
        "is.paid": ("1250.5", "0"),
        "is.name": ("'yes: no # so'", "Eden"),
        "is.rows": ("[{plant: 'a, b', row: 2}, {row: 1.5}]", "[]"),
        "is.dug": ("yes", "no"),
        "is.tools": ("[spade]", "[]"),
    }
    sheets = {
        name: f"format: readiness/answers/1\nrespondent: {name}\nanswers: {{{key}: {value}}}\n"
        for name, value in zip(("ada", "ben"), pairs[key], strict=True)
    }
    found = conflicts(build_report(assessed(write_garden(tmp_path, **sheets))))
    choice = differing(found[0].given)[number]
    option, words = settling_words(choice)
    assert option == "--value"
    held = value_of(found[0].question, words, "--value")
    resolution = {"value": held, "reason": "r", "by": "b"}
    text = with_decision(ENGAGEMENT, ("resolutions", key), resolution, (), "e")
    again = assessed(write_garden(tmp_path, **sheets, engagement=text))
    assert again.answers.circumstances.resolutions[key].value == choice.value


def test_a_resolution_is_put_where_it_belongs(tmp_path: Path) -> None:
    """A resolution goes before the waivers, in question order; the rest stays unchanged."""
    order = list(assessed(write_garden(tmp_path)).ruleset.questions)
    one = {
        "value": ["rake"], "reason": "I looked.", "by": "ada", "evidence": [{"title": "Photo"}],
    }  # fmt: skip
    text = with_decision(ENGAGEMENT, ("resolutions", "is.tools"), one, order, "e")
    other = {"not_applicable": "no ground", "reason": "Seen.", "by": "ada"}
    text = with_decision(text, ("resolutions", "is.dug"), other, order, "e")
    expected = """\
answers: [ada.yaml, ben.yaml]
resolutions:
  is.dug:
    not_applicable: no ground
    reason: Seen.
    by: ada
  is.tools:
    value: [rake]
    reason: I looked.
    by: ada
    evidence:
      - title: Photo

waivers: {}  # none yet
"""
    assert text == ENGAGEMENT[: ENGAGEMENT.index("answers:")] + expected
    for key in ("is.dug", "is.tools"):
        text = with_decision(text, ("resolutions", key), None, order, "e")
    assert read(Source("e", text)).plain()["resolutions"] == {}


@pytest.mark.parametrize(
    ("key", "value"),
    [("is.dug", "maybe"), ("is.paid", "1,250"), ("is.tools", "rake"), ("is.rows", "[{beds: 1}]"),
     ("is.soil", "clai"), ("is.tools", "[rake"), ("is.beds", "1 2")],
)  # fmt: skip
def test_values_that_are_no_answers(tmp_path: Path, key: str, value: str) -> None:
    """Values are refused with the same problem as in a sheet."""
    question = assessed(write_garden(tmp_path)).ruleset.questions[key]
    with pytest.raises(DocumentError, match=r"^--value"):
        value_of(question, value, "--value")
