"""`readiness new`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.commands.options import path_option, repeated_options
from readiness.commands.outputs import Output
from readiness.commands.refusals import CannotWrite, refuse_misspelt, refuse_unknown, wrong
from readiness.commands.writing import say
from readiness.problems.proposals import Options, proposed

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


@click.command("new")
@click.argument("kind", type=click.Choice(["ruleset", "questionnaire"]))
@click.argument("name")
@click.option(
    "--extends",
    metavar="ID",
    help="Start a ruleset that has all of this one, and something of its own.",
)
@click.option(
    "--into",
    metavar="DIR",
    default=".",
    type=click.Path(file_okay=False),
    help="Make the folder NAME in DIR instead of the current folder.",
)
@path_option
def new_command(*, kind: str, name: str, extends: str | None, into: str, paths: list[Path]) -> None:
    """Start a ruleset or a questionnaire from a small example that works.

    Writes a folder NAME: the questionnaire, an answer sheet and, for a ruleset, the ruleset and
    its cases. Remarks in the files say what to change. NAME is the id, in kebab-case. Files that
    are there already are left alone. What is printed are the commands to go on with.

    \b
    readiness new ruleset office-move
    readiness new ruleset our-crm --extends crm-pre-implementation
    readiness new questionnaire office-move --into drafts
    """
    from readiness.assurance.scaffold import already_there, write_all
    from readiness.loading.search_path import known
    from readiness.problems import listed

    refuse_misspelt(name, "NAME", "office-move")
    target = Path(into) / name
    texts = _texts(kind, name, extends, paths)
    if held := already_there(target, texts):
        names = listed([str(path) for path in held], joint="and")
        are = "is" if len(held) == 1 else "are"
        raise wrong("NAME", f"{names} {are} there already; nothing was written")
    # A new document could not be told from one that is found by the same id.
    for one in dict.fromkeys(("questionnaire", kind)):
        if taken := known(one, [*paths, target]).get(name):
            raise wrong(
                "NAME", f"there is a {one} '{name}' already, in {taken}; choose another name"
            )
    try:
        written = write_all(target, texts)
    except OSError as fault:
        raise CannotWrite(f"'{fault.filename or target}'", fault) from None
    for path in written:
        say(f"wrote {path}")
    commands = _next(kind, target, texts, repeated_options() if extends else ())
    Output(None, "text").write_lines("".join(f"{command}\n" for command in commands))


def _texts(kind: str, name: str, extends: str | None, folders: Sequence[Path]) -> dict[str, str]:
    from readiness.assurance import scaffold
    from readiness.loading.rulesets import load_ruleset
    from readiness.loading.search_path import known

    if extends is None:
        texts = scaffold.ruleset_texts if kind == "ruleset" else scaffold.questionnaire_texts
        return texts(name)
    if kind == "questionnaire":
        raise click.UsageError("--extends is for rulesets; they bring their questionnaire along")
    refuse_unknown("ruleset", extends, known("ruleset", folders), "--extends")
    return scaffold.extending_texts(name, load_ruleset(extends, paths=folders))


def _next(kind: str, target: Path, texts: Iterable[str], options: Options) -> list[str]:
    """The commands to go on with, as they are typed in the folder where this one was."""
    folder = target.as_posix()
    commands = [proposed("lint", path=folder, options=options)]
    if kind == "ruleset":
        sheet = "engagement.yaml" if "engagement.yaml" in texts else "answers.yaml"
        whole = (target / sheet).as_posix()
        commands.append(proposed("test", path=folder, options=options))
        commands.append(proposed("assess", path=whole, options=options))
    return commands
