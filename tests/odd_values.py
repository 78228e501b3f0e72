"""Odd texts, numbers, dates, values and files: one list for every way to hand in an answer.

Terminal, YAML, forms, CSV, JSON Lines, Parquet and plain Python values are tested with all of them:
each is accepted, counts as no answer, or is refused with a message. Add values here that once
caused a fault anywhere.
"""

from __future__ import annotations

import collections
import contextlib
import datetime
import decimal
import fractions
import importlib
import math
import types
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pyarrow as pa
from hypothesis import strategies as st

BLANK_TEXTS = ("", " ", "\t", "\n", "\r\n", "\u00a0", "\u3000", "\u2003 ")
"""Texts without visible content."""

FORMULAS = (
    "=1+1", "+1+1", "-1+1", "@SUM(A1)", "\t=1", " =1", "\u00a0=1", "\u200b=1", "＝1", "\r=1",
    "\n=1", '=HYPERLINK("https://example.org")', "=cmd|' /C calc'!A0", "\x00=1", "\ufeff-1+1",
    "'=1", "''=1",
)  # fmt: skip
"""Texts that a spreadsheet may run as formulas."""

ESCAPES = (
    "\x1b[31mred\x1b[0m", "\x1b[2J\x1b[Hwiped", "\x1b]0;a title\x07titled",
    "\x1b]8;;https://example.org\x1b\\a link\x1b]8;;\x1b\\", "\x9b31mred", "\x9dmore", "\x1b",
    "ring\x07 back\x08 nul\x00", "turned \u202eround\u202c \u2066apart\u2069", "a\u200eb",
)  # fmt: skip
"""Texts that control a terminal, or reverse the direction of writing."""

WORDS = (
    "yes", "Yes", "YES ", "no", "y", "n", "on", "off", "true", "False", "ja", "null", "~", "None",
    "nan", "NaN", "NA", "N/A", "NaT", "inf", "-inf", "unknown", "n/a", "don't know", "none", ";",
    ";;", ",", "#", "# a comment", "text # with a comment", "a: b", "- a", "[a]", "{a: b}", "!tag",
    "&anchor", "*alias", "%directive", "`", "|", ">", "?", "/", "//", "/quit", "/unknown", "'",
    '"', '""', '"a', 'a"b', "'a'", "\\", "\\n", "<b>", "]]>", "&amp;", "${HOME}", "{{x}}", "%s",
    "{0}", "two\nlines", "two\r\nlines", "a\tb", "a\u2028b", "a\x0bb", "a\x85b", "gas", "GAS",
    "Wood fire", "bread;cake", "bread,cake", "bread; bread", "gas ", "Größe", "Gro\u0308ße",
    "\ufeffgas", "ﬁne", "İ", "ẞ", "日本語", "👩‍👩‍👧", "\U0010fffd", "\ufffe", "\ufdd0",
)  # fmt: skip
"""Words, marks and letters to which some format or reader gives a special meaning."""

SURROGATES = ("\ud800", "a\udfffb", "\udcff")
"""Lone surrogates: no file can hold them."""

LONG_TEXTS = ("x" * 40_000, "é" * 300, "a b " * 1_000, "=" * 300)

NUMERALS = (
    "0", "-0", "00", "007", "5", " 5 ", "+5", "-5", "-5.5", "5.", ".5", "-.5", "1e3", "1E-3",
    "1e400", "-1e400", "1e-400", "0x10", "0o17", "0b1", "1_000", "1,000", "1.000", "1.040",
    "1 000", "1\u00a0000", "1'000", "1,5", "1.5,0", "1.234.567,89", "1,234,567.89", "٣", "五", "²",
    "½", "50%", "50 %", "62%", "€5", "5 €", "1200 €", "EUR 1200", "$5", "£520,000", "7 years",
    "4 hours", "12-3", "1/2", "1:30", "five", "--5", "+-5", "5-", "(5)", "1e", "e5", ".", "-", "+",
    "9007199254740991", "9007199254740992", "9007199254740993", "12345678901234567890",
    "0.1", "0.30000000000000004", "0.1000000000000000055511151231257827", "9" * 400,
    "-" + "9" * 400, "0." + "9" * 400, "1" + "0" * 308, "inf", ".inf", ".nan", "Infinity",
)  # fmt: skip
"""Numbers as people and programs write them, and texts that only look like numbers."""

