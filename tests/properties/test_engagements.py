"""Whatever respondents and assessors do to an engagement, and in what order: no answer is lost."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, seed, settings
from hypothesis import strategies as st

from tests.properties.engagements import PEOPLE, TYPED, UNREADABLE, Played, Way

COUNT = int(os.environ.get("READINESS_ENGAGEMENTS", "15"))
SEED = int(os.environ.get("READINESS_SEED", "1"))

QUESTIONS = st.sampled_from(list(TYPED))
NUMBERS = st.integers(0, 20)
LAYOUT = st.sampled_from(["csv", "csv", "xlsx"])


@st.composite
def cells(draw: st.DrawFn) -> dict[str, str]:
    """Draw what a respondent types into a form, empties, or writes so that it cannot be read."""
    found: dict[str, str] = {}
    for question in draw(st.lists(QUESTIONS, min_size=1, max_size=4, unique=True)):
        more = [UNREADABLE[question]] if question in UNREADABLE and draw(NUMBERS) == 0 else []
        found[question] = draw(st.sampled_from([*TYPED[question], *TYPED[question], "", *more]))
        if draw(NUMBERS) < 5:
            found[f"{question} note"] = draw(st.sampled_from(["Checked.", "Asked Ben.", ""]))
    return found


WAYS = st.builds(
    Way,
    prefer=st.sampled_from(["", "", "form", "sheet"]),
    clear=st.booleans(),
    partial=st.booleans(),
) | st.just(Way(replace=True))
TAKEN = st.tuples(st.lists(NUMBERS, min_size=1, max_size=3), WAYS)


@st.composite
def answers(draw: st.DrawFn) -> tuple[str, str, str]:
    """Draw a respondent, a question and what is typed."""
    question = draw(QUESTIONS)
    return draw(st.sampled_from(PEOPLE)), question, draw(st.sampled_from(list(TYPED[question])))


@st.composite
def interviews(draw: st.DrawFn) -> tuple[Any, ...]:
    """Draw an interview, in which "don't know" may be typed and forms may come in between."""
    who, question, _ = draw(answers())
    lines = st.sampled_from([*TYPED[question], "/unknown Nobody looked"])
    return who, question, draw(st.lists(lines, min_size=1, max_size=2)), draw(st.none() | TAKEN)


STEPS = st.one_of(
    st.tuples(
        st.just("export"),
        st.tuples(st.lists(st.sampled_from(PEOPLE), min_size=1, unique=True), LAYOUT),
    ),
    st.tuples(st.just("edit"), st.tuples(NUMBERS, cells())),
    st.tuples(st.just("edit"), st.tuples(NUMBERS, cells())),
    st.tuples(st.just("take"), TAKEN),
    st.tuples(st.just("take"), TAKEN),
    st.tuples(st.just("interview"), interviews()),
    st.tuples(st.just("write"), answers()),
    st.tuples(
        st.just("resolve"),
        st.sampled_from(
            [("is.dug", "yes"), ("is.dug", "no"), ("is.soil", "sand"), ("is.beds", "")]
        ),
    ),
    st.tuples(st.just("waive"), st.tuples(st.sampled_from(["fenced", "dug"]), st.booleans())),
)


@st.composite
def overlaps(draw: st.DrawFn) -> list[tuple[str, tuple[Any, ...]]]:
    """Draw an answer that is changed in the sheet and in the form of one respondent."""
    number, question = draw(st.integers(0, len(PEOPLE) - 1)), draw(QUESTIONS)
    first, second = draw(st.permutations(list(TYPED[question])))
    changed = [
        ("write", (PEOPLE[number], question, first)),
        ("edit", (number, {**draw(cells()), question: second})),
    ]
    return [*draw(st.permutations(changed)), ("take", ([-1], draw(WAYS)))]


SEQUENCES = st.lists(overlaps() | STEPS.map(lambda step: [step]), min_size=4, max_size=12)


def play(folder: Path, steps: list[tuple[str, tuple[Any, ...]]]) -> Played:
    """Carry out steps in an empty folder; forms for everybody are issued first."""
    played = Played(folder)
    played.export(list(PEOPLE), "csv")
    for name, facts in steps:
        getattr(played, name)(*facts)
    return played


@pytest.mark.slow
@seed(SEED)
@settings(max_examples=COUNT, database=None, phases=[Phase.generate])
@given(SEQUENCES)
def test_no_answer_is_lost(parts: list[list[tuple[str, tuple[Any, ...]]]]) -> None:
    """What a receipt or an interview acknowledged is in the sheet or in its history.

    What form and sheet both changed is reported, and stays as it is unless one is preferred. All
    sheets load after each step. The same steps give the same bytes.
    """
    steps = [step for part in parts for step in part]
    with tempfile.TemporaryDirectory() as folder:
        one, two = (play(Path(folder) / name, steps) for name in ("one", "two"))
        assert one.contents() == two.contents()
        assert one.outputs == two.outputs
