"""Rulesets, questionnaires, answers and engagements from text, from mappings, and from a loader."""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import yaml

import readiness
from readiness import Assessor, DocumentError

QUESTIONS = """\
format: readiness/questionnaire/1
id: base
version: 1.0.0
title: Base
sections:
  s:
    title: S
    questions:
      a: {ask: 'A?', type: yes_no}
      n: {ask: 'N?', type: number}
      d: {ask: 'D?', type: date}
"""
RULES = """\
format: readiness/ruleset/1
id: base
version: 1.2.0
title: Base
questionnaire: base
areas: {general: {title: General}}
gates: {go-live: {title: Go live, requires: [one]}}
checks:
  one: {title: One, area: general, severity: major, met_when: s.a and s.n > 3}
"""
OWN = """\
format: readiness/ruleset/1
id: own
version: 1.0.0
title: Own
extends: [base@1.2.0]
gates: {early: {title: Early}}
"""
SHEET = "format: readiness/answers/1\nanswers: {s.a: yes, s.n: 4}\n"
ENGAGEMENT = """\
format: readiness/engagement/1
id: north
ruleset: own
as_of: 2026-11-21
answers: [sales]
"""
HELD = {
    ("questionnaire", "base"): QUESTIONS,
    ("ruleset", "base"): RULES,
    ("ruleset", "own"): OWN,
    ("answers", "sales"): SHEET,
    ("engagement", "north"): ENGAGEMENT,
}
Content = str | Mapping[str, Any]


def as_text(kind: str, name: str, _version: str | None) -> str | None:
    """Return a document as YAML."""
    return HELD.get((kind, name))


def as_mapping(kind: str, name: str, _version: str | None) -> Mapping[str, Any] | None:
    """Return a document as a mapping."""
    text = HELD.get((kind, name))
    return None if text is None else json.loads(json.dumps(yaml.safe_load(text), default=str))


@pytest.mark.parametrize("loader", [as_text, as_mapping])
def test_an_engagement_with_all_that_belongs_to_it(loader: Callable[..., Content | None]) -> None:
    """A loader returns the engagement, its sheets, its ruleset, what that extends and reads."""
    inquiry = readiness.load_engagement("north", loader=loader)
    result = Assessor(inquiry.ruleset).assess(inquiry)
    assert result.gates["go-live"].verdict == "go"
    assert result.to_dict()["answers"][0]["file"] == "sales"
    inside = readiness.load_engagement(text=ENGAGEMENT, loader=loader)
    assert Assessor(inside.ruleset).assess(inside).to_dict() == result.to_dict()


def test_the_loader_is_asked_once_for_each_document_and_version() -> None:
    """It gets the kind, the id, and the version or range that is asked for, or None."""
    asked = []

    def loader(kind: str, name: str, version: str | None) -> str | None:
        asked.append((kind, name, version))
        return HELD.get((kind, name))

    readiness.load_ruleset("own", loader=loader)
    assert asked == [
        ("ruleset", "own", None), ("ruleset", "base", "1.2.0"), ("questionnaire", "base", None),
    ]  # fmt: skip


def test_text_and_document_mean_what_a_file_means(tmp_path: Path) -> None:
    """The same ruleset from a file, as YAML, as JSON and as a mapping gives the same result."""
    file = tmp_path / "rules.yaml"
    file.write_text(RULES)
    (tmp_path / "questions.yaml").write_text(QUESTIONS)
    mapping = yaml.safe_load(RULES)
    loaded = [
        readiness.load_ruleset(file),
        readiness.load_ruleset(text=RULES, loader=as_text),
        readiness.load_ruleset(text=json.dumps(mapping), loader=as_text),
        readiness.load_ruleset(document=mapping, loader=as_mapping),
    ]
    day = datetime.date(2026, 11, 21)
    results = [Assessor(one).assess({"s.a": True}, as_of=day).to_dict() for one in loaded]
    assert all(one == results[0] for one in results)


