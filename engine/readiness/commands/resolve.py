"""`readiness resolve`."""

from __future__ import annotations

import contextlib
import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.commands.loading import AssessmentSource
from readiness.commands.options import color_options, path_option, repeated_options
from readiness.commands.outputs import TEXT_OR_JSON, Output, is_saved, printed_option
from readiness.commands.refusals import refuse_unknown

if TYPE_CHECKING:
    from readiness.assessing import Assessor, Change
    from readiness.collecting.resolving import Settlement
    from readiness.loading.engagements import Inquiry
    from readiness.model.questionnaire import Question
    from readiness.result.assessment import Assessment


@click.command("resolve")
@click.argument("path", metavar="ENGAGEMENT")
@click.argument("question", required=False)
@click.option("--value", metavar="V", help="What counts, written as in an answer sheet.")
@click.option("--not-applicable", metavar="WHY", help="The question does not apply, and why.")
@click.option("--reason", metavar="TEXT", help="Why it is settled this way.")
@click.option("--by", metavar="NAME", help="Who settles it.")
@click.option(
    "--evidence",
    multiple=True,
    metavar="TEXT",
    help="What backs it: a file in the folder of the engagement, a link, or a title; may be given "
    "several times.",
)
@click.option("--replace", is_flag=True, help="Take the place of the resolution that is there.")
@click.option("--force", is_flag=True, help="Settle it although nobody disagrees.")
@click.option("--remove", is_flag=True, help="Take the resolution away.")
@click.option("--dry-run", is_flag=True, help="Show what would change; write nothing.")
@path_option
@printed_option(TEXT_OR_JSON)
@color_options
def resolve_command(
    *,
    path: str,
    question: str | None,
    value: str | None,
    not_applicable: str | None,
    reason: str | None,
    by: str | None,
    evidence: tuple[str, ...],
    replace: bool,
    force: bool,
    remove: bool,
    dry_run: bool,
    paths: tuple[str, ...],
    output: Output,
) -> int:
    """Settle what respondents disagree on, or list it.

    Without QUESTION, tells who says what, and the commands that would settle it. With one, writes
    a resolution into the engagement; its comments and its layout stay as they are.

    \b
    readiness resolve engagement.yaml
    readiness resolve engagement.yaml funding.committed --value 610000 --by "lead assessor" \\
        --reason "What the letter of release says"
    readiness resolve engagement.yaml funding.committed --remove
    """
    wish = _Wish(value, not_applicable, reason, by, evidence, replace, force, remove)
    if question is None:
        if wish != _Wish() or dry_run:
            raise click.UsageError("name the question that is to be settled")
        assessor, inquiry = _loaded(path, paths)
        _list(assessor.assess(inquiry), path, output)
        return 0
    from readiness.documents.opening import read_bytes

    while True:
        old = b""
        with contextlib.suppress(OSError):  # of which loading it tells
            old = read_bytes(path)
        assessor, inquiry = _loaded(path, paths)
        before = assessor.assess(inquiry)
        settlement = _decided(path, inquiry, before, question, wish)
        texts = _texts(inquiry, path, old.decode(), question, settlement)
        after = _assess_again(assessor, inquiry, before, texts[1], path)
        if dry_run or is_saved(path, old, texts[1].encode()):
            break
    _tell(path, question, (before, after), texts, output, dry_run=dry_run)
    return 0


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


def _loaded(path: str, paths: tuple[str, ...]) -> tuple[Assessor, Inquiry]:
    from readiness.assessing import Assessor

    inquiry = AssessmentSource(path, paths).load()
    return Assessor(inquiry.ruleset), inquiry


def _decided(
    path: str, inquiry: Inquiry, before: Assessment, question: str, wish: _Wish
) -> Settlement | None:
    """The resolution to be written, None where it is to be removed; refused where it may not be."""
    _refuse_what_has_no_resolutions(inquiry, path)
    refuse_unknown("question", question, inquiry.ruleset.questions, "QUESTION")
    if wish.remove:
        given = (wish.value, wish.not_applicable, wish.reason, wish.by, *wish.evidence)
        if any(one is not None for one in given):
            raise click.UsageError("with --remove, nothing else is said about the resolution")
        _refuse_without_resolution(before, question)
        return None
    asked = inquiry.ruleset.questions[question]
    _refuse_resolution(before, asked, replace=wish.replace, force=wish.force)
    _refuse_blanks(wish)
    return _settlement(asked, wish, path)


def _list(
    assessment: Assessment,
    path: str,
    output: Output,
) -> None:
    from readiness.reports.report_model import build_report
    from readiness.reports.respondents.conflicts import conflict_dict, conflicts

    report = build_report(assessment, path=path, options=repeated_options())
    if output.format == "json":
        output.write_json({"conflicts": [conflict_dict(one) for one in conflicts(report)]})
        return
    from readiness.reports.respondents.conflicts_page import print_conflicts

    output.print(lambda console: print_conflicts(report, console))


def _refuse_what_has_no_resolutions(inquiry: Inquiry, path: str) -> None:
    from readiness.loading.files import STANDARD_INPUT

    if path == STANDARD_INPUT:
        message = "a resolution is written into a file, and '-' is none"
    elif not inquiry.id:
        message = f"'{path}' is a single answer sheet; resolutions stand in an engagement"
    else:
        return
    raise click.BadParameter(message, param_hint="'ENGAGEMENT'")


