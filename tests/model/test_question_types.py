"""Every part of the program that handles answers supports each question type."""

from __future__ import annotations

import datetime
import importlib
import io
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import pytest
from openpyxl import load_workbook

from readiness.advice.candidates import candidates
from readiness.assessing import Assessor
from readiness.collecting.csv_form import form_as_csv, options_text, unit_in
from readiness.collecting.deciding import value_of as resolved_value
from readiness.collecting.form.cells import how
from readiness.collecting.form.form_entries import entries_by
from readiness.collecting.form.form_questions import build_form, definition, is_as_it_was
from readiness.collecting.forms import read_form
from readiness.collecting.interview.messages import how_typed
from readiness.collecting.interview.parse_input import is_begun, options_of
from readiness.collecting.interview.parse_input import value_of as typed_value
from readiness.collecting.workbook.workbook import form_as_workbook
from readiness.conditions.types import WRONG, type_of
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.from_python import build
from readiness.documents.schemas import schema
from readiness.evaluation.answer_readers import value_reader
from readiness.evaluation.bulk import Bulk
from readiness.evaluation.formatting import format_answer
from readiness.evaluation.states import State
from readiness.model.answers import Given, read_sheet
from readiness.model.question_types import QUESTION_TYPES, Kind
from readiness.model.questionnaire import Field, Question
from readiness.model.value import read_value, why_not
from readiness.portfolio.files.case_files import CaseFile, Target
from readiness.portfolio.files.case_run import CaseRun
from readiness.portfolio.files.json_lines import array_of, arrow_type
from readiness.problems import DocumentError, Problems, Source
from tests.semantics.harness import ruleset_of

AS_OF = datetime.date(2026, 11, 21)
# Tables by kind that no type checker compares with `Kind`, each with the kinds that it leaves out.
BY_KIND: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("readiness.model.value", "_READERS", frozenset({"choices", "table"})),
    ("readiness.conditions.types", "_IN_WORDS", frozenset()),
    ("readiness.collecting.workbook.workbook", "_USUAL_WIDTH", frozenset()),
    ("readiness.portfolio.segments", "_TYPES", frozenset()),
)
OPTIONS = {"a": "First", "b": "Second"}
COLUMNS = {"cell": {"type": "text"}, "size": {"type": "integer"}}

# Per type: an answer in a document, its value, its wording, and an invalid answer.
ANSWERS: Mapping[str, tuple[Any, Any, str, Any]] = {
    "yes_no": ("yes", True, "yes", "perhaps"),
    "choice": ("b", "b", "Second", "c"),
    "choices": (["b"], ("b",), "Second", ["c"]),
    "number": (12.5, 12.5, "12.5", "many"),
    "integer": (12, 12, "12", 12.5),
    "money": (12.5, 12.5, "12.5", "much"),
    "percent": (12.5, 12.5, "12.5 %", "half"),
    "date": ("2026-11-21", datetime.date(2026, 11, 21), "2026-11-21", "soon"),
    "text": ("something", "something", "something", 12),
    "url": ("https://example.com", "https://example.com", "https://example.com", "our page"),
    "email": ("ann@example.com", "ann@example.com", "ann@example.com", "Ann"),
    "table": ([{"cell": "x"}], ({"cell": "x"},), "1 row", "x"),
}  # fmt: skip

EVERY_TYPE = pytest.mark.parametrize("name", QUESTION_TYPES)
OF_COLUMNS = pytest.mark.parametrize(
    "name", [name for name, held in QUESTION_TYPES.items() if held.kind != "table"]
)


def asked(name: str) -> dict[str, Any]:
    """Return a question of a type as in a questionnaire."""
    more = {"choice": {"options": OPTIONS}, "choices": {"options": OPTIONS}}
    return {"type": name, **more.get(name, {"columns": COLUMNS} if name == "table" else {})}


def ruleset(name: str, **more: Any) -> Ruleset:
    """Return a ruleset with a question of a type, single and, except for a table, in a column."""
    questions = {"s.one": {**asked(name), **more}}
    if name != "table":
        questions["s.rows"] = {"type": "table", "columns": {"held": asked(name)}}
    checks = {"known": {"met_when": "stated(s.one)"}}
    return ruleset_of({"questions": questions, "checks": checks})


