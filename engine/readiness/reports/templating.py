"""Templates of reports: how all of them are read and filled in."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined


def environment_of(
    package: str, shown: Callable[[Any], Any], *, keep_trailing_newline: bool = False
) -> Environment:
    """Return the environment of the templates in the folder `templates` of a package.

    `shown` returns what is written for a value. A text that is not marked as safe is escaped, and
    a name that a template does not know is an error.
    """
    return Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=keep_trailing_newline,
    )
