"""`readiness lsp`: what an editor shows, completes, renames and corrects in documents."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator, Sequence
from collections.abc import Mapping as Map
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path
from threading import Lock

from lsprotocol import types as lsp
from pygls.exceptions import JsonRpcException
from pygls.lsp.server import LanguageServer
from pygls.uris import to_fs_path

from readiness.assurance.findings import Finding
from readiness.authoring.completion import FUNCTIONS, completions
from readiness.authoring.corrections import proposed
from readiness.authoring.lint_apart import LintApart
from readiness.authoring.references import PLACES, Reference, references
from readiness.authoring.renaming import plan_renaming
from readiness.documents.nodes import Mapping, Node, Scalar
from readiness.documents.opening import first_bytes, unsaved
from readiness.loading.files import read_file
from readiness.loading.search_path import documents_at, find
from readiness.model.fields import child, text, texts
from readiness.problems import DocumentError, Excerpt, Place, Problems
from readiness.version import __version__

PAUSE = 0.2  # seconds without a change before a document is linted
_OURS = re.compile(rf"readiness/({'|'.join(PLACES)})/1")
MOST_OFFERED = 200  # at once; an editor asks again when more is typed
_WORD = re.compile(r"[A-Za-z0-9_.-]+")
_SEVERITIES = {"error": lsp.DiagnosticSeverity.Error, "warning": lsp.DiagnosticSeverity.Warning,
               "note": lsp.DiagnosticSeverity.Information}  # fmt: skip


@dataclass(frozen=True, eq=False)
class _Page:
    """What a file held when it was last read; `found` is of the last text that could be read."""

    stamp: object
    root: Node | None = None
    found: tuple[Reference, ...] = ()
    is_ours: bool = False


class RulesetServer(LanguageServer):
    """The documents of some folders, as they are on disk or, unsaved, in the editor."""

    def __init__(self) -> None:
        super().__init__("readiness", __version__)
        self.pages: Map[Path, _Page] = {}
        self.defined: Map[tuple[str, str], list[tuple[Path, Reference]]] = {}
        self.waiting: asyncio.Task[None] | None = None
        self.shown: dict[str, list[tuple[lsp.Diagnostic, Finding]]] = {}
        self.linter: LintApart = LintApart()
        self._analysed: list[Finding] = []
        self._lock = Lock()

    def opened(self) -> dict[Path, tuple[str, str]]:
        """Return each open document: its address and its text, by its file."""
        found = self.workspace.text_documents.items()
        return {Path(one.path).resolve(): (uri, one.source) for uri, one in found if one.path}

    def folders(self) -> list[Path]:
        """Return the folders of the workspace; without one, those of the open documents."""
        held = [to_fs_path(uri) for uri in self.workspace.folders] or [self.workspace.root_path]
        named = [Path(one).resolve() for one in held if one]
        return named or list(dict.fromkeys(path.parent for path in self.opened()))

    async def renew(self) -> None:
        """Read what has changed since."""
        await asyncio.to_thread(self._read, self.folders(), self.opened())

    def _read(self, folders: Sequence[Path], opened: Map[Path, tuple[str, str]]) -> None:
        texts = {path: held.encode() for path, (_, held) in opened.items()}
        pages: dict[Path, _Page] = {}
        with self._lock, unsaved(texts):
            rest = [*chain.from_iterable(map(documents_at, folders)), *texts]
            for path in rest:  # grows by what documents name
                if (path := path.resolve()) not in pages:
                    pages[path] = page = self._page(path, texts.get(path))
                    rest += _named(page.root, [path.parent, *folders])
            if pages == self.pages:
                return
            defined: dict[tuple[str, str], list[tuple[Path, Reference]]] = {}
            for path, page in pages.items():
                for one in page.found:
                    if one.is_definition:
                        defined.setdefault((one.kind, one.id), []).append((path, one))
            self.pages, self.defined = pages, defined

    def _page(self, path: Path, held: bytes | None) -> _Page:
        before = self.pages.get(path)
        try:
            stamp = held or ((at := path.stat()).st_mtime_ns, at.st_size)
            if before and before.stamp == stamp:
                return before
            if not _OURS.search(first_bytes(path, 65_536).decode(errors="replace")):
                return _Page(stamp)
        except OSError:
            return _Page(None)
        root = read_file(path, Problems())
        found = before.found if before else ()
        return _Page(stamp, root, found if root is None else tuple(references(root)), is_ours=True)

    def at(self, uri: str, position: lsp.Position) -> tuple[Path, list[tuple[str, str]], int, int]:
        """Return a file, what is named at a position in it, and from where to where."""
        document = self.workspace.get_text_document(uri)
        spot = document.position_from_client_units(position)
        path, column = Path(document.path).resolve(), spot.character + 1
        line = document.lines[spot.line].rstrip("\r\n") if spot.line < len(document.lines) else ""
        for one in self.pages[path].found if path in self.pages else ():
            if one.node.line <= spot.line + 1 <= one.node.end_line:
                place, shown = one.excerpt.place, one.excerpt.text
                is_here = place.line == spot.line + 1 and shown == line
                if is_here and place.column <= column <= place.column + place.length:
                    kinds = ("question", "value") if one.kind == "question" else (one.kind,)
                    named = [(kind, one.id) for kind in kinds]
                    return path, named, place.column - 1, place.column - 1 + place.length
        for word in _WORD.finditer(line):
            if word.start() <= spot.character <= word.end():
                named = [key for key in self.defined if key[1] == word[0]]
                return path, named or [("function", word[0])], word.start(), word.end()
        return path, [], spot.character, spot.character

    def definitions(
        self, path: Path, named: Sequence[tuple[str, str]]
    ) -> list[tuple[Path, Reference]]:
        """Return where something is defined: in the same file, or else wherever it is."""
        found = [one for key in named for one in self.defined.get(key, ())]
        return [one for one in found if one[0] == path] or found

    def range(self, excerpt: Excerpt) -> lsp.Range:
        """Return a place as editors count it."""
        line, start = max(excerpt.place.line - 1, 0), max(excerpt.place.column - 1, 0)
        ends = (start, start + excerpt.place.length if excerpt.place.line else 0)
        units = [self.workspace.position_codec.client_num_units(excerpt.text[:n]) for n in ends]
        return lsp.Range(lsp.Position(line, units[0]), lsp.Position(line, units[1]))

    async def show_findings(self, *, in_full: bool) -> None:
        """Show what lint finds in the open documents, and in others because of them.

        What takes long to find is looked for only `in_full`, and then shown later. Until it is
        looked for again it stays where its line is the same.
        """
        await self.renew()
        opened, folders = self.opened(), self.folders()
        texts = {path: held.encode() for path, (_, held) in opened.items()}
        ours = [path for path in opened if self.pages[path].is_ours and path.exists()]
        found = await self.linter.findings(ours, folders, texts, is_quick=True)
        lines = {path: set(held.splitlines()) for path, (_, held) in opened.items()}
        kept = [one for one in self._analysed if _is_still_there(one, lines)]
        self._publish([*found, *(one for one in kept if one not in found)], opened)
        if in_full:
            every = await self.linter.findings(ours, folders, texts, is_quick=False)
            before, self._analysed = kept, [one for one in every if one not in found]
            if self._analysed != before:
                self._publish(every, opened)

    def _publish(self, found: Sequence[Finding], opened: Map[Path, tuple[str, str]]) -> None:
        shown: dict[str, list[tuple[lsp.Diagnostic, Finding]]] = {uri: [] for uri in self.shown}
        shown |= {uri: [] for uri, _ in opened.values()}
        for one in found:
            path = Path(one.file).resolve()
            uri = opened[path][0] if path in opened else path.as_uri()
            hint = f"\n{one.hint}" if one.hint else ""
            spot, level = self.range(one.excerpts[0]), _SEVERITIES[one.severity]
            told = lsp.Diagnostic(spot, one.message + hint, level, one.code, source="readiness")
            shown.setdefault(uri, []).append((told, one))
        self.shown = {uri: held for uri, held in shown.items() if held}
        for uri, held in shown.items():
            told_of = [told for told, _ in held]
            self.text_document_publish_diagnostics(lsp.PublishDiagnosticsParams(uri, told_of))


def _is_still_there(one: Finding, lines: Map[Path, set[str]]) -> bool:
    """Return whether the line that a finding is about is as it was, as far as it is open."""
    held = lines.get(Path(one.file).resolve())
    return held is None or one.excerpts[0].text in held


server: RulesetServer = RulesetServer()


def _named(root: Node | None, folders: Sequence[Path]) -> Iterator[Path]:
    """Yield the files of the rulesets and questionnaires that a document names by their ids."""
    for key in ("extends", "ruleset", "questionnaire"):
        kind = "questionnaire" if key == "questionnaire" else "ruleset"
        for one in texts(child(root, key)):
            if name := text(one):
                yield from find(kind, name, folders)


@server.feature(lsp.TEXT_DOCUMENT_DID_OPEN)
@server.feature(lsp.TEXT_DOCUMENT_DID_SAVE)
@server.feature(lsp.TEXT_DOCUMENT_DID_CHANGE)
@server.feature(lsp.TEXT_DOCUMENT_DID_CLOSE)
async def _changed(ls: RulesetServer, params: object) -> None:
    if ls.waiting is not None:
        ls.waiting.cancel()
    is_change = isinstance(params, lsp.DidChangeTextDocumentParams)

    async def show() -> None:
        if is_change:  # ids are known soon, so that what is asked next need not wait for them
            await asyncio.sleep(PAUSE / 4)
            await ls.renew()
            await asyncio.sleep(PAUSE)
        await ls.show_findings(in_full=not is_change)

    ls.waiting = asyncio.create_task(show())


@server.feature(lsp.SHUTDOWN)
def _stop(ls: RulesetServer, _: None) -> None:
    if ls.waiting is not None:
        ls.waiting.cancel()
    ls.linter.stop()


@server.feature(lsp.TEXT_DOCUMENT_DEFINITION)
async def _definition(ls: RulesetServer, params: lsp.DefinitionParams) -> list[lsp.Location]:
    if not ls.pages:
        await ls.renew()
    path, named, _, _ = ls.at(params.text_document.uri, params.position)
    found, opened = ls.definitions(path, named), ls.opened()
    return [
        lsp.Location(opened[file][0] if file in opened else file.as_uri(), ls.range(one.excerpt))
        for file, one in found
    ]


@server.feature(lsp.TEXT_DOCUMENT_HOVER)
async def _hover(ls: RulesetServer, params: lsp.HoverParams) -> lsp.Hover | None:
    if not ls.pages:
        await ls.renew()
    path, named, _, _ = ls.at(params.text_document.uri, params.position)
    said = [_describe(ls.pages[file].root, one) for file, one in ls.definitions(path, named)]
    for kind, name in named:
        if kind == "function" and (held := FUNCTIONS.get(name)):
            said.append("\n\n".join((f"`{held['forms'][0]}`", held["meaning"])))
    content = lsp.MarkupContent(lsp.MarkupKind.Markdown, "\n\n---\n\n".join(said))
    return lsp.Hover(content) if said else None


def _describe(root: Node | None, one: Reference) -> str:
    """Return what a definition says: the text of a question and its type, or a title."""
    held = _value(root, one.node)
    said = [f"**{one.id}** ({one.kind})"]
    if isinstance(held, Mapping):
        said += [text(child(held, key)) for key in ("ask", "title", "met_when")]
        said += [f"Type: {text(child(held, 'type'))}"] if "type" in held.entries else []
        options = child(held, "options")
        if isinstance(options, Mapping):
            said.append("Options: " + ", ".join(f"`{key}`" for key in options.entries))
    elif isinstance(held, Scalar):
        said.append(held.text)
    return "\n\n".join(one for one in said if one)


def _value(node: Node | None, key: Node) -> Node | None:
    """Return what stands under a key, which is a node."""
    rest = [node]
    while rest:
        one = rest.pop()
        if isinstance(one, Mapping):
            for entry in one.entries.values():
                if entry.key.span == key.span:
                    return entry.value
                rest.append(entry.value)
    return None


@server.feature(lsp.TEXT_DOCUMENT_RENAME)
async def _rename(ls: RulesetServer, params: lsp.RenameParams) -> lsp.WorkspaceEdit:
    await ls.renew()
    path, named, _, _ = ls.at(params.text_document.uri, params.position)
    found = ls.definitions(path, named)
    inside = {
        file: page
        for file, page in ls.pages.items()
        if page.is_ours and any(file.is_relative_to(one) for one in ls.folders())
    }
    broken = next((file for file, page in inside.items() if page.root is None), None)
    if broken is not None:
        raise JsonRpcException(f"nothing is renamed while {broken.name} cannot be read")
    held = {file: (page.root, page.found) for file, page in inside.items() if page.root}
    name, kind = (
        (found[0][1].id, found[0][1].kind)
        if found
        else (named[0][1], None)
        if named
        else ("", None)
    )
    try:
        plan = plan_renaming(name, params.new_name, held, kind=kind)  # type: ignore[arg-type]
    except DocumentError as error:
        raise JsonRpcException(str(error)) from None
    opened, changes = ls.opened(), {}
    for one in plan.files:
        before, after = one.before.split("\n"), one.after.split("\n")
        changes[opened[one.path][0] if one.path in opened else one.path.as_uri()] = [
            lsp.TextEdit(ls.range(Excerpt(Place("", n + 1, 1, len(old)), old)), new)
            for n, (old, new) in enumerate(zip(before, after, strict=True))
            if old != new
        ]
    return lsp.WorkspaceEdit(changes=changes)


@server.feature(lsp.TEXT_DOCUMENT_CODE_ACTION)
def _corrections(ls: RulesetServer, params: lsp.CodeActionParams) -> list[lsp.CodeAction]:
    found = []
    for told, one in ls.shown.get(params.text_document.uri, ()):
        wording = proposed(one)
        if (
            wording is not None
            and told.range.start.line <= params.range.end.line
            and (params.range.start.line <= told.range.end.line)
        ):
            edit = lsp.TextEdit(told.range, wording)
            title = one.hint.split("\n")[0]
            found.append(lsp.CodeAction(
                title, lsp.CodeActionKind.QuickFix, [told],
                edit=lsp.WorkspaceEdit(changes={params.text_document.uri: [edit]}),
            ))  # fmt: skip
    return found


@server.feature(lsp.TEXT_DOCUMENT_COMPLETION, lsp.CompletionOptions([".", "'", " ", "["]))
async def _completion(ls: RulesetServer, params: lsp.CompletionParams) -> lsp.CompletionList:
    if not ls.pages:
        await ls.renew()
    document = ls.workspace.get_text_document(params.text_document.uri)
    spot = document.position_from_client_units(params.position)
    lines = [line.rstrip("\r\n") for line in document.lines[: spot.line + 1]]
    lines += [""] * (spot.line + 1 - len(lines))
    before = lines[spot.line][: spot.character]
    kind = found[1] if (found := _OURS.search(document.source)) else ""
    start, offers = completions(kind, [*lines[: spot.line], before], ls.defined)
    edited = ls.range(Excerpt(Place("", spot.line + 1, start + 1, len(before) - start), before))
    items = [
        lsp.CompletionItem(
            one, detail=what, documentation=meaning or None, text_edit=lsp.TextEdit(edited, one)
        )
        for one, (what, meaning) in islice(offers.items(), MOST_OFFERED)
    ]
    return lsp.CompletionList(is_incomplete=len(offers) > MOST_OFFERED, items=items)