def answer(name: str, held: Any) -> dict[str, Any]:
    """Return answers to both questions."""
    return {"s.one": held} | ({} if name == "table" else {"s.rows": [{"held": held}]})


def plain(value: Any) -> Any:
    """Return a value for comparison, without attributes that are only read from it."""
    if isinstance(value, tuple):
        return tuple(plain(one) for one in value)
    return dict(value) if isinstance(value, Mapping) else value


def test_every_type_is_tried_here_and_in_the_schema() -> None:
    """The schema, the types and the answers of this test list the same types in one order."""
    section = schema("questionnaire")["properties"]["sections"]["additionalProperties"]
    question = section["properties"]["questions"]["additionalProperties"]["properties"]
    column = question["columns"]["additionalProperties"]["properties"]
    names = list(QUESTION_TYPES)
    assert names == list(ANSWERS)
    assert names == question["type"]["enum"]
    assert [name for name in names if name != "table"] == column["type"]["enum"]


@EVERY_TYPE
def test_read_and_said(name: str) -> None:
    """An answer is read and worded; an invalid one is refused with what is expected."""
    given, value, said, wrong = ANSWERS[name]
    field = ruleset(name).questions["s.one"]
    problems = Problems()
    found = read_value(field, build(given, Source("", "")), problems)
    assert [str(problem) for problem in problems] == []
    assert plain(found) == value
    assert found is not None
    assert format_answer(field, found) == said
    read_value(field, build(wrong, Source("", "")), problems)
    [problem] = problems
    assert problem.code in ("answer-of-wrong-type", "not-an-option")
    if problem.code == "answer-of-wrong-type":
        assert f"takes {field.question_type.wanted}" in problem.message


@EVERY_TYPE
def test_an_example_is_an_answer(name: str) -> None:
    """The example of a type answers every question of that type."""
    if example := QUESTION_TYPES[name].example:
        assert why_not(ruleset(name).questions["s.one"], example) == ""


@EVERY_TYPE
def test_conditions_and_what_is_tried(name: str) -> None:
    """Answers have a type in conditions, and the sample values are answers."""
    question = ruleset(name).questions["s.one"]
    assert type_of(question) != WRONG
    tried = candidates(question, [], AS_OF)
    assert tried
    for value in tried:
        assert value == "" or is_answer(question, value), value


def is_answer(question: Question, value: State) -> bool:
    """Return whether a question accepts a value."""
    rows = [dict(row) for row in value] if question.kind == "table" else value
    if question.kind == "table":
        rows = [{key: one for key, one in row.items() if one != ""} for row in rows]
    problems = Problems()
    read_value(question, build(rows, Source("", "")), problems)
    return not len(problems)


@pytest.mark.parametrize(("module", "name", "left_out"), BY_KIND)
def test_tables_by_kind_are_complete(module: str, name: str, left_out: frozenset[str]) -> None:
    """A table by kind has an entry for each kind, except those that are handled elsewhere."""
    table = getattr(importlib.import_module(module), name)
    assert set(get_args(Kind)) - left_out <= set(table)


@EVERY_TYPE
def test_plain_values(name: str) -> None:
    """A plain value is read as itself; an invalid one never is."""
    given, value, _, wrong = ANSWERS[name]
    question = ruleset(name).questions["s.one"]
    assert value_reader(question)(given, AS_OF) in (None, value)
    assert value_reader(question)(wrong, AS_OF) is None


@EVERY_TYPE
def test_columns(name: str) -> None:
    """A table cell means the same as an answer in a sheet."""
    given, _, _, wrong = ANSWERS[name]
    assessor = Assessor(ruleset(name))
    kind = arrow_type(assessor.ruleset.questions["s.one"])
    value = True if name == "yes_no" else given
    found = assessor.assess_table(pa.table({"s.one": array_of([value, None], kind)}), as_of=AS_OF)
    assert ["met", "undetermined"] == [one["status.known"] for one in found.table.to_pylist()]
    assert not found.refused
    if (pa.types.is_string(kind) and name != "text") or name == "integer":
        table = pa.table({"s.one": pa.array([wrong, given, None], kind)})
        [refused] = assessor.assess_table(table, as_of=AS_OF).refused
        assert (1, "s.one") == (refused.row, refused.question)


