"""The progress of an engagement, and what matters most now."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from readiness.assessing import Assessor
from readiness.documents.schemas import schema
from readiness.loading.engagements import load_engagement, missing_evidence
from readiness.reports.respondents.progress import ANYONE, Progress, ProgressRow, progress
from readiness.reports.respondents.progress_page import print_progress
from tests.collecting.garden import ADA, BEN, ENGAGEMENT, RULES, write_garden
from tests.commands.running import ROOT
from tests.conftest import GoldenCheck
from tests.lanes import each
from tests.reports.printing import printed

GOLDEN = ROOT / "tests" / "golden" / "collecting"
EXAMPLES = sorted((ROOT / "questionnaires" / "examples").glob("*/engagement.yaml"))


def found_at(path: Path) -> Progress:
    inquiry = load_engagement(path)
    return progress(Assessor(inquiry.ruleset).assess(inquiry), missing_evidence(inquiry))


def rows_of(found: Progress) -> dict[str | None, ProgressRow]:
    return {row.name: row for row in found.rows}


def test_questions_for_anyone_count_once(tmp_path: Path) -> None:
    """Questions for anyone have a separate row, and each has exactly one state."""
    row = rows_of(found_at(write_garden(tmp_path)))[ANYONE]
    assert row.answered == ("is.fenced", "is.dug", "is.tools", "is.rows")
    assert row.unknown == ("is.soil",)
    assert row.not_applicable == ("is.glazed",)
    assert row.missing == ("is.high", "is.beds", "is.paid", "is.name")
    assert row.conflicts == ("is.dug", "is.tools")
    states = [*row.answered, *row.unknown, *row.not_applicable, *row.missing]
    assert sorted(states) == sorted(row.put)


def test_questions_asked_of_each(tmp_path: Path) -> None:
    """A respondent's row counts the questions asked of that respondent by name."""
    rows = rows_of(found_at(write_garden(tmp_path)))
    assert list(rows) == ["ada", "ben", "cem", ANYONE]
    assert rows["ada"].answered == ("is.wants", "is.helps")
    assert (rows["ben"].missing, rows["ben"].unknown) == (("is.wants",), ("is.helps",))
    assert rows["cem"].missing == ("is.wants", "is.helps")
    assert (rows["cem"].sheets, rows["ben"].sheets) == ((), ("ben.yaml",))
    assert rows["ben"].helped == ("is.dug", "is.tools", "is.rows")


def test_whether_a_question_is_asked(tmp_path: Path) -> None:
    """Questions not asked are not counted; those that depend on other answers count separately."""
    unfenced = ADA.replace("is.fenced: yes", "is.fenced: {unknown: not seen}")
    row = rows_of(found_at(write_garden(tmp_path, ada=unfenced)))[ANYONE]
    assert row.undecided == ("is.high", "is.deep")
    assert not {"is.high", "is.deep"} & {*row.put, *row.missing}


def test_what_is_amiss_with_evidence(tmp_path: Path) -> None:
    """The problem is stated: required and missing, all expired, or a file not found."""
    found = [(lack.given.question, lack.why, lack.file) for lack in _lacks(write_garden(tmp_path))]
    assert found == [("is.fenced", "none", ""), ("is.dug", "no_file", "photo.jpg")]
    (tmp_path / "photo.jpg").touch()
    item = "{title: Plan, url: https://example.org/plan, expires: 2027-02-28}"
    expired = f"is.fenced: {{value: yes, evidence: [{item}]}}"
    path = write_garden(tmp_path, ada=ADA.replace("is.fenced: yes", expired))
    assert [(lack.given.question, lack.why) for lack in _lacks(path)] == [("is.fenced", "expired")]
    path = write_garden(tmp_path, ada=ADA.replace("is.fenced: yes", expired.replace("02-", "03-")))
    assert _lacks(path) == []


def _lacks(path: Path) -> list[Any]:
    return [lack for row in found_at(path).rows for lack in row.lacks]


