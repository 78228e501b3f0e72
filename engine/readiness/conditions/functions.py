"""The functions of the condition language, as their users see them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from readiness.conditions.types import Type
from readiness.plugins import Function as Declared
from readiness.plugins import Plugin, PluginError, installed
from readiness.problems.packaged import packaged


@dataclass(frozen=True, slots=True)
class Function:
    """A function: how it is written, what it yields, what it means."""

    name: str
    forms: Sequence[str]
    result: str
    meaning: str
    source: str = ""


# Functions over the rows of a table or over the respondents of a group.
OVER_TRUTHS = {"every": "truth", "some": "truth", "count": "number", "share": "number"}
OVER_NUMBERS = frozenset({"sum", "min", "max", "mean"})
OVER_FLOWS = frozenset({"npv", "irr", "payback"})

FUNCTIONS = {
    name: Function(name, **told)
    for name, told in json.loads(packaged("readiness.conditions", "functions.json")).items()
}
"""The functions by name, as `functions.json` describes them."""


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class PluginFunction(Function):
    """A function that a plug-in adds, with what calculates it."""

    plugin: Plugin
    declared: Declared

    def to_dict(self) -> dict[str, str]:
        """Return its name, its plug-in and the version, as in results."""
        package, version = self.plugin.package, self.plugin.version
        return {"function": self.name, "plugin": package, "version": version}

    def __str__(self) -> str:
        return f"function {self.name} of plug-in {self.plugin.package} {self.plugin.version}"


@lru_cache(maxsize=256)
def load_function(plugin: Plugin) -> PluginFunction:
    """Return the function of a plug-in; raises `PluginError` if it is not well declared."""
    declared = plugin.load()
    if not isinstance(declared, Declared):
        plugin.fail("it is not a readiness.plugins.Function")
    form = f"{plugin.name}({', '.join(declared.arguments.values()).upper()})"
    result, said = str(Type(declared.result, declared.unit)), declared.meaning
    return PluginFunction(plugin.name, [form], result, said, plugin=plugin, declared=declared)


def all_functions() -> dict[str, Function]:
    """Return our functions, and behind them those of installed plug-ins with other names.

    The meaning of one that cannot be used is the reason.
    """
    found = dict(FUNCTIONS)
    for name, plugin in installed("functions").items():
        try:
            found.setdefault(name, load_function(plugin))
        except PluginError as error:
            found.setdefault(name, Function(name, [f"{name}(..)"], "nothing", str(error)))
    return found
