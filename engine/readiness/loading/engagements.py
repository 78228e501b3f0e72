"""An engagement with its ruleset, its answer sheets and the evidence files that they name."""

from __future__ import annotations

import datetime
import hashlib
import os
import stat
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import Any

from readiness.dependencies.ruleset import Ruleset
from readiness.dependencies.scope import scoped
from readiness.documents.gc_pause import collecting_later
from readiness.documents.nodes import Scalar
from readiness.documents.opening import is_hidden
from readiness.documents.schemas import FORMATS
from readiness.loading.files import Document, check_document, kind_of, load, read_file
from readiness.loading.in_memory import Held, Loader, Store, hold
from readiness.loading.rulesets import gather_ruleset, is_file, searching
from readiness.loading.search_path import Folders, Search, head_of, search_in, split_id
from readiness.model.answers import FindEvidence, Given, Sheet, no_evidence, read_sheet
from readiness.model.engagement import (
    AS_USUAL,
    Branding,
    Circumstances,
    Engagement,
    read_circumstances,
    read_engagement,
)
from readiness.model.fields import child, text, texts
from readiness.model.respondents import rename, without_names
from readiness.plugins import using_plugins
from readiness.problems import Located, Problems, nearest, quote_names
from readiness.problems.values import brief


@brief
@dataclass(frozen=True, slots=True)
class Inquiry:
    """All that an assessment needs: a ruleset, the sheets, and the circumstances.

    `name` is the file it was read from, `id` and `title` those of its engagement, else empty;
    `engagement` is what its document states, None where there is a single sheet.
    """

    name: str
    id: str
    title: str
    ruleset: Ruleset
    sheets: tuple[Sheet, ...]
    circumstances: Circumstances
    engagement: Engagement | None = None

    @property
    def respondents(self) -> tuple[str, ...]:
        """Everyone with a name: those the engagement names, then those of the sheets."""
        found = dict.fromkeys(self.circumstances.respondents)
        for sheet in self.sheets:
            found.update(dict.fromkeys((sheet.respondent, *sheet.speaks_for)))
        found.pop("", None)
        return tuple(found)


def load_engagement(
    path: str | Path | None = None,
    *,
    text: str | None = None,
    document: Map[str, Any] | None = None,
    loader: Loader | None = None,
    ruleset: str | Path | Ruleset | None = None,
    as_of: datetime.date | None = None,
    assurance: str | None = None,
    paths: Folders = (),
    plugins: bool = True,
    shipped: bool = True,
    ids_only: bool = False,
    names_all: bool = False,
) -> Inquiry:
    """The engagement in a file, a `text` or a `document`, or the answers of a single sheet.

    With `text` or `document`, `path` is the name that problems show; only a `Path` also says in
    which folder files are looked for. `loader` is asked for the engagement, its sheets, its ruleset
    and all that belongs to them; `paths`, `plugins`, `shipped` and `ids_only` are as for
    `load_ruleset`.

    `ruleset`, `as_of` and `assurance` take the place of what the document says. An engagement
    without sheets yet is one; the notes of its circumstances say so. Anonymous respondents are
    under other ids, and the places of their answers are left out, unless it `names_all`.
    Raises `DocumentError` with every problem of all documents that belong to it.
    """
    search = searching(paths, loader, plugins=plugins, shipped=shipped, ids_only=ids_only)
    named = hold("engagement", path, text, document, search.store) or path or ""
    with collecting_later(), using_plugins(plugins):  # once for all documents, not for each
        return EngagementLoader(named, ruleset, as_of, assurance, search, names_all).load()


def load_answers(
    path: str | Path | None = None,
    ruleset: Ruleset | None = None,
    *,
    text: str | None = None,
    document: Map[str, Any] | None = None,
    loader: Loader | None = None,
) -> Sheet:
    """The sheet in an answers file, a `text` or a `document`, read as the ruleset types it.

    Evidence files are looked for in the folder of the file. `loader` is asked for a sheet that is
    named by a text. Raises `DocumentError` with every problem of the sheet.
    """
    if ruleset is None:
        msg = "answers are read with a ruleset: give ruleset=RULESET"
        raise TypeError(msg)
    problems = Problems()
    held = hold("answers", path, text, document, Store(loader) if loader else None)
    sheet = load(held or path or "", "answers", problems)
    if sheet is not None:
        folder = sheet.path.parent if held is None else held.folder
        find = no_evidence if folder is None else EvidenceFolder(folder).beside(folder / "sheet")
        found = read_sheet(sheet.tree, sheet.path.name, ruleset.questions, problems, find)
    problems.raise_if_any()
    return found


