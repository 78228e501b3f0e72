"""Columns of every Arrow type, read according to their question's type."""

from __future__ import annotations

import datetime
import random
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from readiness.evaluation.states import UNKNOWN
from readiness.model.engagement import Circumstances
from readiness.portfolio.block_reader import BlockReader
from readiness.portfolio.column_reader import RefusedCell, reader_of
from readiness.portfolio.segments import Numbers, Vector
from readiness.problems import DocumentError
from tests.portfolio.bakery import RULESET, assessed, states, statuses

MET, UNMET, OPEN = "met", "unmet", "undetermined"
WHOLE = [pa.int8(), pa.int16(), pa.int32(), pa.int64(),
         pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()]  # fmt: skip
TEXT = [pa.string(), pa.large_string(), pa.string_view()]
BEYOND = "'shop.rent' must be between -9007199254740991 and 9007199254740991, to be kept exactly"
DAY, NEXT = datetime.date(2025, 12, 31), datetime.date(2026, 1, 1)


def named(kinds: list[Any]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("kind", kinds, ids=str)


def read(name: str, column: Any, *, as_text: bool = False) -> tuple[Vector, list[RefusedCell]]:
    """Return the answers in a column to one question, and what is refused."""
    reader = reader_of(RULESET.questions[f"shop.{name}"], column.type, as_text=as_text)
    assert reader is not None
    vector, refused = reader(column)
    return vector, list(refused)


def sliced(column: Any) -> Any:
    """Return the same column as a slice that starts within a byte of its bitmap."""
    longer = pa.concat_arrays([column, column, column, column])
    return longer.slice(len(column), len(column))


@named(WHOLE)
def test_whole_numbers(kind: Any) -> None:
    """Integers of every width are numbers; null is no answer."""
    column = pa.array([11, None, 10], kind)
    assert statuses("staff", column) == [MET, OPEN, UNMET]
    assert statuses("staff", sliced(column)) == [MET, OPEN, UNMET]


@named([pa.float16(), pa.float32(), pa.float64()])
def test_doubles(kind: Any) -> None:
    """Floating-point values of every width are numbers."""
    column = pa.array([np.float16(10.5), None, np.float16(0)], kind)
    assert statuses("staff", column) == [MET, OPEN, UNMET]
    assert statuses("staff", sliced(column)) == [MET, OPEN, UNMET]


@named([pa.decimal128(10, 2), pa.decimal256(40, 2), pa.decimal128(5, -1)])
def test_decimals(kind: Any) -> None:
    """Decimals are numbers, also with a negative scale."""
    column = pa.array([Decimal(20), None, Decimal(10)], kind)
    assert statuses("staff", column) == [MET, OPEN, UNMET]


def test_decimals_are_the_nearest_double() -> None:
    """A decimal is converted to the double that its digits give everywhere else."""
    draw = random.Random("decimals")
    for scale in (1, 2, 4, 8):
        held = [Decimal(draw.randrange(-(10**12), 10**12)).scaleb(-scale) for _ in range(2000)]
        vector, _ = read("rent", pa.array(held, pa.decimal128(38, scale)))
        assert isinstance(vector, Numbers)
        assert vector.values.tolist() == [float(one) for one in held]
    assert statuses("rent", pa.array([Decimal("0.1")])) == [MET]


@named([pa.int64(), pa.uint64(), pa.float64(), pa.decimal128(38, 0)])
def test_numbers_beyond_what_is_kept_exactly(kind: Any) -> None:
    """A number of 2^53 or more is refused, as in a single assessment."""
    held = [2**53 - 1, 2**53, None, 2**60]
    numbers: list[Any] = held
    if pa.types.is_decimal(kind):
        numbers = [None if one is None else Decimal(one) for one in held]
    if pa.types.is_floating(kind):
        numbers = [None if one is None else float(one) for one in held]
    assert statuses("rent", pa.array(numbers, kind)) == [UNMET, BEYOND, OPEN, BEYOND]


def test_no_numbers() -> None:
    """Infinity is refused as an answer, but not behind a null; NaN is no answer."""
    held = [float("nan"), float("inf"), float("-inf"), None, 0.0]
    assert statuses("rent", pa.array(held)) == [OPEN, BEYOND, BEYOND, OPEN, MET]
    hidden = pa.Array.from_buffers(
        pa.float64(), 2, [pa.py_buffer(b"\x02"), pa.py_buffer(np.array([np.nan, 0.0]).tobytes())]
    )
    assert statuses("rent", hidden) == [OPEN, MET]


@pytest.mark.parametrize("rows", [1, 2**16, 2**16 + 1, 150_001])
def test_whole_numbers_in_every_row(rows: int) -> None:
    """A number is read wherever it is, whatever the others are."""
    for last in (255, 256, 2**40, -1, -(2**40)):
        column = pa.array([*([0, 200, None, 255] * rows)[: rows - 1], last])
        vector, refused = read("rent", column)
        assert isinstance(vector, Numbers)
        assert refused == []
        assert states(vector, rows)[-1] == last
        assert vector.values[:-1].tolist() == column[:-1].fill_null(0).to_pylist()


def test_small_numbers_beyond_limits() -> None:
    """A number that would fit into a byte is still refused beyond a limit."""
    _, refused = read("waste", pa.array([0, 100, 101, None]))
    assert [(one.row, one.reason) for one in refused] == [(2, "'shop.waste' must be 100 or less")]


def test_dictionaries_that_change() -> None:
    """A column may have a different dictionary in every block, and a different type."""
    reader = BlockReader(RULESET)
    blocks: list[list[str | None]] = [["gas", "wood"], ["wood", "gas"], ["wood", None], ["gas"] * 2]
    for encoded in (True, False, True):
        for held in blocks:
            column = pa.array(held, pa.string())
            column = column.dictionary_encode() if encoded else column
            block = reader.read({"shop.oven": column}, 2, Circumstances(NEXT))
            found = states(block.vectors["shop.oven"], 2)
            assert [None if one is UNKNOWN else one for one in found] == held


@pytest.mark.slow
def test_threads_share_a_reader() -> None:
    """Blocks with different dictionaries, read by several threads in parallel, are not mixed up."""
    reader = BlockReader(RULESET)
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)

    def wrong(held: list[str]) -> int:
        column = pa.array(held).dictionary_encode()
        blocks = (reader.read({"shop.oven": column}, 2, Circumstances(NEXT)) for _ in range(500))
        return sum(states(block.vectors["shop.oven"], 2) != held for block in blocks)

    try:
        with ThreadPoolExecutor() as pool:
            assert sum(pool.map(wrong, [["gas", "wood"], ["wood", "gas"]] * 3)) == 0
    finally:
        sys.setswitchinterval(before)


