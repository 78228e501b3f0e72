"""`readiness test`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.commands.main import EXIT_NOT_READY
from readiness.commands.options import folders_of, path_option
from readiness.commands.outputs import (
    TEXT_OR_JSON,
    Formats,
    Output,
    OutputFile,
    chosen,
    output_options,
)
from readiness.commands.writing import progress, say

if TYPE_CHECKING:
    from xml.etree.ElementTree import Element

    from readiness.assurance.case_runner import Mismatch
    from readiness.assurance.cases import CaseFile, RulesetCase

_JUNIT: Formats = {"junit": (".xml",)}


@dataclass(frozen=True)
class _CaseOutcome:
    """What became of one case."""

    file: CaseFile
    case: RulesetCase
    mismatches: tuple[Mismatch, ...]


@click.command("test")
@click.argument("targets", metavar="PATH...", nargs=-1, required=True)
@click.option("-k", "words", metavar="TEXT", help="Run only cases whose name contains TEXT.")
@click.option(
    "--junit",
    metavar="FILE",
    type=OutputFile(_JUNIT),
    help="Write the outcome to FILE as JUnit XML as well.",
)
@path_option
@output_options(TEXT_OR_JSON)
def test_command(
    *,
    targets: tuple[str, ...],
    words: str | None,
    junit: str | None,
    paths: tuple[str, ...],
    output: Output,
) -> int:
    """Run the cases of rulesets: answers, and what must come of them.

    PATH is a file of cases, a folder, or the id of a ruleset, whose cases stand beside it.

    \b
    readiness test crm-pre-implementation
    readiness test rulesets -k sponsor --junit cases.xml
    """
    as_junit = None if junit is None else chosen(_JUNIT, None, junit, "--junit")
    files = _load(targets, paths)
    total = sum(len(_chosen(file, words)) for file in files)
    outcomes = list(progress(_run(files, words), total, "cases"))
    failed = [outcome for outcome in outcomes if outcome.mismatches]
    if output.format == "json":
        output.write_json([_plain(outcome) for outcome in outcomes])
    else:
        output.write_lines("".join(_told(outcome) for outcome in failed))
    if as_junit is not None:
        as_junit.write(_junit(outcomes))
    say(_summary(len(outcomes) - len(failed), len(failed), words))
    return EXIT_NOT_READY if failed or not outcomes else 0


def _load(targets: tuple[str, ...], paths: tuple[str, ...]) -> list[CaseFile]:
    from readiness.assurance.case_runner import case_files
    from readiness.assurance.cases import load_cases
    from readiness.loading.search_path import known
    from readiness.problems import DocumentError, Problem, nearest

    folders = folders_of(paths)
    files: list[CaseFile] = []
    problems: list[Problem] = []
    for target in targets:
        try:
            found = case_files(target, folders)
        except LookupError:
            hint = nearest(target, known("ruleset", folders))
            message = f"there is no file, folder or ruleset '{target}'"
            raise click.BadParameter("; ".join(filter(None, (message, hint)))) from None
        for path in found:
            try:
                files.append(load_cases(path, paths=tuple(folders)))
            except DocumentError as error:
                problems.extend(error.problems)
    if problems:
        raise DocumentError(dict.fromkeys(problems))
    return files


def _chosen(file: CaseFile, words: str | None) -> list[RulesetCase]:
    return [case for case in file.cases if words is None or words.lower() in case.name.lower()]


def _run(files: list[CaseFile], words: str | None) -> Iterator[_CaseOutcome]:
    from readiness.assurance.case_runner import Runner

    for file in files:
        chosen = _chosen(file, words)
        runner = Runner(file) if chosen else None
        for case in chosen:
            assert runner is not None
            yield _CaseOutcome(file, case, runner.run(case))


def _told(outcome: _CaseOutcome) -> str:
    head = f"{outcome.case.excerpt.place}: {outcome.case.name}\n"
    lines = [line for found in outcome.mismatches for line in str(found).splitlines()]
    return head + "".join(f"  {line}\n" for line in lines)


def _summary(passed: int, failed: int, words: str | None) -> str:
    if not passed and not failed:
        return f"no case has '{words}' in its name" if words else "there are no cases"
    return f"{passed} passed, {failed} failed"


def _plain(outcome: _CaseOutcome) -> dict[str, Any]:
    place = outcome.case.excerpt.place
    return {
        "ruleset": outcome.file.ruleset.id,
        "case": outcome.case.name,
        "file": place.file,
        "line": place.line,
        "passed": not outcome.mismatches,
        "differences": [
            {"what": d.what, "expected": d.expected, "actual": d.actual, "why": d.why}
            for d in outcome.mismatches
        ],
    }


def _junit(outcomes: list[_CaseOutcome]) -> str:
    """The outcome as JUnit XML, one suite for each file of cases."""
    from readiness.reports.junit import case, junit_xml, suite

    suites: dict[str, list[Element]] = {}
    for outcome in outcomes:
        found = outcome.mismatches
        told = case(
            group=outcome.file.ruleset.id,
            name=outcome.case.name,
            outcome="failure" if found else "",
            message=", ".join(difference.what for difference in found),
            text="\n".join(str(difference) for difference in found),
        )
        suites.setdefault(Path(outcome.file.name).as_posix(), []).append(told)
    return junit_xml(suite(name, cases) for name, cases in suites.items())