@dataclass
class EngagementLoader:
    """Loads an engagement, as `load_engagement`.

    `is_begun` is for one in which the name of a sheet may stand for no file yet, `names_all` for
    one that is shown only to those who collect the answers.
    """

    path: str | Path | Held
    ruleset: str | Path | Ruleset | None = None
    as_of: datetime.date | None = None
    assurance: str | None = None
    paths: Folders = ()
    names_all: bool = False
    is_begun: bool = False

    def __post_init__(self) -> None:
        self.search: Search = search_in(self.paths)
        self.problems: Problems = Problems()
        self.notes: Problems = Problems()
        self.has_folder: bool = not isinstance(self.path, Held) or self.path.folder is not None
        self.folder: Path = Path()
        if isinstance(self.path, Held):
            self.folder = self.path.folder or self.folder
        else:
            self.folder = Path(self.path).parent
        self.evidence: EvidenceFolder = EvidenceFolder(self.folder)

    def load(self) -> Inquiry:
        """Raises `DocumentError` with every problem of all documents that belong to it."""
        document = self._document()
        found = None if document is None else self._inquiry(document)
        self.problems.raise_if_any()
        assert found is not None
        return found

    def _document(self) -> Document | None:
        """An engagement, or the answers of a single sheet."""
        root = read_file(self.path, self.problems)
        if root is None:
            return None
        kind = kind_of(root) or "engagement"
        if kind not in ("engagement", "answers"):
            hint = f"write format: {FORMATS['engagement']} or {FORMATS['answers']}"
            at = child(root, "format") or root
            self.problems.add("not-assessable", at, hint=hint, kind=kind)
            return None
        return check_document(root, kind, self.path, self.problems)

    def _inquiry(self, document: Document) -> Inquiry | None:
        """The inquiry of an engagement, or of one answers document that names its ruleset."""
        engagement = read_engagement(document.tree) if document.kind == "engagement" else None
        rules = self._rules(document)
        sheets = (
            [(document.path.name, document)] if engagement is None else self._sheets(engagement)
        )
        if rules is None:
            return None
        circumstances = self._circumstances(engagement, rules)
        read = [self._sheet(sheet, name, rules) for name, sheet in sheets]
        for sheet in read:
            self._refuse_strangers(sheet, circumstances)
        found = Inquiry(
            self.path.name if isinstance(self.path, Held) else str(self.path),
            engagement.id if engagement else "",
            engagement.title if engagement else "",
            scoped(rules, circumstances.excluded()),
            circumstances=circumstances,
            sheets=tuple(map(circumstances.people.named, read)),
            engagement=engagement,
        )
        return found if self.names_all else _without_names(found)

    def _refuse_strangers(self, sheet: Sheet, circumstances: Circumstances) -> None:
        """Refuse a sheet with answers of somebody who is not among the declared respondents."""
        if not circumstances.people.respondents:
            return
        known = circumstances.respondents
        places: dict[str, Located] = {one.respondent: one for one in reversed(sheet.given)}
        places[sheet.respondent] = child(sheet.node, "respondent") or sheet.node
        for name in filter(None, (sheet.respondent, *sheet.speaks_for)):
            if name not in known:
                hint = nearest(name, known) or f"add '{name}' to 'respondents' of the engagement"
                at, facts = places.get(name, sheet.node), {"kind": "respondent", "name": name}
                self.problems.add("unknown-link", at, hint=hint, **facts)

    def _sheets(self, engagement: Engagement) -> list[tuple[str, Document]]:
        """The sheets that an engagement names, with the names that they are shown under."""
        if not engagement.answers:
            self.notes.add("no-sheets", child(engagement.node, "answers") or engagement.node)
        store, files = self.search.store, dict[Path | Held, None]()
        for pattern in engagement.answers:
            held = store.find("answers", pattern.text.strip()) if store else None
            files |= dict.fromkeys([held] if held else self._matching(pattern))
        loaded = [(file, load(file, "answers", self.problems)) for file in files]
        return [(self._shown(file), sheet) for file, sheet in loaded if sheet is not None]

    def _circumstances(self, engagement: Engagement | None, rules: Ruleset) -> Circumstances:
        if engagement is None:
            return Circumstances(self.as_of or datetime.date.today(), self.assurance or "stated")
        find = self._find(self.folder / "engagement")
        found = read_circumstances(engagement.node, rules.names, self.problems, find)
        as_of, assurance = self.as_of or found.as_of, self.assurance or found.assurance
        return replace(found, as_of=as_of, assurance=assurance, notes=self.notes.as_found())

    def _find(self, document: Path) -> FindEvidence:
        return self.evidence.beside(document) if self.has_folder else no_evidence

    def _rules(self, document: Document) -> Ruleset | None:
        if isinstance(self.ruleset, Ruleset):
            return self.ruleset
        if self.ruleset is not None:
            return gather_ruleset(self.ruleset, self.search, self.problems)
        named = document.tree.get("ruleset")
        if not isinstance(named, Scalar):
            if document.kind == "answers":
                self.problems.add("no-ruleset", document.tree)
            return None
        where: str | Path | Held = named.text
        if is_file(named.text):
            held = self.search.store and self.search.store.find("ruleset", named.text)
            where = held or self.folder / named.text
        search = self.search if self.has_folder else replace(self.search, ids_only=True)
        return gather_ruleset(where, search, self.problems, named)

    def _matching(self, pattern: Scalar) -> list[Path]:
        """The files that a pattern stands for, relative to the engagement."""
        written = pattern.text.strip()
        if not self.has_folder:
            self.problems.add("no-such-answers", pattern, pattern=written)
            return []
        try:
            named = PurePosixPath(written).parts
            found = sorted(
                path
                for path in self.folder.glob(written)
                if path.is_file() and not is_hidden(path, self.folder, named)
            )
        except (ValueError, NotImplementedError, IndexError, OSError):  # as pathlib refuses it
            self.problems.add("pattern-unusable", pattern, pattern=written)
            return []
        if not found:
            hint = _pattern_hint(self.folder, written)
            is_awaited = self.is_begun or (any(map(written.count, "*?[")) and "\\" not in written)
            problems = self.notes if is_awaited else self.problems
            code = "no-sheet-yet" if is_awaited else "no-such-answers"
            problems.add(code, pattern, hint=hint, pattern=written)
        return found

    def _shown(self, path: Path | Held) -> str:
        if isinstance(path, Held):
            return path.name
        beside = path if self.folder == Path() else path.relative_to(self.folder)
        return beside.as_posix()

    def _sheet(self, document: Document, name: str, rules: Ruleset) -> Sheet:
        held = {questionnaire.id for questionnaire in rules.questionnaires}
        for named in texts(document.tree.get("questionnaire")):
            if (name_alone := split_id(named.text)[0]) not in held:
                reads = f"the ruleset uses {quote_names(sorted(held), joint='and')}"
                hint = nearest(name_alone, held) or reads
                facts = {"name": name_alone, "ruleset": rules.id}
                self.problems.add("foreign-questionnaire", named, hint=hint, **facts)
        find = self._find(document.path)
        return read_sheet(document.tree, name, rules.questions, self.problems, find)


