"""Good documents pass; every problem of a bad one is reported at its place, all together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from readiness.documents.reading import read
from readiness.documents.schemas import FORMATS
from readiness.documents.validation import validate
from readiness.problems import Problem, Problems, Source

GOOD = Path(__file__).parents[1] / "golden" / "documents" / "good"
GOOD_FILES = sorted(GOOD.glob("*.*"))


def problems_of(text: str, kind: str) -> list[Problem]:
    """Return the problems of a document, in order."""
    problems = Problems()
    passed = validate(read(Source("it.yaml", text)), kind, problems)
    assert passed is not bool(problems)
    return list(problems)


def codes(text: str, kind: str) -> list[str]:
    """Return the codes of the problems of a document, in order."""
    return [problem.code for problem in problems_of(text, kind)]


@pytest.mark.parametrize("file", GOOD_FILES, ids=lambda file: file.name)
def test_good_document(file: Path) -> None:
    """The documents shown in the format description are valid."""
    assert problems_of(file.read_text(encoding="utf-8"), file.stem.split("-")[0]) == []


def test_every_kind_has_a_good_document() -> None:
    """The good documents include one of each kind."""
    assert set(FORMATS) == {file.stem.split("-")[0] for file in GOOD_FILES}


@pytest.mark.parametrize("kind", ["questionnaire", "ruleset"])
def test_an_extension_may_be_short(kind: str) -> None:
    """A document that extends another may repeat an entry with only some of its fields."""
    entries = "checks: {a: {}}\ngates: {g: {}}" if kind == "ruleset" else "sections: {s: {}}"
    assert codes(f"format: {FORMATS[kind]}\nid: x\n{entries}", kind) == []


def condition(text: str) -> list[str]:
    """Return the codes of a check with that condition."""
    head = "format: readiness/ruleset/1\nid: x\nchecks:\n  a:\n    met_when: "
    return codes(head + text, "ruleset")


@pytest.mark.parametrize(
    "text",
    ["a.b", "true", "{all: [a.b]}", "{any: [a.b, {not: {all: [true]}}]}", "{also: a.b}",
     "{at_least: 1, of: [a.b]}"],
)  # fmt: skip
def test_condition(text: str) -> None:
    """A condition is an expression, true or false, or one of the five mappings."""
    assert condition(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1", "wrong-type"),
        ("[a.b]", "wrong-type"),
        ("''", "malformed"),
        ("{}", "missing-choice"),
        ("{not: [a.b]}", "wrong-type"),
        ("{al: [a.b]}", "unknown-key"),
        ("{at_least: 2}", "missing-companion"),
        ("{of: [a.b]}", "missing-companion"),
        ("{at_least: 1.5, of: [a.b]}", "wrong-type"),
        ("{all: [a.b], not: a.b}", "keys-exclude"),
        ("{all: []}", "nothing-in-it"),
        ("{not: {also: a.b}}", "unknown-key"),
    ],
)
def test_condition_with_one_fault(text: str, expected: str) -> None:
    """One fault in a condition is one problem, even if it breaks several rules."""
    assert [expected] == condition(text)


def answer(text: str) -> list[str]:
    """Return the codes of an answer sheet with that answer."""
    return codes(f"format: readiness/answers/1\nanswers:\n  a.b: {text}", "answers")


@pytest.mark.parametrize(
    "text",
    ["yes", "true", "1.5", "", "null", "[a, 2]", "[{name: x, list: [a, b], note: }]", "{value: }",
     "{value: [a], note: n, evidence: [{title: t, expires: 2026-02-28}]}", "{unknown: why}",
     "{not_applicable: why}", "{by: {sales: 1, marketing: {unknown: why}}}"],
)  # fmt: skip
def test_answer(text: str) -> None:
    """An answer is a scalar, a list, blank, or a mapping with exactly one state."""
    assert answer(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{unknown: }", "wrong-type"),
        ("{unknown: '  '}", "malformed"),
        ("{by: {}}", "nothing-in-it"),
        ("{by: {sales: {by: {x: 1}}}}", "unknown-key"),
        ("{by: {Sales: 1}}", "malformed"),
        ("{value: 1, evidence: [{file: x.pdf}]}", "missing-key"),
        ("{value: 1, evidence: [{title: x, expires: 2026-02-29}]}", "no-such-day"),
        ("[[a]]", "wrong-type"),
    ],
)
def test_answer_with_one_fault(text: str, expected: str) -> None:
    """One fault in an answer is one problem."""
    assert [expected] == answer(text)


def test_resolution_has_one_outcome() -> None:
    """A resolution gives a value or says that the question does not apply, not both."""
    head = "format: readiness/engagement/1\nid: x\nruleset: y\nanswers: [z]\nresolutions:\n  a.b: "
    given = "reason: r, by: me"
    assert codes(head + "{value: no, " + given + "}", "engagement") == []
    both = head + "{value: no, not_applicable: why, " + given + "}"
    assert codes(both, "engagement") == ["keys-exclude"]
    assert codes(head + "{" + given + "}", "engagement") == ["missing-choice"]


def test_all_problems_at_once() -> None:
    """Every problem of a document is reported, in the order of the document."""
    text = "format: readiness/ruleset/1\nid: X\nversion: one\nextra: 1\nchecks: []\n"
    expected = [("malformed", 2), ("malformed", 3), ("unknown-key", 4), ("wrong-type", 5)]
    assert expected == [(p.code, p.line) for p in problems_of(text, "ruleset")]


def test_another_kind_is_one_problem() -> None:
    """A document of the wrong kind has no second problem that only follows from the first."""
    text = "format: readiness/answers/1\nanswers: {}\nchecks: 1"
    assert codes(text, "ruleset") == ["format-of-another-kind"]


def test_no_line_is_lost_on_large_documents() -> None:
    """A problem deep in a large document has the right line number."""
    checks = "".join(f"  check-{number}:\n    severity: major\n" for number in range(500))
    text = f"format: readiness/ruleset/1\nid: x\nchecks:\n{checks}  last:\n    severity: mayor\n"
    (problem,) = problems_of(text, "ruleset")
    assert (problem.line, problem.column) == (1005, 15)
    assert problem.hint == "did you mean 'major'?"


def test_result_of_the_program_as_json() -> None:
    """A result that lacks a field, or has an extra one, is invalid."""
    (file,) = GOOD.glob("result*")
    result: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    del result["sha256"]
    result["extra"] = 1
    assert {"missing-key", "unknown-key"} == set(codes(json.dumps(result, indent=1), "result"))


@pytest.mark.parametrize("kind", FORMATS)
@pytest.mark.parametrize("other", FORMATS)
def test_a_document_of_another_kind(kind: str, other: str) -> None:
    """If another kind is expected, the message names each kind."""
    found = codes(f"format: {FORMATS[other]}", kind)
    assert ("format-of-another-kind" in found) == (kind != other)
