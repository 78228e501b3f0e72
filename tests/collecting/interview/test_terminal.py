"""Interviews in a real terminal."""

from __future__ import annotations

import random
import re
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from readiness import load_answers, load_ruleset
from tests.collecting.interview.interview_runs import shop

if sys.platform == "win32":
    pytest.skip("there are no pseudo-terminals", allow_module_level=True)

from tests.collecting.interview.typist import Typist

# Enough questions that some are left at the last kill.
SECTIONS, QUESTIONS = 4, 40
KILLS = 50
KINDS = ("text", "yes_no", "number")
COMMENTS = ("# Written by hand.", "  # Kept as it is.", "# after the first")


def value(section: int, number: int) -> str:
    """Return what is typed as the answer to a question."""
    return {"text": f"words {section}-{number}", "yes_no": "yes", "number": f"{number}"}[
        KINDS[number % 3]
    ]


def set_up(folder: Path) -> Path:
    """Write a ruleset with a check per question, and a sheet with comments and one answer."""
    lines = ["format: readiness/questionnaire/1", "id: long", "sections:"]
    checks = []
    for section in range(SECTIONS):
        lines += [f"  s{section}:", "    questions:"]
        for number in range(QUESTIONS):
            kind, key = KINDS[number % 3], f"s{section}.q{number}"
            lines.append(f"      q{number}: {{ask: 'Ask {section}-{number}?', type: {kind}}}")
            held = {"text": f"stated({key})", "yes_no": key, "number": f"{key} >= 0"}[kind]
            checks.append(
                f"  c{section}-{number}: {{title: C, area: a, severity: minor, met_when: {held}}}"
            )
    ids = ", ".join(line.partition(":")[0].strip() for line in checks)
    (folder / "q.yaml").write_text("\n".join(lines) + "\n")
    (folder / "r.yaml").write_text(
        "format: readiness/ruleset/1\nid: long\nquestionnaire: long\nareas: {a: {title: A}}\n"
        f"gates: {{start: {{title: Start, requires: [{ids}]}}}}\nchecks:\n" + "\n".join(checks)
    )
    sheet = folder / "sheet.yaml"
    sheet.write_text(
        f"{COMMENTS[0]}\nformat: readiness/answers/1\nruleset: ./r.yaml\nanswers:\n{COMMENTS[1]}\n"
        f"  s0.q0: words 0-0 {COMMENTS[2]}\n"
    )
    return sheet


class Interviewed:
    """Answers in a terminal and records acknowledged answers: those followed by another prompt."""

    def __init__(self, folder: Path) -> None:
        self.typist = Typist(folder, "sheet.yaml")
        self.acknowledged = {"s0.q0": "words 0-0"}
        self.asked = ""
        self.typed = ""

    def wait(self) -> bool:
        """Wait for the next question or the end; what was typed before is then acknowledged."""
        found = self.typist.until(r"Ask (\d+)-(\d+)\?|There are no more questions")
        if self.typed:
            self.acknowledged[self.asked] = self.typed
            self.typed = ""
        if not found[1]:
            return False
        self.asked = f"s{found[1]}.q{found[2]}"
        self.typist.until(re.escape(self.asked) + ":")
        return True

    @property
    def answer(self) -> str:
        """Return what to type as the answer to the current question."""
        section, number = self.asked[1:].split(".q")
        return value(int(section), int(number))

    def give(self) -> None:
        """Type the answer to the current question."""
        self.typist.type(f"{self.answer}\r")
        self.typed = self.answer


def in_file(sheet: Path) -> dict[str, str]:
    """Return the contents of the sheet, which must be a complete document."""
    read = load_answers(sheet, load_ruleset(sheet.parent / "r.yaml"))
    found = {}
    for one in read.given:
        found[one.question] = "yes" if one.value is True else str(one.value)
    return found


def moments(draw: random.Random) -> Iterator[tuple[int, str, float]]:
    """Draw how many answers to give, and when to kill: while typing or shortly after an answer."""
    for _ in range(KILLS):
        yield draw.choice([0, 0, 1, 1, 2]), draw.choice(["typing", "saving"]), draw.random() * 0.06