def _without_names(inquiry: Inquiry) -> Inquiry:
    """Return an engagement in which anonymous respondents are under other ids."""
    stated = inquiry.circumstances
    aliases = stated.people.aliases(stated.respondents)
    if not aliases:
        return inquiry
    people, groups = stated.people.under(aliases), rename(stated.groups, aliases)
    return replace(
        inquiry,
        circumstances=replace(stated, people=people, groups=groups),
        sheets=tuple(people.named(without_names(sheet, aliases)) for sheet in inquiry.sheets),
    )


def _pattern_hint(folder: Path, written: str) -> str:
    if "\\" in written:
        return "use forward slashes"
    if any(path.name == written.rstrip("/") and path.is_dir() for path in folder.iterdir()):
        return f"it is a folder: write '{written.rstrip('/')}/*.yaml'"
    return "paths are relative to the folder of this file"


_FOLDERS_UP = 4


def engagements_with(sheet: Path) -> dict[str, str]:
    """The engagements, each id with its file, that have a file among their answers.

    They are looked for in the folder of the file and in those above it, up to the first that has
    some. The file need not be there yet.
    """
    target = sheet.resolve()
    for folder in target.parents[:_FOLDERS_UP]:
        found = {}
        for file in sorted([*folder.glob("*.yaml"), *folder.glob("*.yml"), *folder.glob("*.json")]):
            is_one = FORMATS["engagement"].encode() in head_of(file)
            root = read_file(file, Problems()) if is_one else None
            beside = target.relative_to(folder).as_posix()
            named = [one.text.strip().removeprefix("./") for one in texts(child(root, "answers"))]
            named += [pattern.replace("**/", "") for pattern in named]
            if any(fnmatchcase(beside, pattern) for pattern in named):
                found[text(child(root, "id"))] = str(file)
        if found:
            return found
    return {}


