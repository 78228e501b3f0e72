"""`readiness bundle`."""

from __future__ import annotations

import click

from readiness.commands.loading import AssessmentSource, engagement_options
from readiness.commands.options import path_option
from readiness.commands.outputs import Output, output_options
from readiness.commands.verify import refusal
from readiness.commands.writing import say


@click.command("bundle")
@click.argument("path", metavar="ENGAGEMENT_OR_ANSWERS")
@output_options({"zip": (".zip",)}, is_required=True)
@engagement_options
@click.option(
    "--include",
    multiple=True,
    metavar="PATH",
    type=click.Path(exists=True),
    help="Also pack this file, or files of this folder, although it is outside of the "
    "engagement's folder; may be given several times.",
)
@click.option("--strict", is_flag=True, help="Write nothing where evidence is missing.")
@path_option
def bundle_command(
    *,
    source: AssessmentSource,
    output: Output,
    include: tuple[str, ...],
    strict: bool,
) -> int:
    """Pack an assessment with all that belongs to it into one file that anyone can verify.

    The bundle is a ZIP archive of the result, the engagement, the answer sheets, the rulesets and
    questionnaires, and the evidence files that answers name. The same files give the same bytes.
    Evidence outside of the engagement's folder, and whatever a symbolic link leads to there, is
    packed only if --include names it.

    \b
    readiness bundle engagement.yaml -o assessment.zip
    readiness verify assessment.zip
    """
    from readiness.verification.bundle_writer import CannotPack, Disk, make_bundle

    if source.path == "-":
        message = "what is bundled is a file, and '-' is none"
        raise click.BadParameter(message, param_hint="'ENGAGEMENT_OR_ANSWERS'")
    disk = Disk(source.path, include)
    inquiry = source.load()
    try:
        data, manifest, _ = make_bundle(inquiry, disk)
    except CannotPack as fault:
        raise refusal(fault) from None
    for place, target in disk.links.items():
        say(f"{place} is a symbolic link: what is packed is the file that it leads to, {target}")
    for lacking in manifest.missing:
        said = f"names evidence that is not in the bundle: {lacking.named} ({lacking.why})"
        say(f"{lacking.by} {said}")
    for file in manifest.files:
        if file.named:
            say(f"{file.named} is outside of the engagement's folder, and is in the bundle "
                f"as {file.file}")  # fmt: skip
    if strict and manifest.missing:
        count = len(manifest.missing)
        files = "file is" if count == 1 else "files are"
        raise refusal(f"{count} evidence {files} missing; nothing was written")
    output.write(data)
    say(f"{output.file}: {len(manifest.files)} files, {len(data):,} bytes")
    return 0