@pytest.mark.parametrize("format_", ["csv", "jsonl"])
@EVERY_TYPE
def test_files_of_cases(name: str, format_: str) -> None:
    """A cell of a case file means the same as an answer in a sheet."""
    if (name, format_) == ("table", "csv"):
        return
    given = True if name == "yes_no" else ANSWERS[name][0]
    text = {"yes_no": "yes", "choices": "b"}.get(name, str(given))
    held = f"s.one\n{text}\n" if format_ == "csv" else json.dumps({"s.one": given}) + "\n"
    written = io.BytesIO()
    bulk = Bulk(ruleset(name))
    run = CaseRun(bulk, [CaseFile("file", io.BytesIO(held.encode()), format_)], as_of=AS_OF)
    for _ in run.run(Target(written, "jsonl", None)):
        pass
    assert "met" == json.loads(written.getvalue())["status.known"]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
@EVERY_TYPE
def test_forms(name: str, suffix: str, tmp_path: Path) -> None:
    """A form explains how to answer, and returns what was filled in, in cells and rows."""
    given, value, _, _ = ANSWERS[name]
    held = ruleset(name)
    file = tmp_path / f"form.{suffix}"
    form = build_form(held, "ann", given=entries(held, answer(name, given)))
    file.write_bytes(form_as_csv(form) if suffix == "csv" else form_as_workbook(form))
    returned = read_form(file, ruleset=held, respondent="ann")
    assert [str(one) for one in (*returned.problems, *returned.remarks)] == []
    found = {key: plain(one.value) for key, one in returned.answers.entries.items()}
    rows = {} if name == "table" else {"s.rows": ({"held": value},)}
    assert {"s.one": value, **rows} == found
    question = held.questions["s.one"]
    assert how(question)
    assert is_as_it_was(question, json.loads(json.dumps(definition(question, 3))))


def entries(held: Ruleset, answers: dict[str, Any]) -> dict[str, Given]:
    """Return answers as a form has them."""
    problems = Problems()
    root = build({"format": "readiness/answers/1", "answers": answers}, Source("", ""))
    found = entries_by("", [read_sheet(root, "", held.questions, problems)], problems)
    problems.raise_if_any()
    return found


@EVERY_TYPE
def test_units_in_forms(name: str) -> None:
    """A CSV form states the unit of a number so that it is recognised again."""
    if QUESTION_TYPES[name].kind != "number":
        return
    with_unit = ruleset(name, unit="desks", minimum=1, maximum=9).questions["s.one"]
    is_told = name != "percent"
    assert unit_in(options_text(with_unit)) == ("desks" if is_told else None)
    assert unit_in(options_text(ruleset(name).questions["s.one"])) == ("" if is_told else None)
    assert format_answer(with_unit, 3) == "3 desks"


@OF_COLUMNS
def test_interview(name: str) -> None:
    """A typed answer is accepted; an invalid one is refused with what to type."""
    given, value, _, wrong = ANSWERS[name]
    question = ruleset(name).questions["s.one"]
    words = ", ".join(given) if isinstance(given, list) else str(given)
    assert (value, ()) == typed_value(question, words, AS_OF)
    assert not is_begun(question, words) or name in ("choice", "choices", "yes_no", "date")
    assert how_typed(question)
    assert isinstance(options_of(question), list)
    if name != "text":
        bad = ", ".join(wrong) if isinstance(wrong, list) else str(wrong)
        typed, complaint = typed_value(question, bad, AS_OF)
        assert typed in (None, ())
        assert complaint


@OF_COLUMNS
def test_resolutions(name: str) -> None:
    """A resolution on the command line is read like an answer."""
    given, value, _, wrong = ANSWERS[name]
    question = ruleset(name).questions["s.one"]
    text = "[b]" if name == "choices" else str(given)
    assert resolved_value(question, text, "value") in (value, given)
    if name != "text":
        with pytest.raises(DocumentError):
            resolved_value(question, str(wrong), "value")


@EVERY_TYPE
def test_assessed(name: str) -> None:
    """A plain value and a sheet have the same result, and are recorded alike."""
    given = ANSWERS[name][0]
    assessor = Assessor(ruleset(name))
    assert assessor.assess({"s.one": given}, as_of=AS_OF).checks["known"].status == "met"
    tree = assessor.assess({"s.one": given}, as_of=AS_OF).to_dict()
    assert json.loads(json.dumps(tree)) == tree


