"""How differences between two results are worded."""

from __future__ import annotations

from typing import Any

import pytest

from readiness.verification.recheck import differences

SHEETS = [{"file": "a.yaml", "sha256": "1"}, {"file": "b.yaml", "sha256": "2"}]


@pytest.mark.parametrize(
    ("said", "again", "found"),
    [
        ({"a": 1}, {"a": 1}, []),
        ({"a": 1}, {"a": True}, ["a: the result says 1, assessed again: true"]),
        ({"a": 1}, {}, ["a: only in the result"]),
        ({}, {"a": 1}, ["a: not in the result"]),
        ({"a": ["x", "y"]}, {"a": ["y", "x"]}, ["a: in another order"]),
        ({"a": ["x", "x"]}, {"a": ["x"]}, ["a[x]: 2 times in the result"]),
        ({"a": [1, 2]}, {"a": [1]}, ["a[1]: only in the result"]),
        ({"answers": [*SHEETS, SHEETS[0]]}, {"answers": SHEETS},
         ["answers[a.yaml]: 2 times in the result"]),
        ({"answers": SHEETS[:1]}, {"answers": SHEETS}, ["answers[b.yaml]: not in the result"]),
        ({"answers": SHEETS[::-1]}, {"answers": SHEETS}, ["answers: in another order"]),
        ({"c": [{"id": "x", "v": 1}]}, {"c": [{"id": "x", "v": 2}]},
         ["c[x].v: the result says 1, assessed again: 2"]),
    ],
)  # fmt: skip
def test_differences(said: Any, again: Any, found: list[str]) -> None:
    """Differing values are named by path, items by their ids."""
    assert [one.text for one in differences("", said, again)] == found
