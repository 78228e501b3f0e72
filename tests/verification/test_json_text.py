"""Reading JSON for verification."""

from __future__ import annotations

import pytest

from readiness.verification.json_text import MAXIMUM_DEPTH, read_json
from readiness.verification.steps import UnusableFile


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "it:1:1: this is not JSON: expecting value"),
        (b"{", "this is not JSON"),
        (b"{} {}", "it:1:4: this is not JSON: extra data"),
        (b"a: 1", "this is not JSON"),
        (b'{"a": 1, "b": 2, "a": 1}', 'it: the key "a" is given twice'),
        (b'{"a": NaN}', "it: NaN is not JSON"),
        (b"[-Infinity]", "it: -Infinity is not JSON"),
        (b"[1e400]", "it: it contains a number that is too large"),
        (
            b"9007199254740993",
            "it: it contains a whole number that is too large to be stored exactly",
        ),
        (b"1" * 5000, "it: "),
        (b'"\\ud800"', "it: it contains half of a character"),
        (b'{"\\ud800": 1}', "it: it contains half of a character"),
        (b'"\xff"', "it: it is not UTF-8, at byte 1"),
        (b"[" * 100_000, "it: values are nested more than 240 deep"),
        (b"[" * 300 + b"]" * 300, "it: values are nested more than 240 deep"),
        (b" " * (32 * 2**20 + 1), "it: it is larger than 32 MiB"),
    ],
    ids=lambda value: str(value)[:20],
)
def test_refused(data: bytes, why: str) -> None:
    """Invalid JSON, and JSON that two readers could understand differently, is refused."""
    with pytest.raises(UnusableFile) as fault:
        read_json(data, "it")
    assert why in str(fault.value)


def test_read() -> None:
    """Any other JSON is read; a byte order mark is skipped."""
    assert read_json(b'\xef\xbb\xbf{"a": [1, 1.5, "\xc3\xbc", null, true]}', "it") == {
        "a": [1, 1.5, "ü", None, True]
    }
    deep = b"[" * (MAXIMUM_DEPTH - 1) + b"]" * (MAXIMUM_DEPTH - 1)
    assert read_json(deep, "it")
