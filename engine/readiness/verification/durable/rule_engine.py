"""The durable-rules engine: posts a fact and expects exactly one rule to fire."""

from __future__ import annotations

import copy
import importlib
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from collections.abc import Mapping as Map
from typing import Any

from readiness.verification.durable.rulebook import BOOKS, Book, at_least

LIBRARY, EXTRA = "durable-rules", "readiness[durable]"


class Fault(Exception):
    """The error that not exactly one rule fired; the message says what happened."""


class NoLibrary(Exception):
    """The error that durable-rules cannot be used; the message says why, and how to install it."""


class Rules:
    """The rulebook, loaded into durable-rules.

    Raises `NoLibrary` if durable-rules is not installed or does not run. A durable-rules host
    normally starts timer threads; this one has none, because a rule that fires in another thread
    could be missed.
    """

    def __init__(self, books: Map[str, Book] = BOOKS) -> None:
        engine = _engine()

        class Host(engine.Host):  # type: ignore[misc, name-defined]
            def _run(self) -> None:
                """Start no threads."""

        self._fired: list[tuple[str, int]] = []
        self._host = Host()
        self._names: set[str] = set()
        self._decided: dict[tuple[object, ...], str] = {}
        self.facts: int = 0
        for name, book in books.items():
            self._register(name, book)

    def outcome(self, book: str, **fact: int) -> str:
        """Return the name of the rule that fires for a fact; the same fact is decided once."""
        key = (book, *fact.items())
        if key not in self._decided:
            self._decided[key] = self._decide(book, fact)
        self.facts += 1
        return self._decided[key]

    def counts(self, book: str, facts: Iterable[Map[str, int]]) -> Counter[str]:
        """Return how often each rule fires for several facts, each of which fires one."""
        return Counter(self.outcome(book, **fact) for fact in facts)

    def at_least(self, wanted: int, **fact: int) -> str:
        """Return the outcome of the `at_least` book with this number."""
        book = f"at least {wanted}"
        if book not in self._names:
            self._register(book, at_least(wanted))
        return self.outcome(book, **fact)

    def _register(self, name: str, book: Book) -> None:
        rules = {
            rule: {"all": [{"m": copy.deepcopy(condition)}], "run": self._noting(rule)}
            for rule, condition in book.items()
        }
        self._host.register_rulesets({name: rules})
        self._names.add(name)

    def _noting(self, rule: str) -> Callable[[Any], None]:
        def note(c: Any) -> None:
            self._fired.append((rule, int(c.m["number"])))

        return note

    def _decide(self, book: str, fact: Map[str, int]) -> str:
        """Return the outcome of a fact, in a separate session that is deleted at the end."""
        number = len(self._decided)
        self._fired.clear()
        try:
            self._host.assert_fact(book, {"sid": str(number), "number": number, **fact})
        except Exception as fault:  # noqa: BLE001 - the library may raise anything
            said = getattr(fault, "message", "") or str(fault) or type(fault).__name__
            raise Fault(f"{LIBRARY} refused a fact of '{book}': {said}") from None
        if len(self._fired) != 1 or self._fired[0][1] != number:
            fired = ", ".join(rule for rule, _ in self._fired) or "none"
            raise Fault(f"of the rules of '{book}' one should have fired for {fact}: {fired}")
        self._host.delete_state(book, str(number))
        return self._fired[0][0]


def version() -> str:
    """Return the installed version of durable-rules."""
    from importlib.metadata import version as installed

    return installed(LIBRARY)


def _engine() -> Any:
    """Return the library's engine; raises `NoLibrary` with the install command if it is missing."""
    takes = f"pip install '{EXTRA}', with a C compiler and Python 3.12 or earlier"
    running = f"{sys.version_info.major}.{sys.version_info.minor}"
    if sys.version_info >= (3, 13):
        raise NoLibrary(
            f"the independent engine needs {LIBRARY}, which cannot be used on Python {running}: "
            + takes
        )
    try:
        return importlib.import_module("durable.engine")
    except ModuleNotFoundError:
        raise NoLibrary(
            f"the independent engine needs {LIBRARY}, which is not installed: " + takes
        ) from None
    except ImportError as fault:
        raise NoLibrary(f"{LIBRARY} is installed and cannot be used ({fault}): " + takes) from None
