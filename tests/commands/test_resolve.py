"""`readiness resolve` and `readiness status` on a small engagement."""

from __future__ import annotations

import json
import os
import shlex
import shutil
from pathlib import Path

import pytest

from tests.collecting.garden import ADA, ENGAGEMENT, QUESTIONS, write_garden
from tests.commands.running import ROOT, CommandRun, run

SETTLE = ("--value", "yes", "--reason", "I looked.", "--by", "ada")


@pytest.fixture
def garden(tmp_path: Path) -> Path:
    write_garden(tmp_path)
    return tmp_path


def resolve(folder: Path, *words: str) -> CommandRun:
    return run("resolve", "engagement.yaml", *words, folder=folder)


def text_in(folder: Path) -> str:
    return (folder / "engagement.yaml").read_bytes().decode()


def test_settling_a_conflict(garden: Path) -> None:
    """The file gains the resolution and is otherwise unchanged; changed verdicts are reported."""
    done = resolve(garden, "is.dug", *SETTLE, "--evidence", "Photo 2")
    assert done.status == 0
    assert done.stdout.splitlines()[0] == "is.dug is resolved by ada: yes. I looked."
    entry = (
        "resolutions:\n  is.dug:\n    value: yes\n    reason: I looked.\n    by: ada\n"
        "    evidence:\n      - title: Photo 2\n"
    )
    assert text_in(garden) == ENGAGEMENT.replace("\nwaivers", f"{entry}\nwaivers")
    done = resolve(garden, "is.dug", "--value", "no", *SETTLE[2:], "--replace")
    assert "• gate plant: UNDETERMINED → NO GO" in done.stdout
    assert "    value: no\n    reason: I looked.\n    by: ada\n\n" in text_in(garden)
    done = resolve(garden, "is.dug", "--remove")
    assert "• check dug: unmet → undetermined" in done.stdout
    assert text_in(garden) == ENGAGEMENT.replace("\nwaivers", "resolutions: {}\n\nwaivers")


def test_the_commands_that_are_printed_settle_their_conflicts(garden: Path) -> None:
    """Each line of the list can be run once WHY and NAME are filled in."""
    listed = resolve(garden).stdout
    lines = [line.strip() for line in listed.splitlines() if line.startswith("    readiness")]
    assert len(lines) == 4
    for line in lines[::2]:
        assert run(*shlex.split(line)[1:], folder=garden).status == 0
    assert "2 questions; 0 not resolved" in resolve(garden).stdout


@pytest.mark.slow
def test_the_shipped_example_is_settled(tmp_path: Path) -> None:
    """The blockers that result are reported: in a dry run, on writing, and on removing."""
    shutil.copytree(ROOT / "questionnaires/examples/halden-outdoor", tmp_path / "halden")
    folder = tmp_path / "halden"
    settle = ("funding.committed", "--value", "700000", "--reason", "r", "--by", "b")
    told = [
        "• check funding-sufficient: undetermined → met",
        "• the progress of 1 check: 1 now done",
        "• no longer a blocker: funding-sufficient",
    ]
    for words in ([*settle, "--dry-run"], settle):
        done = resolve(folder, *words)
        assert (done.status, done.stderr) == (0, "")
        assert done.stdout.splitlines()[-3:] == told
    done = resolve(folder, "sponsor.identified", "--remove")
    assert (done.status, done.stderr) == (0, "")
    assert "• now a root blocker: executive-sponsor\n" in done.stdout


def test_dry_run(garden: Path) -> None:
    """The difference is shown, and nothing is written."""
    done = resolve(garden, "is.tools", "--value", "[]", *SETTLE[2:], "--dry-run")
    assert "+  is.tools:\n+    value: []\n" in done.stdout
    assert done.stdout.endswith("No verdict and no status changes.\n")
    assert text_in(garden) == ENGAGEMENT


def test_line_ends_and_modes_stay(tmp_path: Path) -> None:
    """A file with another system's line ends keeps them."""
    path = write_garden(tmp_path, engagement="\ufeff" + ENGAGEMENT.replace("\n", "\r\n"))
    path.chmod(0o640)
    assert resolve(tmp_path, "is.dug", *SETTLE).status == 0
    text = text_in(tmp_path)
    assert text.startswith("\ufeff# The garden")
    assert text.count("\r\n") == text.count("\n") == ENGAGEMENT.count("\n") + 5
    assert os.name != "posix" or path.stat().st_mode & 0o777 == 0o640


