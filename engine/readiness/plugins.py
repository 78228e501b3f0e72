"""Plug-ins: installed packages that add report formats, importers, lint rules and functions.

A package names what it adds in its entry points; nothing of it is imported before it is used.
"""

from __future__ import annotations

import datetime
import math
import sys
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from readiness.problems import DocumentError, Problems, quote_names

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

# What one entry of each group is called in messages.
KINDS = {
    "reports": "report format",
    "importers": "importer",
    "lint": "lint rule",
    "functions": "function",
}

_GROUPS = (*KINDS, "rulesets", "questionnaires")

_ARE_ON: ContextVar[bool] = ContextVar("plug-ins are used", default=True)


@contextmanager
def using_plugins(use: bool) -> Iterator[None]:
    """Inside, no plug-in is used if `use` is False; otherwise nothing changes."""
    token = _ARE_ON.set(use and _ARE_ON.get())
    try:
        yield
    finally:
        _ARE_ON.reset(token)


@dataclass(frozen=True, slots=True)
class Plugin:
    """One thing that an installed package adds: `name` in the group `readiness.KIND`.

    `rival` is another package that has one of the same name; else empty.
    """

    kind: str
    name: str
    package: str
    version: str
    value: str
    rival: str = ""

    def __str__(self) -> str:
        return f"{KINDS[self.kind]} '{self.name}' of plug-in {self.package} {self.version}"

    def load(self) -> Any:
        """Return the object that is named; raises `PluginError` if it cannot be imported."""
        if self.rival:
            self.fail(f"{self.rival} has one of the same name; uninstall one of the two")
        module, _, path = self.value.partition("[")[0].strip().partition(":")
        return self.attempt(lambda: attrgetter(path)(import_module(module)))

    def call(self, *arguments: object) -> Any:
        """Return what its function returns; raises `PluginError` if it raises."""
        function = self.load()
        return self.attempt(lambda: function(*arguments))

    def attempt(self, step: Callable[[], Any]) -> Any:
        """Return what a step returns; raises `PluginError` for all that it raises."""
        try:
            return step()
        except (Exception, SystemExit) as fault:
            if isinstance(fault, PluginError):
                raise
            is_ours = isinstance(fault, NotAsDeclaredError)
            self.fail(str(fault) if is_ours else f"{type(fault).__name__}: {fault}")

    def fail(self, reason: str) -> NoReturn:
        """Raise `PluginError` with one problem that names the plug-in."""
        raise PluginError(self, reason)


class PluginError(DocumentError):
    """The exception for a plug-in that cannot be used; `reason` says why."""

    def __init__(self, plugin: Plugin, reason: str) -> None:
        problems = Problems()
        problems.add("plugin-failed", plugin=plugin, reason=reason)
        super().__init__(problems)
        self.reason = reason


class NotAsDeclaredError(ValueError):
    """The exception for a function that is declared wrongly, or does not do what is declared."""


def installed(kind: str) -> Mapping[str, Plugin]:
    """Return what the installed plug-ins add in the group `readiness.KIND`, by name."""
    found: dict[str, Plugin] = {}
    for point in entry_points(kind):
        assert point.dist is not None
        one = Plugin(kind, point.name, point.dist.name, point.dist.version, point.value)
        if (other := found.get(one.name)) is not None:
            one = replace(other, rival=f"{one.package} {one.version}")
        found[one.name] = one
    return found


def entry_points(kind: str) -> list[EntryPoint]:
    """Return the entry points of the group `readiness.KIND`, by package; none without plug-ins."""
    points = _entry_points(tuple(sys.path)) if _ARE_ON.get() else ()
    return [point for point in points if point.group == f"readiness.{kind}"]


@lru_cache(maxsize=8)
def _entry_points(path: tuple[str, ...]) -> tuple[EntryPoint, ...]:
    """Return those of all our groups that can be found along a path of imports."""
    if not any(map(_may_offer, path)):
        return ()
    from importlib.metadata import entry_points  # takes as long to import as all the rest here

    found = [point for group in _GROUPS for point in entry_points(group=f"readiness.{group}")]
    return tuple(sorted(found, key=lambda point: (point.dist.name if point.dist else "", point)))


def _may_offer(folder: str) -> bool:
    """Return whether a package that is installed in a folder names one of our groups at all."""
    return any(map(_names_us, Path(folder or ".").glob("*.*-info/entry_points.txt")))


def _names_us(file: Path) -> bool:
    try:
        return b"[readiness." in file.read_bytes()
    except OSError:
        return False


@dataclass(frozen=True, slots=True)
class Finding:
    """A finding of a lint rule: what is wrong, where in the ruleset, and what to do.

    `path` are the keys that lead to the place, such as `("checks", "funding", "remedy")`.
    """

    code: str
    message: str
    path: Sequence[str] = ()
    hint: str = ""


# ---- functions of conditions ---------------------------------------------------------------------

