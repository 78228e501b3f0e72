"""Garbage collection pauses while large structures are built, and no longer."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from readiness.documents.gc_pause import collecting_later


@pytest.fixture(autouse=True)
def collector() -> Iterator[None]:
    was_running, threshold = gc.isenabled(), gc.get_threshold()
    gc.enable()
    gc.set_threshold(700, 10, 10)
    yield
    gc.set_threshold(*threshold)
    if not was_running:
        gc.disable()


def test_it_rests_inside_and_runs_again_behind() -> None:
    """The collector is off inside and on again afterwards, even if entered twice."""
    with collecting_later():
        assert not gc.isenabled()
        with collecting_later():
            assert not gc.isenabled()
    assert gc.isenabled()


def test_it_runs_again_after_an_error() -> None:
    """An error inside does not leave the collector off."""
    with pytest.raises(KeyError), collecting_later():
        raise KeyError
    assert gc.isenabled()


def test_what_a_program_switched_off_stays_off() -> None:
    """A collector that the program switched off stays off."""
    gc.disable()
    with collecting_later():
        pass
    assert not gc.isenabled()


def test_two_at_once_do_not_leave_it_off() -> None:
    """If two pauses overlap, as in two threads, the collector is on again afterwards."""
    first, second = collecting_later(), collecting_later()
    with first:
        second.__enter__()
    assert gc.isenabled()
    second.__exit__(None, None, None)
    assert gc.isenabled()


@pytest.mark.slow
def test_what_was_built_is_walked_through_once() -> None:
    """After the outermost pause the new objects are old: no young collection scans them again."""
    with collecting_later():
        with collecting_later():
            built = [[number] for number in range(10_000)]
        assert any(one is built for one in gc.get_objects(generation=0))
    assert any(one is built for one in gc.get_objects(generation=2))


def test_a_program_that_collects_rarely_is_not_made_to_collect(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """With a high threshold, as the commands set it, nothing is scanned after a pause."""
    gc.set_threshold(200_000)
    runs: list[int] = []
    monkeypatch.setattr(gc, "collect", runs.append)
    with collecting_later():
        pass
    assert not runs