def test_what_matters_most(tmp_path: Path) -> None:
    """Questions that could decide the next gate: unanswered ones first, then conflicts."""
    found = found_at(write_garden(tmp_path))
    assert found.gate is not None
    assert (found.gate.id, found.is_for_gate) == ("plant", True)
    wanted = [(one.kind, one.question.id, one.of, one.could_decide) for one in found.wanted]
    assert wanted == [
        ("answer", "is.beds", (), ("plant",)),
        ("settle", "is.dug", ("ada", "ben"), ()),
    ]


def test_the_next_gate_after_one_that_is_passed(tmp_path: Path) -> None:
    """A question asked of each goes to those with no answer or who do not know."""
    path = write_garden(
        tmp_path, ada=ADA + "  is.beds: 3\n", ben=BEN.replace("value: no", "value: yes")
    )
    found = found_at(path)
    assert found.gate is not None
    assert found.gate.id == "sell"
    wanted = [(one.kind, one.question.id, one.of) for one in found.wanted]
    assert wanted == [("answer", "is.helps", ("cem",)), ("find_out", "is.helps", ("ben",))]
    assert [one.of for one in found.only("cem").wanted] == [("cem",)]
    assert [row.name for row in found.only("cem").rows] == ["cem"]


def test_a_gate_that_no_answer_turns(tmp_path: Path) -> None:
    """At NO GO, questions that could still decide any check are shown instead."""
    path = write_garden(tmp_path, ada=ADA.replace("is.fenced: yes", "is.fenced: no"))
    found = found_at(path)
    assert found.gate is not None
    assert (found.gate.verdict, found.is_for_gate) == ("no_go", False)
    assert ("find_out", "is.soil") in [(one.kind, one.question.id) for one in found.wanted]


def test_a_ruleset_without_gates(tmp_path: Path) -> None:
    """There is no next gate, so questions that could decide any check are shown."""
    path = write_garden(tmp_path, rules="\n".join(
        line for line in RULES.split("\n") if not line.startswith(("gates", "  plant", "  sell"))
    ))  # fmt: skip
    found = found_at(path)
    assert found.gate is None
    assert "is.beds" in [one.question.id for one in found.wanted]


def test_a_resolution_counts_as_the_answer(tmp_path: Path) -> None:
    """A resolved conflict is not a conflict, and its resolution is the answer."""
    settled = "resolutions: {is.tools: {value: [rake], reason: I looked, by: ada}}\n"
    row = rows_of(found_at(write_garden(tmp_path, engagement=ENGAGEMENT + settled)))[ANYONE]
    assert row.conflicts == ("is.dug",)
    assert "is.tools" in row.answered


@pytest.mark.parametrize(
    "path",
    each(
        EXAMPLES,
        fast=lambda path: path.parent.name == "sund-savings",
        ids=lambda path: path.parent.name,
    ),
)
def test_examples_fit_the_schema(path: Path) -> None:
    """The document matches its schema, and counts every question that is asked once."""
    found = found_at(path)
    written = found.to_dict()
    assert not list(Draft202012Validator(schema("status")).iter_errors(written))
    for row in [*written["respondents"], written["anyone"]]:
        states = ("answered", "unknown", "not_applicable", "missing")
        assert sorted(row["put"]) == sorted(key for state in states for key in row[state])
    only = found.only(written["respondents"][0]["name"] or "").to_dict()
    assert not list(Draft202012Validator(schema("status")).iter_errors(only))


@pytest.mark.parametrize("width", [100, 50])
@pytest.mark.parametrize("encoding", ["utf-8", "ascii"])
def test_page(tmp_path: Path, golden: GoldenCheck, width: int, encoding: str) -> None:
    """The page fits its width, in every character set."""
    found = found_at(write_garden(tmp_path))
    text = printed(lambda console: print_progress(found, console), width, encoding)
    assert max(map(len, text.splitlines())) <= width
    golden(GOLDEN / f"status-{width}-{encoding}.txt", text)