DAYS = (
    "2026-11-21", " 2026-11-21 ", "2026-02-29", "2028-02-29", "2026-13-01", "2026-00-10",
    "2026-11-31", "0001-01-01", "0000-01-01", "9999-12-31", "10000-01-01", "-2026-11-21",
    "1899-12-31", "1900-02-29", "2026-1-5", "2026-11", "2026", "20261121", "2026-W47-6", "2026-325",
    "21.11.2026", "11/21/2026", "21/11/2026", "01/02/2026", "1 March 2027", "today", "yesterday",
    "2026-11-21T00:00:00", "2026-11-21 00:00", "2026-11-21T09:30:00", "2026-11-21T00:00:00Z",
    "2026-11-21T23:30:00-05:00", "２０２６-11-21", "46347",
)  # fmt: skip
"""Dates as people and programs write them, and texts that only look like dates."""

TEXTS: tuple[str, ...] = tuple(
    dict.fromkeys(
        [*BLANK_TEXTS, *FORMULAS, *ESCAPES, *WORDS, *LONG_TEXTS, *NUMERALS, *DAYS, *SURROGATES]
    )
)
"""Every odd text."""

WRITABLE_TEXTS: tuple[str, ...] = tuple(one for one in TEXTS if one not in SURROGATES)
"""The texts that a UTF-8 file can hold."""


class Opaque:
    """An object that is not a valid answer to any question."""

    def __repr__(self) -> str:
        return "<opaque>"


class Unspeakable:
    """An object that fails on every operation."""

    def __repr__(self) -> str:
        raise RuntimeError

    def __eq__(self, other: object) -> bool:
        raise RuntimeError

    def __bool__(self) -> bool:
        raise RuntimeError

    __hash__ = None  # type: ignore[assignment]


class Amount(int):
    """A subclass of int."""


class NameText(str):
    """A subclass of str."""

    __slots__ = ()


def nested(depth: int) -> list[Any]:
    """Return nested lists."""
    found: list[Any] = []
    for _ in range(depth):
        found = [found]
    return found


def circular() -> list[Any]:
    """Return a list that contains itself."""
    found: list[Any] = []
    found.append(found)
    return found


def _endless() -> Iterator[int]:
    while True:
        yield 1


NUMBERS: tuple[Any, ...] = (
    0, 1, -1, 5, -0.0, 0.1, 0.1 + 0.2, 5.5, -5.5, 1e300, -1e300, 5e-324, 2**53 - 1, 2**53, -(2**53),
    2**63, 2**64, 10**399, -(10**400), 1.7976931348623157e308, math.inf, -math.inf, math.nan,
    decimal.Decimal(5), decimal.Decimal("0.1"), decimal.Decimal("0.10"), decimal.Decimal("-0"),
    decimal.Decimal("1E+400"), decimal.Decimal("1E-400"), decimal.Decimal("NaN"),
    decimal.Decimal("sNaN"), decimal.Decimal("Infinity"), decimal.Decimal("0." + "1" * 100),
    decimal.Decimal(10) ** 30, fractions.Fraction(1, 2), fractions.Fraction(1, 3), 1j,
    complex(5, 0), np.int8(5), np.uint64(2**64 - 1), np.float16(0.1), np.float32(0.1),
    np.float64(0.1),
    np.float64("nan"), np.longdouble("0.1"), np.complex128(1), Amount(5),
)  # fmt: skip
"""Python numbers of every kind, and values that are not numbers."""

TIMES: tuple[Any, ...] = (
    datetime.date(2026, 11, 21), datetime.date.min, datetime.date.max,
    datetime.datetime(2026, 11, 21), datetime.datetime(2026, 11, 21, 9, 30),
    datetime.datetime(2026, 11, 21, tzinfo=datetime.UTC),
    datetime.datetime(2026, 11, 21, 23, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=-5))),
    datetime.datetime.min, datetime.datetime.max, datetime.time(9, 30), datetime.timedelta(days=1),
    np.datetime64("2026-11-21"), np.datetime64("2026-11-21T09:30"), np.datetime64("NaT", "s"),
    np.datetime64("20000-01-01"), np.timedelta64(1, "D"),
)  # fmt: skip
"""Python dates and times of every kind, and values that are not dates."""

