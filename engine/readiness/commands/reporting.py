"""Reports in the formats asked for: one to a file or a pipe, several into a folder."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.commands.extras import needed
from readiness.commands.writing import say, working, write_bytes
from readiness.reports.formats import FORMATS, format_of, lay_out

if TYPE_CHECKING:
    from readiness.reports.dossier.dossier import Dossier
    from readiness.result.assessment import Assessment

_PLURALS = {"xlsx": "workbooks"}


def wanted(formats: Sequence[str], output: str | None) -> tuple[str, ...]:
    """The formats asked for, each once: by name, else by the end of the file's name, else text.

    Raises `click.UsageError` where they do not go with where they are to be written.
    """
    found = tuple(dict.fromkeys(formats))
    if not found:
        spoken_of = format_of(output) if output else None
        found = (spoken_of or next(iter(FORMATS)),)
    if len(found) > 1 and output in (None, "-"):
        msg = "several formats need a folder to go to: --output FOLDER"
        raise click.UsageError(msg)
    if len(found) > 1 and output and Path(output).is_file():
        msg = f"several formats need a folder to go to, and '{output}' is a file"
        raise click.BadParameter(msg, param_hint="'--output'")
    if FORMATS[found[0]].is_binary and output in (None, "-") and sys.stdout.isatty():
        msg = f"a terminal cannot show {found[0]}: write it to a file with --output FILE"
        raise click.UsageError(msg)
    return found


def file_for(name: str, output: str | None, *, several: bool = False) -> str | None:
    """Where a format goes: into the folder that `output` is, or to `output` itself."""
    if output in (None, "-"):
        return None
    assert output is not None
    if several or Path(output).is_dir():
        return str(Path(output) / FORMATS[name].file)
    return output


def write_reports(
    assessment: Assessment,
    formats: Sequence[str],
    output: str | None,
    *,
    gates: Sequence[str],
    path: str,
) -> None:
    """Write an assessment in each of the formats; nothing is written before all are laid out."""
    from readiness.reports.dossier.dossier import compile_dossier

    for name in formats:
        if FORMATS[name].library:
            needed(FORMATS[name].library, FORMATS[name].extra, _PLURALS[name])
    dossier = compile_dossier(assessment, gates=gates, path=path)
    laid_out: dict[str, bytes] = {}
    for name in formats:
        with working(f"laying out {name}"):
            laid_out[name] = _laid_out(name, dossier)
    several = len(formats) > 1
    if several:
        _make_folder(str(output))
    for name, content in laid_out.items():
        target = file_for(name, output, several=several)
        write_bytes(content, target)
        if several:
            say(target)


def _laid_out(name: str, dossier: Dossier) -> bytes:
    try:
        return lay_out(name, dossier)
    except OverflowError:
        msg = "the work would go on beyond the year 9999: check the figures of effort_days"
        raise click.UsageError(msg) from None


def _make_folder(folder: str) -> None:
    try:
        Path(folder).mkdir(parents=True, exist_ok=True)
    except OSError as fault:
        reason = (fault.strerror or "it is not writable").lower()
        msg = f"cannot make the folder '{folder}': {reason}"
        raise click.BadParameter(msg, param_hint="'--output'") from None
