"""`readiness sign`."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from readiness.commands.outputs import Formats, OutputFile, chosen, write_new
from readiness.commands.verify import content_of, refusal
from readiness.commands.writing import say
from readiness.problems.terminal_text import printable

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

PASSPHRASE = "READINESS_KEY_PASSPHRASE"  # noqa: S105 - the name of a variable
_SUFFIX = ".dsse.json"
_SIGNATURE: Formats = {"json": (".json",)}


@click.command("sign")
@click.argument("file", metavar="[RESULT_OR_BUNDLE]", required=False)
@click.option("--key", metavar="FILE", help="The private key to sign with, in PEM.")
@click.option(
    "--output",
    "-o",
    metavar="FILE",
    type=OutputFile(_SIGNATURE),
    help="Write the signature to FILE; left out, beside what is signed, with "
    f"{_SUFFIX} at the end of its name.",
)
@click.option(
    "--new-key",
    metavar="FILE",
    help="Make a key instead: the private one in FILE, the public one beside it in .pub.pem.",
)
def sign_command(
    *, file: str | None, key: str | None, output: str | None, new_key: str | None
) -> int:
    """Sign a result or a bundle, or make a key to sign with.

    The signature is of ed25519, over an in-toto statement in a DSSE envelope. A key may have a
    passphrase: it is asked for on a terminal, elsewhere READINESS_KEY_PASSPHRASE holds it.

    \b
    readiness sign --new-key auditor.pem
    readiness sign assessment.zip --key auditor.pem
    readiness verify assessment.zip --signature assessment.zip.dsse.json --key auditor.pub.pem
    """
    from readiness.commands.refusals import needed

    if new_key is not None:
        if file or key or output:
            raise click.UsageError("--new-key makes a key and signs nothing")
        needed("cryptography", "sign", "signatures")
        return _make_key(Path(new_key))
    if file is None or key is None:
        raise click.UsageError("say what is signed, and with which key: FILE --key PRIVATE.pem")
    target = chosen(_SIGNATURE, None, output or f"{file}{_SUFFIX}")
    needed("cryptography", "sign", "signatures")
    from readiness.verification.signing import key_id, sign
    from readiness.verification.steps import UnusableFile
    from readiness.verification.verifying import result_in

    data = content_of(file)
    try:
        document = result_in(data, file)
    except UnusableFile as fault:
        raise refusal(fault) from None
    private = _private_key(key)
    envelope = sign(Path(file).name, data, document, private)
    target.write(envelope.to_json())
    if target.file is not None:
        say(f"{target.file}: signed with the key {key_id(private.public_key())}")
    return 0


def _private_key(file: str) -> Ed25519PrivateKey:
    """The key in a file, opened with its passphrase where it has one."""
    from readiness.verification.signing import BadKey, Locked, read_private

    data = content_of(file)
    try:
        try:
            return read_private(data, os.environ.get(PASSPHRASE, ""))
        except Locked as fault:
            if PASSPHRASE in os.environ or not sys.stdin.isatty():
                hint = "" if PASSPHRASE in os.environ else f": put it into {PASSPHRASE}"
                raise refusal(f"{file}: {fault}{hint}") from None
            given = click.prompt(printable(f"Passphrase of {file}"), hide_input=True, err=True)
            return read_private(data, given)
    except BadKey as fault:
        raise refusal(f"{file}: {fault}") from None


def _make_key(file: Path) -> int:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    from readiness.verification.signing import key_id, private_pem, public_pem

    public = file.with_name(f"{file.stem}.pub.pem")
    for path in (file, public):
        if path.exists():
            raise refusal(f"{path}: there is such a file already; a key is not overwritten")
    key, passphrase = Ed25519PrivateKey.generate(), _new_passphrase()
    write_new(file, private_pem(key, passphrase), 0o600)
    write_new(public, public_pem(key.public_key()), 0o644)
    protection = "encrypted with your passphrase"
    if not passphrase:
        protection = "NOT encrypted: anyone who can read this file can sign with it"
    say(f"{file}: the private key, {protection}; keep it to yourself")
    say(f"{public}: the public key {key_id(key.public_key())}")
    return 0


def _new_passphrase() -> str:
    """The passphrase for a new key; empty for none."""
    if PASSPHRASE in os.environ or not sys.stdin.isatty():
        return os.environ.get(PASSPHRASE, "")
    asked = "Passphrase of the new key (empty for none)"
    given: str = click.prompt(
        asked, default="", show_default=False, hide_input=True, confirmation_prompt=True, err=True
    )
    return given
