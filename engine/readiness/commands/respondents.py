"""`readiness status` and `resolve`: who has answered what, and what they disagree on."""

from __future__ import annotations

import contextlib
import difflib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.commands.options import (
    AssessmentSource,
    collect_options,
    color_options,
    engagement_options,
    path_option,
    repeated_options,
)
from readiness.commands.outputs import (
    TEXT_OR_JSON,
    Output,
    output_options,
    printed_option,
    save_if_unchanged,
)
from readiness.commands.refusals import refuse_unknown, wrong
from readiness.documents.opening import read_bytes

if TYPE_CHECKING:
    from readiness.loading.engagements import Inquiry
    from readiness.model.questionnaire import Question
    from readiness.result.assessment import Assessment


@click.command("status")
@click.argument("path", metavar="ENGAGEMENT_OR_ANSWERS")
@engagement_options
@click.option("--respondent", "-r", metavar="NAME", help="Show this respondent only.")
@path_option
@output_options(TEXT_OR_JSON)
@color_options
def status_command(*, source: AssessmentSource, respondent: str | None, output: Output) -> None:
    """Show progress by respondent and what to ask next.

    Counts the questions each respondent was asked and has answered, and ranks the questions that
    could still decide the next gate. The file `-` is standard input.

    \b
    readiness status engagement.yaml
    readiness status engagement.yaml --respondent sales
    """
    from readiness.assessing import Assessor
    from readiness.loading.engagements import missing_evidence
    from readiness.reports.respondents.progress import progress

    inquiry = source.load(names_all=True)
    found = progress(Assessor(inquiry.ruleset).assess(inquiry), missing_evidence(inquiry))
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


@dataclass(frozen=True, slots=True)
class _Wish:
    """What the command line says about a resolution."""

    value: str | None = None
    not_applicable: str | None = None
    reason: str | None = None
    by: str | None = None
    evidence: tuple[str, ...] = ()
    replace: bool = False
    force: bool = False
    remove: bool = False


@click.command("resolve")
@click.argument("path", metavar="ENGAGEMENT")
@click.argument("question", required=False)
@collect_options("source", AssessmentSource)
@collect_options(
    "wish",
    _Wish,
    click.option(
        "--value", metavar="V", help="The answer that counts, written as in an answer sheet."
    ),
    click.option(
        "--not-applicable", metavar="WHY", help="The question does not apply, for this reason."
    ),
    click.option("--reason", metavar="TEXT", help="Why it is resolved this way."),
    click.option("--by", metavar="NAME", help="Who resolves it."),
    click.option(
        "--evidence",
        multiple=True,
        metavar="TEXT",
        help="Evidence for it: a file in the engagement's folder, a link, or a title; may be "
        "given several times.",
    ),
    click.option("--replace", is_flag=True, help="Replace the existing resolution."),
    click.option("--force", is_flag=True, help="Resolve it although nobody disagrees."),
    click.option("--remove", is_flag=True, help="Remove the resolution."),
)
@click.option("--dry-run", is_flag=True, help="Show what would change, but write nothing.")
@path_option
@printed_option(TEXT_OR_JSON)
@color_options
def resolve_command(
    *, source: AssessmentSource, question: str | None, wish: _Wish, dry_run: bool, output: Output
) -> None:
    """Resolve disagreements between respondents, or list them.

    Without QUESTION, shows who says what, and the commands that would resolve it. With QUESTION,
    writes a resolution into the engagement; its comments and layout are kept.

    \b
    readiness resolve engagement.yaml
    readiness resolve engagement.yaml funding.committed --value 610000 --by "lead assessor" \\
        --reason "What the letter of release says"
    readiness resolve engagement.yaml funding.committed --remove
    """
    if question is None:
        if wish != _Wish() or dry_run:
            raise click.UsageError("name the question to resolve")
        _list(source, output)
        return
    from readiness.assessing import Assessor
    from readiness.collecting.resolving import circumstances_of, with_resolution
    from readiness.documents.editing import NotEditable

    path = source.path
    while True:
        content = b""
        with contextlib.suppress(OSError):  # of which loading it tells
            content = read_bytes(path)
        inquiry = source.load()
        assessor = Assessor(inquiry.ruleset)
        before = assessor.assess(inquiry)
        resolution = _make_resolution(path, inquiry, before, question, wish)
        old = content.decode()
        try:
            new = with_resolution(old, question, resolution, list(inquiry.ruleset.questions), path)
        except NotEditable as fault:
            raise click.UsageError(f"{path}: {fault}") from None
        circumstances = circumstances_of(
            new, before.answers.circumstances, inquiry.ruleset.questions, path
        )
        after = assessor.assess_sheets(inquiry.sheets, circumstances, inquiry.title)
        if dry_run or save_if_unchanged(path, content, new.encode()):
            break
    _tell(question, (before, after), output, _diff(path, old, new) if dry_run else None)


def _list(source: AssessmentSource, output: Output) -> None:
    from readiness.reports.report_model import build_report
    from readiness.reports.respondents.conflicts import conflict_dict, conflicts

    report = build_report(source.assess(), path=source.path, options=repeated_options())
    if output.format == "json":
        output.write_json({"conflicts": [conflict_dict(one) for one in conflicts(report)]})
    else:
        from readiness.reports.respondents.conflicts_page import print_conflicts

        output.print(lambda console: print_conflicts(report, console))


