"""What the command line cannot be taken at: names that lead nowhere, libraries that are missing."""

from __future__ import annotations

import importlib
from collections.abc import Iterable
from types import ModuleType

import click

from readiness.problems import nearest, there_are


class Refusal(click.ClickException):
    """A command cannot do what it is asked to; the message says why."""

    exit_code = 2


class MissingExtra(Refusal):
    """A library is not installed; one line says what installs it."""


class CannotWrite(Refusal):
    """A result cannot be written; the message says where to and why."""

    def __init__(self, name: str, fault: OSError) -> None:
        super().__init__(f"cannot write {name}: {reason(fault)}")


def reason(fault: OSError) -> str:
    """Why a file cannot be used, as the system says it."""
    return (fault.strerror or "no reason given by the system").lower()


def wrong(where: str, message: str) -> click.BadParameter:
    """What is wrong with the value of an option or argument, which `where` names."""
    return click.BadParameter(message, param_hint=f"'{where}'")


def refuse_unknown(kind: str, names: Iterable[str], known: Iterable[str], where: str) -> None:
    """Refuse the first name that is not known, with the nearest that is, or with all there are.

    `where` is the option or argument that holds the names. Raises `click.BadParameter`.
    """
    there = list(known)
    for name in names:
        if name not in there:
            hint = nearest(name, there) or there_are(there)
            raise wrong(where, f"there is no {kind} '{name}'; {hint}")


def refuse_misspelt(name: str, where: str, example: str) -> None:
    """Refuse a name that can be no id. Raises `click.BadParameter`."""
    from readiness.documents.shapes import ID, advice, matches

    if not matches(ID, name):
        hint = advice(ID, name) or f"write lower-case letters and hyphens, as in {example}"
        raise wrong(where, f"'{name}' can be no id; {hint}")


def require_module(module: str, extra: str, purpose: str) -> ModuleType:
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