_TYPES: Mapping[str, tuple[type, ...]] = {
    "truth": (bool,),
    "number": (int, float, Decimal),
    "date": (datetime.date,),
    "text": (str,),
    "choice": (str,),
    "choices": (tuple,),
}
_RESULTS = ("truth", "number", "date", "text")
_ORDERED = ("truth", "number")


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of conditions, as a plug-in declares it; raises `ValueError` if it cannot be one.

    `calculate` is given known values, numbers as `Decimal`, and returns the result, or None if
    there is none; it must always return the same for the same values. `arguments` names the
    arguments with their types: truth, number, date, text, choice or choices; `result` is truth,
    number, date or text, `unit` the unit of a number. `cases` are pairs of arguments and result.

    `rises_with` and `falls_with` name numbers: if one grows, the result never falls, or never
    rises, and has a value between any two that have one. `least` and `most` are limits of a number
    that has a value for all arguments.
    """

    calculate: Callable[..., Any]
    arguments: Mapping[str, str]
    result: str
    meaning: str
    cases: Sequence[tuple[Sequence[Any], Any]]
    rises_with: Collection[str] = ()
    falls_with: Collection[str] = ()
    least: float | Decimal | None = None
    most: float | Decimal | None = None
    unit: str = ""

    def __post_init__(self) -> None:
        """Try the declaration, and the function with the cases."""
        _require(len(self.arguments) > 0, "it has no arguments")
        for name, kind in self.arguments.items():
            said = f"argument {name} is of type '{kind}', not {quote_names(list(_TYPES))}"
            _require(kind in _TYPES, said)
        _require(self.result in _RESULTS, f"result is '{self.result}', not {quote_names(_RESULTS)}")
        for name in (*self.rises_with, *self.falls_with):
            is_number = self.arguments.get(name) == "number"
            _require(is_number, f"it rises or falls with '{name}', which is no number of it")
            is_both = name in self.rises_with and name in self.falls_with
            _require(not is_both, f"it cannot both rise and fall with '{name}'")
            _require(self.result in _ORDERED, "only a truth or a number can rise or fall")
        has_limits = self.least is not None or self.most is not None
        _require(self.result == "number" or not has_limits, "only a number has least and most")
        _require(len(self.cases) > 0, "it declares no cases")
        for arguments, wanted in self.cases:
            found = self.apply(arguments)
            shown = f"for {self.text(arguments)} it returned {found}, but a case says {wanted}"
            _require(_is_same(found, wanted), shown)
        for name in (*self.rises_with, *self.falls_with):
            self._try_order(list(self.arguments).index(name), is_rising=name in self.rises_with)

    def _try_order(self, place: int, *, is_rising: bool) -> None:
        """Try each case with the values that one argument has in the others, from low to high."""
        numbers = sorted({_exact(arguments[place]) for arguments, _ in self.cases})
        for arguments, _ in self.cases:
            tried = [[*arguments[:place], one, *arguments[place + 1 :]] for one in numbers]
            results = [found for one in tried if (found := self.apply(one)) is not None]
            wanted = sorted(results, reverse=not is_rising)
            ends = f"from {self.text(tried[0])} to {self.text(tried[-1])}"
            _require(results == wanted, f"it does not rise or fall as declared {ends}")

    def text(self, values: Sequence[Any]) -> str:
        """Return how the values of a call are shown."""
        return f"({', '.join(map(str, values))})"

    def apply(self, values: Sequence[Any]) -> Any:
        """Return the result for known values, None if it has none.

        Raises `NotAsDeclaredError` for a result that is not as declared, or if its code raises.
        """
        given = zip(values, self.arguments.values(), strict=True)
        it = f"for {self.text(values)} it"
        try:
            found = self.calculate(*(_exact(v) if kind == "number" else v for v, kind in given))
        except (Exception, SystemExit) as fault:
            raise NotAsDeclaredError(f"{it} raised {type(fault).__name__}: {fault}") from fault
        if found is None:
            is_free = self.least is None and self.most is None
            _require(is_free, f"{it} has no result, but least or most is declared")
            return None
        other = bool if self.result == "number" else datetime.datetime
        is_fine = isinstance(found, _TYPES[self.result]) and not isinstance(found, other)
        _require(is_fine, f"{it} returned {found!r}, which is no {self.result}")
        if self.result != "number":
            return found
        number = _exact(found)
        is_within = number.is_finite() and abs(number) < _TOO_LARGE
        is_within = is_within and (self.least is None or number >= _exact(self.least))
        is_within = is_within and (self.most is None or number <= _exact(self.most))
        _require(is_within, f"{it} returned {number}, which is beyond its limits")
        return number


_TOO_LARGE = Decimal(10) ** 300


def _exact(number: Any) -> Decimal:
    """Return a number as a decimal, the same for every type that it may have."""
    found = Decimal(repr(float(number))) if isinstance(number, float) else Decimal(number)
    is_whole = found.is_finite() and found == found.to_integral_value()
    return Decimal(int(found)) if is_whole else found


def _is_same(found: Any, wanted: Any) -> bool:
    if isinstance(found, Decimal) and isinstance(wanted, int | float | Decimal):
        return math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-12)
    return bool(found == wanted)


def _require(is_fine: bool, otherwise: str) -> None:
    if not is_fine:
        raise NotAsDeclaredError(otherwise)
