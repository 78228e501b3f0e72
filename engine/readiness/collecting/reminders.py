"""Reminders: one e-mail a respondent, with what is still asked and the form; nothing is sent."""

from __future__ import annotations

import datetime
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from typing import Any

from readiness.collecting.forms import export_forms
from readiness.evaluation.formatting import format_day
from readiness.loading.engagements import Inquiry
from readiness.model.questionnaire import Question
from readiness.model.respondents import Respondent
from readiness.problems.values import brief
from readiness.reports.respondents.progress import ANYONE, Progress, status

SENDER = Address("Lead assessor", addr_spec="assessor@example.invalid")
_LISTED = 40  # questions of which the wording is given
_TYPES = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".csv": "text/csv",
}


@brief
@dataclass(frozen=True, slots=True)
class Reminder:
    """What is still asked of a respondent: by this respondent alone, and by anybody who knows.

    `why_not` says why no reminder is written; it is empty if there is one.
    """

    respondent: Respondent
    own: tuple[Question, ...]
    shared: tuple[Question, ...]
    why_not: str = ""

    def to_dict(self) -> dict[str, Any]:
        """As plain values that JSON can hold."""
        one = self.respondent
        return {
            "respondent": one.id,
            "name": one.name,
            "due": one.due or None,
            "own": [question.id for question in self.own],
            "shared": [question.id for question in self.shared],
            "why_not": self.why_not or None,
        }


def reminders(inquiry: Inquiry, found: Progress) -> Iterator[Reminder]:
    """Yield what is still asked of each respondent; `found` is the progress of the engagement.

    Questions that need one answer from anybody are asked of those who have not answered anything
    yet, and mentioned to those of whom something else is asked.
    """
    people, questions = inquiry.circumstances.people, inquiry.ruleset.questions
    rows = {row.name: row for row in found.rows}
    for name in filter(None, rows):
        known = people.respondents.get(name) or Respondent(name, name)
        own = tuple(questions[key] for key in rows[name].missing)
        is_new = not any(one.respondent == name for sheet in inquiry.sheets for one in sheet.given)
        shared = rows[ANYONE].missing if own or is_new else ()
        why_not = "" if known.email else "no e-mail address"
        if not (own or shared):
            why_not = "nothing is outstanding"
        yield Reminder(known, own, tuple(questions[key] for key in shared), why_not)


def remind(
    inquiry: Inquiry,
    *,
    format: str = "xlsx",  # noqa: A002
    sender: Address = SENDER,
) -> dict[str, bytes]:
    """Return an e-mail (RFC 5322) by respondent, of whom something is outstanding, as a draft.

    The form is attached in this format. `reminders` says why others get none. Raises as
    `export_forms`.
    """
    found = reminders(inquiry, status(inquiry))
    return reminder_messages(inquiry, found, format=format, sender=sender)


def reminder_messages(
    inquiry: Inquiry,
    found: Iterable[Reminder],
    *,
    format: str,  # noqa: A002
    sender: Address = SENDER,
) -> dict[str, bytes]:
    """Return the e-mails of those reminders that are written, by respondent, as `remind`."""
    day, messages = inquiry.circumstances.as_of, {}
    for one in found:
        if not one.why_not:
            name = one.respondent.id
            form = export_forms(inquiry, [name], format=format, day=day)[name]
            messages[name] = reminder_message(inquiry, one, form, f"{name}.{format}", sender)
    return messages


def outstanding_text(inquiry: Inquiry, found: Progress, name: str) -> str:
    """Return a text to send about what is outstanding, from a respondent or in a section.

    It is that of the reminder, without a form. `found` is the progress of the engagement, `name`
    the id of the respondent or the section.
    """
    questions = inquiry.ruleset.questions
    reminder = next((one for one in reminders(inquiry, found) if one.respondent.id == name), None)
    if reminder is None:
        missing = dict.fromkeys(key for row in found.rows for key in row.missing)
        own = tuple(questions[key] for key in missing if questions[key].section == name)
        reminder = Reminder(Respondent("", "all"), own, ())
    if not (reminder.own or reminder.shared):
        return "Nothing is outstanding.\n"
    return reminder_text(inquiry, reminder, has_form=False)


def reminder_text(inquiry: Inquiry, reminder: Reminder, *, has_form: bool = True) -> str:
    """What a reminder says, in words and without ids; `has_form` if the form goes with it."""
    from readiness.reports.templating import render_text

    one, open_ = reminder.respondent, reminder.own or reminder.shared
    due = datetime.date.fromisoformat(one.due) if one.due else None
    return render_text(
        "reminder.txt.jinja",
        name=one.name,
        title=inquiry.title,
        titles=inquiry.ruleset.section_titles,
        open=open_,
        most=_LISTED if has_form else len(open_),
        further=reminder.shared if reminder.own else (),
        due=due and format_day(due),
        is_late=due is not None and due < inquiry.circumstances.as_of,
        has_form=has_form,
    )


def reminder_message(
    inquiry: Inquiry, reminder: Reminder, form: bytes, name: str, sender: Address = SENDER
) -> bytes:
    """The e-mail (RFC 5322) of a reminder, as a draft; the same input gives the same bytes.

    `form` is the content of the attached form, `name` its file, `sender` whom it is from.
    """
    one = reminder.respondent
    midnight = datetime.time(tzinfo=datetime.UTC)
    message = EmailMessage(policy=SMTP)
    message["From"] = sender
    message["To"] = Address(one.name, addr_spec=one.email)
    message["Subject"] = f"Reminder: {' '.join(inquiry.title.split())}"
    message["Date"] = datetime.datetime.combine(inquiry.circumstances.as_of, midnight)
    message["X-Unsent"] = "1"  # mail programs open it as a draft
    message.set_content(reminder_text(inquiry, reminder))
    main, _, sub = _TYPES[Path(name).suffix].partition("/")
    message.add_attachment(form, maintype=main, subtype=sub, filename=name)
    message.set_boundary(f"=_{hashlib.sha256(form).hexdigest()}")  # otherwise it is random
    return message.as_bytes()
