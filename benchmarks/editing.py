"""How long an editor waits for the language server while a ruleset of 2,000 checks is written.

    python benchmarks/editing.py [--checks 2000] [--rounds 20]

One session over standard input and output, as an editor has it: the ruleset is opened, an option
is misspelt and put right, and words are typed all along, so that the document is read and linted
while the editor asks. Prints a Markdown table: how often each was asked, and how long it took.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import yaml
from lsprotocol import types as lsp
from pygls.lsp.client import LanguageClient

from benchmarks.timing import markdown
from benchmarks.workload import Workload

SLIP = ("['board', 'executive']", "['boart', 'executive']")
Place = lsp.TextDocumentPositionParams


class Writer:
    """An editor with the ruleset open, and how long it waited for what, in milliseconds."""

    def __init__(self, folder: Path, work: Workload) -> None:
        for kind in ("questionnaire", "ruleset"):
            plain = json.loads(json.dumps(getattr(work, kind)))  # nothing is shared
            text = yaml.safe_dump(plain, sort_keys=False, width=1000)
            (folder / f"{kind}.yaml").write_text(text, encoding="utf-8")
        self.text = text
        self.folder, self.uri = folder, (folder / "ruleset.yaml").as_uri()
        self.version, self.waited = 1, dict[str, list[float]]()
        self.client = LanguageClient("benchmark", "1")
        self.told: asyncio.Queue[lsp.PublishDiagnosticsParams] = asyncio.Queue()
        tell = self.client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        tell(lambda params: self.told.put_nowait(params))  # noqa: PLW0108 - it is marked by pygls

    async def start(self) -> None:
        """Start the server, as an editor does."""
        await self.client.start_io(sys.executable, "-m", "readiness", "lsp")
        folders = [lsp.WorkspaceFolder(self.folder.as_uri(), "work")]
        await self.client.initialize_async(
            lsp.InitializeParams(lsp.ClientCapabilities(), workspace_folders=folders)
        )
        self.client.initialized(lsp.InitializedParams())

    def open(self) -> None:
        """Open the ruleset."""
        document = lsp.TextDocumentItem(self.uri, "yaml", 1, self.text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(document))

    def write(self, text: str) -> None:
        """Replace the whole text."""
        self.text, self.version = text, self.version + 1
        named = lsp.VersionedTextDocumentIdentifier(self.version, self.uri)
        change = lsp.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(named, [change]))

    async def findings(self, *, errors: bool) -> list[lsp.Diagnostic]:
        """Wait until findings are shown with errors among them, or without."""
        while True:
            told = await asyncio.wait_for(self.told.get(), 120)
            found = [one for one in told.diagnostics if one.severity == 1]
            if told.uri == self.uri and bool(found) == errors:
                return found

    async def timed(self, what: str, waiting: Awaitable[object]) -> object:
        """Note how long something takes."""
        start = time.perf_counter()
        found = await waiting
        self.waited.setdefault(what, []).append((time.perf_counter() - start) * 1000)
        return found

    def after(self, words: str) -> lsp.Position:
        """Return the place behind the first occurrence of some words."""
        before = self.text[: self.text.index(words) + len(words)].split("\n")
        return lsp.Position(len(before) - 1, len(before[-1]))

    async def ask(self, way: str, number: int) -> None:
        """Ask everything about the check of a number, as `way` says where."""
        named, ask = lsp.TextDocumentIdentifier(self.uri), self.client
        leaf, last = self.after(f"\n  c{number}:\n"), self.after("in ['")
        check = lsp.Position(leaf.line - 1, 3)
        asked: dict[str, Callable[[], Awaitable[object]]] = {
            "completion of an option": lambda: ask.text_document_completion_async(
                lsp.CompletionParams(named, last)),
            "completion of a key": lambda: ask.text_document_completion_async(
                lsp.CompletionParams(named, lsp.Position(leaf.line, 4))),
            "completion of a condition": lambda: ask.text_document_completion_async(
                lsp.CompletionParams(named, lsp.Position(last.line, 6))),
            "hover": lambda: ask.text_document_hover_async(lsp.HoverParams(named, check)),
            "definition": lambda: ask.text_document_definition_async(
                lsp.DefinitionParams(named, check)),
            "new name": lambda: ask.text_document_rename_async(
                lsp.RenameParams(named, check, f"another-{number}")),
        }  # fmt: skip
        for what, waiting in asked.items():
            await self.timed(f"{what}{way}", waiting())


async def session(folder: Path, work: Workload, rounds: int) -> dict[str, list[float]]:
    """Return how long each request of a session took."""
    writer = Writer(folder, work)
    await writer.start()
    writer.open()
    await writer.timed("open: until findings are shown", writer.findings(errors=False))
    for number in range(rounds):
        await writer.ask("", number)
    right = writer.text
    for _ in range(3):
        writer.write(right.replace(*SLIP, 1))
        shown = writer.timed("slip: until it is shown", writer.findings(errors=True))
        [slip] = (await shown) or []  # type: ignore[misc]
        where, context = lsp.TextDocumentIdentifier(writer.uri), lsp.CodeActionContext([slip])
        asked = lsp.CodeActionParams(where, slip.range, context)
        await writer.timed("correction", writer.client.text_document_code_action_async(asked))
        writer.write(right)
        await writer.timed("fix: until it is gone", writer.findings(errors=False))
    for number in range(rounds):
        writer.write(right.replace("title: Work", f"title: Work {number}", 1))
        await asyncio.sleep(number / 10)
        await writer.ask(", while typing", number)
    await writer.client.shutdown_async(None)
    writer.client.exit(None)
    await writer.client.stop()
    return writer.waited


def main() -> None:
    """Measure one session and print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--checks", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=20)
    given = parser.parse_args()
    work = Workload(given.checks, given.checks * 3 // 2, given.checks * 2)
    with tempfile.TemporaryDirectory() as folder:
        found = asyncio.run(session(Path(folder), work, given.rounds))
    rows = [
        (what, str(len(held)), f"{statistics.median(held):.0f} ms", f"{max(held):.0f} ms")
        for what, held in found.items()
    ]
    print(markdown(("what", "times", "median", "worst"), rows))


if __name__ == "__main__":
    main()
