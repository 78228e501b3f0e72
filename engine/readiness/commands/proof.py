"""`readiness bundle`, `verify` and `sign`: results that others can check."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

import readiness
from readiness.commands import outputs
from readiness.commands.options import (
    AssessmentSource,
    color_options,
    engagement_options,
    flag,
    option,
    path_option,
    several,
)
from readiness.commands.refusals import Refusal, require_module, wrong
from readiness.commands.writing import say, working
from readiness.documents.opening import read_bytes
from readiness.problems.terminal_text import printable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey


PASSPHRASE = "READINESS_KEY_PASSPHRASE"  # noqa: S105 - the name of a variable
_ENGINES = ("native", "reference", "durable")
_FILE = click.Path(exists=True, dir_okay=False)
_SIGNATURE: outputs.Formats = {"json": (".json",)}
_SUFFIX = ".dsse.json"


class UnusableInput(Refusal):
    """A file that cannot be used; the message is all that is said."""

    def show(self, file: Any = None) -> None:
        """Print the message on standard error."""
        click.echo(self.format_message(), file=file)  # noqa: TID251 - main prints what this writes


@click.command("bundle")
@click.argument("path", metavar="ENGAGEMENT_OR_ANSWERS")
@outputs.output_options({"zip": (".zip",)}, is_required=True)
@engagement_options
@several(
    "--include PATH",
    "Also pack this file, or files in this folder, from outside the engagement's folder",
    type=click.Path(exists=True),
)
@flag("--strict", "Write nothing if evidence is missing.")
@path_option
def bundle_command(
    *, source: AssessmentSource, output: outputs.Output, include: tuple[str, ...], strict: bool
) -> None:
    """Pack an assessment and all its files into one file that anyone can verify.

    The bundle is a ZIP archive of the result, the engagement, the answer sheets, the rulesets and
    questionnaires, and the evidence files that answers name. The same files always give an
    identical bundle. Evidence outside the engagement's folder, or behind a symbolic link, is packed
    only if --include names it.

    \b
    readiness bundle engagement.yaml -o assessment.zip
    readiness verify assessment.zip
    """
    if source.path == "-":
        raise wrong("ENGAGEMENT_OR_ANSWERS", "only a file can be bundled, not standard input ('-')")
    disk = readiness.Disk(source.path, include)
    inquiry = source.load()
    try:
        data, manifest, _ = readiness.make_bundle(inquiry, disk)
    except readiness.CannotPack as fault:
        raise UnusableInput(str(fault)) from None
    for place, target in disk.links.items():
        say(f"{place} is a symbolic link; the file packed is its target, {target}")
    for lacking in manifest.missing:
        said = f"names evidence that is not in the bundle: {lacking.named} ({lacking.why})"
        say(f"{lacking.by} {said}")
    for file in manifest.files:
        if file.named:
            say(f"{file.named} is outside the engagement's folder; in the bundle it is "
                f"{file.file}")  # fmt: skip
    if strict and manifest.missing:
        count = len(manifest.missing)
        files = "file is" if count == 1 else "files are"
        raise UnusableInput(f"{count} evidence {files} missing; nothing was written")
    output.write(data)
    say(f"{output.file}: {len(manifest.files)} files, {len(data):,} bytes")


@click.command("verify")
@click.argument(
    "file", metavar="RESULT_OR_BUNDLE", type=click.Path(dir_okay=False, allow_dash=True)
)
@option("--engagement PATH", "The engagement or answers from which the result was calculated.")
@option("--ruleset R", "Assess again against this ruleset: an id or a file.")
@path_option
@option(
    "--engine",
    "Assess again with this engine only: native is the usual engine, reference a second, "
    "simpler one, and durable the independent one of readiness[durable]; may be given several "
    "times. Default: all three.",
    name="engines",
    multiple=True,
    type=click.Choice(_ENGINES),
)
@option("--signature FILE", "Verify this signature of the file.", type=_FILE)
@option("--key FILE", "The public key for verifying the signature, in PEM.", type=_FILE)
@flag("--strict", "Also exit with status 1 if a check could not be run.")
@outputs.printed_option(outputs.TEXT_OR_JSON)
@color_options
def verify_command(
    *,
    file: str,
    engagement: str | None,
    ruleset: str | None,
    paths: list[Path],
    engines: tuple[str, ...],
    signature: str | None,
    key: str | None,
    strict: bool,
    output: outputs.Output,
) -> int:
    """Verify that a result or a bundle is unchanged and correct.

    Compares the digests of all inputs, repeats the assessment, and reports every difference. A
    bundle contains everything it needs. Exit status: 0 if there are no differences, 1 if there are.

    \b
    readiness verify result.json --engagement engagement.yaml
    readiness verify assessment.zip
    readiness verify assessment.zip --signature assessment.zip.dsse.json --key auditor.pub.pem
    """
    from readiness.verification.archive import is_archive

    if (signature is None) != (key is None):
        raise click.UsageError("to verify a signature, give both --signature FILE and --key FILE")
    data = content_of(file)
    if is_archive(data) and (engagement or ruleset):
        raise click.UsageError("a bundle contains its own engagement and ruleset")
    if ruleset and not engagement:
        raise click.UsageError("--ruleset requires --engagement")
    name = "<stdin>" if file == outputs.STANDARD_OUTPUT else file
    try:
        with working("verifying"):
            steps = readiness.verify(
                data,
                name,
                engagement=engagement,
                ruleset=ruleset,
                paths=paths,
                engines=engines or _ENGINES,
            )
    except readiness.UnusableFile as fault:
        raise UnusableInput(str(fault)) from None
    if signature is not None and key is not None:
        _check_signature(data, name, signature, key, steps)
    status = steps.status(strict=strict)
    if output.format == "json":
        output.write_json({
            "file": file,
            "steps": [step.to_dict() for step in steps],
            "found": steps.number("found"),
            "undone": steps.number("undone"),
            "status": status,
        })  # fmt: skip
    else:
        from readiness.verification.steps import print_steps

        output.print(lambda console: print_steps(steps, console))
    return status


def content_of(file: str) -> bytes:
    """What is in a file, `-` being standard input; raises `click.ClickException`."""
    from readiness.verification.archive import LARGEST

    try:
        if file == "-":
            return sys.stdin.buffer.read(LARGEST + 1)
        return read_bytes(file, LARGEST + 1)
    except FileNotFoundError:
        raise UnusableInput(f"{file}: there is no such file") from None
    except OSError as fault:
        reason = (fault.strerror or "it cannot be opened").lower()
        raise UnusableInput(f"{file}: this file cannot be read: {reason}") from None


def _check_signature(
    data: bytes, name: str, signature: str, key: str, steps: readiness.Steps
) -> None:
    require_module("cryptography", "sign", "signatures")

    public, signed = content_of(key), content_of(signature)
    try:
        steps.extend(readiness.verify_signature(data, name, signed, public))
    except readiness.BadKey as fault:
        raise UnusableInput(f"{key}: {fault}") from None


@click.command("sign")
@click.argument("file", metavar="[RESULT_OR_BUNDLE]", required=False)
@option("--key FILE", "The private key to sign with, in PEM.")
@option(
    "--output -o FILE",
    f"Write the signature to FILE. Default: next to the signed file, with {_SUFFIX} added to "
    "its name.",
    type=outputs.OutputFile(_SIGNATURE),
)
@option(
    "--new-key FILE",
    "Create a key instead: the private key in FILE, the public key next to it as .pub.pem.",
)
def sign_command(
    *, file: str | None, key: str | None, output: str | None, new_key: str | None
) -> None:
    """Sign a result or a bundle, or create a signing key.

    The signature is an ed25519 signature of an in-toto statement in a DSSE envelope. A key may have
    a passphrase: you are asked for it; without a terminal, set READINESS_KEY_PASSPHRASE.

    \b
    readiness sign --new-key auditor.pem
    readiness sign assessment.zip --key auditor.pem
    readiness verify assessment.zip --signature assessment.zip.dsse.json --key auditor.pub.pem
    """
    if new_key is not None:
        if file or key or output:
            raise click.UsageError("--new-key creates a key and signs nothing")
        _make_key(Path(new_key))
        return
    if file is None or key is None:
        raise click.UsageError("name the file to sign and the key: FILE --key PRIVATE.pem")
    target = outputs.choose_output(_SIGNATURE, None, output or f"{file}{_SUFFIX}")
    require_module("cryptography", "sign", "signatures")
    from readiness.verification.recheck import result_in
    from readiness.verification.signing import key_id, sign

    data = content_of(file)
    try:
        document = result_in(data, file)
    except readiness.UnusableFile as fault:
        raise UnusableInput(str(fault)) from None
    private = _private_key(key)
    envelope = sign(Path(file).name, data, document, private)
    target.write(envelope.to_json())
    if target.file is not None:
        say(f"{target.file}: signed with key {key_id(private.public_key())}")


def _private_key(file: str) -> Ed25519PrivateKey:
    """The key in a file, opened with its passphrase where it has one."""
    from readiness.verification.signing import Locked, read_private

    data = content_of(file)
    try:
        try:
            return read_private(data, os.environ.get(PASSPHRASE, ""))
        except Locked as fault:
            if PASSPHRASE in os.environ or not sys.stdin.isatty():
                hint = "" if PASSPHRASE in os.environ else f": set it in {PASSPHRASE}"
                raise UnusableInput(f"{file}: {fault}{hint}") from None
            given = click.prompt(printable(f"Passphrase of {file}"), hide_input=True, err=True)
            return read_private(data, given)
    except readiness.BadKey as fault:
        raise UnusableInput(f"{file}: {fault}") from None


def _make_key(file: Path) -> None:
    require_module("cryptography", "sign", "signatures")
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from readiness.verification.signing import key_id, private_pem, public_pem

    public = file.with_name(f"{file.stem}.pub.pem")
    for path in (file, public):
        if path.exists():
            raise UnusableInput(f"{path}: this file exists already; a key is never overwritten")
    key, passphrase = Ed25519PrivateKey.generate(), _new_passphrase()
    outputs.write_new(file, private_pem(key, passphrase), 0o600)
    outputs.write_new(public, public_pem(key.public_key()), 0o644)
    protection = "encrypted with your passphrase"
    if not passphrase:
        protection = "NOT encrypted: anyone who can read this file can sign with it"
    say(f"{file}: the private key, {protection}; keep it to yourself")
    say(f"{public}: the public key {key_id(key.public_key())}")


def _new_passphrase() -> str:
    """The passphrase for a new key; empty for none."""
    if PASSPHRASE in os.environ or not sys.stdin.isatty():
        return os.environ.get(PASSPHRASE, "")
    asked = "Passphrase of the new key (empty for none)"
    given: str = click.prompt(
        asked, default="", show_default=False, hide_input=True, confirmation_prompt=True, err=True
    )
    return given
