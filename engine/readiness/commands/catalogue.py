"""`readiness list`, `show` and `schema`: what there is to assess against, and its form."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from readiness.commands.loading import ruleset_of
from readiness.commands.options import (
    color_options,
    folders_of,
    path_option,
)
from readiness.commands.outputs import TEXT_OR_JSON, Output, output_options
from readiness.commands.refusals import refuse_unknown
from readiness.documents.schemas import KINDS, schema

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
) -> int:
    """List the rulesets, or the questionnaires, that are found by their id."""
    entries = _entries(kind.removesuffix("s"), folders_of(paths))
    if output.format == "json":
        output.write_json(entries)
        return 0
    from readiness.reports.catalogue import print_entries

    output.print(lambda console: print_entries(entries, console))
    return 0


def _entries(kind: str, folders: Sequence[Path]) -> list[dict[str, str]]:
    from readiness.loading.files import read_file
    from readiness.loading.search_path import known
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
        ruleset = ruleset_of(name, folders_of(paths))
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
        output.print(draw)
    return 0


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


@click.command("schema", epilog=f"KIND is one of {', '.join(KINDS)}.")
@click.argument("kind", type=click.Choice(list(KINDS)), metavar="KIND")
@output_options({"json": (".json",)})
def schema_command(*, kind: str, output: Output) -> int:
    """Print the JSON Schema (2020-12) of a kind of document.

    \b
    readiness schema ruleset -o ruleset.schema.json
    """
    output.write_json(schema(kind))
    return 0
