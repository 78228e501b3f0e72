"""What hosts hand in beside a ruleset: looked at before anything is assessed."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from typing import Any

from readiness.documents.from_python import plain
from readiness.loading.engagements import Inquiry
from readiness.model.answers import Sheet
from readiness.problems import Whole, refusal


def day(as_of: object) -> datetime.date:
    """The day of an assessment, today where none is given; raises `DocumentError` for no day."""
    if as_of is None:
        return datetime.date.today()
    if isinstance(as_of, datetime.date) and not isinstance(as_of, datetime.datetime):
        return as_of
    hint = "give a datetime.date"
    if isinstance(as_of, datetime.datetime):
        hint += ", such as that of the moment: moment.date()"
    raise refusal("as-of-no-day", Whole("as_of"), hint=hint, kind=_kind(as_of))


def plain_answers(answers: object) -> Mapping[str, object]:
    """Plain values by question id; raises `DocumentError` where they are none."""
    if not isinstance(answers, Mapping):
        what, hint = (
            f"an object of type '{_kind(answers)}'",
            "give a dict: {'section.question': True}",
        )
        raise refusal("answers-no-mapping", Whole("answers"), hint=hint, what=what)
    return answers


def sheets(answers: object) -> tuple[Sheet, ...]:
    """Loaded answer sheets; raises `DocumentError` where they are none."""
    if isinstance(answers, Sheet):
        return (answers,)
    found: list[Sheet] = []
    hint = "give a dict: {'section.question': True}, loaded answer sheets, or an engagement"
    if isinstance(answers, str | bytes) or not isinstance(answers, Iterable):
        what = f"an object of type '{_kind(answers)}'"
        raise refusal("answers-no-mapping", Whole("answers"), hint=hint, what=what)
    for one in answers:
        if not isinstance(one, Sheet):
            what = f"a {_kind(answers)} with an object of type '{_kind(one)}' in it"
            raise refusal("answers-no-mapping", Whole("answers"), hint=hint, what=what)
        found.append(one)
    return tuple(found)


def refuse_ignored(inquiry: Inquiry, **given: object) -> None:
    """Raise `ValueError` for arguments beside an engagement, which brings its own."""
    ignored = [name for name, value in given.items() if value is not None]
    if ignored:
        msg = (
            f"the engagement '{inquiry.id}' brings its own {', '.join(ignored)}: give"
            f" {'them' if len(ignored) > 1 else 'it'} to load_engagement, or write"
            f" {'them' if len(ignored) > 1 else 'it'} into the engagement"
        )
        raise ValueError(msg)


def circumstances(
    groups: Mapping[str, Iterable[str]] | None,
    resolutions: Mapping[str, object] | None,
    waivers: Mapping[str, object] | None,
    scope: Mapping[str, object] | None,
) -> dict[str, Any]:
    """Groups, resolutions, waivers and scope as an engagement document has them."""
    given = {"groups": groups, "resolutions": resolutions, "waivers": waivers, "scope": scope}
    return {key: {} if value is None else plain(value) for key, value in given.items()}


def _kind(value: object) -> str:
    return type(value).__name__.encode("utf-8", "backslashreplace").decode()