def test_limits_of_a_question() -> None:
    """A number at a limit is accepted, one beyond it is refused with the limit."""
    low, high = "'shop.staff' must be 0 or more", "'shop.staff' must be 1000 or less"
    assert statuses("staff", pa.array([-1, 0, 1000, 1001])) == [low, UNMET, MET, high]
    assert statuses("waste", pa.array([0.0, 100, 100.5]))[:2] == [MET, UNMET]
    assert statuses("waste", pa.array([100.5])) == ["'shop.waste' must be 100 or less"]


@named(
    [pa.date32(), pa.date64()]
    + [pa.timestamp(unit) for unit in ("s", "ms", "us", "ns")]
    + [pa.timestamp(unit, "UTC") for unit in ("s", "ms", "us", "ns")],
)  # fmt: skip
def test_days(kind: Any) -> None:
    """Date columns of every type are read as dates."""
    held = [one and datetime.datetime.combine(one, datetime.time()) for one in (DAY, None, NEXT)]
    column = pa.array(held).cast(kind)
    assert statuses("since", column) == [MET, OPEN, UNMET]
    assert statuses("since", sliced(column)) == [MET, OPEN, UNMET]


def test_days_of_a_time_zone() -> None:
    """A timestamp with a zone is a date if it is midnight in that zone."""
    midnight = datetime.datetime(2025, 12, 31, 23, tzinfo=datetime.UTC)
    column = pa.array([midnight], pa.timestamp("s", "+01:00"))
    assert statuses("since", column) == [UNMET]  # 1 January there
    assert statuses("since", column.cast(pa.timestamp("s", "UTC"))) == [
        "'shop.since' takes a date without a time of day"
    ]


@named([pa.timestamp("s"), pa.timestamp("ns"), pa.date64()])
def test_times_of_a_day(kind: Any) -> None:
    """A time of day is refused, not cut off."""
    unit = {"timestamp[s]": 1, "timestamp[ns]": 10**9, "date64[ms]": 1000}[str(kind)]
    column = pa.array([0, unit * 3600, None], pa.int64()).view(kind)
    told = "'shop.since' takes a date without a time of day"
    assert statuses("since", column) == [MET, told, OPEN]


