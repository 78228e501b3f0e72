"""`readiness ask` and `status`: one question at a time, and who has answered what."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

import readiness
from readiness.commands import options
from readiness.commands.main import EXIT_INTERRUPTED, EXIT_WRONG
from readiness.commands.options import flag, option
from readiness.commands.outputs import TEXT_OR_JSON, Output, result_options
from readiness.commands.refusals import refuse_unknown, require_module
from readiness.commands.writing import console, say

if TYPE_CHECKING:
    from readiness.collecting.interview.interview import Interview, LineReader
    from readiness.collecting.interview.opening import Opening
    from readiness.reports.terminal.page import Page


@click.command(
    "ask",
    epilog="Exit status: 0 when the interview ends, including by /quit, Ctrl-D or the end of "
    "the input; 2 if a line of the input cannot be used, or if the command line or a document "
    "is wrong; 130 for Ctrl-C. Answers given up to then are always saved.",
)
@click.argument("path", metavar="ENGAGEMENT_OR_ANSWERS")
@option(
    "--respondent -r NAME", "The respondent who answers, in an engagement. Default: you are asked."
)
@options.engagement_options
@options.gate_option("Ask only what can change the verdict of this gate")
@flag(
    "--all",
    "Ask the respondent every question, in the order of the questionnaire.",
    name="puts_all",
)
@flag(
    "--also-answered", "Also ask the questions that others, but not this respondent, have answered."
)
@options.questions_option
@options.path_option
@options.color_options
def ask_command(
    *,
    source: options.AssessmentSource,
    respondent: str | None,
    gates: tuple[str, ...],
    puts_all: bool,
    also_answered: bool,
    questions: tuple[str, ...],
    color: bool | None,
    width: int | None,
) -> int:
    """Run an interview: ask the questions and save each answer immediately.

    In an engagement, the answers go to the respondent's answer sheet, which is created if missing.
    With --ruleset, a missing answers file is created. Questions are skipped if they
    are already answered, can no longer change a status, or are assigned to somebody else. Answers
    can also come from a file or a pipe, one per line.

    \b
    readiness ask engagement.yaml --respondent sales
    readiness ask answers.yaml --ruleset crm-pre-implementation --gate commit
    """
    from readiness.collecting.answer_files import NoSheet
    from readiness.collecting.interview.opening import InterviewOptions, Opening
    from readiness.reports.terminal.page import Page

    if source.path == "-":
        raise click.UsageError("answers are saved in a file; give a file name instead of '-'")
    stated = source.ruleset, source.as_of, source.assurance
    asking = InterviewOptions(*stated, source.paths, gates, puts_all, also_answered, questions)
    shown = console(color=color, width=width)
    reader = _reader(Page(shown), color=color)
    try:
        opening = Opening(Path(source.path), asking)
        if respondent is None and opening.needs_respondent:
            respondent = _choose_respondent(opening, reader, Page(shown))
        beginning = opening.begin(respondent or "")
    except NoSheet as fault:
        raise click.UsageError(str(fault)) from None
    refuse_unknown("gate", gates, beginning.ruleset.gates, "--gate")
    options.refuse_unknown_questions(questions, beginning.ruleset)

    from readiness.collecting.interview.flow import InterviewFlow
    from readiness.collecting.interview.interview import Interview

    course = InterviewFlow(readiness.Assessor(beginning.ruleset), beginning.setting)
    return _hold_interview(Interview(course, beginning.file, shown, reader), reader)


def _reader(page: Page, *, color: bool | None) -> LineReader:
    """The terminal where there is one, else the lines of standard input."""
    from readiness.collecting.interview.interview import Lines

    if sys.stdin.isatty() and sys.stdout.isatty():
        require_module("prompt_toolkit", "interview", "interviews on a terminal")
        from readiness.collecting.interview.terminal import Terminal

        return Terminal(color=color)
    return Lines(sys.stdin.buffer, page.write)


def _choose_respondent(opening: Opening, reader: LineReader, page: Page) -> str:
    """Who answers, asked of one who sits at a terminal."""
    from readiness.collecting.answer_files import NoSheet
    from readiness.collecting.interview.interview import Prompt
    from readiness.problems import quote_names

    names = opening.respondents
    if not reader.is_patient:
        known = f"; the known respondents are {quote_names(names, joint='and')}" if names else ""
        raise NoSheet(f"name the respondent with --respondent{known}")
    page.write("Who answers?")
    for number, name in enumerate(names, 1):
        page.hang(f"  {number}  ", opening.name(name))
    while True:
        try:
            typed = reader.read(Prompt("Number or name: ", names)).strip()
        except EOFError:
            raise click.exceptions.Exit(0) from None
        if typed.isdigit() and 0 < int(typed[:6]) <= len(names):
            return names[int(typed) - 1]
        if typed and not typed.isdigit():
            return typed


def _hold_interview(interview: Interview, reader: LineReader) -> int:
    """Hold the interview; the exit status of the way in which it ended."""
    from readiness.collecting.interview.interview import InterviewLeft, UnusableLine

    status = 0
    complaint: tuple[str, ...] = ()
    try:
        interview.hold()
    except (InterviewLeft, EOFError):
        pass
    except KeyboardInterrupt:
        status = EXIT_INTERRUPTED
    except UnusableLine as fault:
        status, complaint = EXIT_WRONG, fault.complaint
    except UnicodeError:
        status, complaint = EXIT_WRONG, ("this line is not UTF-8",)
    else:
        return status
    interview.tell_leaving()
    if complaint:
        sys.stdout.flush()
        line = f"line {reader.number}: " if reader.number else ""
        say(line + "\n  ".join(complaint))
    return status


@click.command("status")
@click.argument("path", metavar="ENGAGEMENT_OR_ANSWERS")
@options.engagement_options
@option("--respondent -r NAME", "Show this respondent only.")
@option(
    "--since OLD", "Also show which answers changed since OLD, an earlier result or engagement."
)
@option(
    "--text-for NAME",
    "Print a message, ready to send: what is outstanding for this respondent or section.",
)
@result_options(TEXT_OR_JSON)
def status_command(
    *,
    source: options.AssessmentSource,
    respondent: str | None,
    since: str | None,
    text_for: str | None,
    output: Output,
) -> None:
    """Show progress by respondent and what to ask next.

    Counts the questions that each respondent was asked and has answered, shows what is overdue, and
    ranks the questions that could still decide the next gate. The file `-` is standard input.

    \b
    readiness status engagement.yaml
    readiness status engagement.yaml --respondent sales
    readiness status engagement.yaml --since first-round/engagement.yaml
    readiness status engagement.yaml --text-for sales
    """
    inquiry, old = source.load(names_all=True), None
    if since is not None:
        from readiness.commands.assess import load_results

        [old] = load_results([since], source.paths)
    found = readiness.status(inquiry, since=old)
    if text_for is not None:
        if respondent or since or output.format == "json":
            raise click.UsageError("--text-for prints a text; leave out the other options")
        from readiness.collecting.reminders import outstanding_text

        name = inquiry.circumstances.people.called(text_for)
        known = [*(row.name for row in found.rows if row.name), *inquiry.ruleset.sections]
        refuse_unknown("respondent or section", [name], known, "--text-for")
        output.write_lines(outstanding_text(inquiry, found, name))
        return
    if respondent is not None:
        names = [row.name for row in found.rows if row.name]
        respondent = inquiry.circumstances.people.called(respondent)
        refuse_unknown("respondent", [respondent], names, "--respondent")
        found = found.only(respondent)
    if output.format == "json":
        output.write_json(found.to_dict())
    else:
        from readiness.reports.respondents.progress_page import print_progress

        output.print(lambda page: print_progress(found, page, is_whole=respondent is None))
