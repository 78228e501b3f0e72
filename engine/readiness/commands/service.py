"""`readiness api` and `readiness lsp`: answers for other programs."""

from __future__ import annotations

import contextvars
import os
import socket
import sys
from pathlib import Path

import click

from readiness.commands.options import flag, option, path_option
from readiness.commands.outputs import Output
from readiness.commands.refusals import Refusal, reason, require_module
from readiness.commands.writing import say


@click.command("api")
@option("--host", "Listen on this address.", default="127.0.0.1", show_default=True)
@option(
    "--port",
    "Listen on this port; 0 chooses a free one.",
    type=click.IntRange(0, 65_535),
    default=8000,
    show_default=True,
)
@option(
    "--ruleset R",
    "Offer this ruleset: an id or a file; may be given several times. Default: all "
    "rulesets that can be named by id.",
    name="rulesets",
    multiple=True,
)
@flag("--openapi", "Print the OpenAPI description instead.")
@path_option
def api_command(
    *, host: str, port: int, rulesets: tuple[str, ...], openapi: bool, paths: list[Path]
) -> None:
    """Serve assessments to other programs over HTTP.

    Programs post answers to /rulesets/ID/assessments and receive the assessment. Nothing is stored.
    There is no login, so only this machine can connect unless --host names another address. All
    operations are described at /openapi.json.

    \b
    readiness api
    readiness api --port 8080 --ruleset crm-readiness
    readiness api --openapi
    """
    require_module("starlette", "api", "services")
    from readiness import api

    if openapi:
        Output(None, "json").write_json(api.openapi())
        return
    require_module("uvicorn", "api", "services")
    import uvicorn

    try:
        app = api.application(rulesets, paths=paths)
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        listening = socket.create_server((host, port), family=family)
    except ValueError as fault:
        raise click.UsageError(str(fault)) from None
    except OSError as fault:
        raise Refusal(f"cannot listen on {host}, port {port}: {reason(fault)}") from None
    with listening:
        say(f"listening on http://{host}:{listening.getsockname()[1]}; stop with Ctrl-C")
        server = uvicorn.Server(uvicorn.Config(app, log_level="warning", lifespan="off"))
        server.run(sockets=[listening])


@click.command("lsp")
def lsp_command() -> None:
    """Run a language server, for writing rulesets in a code editor.

    An editor starts this language server and talks to it over standard input and output. It
    reports problems while you type, completes ids and functions, explains questions and checks,
    jumps to definitions, renames ids and suggests corrections.

    \b
    readiness lsp
    """
    require_module("pygls", "lsp", "language servers")
    from readiness.authoring.language_server import server

    # Standard output is closed behind it, so it has a second one; what it reads is not recorded.
    with os.fdopen(os.dup(sys.stdout.fileno()), "wb") as told:
        contextvars.Context().run(server.start_io, sys.stdin.buffer, told)
