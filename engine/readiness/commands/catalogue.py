"""`readiness list` and `readiness show`: what there is to assess against."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from readiness.commands.loading import loading
from readiness.commands.names import refuse_unknown
from readiness.commands.options import (
    color_options,
    folders_of,
    path_option,
)
from readiness.commands.outputs import TEXT_OR_JSON, Output, output_options

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from readiness.dependencies.ruleset import Ruleset


@click.command("list")
@click.argument(
    "kind",
    metavar="[rulesets|questionnaires]",
    type=click.Choice(["rulesets", "questionnaires"]),
    default="rulesets",
)
@path_option
@output_options(TEXT_OR_JSON)
@color_options
def list_command(
    *,
    kind: str,
    paths: tuple[str, ...],
    output: Output,
    color: bool | None,
    width: int | None,
) -> int:
    """List the rulesets, or the questionnaires, that are found by their id."""
    entries = _entries(kind.removesuffix("s"), folders_of(paths))
    if output.format == "json":
        output.write_json(entries)
        return 0
    from readiness.reports.catalogue import print_entries

    output.print(lambda console: print_entries(entries, console), color=color, width=width)
    return 0


def _entries(kind: str, folders: Sequence[Path]) -> list[dict[str, str]]:
    from readiness.loading.files import read_file
    from readiness.loading.shelves import known
    from readiness.model.fields import child, text
    from readiness.problems import Problems

    problems = Problems()
    found = []
    for name, path in known(kind, folders).items():
        root = read_file(path, problems)
        title, version = (text(child(root, key)) for key in ("title", "version"))
        found.append({"id": name, "version": version, "title": title, "file": str(path)})
    problems.raise_if_any()
    return found


@click.command("show")
@click.argument("name", metavar="ID")
@click.argument("check", required=False)
@click.option("--questions", is_flag=True, help="Show the questions instead of the checks.")
@click.option("--origin", is_flag=True, help="Show the file and line of every field.")
@path_option
@output_options(TEXT_OR_JSON)
@color_options
def show_command(
    *,
    name: str,
    check: str | None,
    questions: bool,
    origin: bool,
    paths: tuple[str, ...],
    output: Output,
    color: bool | None,
    width: int | None,
) -> int:
    """Show a ruleset, one of its checks, a questionnaire, or the functions of conditions.

    ID is an id or a file; `functions` stands for the functions that conditions may use.

    \b
    readiness show crm-pre-implementation
    readiness show crm-pre-implementation executive-sponsor
    readiness show crm-pre-implementation --questions
    readiness show crm-pre-implementation --origin
    readiness show functions
    """
    from readiness.reports import catalogue

    if name == "functions":
        plain: Any = catalogue.plain_functions()
        draw = catalogue.print_functions
    else:
        ruleset = _ruleset(name, folders_of(paths))
        if origin:
            plain, draw = _origins(ruleset, questions=questions, check=check)
        elif check is not None:
            plain, draw = _check(ruleset, check)
        elif questions:
            plain = [held.node.plain() for held in ruleset.questionnaires]
            draw = lambda console: catalogue.print_questions(ruleset, console)  # noqa: E731
        else:
            plain = ruleset.checklist.node.plain()
            draw = lambda console: catalogue.print_ruleset(ruleset, console)  # noqa: E731
    if output.format == "json":
        output.write_json(plain)
    else:
        output.print(draw, color=color, width=width)
    return 0


def _ruleset(name: str, folders: Sequence[Path]) -> Ruleset:
    from readiness.loading.rulesets import load_ruleset

    with loading():
        return load_ruleset(name, paths=folders)


def _origins(ruleset: Ruleset, *, questions: bool, check: str | None) -> tuple[Any, Any]:
    from readiness.reports import catalogue

    if check is not None:
        refuse_unknown("check", check, ruleset.checks, "CHECK")
    found = catalogue.origins(ruleset, questions=questions)
    if check is not None:
        found = [(path, place) for path, place in found if path[:2] == ("checks", check)]
    return catalogue.plain_origins(found), lambda console: catalogue.print_origins(found, console)


def _check(ruleset: Ruleset, check: str) -> tuple[Any, Any]:
    from readiness.reports import catalogue

    refuse_unknown("check", check, ruleset.checks, "CHECK")
    plain = {"id": check, **ruleset.checks[check].node.plain()}
    return plain, lambda console: catalogue.print_check(ruleset, check, console)
