"""Properties that are calculated once."""

from __future__ import annotations

import threading

import pytest

from readiness.dependencies.lazy_property import lazy_property


class Holder:
    """Counts how often its property is calculated."""

    def __init__(self, wait: threading.Barrier | None = None) -> None:
        self.times = 0
        self.wait = wait

    @lazy_property
    def found(self) -> object:
        """Return the calculated value."""
        self.times += 1
        if self.wait is not None:
            self.wait.wait(timeout=30)
        return object()


def test_it_is_worked_out_when_first_looked_at_and_only_then() -> None:
    """The value is calculated on first access only, and the stored object is returned."""
    holder = Holder()
    assert holder.times == 0
    assert holder.found is holder.found
    assert holder.times == 1


def test_each_object_has_its_own() -> None:
    """Each object stores its own value."""
    assert Holder().found is not Holder().found


def test_the_class_shows_the_property() -> None:
    """On the class it is the property with its docstring, so that documentation can use it."""
    assert isinstance(Holder.found, lazy_property)
    assert Holder.found.__doc__ == "Return the calculated value."


def test_what_raises_is_not_kept() -> None:
    """After an error the next access calculates it again."""

    class Failing:
        times = 0

        @lazy_property
        def found(self) -> int:
            self.times += 1
            if self.times == 1:
                raise ValueError
            return self.times

    failing = Failing()
    with pytest.raises(ValueError, match=r"^$"):
        _ = failing.found
    assert failing.found == 2


def test_two_threads_are_given_the_same() -> None:
    """Two threads may both calculate the value, but get the one that was stored first."""
    holder, found = Holder(threading.Barrier(2)), []
    threads = [threading.Thread(target=lambda: found.append(holder.found)) for _ in range(2)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=30)
    assert holder.times == 2
    assert found[0] is found[1]
