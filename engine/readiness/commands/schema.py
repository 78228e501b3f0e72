"""`readiness schema`."""

from __future__ import annotations

import click

from readiness.commands.options import output_option
from readiness.commands.writing import write_text
from readiness.documents.json_files import json_file_text
from readiness.documents.schemas import KINDS, schema


@click.command("schema", epilog=f"KIND is one of {', '.join(KINDS)}.")
@click.argument("kind", type=click.Choice(list(KINDS)), metavar="KIND")
@output_option
def schema_command(*, kind: str, output: str | None) -> int:
    """Print the JSON Schema (2020-12) of a kind of document.

    \b
    readiness schema ruleset -o ruleset.schema.json
    """
    write_text(json_file_text(schema(kind)), output)
    return 0