OBJECTS: tuple[Any, ...] = (
    None, True, False, np.bool_(True), np.str_("gas"), np.bytes_(b"gas"), Ellipsis,
    NotImplemented, NameText("gas"), b"gas", bytearray(b"gas"), memoryview(b"gas"), object(),
    Opaque(),
    Unspeakable(), object, len, types, types.SimpleNamespace(value=1), Exception("gas"), (), [], {},
    set(), frozenset(), ["bread"], ("bread", "cake"), {"bread"}, frozenset({"bread"}),
    ["bread", None], ["bread", 1], [None], [""], [math.nan], [[]], [["bread"]], [{}],
    {"bread": "cake"},
    range(3), np.array([1, 2]), np.array(5), np.array(["bread"]), np.array([]), np.array(None),
    pa.scalar("gas"), pa.scalar(5), pa.scalar(None), pa.array(["bread"]),
    collections.OrderedDict(value=1), collections.Counter("a"), collections.deque(["bread"]),
    types.MappingProxyType({"value": 1}), collections.UserDict({"value": 1}),
    collections.UserList(["bread"]), collections.UserString("gas"), nested(10), nested(500),
    nested(100_000), circular(), {"hours": nested(500)}, [{"hours": 8}], [{"hours": None}],
    [{"hours": "8"}], [{"hours": math.nan}], [{"hour": 8}], [{1: 8}], [8],
    ({"hours": 8},), [{"hours": decimal.Decimal("7.5")}], [{"hours": np.int64(8)}],
)  # fmt: skip
"""Python values of every other kind."""

WRITTEN_ANSWERS: tuple[Any, ...] = (
    {"value": 1, "note": None}, {"value": True, "note": None}, {"value": None, "note": "counted"},
    {"value": "gas", "note": ""}, {"value": ""}, {"value": math.nan}, {"value": None},
    {"value": {"value": 1}}, {"value": 1, "value ": 2}, {"unknown": "IT is counting"},
    {"unknown": None}, {"unknown": ""}, {"unknown": 5}, {"unknown": "a", "value": 1},
    {"unknown": "a", "value": None}, {"not_applicable": "none"}, {"not_applicable": None},
    {"by": {"anna": True}}, {"by": {"anna": 5}}, {"by": {"anna": None}}, {"by": {}}, {"by": None},
    {"by": {"anna": "", "bert": "gas"}}, {"by": {"Anna M": True}}, {"by": {1: True}}, {"by": []},
    {"by": {"anna": {"value": True, "note": None}}}, {"by": {"anna": {"by": {"bert": True}}}},
    {"value": 1, "evidence": None}, {"value": 1, "evidence": []}, {"value": 1, "evidence": [{}]},
    {"value": 1, "evidence": [{"title": "minutes", "url": None}]}, {"vlaue": 1}, {1: 2}, {None: 1},
    {"value": 1, "note": "\ud800"}, {"\ud800": 1},
)  # fmt: skip
"""Answers written as in an answers document, valid and invalid."""


def _of_pandas() -> tuple[Any, ...]:
    """Return pandas values, if pandas is installed."""
    with contextlib.suppress(ModuleNotFoundError):
        pd: Any = importlib.import_module("pandas")
        return (
            pd.NA, pd.NaT, [pd.NA], {"value": pd.NA}, [{"hours": pd.NA}], pd.Timedelta(days=1),
            pd.Timestamp("2026-11-21"), pd.Timestamp("2026-11-21 09:30"), pd.Period("2026-11"),
            pd.Timestamp("2026-11-21", tz="Europe/Berlin"), pd.Series(["bread"]), pd.Index([1]),
            pd.Series([], dtype=object), pd.DataFrame({"hours": [1]}), pd.Categorical(["bread"]),
        )  # fmt: skip
    return ()


PANDAS_VALUES: tuple[Any, ...] = _of_pandas()
"""Values that data frames hold."""

ENDLESS: tuple[Callable[[], Iterator[int]], ...] = (_endless,)
"""Functions that return endless iterators: no reader may exhaust them."""

VALUES: tuple[Any, ...] = (
    *OBJECTS, *NUMBERS, *TIMES, *WRITTEN_ANSWERS, *PANDAS_VALUES, *TEXTS,
)  # fmt: skip
"""Every odd Python value."""

