"""`readiness lint`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from readiness.commands.main import EXIT_NOT_READY
from readiness.commands.options import folders_of, path_option
from readiness.commands.outputs import TEXT_OR_JSON, Output, output_options
from readiness.commands.writing import say

if TYPE_CHECKING:
    from readiness.problems import Problem


@click.command("lint")
@click.argument("paths_", metavar="PATH...", nargs=-1, required=True)
@path_option
@output_options(TEXT_OR_JSON)
def lint_command(*, paths_: tuple[str, ...], paths: tuple[str, ...], output: Output) -> int:
    """Check rulesets, questionnaires, answers and engagements.

    Tells every problem of a document and, where there is none, what is allowed and yet hardly
    meant: questions that nothing reads, requirements that others imply, conditions that never
    change, checks without a reason, a remedy or a source. PATH is a file, a folder, or the id of
    a ruleset.

    \b
    readiness lint rulesets questionnaires
    readiness lint crm-pre-implementation
    """
    from readiness.assurance.lint import lint
    from readiness.loading.search_path import known
    from readiness.problems import nearest
    from readiness.problems.catalogue import FINDINGS

    folders = folders_of(paths)
    try:
        found = lint(paths_, folders)
    except LookupError as fault:
        hint = nearest(str(fault.args[0]), known("ruleset", folders))
        message = f"there is no file, folder or ruleset '{fault.args[0]}'"
        raise click.BadParameter("; ".join(filter(None, (message, hint)))) from None
    if output.format == "json":
        output.write_json([_plain(one) for one in found])
    else:
        output.write_lines("".join(f"{one}\n" for one in found))
    findings = sum(one.code in FINDINGS for one in found)
    summary = f"{_counted(len(found) - findings, 'problem')}, {_counted(findings, 'finding')}"
    say(summary if found else "nothing found")
    return EXIT_NOT_READY if found else 0


def _counted(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'' if count == 1 else 's'}"


def _plain(one: Problem) -> dict[str, Any]:
    return {
        "code": one.code,
        "message": one.message,
        "hint": one.hint,
        "places": [
            {
                "file": excerpt.place.file,
                "line": excerpt.place.line,
                "column": excerpt.place.column,
                "length": excerpt.place.length,
            }
            for excerpt in one.excerpts
        ],
    }
