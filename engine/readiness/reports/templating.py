"""Templates of reports: how all of them are read and filled in, and what all of them can say."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from readiness.evaluation.formatting import format_number
from readiness.reports import phrasing


def environment_of(
    package: str, shown: Callable[[Any], Any], *, keep_trailing_newline: bool = False
) -> Environment:
    """Return the environment of the templates in the folder `templates` of a package.

    `shown` returns what is written for a value. A text that is not marked as safe is escaped, and
    a name that a template does not know is an error.
    """
    held = Environment(
        loader=PackageLoader(package, "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=shown,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=keep_trailing_newline,
        auto_reload=False,  # nor is it looked again whether a template has changed
    )
    held.filters |= {
        "counted": phrasing.count_noun,
        "figure": lambda number: format_number(round(number, 2)),
        "said": phrasing.format_response,
        "score_range": phrasing.score_range,
    }
    held.globals |= {
        "PROGRESS": phrasing.PROGRESS,
        "STANDINGS": phrasing.STANDINGS,
        "TRUTHS": phrasing.TRUTHS,
        "VERDICTS": phrasing.VERDICTS,
    }
    return held
