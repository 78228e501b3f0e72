"""The command group, and what becomes of faults."""

from __future__ import annotations

import gc
import importlib
import os
import sys
from typing import NoReturn

import click

from readiness.problems import DocumentError, nearest
from readiness.version import __version__

# What commands are for, and each with its module, so that running one imports no other.
PURPOSES: dict[str, dict[str, str]] = {
    "Results": {
        "assess": "assess", "explain": "explain", "plan": "plan", "graph": "graph",
        "portfolio": "portfolio",
    },
    "Collecting answers": {
        "ask": "ask", "workbook": "workbook", "status": "status", "resolve": "resolve",
    },
    "Proving a result": {"bundle": "bundle", "verify": "verify", "sign": "sign"},
    "Rulesets": {
        "list": "catalogue", "show": "catalogue", "new": "new", "lint": "lint", "test": "test",
        "schema": "schema",
    },
}  # fmt: skip
COMMANDS = {name: module for held in PURPOSES.values() for name, module in held.items()}
EXIT_NOT_READY, EXIT_WRONG, EXIT_FAULT, EXIT_INTERRUPTED = 1, 2, 70, 130


class Group(click.Group):
    """Imports a command when it is called for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of use."""
        del ctx
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with a line on each, by what they are for."""
        for purpose, held in PURPOSES.items():
            commands = [(name, self.get_command(ctx, name)) for name in held]
            with formatter.section(purpose):
                formatter.write_dl(
                    [(name, one.get_short_help_str(200)) for name, one in commands if one]
                )

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words begin with; for an unknown one the nearest is named."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            hint = nearest(args[0], COMMANDS) or "see 'readiness --help'"
            ctx.fail(f"there is no command '{args[0]}'; {hint}")
        return super().resolve_command(ctx, args)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of that name; None where there is none."""
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"readiness.commands.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, f"{cmd_name}_command")
        return command


@click.command(
    cls=Group,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit status: 0 every gate asked about is go or conditional_go; 1 some is not, or lint, "
    "test or verify found something; 2 the command line or a document is wrong; 70 a fault of the "
    "program.",
)
@click.version_option(__version__, prog_name="readiness", message="%(prog)s %(version)s")
def group() -> None:
    """Tell whether an organisation is ready, what blocks it, and what to clear first.

    Rules stand in rulesets, questions in questionnaires, answers in answer sheets; an engagement
    brings them together. All of them are YAML.

    \b
    readiness list                          what there is to assess against
    readiness assess engagement.yaml        verdicts, what to do first, and why
    readiness explain engagement.yaml CHECK why a check is met or not
    readiness ask engagement.yaml           one question at a time
    """


# A command makes many values and drops few: looking for circles among them more rarely saves a
# tenth of a short run. Memory stays bounded, as the search still takes place.
COLLECT_AFTER = 200_000


def main() -> NoReturn:
    """Run the command; every way out is an exit status."""
    gc.set_threshold(COLLECT_AFTER)
    try:
        status = group.main(prog_name="readiness", standalone_mode=False) or 0
        _flush()
    except click.ClickException as fault:
        fault.show()
        status = fault.exit_code
    except click.exceptions.Exit as leaving:
        status = leaving.exit_code
    except click.Abort:
        status = _told("interrupted", EXIT_INTERRUPTED)
    except DocumentError as error:
        status = _refused(error)
    except BrokenPipeError:
        status = _closed()
    except Exception as fault:  # noqa: BLE001 - the last resort
        status = _fault(fault)
    sys.exit(status)


def _flush() -> None:
    sys.stdout.flush()


def _told(message: str, status: int) -> int:
    click.echo(message, err=True)
    return status


def _refused(error: DocumentError) -> int:
    click.echo(error, err=True)
    count = len(error.problems)
    if count > 1:
        files = len({problem.file for problem in error.problems})
        click.echo(f"{count} problems in {files} file{'s' if files > 1 else ''}", err=True)
    return EXIT_WRONG


def _closed() -> int:
    """Whoever read standard output went away; nothing more can be said there."""
    devnull = os.open(os.devnull, os.O_WRONLY)
    os.dup2(devnull, sys.stdout.fileno())
    return EXIT_NOT_READY


def _fault(fault: Exception) -> int:
    if os.environ.get("READINESS_TRACEBACK"):
        import traceback

        traceback.print_exception(fault)
    click.echo(
        f"readiness {__version__} failed: {type(fault).__name__}: {fault}\n"
        "  this is a fault of the program, not of your documents; nothing was written\n"
        "  run it again with READINESS_TRACEBACK=1 and report what it prints",
        err=True,
    )
    return EXIT_FAULT
