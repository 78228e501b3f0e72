"""`readiness compare`: what differs between two results, and why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.commands.main import EXIT_NOT_READY
from readiness.commands.options import AssessmentSource, color_options, path_option
from readiness.commands.outputs import Formats, Output, output_options
from readiness.commands.refusals import Refusal
from readiness.documents.opening import read_bytes
from readiness.documents.schemas import FORMATS

if TYPE_CHECKING:
    from readiness.comparing.side import Result

_FORMATS: Formats = {
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
@path_option
@output_options(_FORMATS)
@color_options
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
    from readiness.comparing.comparison import compare

    first, *between, last = load_results([old, new, *more], paths)
    found = compare(first, last, between=between)
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
        from readiness.reports.terminal.changes import print_comparison

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
    from readiness.verification.steps import Steps, UnusableFile

    if FORMATS["result"].encode() not in head_of(Path(file)):
        return AssessmentSource(file, paths).assess()
    steps = Steps()
    try:
        document = read_result(read_bytes(file), file, steps)
    except UnusableFile as fault:
        raise Refusal(str(fault)) from None
    if document is None or steps.number("found"):
        found = next(step for step in steps if step.outcome == "found")
        raise Refusal("\n  ".join([f"{file}: {found.text}", *found.details]))
    return document
