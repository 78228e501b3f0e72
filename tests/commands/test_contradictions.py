"""Answers that contradict each other, where people meet them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.commands.running import run

DOCUMENTS = {
    "questionnaire.yaml": """\
format: readiness/questionnaire/1
id: budget
sections:
  money:
    questions:
      committed: {ask: How much is committed?, type: money, unit: USD}
      cost: {ask: What will it cost?, type: money, unit: USD}
consistency:
  hardly-funded:
    when: money.committed * 10 < money.cost
    message: The money committed is a fraction of the cost.
""",
    "ruleset.yaml": """\
format: readiness/ruleset/1
id: budget
questionnaire: budget
areas: {money: {title: Money}}
gates: {commit: {title: Commit, requires: [funded, costed]}}
checks:
  funded: {title: Money is there, area: money, severity: major, met_when: money.committed > 0}
  costed: {title: The cost is known, area: money, severity: major, met_when: money.cost > 0}
""",
    "engagement.yaml": """\
format: readiness/engagement/1
id: budget-2027
ruleset: ./ruleset.yaml
as_of: 2026-11-21
groups: {departments: [sales]}
answers: ["answers/*.yaml"]
hold_contradictions: true
""",
}
SHEET = "format: readiness/answers/1\nquestionnaire: budget\nrespondent: sales\nanswers:\n"
CONTRADICTORY = "  money.committed: 1\n  money.cost: 200000\n"
MESSAGE = "The money committed is a fraction of the cost."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with an engagement and no answers yet."""
    for name, text in DOCUMENTS.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    (tmp_path / "answers").mkdir()
    return tmp_path


def answered(folder: Path) -> Path:
    """Return the folder with a sheet of answers that contradict each other."""
    (folder / "answers" / "sales.yaml").write_text(SHEET + CONTRADICTORY, encoding="utf-8")
    return folder


def test_an_interview_tells_it_when_the_second_answer_is_given(folder: Path) -> None:
    """The sentence follows the answer that makes the contradiction, and names the questions."""
    said = run(
        "ask", "engagement.yaml", "--respondent", "sales", stdin="1\n200000\n", folder=folder
    )
    told = " ".join(said.stdout.split())
    assert f"Contradiction: {MESSAGE} Check your answers to 'How much is committed?' and" in told


def test_the_receipt_of_a_form_tells_it(folder: Path) -> None:
    """It names what contradicts what in the sheet that a form was imported into."""
    run("forms", "export", "engagement.yaml", "--format", "csv", "--into", "forms", folder=folder)
    (form,) = (folder / "forms").glob("*.csv")
    answered(folder)
    run(
        "workbook",
        "export",
        "engagement.yaml",
        "--respondent",
        "sales",
        "-o",
        "form.csv",
        folder=folder,
    )
    (folder / "answers" / "sales.yaml").unlink()
    said = run("forms", "import", "engagement.yaml", "form.csv", "--format", "json", folder=folder)
    [receipt] = json.loads(said.stdout)["receipts"]
    assert [MESSAGE] == [one["message"] for one in receipt["contradictions"]], form


@pytest.mark.parametrize(
    "words",
    [
        ("assess",), ("assess", "--brief"), ("assess", "--format", "markdown"),
        ("assess", "--format", "html"), ("assess", "--for", "board", "--format", "markdown"),
        ("assess", "--for", "management", "--format", "markdown"), ("assess", "--format", "json"),
        ("status",), ("status", "--format", "json"), ("resolve",), ("resolve", "--format", "json"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_every_report_shows_it(words: tuple[str, ...], folder: Path) -> None:
    """A report for any reader says what contradicts what."""
    said = run(*words, "engagement.yaml", folder=answered(folder))
    assert MESSAGE in " ".join(said.stdout.split())


def test_a_held_gate_is_passed_once_the_contradiction_is_accepted(folder: Path) -> None:
    """The verdict stays the same; what is shown beside it, and the exit status, change."""
    before = run("assess", "engagement.yaml", folder=answered(folder))
    assert (before.status, "GO, held by 1 contradiction" in before.stdout) == (1, True)
    key = "consistency.hardly-funded"
    decided = run(
        "resolve", "engagement.yaml", key, "--reason", "Lent", "--by", "Ann", folder=folder
    )
    assert f"{key} is accepted by Ann: Lent" in decided.stdout
    after = run("assess", "engagement.yaml", folder=folder)
    assert (after.status, "held by" in after.stdout, "accepted by Ann: Lent" in after.stdout) == (
        0, False, True,
    )  # fmt: skip
    again = run("resolve", "engagement.yaml", key, "--reason", "Lent", "--by", "Bo", folder=folder)
    assert (again.status, "--replace" in again.stderr) == (2, True)
    assert run("resolve", "engagement.yaml", key, "--remove", folder=folder).status == 0
    wrong = run("resolve", "engagement.yaml", key, "--value", "1", folder=folder)
    assert "--reason and --by alone" in " ".join(wrong.stderr.split())
