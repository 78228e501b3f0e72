"""`readiness assess`, `explain` and `compare`: the result, why it came out so, and what changed."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import readiness
from readiness.commands import options, outputs
from readiness.commands.main import EXIT_NOT_READY
from readiness.commands.options import flag, option
from readiness.commands.outputs import Output
from readiness.commands.refusals import MissingExtra, Refusal, refuse_unknown, require_module, wrong
from readiness.commands.writing import say, working
from readiness.documents import schemas
from readiness.documents.opening import read_bytes
from readiness.problems.proposals import format_command
from readiness.reports.formats import FORMATS, READERS, all_formats, lay_out

if TYPE_CHECKING:
    from rich.console import Console

    from readiness.comparing.side import Result
    from readiness.reports.report_model import Report

ENGINES = ("native", "durable", "both")
ENDS = {name: held.ends for name, held in FORMATS.items()}
_PLURALS = {"xlsx": "workbooks", "pdf": "PDF files", "docx": "Word documents"}


class _FormatName(click.Choice):  # type: ignore[type-arg]
    """A format of ours, or of a plug-in; plug-ins are looked for if it is none of ours."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the name; any other is refused with a list of all formats."""
        return value if value in FORMATS else self._whole().convert(value, param, ctx)

    def get_metavar(self, param: click.Parameter, ctx: click.Context) -> str | None:
        """Return how help shows all of them."""
        return self._whole().get_metavar(param, ctx)

    def _whole(self) -> click.Choice[str]:
        return click.Choice(list(all_formats()))


@click.command("assess")
@click.argument("path", metavar="ENGAGEMENT_OR_ANSWERS")
@options.engagement_options
@options.gate_option("Assess for this gate only")
@options.path_option
@option(
    "--engine",
    "Calculate with the native engine, with the independent engine of readiness[durable], "
    "or with both to confirm that they agree.",
    type=click.Choice(ENGINES),
    default=ENGINES[0],
    show_default=True,
)
@flag(
    "--compact",
    "Leave out of the JSON whatever can be derived from other fields, such as what each "
    "check waits for; "
    f"'{format_command('result-schema')}' says how to derive them.",
)
@option(
    "--for",
    "Who the report is for: the board (two pages), management (who does what by when), "
    "or auditors (everything).",
    name="reader",
    type=click.Choice(READERS),
    default="auditor",
    show_default=True,
)
@flag("--brief", "Show the report on one screen.")
@option("--top N", "Show only the first N entries of each list in the text report.")
@option(
    "--since OLD", "Also show what changed since OLD, an earlier result or engagement, and why."
)
@option(
    "--format -f",
    "Output format; may be given several times. Default: from the file name, else "
    f"{next(iter(FORMATS))}.",
    name="formats",
    type=_FormatName(list(FORMATS)),
    multiple=True,
)
@option(
    "--output -o FILE",
    "Write to FILE instead of standard output, completely or not at all. Missing folders "
    "are created. For several formats, name a folder.",
    name="file",
    type=outputs.OutputFile(ENDS, is_folder_too=True),
)
@options.color_options
def assess_command(
    *,
    source: options.AssessmentSource,
    gates: tuple[str, ...],
    engine: str,
    compact: bool,
    reader: str,
    brief: bool,
    top: int | None,
    since: str | None,
    formats: tuple[str, ...],
    file: str | None,
    color: bool | None,
    width: int | None,
) -> int:
    """Assess an engagement or a single answer sheet.

    Shows the verdict of each gate, what to do first and why, and everything behind it. The file `-`
    is standard input.

    \b
    readiness assess engagement.yaml
    readiness assess answers.yaml --ruleset crm-pre-implementation --gate commit
    readiness assess engagement.yaml --output report.html
    readiness assess engagement.yaml --format html --format xlsx --output reports
    readiness assess engagement.yaml --for board --output board.pdf
    readiness assess engagement.yaml --compact --output result.json
    readiness assess engagement.yaml --since november.json
    """
    targets = _outputs(formats, file, compact=compact)
    if (brief or top) and ([one.format for one in targets] != ["text"] or reader != "auditor"):
        raise click.UsageError("--brief and --top are for the text report for auditors")
    inquiry = source.load(gates)
    assessment = run_assessment(inquiry, engine)
    earlier = _compared(since, assessment, source.paths) if since else None
    for output in targets:
        held = all_formats()[output.format]
        if held.library:
            require_module(held.library, held.extra, _PLURALS[output.format])
        output.refuse_input()
    if [output.format for output in targets] == ["json"] and reader == "auditor":
        from readiness.result.document import document_text

        told = earlier.to_dict() if earlier else None
        targets[0].write_pieces(document_text(assessment, compact=compact, since=told))
    else:
        from readiness.reports.report_model import build_report

        report = build_report(
            assessment,
            gates=gates,
            path=source.path,
            options=options.repeated_options(),
            branding=_branding(inquiry),
            since=earlier,
        )
        targets = [dataclasses.replace(output, color=color, width=width) for output in targets]
        if brief:
            from readiness.reports.readers.brief import print_brief

            targets[0].print(lambda console: print_brief(report, console, top or 0))
        else:
            _write(report, targets, reader, top or 0, compact=compact)
    asked = gates or [key for key, gate in assessment.gates.items() if gate.is_in_scope]
    return 0 if all(assessment.gates[gate].is_passed for gate in asked) else EXIT_NOT_READY


