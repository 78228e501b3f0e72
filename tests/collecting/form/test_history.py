"""What an answer sheet keeps of the answers that were replaced."""

from __future__ import annotations

import datetime
import json
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readiness import Assessor, load_engagement
from readiness.collecting.form.form_entries import answers_text, with_entry
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.reading import read
from readiness.documents.schemas import schema
from readiness.loading.rulesets import load_ruleset
from readiness.model.answers import Given, Sheet, read_sheet
from readiness.problems import Problems, Source
from readiness.reports.formats import lay_out
from readiness.reports.report_model import build_report
from readiness.result.assessment import Assessment
from tests.collecting.garden import write_garden

HEAD = "format: readiness/answers/1\nruleset: ./rules.yaml\nrespondent: ada\nanswers:\n"
CHANGED = f"""{HEAD}
  is.dug:
    value: no
    note: It was only half done.
    given_on: 2027-02-14
    given_by: form
    history:
      - {{unknown: nobody looked, given_on: 2027-01-01, given_by: interview}}
      - {{value: yes, given_on: 2027-01-20, given_by: form}}
  is.beds: {{value: 4, history: [{{value: 3}}]}}
  is.soil: {{value: sand, given_on: 2027-02-14, history: [{{value: peat}}, {{value: sand}}]}}
  is.wants: {{value: null, given_on: 2027-02-14, history: [{{value: Beans}}]}}
"""


@pytest.fixture
def ruleset(tmp_path: Path) -> Ruleset:
    """Return the ruleset of the garden."""
    write_garden(tmp_path)
    return load_ruleset(tmp_path / "rules.yaml")


def sheet_of(text: str, ruleset: Ruleset) -> Sheet:
    """Return a sheet that is valid."""
    problems = Problems()
    sheet = read_sheet(read(Source("ada.yaml", text)), "ada.yaml", ruleset.questions, problems)
    problems.raise_if_any()
    return sheet


def assessed(folder: Path, text: str) -> Assessment:
    """Return the result of a sheet of the garden."""
    (folder / "sheet.yaml").write_text(text)
    inquiry = load_engagement(folder / "sheet.yaml", as_of=datetime.date(2027, 3, 1))
    return Assessor(inquiry.ruleset).assess(inquiry)


def test_the_history_changes_no_result(ruleset: Ruleset, tmp_path: Path) -> None:
    """Answers count as they are now; a removed answer is none."""
    bare = f"{HEAD}  is.dug: no\n  is.beds: 4\n  is.soil: sand\n"
    with_history, without = assessed(tmp_path, CHANGED), assessed(tmp_path, bare)
    assert with_history.judgement == without.judgement
    assert with_history.unanswered == without.unanswered
    assert ruleset.id == with_history.ruleset.id


def test_the_result_says_what_was_changed(ruleset: Ruleset, tmp_path: Path) -> None:
    """Results carry day, way and history of each answer, also what no longer fits the question."""
    found = assessed(tmp_path, CHANGED)
    result = json.loads(found.to_json())
    jsonschema.validate(result, schema("result"))
    dug, soil, beds = (one for one in result["responses"])
    assert (dug["given_on"], dug["given_by"]) == ("2027-02-14", "form")
    assert [one["text"] for one in dug["history"]] == ["not known: nobody looked", "yes"]
    assert soil["history"][0] == {"state": "unreadable", "value": "peat", "text": "peat"}
    assert beds["history"] == [{"state": "answered", "value": 3, "text": "3"}]
    [read_by_check] = [
        one
        for part in result["checks"][1]["because"]["parts"]
        for one in part["answers"]
        if one["question"] == "is.dug"
    ]
    assert read_by_check["changed"] == "changed on 14 February 2027 from yes"
    # What was given again after another answer was changed on the first of these days.
    assert [one.changed for one in found.responses][1:] == ["changed from peat", "changed from 3"]
    assert ruleset.questions["is.dug"].id == dug["question"]


