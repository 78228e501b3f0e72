"""Libraries that only some formats need, and that come with an extra."""

from __future__ import annotations

import importlib
from types import ModuleType

import click


class MissingExtra(click.ClickException):
    """A library is not installed; one line says what installs it."""

    exit_code = 2


def needed(module: str, extra: str, purpose: str) -> ModuleType:
    """The module, imported; `purpose` is what needs it, in the plural: "plans as calendars".

    Raises `MissingExtra`, which names the extra of `readiness` that installs it.
    """
    try:
        return importlib.import_module(module)
    except ModuleNotFoundError:
        library = module.partition(".")[0]
        raise MissingExtra(
            f"{purpose} need the library '{library}': pip install 'readiness[{extra}]'"
        ) from None