@pytest.mark.slow
def test_no_acknowledged_answer_is_lost_when_the_process_is_killed(tmp_path: Path) -> None:
    """After fifty kills at any moment the file is always complete and other content unchanged."""
    sheet = set_up(tmp_path)
    draw = random.Random(20261121)
    held = Interviewed(tmp_path)
    for answers, moment, delay in moments(draw):
        held.typist.start()
        more = held.wait()
        for _ in range(answers):
            held.give()
            more = held.wait()
        assert more, "there are too few questions"
        if moment == "typing":
            held.typist.type(held.answer[: draw.randint(0, len(held.answer))])
        else:
            held.typist.type(f"{held.answer}\r")
        time.sleep(delay)
        held.typist.kill()
        found = in_file(sheet)
        assert held.acknowledged.items() <= found.items()
        held.acknowledged = (
            found  # an answer that was saved before the next prompt is not asked again
        )
    held.typist.start()
    while held.wait():
        held.give()
    assert held.typist.ended() == 0
    found = in_file(sheet)
    assert held.acknowledged.items() <= found.items()
    assert found == {
        f"s{section}.q{number}": value(section, number)
        for section in range(SECTIONS)
        for number in range(QUESTIONS)
    }
    text = sheet.read_text()
    assert all(comment in text for comment in COMMENTS)
    stray = {path.name for path in tmp_path.iterdir()} - {"q.yaml", "r.yaml", "sheet.yaml"}
    assert all(re.fullmatch(r"\.readiness-\w+\.unfinished", name) for name in stray)


@pytest.fixture
def typist(tmp_path: Path) -> Typist:
    """Return a typist in an interview about the web shop."""
    shop(tmp_path)
    found = Typist(tmp_path, "new.yaml", "--ruleset", "ruleset.yaml")
    found.start()
    found.until("sponsor.named:")
    return found


@pytest.mark.slow
def test_the_gates_stand_below_the_line(typist: Typist) -> None:
    """The next gate is shown below the input line and changes with each answer."""
    typist.until("Build the shop: undetermined . 0 of about 12 questions")
    typist.type("no\r")
    typist.until("Build the shop .build. is now NO GO; unmet")
    typist.until("Build the shop: no go . 1 of about 12 questions")
    typist.type("/quit\r")
    assert typist.ended() == 0


@pytest.mark.slow
def test_what_is_wrong_is_said_while_it_is_typed(typist: Typist) -> None:
    """A wrong input can be corrected on the spot."""
    typist.type("q")
    typist.until("'sponsor.named' takes yes or no, not 'q'; type yes or no")
    typist.type("\x7fyes\r")
    typist.until("sponsor.level:")
    typist.type("/quit\r")
    assert typist.ended() == 0


@pytest.mark.slow
def test_what_was_refused_does_not_stay_in_the_line(typist: Typist, tmp_path: Path) -> None:
    """The problem is shown, and the next input starts on an empty line."""
    typist.type("perhaps\r")
    typist.until("'sponsor.named' takes yes or no, not 'perhaps'\\s+type yes or no")
    typist.until("sponsor.named:")
    typist.type("yes\r")
    typist.until("sponsor.level:")
    typist.type("/unknow\r")
    typist.until("there is no command '/unknow'")
    typist.until("sponsor.level:")
    typist.type("/unknown Nobody told\r")
    typist.until("sponsor.known:")
    typist.type("/quit\r")
    assert typist.ended() == 0
    text = (tmp_path / "new.yaml").read_text()
    assert "sponsor.named: {value: yes, " in text
    assert "unknown: Nobody told" in text


@pytest.mark.slow
def test_options_and_commands_are_completed(typist: Typist) -> None:
    """The Tab key completes options and commands."""
    typist.type("y\t\r")
    typist.until("sponsor.level:")
    typist.type("/un\t Nobody told\r")
    typist.until("sponsor.known:")
    typist.type("/quit\r")
    assert typist.ended() == 0


@pytest.mark.slow
def test_control_c_leaves_with_130_and_all_is_saved(typist: Typist, tmp_path: Path) -> None:
    """Control-C discards the input that was being typed; all answers are saved."""
    typist.type("yes\r")
    typist.until("sponsor.level:")
    typist.type("bo\x03")
    typist.until("1 answer saved in new.yaml")
    assert typist.ended() == 130
    assert "sponsor.named: {value: yes, " in (tmp_path / "new.yaml").read_text()


@pytest.mark.slow
def test_control_d_leaves_with_0(typist: Typist) -> None:
    """Control-D ends the interview as /quit does."""
    typist.type("\x04")
    typist.until("Nothing was answered")
    assert typist.ended() == 0


@pytest.mark.slow
def test_who_answers_is_asked_where_it_was_not_said(tmp_path: Path) -> None:
    """Respondents known to the engagement can be chosen by number."""
    shop(tmp_path, "groups: {departments: [sales, it]}\nanswers: ['*.answers.yaml']\n")
    typist = Typist(tmp_path, "e.yaml")
    typist.start()
    typist.until("2  it")
    typist.until("Number or name:")
    typist.type("2\r")
    typist.until("Respondent: it")
    typist.until("sponsor.named:")
    typist.type("yes\r")
    typist.until("sponsor.level:")
    typist.type("/quit\r")
    assert typist.ended() == 0
    assert "respondent: it\n" in (tmp_path / "it.answers.yaml").read_text()
