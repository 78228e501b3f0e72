"""`readiness verify`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from readiness.commands.options import color_options, folders_of, path_option
from readiness.commands.outputs import TEXT_OR_JSON, Output, printed_option
from readiness.commands.writing import working

if TYPE_CHECKING:
    from readiness.verification.steps import Steps

_ENGINES = ("native", "reference", "durable")
_FILE = click.Path(exists=True, dir_okay=False)


@click.command("verify")
@click.argument(
    "file", metavar="RESULT_OR_BUNDLE", type=click.Path(dir_okay=False, allow_dash=True)
)
@click.option(
    "--engagement",
    metavar="PATH",
    help="The engagement, or the answers, that the result was worked out from.",
)
@click.option(
    "--ruleset", metavar="R", help="Work it again against this ruleset: an id, or a file."
)
@path_option
@click.option(
    "--engine",
    "engines",
    multiple=True,
    type=click.Choice(_ENGINES),
    help="Work it again by this engine only; may be given several times. Left out, by all three: "
    "the program, the reference interpreter, and the independent engine of readiness[durable].",
)
@click.option("--signature", metavar="FILE", type=_FILE, help="Check this signature of the file.")
@click.option("--key", metavar="FILE", type=_FILE, help="The public key to check it with, in PEM.")
@click.option("--strict", is_flag=True, help="Exit with 1 also where a step could not be done.")
@printed_option(TEXT_OR_JSON)
@color_options
def verify_command(
    *,
    file: str,
    engagement: str | None,
    ruleset: str | None,
    paths: tuple[str, ...],
    engines: tuple[str, ...],
    signature: str | None,
    key: str | None,
    strict: bool,
    output: Output,
) -> int:
    """Verify a result, or a bundle: that it was not changed, and that it is right.

    Compares the digests of all that went in, works the assessment again, and tells every
    difference. A bundle brings all it needs. Exit status: 0 nothing was found, 1 something was.

    \b
    readiness verify result.json --engagement engagement.yaml
    readiness verify assessment.zip
    readiness verify assessment.zip --signature assessment.zip.dsse.json --key auditor.pub.pem
    """
    from readiness.verification.steps import UnusableFile
    from readiness.verification.verifying import verify

    if (signature is None) != (key is None):
        raise click.UsageError("a signature is checked with --signature FILE and --key FILE")
    data = content_of(file)
    _refuse_engagement_of_bundle(data, engagement, ruleset)
    try:
        with working("verifying"):
            steps = verify(
                data,
                _name(file),
                engagement=engagement,
                ruleset=ruleset,
                paths=folders_of(paths),
                engines=engines or _ENGINES,
            )
    except UnusableFile as fault:
        raise refusal(fault) from None
    if signature is not None and key is not None:
        _check_signature(data, _name(file), signature, key, steps)
    status = steps.status(strict=strict)
    if output.format == "json":
        output.write_json(_document(file, steps, status))
        return status
    from readiness.verification.page import print_steps

    output.print(lambda console: print_steps(steps, console))
    return status


def content_of(file: str) -> bytes:
    """What is in a file, `-` being standard input; raises `click.ClickException`."""
    from readiness.documents.opening import read_bytes
    from readiness.verification.archive import LARGEST

    try:
        if file == "-":
            return sys.stdin.buffer.read(LARGEST + 1)
        return read_bytes(file, LARGEST + 1)
    except FileNotFoundError:
        raise refusal(f"{file}: there is no such file") from None
    except OSError as fault:
        reason = (fault.strerror or "it cannot be opened").lower()
        raise refusal(f"{file}: this file cannot be read: {reason}") from None


class VerifyError(click.ClickException):
    """A file that cannot be used; the message is all that is said."""

    exit_code = 2

    def show(self, file: Any = None) -> None:
        """Print the message on standard error."""
        click.echo(self.format_message(), file=file)  # noqa: TID251 - main prints what this writes


def refusal(reason: object) -> VerifyError:
    """The end of a command over a file that cannot be used."""
    return VerifyError(str(reason))


def _name(file: str) -> str:
    return "<stdin>" if file == "-" else file


def _refuse_engagement_of_bundle(data: bytes, engagement: str | None, ruleset: str | None) -> None:
    from readiness.verification.archive import is_archive

    if is_archive(data) and (engagement or ruleset):
        msg = "a bundle brings its own engagement and its own ruleset"
        raise click.UsageError(msg)
    if ruleset and not engagement:
        raise click.UsageError("--ruleset takes an --engagement to work again")


def _check_signature(data: bytes, name: str, signature: str, key: str, steps: Steps) -> None:
    from readiness.commands.refusals import needed

    needed("cryptography", "sign", "signatures")
    from readiness.verification.signing import BadKey, Subject, check_signature, read_public
    from readiness.verification.steps import UnusableFile
    from readiness.verification.verifying import result_in

    try:
        public = read_public(content_of(key))
    except BadKey as fault:
        raise refusal(f"{key}: {fault}") from None
    try:
        document = result_in(data, name)
    except UnusableFile:
        document = None
    subject = Subject(Path(name).name, data, document)
    check_signature(content_of(signature), public, subject, steps)


def _document(file: str, steps: Steps, status: int) -> dict[str, Any]:
    return {
        "file": file,
        "steps": [step.to_dict() for step in steps],
        "found": steps.number("found"),
        "undone": steps.number("undone"),
        "status": status,
    }