def test_json(garden: Path) -> None:
    """The list and the changes are available as JSON."""
    listed = json.loads(resolve(garden, "--format", "json").stdout)["conflicts"]
    assert [one["question"] for one in listed] == ["is.dug", "is.tools"]
    assert listed[0]["answers"][0] == {
        "respondent": "ada", "state": "answered", "value": True, "note": "I did it myself.",
        "file": "ada.yaml", "line": 5,
    }  # fmt: skip
    done = resolve(garden, "is.dug", "--value", "no", *SETTLE[2:], "-f", "json", "--dry-run")
    told = json.loads(done.stdout)
    assert told["changes"][0] == {
        "kind": "verdict", "id": "plant", "before": "undetermined", "after": "no_go",
    }  # fmt: skip
    assert told["diff"].startswith("--- engagement.yaml\n")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["is.dgu", *SETTLE], "there is no question 'is.dgu'; did you mean 'is.dug'?"),
        (["is.helps", *SETTLE], "'is.helps' is asked of each of 'gardeners'"),
        (["is.fenced", *SETTLE], "nobody disagrees on 'is.fenced'"),
        (["is.dug", *SETTLE[2:]], "give the answer that counts: --value V, or --not-"),
        (["is.dug", *SETTLE, "--not-applicable", "x"], "give the answer that counts"),
        (["is.dug", *SETTLE[:4]], "name who resolves it: --by NAME"),
        (["is.dug", *SETTLE[:2], "--by", "ada"], "give the reason for this resolution"),
        (["is.dug", *SETTLE, "--evidence", " "], "'--evidence': it is empty"),
        (["is.dug", *SETTLE, "--evidence", "evidence/photo.jpg"],
         "there is no file 'evidence/photo.jpg' in the folder of the engagement; correct the name"),
        (["is.dug", "--value", "perhaps", *SETTLE[2:]], "takes yes or no, not 'perhaps'"),
        (["is.fenced", "--not-applicable", *SETTLE[2:]], "nobody disagrees on 'is.fenced'"),
        (["is.beds", "--not-applicable"], "give the reason for this resolution"),
        (["--not-applicable", "is.beds", *SETTLE[2:]], "name the question to resolve"),
        (["is.dug", "--remove"], "there is no resolution for 'is.dug'"),
        (["is.dug", "--remove", "--by", "ada"], "--remove takes no other options"),
        (["--dry-run"], "name the question to resolve"),
    ],
)  # fmt: skip
def test_refused(garden: Path, words: list[str], told: str) -> None:
    """The exit status is 2, one sentence says why, and the file is unchanged."""
    done = resolve(garden, *words)
    assert (done.status, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert text_in(garden) == ENGAGEMENT


def test_a_question_that_does_not_apply(garden: Path) -> None:
    """The lead assessor accepts it for all where the questionnaire is silent, and it is listed."""
    before = json.loads(resolve(garden, "-f", "json").stdout)["conflicts"]
    done = resolve(garden, "is.beds", "--not-applicable", *SETTLE[2:])
    assert (done.status, done.stderr) == (0, "")
    assert done.stdout.startswith("is.beds is resolved by ada: does not apply. I looked.")
    entry = "  is.beds:\n    not_applicable: yes\n    reason: I looked.\n    by: ada\n"
    assert entry in text_in(garden)
    done = resolve(garden, "is.helps", "--not-applicable", "We pay.", *SETTLE[2:], "--force")
    assert "• check helped: undetermined → not applicable" in done.stdout
    assert "    not_applicable: We pay.\n" in text_in(garden)
    listed = json.loads(resolve(garden, "-f", "json").stdout)["conflicts"]
    assert [one["question"] for one in listed] == [
        *(one["question"] for one in before), "is.beds", "is.helps",
    ]  # fmt: skip
    assert resolve(garden).stdout.startswith("Respondents disagree on 2 questions; 2 not resolved.")
    done = run("status", "engagement.yaml", folder=garden)
    assert "is.helps" not in done.stdout


def test_a_question_that_always_applies(tmp_path: Path) -> None:
    """A questionnaire may rule it out, for the command and for the document."""
    questions = QUESTIONS.replace("type: number}\n", "type: number, not_applicable: never}\n", 1)
    path = write_garden(tmp_path)
    (tmp_path / "questions.yaml").write_text(questions)
    done = resolve(tmp_path, "is.beds", "--not-applicable", *SETTLE[2:])
    assert "'is.beds' always applies: its questionnaire says 'not_applicable: never'" in done.stderr
    for said, told in (("true", "is not allowed for 'is.beds'"), ("false", "'false' is not one")):
        resolutions = f"resolutions: {{is.beds: {{not_applicable: {said}, reason: r, by: b}}}}\n"
        path.write_text(ENGAGEMENT + resolutions)
        assert told in resolve(tmp_path).stderr


def test_an_existing_resolution(garden: Path) -> None:
    """An existing resolution is replaced only on request."""
    assert resolve(garden, "is.dug", *SETTLE).status == 0
    before = text_in(garden)
    done = resolve(garden, "is.dug", *SETTLE)
    assert done.status == 2
    assert "there is already a resolution for 'is.dug', at engagement.yaml:11:5" in done.stderr
    assert text_in(garden) == before


def test_force(garden: Path) -> None:
    """With `--force`, a question without a conflict is resolved; the warning stays."""
    assert resolve(garden, "is.fenced", *SETTLE, "--force").status == 0
    warned = run("lint", "engagement.yaml", folder=garden).stdout
    assert (
        "respondents agree on 'is.fenced'; the resolution is no longer needed but still applies"
        in warned
    )


def test_what_has_no_resolutions(garden: Path) -> None:
    """A single sheet and standard input cannot hold a resolution."""
    done = run("resolve", "ada.yaml", "is.dug", *SETTLE, folder=garden)
    assert done.status == 2
    (garden / "ada.yaml").write_text(ADA.replace("answers:", "ruleset: rules.yaml\nanswers:", 1))
    done = run("resolve", "ada.yaml", "is.dug", *SETTLE, folder=garden)
    assert "resolutions belong in an engagement" in done.stderr
    sheet = (garden / "ada.yaml").read_text().replace("rules.yaml", str(garden / "rules.yaml"))
    done = run("resolve", "-", "is.dug", *SETTLE, stdin=sheet, folder=garden)
    assert (done.status, "not to standard input" in done.stderr) == (2, True)


def test_status_of_one_respondent(garden: Path) -> None:
    """The respondent's row and questions are shown; an unknown name lists the respondents."""
    done = run("status", "engagement.yaml", "--respondent", "cem", folder=garden)
    assert done.status == 0
    assert "cem" in done.stdout
    assert "ada.yaml" not in done.stdout
    done = run("status", "engagement.yaml", "--respondent", "cim", folder=garden)
    assert (done.status, "there are 'ada', 'ben' and 'cem'" in done.stderr) == (2, True)