@pytest.mark.parametrize(
    ("name", "text", "hint"),
    [
        ("integer", "2.5", "write 2 or 3"),
        ("integer", "about 7", "write 7"),
        ("integer", "1.200", "write 1200"),
        ("integer", "-0.5", "write -1 or 0"),
        ("integer", "two", "give one whole number, in digits"),
        ("integer", "1e-3", "give one whole number, in digits"),
        ("integer", "12 desks", "write 12"),
        ("url", "example.com/plan", "write https://example.com/plan"),
        ("url", "www.example.com", "write https://www.example.com"),
        ("url", "<https://example.com>", "write https://example.com"),
        ("url", "//example.com", "write https://example.com"),
        ("url", "ftp://example.com", ""),
        ("url", "https://", ""),
        ("url", "https://exa mple.com", ""),
        ("url", "https://[example.com", ""),
        ("url", "see the intranet", ""),
        ("email", "Ann Smith <ann@example.com>", "write ann@example.com"),
        ("email", "mailto:ann@example.com", "write ann@example.com"),
        ("email", "ann", ""),
        ("email", "ann@", ""),
        ("email", "ann@localhost", ""),
        ("email", "ann@example..com", ""),
        ("email", ".ann@example.com", ""),
        ("email", "ann @example.com", ""),
        ("email", "ann@example.com, bob@example.com", ""),
    ],
)
def test_what_to_write_instead(name: str, text: str, hint: str) -> None:
    """An invalid answer is refused with the value to write, if that is certain."""
    question = ruleset(name).questions["s.one"]
    problems = Problems()
    source = Source("sheet.yaml", text)
    assert read_value(question, build(text, source), problems) is None
    [problem] = problems
    assert problem.code == "answer-of-wrong-type"
    assert problem.hint == hint


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("url", "http://localhost:8080/a?b=c#d"), ("url", "HTTPS://Example.com"),
        ("url", "https://example.com/Größe"), ("url", "https://[::1]/"),
        ("email", "a.b+c@mail.example.co.uk"), ("email", "jörg@müller.example"),
        ("email", "o'neil@example.com"), ("integer", "-12"), ("integer", "12.0"),
        ("integer", "9007199254740991"),
    ],
)  # fmt: skip
def test_what_is_an_answer(name: str, text: str) -> None:
    """Values that people really use are accepted."""
    assert why_not(ruleset(name).questions["s.one"], text) == ""


def test_a_whole_number_is_kept_whole() -> None:
    """A whole number written with a decimal point is recorded without one."""
    held = ruleset("integer")
    problems = Problems()
    root = build({"format": "readiness/answers/1", "answers": {"s.one": 12.0}}, Source("", ""))
    [given] = read_sheet(root, "", held.questions, problems).given
    assert isinstance(given, Given)
    assert repr(given.value) == "12"


def test_whole_numbers_within_limits() -> None:
    """A whole number that is proposed is within its limits."""
    question = ruleset("integer", minimum=3, maximum=5).questions["s.one"]
    problems = Problems()
    for text in ("2.5", "5.5", "7.5"):
        read_value(question, build(text, Source("", "")), problems)
    assert ["write 3", "write 5"] == [one.hint for one in problems][:2]
    assert [one.hint for one in problems][2].startswith("it seems to mean 7, but")


def test_fields_know_their_type() -> None:
    """A field shows its kind and its unit, or the default one."""
    found = ruleset("percent").questions
    assert isinstance(found["s.one"], Field)
    assert [one.unit_or_usual for one in (found["s.one"], found["s.rows"].columns["held"])] == [
        "%", "%",
    ]  # fmt: skip


def test_a_workbook_asks_for_whole_numbers() -> None:
    """A cell for a whole number accepts no other, within the limits of the question."""
    form = build_form(ruleset("integer", minimum=1, maximum=9), "ann")
    sheet = load_workbook(io.BytesIO(form_as_workbook(form)))["Questions"]
    rules = {
        (one.type, one.formula1, one.formula2) for one in sheet.data_validations.dataValidation
    }
    assert ("whole", "1", "9") in rules
