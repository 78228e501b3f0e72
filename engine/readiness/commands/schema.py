"""`readiness schema`."""

from __future__ import annotations

import click

from readiness.commands.outputs import Output, output_options
from readiness.documents.schemas import KINDS, schema


@click.command("schema", epilog=f"KIND is one of {', '.join(KINDS)}.")
@click.argument("kind", type=click.Choice(list(KINDS)), metavar="KIND")
@output_options({"json": (".json",)})
def schema_command(*, kind: str, output: Output) -> int:
    """Print the JSON Schema (2020-12) of a kind of document.

    \b
    readiness schema ruleset -o ruleset.schema.json
    """
    output.write_json(schema(kind))
    return 0
