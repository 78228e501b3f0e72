"""Templates of reports: how all of them are read and filled in, and what all of them can say."""

from __future__ import annotations

import zlib
from collections.abc import Callable, ItemsView, Iterable, MutableMapping
from functools import cache
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import CodeType
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template
from jinja2.bccache import bc_magic
from markupsafe import Markup

from readiness.reports import phrasing


def environment_of(
    package: str, shown: Callable[[Any], Any], *, keep_trailing_newline: bool = False
) -> Environment:
    """Return the environment of the templates in the folder `templates` of a package.

    `shown` returns what is written for a value. A text that is not marked as safe is escaped, and
    a name that a template does not know is an error.
    """
    held = Environment(
        loader=PackageTemplates(package, "templates"),
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
        "figure": phrasing.figure,
        "grouped": _group,
        "owner": phrasing.name_owner,
        "said": phrasing.format_response,
        "score_range": phrasing.score_range,
        "verdict": phrasing.verdict_in_words,
        "verdict_of": phrasing.verdict_of,
    }
    held.globals |= {
        "PROGRESS": phrasing.PROGRESS,
        "STANDINGS": phrasing.STANDINGS,
        "TRUTHS": phrasing.TRUTHS,
        "VERDICTS": phrasing.VERDICTS,
    }
    return held


def _group(entries: Iterable[Any], name: str) -> ItemsView[str, list[Any]]:
    """Entries by what they have in common, in the order of the first of each group."""
    found: dict[str, list[Any]] = {}
    for entry in entries:
        found.setdefault(getattr(entry, name), []).append(entry)
    return found.items()


@cache
def _texts() -> Environment:
    return environment_of("readiness.reports", Markup, keep_trailing_newline=True)


def render_text(template: str, **words: Any) -> str:
    """A template of a plain text, filled in; nothing in it is escaped."""
    return _texts().get_template(template).render(**words)


class PackageTemplates(PackageLoader):
    """The templates of a package; compiled ones are kept in `__pycache__`, as those of modules."""

    def load(
        self,
        environment: Environment,
        name: str,
        globals: MutableMapping[str, Any] | None = None,  # noqa: A002 - as the library calls it
    ) -> Template:
        """The template of that name."""
        _, path, _ = self.get_source(environment, name)
        if not Path(path).is_file():  # in an archive
            return super().load(environment, name, globals)
        code = _TemplateFile(environment, name, path).get_code(name)
        assert code is not None
        return Template.from_code(environment, code, globals or {})


class _TemplateFile(SourceFileLoader):
    """A template as Python reads a module."""

    def __init__(self, environment: Environment, name: str, path: str) -> None:
        super().__init__(name, path)
        self.environment = environment

    def source_to_code(self, data: Any, path: Any, **_: Any) -> CodeType:  # type: ignore[override]
        """Compile the template."""
        return self.environment.compile(data.decode("utf-8"), self.name, str(path))

    def path_stats(self, path: Any) -> dict[str, Any]:
        """When the file was changed; with another Jinja or Python it counts as changed."""
        stats = dict(super().path_stats(path))
        return stats | {"mtime": int(stats["mtime"]) ^ zlib.crc32(bc_magic)}
