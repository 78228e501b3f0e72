"""Answers written as in answers documents, within the cells of a table."""

from __future__ import annotations

import datetime
from typing import Any

import pyarrow as pa
import pytest

from readiness.assessing import Assessor
from readiness.evaluation.states import UNKNOWN
from readiness.model.engagement import Circumstances
from readiness.portfolio.block_reader import BlockReader
from readiness.portfolio.column_reader import RefusedCell, cell_texts
from tests.portfolio.bakery import AS_OF, assessed, states, statuses
from tests.semantics.harness import ruleset_of

DAY = datetime.date(2026, 11, 21)
MET, UNMET, OPEN = "met", "unmet", "undetermined"


def test_structs_as_in_an_answers_document() -> None:
    """A cell may give a value with a note, or mark the answer as unknown."""
    column = pa.array([{"value": "wood", "note": "seen"}, {"unknown": "asking"}, None])
    assert statuses("oven", column) == [MET, OPEN, OPEN]
    refused = statuses("oven", pa.array([{"value": "coal"}]))[0]
    assert refused.startswith("'coal' is not an option of 'shop.oven'")


def test_structs_that_say_nothing() -> None:
    """A struct whose fields are all null is no answer."""
    assert statuses("staff", pa.array([{"value": 12}, {"value": None}])) == [MET, OPEN]


def test_maps_as_in_an_answers_document() -> None:
    """A map is read like a struct; a repeated key is refused."""
    kind = pa.map_(pa.string(), pa.float64())
    column = pa.array([[("value", 12.0)], None, [("value", 1.0), ("value", 2.0)]], kind)
    assert statuses("staff", column) == [MET, OPEN, "a key is given twice in 'shop.staff'"]


@pytest.mark.parametrize(
    "kind",
    [
        pa.map_(pa.string(), pa.map_(pa.string(), pa.bool_())),
        pa.struct([("by", pa.map_(pa.string(), pa.bool_()))]),
    ],
    ids=["map", "struct"],
)
def test_respondents(kind: Any) -> None:
    """Each row has separate respondents; one without an answer is still expected to answer."""
    people: list[Any] = [[("anna", True), ("bert", True)], [("anna", True), ("bert", False)],
                         [("anna", True), ("bert", None)]]  # fmt: skip
    cells = [{"by": held} if pa.types.is_struct(kind) else [("by", held)] for held in people]
    column = pa.array([*cells, None], kind)
    assert statuses("agreed", column) == [MET, UNMET, OPEN, OPEN]


def test_plain_values_for_a_question_asked_of_each() -> None:
    """A plain value is the answer of one respondent."""
    assert statuses("agreed", pa.array([True, False, None])) == [MET, UNMET, OPEN]
    assert statuses("agreed", pa.array(["yes", "no", None])) == [MET, UNMET, OPEN]


EACH = {
    "number": {"type": "number", "minimum": 0},
    "money": {"type": "money", "unit": "EUR"},
    "percent": "percent",
    "yes_no": "yes_no",
    "date": "date",
    "text": "text",
    "choice": {"type": "choice", "options": {"gas": "Gas", "wood": "Wood"}},
    "choices": {"type": "choices", "options": {"gas": "Gas", "wood": "Wood"}},
}
TYPED = {
    "number": (" 5 ", 5, "five"), "money": ("5.50", 5.5, "5 EUR"), "percent": ("62", 62, "62%"),
    "yes_no": ("yes", True, "perhaps"), "date": ("2026-11-21", DAY, "21.11.2026"),
    "text": ("a", "a", None), "choice": ("gas", "gas", "coal"),
    "choices": ("wood; gas", ("gas", "wood"), "coal"),
}  # fmt: skip


