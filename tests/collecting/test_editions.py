"""Forms of an older edition: what still fits is imported, the rest is reported."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness import load_ruleset
from readiness.collecting.form.form_questions import build_form
from readiness.problems import DocumentError
from tests.collecting.example_forms import KINDS, LAYOUTS, Filling, bare, brought

# What the older edition contained instead.
_OLDER = {
    "version: 2.0.0": "version: 1.0.0",
    "      agreed: {ask: Is it agreed?, type: yes_no,": "      agreed: {ask: Agreed?, type: text,",
    "options: {board: Board,": "options: {board: The board, gone: No more,",
    "      count: {": "      lost: {ask: What is lost?, type: text}\n      count: {",
    "minimum: 0, maximum: 99.5": "minimum: -9",
    "unit: EUR, minimum: 0,": "unit: USD, minimum: 0,",
    "columns: {name: {type: text}}": "columns: {name: {type: text}, age: {type: number}}",
}


def older_form(file: Path) -> None:
    """Write a form of the older edition, with answers to questions that have changed since."""
    folder = file.parent / "older"
    folder.mkdir()
    text = (KINDS / "questionnaire.yaml").read_text(encoding="utf-8")
    for new, old in _OLDER.items():
        assert new in text
        text = text.replace(new, old)
    rules = (KINDS / "ruleset.yaml").read_text(encoding="utf-8")
    rules = rules.replace("met_when: first.agreed", "met_when: first.years > 0")
    text = text.replace("first.agreed and 'a' in first.parts", "first.agreed")
    text = text.replace("ask_when: first.agreed", "ask_when: first.years > 0")
    (folder / "questionnaire.yaml").write_text(text, encoding="utf-8")
    (folder / "ruleset.yaml").write_text(rules, encoding="utf-8")
    form = build_form(load_ruleset(folder / "ruleset.yaml"), "sales")
    if file.suffix == ".csv":
        _fill_csv(file, LAYOUTS["csv"](form).decode("utf-8-sig"))
        return
    filling = Filling(form)
    filling.cell("first.agreed").value = "More or less"
    filling.cell("first.level").value = "No more"
    filling.cell("first.lost").value = "Much"
    filling.cell("first.count").value = 3
    filling.cell("first.years").value = -5
    filling.cell("first.money").value = 100
    filling.in_table("second.names", 1, "name").value = "Ada"
    filling.in_table("second.names", 1, "age").value = 36
    filling.cell("second.words").value = "Unchanged"
    filling.save(file)


def _fill_csv(file: Path, text: str) -> None:
    answers = {
        "first.agreed": "More or less", "first.level": "gone", "first.lost": "Much",
        "first.count": "3", "first.years": "-5", "first.money": "100",
        "second.names[1].name": "Ada", "second.names[1].age": "36", "second.words": "Unchanged",
    }  # fmt: skip
    import csv
    import io

    rows = list(csv.reader(io.StringIO(text)))
    for row in rows:
        row[8] = answers.get(row[2], row[8])
    with file.open("w", encoding="utf-8", newline="") as written:
        csv.writer(written).writerows(rows)


@pytest.mark.parametrize("suffix", LAYOUTS)
def test_an_older_edition(suffix: str, tmp_path: Path) -> None:
    """Questions, options, columns and limits that were removed or changed are left out by name."""
    file = tmp_path / f"form.{suffix}"
    older_form(file)
    returned = brought(file)
    assert bare(returned.answers.entries) == {
        "first.count": ("answered", 3, "", "", ()),
        "second.words": ("answered", "Unchanged", "", "", ()),
    }
    assert [problem.message for problem in returned.left_out] == [
        (
            "the answer to 'first.agreed' no longer fits: 'first.agreed' takes yes or no, "
            "not 'More or less'"
        ),
        "the answer to 'first.level' no longer fits: 'gone' is not an option of 'first.level'",
        "the answer to 'first.lost' no longer fits: this question no longer exists",
        "the answer to 'first.years' no longer fits: 'first.years' must be 0 or more",
        "the answer to 'first.money' no longer fits: its unit was USD; now it is EUR",
        "the answer to 'second.names' no longer fits: 'second.names' has no column 'age'",
    ]
    with pytest.raises(DocumentError) as caught:
        brought(file, strict=True)
    assert {problem.code for problem in caught.value.problems} == {"no-longer-fits"}
    assert len(caught.value.problems) == 6
