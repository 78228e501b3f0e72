"""`readiness resolve` and `waive`: what the lead assessor decides, written into the engagement."""

from __future__ import annotations

import contextlib
import datetime
import re
from collections.abc import Callable, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import click

import readiness
from readiness.commands import options
from readiness.commands.options import flag, option, several
from readiness.commands.outputs import TEXT_OR_JSON, Output, printed_option, save_if_unchanged
from readiness.commands.refusals import refuse_unknown, wrong
from readiness.commands.writing import say
from readiness.documents.changing import diff
from readiness.documents.opening import read_bytes
from readiness.model.consistency import PREFIX

T = TypeVar("T")
_common_options = options.together(
    options.dry_run_option, options.path_option, printed_option(TEXT_OR_JSON), options.color_options
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Wish:
    """What the command line says about any decision."""

    reason: str | None = None
    replace: bool = False
    force: bool = False
    remove: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class _ResolutionWish(_Wish):
    """What the command line says about a resolution."""

    value: str | None = None
    not_applicable: str | None = None
    by: str | None = None
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _WaiverWish(_Wish):
    """What the command line says about a waiver."""

    approved_by: str | None = None
    approved_on: datetime.date | None = None
    expires: datetime.date | None = None


@dataclass(frozen=True, slots=True)
class _Request:
    """A decision to write or to remove: its key in the engagement, its name, what it is about."""

    id: str
    key: str
    name: str
    noun: str
    source: options.AssessmentSource
    wish: _Wish
    is_dry_run: bool


@click.command("resolve")
@click.argument("path", metavar="ENGAGEMENT")
@click.argument("question", required=False)
@options.collect_options("source", options.AssessmentSource)
@options.collect_options(
    "wish",
    _ResolutionWish,
    option("--value V", "The answer that counts, written as in an answer sheet."),
    option(
        "--not-applicable [WHY]",
        "The question does not apply; without WHY, the reason is the one given with --reason.",
        is_flag=False,
        flag_value="",
    ),
    option("--reason TEXT", "Why it is resolved this way."),
    option("--by NAME", "Who resolves it."),
    several(
        "--evidence TEXT",
        "Evidence for the resolution: a file in the engagement's folder, a link, or a title",
    ),
    flag("--replace", "Replace the existing resolution."),
    flag("--force", "Resolve it even if nobody disagrees."),
    flag("--remove", "Remove the resolution."),
)
@_common_options
def resolve_command(
    *,
    source: options.AssessmentSource,
    question: str | None,
    wish: _ResolutionWish,
    dry_run: bool,
    output: Output,
) -> None:
    """Resolve disagreements between respondents, or list them.

    Without QUESTION, shows each disagreement: who says what, and the commands that would resolve
    it; also the answers that contradict each other. With QUESTION, writes a resolution into the
    engagement; its comments and layout are kept. To accept a contradiction instead, give
    consistency.ID as QUESTION.

    \b
    readiness resolve engagement.yaml
    readiness resolve engagement.yaml funding.committed --value 610000 --by "lead assessor" \\
        --reason "As in the letter of release"
    readiness resolve engagement.yaml packages.plan_years --not-applicable \\
        --reason "No packages are bought" --by "lead assessor"
    readiness resolve engagement.yaml funding.committed --remove
    """
    if question is None:
        if wish != _ResolutionWish() or dry_run:
            raise click.UsageError("name the question to resolve")
        _list(source, output)
        return

    def make(before: readiness.Assessment) -> dict[str, object]:
        asked = before.ruleset.questions.get(question)
        if asked is None:
            return _acceptance(before, question, wish)
        _refuse_resolution(before, asked, wish)
        _refuse_blanks(wish)
        return _resolution(asked, wish, source.path)

    def said(after: readiness.Assessment) -> str:
        from readiness.reports.phrasing import describe_resolution

        accepted = after.circumstances.accepted.get(question.removeprefix(PREFIX))
        if accepted is not None and question not in after.ruleset.questions:
            return f"{question} is accepted by {accepted.by}: {accepted.reason}"
        resolution = after.circumstances.resolutions.get(question)
        if resolution is None:
            return f"{question} is no longer resolved: the resolution is removed"
        asked = after.ruleset.questions[question]
        return f"{question} is {describe_resolution(asked, resolution)}"

    request = _Request(question, "resolutions", "resolution", "question", source, wish, dry_run)
    _decide(request, make, said, output)


@click.command("waive")
@click.argument("path", metavar="ENGAGEMENT")
@click.argument("check")
@options.collect_options("source", options.AssessmentSource)
@options.collect_options(
    "wish",
    _WaiverWish,
    option("--reason TEXT", "Why the gap is accepted."),
    option("--approved-by NAME", "Who accepts it."),
    option(
        "--approved-on DATE",
        "The day from which the waiver is in force. Default: the day of the assessment.",
    ),
    option("--expires DATE", "The last day of the waiver. Without it, the waiver does not expire."),
    flag("--replace", "Replace the existing waiver."),
    flag("--force", "Waive the check even if it is closed."),
    flag("--remove", "Remove the waiver."),
)
@_common_options
def waive_command(
    *,
    source: options.AssessmentSource,
    check: str,
    wish: _WaiverWish,
    dry_run: bool,
    output: Output,
) -> None:
    """Waive a check, or remove a waiver.

    Writes a waiver into the engagement, keeping its comments and layout, and shows which verdicts
    change. While the waiver is in force, the check blocks nothing, and a gate that depends on it is
    CONDITIONAL GO at best.

    \b
    readiness waive engagement.yaml customer-definition-agreed --approved-by CFO \\
        --reason "The definition follows in March" --expires 2027-03-31
    readiness waive engagement.yaml privacy-policy --remove
    """

    def said(after: readiness.Assessment) -> str:
        from readiness.reports.phrasing import approval

        waiver = after.circumstances.waivers.get(check)
        if waiver is None:
            return f"{check} is no longer waived: the waiver is removed"
        return f"{check} is waived, {approval(waiver, after.as_of)}. {waiver.reason}"

    request = _Request(check, "waivers", "waiver", "check", source, wish, dry_run)
    _decide(request, lambda before: _waiver(before, check, wish), said, output)


def _decide(
    request: _Request,
    make: Callable[[readiness.Assessment], dict[str, object]],
    said: Callable[[readiness.Assessment], str],
    output: Output,
) -> None:
    """Write a decision into the engagement, or take it out, and tell what that changes.

    `make` returns the decision as an engagement contains it, given the result without it; `said`
    returns what was decided in words, given the result with it.
    """
    from readiness.collecting.deciding import decidable, decide

    path = request.source.path

    def edit(inquiry: readiness.Inquiry, old: str) -> tuple[readiness.Decision, str]:
        before = readiness.Assessor(inquiry.ruleset).assess(inquiry)
        refuse_elsewhere(path, inquiry, f"a {request.name}", f"{request.name}s belong")
        known = decidable(inquiry.ruleset, request.noun)
        refuse_unknown(request.noun, [request.id], known, request.noun.upper())
        decision = None if _is_removed(request, inquiry.circumstances) else make(before)
        decided = decide(inquiry, (request.key, request.id), decision, before, old)
        return decided, decided.text

    decided, diff = edit_engagement(request.source, edit, is_dry_run=request.is_dry_run)
    told = said(decided.after)
    _tell({request.noun: request.id}, decided.changes, told, output, diff)
    for warning in decided.after.warnings:
        if warning not in decided.before.warnings:
            say(warning)


def edit_engagement(
    source: options.AssessmentSource,
    edit: Callable[[readiness.Inquiry, str], tuple[T, str]],
    *,
    is_dry_run: bool,
) -> tuple[T, str | None]:
    """Change the text of an engagement, anew if somebody else changes it meanwhile.

    `edit` takes the engagement and its text, and returns its findings and the new text. Returns the
    findings and, for a dry run, what would change in the file, else None.
    """
    path = source.path
    while True:
        content = b""
        with contextlib.suppress(OSError):  # of which loading it tells
            content = read_bytes(path)
        inquiry = source.load()
        old = content.decode()
        try:
            found, new = edit(inquiry, old)
        except readiness.NotEditable as fault:
            raise click.UsageError(f"{path}: {fault}") from None
        if is_dry_run:
            return found, diff(path, old, new)
        if old == new or save_if_unchanged(path, content, new.encode()):
            return found, None


def _list(source: options.AssessmentSource, output: Output) -> None:
    from readiness.reports.report_model import build_report
    from readiness.reports.respondents.conflicts import conflict_dict, conflicts

    report = build_report(source.assess(), path=source.path, options=options.repeated_options())
    if output.format == "json":
        found = [one.contradiction.to_dict() for one in report.contradictions]
        told = [conflict_dict(one) for one in conflicts(report)]
        output.write_json({"conflicts": told, "contradictions": found})
    else:
        from readiness.reports.respondents.conflicts_page import print_conflicts

        output.print(lambda console: print_conflicts(report, console))


def refuse_elsewhere(path: str, inquiry: readiness.Inquiry, what: str, whats: str) -> None:
    """Refuse to write elsewhere than into the file of an engagement."""
    from readiness.loading.files import STANDARD_INPUT

    if path == STANDARD_INPUT:
        raise wrong("ENGAGEMENT", f"{what} is written to a file, not to standard input ('-')")
    if not inquiry.id:
        message = f"'{path}' is a single answer sheet; {whats} in an engagement"
        raise wrong("ENGAGEMENT", message)


def _is_removed(request: _Request, circumstances: readiness.Circumstances) -> bool:
    """Return whether a decision is taken out; refuse that where there is none.

    Refuse to replace one without being asked to.
    """
    from readiness.reports.phrasing import approval

    wish, what, where = request.wish, request.name, request.noun.upper()
    held: Map[str, readiness.Resolution | readiness.Waiver | readiness.Acceptance] = getattr(
        circumstances, request.key
    )
    if request.id.startswith(PREFIX) and request.id not in held:
        held = {f"{PREFIX}{key}": one for key, one in circumstances.accepted.items()}
    there = held.get(request.id)
    if wish.remove:
        if wish != type(wish)(remove=True):
            raise click.UsageError(f"--remove takes no other options for the {what}")
        if there is None:
            raise wrong(where, f"there is no {what} for '{request.id}'")
    elif there is not None and not wish.replace:
        of = (
            approval(there, circumstances.as_of)
            if isinstance(there, readiness.Waiver)
            else f"by {there.by}"
        )
        message = (
            f"there is already a {what} for '{request.id}', at {there.excerpt.place}, {of}: "
            f"“{there.reason}”; replace it with --replace or remove it with --remove"
        )
        raise wrong(where, message)
    return wish.remove


def _refuse_resolution(
    before: readiness.Assessment, question: readiness.Question, wish: _ResolutionWish
) -> None:
    """Refuse what is asked of each, and what nobody disagrees on.

    Where nobody has answered with a value, the question may not apply.
    """
    answers = before.answers
    is_away = wish.not_applicable is not None
    valued = [one for one in answers.given.get(question.id, ()) if one.state == "answered"]
    if question.ask_each and not is_away:
        message = (
            f"'{question.id}' is asked of each of '{question.ask_each}', so it cannot be "
            "resolved for all; ask the respondents to correct their answers"
        )
    elif (
        question.id not in (*answers.conflicts, *answers.settled)
        and not wish.force
        and not (is_away and not valued)
    ):
        message = (
            f"nobody disagrees on '{question.id}', so there is no conflict to resolve; --force "
            "overrides what the respondents say"
        )
    else:
        return
    raise wrong("QUESTION", message)


def _acceptance(before: readiness.Assessment, key: str, wish: _ResolutionWish) -> dict[str, object]:
    """Return the acceptance of a contradiction as an engagement contains it."""
    if (wish.value, wish.not_applicable, wish.evidence) != (None, None, ()):
        raise click.UsageError("a contradiction is accepted with --reason and --by alone")
    _require("give the reason why it is accepted: --reason TEXT", wish.reason)
    _require("name who accepts it: --by NAME", wish.by)
    found = {f"{PREFIX}{one.id}" for one in before.contradictions}
    if key not in found and not wish.force:
        message = f"no answers contradict each other by '{key}', so there is nothing to accept"
        raise wrong("QUESTION", f"{message}; --force overrides")
    return {"reason": wish.reason, "by": wish.by}


def _waiver(before: readiness.Assessment, check: str, wish: _WaiverWish) -> dict[str, object]:
    """Return the waiver as an engagement contains it; refuse one that waives nothing."""
    from readiness.reports.phrasing import STATUSES

    _require("give the reason for this waiver: --reason TEXT", wish.reason)
    _require("name who approves it: --approved-by NAME", wish.approved_by)
    status, today = before.checks[check].status, before.as_of
    if status in ("met", "not_applicable") and not wish.force:
        message = f"'{check}' is {STATUSES[status]}, so there is no gap to waive; --force overrides"
        raise wrong("CHECK", message)
    start = wish.approved_on or today
    if wish.expires is not None and wish.expires < max(start, today):
        day = "its start" if start > today else "the day of the assessment"
        message = f"the waiver would expire on {wish.expires}, before {day}, {max(start, today)}"
        raise wrong("--expires", message)
    found: dict[str, object] = {
        "reason": wish.reason, "approved_by": wish.approved_by, "approved_on": start,
    }  # fmt: skip
    return found | ({} if wish.expires is None else {"expires": wish.expires})


def _require(message: str, said: str | None) -> None:
    if not (said or "").strip():
        raise click.UsageError(message)


def _refuse_blanks(wish: _ResolutionWish) -> None:
    if (wish.value is None) == (wish.not_applicable is None):
        raise click.UsageError("give the answer that counts: --value V, or --not-applicable")
    _require("give the reason for this resolution: --reason TEXT", wish.reason)
    _require("name who resolves it: --by NAME", wish.by)
    said = {
        "--value": [wish.value],
        "--not-applicable": [wish.not_applicable or None],
        "--evidence": wish.evidence,
    }
    for named, texts in said.items():
        if any(text is not None and not text.strip() for text in texts):
            raise wrong(named, "it is empty")


_FILE_NAME = re.compile(r"\S*[\w)]\.[A-Za-z]\w{1,4}")  # a title hardly looks like this


def _resolution(
    question: readiness.Question, wish: _ResolutionWish, path: str
) -> dict[str, object]:
    """Return the resolution as an engagement contains it."""
    from readiness.collecting.deciding import evidence_of, value_of

    found: dict[str, object] = {}
    if wish.value is not None:
        found["value"] = value_of(question, wish.value, "--value")
    elif question.must_apply:
        message = f"'{question.id}' always applies: its questionnaire says 'not_applicable: never'"
        raise wrong("--not-applicable", message)
    else:
        found["not_applicable"] = wish.not_applicable or True
    found |= {"reason": wish.reason, "by": wish.by}
    if wish.evidence:
        items = [evidence_of(text, Path(path).parent) for text in wish.evidence]
        for item in items:
            if item.keys() == {"title"} and _FILE_NAME.fullmatch(item["title"]):
                message = f"there is no file '{item['title']}' in the folder of the engagement"
                hint = "correct the name, or write a title in several words"
                raise wrong("--evidence", f"{message}; {hint}")
        found["evidence"] = items
    return found


def _tell(
    about: Map[str, str],
    found: Sequence[readiness.Change],
    said: str,
    output: Output,
    diff: str | None,
) -> None:
    """Tell what changes; `diff` is what would change in the file, None where it was written."""
    if output.format == "json":
        keys = ("kind", "id", "before", "after")
        told = [{name: getattr(change, name) for name in keys} for change in found]
        plain = {**about, "changes": told}
        output.write_json(plain if diff is None else {**plain, "diff": diff})
        return
    from readiness.reports.respondents.conflicts_page import print_changes

    if diff is not None:
        output.write_lines(f"{diff}\n")
        said = "Nothing is written. This is what would change:"
    output.print(lambda console: print_changes(said, found, console))