def _refuse_without_resolution(before: Assessment, question: str) -> None:
    if question not in before.answers.circumstances.resolutions:
        message = f"there is no resolution of '{question}'"
        raise click.BadParameter(message, param_hint="'QUESTION'")


def _refuse_resolution(
    before: Assessment, question: Question, *, replace: bool, force: bool
) -> None:
    """Refuse what is asked of each, what is settled already, and what nobody disagrees on."""
    answers = before.answers
    there = answers.circumstances.resolutions.get(question.id)
    if question.ask_each:
        message = (
            f"'{question.id}' is asked of each of '{question.ask_each}', and no resolution can "
            "settle it; what each of them answered stands: ask them to change it"
        )
    elif there is not None and not replace:
        message = (
            f"there is a resolution of '{question.id}' already, at {there.place}; "
            "--replace takes its place, --remove takes it away"
        )
    elif question.id not in (*answers.conflicts, *answers.settled) and not force:
        message = (
            f"nobody disagrees on '{question.id}', so there is no conflict to settle; "
            "--force decides it all the same, against what respondents say"
        )
    else:
        return
    raise click.BadParameter(message, param_hint="'QUESTION'")


def _refuse_blanks(wish: _Wish) -> None:
    if (wish.value is None) == (wish.not_applicable is None):
        raise click.UsageError("say what counts: --value V, or --not-applicable WHY")
    if not (wish.reason or "").strip():
        raise click.UsageError("say why it is settled this way: --reason TEXT")
    if not (wish.by or "").strip():
        raise click.UsageError("say who settles it: --by NAME")
    said = {
        "--value": [wish.value],
        "--not-applicable": [wish.not_applicable],
        "--evidence": wish.evidence,
    }
    for option, texts in said.items():
        if any(text is not None and not text.strip() for text in texts):
            raise click.BadParameter("it says nothing", param_hint=f"'{option}'")


def _settlement(question: Question, wish: _Wish, path: str) -> Settlement:
    from readiness.collecting.resolving import Settlement, evidence_of, value_of

    if wish.not_applicable is not None and not question.may_not_apply:
        message = (
            f"'{question.id}' must be answered with a value: its questionnaire would have to say "
            "'not_applicable: justified'"
        )
        raise click.BadParameter(message, param_hint="'--not-applicable'")
    held = None if wish.value is None else value_of(question, wish.value, "--value")
    evidence = tuple(evidence_of(text, Path(path).parent) for text in wish.evidence)
    return Settlement(held, wish.not_applicable or "", wish.reason or "", wish.by or "", evidence)


def _texts(
    inquiry: Inquiry, path: str, old: str, question: str, settlement: Settlement | None
) -> tuple[str, str]:
    """The text of the engagement as it is, and as it will be."""
    from readiness.collecting.resolving import with_resolution, without_resolution
    from readiness.documents.editing import NotEditable

    try:
        if settlement is None:
            return old, without_resolution(old, question, path)
        order = list(inquiry.ruleset.questions)
        return old, with_resolution(old, question, settlement, order, path)
    except NotEditable as fault:
        raise click.UsageError(f"{path}: {fault}") from None


def _assess_again(
    assessor: Assessor, inquiry: Inquiry, before: Assessment, text: str, path: str
) -> Assessment:
    from readiness.collecting.resolving import circumstances_of

    questions = inquiry.ruleset.questions
    circumstances = circumstances_of(text, before.answers.circumstances, questions, path)
    return assessor.assess_sheets(inquiry.sheets, circumstances, inquiry.title)


def _tell(
    path: str,
    question: str,
    assessments: tuple[Assessment, Assessment],
    texts: tuple[str, str],
    output: Output,
    *,
    dry_run: bool,
) -> None:
    from readiness.assessing import changes

    found = changes(*assessments)
    diff = list(_diff(path, *texts)) if dry_run else []
    if output.format == "json":
        plain = {"question": question, "changes": [_plain(change) for change in found]}
        plain |= {"diff": "".join(diff)} if dry_run else {}
        output.write_json(plain)
        return
    from readiness.reports.respondents.conflicts_page import print_changes

    if dry_run:
        output.write_lines("".join(diff) + "\n")
        said = "Nothing is written. This is what would turn:"
    else:
        said = f"{question} is {_settled(assessments[1], question)}"
    output.print(lambda console: print_changes(said, found, console))


def _settled(after: Assessment, question: str) -> str:
    from readiness.reports.phrasing import settled

    resolution = after.answers.circumstances.resolutions.get(question)
    if resolution is None:
        return "no longer settled: the resolution is taken away"
    return settled(after.ruleset.questions[question], resolution)


def _plain(change: Change) -> dict[str, str]:
    return {key: getattr(change, key) for key in ("kind", "id", "before", "after")}


def _diff(path: str, old: str, new: str) -> Iterable[str]:
    """What changes in a file, as `diff -u` shows it."""
    before, after = (text.splitlines(keepends=True) for text in (old, new))
    for line in difflib.unified_diff(before, after, fromfile=path, tofile=path):
        yield line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n"
