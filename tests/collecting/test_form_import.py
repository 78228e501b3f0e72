"""A returned form, merged into the sheet of its respondent."""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Mapping
from pathlib import Path

import jsonschema
import pytest

from readiness import load_ruleset
from readiness.collecting.form.form_entries import ImportOptions, entries_by
from readiness.collecting.form.form_questions import Form, build_form
from readiness.collecting.form_import import Imported, find_earlier_issue, import_form
from readiness.collecting.forms import read_form
from readiness.documents.reading import read
from readiness.documents.schemas import schema
from readiness.loading.engagements import engagements_with, load_engagement
from readiness.model.answers import read_sheet
from readiness.problems import DocumentError, Problems, Source
from tests.collecting.example_forms import LAYOUTS, fill
from tests.collecting.garden import ADA, BEN, write_garden
from tests.lanes import each

# The fast lane imports forms as CSV.
EVERY_LAYOUT = pytest.mark.parametrize("suffix", each(LAYOUTS, fast="csv".__eq__))
DAY = datetime.date(2027, 2, 8)
HEAD = "format: readiness/answers/1\nrespondent: ada\nanswers:\n"


class Handed:
    """A form of the garden issued to a respondent, with the sheet it was issued from."""

    def __init__(self, folder: Path, suffix: str, respondent: str = "ada") -> None:
        write_garden(folder)
        self.folder = folder
        self.suffix = suffix
        self.ruleset = load_ruleset(folder / "rules.yaml")
        inquiry = load_engagement(folder / "engagement.yaml")
        given = entries_by(respondent, inquiry.sheets, Problems())
        self.form: Form = build_form(
            self.ruleset, respondent, given=given, engagement="garden", issue=3, day="2027-02-01"
        )
        self.file = folder / f"form.{suffix}"
        self.file.write_bytes(LAYOUTS[suffix](self.form))

    def fill(self, cells: Mapping[str, str | float]) -> None:
        """Write texts and numbers into cells: `is.beds`, `is.dug note`, `is.rows[1].plant`."""
        fill(self.file, cells)

    def into(self, sheet: str | None = ADA, manner: ImportOptions | None = None) -> Imported:
        """Import the form into the text of a sheet."""
        returned = read_form(self.file, ruleset=self.ruleset)
        name = str(self.folder / "ada.yaml")
        manner = dataclasses.replace(manner or ImportOptions(), day=DAY)
        found = import_form(returned, sheet, name, manner)
        jsonschema.validate(found.receipt.to_dict(), schema("receipt"))
        return found


def answers_in(text: str) -> dict[str, object]:
    """Return what the answers of a sheet say, without when they were given and their history."""
    plain = read(Source("", text)).plain()
    assert isinstance(plain, dict)
    return {key: bare(held) for key, held in plain["answers"].items()}


def bare(held: object) -> object:
    """Return an answer without when it was given and without its history."""
    if not isinstance(held, dict):
        return held
    left = {key: one for key, one in held.items() if key not in ("given_on", "given_by", "history")}
    return left["value"] if left.keys() == {"value"} else left


def given(value: str, *history: str, note: str = "") -> str:
    """Return an answer that a form gave, as written after its key in a sheet."""
    if not history:
        return f" {{value: {value}, given_on: {DAY}, given_by: form}}\n"
    noted = f"    note: {note}\n" if note else ""
    record = f"    given_on: {DAY}\n    given_by: form\n"
    earlier = "".join(f"      - {one}\n" for one in history)
    return f"\n    value: {value}\n{noted}{record}    history:\n{earlier}"


BEDS = f"  is.beds:{given('4')}  is.wants"


def prefer(side: str) -> ImportOptions:
    """Return a function that takes the given side of each conflict."""
    return ImportOptions(lambda _: side)


@EVERY_LAYOUT
def test_untouched(suffix: str, tmp_path: Path) -> None:
    """A form that comes back as issued changes nothing, whatever the sheet says by now."""
    handed = Handed(tmp_path, suffix)
    other = ADA.replace("is.tools: [spade]", "is.tools: [rake]").replace("  is.wants: Beans\n", "")
    for sheet in (ADA, other, HEAD.replace("answers:\n", "answers: {}\n")):
        found = handed.into(sheet)
        assert (found.text, found.receipt.status) == (None, "unchanged")
        counts = found.receipt.counts
        assert (counts["asked"], counts["changed"], counts["left_alone"]) == (13, 0, 13)
    assert counts | {"answered": 5, "unknown": 1, "not_applicable": 1, "blank": 6} == counts


