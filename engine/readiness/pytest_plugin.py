"""A pytest plug-in: collects files of cases, so that they run with a project's other tests.

It only does so with the option `--readiness`, or with the setting `readiness = true`.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from readiness.assurance.cases import RulesetCase, Runner


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option and the setting that turn it on."""
    text = "collect the test cases of rulesets"
    parser.getgroup("readiness").addoption("--readiness", action="store_true", help=text)
    parser.addini("readiness", text, type="bool", default=False)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect YAML files that say that they hold cases."""
    asked = parent.config.getoption("--readiness") or parent.config.getini("readiness")
    if not asked or file_path.suffix not in (".yaml", ".yml"):
        return None
    from readiness.assurance.cases import holds_cases

    if not holds_cases(file_path):
        return None
    collector: pytest.Collector = CasesFile.from_parent(parent, path=file_path)
    return collector


class CasesFile(pytest.File):
    """A file of cases."""

    def collect(self) -> Iterator[pytest.Item]:
        """An item for each case; a file with problems is an error that tells all of them."""
        from readiness.assurance.cases import Runner, load_cases
        from readiness.problems import DocumentError
        from readiness.problems.terminal_text import printable

        try:
            held = load_cases(self.path)
        except DocumentError as error:
            raise self.CollectError(str(error)) from None
        runner = Runner(held)
        for case in held.cases:
            yield CaseItem.from_parent(self, name=printable(case.name), case=case, runner=runner)


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: RulesetCase, runner: Runner, **rest: Any) -> None:
        super().__init__(**rest)
        self.case = case
        self.runner = runner

    def runtest(self) -> None:
        """Run the case; raises `Differs` when something else comes out."""
        if mismatches := self.runner.run(self.case):
            raise Differs("\n".join(str(found) for found in mismatches))

    def repr_failure(
        self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None
    ) -> str | Any:
        """The mismatches, without a trace through the program."""
        if isinstance(excinfo.value, Differs):
            from readiness.problems.terminal_text import printable_lines

            return printable_lines(str(excinfo.value))
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the case stands, and what it shows."""
        return self.path, max(self.case.excerpt.place.line - 1, 0), self.name


class Differs(Exception):
    """A case that comes out otherwise."""
