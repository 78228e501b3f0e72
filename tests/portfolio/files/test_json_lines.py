"""Cases in JSON Lines."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from readiness.documents.opening import BrokenFile
from readiness.evaluation.bulk import Bulk
from readiness.portfolio.assessed_block import BlockAssessor
from readiness.portfolio.files.json_lines import JsonLinesCases
from readiness.portfolio.layout import layout_of
from readiness.problems import DocumentError
from tests.portfolio.bakery import AS_OF, ASSESSOR
from tests.portfolio.files.reading import read
from tests.portfolio.test_respondents import ASSESSOR as TEAM
from tests.portfolio.test_respondents import ROWS

GOOD = {"shop.staff": 12}


def lines(*rows: Any) -> bytes:
    """Return rows as lines; texts stay unchanged."""
    texts = [row if isinstance(row, str) else json.dumps(row) for row in rows]
    return "".join(f"{text}\n" for text in texts).encode()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ('{"shop.staff": 2', "this is not JSON from character 17 on"),
        ('{"shop.staff": 1} x', "this is not JSON from character 19 on"),
        ("nul", "this is not JSON from character 1 on"),
        ("[1]", "this is not a JSON object"),
        ("null", "this is not a JSON object"),
        (" null ", "this is not a JSON object"),
        ('{"shop.staff": 1} null', "this is not JSON from character 19 on"),
        ('{"shop.staff": 1}{"shop.staff": 2}', "this is not JSON from character 18 on"),
        ('{"shop.staff": 1, "shop.staff": 2}', "'shop.staff' is given twice"),
        ('{"shop.motto": "\\ud800"}', "it contains half of a character, such as \\ud800"),
        ('{"shop.motto": "\x01"}', "this is not JSON from character 17 on"),
        ('{"shop.staff":' + "[" * 10**5 + "]" * 10**5 + "}", "it is nested more than 64 deep"),
        ('{"shop.wares":' + "[" * 101 + "]" * 101 + "}", "it is nested more than 64 deep"),
        ('{"town": 1}', "'town' has another type than in the first lines"),
        ('{"town": ["Ulm"]}', "'town' has another type than in the first lines"),
    ],
    ids=range(15),
)
def test_lines_that_are_refused(line: str, reason: str) -> None:
    """A line that cannot be read is refused with its number, and no other line is."""
    good = {**GOOD, "town": "Ulm"}
    for rows in (1, 100):
        found = read(lines(good, line, good, line), "jsonl", keep=("town",), rows=rows)
        assert found.refused == {2: reason, 4: reason}
        assert found.rows == {1: good, 3: good}


def test_bytes_that_are_no_text() -> None:
    """A line that is not UTF-8 is refused, and no other line is."""
    found = read(lines(GOOD) + '{"shop.motto": "ä"}\n'.encode("latin-1"), "jsonl")
    assert (found.rows, found.refused) == ({1: GOOD}, {2: "it is not in UTF-8"})


@pytest.mark.parametrize(
    "held",
    [
        b'\xef\xbb\xbf{"shop.staff":12}\n{"shop.staff":12}\n',
        b'{"shop.staff":12}\r\n{"shop.staff":12}\r\n',
        b'{"shop.staff":12}\n{"shop.staff":12}',
        b'\n \n{"shop.staff":12}\n\n\n{"shop.staff": 12 }\n  \n',
        b'{"shop.staff":12,\r"shop.motto":null}\n{"shop.staff":1.2e1}\n',
    ],
    ids=["byte order mark", "ends of lines", "no end", "empty lines", "blanks"],
)
def test_ways_to_write_the_same(held: bytes) -> None:
    """A byte order mark, line ends, empty lines and spaces do not matter."""
    found = read(held, "jsonl")
    assert (found.rows, found.refused) == ({1: GOOD, 2: GOOD}, {})


def test_questions_that_come_up_later() -> None:
    """A question may be answered for the first time in any line; an unknown name is refused."""
    rows = [GOOD] * 5 + [{"shop.open": True}, {"shop.opne": True}, {"shop.oven": "gas"}]
    for size in (1, 3, 100):
        with pytest.MonkeyPatch.context() as patched:
            patched.setattr("readiness.portfolio.files.json_lines._BLOCK_BYTES", 40)
            found = read(lines(*rows), "jsonl", rows=size)
        assert found.rows[6] == {"shop.open": True}
        assert found.rows[8] == {"shop.oven": "gas"}
        assert found.refused == {
            7: "'shop.opne' is not a question, and none of the first lines has it"
        }


def test_answers_as_in_an_answers_document() -> None:
    """A value may have a note, be unknown, or be given by respondents."""
    rows = [
        {"shop.staff": {"value": 3, "note": "counted"}},
        {"shop.staff": {"unknown": "counting"}, "shop.agreed": {"by": {"anna": True}}},
    ]
    assert read(lines(*rows), "jsonl").rows == {1: rows[0], 2: rows[1]}


ASKED = {"s.word_of_all": "a", "s.level_of_all": "a"}
FORMS: dict[str, list[dict[str, Any]]] = {
    "of all kinds": ROWS,
    "respondents": [{"s.level": {"by": {"it": "a"}}}, {"s.level": {"by": {"hr": "b", "it": "a"}}}],
    "null for one": [{"s.ready": {"by": {"it": True, "hr": one}}} for one in (True, None)],
    "null behind braces": [{"s.word": {"by": {"it": "}", "hr": None}}, **ASKED}] * 2,
    "null behind quotes": [{"s.word": {"by": {"it": '"', "hr": None}}, **ASKED}] * 2,
    "nobody": [{"s.ready": {"by": {"it": True}}}, {"s.ready": {"by": {}}}],
    "notes": [{"s.limit": {"value": 3, "note": "counted"}}, {"s.limit": {"value": 1}}],
    "notes alone": [{"s.limit": {"value": 3, "note": "counted"}}, {"s.limit": {"note": "none"}}],
    "no value": [{"s.limit": {"value": None, "note": "later"}}, {"s.limit": {"value": 3}}],
    "notes of respondents": [
        {"s.ready": {"by": {"it": {"value": True, "note": "seen"}, "hr": {"value": one}}}}
        for one in (False, None)
    ],
    "null beside a note": [
        {"s.ready": {"by": {"it": {"value": True, "note": "seen"}, "hr": one}}}
        for one in ({"value": True}, None)
    ],
    "plain and noted": [{"s.limit": 3}, {"s.limit": {"value": 1, "note": "counted"}}],
    "called value": [{"s.ready": {"by": {"value": True}}}, {"s.ready": {"by": {"value": False}}}],
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("size", [1, 100])
def test_rows_in_every_form_mean_what_they_mean_alone(form: str, size: int) -> None:
    """Each row gives the result that it gives alone, whatever forms the rows before it had."""
    rows = [*FORMS[form], *FORMS["respondents"], *FORMS[form][::-1]]
    cases = JsonLinesCases(io.BytesIO(lines(*rows)), TEAM.ruleset, 0)
    layout, assessor = (
        layout_of(TEAM.ruleset, cases.schema),
        BlockAssessor(Bulk(TEAM.ruleset), AS_OF),
    )
    found: dict[int, dict[str, Any]] = {}
    for piece in cases.pieces(layout, size):
        block = assessor.assess(piece.columns, piece.numbers, layout)
        found |= {row["row"]: row for row in block.batch().to_pylist()}
    for number, row in enumerate(rows, 1):
        try:
            expected = TEAM.assess(row, as_of=AS_OF).checks
        except DocumentError:
            assert number not in found
            continue
        statuses = {key: found[number][f"status.{key}"] for key in expected}
        assert statuses == {key: one.status for key, one in expected.items()}, row


def test_numbers_of_any_size() -> None:
    """Numbers are read as doubles; others are left for the question to refuse, as is NaN."""
    held = ["12345678901234567890", "9" * 5000, "-" + "9" * 5000, "1e400", "NaN", "0.1"]
    found = read(lines(*(f'{{"shop.rent": {one}}}' for one in held)), "jsonl")
    values = [str(row["shop.rent"]) for row in found.rows.values()]
    assert values == ["1.2345678901234567e+19", "inf", "-inf", "inf", "nan", "0.1"]


def test_values_of_another_type_are_left_to_the_question() -> None:
    """An answer of a wrong type is kept as written, for the question to refuse."""
    rows = [GOOD, {"shop.staff": "12"}, {"shop.staff": True}, {"shop.wares": "bread"}]
    assert read(lines(*rows), "jsonl").rows == dict(enumerate(rows, 1))


@pytest.mark.parametrize(
    ("values", "wrong"),
    [
        ([1, 2**62, None], [1.5, "1", True, 2**70]),
        ([1, 1.5, 2**70], ["1", True]),
        ([True, False], [1, "true"]),
        (["a", "2026-11-21"], [1, False, {}]),
        ([{"a": 1}, {"b": [2.5]}, {}], [{"c": 1}, {"a": "1"}, [1]]),
        ([[1, 2], []], [["a"], [1.5], {"a": 1}]),
    ],
    ids=["whole", "numbers", "truths", "texts", "objects", "lists"],
)
def test_kept_values(values: list[Any], wrong: list[Any]) -> None:
    """A kept column has the type of its first lines; a line with another type is refused."""
    first = [{**GOOD, "kept": value} for value in values]
    again = read(lines(*first), "jsonl", keep=("kept",))
    assert again.refused == {}
    held = [_without_null(row["kept"]) for row in again.rows.values() if "kept" in row]
    assert held == [value for value in values if value is not None]
    with pytest.MonkeyPatch.context() as patched:
        size = len(lines(*first))
        patched.setattr("readiness.portfolio.files.json_lines._BLOCK_BYTES", size)
        later = [{**GOOD, "kept": value} for value in wrong]
        found = read(lines(*first, *later), "jsonl", keep=("kept",))
    assert len(found.rows) == len(values)
    assert set(found.refused.values()) == {"'kept' has another type than in the first lines"}


def _without_null(value: Any) -> Any:
    """Return an object as written; Arrow puts every name into all of them."""
    if isinstance(value, dict):
        return {name: held for name, held in value.items() if held is not None}
    return value


@pytest.mark.parametrize(
    ("held", "reason"),
    [
        (b"", "it is empty"),
        (b"\n \n", "it is empty"),
        (b'[{"shop.staff": 1},\n{"shop.staff": 2}]', "it is a single list; write one object"),
        (b'{"shop.staff":\n1}', "none of its first lines is a JSON object"),
        (b"shop.staff\n12\n", "none of its first lines is a JSON object"),
    ],
)
def test_files_that_are_none(held: bytes, reason: str) -> None:
    """A fault of the whole file is reported in a sentence of ours."""
    with pytest.raises(BrokenFile, match=reason.replace("[", "\\[")):
        read(held, "jsonl")


def test_objects_over_several_lines() -> None:
    """An object that spans several lines is refused, line by line."""
    found = read(lines('{"shop.staff":', "1}", GOOD), "jsonl")
    assert found.rows == {3: GOOD}
    assert set(found.refused) == {1, 2}


def test_lines_of_any_length(monkeypatch: pytest.MonkeyPatch) -> None:
    """A line may be longer than a block; one that goes on endlessly stops the reading."""
    long = {"shop.motto": "x" * 5_000_000}
    assert read(lines(GOOD, long, GOOD), "jsonl").rows == {1: GOOD, 2: long, 3: GOOD}
    monkeypatch.setattr("readiness.portfolio.files.json_lines._LONGEST_LINE", 2**22)
    with pytest.raises(BrokenFile, match="a line is longer than 4 MiB"):
        read(lines(GOOD, {"shop.motto": "x" * 10_000_000}), "jsonl")


@pytest.mark.parametrize(
    "ids", [[1, 2**53 + 1], [None, 2**63], [0, 2**64 - 1], [-1, 2**64], [10**37, -(10**37)]]
)
def test_ids_stay_whole_numbers(ids: list[int | None]) -> None:
    """Whole numbers that are kept retain all their digits."""
    found = read(lines(*({**GOOD, "id": one} for one in ids)), "jsonl", keep=("id",))
    assert [row.get("id") for row in found.rows.values()] == ids


def test_null_beside_a_value() -> None:
    """A null field in an answer counts as left out."""
    row = {"shop.staff": {"value": 12, "note": None, "evidence": None}}
    assert read(lines(row), "jsonl").rows == {1: row}
    assert ASSESSOR.assess(row).checks["staffed"].status == "met"
