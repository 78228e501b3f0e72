"""Plug-ins: installed packages that add report formats, importers, lint rules and functions.

A package names what it adds in its entry points; nothing of it is imported before it is used.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib import import_module
from operator import attrgetter
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from readiness.problems import Problems

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
        """Return the object that is named; raises `DocumentError` if it cannot be imported."""
        if self.rival:
            self.fail(f"{self.rival} has one of the same name; uninstall one of the two")
        module, _, path = self.value.partition(":")
        return self._try(lambda: attrgetter(path)(import_module(module)))

    def call(self, *arguments: object) -> Any:
        """Return what its function returns; raises `DocumentError` if it raises."""
        function = self.load()
        return self._try(lambda: function(*arguments))

    def _try(self, step: Callable[[], Any]) -> Any:
        try:
            return step()
        except Exception as fault:  # noqa: BLE001 - whatever the code of others raises
            self.fail(f"{type(fault).__name__}: {fault}")

    def fail(self, reason: str) -> NoReturn:
        """Raise `DocumentError` with one problem that names the plug-in."""
        problems = Problems()
        problems.add("plugin-failed", plugin=self, reason=reason)
        problems.raise_if_any()
        raise AssertionError


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