def _make_resolution(
    path: str, inquiry: Inquiry, before: Assessment, question: str, wish: _Wish
) -> dict[str, object] | None:
    """Return the resolution to write, or None to remove it; refuse what is not allowed."""
    from readiness.loading.files import STANDARD_INPUT

    if path == STANDARD_INPUT:
        raise wrong("ENGAGEMENT", "a resolution is written to a file, not to standard input ('-')")
    if not inquiry.id:
        message = f"'{path}' is a single answer sheet; resolutions belong in an engagement"
        raise wrong("ENGAGEMENT", message)
    refuse_unknown("question", [question], inquiry.ruleset.questions, "QUESTION")
    if wish.remove:
        given = (wish.value, wish.not_applicable, wish.reason, wish.by, *wish.evidence)
        if any(one is not None for one in given):
            raise click.UsageError("--remove takes no other options for the resolution")
        if question not in inquiry.circumstances.resolutions:
            raise wrong("QUESTION", f"there is no resolution for '{question}'")
        return None
    asked = inquiry.ruleset.questions[question]
    _refuse_resolution(before, asked, wish)
    _refuse_blanks(wish)
    return _resolution(asked, wish, path)


def _refuse_resolution(before: Assessment, question: Question, wish: _Wish) -> None:
    """Refuse what is asked of each, what is settled already, and what nobody disagrees on."""
    answers = before.answers
    there = answers.circumstances.resolutions.get(question.id)
    if question.ask_each:
        message = (
            f"'{question.id}' is asked of each of '{question.ask_each}', so it cannot be "
            "resolved for all; ask the respondents to correct their answers"
        )
    elif there is not None and not wish.replace:
        message = (
            f"there is already a resolution for '{question.id}', at {there.place}; replace it "
            "with --replace or remove it with --remove"
        )
    elif question.id not in (*answers.conflicts, *answers.settled) and not wish.force:
        message = (
            f"nobody disagrees on '{question.id}', so there is no conflict to resolve; --force "
            "overrides what the respondents say"
        )
    else:
        return
    raise wrong("QUESTION", message)


def _refuse_blanks(wish: _Wish) -> None:
    if (wish.value is None) == (wish.not_applicable is None):
        raise click.UsageError("give the answer that counts: --value V, or --not-applicable WHY")
    if not (wish.reason or "").strip():
        raise click.UsageError("give the reason for this resolution: --reason TEXT")
    if not (wish.by or "").strip():
        raise click.UsageError("name who resolves it: --by NAME")
    said = {
        "--value": [wish.value],
        "--not-applicable": [wish.not_applicable],
        "--evidence": wish.evidence,
    }
    for option, texts in said.items():
        if any(text is not None and not text.strip() for text in texts):
            raise wrong(option, "it is empty")


def _resolution(question: Question, wish: _Wish, path: str) -> dict[str, object]:
    """Return the resolution as an engagement contains it."""
    from readiness.collecting.resolving import evidence_of, value_of

    found: dict[str, object] = {}
    if wish.value is not None:
        found["value"] = value_of(question, wish.value, "--value")
    elif question.may_not_apply:
        found["not_applicable"] = wish.not_applicable
    else:
        message = (
            f"'{question.id}' must be answered with a value; 'does not apply' would need "
            "'not_applicable: justified' in the questionnaire"
        )
        raise wrong("--not-applicable", message)
    found |= {"reason": wish.reason, "by": wish.by}
    if wish.evidence:
        found["evidence"] = [evidence_of(text, Path(path).parent) for text in wish.evidence]
    return found


def _tell(
    question: str, assessments: tuple[Assessment, Assessment], output: Output, diff: str | None
) -> None:
    """Tell what changes; `diff` is what would change in the file, None where it was written."""
    from readiness.assessing import changes

    found = changes(*assessments)
    if output.format == "json":
        keys = ("kind", "id", "before", "after")
        told = [{key: getattr(change, key) for key in keys} for change in found]
        plain = {"question": question, "changes": told}
        output.write_json(plain if diff is None else {**plain, "diff": diff})
        return
    from readiness.reports.phrasing import describe_resolution
    from readiness.reports.respondents.conflicts_page import print_changes

    after = assessments[1]
    resolution = after.answers.circumstances.resolutions.get(question)
    if diff is not None:
        output.write_lines(f"{diff}\n")
        said = "Nothing is written. This is what would change:"
    elif resolution is None:
        said = f"{question} is no longer resolved: the resolution is removed"
    else:
        said = f"{question} is {describe_resolution(after.ruleset.questions[question], resolution)}"
    output.print(lambda console: print_changes(said, found, console))


def _diff(path: str, old: str, new: str) -> str:
    """What changes in a file, as `diff -u` shows it."""
    before, after = (text.splitlines(keepends=True) for text in (old, new))
    lines = difflib.unified_diff(before, after, fromfile=path, tofile=path)
    return "".join(
        line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines
    )