def test_days_beyond_the_calendar() -> None:
    """A date outside the calendar, or beyond the limits of the question, is refused."""
    far = "'shop.since' takes a date in the years 1 to 9999"
    column = pa.array([2**30, -(2**30), None, -25_568], pa.int32()).cast(pa.date32())
    early = "'shop.since' must be 1900-01-01 or later"
    assert statuses("since", column) == [far, far, OPEN, early]


@named([*TEXT, *(pa.dictionary(pa.int8(), kind) for kind in TEXT)])
def test_texts(kind: Any) -> None:
    """Plain and dictionary-encoded texts of every type are read alike, without outer spaces."""
    held = ["wood", None, " gas ", "Wood fire"]
    column = pa.array(held, kind.value_type if pa.types.is_dictionary(kind) else kind)
    if pa.types.is_dictionary(kind):
        column = column.dictionary_encode().cast(kind)
    told = "'Wood fire' is not an option of 'shop.oven': did you mean 'wood'?"
    assert statuses("oven", column) == [MET, OPEN, UNMET, told]
    assert statuses("oven", column.slice(1)) == [OPEN, UNMET, told]


def test_nulls_within_a_dictionary() -> None:
    """A null is no answer, whether it is in the dictionary or in the column."""
    column = pa.DictionaryArray.from_arrays(
        pa.array([1, 0, None, 2]), pa.array(["wood", None, "x"])
    )
    found = statuses("oven", column)
    assert found[:3] == [OPEN, MET, OPEN]
    assert found[3].startswith("'x' is not an option")


def test_words_that_nobody_says_are_no_fault() -> None:
    """A value that is only in the dictionary is not refused."""
    column = pa.DictionaryArray.from_arrays(pa.array([0, 0]), pa.array(["wood", "coal"]))
    assert statuses("oven", column) == [MET, MET]


@pytest.mark.parametrize(
    "column",
    [
        pa.array([20, None, 5]).dictionary_encode(),
        pa.array([20.0, None, 5.0], pa.float32()).dictionary_encode(),
        pa.RunEndEncodedArray.from_arrays([1, 2, 3], pa.array([20, None, 5])),
    ],
    ids=lambda column: str(column.type),
)
def test_values_that_are_held_once(column: Any) -> None:
    """Numbers that are dictionary-encoded or run-end encoded are numbers."""
    assert statuses("staff", column) == [MET, OPEN, UNMET]


def test_yes_or_no() -> None:
    """Booleans and texts that mean them are read; others are refused with what to write."""
    column = pa.array([True, None, False])
    assert statuses("open", column) == [MET, OPEN, UNMET]
    assert statuses("open", sliced(column)) == [MET, OPEN, UNMET]
    told = "'shop.open' takes yes or no, not 'perhaps': leave it empty if the answer is not known"
    assert statuses("open", pa.array(["Yes", "off", None, "perhaps"])) == [MET, UNMET, OPEN, told]


@named([pa.bool_(), *WHOLE, pa.float64(), *TEXT, pa.date32(), pa.list_(pa.string())])
def test_columns_with_nothing_in_them(kind: Any) -> None:
    """A null column of any suitable type answers nothing; neither does one without rows."""
    for name in ("open", "oven", "wares", "staff", "since", "motto", "shifts", "agreed"):
        for rows in (0, 3):
            try:
                found = statuses(name, pa.nulls(rows, kind))
            except DocumentError:
                continue  # an unsuitable type
            assert found == [OPEN] * rows
            assert statuses(name, pa.nulls(rows)) == [OPEN] * rows