def test_answers_from_text_and_from_values_of_python() -> None:
    """A mapping may contain dates and numbers of Python."""
    ruleset = readiness.load_ruleset(text=RULES, loader=as_text)
    head = {"format": "readiness/answers/1"}
    answers = {"s.a": True, "s.n": Decimal("4.5"), "s.d": datetime.date(2026, 1, 2)}
    held = readiness.load_answers(document={**head, "answers": answers}, ruleset=ruleset)
    assert [one.value for one in held.given] == [True, 4.5, datetime.date(2026, 1, 2)]
    named = readiness.load_answers("sales", ruleset, loader=as_text)
    assert [one.value for one in named.given] == [True, 4]
    with pytest.raises(TypeError, match="cannot contain an object of type 'object'"):
        readiness.load_answers(document={"answers": {"s.a": object()}}, ruleset=ruleset)


def test_a_questionnaire_alone() -> None:
    """`load_questionnaire` returns the questions, and refuses what is wrong with them."""
    assert list(readiness.load_questionnaire(text=QUESTIONS).questions) == ["s.a", "s.n", "s.d"]
    assert readiness.load_questionnaire("crm-pre-implementation").version
    with pytest.raises(DocumentError, match="did you mean 'date'"):
        readiness.load_questionnaire(text=QUESTIONS.replace("type: date", "type: dat"))


def test_problems_name_the_document_as_the_host_does() -> None:
    """Text has the name given with it; what a loader returned, its kind and id."""
    with pytest.raises(DocumentError) as caught:
        readiness.load_ruleset("row 17", text=RULES + "mood: good\n", loader=as_text)
    (problem,) = caught.value.problems
    assert (problem.file, problem.line) == ("row 17", 10)
    broken = {**HELD, ("questionnaire", "base"): QUESTIONS + "mood: good\n"}
    with pytest.raises(DocumentError) as caught:
        readiness.load_ruleset("own", loader=lambda kind, name, _: broken.get((kind, name)))
    assert caught.value.problems[0].file == "questionnaire base"
    with pytest.raises(DocumentError) as caught:
        readiness.load_ruleset(document={"format": "readiness/ruleset/1", "mood": "good"})
    assert {one.file for one in caught.value.problems} == {"<ruleset>"}


@pytest.mark.parametrize(
    "given", [{}, {"text": RULES, "document": {}}, {"document": 3}, {"text": b"bytes"}]
)
def test_exactly_one_document(given: dict[str, Any]) -> None:
    """It is never guessed what a value is."""
    with pytest.raises(TypeError):
        readiness.load_ruleset(**given)


def test_a_document_in_no_folder_names_no_files(tmp_path: Path) -> None:
    """Text of a stranger reads no file; with a path as its name, files are looked for there."""
    (tmp_path / "rules.yaml").write_text(RULES)
    (tmp_path / "questions.yaml").write_text(QUESTIONS)
    (tmp_path / "sales.yaml").write_text(SHEET)
    text = ENGAGEMENT.replace("own", "./rules.yaml").replace("[sales]", "[sales.yaml]")
    with pytest.raises(DocumentError) as caught:
        readiness.load_engagement(str(tmp_path / "engagement.yaml"), text=text)
    codes = [problem.code for problem in caught.value.problems]
    assert codes == ["files-not-allowed", "no-such-answers"]
    inquiry = readiness.load_engagement(tmp_path / "engagement.yaml", text=text)
    assert len(inquiry.sheets) == 1


def test_a_ruleset_and_an_assessor_fit_by_content() -> None:
    """An engagement can be given its ruleset; another copy of the ruleset may assess it."""
    ruleset = readiness.load_ruleset("own", loader=as_text)
    inquiry = readiness.load_engagement("north", loader=as_text, ruleset=ruleset)
    assert inquiry.ruleset is ruleset
    again = readiness.load_ruleset("own", loader=as_mapping)
    assert again == ruleset
    assert Assessor(again).assess(inquiry).gates["go-live"].verdict == "go"
    other = readiness.load_ruleset(text=RULES, loader=as_text)
    with pytest.raises(ValueError, match="another ruleset"):
        Assessor(other).assess(inquiry)
