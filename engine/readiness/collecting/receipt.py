"""What an import tells: how much of a form was answered, and what became of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from readiness.collecting.form.answers_text import json_written
from readiness.collecting.form.entries import FormEntry
from readiness.collecting.form.merging import Outcome
from readiness.collecting.form_reading import Returned
from readiness.documents.schemas import FORMATS
from readiness.problems import Problem


@dataclass(frozen=True, slots=True)
class Receipt:
    """The receipt of one form.

    `sheet` is the file it was imported into, empty where there is none. `status` is
    - `imported`: the sheet was changed;
    - `unchanged`: there was nothing to change;
    - `dry_run`: the sheet would have been changed;
    - `refused`: nothing was written, because of `refusals` or of the problems of the form.

    `outcomes` has what became of each question that could be read. `lost` are the questions that
    were answered in a sheet that was replaced and are not in the form, `hidden` those that are
    answered in the form and not asked because of other answers.
    """

    returned: Returned
    sheet: str
    outcomes: tuple[Outcome, ...]
    status: str = "imported"
    refusals: tuple[Problem, ...] = ()
    hidden: tuple[str, ...] = ()
    lost: tuple[str, ...] = ()

    @property
    def changed(self) -> tuple[Outcome, ...]:
        """The answers that the sheet takes from the form."""
        return tuple(one for one in self.outcomes if one.changes_the_sheet)

    @property
    def emptied(self) -> tuple[Outcome, ...]:
        """The answers of which the respondent emptied a part, and which the sheet keeps."""
        return tuple(one for one in self.outcomes if one.emptied)

    @property
    def conflicts(self) -> tuple[Outcome, ...]:
        """What was changed in the form and in the sheet."""
        return tuple(one for one in self.outcomes if one.kind == "conflict")

    @property
    def undecided(self) -> tuple[Outcome, ...]:
        """The conflicts of which neither side was taken."""
        return tuple(one for one in self.conflicts if not one.side)

    @property
    def is_complete(self) -> bool:
        """Whether all that the respondent changed could be read, and has been decided on."""
        return self.status != "refused" and not self.returned.problems and not self.undecided

    @property
    def counts(self) -> dict[str, int]:
        """How many questions were asked, how they came back, and what became of them.

        `answered`, `unknown`, `not_applicable`, `blank` and `unread` add up to `asked`, and so do
        `changed` and `left_alone`.
        """
        answers = self.returned.answers
        asked = len(answers.asked)
        states = Counter(self._states())
        names = ("answered", "unknown", "not_applicable", "blank", "unread")
        changed = len(self.changed)
        by_state = {name: states[name] for name in names}
        return {"asked": asked, **by_state, "changed": changed, "left_alone": asked - changed}

    def _states(self) -> Iterator[str]:
        answers = self.returned.answers
        for key in answers.asked:
            entry = answers.entries.get(key)
            if key in answers.unread or key in answers.unfit:
                yield "unread"
            else:
                yield entry.state if entry else "blank"

    def to_dict(self) -> dict[str, Any]:
        """As plain values that JSON can hold."""
        returned, issue = self.returned, self.returned.issue
        told = [one for one in self.outcomes if one.kind != "untouched" or one.emptied]
        return {
            "format": FORMATS["receipt"],
            "form": returned.name,
            "sheet": self.sheet or None,
            "ruleset": returned.ruleset.id,
            "respondent": returned.respondent or None,
            "issue": issue.to_dict() if issue else None,
            "status": self.status,
            **self.counts,
            "questions": [_outcome(one) for one in told],
            "hidden": list(self.hidden),
            "lost": list(self.lost),
            "refusals": [_problem(one) for one in self.refusals],
            "problems": [_problem(one) for one in returned.problems],
            "left_out": [_problem(one) for one in returned.left_out],
            "remarks": [_problem(one) for one in returned.remarks],
        }


def _outcome(one: Outcome) -> dict[str, Any]:
    sides = {"issued": one.issued, "form": one.form, "sheet": one.sheet}
    found: dict[str, Any] = {"question": one.question, "kind": one.kind, "side": one.side or None}
    found["emptied"] = list(one.emptied)
    return found | {side: _entry(entry) for side, entry in sides.items()}


def _entry(entry: FormEntry | None) -> Any:
    return None if entry is None else json_written(entry)


def _problem(problem: Problem) -> dict[str, Any]:
    place = problem.place
    found: dict[str, Any] = {"code": problem.code, "message": problem.message}
    found |= {"hint": problem.hint or None, "file": place.file, "cell": place.cell or None}
    return found | {"line": place.line or None}
