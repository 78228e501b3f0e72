"""The answer sheet of a respondent in an engagement: the existing one, or the one to create."""

from __future__ import annotations

from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath

from readiness.documents.changing import save_if_unchanged
from readiness.documents.editing import NotEditable, edit_text
from readiness.documents.opening import read_bytes
from readiness.loading.engagements import Inquiry
from readiness.loading.search_path import SUFFIXES
from readiness.problems import nearest, there_are

_USUAL = "answers/*.yaml"


class NoSheet(Exception):
    """There is no file for the answers of a respondent; the message says what to do."""


def answer_file(inquiry: Inquiry, respondent: str) -> str:
    """Return the answers file of a respondent, relative to the engagement; it may not exist yet.

    It is the respondent's own sheet, else the first that speaks for the respondent, else a new one
    that the engagement finds. Raises `NoSheet` for somebody whom the engagement does not know
    although it declares its respondents, and if no new file would be found.
    """
    known = inquiry.circumstances.respondents
    if inquiry.circumstances.people.respondents and respondent not in known:
        hint = nearest(respondent, known) or there_are(known)
        raise NoSheet(f"the engagement has no respondent '{respondent}'; {hint}")
    own = [sheet.name for sheet in inquiry.sheets if sheet.respondent == respondent]
    shared = [sheet.name for sheet in inquiry.sheets if respondent in sheet.speaks_for]
    return next(iter((*own, *shared)), "") or _new_file(inquiry, respondent)


def _new_file(inquiry: Inquiry, respondent: str) -> str:
    assert inquiry.engagement is not None
    patterns = [one.text.strip() for one in inquiry.engagement.answers] or [_USUAL]
    name = next(filter(None, (sheet_name(pattern, respondent) for pattern in patterns)), "")
    if not name:
        raise NoSheet(
            f"no answer sheet for {respondent} matches the 'answers' of this engagement "
            f"({', '.join(patterns)}); add 'answers/{respondent}.yaml' to them"
        )
    if (Path(inquiry.name).parent / name).exists():
        raise NoSheet(
            f"'{name}' exists, but does not contain 'respondent: {respondent}'; add that "
            "line, or rename the file"
        )
    return name


def name_sheets(inquiry: Inquiry) -> None:
    """Have an engagement that names no sheets yet name the usual ones.

    Raises `NoSheet` if its text cannot be changed.
    """
    if inquiry.engagement is None or inquiry.engagement.answers:
        return
    path = Path(inquiry.name)
    while True:
        before = read_bytes(path)
        try:
            text = edit_text(before.decode(), ["answers"], [_USUAL], name=inquiry.name)
        except NotEditable:
            raise NoSheet(f"'{path}' has no 'answers'; add '{_USUAL}'") from None
        if save_if_unchanged(path, before, text.encode()):
            return


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
    if suffix not in SUFFIXES:
        name += ".yaml"
    return str(PurePosixPath(*folders, name)) if fnmatchcase(name, last) else ""