def _compared(
    since: str, assessment: readiness.Assessment, paths: Sequence[Path]
) -> readiness.Comparison:

    [old] = load_results([since], paths)
    return readiness.compare(old, assessment)


def _branding(inquiry: readiness.Inquiry) -> readiness.Branding:
    """Return how reports present it; raises `click.ClickException` for an unknown language."""
    from readiness.evaluation.formatting import day_in_words
    from readiness.loading.engagements import branding_of

    branding = branding_of(inquiry)
    try:
        day_in_words(inquiry.circumstances.as_of, branding.language)
    except ModuleNotFoundError:
        require_module("babel", "paper", "dates in other languages than English")
    except LookupError:
        message = f"branding: no dates are known for the language '{branding.language}'"
        raise click.UsageError(f"{message}; write a tag such as en-GB or de-DE") from None
    return branding


def _outputs(formats: Sequence[str], file: str | None, *, compact: bool) -> list[Output]:
    """Return where each of the formats goes: by name, else by the end of the file's name.

    Raises `click.UsageError` where they do not go with where they are to be written.
    """
    if compact and file in (None, outputs.STANDARD_OUTPUT):
        formats = formats or ("json",)
    targets = _by_format(tuple(dict.fromkeys(formats)), file)
    if compact and all(output.format != "json" for output in targets):
        msg = f"--compact is for JSON, but the output is {targets[0].format}; add --format json"
        raise click.UsageError(msg)
    return targets


def _by_format(names: Sequence[str], file: str | None) -> list[Output]:
    if len(names) < 2 and not (file and Path(file).is_dir()):
        ends = {name: held.ends for name, held in all_formats().items()}
        return [outputs.choose_output(ends, next(iter(names), None), file)]
    if file in (None, outputs.STANDARD_OUTPUT):
        raise click.UsageError("several formats need a folder: --output FOLDER")
    folder = Path(str(file))
    if folder.is_file():
        raise wrong("--output", f"several formats need a folder, but '{file}' is a file")
    names = names or (next(iter(FORMATS)),)
    return [Output(str(folder / all_formats()[name].file), name) for name in names]


def run_assessment(inquiry: readiness.Inquiry, engine: str) -> readiness.Assessment:
    """The result, which is the same whichever engine it comes from.

    Reasons and lists are written by the program, so what the independent engine says must agree
    with it. Raises `EnginesDiffer` where it does not, `CouldNotReperform` where it says nothing,
    and `MissingExtra` where it is not installed.
    """
    assessment = readiness.Assessor(inquiry.ruleset).assess(inquiry)
    if engine == "native":
        return assessment
    from readiness.verification.independent_run import (
        BeyondEngine,
        EnginesDiffer,
        NoEngine,
        differences,
        reperform,
    )

    try:
        again = reperform(inquiry)
    except NoEngine as fault:
        raise MissingExtra(str(fault)) from None
    except BeyondEngine as fault:
        raise Refusal(f"{fault}; leave out --engine {engine}") from None
    if found := differences(assessment.judgement, again):
        raise EnginesDiffer("\n  ".join(["the two engines disagree", *found]))
    if engine == "both":
        say(
            f"calculated again with {again.engine} {again.version}: all statuses, standings and "
            f"verdicts agree ({len(again.statuses)} checks, {len(again.verdicts)} gates)"
        )
    return dataclasses.replace(assessment, judgement=again)


def _write(
    report: Report, targets: Sequence[Output], reader: str, top: int, *, compact: bool
) -> None:
    """Write a report in each of the formats; nothing is written before all are laid out."""
    if [output.format for output in targets] == ["text"]:
        targets[0].print(lambda console: _print(report, reader, top, console))
        return
    laid_out: list[bytes] = []
    for output in targets:
        with working(f"laying out {output.format}"):
            laid_out.append(_render(output.format, report, reader, compact=compact))
    for output, content in zip(targets, laid_out, strict=True):
        output.write(content)
        if len(targets) > 1:
            say(output.file)