@pytest.mark.parametrize("name", ["markdown", "html"])
def test_reports_say_what_was_changed(ruleset: Ruleset, tmp_path: Path, name: str) -> None:
    """The reason of a check, and the list of answers, say when and from what."""
    report = build_report(assessed(tmp_path, CHANGED))
    text = lay_out(name, report).decode()
    assert text.count("changed on 14 February 2027 from yes") == 2
    assert len(ruleset.checks) == len(report.checks)


ANSWERS = st.one_of(
    st.booleans().map(lambda value: ("answered", value, "")),
    st.sampled_from(["who knows", "not yet"]).map(lambda why: ("unknown", None, why)),
    st.just(("blank", None, "")),
)
NOTES = st.sampled_from(["", "one", "two"])
GIVEN = st.lists(st.tuples(ANSWERS, NOTES), max_size=6)


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(steps=GIVEN, by_hand=st.booleans())
def test_every_answer_is_there_or_in_the_history(
    steps: list[tuple[tuple[str, bool | None, str], str]], by_hand: bool
) -> None:
    """Whatever is answered, changed and removed: each answer is found, in the order of giving."""
    questions = _rules().questions
    text = answers_text({}, ["garden"], "ada")
    if by_hand:
        text = text.replace("answers: {}\n", "answers:\n  is.dug: yes  # by hand\n")
    expected: list[tuple[str, object, str]] = [("answered", True, "")] if by_hand else []
    for number, ((state, value, reason), note) in enumerate(steps):
        entry = Given(
            "is.dug", "ada", state, value, reason, note,
            given_on=f"2027-01-0{number + 1}", given_by="form",
        )  # fmt: skip
        text = with_entry(text, entry, "ada", questions, "ada.yaml")
        if entry.said != (expected or [("blank", None, "")])[-1]:
            expected.append(entry.said)
        sheet = sheet_of(text, _rules())
        [held] = (*sheet.given, *sheet.blank) or [Given("is.dug", "ada", "blank")]
        assert held == entry
        kept = [one.said for one in (*held.history, held)]
        assert _answers(expected) == _answers(kept)
        days = [one.given_on for one in (*held.history, held) if one.given_on]
        assert days == sorted(days)


def _answers(said: Sequence[tuple[str, object, str]]) -> list[tuple[str, object, str]]:
    """The different answers after each other."""
    return [one for one, _ in groupby(one for one in said if one[0] != "blank")]


def _rules() -> Ruleset:
    return _RULES[0]


_RULES: list[Ruleset] = []


@pytest.fixture(autouse=True, scope="module")
def _load(tmp_path_factory: pytest.TempPathFactory) -> None:
    folder = tmp_path_factory.mktemp("garden")
    write_garden(folder)
    _RULES[:] = [load_ruleset(folder / "rules.yaml")]


def test_a_json_sheet_keeps_its_history(ruleset: Ruleset) -> None:
    """A sheet in JSON gets the same keys."""
    text = '{"format": "readiness/answers/1", "answers": {"is.dug": true}}\n'
    entry = Given("is.dug", "", "answered", False, given_on="2027-01-01", given_by="form")
    found = json.loads(with_entry(text, entry, "", ruleset.questions, "a.json"))
    record = {"given_on": "2027-01-01", "given_by": "form"}
    assert found["answers"]["is.dug"] == {"value": False, **record, "history": [{"value": True}]}


def test_what_stays_was_given_when_it_was_given(ruleset: Ruleset) -> None:
    """A note that is added changes nothing; to confirm an answer dates one that has no day."""
    text = f"{HEAD}  is.dug: yes\n  is.beds: {{value: 3, given_on: 2027-01-01}}\n"
    stamp = {"given_on": "2027-02-02", "given_by": "interview"}

    def put(question: str, value: object, note: str) -> Given:
        entry = Given(question, "ada", "answered", value, note=note, **stamp)  # type: ignore[arg-type]
        sheet = sheet_of(with_entry(text, entry, "ada", ruleset.questions, "a"), ruleset)
        return next(one for one in sheet.given if one.question == question)

    assert put("is.dug", True, "A remark").given_on == ""
    assert put("is.dug", True, "").given_on == "2027-02-02"
    assert put("is.beds", 3, "A remark").given_on == "2027-01-01"
    assert put("is.beds", 3, "").history == ()
