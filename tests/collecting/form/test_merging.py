"""How one question is merged: as issued, as returned, and as the sheet has it now."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readiness.collecting.form.form_entries import ImportOptions, Outcome, is_alike, outcomes
from readiness.model.answers import Evidence, Given

PHOTO, LETTER = Evidence("Photo"), Evidence("Letter")


def entry(value: Any = None, note: str = "", *evidence: Evidence) -> Given:
    """Return an answer; without a value it has only its note and other details."""
    return Given(
        "s.q", "sales", "blank" if value is None else "answered", value, "", note, evidence
    )


def merged(
    base: Given | None,
    form: Given | None,
    sheet: Given | None,
    *,
    clear: bool = False,
    side: str = "",
) -> Outcome:
    """Return the merged outcome for the only question of a form."""
    was, back, held = ({} if one is None else {"s.q": one} for one in (base, form, sheet))
    [found] = outcomes(["s.q"], was, back, held, ImportOptions(lambda _: side, clear=clear))
    return found


FIVE, SIX, SEVEN = entry(5), entry(6), entry(7)

# base, form, sheet; the kind, the parts emptied and kept, and whether the sheet changes; then the
# same with `clear`.
CASES = [
    # untouched in the form, whatever happened to the sheet
    (FIVE, FIVE, FIVE, ("untouched", (), False), None),
    (FIVE, FIVE, SIX, ("untouched", (), False), None),
    (FIVE, FIVE, None, ("untouched", (), False), None),
    (None, None, SIX, ("untouched", (), False), None),
    (entry(5), entry(5.0), SIX, ("untouched", (), False), None),
    (entry("a\r\nb "), entry("a\nb"), SIX, ("untouched", (), False), None),
    # changed in the form only
    (FIVE, SIX, FIVE, ("taken", (), True), None),
    (None, SIX, None, ("taken", (), True), None),
    (FIVE, entry(5, "by hand"), FIVE, ("taken", (), True), None),
    (FIVE, entry(5, "", PHOTO), FIVE, ("taken", (), True), None),
    # changed in both in the same way
    (FIVE, SIX, SIX, ("agreed", (), False), None),
    (None, SIX, SIX, ("agreed", (), False), None),
    # changed in both in different ways
    (FIVE, SIX, SEVEN, ("conflict", (), False), None),
    (None, SIX, SEVEN, ("conflict", (), False), None),
    (FIVE, SIX, None, ("conflict", (), False), None),
    (FIVE, SIX, entry(5, "", LETTER), ("conflict", (), False), None),
    # emptied
    (FIVE, None, FIVE, ("untouched", ("answer",), False), ("removed", (), True)),
    (FIVE, None, None, ("untouched", ("answer",), False), ("agreed", (), False)),
    (FIVE, None, SIX, ("untouched", ("answer",), False), ("conflict", (), False)),
    (entry(5, "n"), FIVE, entry(5, "n"), ("untouched", ("note",), False), ("taken", (), True)),
    (entry(5, "n"), SIX, entry(5, "n"), ("taken", ("note",), True), ("taken", (), True)),
    (
        entry(5, "n", PHOTO),
        entry(None, "m"),
        entry(5, "n", PHOTO),
        ("taken", ("answer", "evidence"), True),
        ("taken", (), True),
    ),
]


@pytest.mark.parametrize(("base", "form", "sheet", "expected", "cleared"), CASES)
def test_three_ways(
    base: Given | None,
    form: Given | None,
    sheet: Given | None,
    expected: tuple[str, tuple[str, ...], bool],
    cleared: tuple[str, tuple[str, ...], bool] | None,
) -> None:
    """A respondent's changes are imported; emptied cells count only with `clear`."""
    for clear, wanted in ((False, expected), (True, cleared or expected)):
        found = merged(base, form, sheet, clear=clear)
        assert wanted == (found.kind, found.emptied, found.changes_the_sheet)


def test_what_is_kept_stands_beside_what_is_taken() -> None:
    """The new answer is imported, and the note that was emptied beside it is kept."""
    found = merged(entry(5, "n"), SIX, entry(5, "n"))
    assert found.form is not None
    assert (found.form.value, found.form.note) == (6, "n")


@pytest.mark.parametrize(("side", "changes"), [("form", True), ("sheet", False), ("", False)])
def test_a_conflict_is_settled_by_a_side(side: str, changes: bool) -> None:
    """Only taking the form's side changes the sheet."""
    found = merged(FIVE, SIX, SEVEN, side=side)
    assert (found.kind, found.side, found.changes_the_sheet) == ("conflict", side, changes)


SOME = st.none() | st.builds(
    entry,
    st.none() | st.integers(0, 2),
    st.sampled_from(["", "n", "m"]),
    st.sampled_from([PHOTO, LETTER]),
)


@given(SOME, SOME, SOME, st.booleans(), st.sampled_from(["", "form", "sheet"]))
def test_importing_twice_changes_nothing_more(
    base: Given | None, form: Given | None, sheet: Given | None, clear: bool, side: str
) -> None:
    """Importing a form again finds nothing to do, or the same conflict."""
    first = merged(base, form, sheet, clear=clear, side=side)
    after = first.form if first.changes_the_sheet else sheet
    second = merged(base, form, after, clear=clear, side=side)
    if second.changes_the_sheet:
        assert is_alike(second.form, after)
    assert second.kind in ("untouched", "agreed", "conflict")


@given(SOME, SOME, SOME)
def test_nothing_is_lost_unasked(
    base: Given | None, form: Given | None, sheet: Given | None
) -> None:
    """Nothing that was written into the sheet since the issue disappears without a message."""
    found = merged(base, form, sheet)
    if found.changes_the_sheet and sheet is not None:
        assert is_alike(sheet, base)
        for part in ("note", "evidence"):
            assert not getattr(sheet, part) or getattr(found.form, part)


def test_evidence_is_alike_whether_its_file_was_seen_or_not() -> None:
    """A form that came back unchanged says what the sheet says, whose files were looked for."""
    seen = Evidence("Photo", file="photo.png", seen=True, sha256="0" * 64)
    unseen = Evidence("Photo", file="photo.png")
    assert is_alike(entry(5, "", seen), entry(5, "", unseen))
    assert not is_alike(entry(5, "", seen), entry(5, "", Evidence("Photo", file="other.png")))
