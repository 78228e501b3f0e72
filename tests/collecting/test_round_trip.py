"""Whatever goes into a form comes out of it: nothing is lost."""

from __future__ import annotations

import datetime
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from readiness import load_answers, load_engagement
from readiness.collecting.form.form_entries import ImportOptions, entries_by, outcomes
from readiness.collecting.form.form_questions import build_form
from readiness.collecting.form_import import import_form
from readiness.documents.decimals import as_written
from readiness.documents.sanitize import clean_text
from readiness.model.answers import Evidence, Given
from readiness.model.questionnaire import Field, Question
from readiness.problems import Problems
from tests.collecting.example_forms import LAYOUTS, bare, brought, form_of, given_by, kinds
from tests.commands.running import ROOT

pytestmark = pytest.mark.slow

EVERY_LAYOUT = pytest.mark.parametrize("suffix", LAYOUTS)
EXAMPLES = sorted((ROOT / "questionnaires" / "examples").glob("*/engagement.yaml"))


@EVERY_LAYOUT
@pytest.mark.parametrize("respondent", ["sales", "it"])
def test_every_kind_of_answer(suffix: str, respondent: str, tmp_path: Path) -> None:
    """A form of a respondent's answers returns them: values, states, notes and evidence.

    So does the answer sheet made from it; the sheet it came from spoke for several respondents.
    """
    entries = given_by(respondent)
    file = tmp_path / f"form.{suffix}"
    file.write_bytes(LAYOUTS[suffix](form_of(entries, respondent)))
    returned = brought(file)
    assert bare(entries) == bare(returned.answers.entries)
    assert returned.left_out == ()
    text = returned.as_sheet(returned.answers.entries)
    assert import_form(returned, text, "sheet.yaml").receipt.status == "unchanged"
    sheet = tmp_path / "sheet.yaml"
    sheet.write_text(returned.as_sheet(returned.answers.entries), encoding="utf-8")
    held = load_answers(sheet, kinds())
    assert held.respondent == respondent
    assert bare(entries) == bare(entries_by(respondent, [held], Problems()))


@EVERY_LAYOUT
@pytest.mark.parametrize("engagement", EXAMPLES, ids=lambda path: path.parent.name)
def test_shipped_engagements(suffix: str, engagement: Path, tmp_path: Path) -> None:
    """The answers of shipped engagements come back unchanged."""
    inquiry = load_engagement(engagement)
    for sheet in inquiry.sheets[: 1 if suffix == "xlsx" else None]:
        entries = entries_by(sheet.respondent, [sheet], Problems())
        assert entries
        groups = inquiry.circumstances.groups
        form = build_form(inquiry.ruleset, sheet.respondent, groups=groups, given=entries)
        file = tmp_path / f"form.{suffix}"
        file.write_bytes(LAYOUTS[suffix](form))
        returned = brought(file, ruleset=None)
        assert bare(entries) == bare(returned.answers.entries)


@EVERY_LAYOUT
def test_a_blank_form_has_no_answers(suffix: str, tmp_path: Path) -> None:
    """A question that nobody filled in is not answered."""
    file = tmp_path / f"form.{suffix}"
    file.write_bytes(LAYOUTS[suffix](form_of()))
    returned = brought(file)
    assert returned.answers.entries == {}
    assert returned.as_sheet(returned.answers.entries).endswith("respondent: sales\nanswers: {}\n")


# The code that workbooks write for a character that they cannot hold; as text it is refused.
_ESCAPED = re.compile(r"_x[0-9a-fA-F]{4}_")


def _texts() -> st.SearchStrategy[str]:
    letters = st.characters(exclude_categories=("Cs", "Cc"), include_characters="\n\t")
    marks = st.sampled_from(
        ["=1+1", "'", "''=x", '""', '"""', "-5", "@a", "+b", "x", "1.200", "yes"]
    )
    made = st.lists(marks | st.text(letters, max_size=12), max_size=4).map("".join)
    # Texts that files cannot hold are refused; another test covers them.
    held = made.map(lambda text: clean_text(text).strip()).filter(lambda text: text != "")
    return held.filter(lambda text: not _ESCAPED.search(text))


def _values(field: Field) -> st.SearchStrategy[Any]:
    low, high = field.minimum, field.maximum
    match field.type:
        case "yes_no":
            return st.booleans()
        case "choice":
            return st.sampled_from(list(field.options))
        case "choices":
            chosen = st.sets(st.sampled_from(list(field.options)))
            return chosen.map(lambda keys: tuple(key for key in field.options if key in keys))
        case "date":
            first, last = (
                datetime.date.fromisoformat(str(one)) if one else None for one in (low, high)
            )
            limits = first or datetime.date.min, last or datetime.date.max
            return st.dates(limits[0], limits[1])
        case "text":
            return _texts()
        case "table":
            assert isinstance(field, Question)
            columns = {key: _values(column) for key, column in field.columns.items()}
            row = st.fixed_dictionaries({}, optional=columns).filter(bool)
            return st.lists(row, max_size=4).map(tuple)
        case _:
            most = 2**53 - 1
            least = -most if low is None else float(low)
            top = most if high is None else float(high)
            whole = st.integers(int(least), int(top))
            exact = st.decimals(int(least), int(top), places=20)
            longer = exact.map(lambda number: as_written(format(number, "f")))
            return whole | longer | st.floats(least, top).map(lambda number: number + 0.0)


def _days() -> st.SearchStrategy[str]:
    return st.just("") | st.dates().map(datetime.date.isoformat)


def _entries() -> st.SearchStrategy[dict[str, Given]]:
    items = st.builds(
        Evidence, _texts(), st.just("") | _texts(),
        st.sampled_from(["", "https://example.org/a?b=c#d"]), _days(), _days(),
    )  # fmt: skip
    evidence = st.lists(items, max_size=3).map(tuple)
    notes = st.just("") | _texts()
    found = {}
    for key, question in kinds().questions.items():
        answered = st.builds(
            lambda key, value, note, held: Given(key, "sales", "answered", value, "", note, held),
            st.just(key), _values(question), notes, evidence,
        )  # fmt: skip
        states = ["unknown", *(["not_applicable"] if question.may_not_apply else [])]
        without = st.builds(
            lambda key, state, *said: Given(key, "sales", state, None, *said),
            st.just(key), st.sampled_from(states), _texts(), notes, evidence,
        )  # fmt: skip
        found[key] = answered | without
    return st.fixed_dictionaries({}, optional=found)


@pytest.mark.parametrize("suffix", LAYOUTS)
@settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data())
def test_random_answers(suffix: str, data: st.DataObject, tmp_path: Path) -> None:
    """Every answer comes back as untouched and is in the answer sheet."""
    entries = data.draw(_entries())
    file = tmp_path / f"form.{suffix}"
    file.write_bytes(LAYOUTS[suffix](form_of(entries)))
    returned = brought(file)
    assert bare(entries) == bare(returned.answers.entries)
    manner = ImportOptions(clear=True)
    merged = outcomes(kinds().questions, returned.issued, returned.answers.entries, {}, manner)
    assert {one.kind for one in merged} == {"untouched"}
    sheet = tmp_path / "sheet.yaml"
    sheet.write_text(returned.as_sheet(returned.answers.entries), encoding="utf-8")
    held = load_answers(sheet, kinds())
    assert bare(entries) == bare(entries_by("sales", [held], Problems()))