@named([pa.list_(kind) for kind in TEXT] + [pa.large_list(pa.string()), pa.list_(pa.string(), 1)])
def test_sets_of_choices(kind: Any) -> None:
    """Lists of every type are the options chosen; in an empty one none is."""
    column = pa.array([["cake"], None, ["bread"]], kind)
    assert statuses("wares", column) == [MET, OPEN, UNMET]
    if not pa.types.is_fixed_size_list(kind):
        held = pa.array([["cake", "bread"], [], ["pie"], [None]], kind)
        found = statuses("wares", held)
        assert found[:2] == [MET, UNMET]
        assert found[2].startswith("'pie' is not an option of 'shop.wares'")
        assert "is not an option" in found[3] or "takes" in found[3]
        assert statuses("wares", held.slice(1, 1)) == [UNMET]


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("open", pa.int64()), ("open", pa.date32()), ("oven", pa.int64()), ("oven", pa.binary()),
        ("oven", pa.bool_()), ("wares", pa.string()), ("staff", pa.string()), ("staff", pa.bool_()),
        ("staff", pa.date32()), ("since", pa.int64()), ("since", pa.time32("s")),
        ("motto", pa.float64()), ("shifts", pa.string()), ("staff", pa.list_(pa.int64())),
        ("staff", pa.dictionary(pa.int8(), pa.string())), ("since", pa.duration("s")),
    ],
    ids=str,
)  # fmt: skip
def test_columns_of_a_wrong_type(name: str, kind: Any) -> None:
    """A column that cannot hold an answer is reported once, not row by row."""
    with pytest.raises(DocumentError) as fault:
        assessed({name: pa.nulls(1, kind)})
    problem = fault.value.problems[0]
    assert problem.code == "column-of-wrong-type"
    assert problem.message.startswith(f"'shop.{name}' takes ")
    assert problem.message.endswith(f", but its column contains {kind}")


# Text cells, as in CSV


def read_as_text(name: str, cells: Sequence[str | None]) -> tuple[list[Any], list[str]]:
    """Return the values of CSV cells, and why invalid cells are refused."""
    vector, refused = read(name, pa.array(cells, pa.string()), as_text=True)
    return states(vector, len(cells)), [one.reason for one in refused]


def test_numbers_in_text() -> None:
    """A cell is a number if its digits form one, whatever surrounds them."""
    cells = ["12", " 7 ", "+5", "1e2", ".5", "2.", "-0", "007"]
    found, refused = read_as_text("rent", cells)
    assert (found, refused) == ([12, 7, 5, 100, 0.5, 2, 0, 7], [])


@pytest.mark.parametrize(
    ("name", "cell", "reason"),
    [
        ("rent", "1,200 EUR", "'shop.rent' takes an amount of money, not '1,200 EUR': write 1200"),
        ("rent", "€5", "'shop.rent' takes an amount of money, not '€5': write 5"),
        ("waste", "50%", "'shop.waste' takes a percentage as a number, not '50%': write 50"),
        ("staff", "0x10", "'shop.staff' takes a number, not '0x10'"),
        ("staff", "1_000", "'shop.staff' takes a number, not '1_000': write 1000"),
        ("staff", "nan", "'shop.staff' takes a number, not 'nan'"),
        ("staff", "٣", "'shop.staff' takes a number, not '٣'"),
        ("staff", "n/a", "'shop.staff' takes a number, not 'n/a'"),
        ("rent", "1e400", BEYOND),
        ("rent", "9" * 5000, BEYOND),
        ("since", "1.2.2026", "'shop.since' takes a date such as 2026-11-21, not '1.2.2026'"),
        (
            "since",
            "2026-02-30",
            "'shop.since' takes a date, and the date 2026-02-30 does not exist",
        ),
    ],
)
def test_cells_that_are_refused(name: str, cell: str, reason: str) -> None:
    """An invalid cell is refused, with what to write if that is certain."""
    found, refused = read_as_text(name, [cell])
    assert len(refused) == 1
    assert refused[0].startswith(reason)
    assert not isinstance(found[0], int | float | datetime.date)


@pytest.mark.parametrize("name", ["open", "oven", "wares", "staff", "rent", "since", "motto"])
def test_blanks_are_no_answer(name: str) -> None:
    """A cell of spaces is no answer, to any question."""
    found, refused = read_as_text(name, ["", " ", "\t ", "\u00a0", None])
    assert refused == []
    assert [str(one) for one in found] == [str(found[-1])] * 5


def test_options_in_one_cell() -> None:
    """Semicolons separate the chosen options; a single semicolon means none."""
    cells = ["bread;cake", " cake ; bread ", "cake;", ";", None]
    found, refused = read_as_text("wares", cells)
    assert found[:4] == [("bread", "cake"), ("bread", "cake"), ("cake",), ()]
    assert refused == []
    _, refused = read_as_text("wares", ["bread,cake"])
    assert refused[0].startswith("'bread,cake' is not an option of 'shop.wares'")


def test_many_texts_that_do_not_fit() -> None:
    """Each row is refused with its own text, in the order of the rows."""
    cells: list[str | None] = [None if n % 3 == 0 else f"oven {n % 5}" for n in range(200)]
    _, refused = read_as_text("oven", cells)
    assert [one.split(" is")[0] for one in refused] == [f"'{one}'" for one in cells if one]