@EVERY_LAYOUT
def test_what_was_changed_is_taken_and_all_else_stays(suffix: str, tmp_path: Path) -> None:
    """Comments, layout and answers that the sheet gained meanwhile stay."""
    handed = Handed(tmp_path, suffix)
    handed.fill({"is.fenced": "no", "is.beds": 4, "is.dug note": "Not all of it."})
    sheet = ADA.replace("is.fenced: yes", "is.fenced: yes  # seen").replace("Beans", "Peas")
    found = handed.into(sheet)
    expected = sheet.replace("fenced: yes  # seen\n", "fenced:  # seen" + given("no", "value: yes"))
    dug = given("yes", "value: yes\n        note: I did it myself.", note="Not all of it.")
    expected = expected.replace(" {value: yes, note: I did it myself.}\n", dug)
    expected = expected.replace("  is.wants", BEDS)
    assert expected == found.text
    assert [one.question for one in found.receipt.changed] == ["is.fenced", "is.dug", "is.beds"]
    assert (found.receipt.status, found.receipt.is_complete) == ("imported", True)
    assert handed.into(found.text).receipt.status == "unchanged"


@EVERY_LAYOUT
def test_a_conflict(suffix: str, tmp_path: Path) -> None:
    """What form and sheet both changed is left until a side is chosen; the rest is imported."""
    handed = Handed(tmp_path, suffix)
    handed.fill({"is.wants": "Roses", "is.beds": 4})
    sheet = ADA.replace("Beans", "Peas")
    found = handed.into(sheet)
    assert found.text == sheet.replace("  is.wants", BEDS)
    [one] = found.receipt.undecided
    sides = [entry.value if entry else None for entry in (one.issued, one.form, one.sheet)]
    assert sides == ["Beans", "Roses", "Peas"]
    assert not found.receipt.is_complete
    for side, word in (("form", "Roses"), ("sheet", "Peas")):
        done = handed.into(sheet, prefer(side))
        assert done.receipt.is_complete
        assert answers_in(str(done.text))["is.wants"] == word
    assert given("Roses", "value: Peas") in str(handed.into(sheet, prefer("form")).text)


@EVERY_LAYOUT
def test_what_was_emptied(suffix: str, tmp_path: Path) -> None:
    """An emptied answer is reported and kept; `clear` removes it unless the sheet changed it.

    What is removed stays in the history.
    """
    handed = Handed(tmp_path, suffix)
    handed.fill({"is.fenced": "", "is.dug note": "", "is.wants": ""})
    found = handed.into()
    assert found.text is None
    told = {one.question: one.emptied for one in found.receipt.emptied}
    assert told == {"is.fenced": ("answer",), "is.dug": ("note",), "is.wants": ("answer",)}
    sheet = ADA.replace("Beans", "Peas")
    cleared = handed.into(sheet, ImportOptions(clear=True))
    expected = sheet.replace(" yes\n  is.dug", given("null", "value: yes") + "  is.dug")
    dug = given("yes", "value: yes\n        note: I did it myself.")
    assert cleared.text == expected.replace(" {value: yes, note: I did it myself.}\n", dug)
    assert [one.question for one in cleared.receipt.undecided] == ["is.wants"]


@EVERY_LAYOUT
def test_what_cannot_be_read(suffix: str, tmp_path: Path) -> None:
    """One wrong cell stops the import; with `partial` everything but that answer is imported."""
    handed = Handed(tmp_path, suffix)
    handed.fill({"is.fenced": "maybe", "is.beds": 4})
    found = handed.into()
    assert (found.text, found.receipt.status) == (None, "refused")
    [problem] = found.receipt.returned.problems
    assert problem.message == "'is.fenced' takes yes or no, not 'maybe'"
    assert problem.place.cell
    taken = handed.into(manner=ImportOptions(partial=True))
    assert taken.text == ADA.replace("  is.wants", BEDS)
    counts = taken.receipt.counts
    assert (counts["unread"], counts["changed"], taken.receipt.is_complete) == (1, 1, False)


@EVERY_LAYOUT
def test_a_new_sheet(suffix: str, tmp_path: Path) -> None:
    """A new sheet gets all answers of the form, and keeps answers that were emptied."""
    handed = Handed(tmp_path, suffix)
    handed.fill({"is.fenced": "no", "is.wants": ""})
    found = handed.into(None)
    held = answers_in(ADA)
    # In YAML 1.2 these are text, which yes/no questions accept.
    assert answers_in(str(found.text)) == held | {"is.fenced": "no"}
    assert [one.question for one in found.receipt.emptied] == ["is.wants"]
    assert "respondent: ada\n" in str(found.text)


