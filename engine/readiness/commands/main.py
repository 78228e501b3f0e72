"""The command group, and what becomes of faults."""

from __future__ import annotations

import gc
import importlib
import io
import os
import signal
import sys
from typing import TYPE_CHECKING, Any, NoReturn

import click

from readiness.version import __version__

if TYPE_CHECKING:
    from readiness.problems import DocumentError

# What commands are for, and the summary of each, the first sentence of its help, so that listing
# the commands imports none of them.
PURPOSES: dict[str, dict[str, str]] = {
    "Results": {
        "assess": "Assess an engagement or a single answer sheet.",
        "compare": "Compare two results: what changed, and why.",
        "explain": "Explain why a check is met or not, from its condition down to the answers.",
        "plan": "Plan the open checks: dates, owners, and the earliest date of each gate.",
        "graph": "Show the dependencies between checks in a ruleset or an assessment.",
        "portfolio": "Assess many cases, one for each row of a table.",
    },
    "Collecting answers": {
        "ask": "Run an interview: ask the questions and save each answer immediately.",
        "forms": "Create forms for all respondents, and import completed forms.",
        "workbook": "Create a form for a respondent to fill in, and import the answers.",
        "remind": "Draft an e-mail to each respondent who still has questions to answer.",
        "status": "Show progress by respondent and what to ask next.",
        "resolve": "Resolve disagreements between respondents, or list them.",
        "waive": "Waive a check, or remove a waiver.",
        "progress": "Import the progress that people report in an action plan.",
    },
    "Verifying a result": {
        "bundle": ("Pack an assessment and all its files into one file that anyone can verify."),
        "verify": "Verify that a result or a bundle is unchanged and correct.",
        "sign": "Sign a result or a bundle, or create a signing key.",
    },
    "Rulesets": {
        "list": "List the rulesets or questionnaires that can be named by id.",
        "show": ("Show a ruleset, a check, a questionnaire, or the functions for conditions."),
        "new": "Create an engagement, a ruleset or a questionnaire that works straight away.",
        "rename": "Change the id of a question, an option, a check, a gate or an area.",
        "update": "Apply the changes made in a checklist to its ruleset.",
        "lint": "Check rulesets, questionnaires, answers and engagements for mistakes.",
        "test": "Run the test cases of rulesets: answers with their expected results.",
        "coverage": "Measure what the test cases of a ruleset cover.",
        "mutants": ("Find small changes to a ruleset that its test cases would not notice."),
        "diff": "Compare what two rulesets mean, even if they are written differently.",
        "upgrade": "Move an engagement to another ruleset, or to a new version of it.",
        "schema": "Print the JSON Schema (2020-12) for a type of document.",
    },
    "Other programs": {
        "api": "Serve assessments to other programs over HTTP.",
        "lsp": "Run a language server, for writing rulesets in a code editor.",
    },
}
# Each command with its module, so that running one imports no other that it does not stand with.
COMMANDS = {name: name for held in PURPOSES.values() for name in held} | {
    **dict.fromkeys(("assess", "explain", "compare"), "assess"),
    **dict.fromkeys(("plan", "graph", "progress"), "planning"),
    **dict.fromkeys(("api", "lsp"), "service"),
    **dict.fromkeys(("workbook", "remind"), "forms"),
    "status": "ask",
    **dict.fromkeys(("resolve", "waive"), "decisions"),
    **dict.fromkeys(("coverage", "mutants", "diff", "upgrade"), "proving"),
    **dict.fromkeys(("bundle", "verify", "sign"), "proof"),
    **dict.fromkeys(("list", "show", "schema"), "catalogue"),
    **dict.fromkeys(("new", "rename", "update", "lint", "test"), "assurance"),
}
EXIT_NOT_READY, EXIT_WRONG, EXIT_FAULT, EXIT_INTERRUPTED, EXIT_TERMINATED = 1, 2, 70, 130, 143


