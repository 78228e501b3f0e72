"""A form that came back, taken into an answer sheet: what changes there, and the receipt."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Map
from dataclasses import dataclass, replace
from pathlib import Path

from readiness.assessing import Assessor
from readiness.collecting.form.answers_text import written
from readiness.collecting.form.entries import FormEntry, entries_by
from readiness.collecting.form.merging import Outcome, Settle, outcomes
from readiness.collecting.form_reading import Returned, read_form
from readiness.collecting.receipt import Receipt
from readiness.dependencies.ruleset import Ruleset
from readiness.documents.editing import REMOVED, edited
from readiness.documents.nodes import Node
from readiness.documents.reading import read
from readiness.documents.validation import validate
from readiness.loading.engagements import engagements_with
from readiness.loading.files import kind_of, read_file
from readiness.loading.rulesets import is_file
from readiness.model.answers import Sheet, named_questionnaires, read_sheet
from readiness.model.fields import child, text
from readiness.problems import DocumentError, Located, Problems, Source, Whole, listed


def neither(_: Outcome) -> str:
    """Takes neither side of a conflict."""
    return ""


@dataclass(frozen=True, slots=True)
class Manner:
    """How a form is imported.

    `settle` says which side of a conflict to take. `clear` removes what the respondent emptied,
    `partial` takes what can be read and leaves the rest, `replaces` puts what the form says in the
    place of all that the sheet says.
    """

    settle: Settle = neither
    clear: bool = False
    partial: bool = False
    replaces: bool = False


@dataclass(frozen=True, slots=True)
class Imported:
    """What comes of an import: the new text of the sheet, None where it stays, and the receipt."""

    text: str | None
    receipt: Receipt


def import_form(
    returned: Returned, sheet: str | None, name: str, manner: Manner | None = None
) -> Imported:
    """Merge a form into the text of an answer sheet; None stands for a sheet that is not there yet.

    What the respondent changed since the form was issued counts, what came back as it was does
    not. A form that does not say what it was issued with counts as issued blank; a sheet that is
    not there yet, as what the form was issued with. `name` is the file of the sheet, empty where it
    is to be none. Nothing is written. Raises `DocumentError` where the sheet cannot be read, and
    `NotEditable` where an answer in it cannot be changed by itself.
    """
    manner = manner or Manner()
    refusals = Problems()
    held: dict[str, FormEntry] = {}
    if sheet is not None:
        found = _TargetSheet(sheet, name, returned, refusals)
        held = found.entries(replaces=manner.replaces)
    if name:
        _refuse_another_engagement(returned, name, refusals)
    if len(refusals):
        receipt = Receipt(returned, name, (), status="refused", refusals=tuple(refusals))
        return Imported(None, receipt)
    base = {} if manner.replaces else returned.issued
    now = {} if manner.replaces else held if sheet is not None else base
    answers = returned.answers
    decided = tuple(
        outcomes(
            answers.readable, base, answers.entries, now, clear=manner.clear, settle=manner.settle
        )
    )
    lost = tuple(key for key in held if manner.replaces and key not in answers.entries)
    receipt = Receipt(returned, name, decided, lost=lost)
    if returned.problems and not manner.partial:
        return Imported(None, replace(receipt, status="refused"))
    if sheet is None or manner.replaces:
        entries = {one.question: one.form for one in decided if one.form is not None}
        new = returned.as_sheet(entries)
    else:
        new = _changed(sheet, name, returned, decided)
    hidden = tuple(_hidden(returned, new, name))
    status = "unchanged" if new == sheet else "imported"
    return Imported(None if new == sheet else new, replace(receipt, status=status, hidden=hidden))


def issued_before(
    path: str, ruleset: Ruleset, respondent: str, given: Map[str, FormEntry]
) -> tuple[int, tuple[str, ...]]:
    """The number of the form in a file, and the questions changed there that `given` has not yet.

    `given` is what the respondent has answered by now. The number is 0 where the file is no form,
    or the form of somebody else.
    """
    try:
        returned = read_form(path, ruleset=ruleset, respondent=respondent)
    except DocumentError:
        return 0, ()
    answers = returned.answers
    merged = outcomes(
        answers.readable, returned.issued, answers.entries, given, clear=False, settle=neither
    )
    waiting = [one.question for one in merged if one.kind in ("taken", "conflict")]
    number = returned.issue.number if returned.issue else 0
    return number, (*waiting, *sorted(answers.unread))


class _TargetSheet:
    """The sheet that a form goes into; why it cannot is added to `problems`."""

    def __init__(self, sheet: str, name: str, returned: Returned, problems: Problems) -> None:
        self.name = name
        self.returned = returned
        self.problems = problems
        self.root = read(Source(name, sheet.lstrip("\ufeff")))

    def entries(self, *, replaces: bool) -> dict[str, FormEntry]:
        """What the respondent of the form has answered in it."""
        if (kind := kind_of(self.root)) != "answers":
            what = f"it is of the kind '{kind}'" if kind else "it does not say 'format:'"
            self._refuse(Whole(self.name), f"{what}, and is no answer sheet")
            return {}
        wrong = Problems()
        validate(self.root, "answers", wrong)
        wrong.raise_if_any()
        self._refuse_other_rules()
        sheet = read_sheet(self.root, self.name, self.returned.ruleset.questions, wrong)
        if len(self.problems):
            return {}
        wrong.raise_if_any()
        self._refuse_another_respondent(sheet, replaces=replaces)
        return entries_by(self.returned.respondent, [sheet], self.problems)

    def _refuse(self, at: Located, reason: str, hint: str = "") -> None:
        self.problems.add("not-its-sheet", at, hint=hint, form=self.returned.name, reason=reason)

    def _refuse_other_rules(self) -> None:
        ruleset = self.returned.ruleset
        held = [one.id for one in ruleset.questionnaires]
        for questionnaire in named_questionnaires(self.root):
            if questionnaire not in held:
                reason = f"it answers '{questionnaire}', and the form {listed(held, joint='and')}"
                self._refuse(self._at("questionnaire"), reason)
        other = self._ruleset()
        if other and other != ruleset.id:
            reason = f"it is for the ruleset '{other}', and the form for '{ruleset.id}'"
            self._refuse(self._at("ruleset"), reason)

    def _ruleset(self) -> str:
        """The id of the ruleset that the sheet names, also where it names a file."""
        named = text(child(self.root, "ruleset"))
        if not named or not is_file(named):
            return named.split(" ")[0]
        return text(child(read_file(Path(self.name).parent / named, Problems()), "id"))

    def _refuse_another_respondent(self, sheet: Sheet, *, replaces: bool) -> None:
        who, whose = self.returned.respondent, sheet.respondent
        if whose == who and not (replaces and set(sheet.speaks_for) - {who}):
            return
        if who and who in sheet.speaks_for and not replaces:
            return
        if not who:
            reason, hint = f"it is of '{whose}', and the form of nobody", f"--respondent {whose}"
        elif whose == who:
            others = listed([name for name in sheet.speaks_for if name != who], joint="and")
            reason, hint = f"it has answers of {others} as well, which would be lost", ""
        elif whose or sheet.speaks_for:
            names = [whose] if whose else list(sheet.speaks_for)
            reason = f"it is of {listed(names, joint='and')}, and the form of '{who}'"
            hint = "write the form to the sheet of its own respondent, or to a new one"
        else:
            reason = f"it does not say whose it is, and the form is of '{who}'"
            hint = f"if it is the sheet of '{who}', write 'respondent: {who}' into it"
        self._refuse(self._at("respondent"), reason, hint)

    def _at(self, key: str) -> Node | Whole:
        return child(self.root, key) or Whole(self.name)


def _refuse_another_engagement(returned: Returned, name: str, problems: Problems) -> None:
    """Refuse a sheet that belongs to another engagement than the form."""
    issued_for = returned.issue.engagement if returned.issue else ""
    there = engagements_with(Path(name)) if issued_for else {}
    if there and issued_for not in there:
        other, file = next(iter(there.items()))
        reason = (
            f"the form was issued for the engagement '{issued_for}', and the file belongs to"
            f" '{other}' ({file})"
        )
        problems.add("not-its-sheet", Whole(name), form=returned.name, reason=reason)


def _changed(sheet: str, name: str, returned: Returned, decided: tuple[Outcome, ...]) -> str:
    """The text of a sheet with what the form changes; all else in it stays as it is."""
    questions, found = returned.ruleset.questions, sheet
    for one in decided:
        if one.changes_the_sheet:
            node = child(child(read(Source(name, found.lstrip("\ufeff"))), "answers"), one.question)
            by = ["by", returned.respondent] if child(node, "by") is not None else []
            value = REMOVED if one.form is None else written(one.form)
            path = ["answers", one.question, *by]
            found = edited(found, path, value, order=list(questions), name=name)
    return found


def _hidden(returned: Returned, sheet: str, name: str) -> Iterator[str]:
    """The questions of the form that are answered, and not asked because of other answers."""
    ruleset = returned.ruleset
    answered = {key for key, one in returned.answers.entries.items() if one.state == "answered"}
    if answered.isdisjoint(ruleset.ask_when):
        return
    read_in = read_sheet(read(Source(name, sheet)), name, ruleset.questions, Problems())
    for response in Assessor(ruleset).assess(read_in).responses:
        whose = response.respondent == returned.respondent
        if whose and not response.is_asked and response.question.id in answered:
            yield response.question.id