@EVERY_LAYOUT
def test_replacing(suffix: str, tmp_path: Path) -> None:
    """`replaces` writes exactly what the form says, and names what is in the history only."""
    handed = Handed(tmp_path, suffix)
    handed.fill({"is.fenced": "no", "is.wants": ""})
    found = handed.into(f"{ADA}  is.name: Eden\n", ImportOptions(replaces=True))
    assert f"is.fenced:{given('no', 'value: yes')}" in str(found.text)
    assert f"is.wants:{given('null', 'value: Beans')}" in str(found.text)
    assert f"is.name:{given('null', 'value: Eden')}" in str(found.text)
    assert found.receipt.lost == ("is.wants", "is.name")


def refusal(handed: Handed, sheet: str, manner: ImportOptions | None = None) -> str:
    """Return why a form cannot be imported into a sheet."""
    found = handed.into(sheet, manner)
    assert (found.text, found.receipt.status, found.receipt.changed) == (None, "refused", ())
    return " / ".join(
        problem.message.rpartition("into this file: ")[2] for problem in found.receipt.refusals
    )


@EVERY_LAYOUT
def test_what_a_form_does_not_go_into(suffix: str, tmp_path: Path) -> None:
    """The sheet of another respondent, ruleset or engagement, and other documents, are refused."""
    handed = Handed(tmp_path, suffix)
    handed.fill({"is.beds": 4})
    assert refusal(handed, BEN) == "it belongs to 'ben', but the form belongs to 'ada'"
    another = "it belongs to 'ben', but the form belongs to 'ada'"
    assert refusal(handed, BEN, ImportOptions(replaces=True)) == another
    unnamed = ADA.replace("respondent: ada\n", "")
    assert refusal(handed, unnamed) == "it names no respondent, but the form belongs to 'ada'"
    other = ADA.replace("answers:", "questionnaire: orchard\nruleset: orchard\nanswers:")
    assert refusal(handed, other) == (
        "it answers 'orchard', but the form is for 'garden' / "
        "it is for the ruleset 'orchard', but the form is for 'garden'"
    )
    text = (tmp_path / "engagement.yaml").read_text()
    assert refusal(handed, text) == "its format is 'engagement', so it is not an answer sheet"
    assert refusal(handed, "a: 1\n") == "it has no 'format:', so it is not an answer sheet"
    file = ADA.replace("answers:", "ruleset: ./rules.yaml\nanswers:")
    assert handed.into(file).receipt.status == "imported"
    (tmp_path / "engagement.yaml").write_text(text.replace("id: garden", "id: orchard"))
    assert refusal(handed, ADA) == (
        "the form was issued for the engagement 'garden', but the file belongs to 'orchard' "
        f"({tmp_path / 'engagement.yaml'})"
    )
    with pytest.raises(DocumentError):
        handed.into("answers: [")


@EVERY_LAYOUT
def test_a_sheet_of_several(suffix: str, tmp_path: Path) -> None:
    """In a sheet that speaks for several, only the answers of the form's respondent change."""
    handed = Handed(tmp_path, suffix)
    handed.fill({"is.wants": "Roses", "is.dug": "no"})
    rest = ADA.partition("answers:\n")[2].replace("  is.wants: Beans\n", "")
    both = f"{HEAD}  is.wants: {{by: {{ada: Beans, ben: Peas}}}}\n{rest}"
    found = handed.into(both)
    record = f"given_on: {DAY}, given_by: form, history: [{{value: Beans}}]"
    assert f"is.wants: {{by: {{ada: {{value: Roses, {record}}}, ben: Peas}}}}" in str(found.text)
    assert [one.question for one in found.receipt.changed] == ["is.dug", "is.wants"]
    assert refusal(handed, both, ImportOptions(replaces=True)) == (
        "it also has answers from 'ben', which would be lost"
    )


def as_older(handed: Handed) -> None:
    """Turn a form into one from before forms recorded what they were issued with."""
    from openpyxl import load_workbook

    older = dataclasses.replace(handed.form.binding, issue=None)
    if handed.suffix == "csv":
        text = handed.file.read_text(encoding="utf-8-sig").replace("form/2", "form/1")
        kept = [one for one in text.splitlines() if not one.startswith((",,issue", ",,given"))]
        handed.file.write_text("\n".join(kept), encoding="utf-8")
        return
    book = load_workbook(handed.file)
    sheet = book["readiness"]
    for row in sheet.iter_rows():
        if row[0].value in ("issue", "given"):
            for cell in row:
                cell.value = None
        elif row[0].value == "seal":
            row[1].value = older.seal()
    sheet["A1"].value = "readiness/form/1"
    book.save(handed.file)


