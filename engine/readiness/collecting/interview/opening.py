"""What an interview begins with: a ruleset, the sheets there are, and the file to answer on."""

from __future__ import annotations

import datetime
import os
from collections.abc import Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from readiness.collecting.form.entries import answers_text
from readiness.collecting.interview.flow import Setting
from readiness.collecting.interview.sheet_file import SheetFile
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.changing import ChangedMeanwhile, change
from readiness.documents.editing import NotEditable, edited
from readiness.documents.opening import read_bytes
from readiness.documents.shapes import ID, SHAPES, advice, matches
from readiness.loading.engagements import EngagementLoader, Inquiry
from readiness.loading.rulesets import is_file, load_ruleset
from readiness.model.answers import Sheet
from readiness.model.engagement import Circumstances


class CannotBegin(Exception):
    """There is no sheet to answer on; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """The file to answer on, and what the interview is held about."""

    ruleset: Ruleset
    file: SheetFile
    setting: Setting


@dataclass(frozen=True, slots=True)
class Asking:
    """What the command line says: against what is asked, as of when, and about which gates."""

    ruleset: str | None = None
    as_of: datetime.date | None = None
    assurance: str | None = None
    folders: Sequence[Path] = ()
    gates: tuple[str, ...] = ()
    puts_all: bool = False


class Opening:
    """A file from which an interview begins: an engagement, a sheet, or one that is to be made."""

    def __init__(self, path: Path, asking: Asking) -> None:
        """Raises `DocumentError` for documents that cannot be used, and `CannotBegin`."""
        self.path = path
        self.asking = asking
        self.inquiry: Inquiry | None = None
        if path.exists():
            stated = asking.ruleset, asking.as_of, asking.assurance, asking.folders
            self.inquiry = EngagementLoader(path, *stated, is_begun=True).load()
        elif asking.ruleset is None:
            raise CannotBegin(
                f"'{path}' is not there; to begin a new answers file name with --ruleset what is "
                "asked"
            )
        elif not path.parent.is_dir():
            raise CannotBegin(f"there is no folder '{path.parent}' to make the answers file in")

    @property
    def respondents(self) -> tuple[str, ...]:
        """Who is known to answer: those of the groups, then those of the sheets."""
        if self.inquiry is None:
            return ()
        found: dict[str, None] = {}
        for members in self.inquiry.circumstances.groups.values():
            found.update(dict.fromkeys(members))
        for sheet in self.inquiry.sheets:
            found.update(dict.fromkeys((sheet.respondent, *sheet.speaks_for)))
        found.pop("", None)
        return tuple(found)

    @property
    def needs_respondent(self) -> bool:
        """Whether it has to be said who answers."""
        return self.inquiry is not None and self.inquiry.engagement is not None

    def begin(self, respondent: str) -> Beginning:
        """The interview with a respondent; an empty name stands for nobody in particular.

        Raises `CannotBegin` where there is no sheet for it.
        """
        if respondent and not matches(ID, respondent):
            hint = advice(ID, respondent) or SHAPES[ID].rule
            raise CannotBegin(f"'{respondent}' names no respondent: {hint}")
        inquiry = self.inquiry
        if inquiry is None:
            return self._new(respondent)
        file = self._sheet_of(inquiry, respondent)
        return self._beginning(
            inquiry.ruleset, file, inquiry.circumstances, inquiry.sheets, inquiry.title
        )

    def _new(self, respondent: str) -> Beginning:
        asking = self.asking
        assert asking.ruleset is not None
        ruleset = load_ruleset(asking.ruleset, paths=asking.folders)
        named = asking.ruleset
        if is_file(named):
            named = Path(os.path.relpath(named, self.path.parent)).as_posix()
            named = named if is_file(named) else f"./{named}"
        fresh = answers_text({}, _questionnaires(ruleset), respondent, ruleset=named)
        file = SheetFile(self.path, self.path.name, respondent, ruleset.questions, fresh=fresh)
        as_of = asking.as_of or datetime.date.today()
        return self._beginning(ruleset, file, Circumstances(as_of, asking.assurance or "stated"))

    def _sheet_of(self, inquiry: Inquiry, respondent: str) -> SheetFile:
        """The sheet of a respondent; a new one in an engagement that has none."""
        folder, questions = self.path.parent, inquiry.ruleset.questions
        if inquiry.engagement is None:
            sheet = inquiry.sheets[0]
            if respondent and respondent != sheet.respondent:
                whose = f"of {sheet.respondent}" if sheet.respondent else "of nobody in particular"
                raise CannotBegin(f"'{self.path}' is the sheet {whose}, not of {respondent}")
            return SheetFile(self.path, sheet.name, sheet.respondent, questions)
        own = [sheet for sheet in inquiry.sheets if sheet.respondent == respondent]
        if own:
            return SheetFile(folder / own[0].name, own[0].name, respondent, questions)
        answers = inquiry.engagement.answers
        patterns = [one.text.strip() for one in answers] or [self._sheets_named()]
        name = self._new_name(patterns, respondent)
        fresh = answers_text({}, _questionnaires(inquiry.ruleset), respondent)
        return SheetFile(folder / name, name, respondent, questions, fresh=fresh)

    def _sheets_named(self) -> str:
        """Put the usual pattern into an engagement that names no sheets yet, and return it."""
        pattern = "answers/*.yaml"
        while True:
            before = read_bytes(self.path)
            try:
                text = edited(before.decode(), ["answers"], [pattern], name=str(self.path))
                change(self.path, before, text.encode())
            except ChangedMeanwhile:
                continue
            except NotEditable:
                raise CannotBegin(f"'{self.path}' names no sheets; add '{pattern}'") from None
            return pattern

    def _new_name(self, patterns: Sequence[str], respondent: str) -> str:
        """The file for a respondent's new sheet, such that the engagement finds it."""
        for pattern in patterns:
            name = sheet_name(pattern, respondent)
            if not name:
                continue
            if (self.path.parent / name).exists():
                raise CannotBegin(
                    f"'{name}' is there, but does not say 'respondent: {respondent}'; put that "
                    "line into it, or give the file another name"
                )
            return name
        listed = ", ".join(patterns)
        raise CannotBegin(
            f"no sheet of {respondent} would be found by the answers of this engagement "
            f"({listed}); add 'answers/{respondent}.yaml' to its 'answers'"
        )

    def _beginning(
        self,
        ruleset: Ruleset,
        file: SheetFile,
        circumstances: Circumstances,
        sheets: Sequence[Sheet] = (),
        title: str = "",
    ) -> Beginning:
        held = [file.sheet if sheet.name == file.name else sheet for sheet in sheets]
        if file.sheet not in held:
            held.append(file.sheet)
        setting = Setting(
            sheets=tuple(held),
            own=file.name,
            respondent=file.respondent,
            circumstances=circumstances,
            title=title,
            gates=self.asking.gates,
            puts_all=self.asking.puts_all,
        )
        return Beginning(ruleset, file, setting)


def sheet_name(pattern: str, respondent: str) -> str:
    """A file that a pattern of an engagement finds, named after a respondent; empty if none.

    The pattern may have wild cards in its last part, and `**` for any folders before it.
    """
    *folders, last = PurePosixPath(pattern.replace("**/", "")).parts or ("",)
    if any(set("*?[") & set(part) for part in folders) or not last:
        return ""
    before, star, behind = last.partition("*")
    name = f"{before}{respondent}{behind.replace('*', '')}" if star else last
    if not star and PurePosixPath(last).stem != respondent:
        return ""
    suffix = PurePosixPath(name).suffix
    if suffix not in (".yaml", ".yml", ".json"):
        name += ".yaml"
    return str(PurePosixPath(*folders, name)) if fnmatchcase(name, last) else ""


def _questionnaires(ruleset: Ruleset) -> list[str]:
    return [held.id for held in ruleset.questionnaires]
