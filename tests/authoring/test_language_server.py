"""The language server, as an editor talks to it over standard input and output."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

import pytest
from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.client import LanguageClient

from readiness.problems import MOST_PROBLEMS

QUESTIONS = """\
format: readiness/questionnaire/1
id: office
version: 1.0.0
title: Office
sections:
  site:
    title: Site
    questions:
      lease:
        ask: Is the lease signed?
        type: choice
        options: {signed: It is signed, open: It is open}
      keys:
        ask: Are the keys there?
        type: yes_no
"""
RULES = """\
format: readiness/ruleset/1
id: move
version: 1.0.0
title: Move
questionnaire: office
areas: {site: {title: Site}}
checks:
  lease-signed:
    title: The lease 🖋 is signed
    area: site
    severity: critical
    met_when: site.lease == 'signd'
  keys-there:
    title: The keys are there
    requires: [lease-signed]
    area: site
    severity: major
    met_when: site.keys
gates:
  move-in:
    title: Move in
    requires: [keys-there]
"""


class Client(LanguageClient):
    """A client that knows the exit status of its server."""

    status: int | None = None

    async def server_exit(self, server: asyncio.subprocess.Process) -> None:
        self.status = server.returncode


class Editor:
    """A client with one document open."""

    def __init__(self, folder: Path) -> None:
        self.file = folder / "move.yaml"
        (folder / "office.yaml").write_text(QUESTIONS, encoding="utf-8")
        self.file.write_text(RULES, encoding="utf-8")
        self.client = Client("test", "1")
        self.uri, self.folder, self.version = self.file.as_uri(), folder, 1
        self.told: asyncio.Queue[lsp.PublishDiagnosticsParams] = asyncio.Queue()
        tell = self.client.feature(lsp.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)
        tell(lambda params: self.told.put_nowait(params))  # noqa: PLW0108 - it is marked by pygls
        self.named = lsp.TextDocumentIdentifier(self.uri)

    async def start(self, text: str = RULES) -> None:
        await self.client.start_io(sys.executable, "-m", "readiness", "lsp")
        folders = [lsp.WorkspaceFolder(self.folder.as_uri(), "work")]
        await self.client.initialize_async(
            lsp.InitializeParams(lsp.ClientCapabilities(), workspace_folders=folders)
        )
        self.client.initialized(lsp.InitializedParams())
        document = lsp.TextDocumentItem(self.uri, "yaml", 1, text)
        self.client.text_document_did_open(lsp.DidOpenTextDocumentParams(document))

    async def findings(self) -> list[lsp.Diagnostic]:
        """Return what is published about the document next."""
        while True:
            told = await asyncio.wait_for(self.told.get(), 30)
            if told.uri == self.uri:
                return list(told.diagnostics)

    def write(self, text: str) -> None:
        self.version += 1
        document = lsp.VersionedTextDocumentIdentifier(self.version, self.uri)
        change = lsp.TextDocumentContentChangeWholeDocument(text)
        self.client.text_document_did_change(lsp.DidChangeTextDocumentParams(document, [change]))

    async def stop(self) -> None:
        await self.client.shutdown_async(None)
        self.client.exit(None)
        await self.client.stop()  # type: ignore[no-untyped-call]
        assert self.client.status == 0


def after(words: str, text: str = RULES) -> lsp.Position:
    """Return the place behind the first occurrence of some words, in units of UTF-16."""
    before = text[: text.index(words) + len(words)].split("\n")
    return lsp.Position(len(before) - 1, len(before[-1].encode("utf-16-le")) // 2)


def applied(text: str, edits: list[lsp.TextEdit]) -> str:
    """Return a text with edits, each within a line."""
    lines = text.split("\n")
    for one in edits:
        line, start, end = one.range.start.line, one.range.start.character, one.range.end.character
        lines[line] = lines[line][:start] + one.new_text + lines[line][end:]
    return "\n".join(lines)


@pytest.mark.slow
def test_an_editor_is_helped(tmp_path: Path) -> None:  # noqa: PLR0915 - one session
    """An editor is shown slips in unsaved text and corrects, completes, explains and renames."""

    async def work() -> None:  # noqa: PLR0915
        editor = Editor(tmp_path)
        await editor.start()
        [slip] = [one for one in await editor.findings() if one.code == "unknown-option"]
        assert slip.range == lsp.Range(after("site.lease == "), after("site.lease == 'signd'"))
        context = lsp.CodeActionContext([slip])
        asked = lsp.CodeActionParams(editor.named, slip.range, context)
        [action] = await editor.client.text_document_code_action_async(asked) or []
        assert isinstance(action, lsp.CodeAction)
        assert action.edit is not None
        assert action.edit.changes is not None
        right = applied(RULES, list(action.edit.changes[editor.uri]))
        assert right == RULES.replace("signd", "signed")
        editor.write(right)
        assert {one.severity for one in await editor.findings()} == {lsp.DiagnosticSeverity.Warning}
        assert editor.file.read_text(encoding="utf-8") == RULES

        async def proposed(words: str, text: str = right) -> set[str]:
            asked = lsp.CompletionParams(editor.named, after(words, text))
            found = await editor.client.text_document_completion_async(asked)
            assert isinstance(found, lsp.CompletionList)
            return {one.label for one in found.items}

        assert await proposed("requires: [") == {"lease-signed", "keys-there"}
        assert await proposed("site.lease == '") == {"signed", "open"}
        assert {"site.lease", "site.keys", "days_since"} <= await proposed("met_when: ")
        assert await proposed("met_when: site.k") == {"site.keys"}

        asked_hover = lsp.HoverParams(editor.named, after("met_when: site.k", right))
        hover = await editor.client.text_document_hover_async(asked_hover)
        assert hover is not None
        assert isinstance(hover.contents, lsp.MarkupContent)
        assert "Are the keys there?" in hover.contents.value
        assert "Type: yes_no" in hover.contents.value

        asked_place = lsp.DefinitionParams(editor.named, after("requires: [lea", right))
        place = await editor.client.text_document_definition_async(asked_place)
        start = after("checks:\n  ", right)
        spot = lsp.Range(start, lsp.Position(start.line, start.character + len("lease-signed")))
        assert place == [lsp.Location(editor.uri, spot)]
        asked_place = lsp.DefinitionParams(editor.named, after("met_when: site.k", right))
        places = await editor.client.text_document_definition_async(asked_place)
        assert isinstance(places, list)
        assert places[0].uri == (tmp_path / "office.yaml").as_uri()

        asked_name = lsp.RenameParams(editor.named, after("site.k", right), "site.key_ring")
        edit = await editor.client.text_document_rename_async(asked_name)
        assert edit is not None
        assert edit.changes is not None
        found = {uri: [one.new_text for one in held] for uri, held in edit.changes.items()}
        assert found == {
            editor.uri: ["    met_when: site.key_ring"],
            (tmp_path / "office.yaml").as_uri(): ["      key_ring:"],
        }
        asked_name = lsp.RenameParams(editor.named, after("requires: [lea", right), "keys-there")
        with pytest.raises(JsonRpcException, match="keys-there"):
            await editor.client.text_document_rename_async(asked_name)
        editor.write("format: [readiness/ruleset/1\n")
        assert await editor.findings()
        more = "".join(f"more{number}: 1\n" for number in range(MOST_PROBLEMS + 1))
        editor.write(right + more)
        assert len(await editor.findings()) == MOST_PROBLEMS  # all that have a place
        await editor.stop()

    asyncio.run(work())