@EVERY_LAYOUT
def test_an_older_form(suffix: str, tmp_path: Path) -> None:
    """A form that does not record what it was issued with counts as issued blank."""
    handed = Handed(tmp_path, suffix)
    handed.fill({"is.beds": 4, "is.fenced": ""})
    as_older(handed)
    assert handed.into().text == ADA.replace("  is.wants", BEDS)
    sheet = ADA.replace("Beans", "Peas")
    found = handed.into(sheet, ImportOptions(clear=True))
    assert found.receipt.returned.issue is None
    assert [one.question for one in found.receipt.undecided] == ["is.wants"]
    assert "is.fenced: yes" in str(found.text)


@EVERY_LAYOUT
def test_what_is_not_asked(suffix: str, tmp_path: Path) -> None:
    """An answer that does not count because of another answer is named."""
    handed = Handed(tmp_path, suffix)
    handed.fill({"is.high": "yes", "is.deep": "yes"})
    assert handed.into().receipt.hidden == ("is.deep",)


@EVERY_LAYOUT
def test_what_waits_in_a_form(suffix: str, tmp_path: Path) -> None:
    """Before a form is issued again, its earlier issue is named with the answers not imported."""
    handed = Handed(tmp_path, suffix)
    sheet = read_sheet(read(Source("", ADA)), "ada.yaml", handed.ruleset.questions, Problems())
    given = entries_by("ada", [sheet], Problems())
    assert find_earlier_issue(str(handed.file), handed.ruleset, "ada", given) == (3, ())
    handed.fill({"is.high": "yes", "is.beds": "many"})
    assert find_earlier_issue(str(handed.file), handed.ruleset, "ada", given) == (
        3,
        ("is.high", "is.beds"),
    )
    assert find_earlier_issue(str(handed.file), handed.ruleset, "ben", {}) == (0, ())


def test_the_engagement_of_a_sheet(tmp_path: Path) -> None:
    """A sheet's engagement is found in the folders above, even before the sheet exists."""
    write_garden(
        tmp_path, engagement="format: readiness/engagement/1\nid: a\nanswers: [b/*.yaml]\n"
    )
    file = str(tmp_path / "engagement.yaml")
    assert engagements_with(tmp_path / "b" / "new.yaml") == {"a": file}
    assert engagements_with(tmp_path / "ada.yaml") == {}


UNKNOWN = {"is.dug": "{unknown: Nobody looked}", "is.beds": "{unknown: Not counted}"}
HANDED = HEAD + "".join(f"  {key}: {value}\n" for key, value in UNKNOWN.items())


class HandedUnknown(Handed):
    """A form of the garden that was issued with answers marked "don't know"."""

    def __init__(self, folder: Path, suffix: str) -> None:
        super().__init__(folder, suffix)
        problems = Problems()
        sheet = read_sheet(read(Source("ada.yaml", HANDED)), "", self.ruleset.questions, problems)
        given = entries_by("ada", [sheet], problems)
        self.form = build_form(self.ruleset, "ada", given=given, issue=3)
        self.file.write_bytes(LAYOUTS[suffix](self.form))


@EVERY_LAYOUT
@pytest.mark.parametrize("emptied", [False, True])
def test_an_answer_beside_what_the_form_said(suffix: str, emptied: bool, tmp_path: Path) -> None:
    """An answer typed beside "don't know" counts if the form was issued with that state.

    The receipt says so; it does not matter whether the reason was emptied.
    """
    handed = HandedUnknown(tmp_path, suffix)
    handed.fill({"is.dug": "yes", **({"is.dug reason": ""} if emptied else {})})
    imported = handed.into(HANDED)
    assert imported.text is not None
    assert answers_in(imported.text) == {"is.dug": "yes", "is.beds": {"unknown": "Not counted"}}
    receipt = imported.receipt
    assert receipt.is_complete
    [remark] = receipt.to_dict()["remarks"]
    assert remark["code"] == "state-replaced"
    assert remark["message"] == (
        "'is.dug' now has an answer; the form was issued with \"don't know\""
    )
    assert [one.question for one in receipt.changed] == ["is.dug"]


@EVERY_LAYOUT
@pytest.mark.parametrize(
    "cells",
    [
        {"is.dug": "yes", "is.dug reason": "They said so"},
        {"is.dug": "yes", "is.dug state": "does not apply"},
        {"is.soil": "Clay", "is.soil state": "don't know", "is.soil reason": "Who knows"},
    ],
    ids=["another reason", "another state", "not in the form"],
)
def test_both_were_written(suffix: str, cells: Mapping[str, str], tmp_path: Path) -> None:
    """An answer with a state or a reason beside it that the respondent wrote is refused."""
    handed = HandedUnknown(tmp_path, suffix)
    handed.fill(cells)
    receipt = handed.into(HANDED).receipt
    assert receipt.status == "refused"
    [problem] = receipt.to_dict()["problems"]
    assert problem["code"] == "answer-and-state"