class EvidenceFolder:
    """The evidence files of an engagement: those whose names do not lead out of its folder.

    A file is looked for beside the document that names it, then beside the engagement. Each is
    read once, however many answers name it. A link in the folder counts as the file it leads to.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._digests: dict[Path, str | None] = {}

    def beside(self, document: Path) -> FindEvidence:
        """Return what finds the evidence that `document` names; see `find`."""
        return lambda file: self.find(file, document.parent)

    def find(self, file: str, beside: Path) -> str | None:
        """Return the SHA-256 of a file in hexadecimal digits, or None where there is no such file.

        A directory and a device are no evidence files.
        """
        path = self.path(file, beside)
        return None if path is None else self._digest(path)

    def path(self, file: str, beside: Path) -> Path | None:
        """Return the path of a file that is named beside a document, None where it is none."""
        for folder in (os.path.relpath(beside, self.folder), ""):
            name = os.path.normpath(Path(folder, file))
            if Path(name).is_absolute() or name.split(os.sep, 1)[0] == os.pardir:
                continue
            path = self.folder / name
            try:
                if stat.S_ISREG(path.stat().st_mode):
                    return path
            except (OSError, ValueError):  # not there, or a name that no file can have
                continue
        return None

    def _digest(self, path: Path) -> str | None:
        if path not in self._digests:
            try:
                with path.open("rb") as file:
                    self._digests[path] = hashlib.file_digest(file, "sha256").hexdigest()
            except OSError:  # there, and not to be read
                self._digests[path] = None
        return self._digests[path]


def branding_of(inquiry: Inquiry) -> Branding:
    """Return how reports present an inquiry; as usual where it is a single sheet.

    Raises `DocumentError` for a logo or a template that is not in the folder of the engagement.
    """
    engagement = inquiry.engagement
    if engagement is None:
        return AS_USUAL
    problems, branding = Problems(), engagement.branding
    node, folder = child(engagement.node, "branding"), EvidenceFolder(branding.folder)
    for key in ("logo", "template"):
        at = child(node, key)
        if at is not None and folder.path(text(at), branding.folder) is None:
            problems.add("no-such-branding-file", at, name=text(at))
    problems.raise_if_any()
    return branding


def missing_evidence(inquiry: Inquiry) -> list[tuple[Given, str]]:
    """Return the evidence files that answers name and that were not there when they were loaded."""
    return [
        (given, item.file)
        for sheet in inquiry.sheets
        for given in sheet.given
        for item in given.evidence
        if item.file and not item.seen
    ]


def evidence_folders(sheet: str) -> tuple[str, ...]:
    """Return the folders in which an evidence file of a sheet is looked for, in their order.

    They are that of the sheet and that of the engagement; they and `sheet` are named from there.
    """
    return tuple(dict.fromkeys((PurePosixPath(sheet).parent.as_posix(), ".")))
