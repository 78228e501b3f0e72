"""Reports in the formats asked for: one to a file or a pipe, several into a folder."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.commands.outputs import Command, Output, OutputFile, chosen
from readiness.commands.refusals import needed
from readiness.commands.writing import say, working
from readiness.problems.proposals import proposed
from readiness.reports.formats import FORMATS, lay_out

if TYPE_CHECKING:
    from readiness.reports.report_model import Report

ENDS = {name: held.ends for name, held in FORMATS.items()}

_PLURALS = {"xlsx": "workbooks"}


def report_options(command: Command) -> Command:
    """`--format F`, as often as one likes, `--output FILE` or folder, and `--compact`.

    The command gets `outputs`, an `Output` for each of the formats, and `compact`.
    """

    @functools.wraps(command)
    def with_outputs(
        *,
        file_: str | None,
        formats: tuple[str, ...],
        compact: bool,
        color: bool | None,
        width: int | None,
        **given: Any,
    ) -> Any:
        if compact and file_ in (None, "-"):
            formats = formats or ("json",)
        outputs = tuple(replace(one, color=color, width=width) for one in wanted(formats, file_))
        if compact and all(output.format != "json" for output in outputs):
            msg = f"--compact is for JSON, and this writes {outputs[0].format}: add --format json"
            raise click.UsageError(msg)
        return command(outputs=outputs, compact=compact, **given)

    options: tuple[Callable[[Any], Any], ...] = (
        click.option(
            "--output",
            "-o",
            "file_",
            metavar="FILE",
            type=OutputFile(ENDS, is_folder_too=True),
            help="Write to FILE instead of standard output; the file is whole or not there, and "
            "its folder is made where it is missing. For several formats a folder.",
        ),
        click.option(
            "--format",
            "-f",
            "formats",
            type=click.Choice(list(FORMATS)),
            multiple=True,
            help="How to write the result; may be given several times. Left out, the end of the "
            f"file's name says it, else {next(iter(FORMATS))}.",
        ),
        click.option(
            "--compact",
            is_flag=True,
            help="Write JSON without what follows from its other fields, such as what each check "
            f"waits for; '{proposed('result-schema')}' says how to derive it.",
        ),
    )
    held: Any = with_outputs
    for option in options:
        held = option(held)
    return held  # type: ignore[no-any-return]


def wanted(formats: Sequence[str], file: str | None) -> tuple[Output, ...]:
    """Return where each of the formats goes: by name, else by the end of the file's name.

    Raises `click.UsageError` where they do not go with where they are to be written.
    """
    names = tuple(dict.fromkeys(formats))
    if len(names) < 2 and not (file and Path(file).is_dir()):
        return (chosen(ENDS, next(iter(names), None), file),)
    if file in (None, "-"):
        msg = "several formats need a folder to go to: --output FOLDER"
        raise click.UsageError(msg)
    if Path(str(file)).is_file():
        msg = f"several formats need a folder to go to, and '{file}' is a file"
        raise click.BadParameter(msg, param_hint="'--output'")
    folder = Path(str(file))
    names = names or (next(iter(FORMATS)),)
    return tuple(Output(str(folder / FORMATS[name].file), name) for name in names)


def write_reports(report: Report, outputs: Sequence[Output], *, compact: bool) -> None:
    """Write an assessment in each of the formats; nothing is written before all are laid out."""
    for output in outputs:
        held = FORMATS[output.format]
        if held.library:
            needed(held.library, held.extra, _PLURALS[output.format])
        output.refuse_input()
    if [output.format for output in outputs] == ["json"]:
        outputs[0].write_pieces(report.assessment.iter_json(compact=compact))
        return
    laid_out: list[bytes] = []
    for output in outputs:
        with working(f"laying out {output.format}"):
            laid_out.append(_laid_out(output.format, report, compact=compact))
    for output, content in zip(outputs, laid_out, strict=True):
        output.write(content)
        if len(outputs) > 1:
            say(output.file)


def _laid_out(name: str, report: Report, *, compact: bool) -> bytes:
    if compact and name == "json":
        return report.assessment.to_json(compact=True).encode()
    try:
        return lay_out(name, report)
    except OverflowError:
        msg = "the work would go on beyond the year 9999: check the figures of effort_days"
        raise click.UsageError(msg) from None
