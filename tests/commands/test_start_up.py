"""The list of commands and the package's public names are available without imports."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import click
import pytest

import readiness
from readiness.commands.main import PURPOSES, group
from tests.commands.running import ROOT

pytestmark = pytest.mark.slow

SUMMARIES = {name: summary for held in PURPOSES.values() for name, summary in held.items()}


@pytest.mark.parametrize("name", SUMMARIES)
def test_the_summary_of_a_command_is_the_first_sentence_of_its_help(name: str) -> None:
    """The list of commands has the same help as the command itself."""
    command = group.get_command(click.Context(group), name)
    assert command is not None
    assert command.get_short_help_str(200) == SUMMARIES[name]


def commands_of(held: click.Group) -> Iterator[click.Command]:
    """Yield every command of a group and of its subgroups."""
    for name in held.list_commands(click.Context(held)):
        command = held.get_command(click.Context(held), name)
        assert command is not None
        yield from commands_of(command) if isinstance(command, click.Group) else (command,)


def test_an_option_is_written_alike_in_every_command() -> None:
    """An option with a value and a short form in one command has them in all."""
    written: dict[str, set[tuple[str, ...]]] = {}
    for command in commands_of(group):
        for option in (one for one in command.params if isinstance(one, click.Option)):
            if option.is_flag:
                continue
            long = max(option.opts, key=len)
            written.setdefault(long, set()).add(tuple(sorted(option.opts)))
    assert {long: forms for long, forms in written.items() if len(forms) > 1} == {}


@pytest.mark.parametrize("name", readiness.__all__)
def test_every_public_name_is_there(name: str) -> None:
    """A name is imported when it is first used, and listed before."""
    assert getattr(readiness, name) is not None
    assert name in dir(readiness)


def test_an_unknown_name_is_an_attribute_error() -> None:
    """A misspelt public name gives Python's usual error."""
    with pytest.raises(AttributeError, match="has no attribute 'Assesor'"):
        _ = readiness.Assesor  # type: ignore[attr-defined]


def test_help_imports_neither_the_engine_nor_the_commands() -> None:
    """`--help` takes its list from one table: nothing but click is imported for it."""
    program = (
        "import sys; sys.argv = ['readiness', '--help']\n"
        "from readiness.commands import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        "own = (name for name in sys.modules if name.startswith('readiness'))\n"
        "print(*sorted(own), sep=',', file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        cwd=ROOT / "engine",
        check=True,
        text=True,
    )
    assert done.stderr.strip().split(",") == [
        "readiness", "readiness.commands", "readiness.commands.main", "readiness.version",
    ]  # fmt: skip
