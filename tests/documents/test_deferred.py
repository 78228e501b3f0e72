"""Mappings whose values are worked out when they are first wanted."""

from __future__ import annotations

import pytest

from readiness.documents.deferred import Deferred


@pytest.fixture
def built() -> list[str]:
    """The keys the values of which were worked out."""
    return []


@pytest.fixture
def deferred(built: list[str]) -> Deferred[str]:
    def build(key: str) -> str:
        built.append(key)
        return key.upper()

    return Deferred(["b", "a", "c"], build)


def test_a_value_is_worked_out_once(deferred: Deferred[str], built: list[str]) -> None:
    """Not before it is wanted, and never again."""
    assert built == []
    assert [deferred["a"], deferred["a"], deferred.get("a")] == ["A", "A", "A"]
    assert built == ["a"]


def test_keys_are_known_without_values(deferred: Deferred[str], built: list[str]) -> None:
    """Keys, their order and their number take no value."""
    assert list(deferred) == list(deferred.keys()) == ["b", "a", "c"]
    assert len(deferred) == 3
    assert "a" in deferred
    assert "z" not in deferred
    assert {"a"} <= deferred.keys()
    assert built == []


def test_what_there_is_none_of(deferred: Deferred[str], built: list[str]) -> None:
    """A key that there is not is refused, and nothing is worked out for it."""
    with pytest.raises(KeyError):
        deferred["z"]
    assert deferred.get("z") is None
    assert built == []


def test_all_of_it_is_as_of_a_dict(deferred: Deferred[str], built: list[str]) -> None:
    """In the order of the keys, whichever was wanted first."""
    whole = {"b": "B", "a": "A", "c": "C"}
    assert deferred["c"] == "C"
    assert list(deferred.items()) == list(whole.items())
    assert list(deferred.values()) == list(whole.values())
    assert deferred == whole
    assert {**deferred} == dict(deferred) == whole
    assert sorted(built) == ["a", "b", "c"]


def test_a_value_that_cannot_be_worked_out_can_be_later() -> None:
    """What is raised is raised to who wants the value; it is tried again the next time."""
    tries = iter([ValueError("not yet")])

    def build(key: str) -> str:
        for fault in tries:
            raise fault
        return key

    deferred = Deferred(["a"], build)
    with pytest.raises(ValueError, match="not yet"):
        deferred["a"]
    assert deferred["a"] == "a"