# A table of cases for the ruleset of `tests.portfolio.bakery`.
_HEAD = b"shop.staff,shop.motto\n"
CSV_FILES: Mapping[str, bytes] = {
    "empty": b"",
    "a byte order mark alone": b"\xef\xbb\xbf",
    "line ends alone": b"\r\n\n\r",
    "names alone": b"shop.staff,shop.motto",
    "separators alone": b",,,\n,,,\n",
    "blank rows": _HEAD + b"1,a\n,\n\n , \n2,b\n",
    "blank columns": b"shop.staff,,shop.motto,\n1,,a,\n2,,b,\n",
    "old line ends": b"shop.staff,shop.motto\r1,a\r2,b\r",
    "mixed line ends": b"shop.staff,shop.motto\r\n1,a\n2,b\r",
    "quote never closed in the first row": _HEAD + b'1,"a\n2,b\n3,c\n',
    "quote never closed in the first cell": _HEAD + b'"1,a\n2,b\n3,c\n',
    "quote never closed further down": _HEAD + b"1,a\n" * 50 + b'2,"b\n' + b"3,c\n" * 50,
    "quote closed by the next one": _HEAD + b'1,"a\n2,"b"\n3,c\n',
    "quote never closed among the names": b'shop.staff,"shop.motto\n1,a\n',
    "text behind a quote": _HEAD + b'1,"a"b\n',
    "quotes within a text": _HEAD + b'1,4" pipe\n2,"4"" pipe"\n',
    "lines within quotes": _HEAD + b'1,"a\nb"\n2,"c\r\nd"\n',
    "every line too short": _HEAD + b"1\n2\n3\n",
    "every line too long": _HEAD + b"1,a,b\n2,c,d\n",
    "one line too short": _HEAD + b"1,a\n2\n",
    "semicolons": b"shop.staff;shop.motto\n1;a\n",
    "tabs": b"shop.staff\tshop.motto\n1\ta\n",
    "a separator named": b"sep=;\r\nshop.staff;shop.motto\r\n1;a\r\n",
    "UTF-16": "shop.staff,shop.motto\n1,a\n".encode("utf-16"),
    "Latin 1": "shop.staff,shop.motto\n1,B\u00e4cker\n".encode("latin-1"),
    "nul": _HEAD + b"1,\x00\n",
    "a workbook": b"PK\x03\x04" + bytes(range(256)),
    "JSON": b'{"shop.staff": 1}\n',
    "a name twice": b"shop.staff,shop.staff\n1,2\n",
    "a line of a mebibyte": _HEAD + b"1," + b"x" * 2**20 + b"\n",
}
"""Files of comma-separated values that are damaged, or that some spreadsheet writes."""

JSON_LINES_FILES: Mapping[str, bytes] = {
    "empty": b"",
    "nothing": b"\n \n",
    "no objects": b"1\nnull\n[]\n",
    "one list": b'[{"shop.staff": 1}]',
    "null beside a value": b'{"shop.staff": {"value": 1, "note": null}}\n',
    "a name twice": b'{"shop.staff": 1, "shop.staff": 2}\n',
    "half of a character": b'{"shop.motto": "\\ud800"}\n',
    "no UTF-8": b'{"shop.motto": "\xff"}\n',
    "deep": b'{"shop.wares": ' + b"[" * 5_000 + b"]" * 5_000 + b"}\n",
    "a long number": b'{"shop.staff": ' + b"9" * 5_000 + b"}\n",
    "no number": b'{"shop.staff": NaN}\n{"shop.staff": Infinity}\n',
    "cut off": b'{"shop.staff": 1}\n{"shop.st',
}
"""Files of JSON Lines that are damaged, or that some program writes."""

YAML_FILES: Mapping[str, bytes] = {
    "empty": b"",
    "a byte order mark alone": b"\xef\xbb\xbf",
    "null": b"~",
    "a text": b"shop",
    "a list": b"[1, 2]",
    "a circle": b"&a [*a]",
    "many aliases": b"a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n",
    "a tag": b"!!python/object:os.system ls",
    "two documents": b"a: 1\n---\nb: 2\n",
    "a key twice": b"a: 1\na: 2\n",
    "brackets": b"[" * 5_000,
    "tabs": b"a:\n\tb: 1\n",
    "no end": b'a: "b',
    "Latin 1": "a: Größe".encode("latin-1"),
    "UTF-16": "a: 1".encode("utf-16"),
    "nul": b"a: \x00",
    "half of a character": b'a: "\\ud800"',
    "a workbook": b"PK\x03\x04" + bytes(range(256)),
}
"""Invalid documents, and documents that try to harm their reader."""


def odd_texts() -> st.SearchStrategy[str]:
    """Return a strategy for odd texts from the list, and any other."""
    return st.sampled_from(TEXTS) | st.text(st.characters(exclude_categories=()), max_size=20)


def odd_values() -> st.SearchStrategy[Any]:
    """Return a strategy for odd values from the list, and any other made of plain values."""
    plain = (
        st.none() | st.booleans() | st.integers() | st.floats() | st.decimals() | odd_texts()
        | st.dates() | st.datetimes() | st.binary(max_size=5) | st.fractions()
    )  # fmt: skip
    keys = st.sampled_from(["value", "unknown", "note", "by", "not_applicable", "hours", "x"])
    return st.sampled_from(VALUES) | st.recursive(
        plain,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=6,
    )