class LazyGroup(click.Group):
    """Imports a command when it is called for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands in the order of use."""
        del ctx
        return list(COMMANDS)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with a line on each, by what they are for."""
        del ctx
        for purpose, held in PURPOSES.items():
            with formatter.section(purpose):
                formatter.write_dl(list(held.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command; what it reads is recorded, so that it does not write over it."""
        from readiness.documents.opening import record_inputs

        with record_inputs():
            return super().invoke(ctx) or 0

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that the words begin with; for an unknown one the nearest is named."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from readiness.problems import nearest
            from readiness.problems.proposals import format_command

            hint = nearest(args[0], COMMANDS) or f"see '{format_command('help')}'"
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
    cls=LazyGroup,
    context_settings={"help_option_names": ["--help", "-h"], "max_content_width": 100},
    epilog="Exit status: 0 if every selected gate is go or conditional_go; 1 if one is not, or "
    "if lint, test or verify found something; 2 if the command line or a document is "
    "wrong; 70 for an error in the program.",
)
@click.version_option(__version__, prog_name="readiness", message="%(prog)s %(version)s")
def group() -> None:
    """Find out whether an organisation is ready, what is blocking it and what to fix first.

    Rulesets contain the rules, questionnaires the questions, and answer sheets the answers. An
    engagement brings them together. All are YAML files.

    \b
    readiness list                                    which rulesets are available
    readiness assess engagement.yaml                  verdicts, what to do first, and why
    readiness explain engagement.yaml CHECK           why a check is met or not
    readiness ask engagement.yaml --respondent NAME   one question at a time
    """


# A command makes many values and drops few: looking for circles among them more rarely saves a
# tenth of a short run. Memory stays bounded, as the search still takes place.
COLLECT_AFTER = 200_000


def main() -> NoReturn:
    """Run the command; every way out is an exit status."""
    gc.set_threshold(COLLECT_AFTER)
    _open_standard_output()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(EXIT_TERMINATED))
    try:
        status = group.main(prog_name="readiness", standalone_mode=False)
        sys.stdout.flush()
    except click.ClickException as fault:
        shown = io.StringIO()
        fault.show(shown)
        status = _report_problem(shown.getvalue().removesuffix("\n"), fault.exit_code)
    except click.exceptions.Exit as leaving:
        status = leaving.exit_code
    except click.Abort:
        status = _report_problem("interrupted", EXIT_INTERRUPTED)
    except SystemExit as ending:
        if ending.code != EXIT_TERMINATED:  # click's, when the reader of standard output is gone
            raise
        status = _report_problem("terminated", EXIT_TERMINATED)
    except BrokenPipeError:  # the reader of standard output is gone
        status = EXIT_NOT_READY
    except OSError as fault:
        status = _unusable(fault)
    except Exception as fault:  # noqa: BLE001 - the last resort
        from readiness.problems import DocumentError

        status = _report_refusal(fault) if isinstance(fault, DocumentError) else _fault(fault)
    _close_standard_output()
    gc.freeze()  # nothing is walked as garbage once more while the interpreter ends
    sys.exit(status)


def _open_standard_output() -> None:
    """Have a standard output that takes every text, also where none was given."""
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: PTH123, SIM115 - for good
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def _close_standard_output() -> None:
    """What cannot be written is dropped, and not tried again when the interpreter ends."""
    try:
        sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _unusable(fault: OSError) -> int:
    """What the system refuses, such as space on a device that is full."""
    about = f"use '{fault.filename}'" if fault.filename else "write the output"
    reason = (fault.strerror or str(fault)).lower()
    return _report_problem(f"Error: cannot {about}: {reason}", EXIT_WRONG)


def _report_problem(message: str, status: int) -> int:
    from readiness.commands.writing import say

    say(message)
    return status


# What to do on the command line about a problem for which the library names an argument.
_HINTS = {"no-ruleset": "name it with 'ruleset:' in this file, or with --ruleset"}


def _report_refusal(error: DocumentError) -> int:
    from readiness.problems import MOST_PROBLEMS

    if any(problem.code in _HINTS for problem in error.problems):
        from dataclasses import replace

        error = type(error)(
            replace(problem, hint=_HINTS.get(problem.code, problem.hint))
            for problem in error.problems
        )
    said, count = str(error), len(error.problems)
    if 1 < count <= MOST_PROBLEMS:
        files = len({problem.file for problem in error.problems})
        said += f"\n{count} problems in {files} file{'s' if files > 1 else ''}"
    return _report_problem(said, EXIT_WRONG)


def _fault(fault: Exception) -> int:
    if os.environ.get("READINESS_TRACEBACK"):
        import traceback

        _report_problem("".join(traceback.format_exception(fault)), EXIT_FAULT)
    return _report_problem(
        f"readiness {__version__} failed: {type(fault).__name__}: {fault}\n"
        "  this is a fault of the program; each file that it writes is as it was, or complete\n"
        "  run it again with READINESS_TRACEBACK=1 and report what it prints",
        EXIT_FAULT,
    )