@pytest.mark.parametrize("kind", EACH)
def test_questions_asked_of_each_in_text(kind: str) -> None:
    """A CSV cell is read in the same words as that of a question that is asked once."""
    question = EACH[kind] if isinstance(EACH[kind], dict) else {"type": EACH[kind]}
    each = {**question, "ask_each": "bakers"}  # type: ignore[dict-item]
    checks = {"said": {"met_when": "stated(s.once)"}}
    case = {"questions": {"s.once": question, "s.each": each}, "checks": checks}
    right, value, wrong = TYPED[kind]
    cells = [right, None, "", " ", *([wrong] if wrong else [])]
    column = pa.array(cells, pa.string())
    found = BlockReader(ruleset_of(case)).read(
        {"s.once": column, "s.each": column}, len(cells), Circumstances(AS_OF), as_text=True
    )
    said = states(found.respondents["bakers"].cells["s.each"], len(cells))
    assert said[:4] == states(found.vectors["s.once"], len(cells))[:4] == [value] + [UNKNOWN] * 3
    reasons = [one.reason.replace("s.each", "s.once") for one in found.refused]
    assert len(reasons) == (2 if wrong else 0)
    assert len(set(reasons)) <= 1


def test_tables_in_a_cell() -> None:
    """Lists of structs are the rows of a table; an empty one has none."""
    column = pa.array([[{"hours": 8}], [], None, [{"hours": None}]])
    assert statuses("shifts", column) == [MET, UNMET, OPEN, MET]
    wrong = statuses("shifts", pa.array([[{"hous": 8}]]))
    assert wrong == ["'shop.shifts' has no column 'hous': did you mean 'hours'?"]


def test_columns_of_all_kinds_together() -> None:
    """A refused row does not stop the others from being assessed; all its reasons are reported."""
    found = assessed(
        {
            "open": pa.array([True, True, True]),
            "oven": pa.array(["wood", "coal", "wood"]),
            "staff": pa.array([{"value": 12}, {"value": 2000}, None]),
            "shifts": pa.array([[{"hours": 8}], None, []]),
        }
    )
    assert [(one.row, one.question) for one in found.refused] == [
        (2, "shop.oven"), (2, "shop.staff"),
    ]  # fmt: skip
    lines = found.table.to_pylist()
    assert [line["row"] for line in lines] == [1, 3]
    assert [line["verdict.sell"] for line in lines] == ["go", "undetermined"]


def test_days_within_structs() -> None:
    """A datetime in a struct is a date if it is midnight, and is otherwise refused."""
    kind = pa.struct([("value", pa.timestamp("us"))])
    noon = datetime.datetime(2025, 1, 1, 12)
    column = pa.array([{"value": datetime.datetime(2025, 1, 1)}, {"value": noon}], kind)
    found = statuses("since", column)
    assert found[0] == MET
    assert found[1] == (
        "'shop.since' takes a date such as 2026-11-21, not the moment 2025-01-01 12:00:00:"
        " give the day alone, without a time"
    )


def test_what_python_cannot_hold() -> None:
    """A date that Python cannot represent is refused with its row, and the others are read."""
    days = pa.array([2**30, 0], pa.int32()).cast(pa.date32())
    column = pa.StructArray.from_arrays([days], ["value"])
    refused: list[RefusedCell] = []
    assert cell_texts("day", column, refused) == [None, {"value": datetime.date(1970, 1, 1)}]
    assert refused == [RefusedCell(0, "day", "'day' contains a time that cannot be read")]


_DATES = [datetime.date(2026, 11, 20), DAY, datetime.date(2026, 11, 22), None]


@pytest.mark.parametrize(
    "column",
    [
        pa.array(_DATES),
        pa.array(_DATES).cast(pa.timestamp("ms")),
        pa.array([day and day.isoformat() for day in _DATES]),
        pa.array([day and day.isoformat() for day in _DATES]).dictionary_encode(),
        pa.array([{"value": day} for day in _DATES]),
    ],
    ids=["days", "times", "texts", "dictionary", "structs"],
)
def test_dates_to_come(column: Any) -> None:
    """If a date may not be in the future, one after the assessment date is unknown."""
    past = {"type": "date", "maximum": "today"}
    checks = {"one": {"met_when": "s.d >= '2026-11-21'"}}
    assessor = Assessor(ruleset_of({"questions": {"s.d": past}, "checks": checks}))
    found = assessor.assess_table(pa.table({"s.d": column}), as_of=DAY)
    assert found.refused == ()
    assert [row["status.one"] for row in found.table.to_pylist()] == [UNMET, MET, OPEN, OPEN]
    later = assessor.assess_table(pa.table({"s.d": column}), as_of=datetime.date(2026, 11, 22))
    assert [row["status.one"] for row in later.table.to_pylist()] == [UNMET, MET, MET, OPEN]