def _print(report: Report, reader: str, top: int, console: Console) -> None:
    if reader == "auditor":
        from readiness.reports.terminal.assessment import print_report

        print_report(report, console, top)
    else:
        from readiness.reports.readers import plain
        from readiness.reports.readers.paper import Paper

        plain.print_report(Paper(report, reader), console)


def _render(name: str, report: Report, reader: str, *, compact: bool) -> bytes:
    if compact and name == "json" and reader == "auditor":
        from readiness.result.document import document_text

        told = report.since.to_dict() if report.since else None
        return "".join(document_text(report.assessment, compact=True, since=told)).encode()
    from readiness.reports.readers.paper import BrandingRefusedError

    try:
        return lay_out(name, report, reader)
    except BrandingRefusedError as fault:
        raise Refusal(str(fault)) from None
    except OverflowError:
        msg = "the work would last beyond the year 9999; check the values of effort_days"
        raise click.UsageError(msg) from None


@click.command("explain")
@click.argument("path", metavar="ENGAGEMENT_OR_ANSWERS")
@click.argument("check")
@options.engagement_options
@outputs.result_options(outputs.TEXT_OR_JSON)
def explain_command(*, source: options.AssessmentSource, check: str, output: Output) -> None:
    """Explain why a check is met or not, from its condition down to the answers.

    \b
    readiness explain engagement.yaml executive-sponsor
    """
    assessment = source.assess()
    refuse_unknown("check", [check], assessment.checks, "CHECK")
    if output.format == "json":
        from readiness.result.document import check_document

        output.write_json(check_document(assessment.checks[check]))
    else:
        from readiness.reports.terminal.explanation import print_explanation

        output.print(lambda console: print_explanation(assessment, check, console))


_COMPARISON: outputs.Formats = {
    "text": (".txt",), "json": (".json",), "markdown": (".md",), "html": (".html", ".htm"),
}  # fmt: skip


@click.command(
    "compare",
    epilog="Exit status: 0 if no verdict and no check got worse, 1 if one did; 2 if the command "
    "line or a document is wrong.",
)
@click.argument("old", metavar="OLD")
@click.argument("new", metavar="NEW")
@click.argument("more", metavar="[MORE]...", nargs=-1)
@outputs.result_options(_COMPARISON)
def compare_command(
    *, old: str, new: str, more: tuple[str, ...], paths: list[Path], output: Output
) -> int:
    """Compare two results: what changed, and why.

    OLD and NEW are engagements or answer sheets, or results that 'assess --format json' wrote: two
    rounds of an engagement, or two organisations. Shows the gates and checks that changed, each
    with its causes: answers, evidence, waivers, resolutions, the date or the ruleset. With MORE,
    OLD is compared with the last one, and a trend shows all of them.

    \b
    readiness compare first-round/engagement.yaml engagement.yaml
    readiness compare november.json december.json --output changes.html
    """
    first, *between, last = load_results([old, new, *more], paths)
    found = readiness.compare(first, last, between=between)
    if output.format == "json":
        output.write_json(found.to_dict())
        return EXIT_NOT_READY if found.is_worse else 0
    from readiness.reports.changes import Changes

    changes = Changes(found)
    if output.format == "html":
        from readiness.reports.webpage.page import html_comparison

        output.write(html_comparison(changes))
    elif output.format == "markdown":
        from readiness.reports.markdown.page import render

        output.write(render("comparison.md.jinja", changes=changes))
    else:
        from readiness.reports.terminal.assessment import print_comparison

        output.print(lambda console: print_comparison(changes, console))
    return EXIT_NOT_READY if found.is_worse else 0


def load_results(files: Sequence[str], paths: Sequence[Path]) -> list[Result]:
    """Load results, and assess engagements and answer sheets; what they share is read once."""
    from readiness.loading.remembering import remembering

    with remembering():
        return [_load(file, paths) for file in files]


def _load(file: str, paths: Sequence[Path]) -> Result:
    from readiness.loading.search_path import head_of
    from readiness.verification.recheck import read_result

    if schemas.FORMATS["result"].encode() not in head_of(Path(file)):
        return options.AssessmentSource(file, paths).assess()
    steps = readiness.Steps()
    try:
        document = read_result(read_bytes(file), file, steps)
    except readiness.UnusableFile as fault:
        raise Refusal(str(fault)) from None
    if document is None or steps.number("found"):
        found = next(step for step in steps if step.outcome == "found")
        raise Refusal("\n  ".join([f"{file}: {found.text}", *found.details]))
    return document
