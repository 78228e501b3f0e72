"""Interviews with lines from a list: what is shown, and what is saved."""

from __future__ import annotations

import datetime
import errno
import io
import re
from pathlib import Path

import pytest

from readiness.collecting.interview.interview import Lines, Prompt, UnusableLine
from readiness.collecting.interview.opening import Beginning, InterviewOptions
from readiness.documents import changing
from readiness.documents.saving import save
from tests.collecting.interview.interview_runs import InterviewRun, begin, hold, shop

HEAD = "format: readiness/answers/1\nquestionnaire: shop\nruleset: ruleset.yaml\n"


def new(folder: Path, *gates: str, puts_all: bool = False) -> Beginning:
    """Return the path of a new answers file for the shop."""
    shop(folder)
    asking = InterviewOptions(ruleset=str(folder / "ruleset.yaml"), gates=gates, puts_all=puts_all)
    return begin(folder / "new.yaml", asking=asking)


def saved(held: InterviewRun) -> str:
    """Return the answers in the file, without when they were given."""
    return bare(held.interview.file.path.read_text()).partition("answers:\n")[2]


def bare(text: str) -> str:
    """Return the text of a sheet without when the answers were given."""
    text = re.sub(r"\n    given_on: .*\n    given_by: interview(?=\n)", "", text)
    text = re.sub(r"\{value: (.*), given_on: .*, given_by: interview\}", r"\1", text)
    return re.sub(r":\n    value:((?: .*|\n      - .*)+)\n(?=  \S|\n|$)", r":\1\n", text)


def test_each_answer_is_saved_before_the_next_question(tmp_path: Path) -> None:
    """When a prompt appears, the file contains all earlier answers."""
    file = tmp_path / "new.yaml"
    found: list[str] = []

    def look() -> str:
        found.append(bare(file.read_text()))
        return "board"

    assert "sponsor.named: yes" in (hold(new(tmp_path), "yes", look), found[0])[1]


def test_nothing_is_made_where_nothing_is_answered(tmp_path: Path) -> None:
    """An interview that is left immediately creates no file."""
    held = hold(new(tmp_path), "/quit")
    assert not (tmp_path / "new.yaml").exists()
    assert "Nothing was answered" in " ".join(held.shown.split())


def test_it_goes_on_where_it_stopped(tmp_path: Path) -> None:
    """Questions that are already answered are not asked again."""
    hold(new(tmp_path), "yes", "board")
    held = hold(begin(tmp_path / "new.yaml"))
    assert held.labels == ["sponsor.known"]


def test_what_is_not_known_takes_a_reason(tmp_path: Path) -> None:
    """The interview asks for the reason of a "don't know" if it was not typed."""
    held = hold(new(tmp_path), "/unknown", "", "Nobody told", "/unknown The list is long")
    assert held.labels[:3] == ["sponsor.named", *["Reason why it is not known"] * 2]
    assert saved(held).splitlines()[:2] == ["  sponsor.named:", "    unknown: Nobody told"]


def test_only_where_the_question_allows_it_it_does_not_apply(tmp_path: Path) -> None:
    """A question that must apply refuses "does not apply", and is asked again."""
    held = hold(new(tmp_path), "/na", "/quit")
    assert "'does not apply' is not allowed for 'sponsor.named'" in held.shown


def test_a_question_that_may_not_apply_takes_a_reason(tmp_path: Path) -> None:
    """The reason why a question does not apply is saved in the file."""
    file = tmp_path / "new.yaml"
    beginning = new(tmp_path, puts_all=True)
    given = "".join(
        f"  {key}: {value}\n"
        for key, value in {
            "sponsor.named": "no", "sponsor.known": "yes", "money.committed": 1,
            "money.estimated": 1, "money.audited": "yes", "goods.listed": "[]",
            "goods.fragile": "no", "goods.logo": "no", "goods.packed": "no", "law.terms": "yes",
        }.items()
    )  # fmt: skip
    file.write_text(f"{HEAD}answers:\n{given}")
    del beginning
    held = hold(begin(file, asking=InterviewOptions(puts_all=True)), "/na", "One country", "no")
    assert held.labels == ["law.abroad", "Reason why it does not apply", "law.outsourced"]
    assert "not_applicable: One country" in saved(held)
    assert held.ended


def test_a_note_and_evidence_stay_with_the_answer(tmp_path: Path) -> None:
    """Notes and evidence are saved before the answer, and stay when the answer changes."""
    held = hold(
        new(tmp_path),
        "/note counted twice",
        "/evidence Board minute 14",
        "https://example.org/14",
        "2026-10-02",
        "",
        "yes",
        "/back",
        "no",
    )
    assert saved(held) == (
        "  sponsor.named:\n"
        "    value: no\n"
        "    note: counted twice\n"
        "    evidence:\n"
        "      - title: Board minute 14\n"
        "        url: https://example.org/14\n"
        "        collected: 2026-10-02\n"
        "    history:\n"
        "      - value: yes\n"
        "        note: counted twice\n"
        "        evidence:\n"
        "          - title: Board minute 14\n"
        "            url: https://example.org/14\n"
        "            collected: 2026-10-02\n"
        f"        given_on: {datetime.date.today()}\n"
        "        given_by: interview\n"
    )


def test_evidence_is_held_to_what_documents_are(tmp_path: Path) -> None:
    """An invalid date is asked for again."""
    held = hold(new(tmp_path), "/evidence", "Minute", "minute.txt", "2.10.2026", "", "", "/quit")
    assert "year-month-day" in held.shown
    assert "file: minute.txt" in saved(held)


def test_a_table_is_typed_row_by_row(tmp_path: Path) -> None:
    """Rows are shown, changed and deleted; an empty line leaves a cell blank."""
    held = hold(
        new(tmp_path),
        "no", "yes",
        "add", "Teapot", "yes", "add", "Kettle", "", "add", "Pan", "no",
        "change 2", "", "no", "delete 3", "change 1", "-", "", "done",
    )  # fmt: skip
    rows = "      - {photo: yes}\n      - {name: Kettle, photo: no}\n"
    assert f"goods.listed:\n{rows}" in saved(held)
    assert "2  Name: Kettle; Photographed: blank" in held.shown


def test_a_table_that_is_not_done_is_not_kept(tmp_path: Path) -> None:
    """The interview says that the rows typed so far are lost."""
    held = hold(new(tmp_path), "no", "yes", "add", "Teapot", "yes", "/quit")
    assert "The table goods.listed was not finished and is not saved" in held.shown
    assert "goods" not in saved(held)


def test_a_table_may_have_no_rows(tmp_path: Path) -> None:
    """`none` gives a table without rows; `done` without rows does not."""
    held = hold(new(tmp_path), "no", "yes", "done", "none")
    assert "the table has no rows yet" in held.shown
    assert "goods.listed: []" in saved(held)


def test_back_inside_a_row_goes_to_the_cell_before(tmp_path: Path) -> None:
    """From the first cell, going back leaves the row."""
    lines = ["no", "yes", "add", "Teapto", "/back", "Teapot", "yes", "add", "/back", "done"]
    held = hold(new(tmp_path), *lines)
    assert "name: Teapot" in saved(held)
    assert saved(held).count("name:") == 1


def test_what_an_answer_changes_is_told(tmp_path: Path) -> None:
    """The changed verdicts are shown with the checks behind them, then the checks."""
    held = hold(new(tmp_path), "no")
    shown = " ".join(held.shown.split())
    sponsor = "unmet: A sponsor on the board stands for the shop (sponsor)"
    assert f"• Build the shop (build) is now NO GO; {sponsor}" in shown
    assert "• Open the shop (open) is now NO GO, because it waits for Build the shop" in shown
    assert f"• Now {sponsor}" in shown
    assert "Build the shop: no go · 1 of about 12 questions answered\n" in held.shown


def test_a_narrow_status_line_is_in_words(tmp_path: Path) -> None:
    """Where there is no room for the next decision, only the progress is shown."""
    interview, end = hold(new(tmp_path), "no").interview, "1 of about 12 questions answered"
    assert interview.standing(56) == f"Build the shop: no go · {end}"
    assert interview.standing(55) == end


def test_an_answer_given_is_shown_and_can_be_kept(tmp_path: Path) -> None:
    """Going back shows the answer; an empty line keeps it."""
    held = hold(new(tmp_path), "yes", "/back", "", "board")
    assert "Current answer: yes" in held.shown
    assert "sponsor.level: board" in saved(held)


def test_what_is_not_put_is_told(tmp_path: Path) -> None:
    """The questions left out are counted at the end of a section and of the interview."""
    held = hold(new(tmp_path, "build"), "no")
    assert held.ended
    told = "questions were not asked: no answer would change the verdict of the selected gates."
    assert told in held.shown


def test_a_line_that_cannot_be_used_ends_what_nobody_can_repeat(tmp_path: Path) -> None:
    """Later lines are meant for other questions, so none is used; earlier answers are saved."""
    beginning = new(tmp_path)
    with pytest.raises(UnusableLine) as refused:
        hold(beginning, "yes", "bored", is_patient=False)
    assert refused.value.complaint[0] == "'bored' is not an option of 'sponsor.level'"
    assert "sponsor.named: yes" in bare((tmp_path / "new.yaml").read_text())


def test_a_line_that_is_no_utf8_is_none() -> None:
    """A line that is not UTF-8 is refused, because its meaning can only be guessed."""
    shown: list[str] = []
    lines = Lines(io.BytesIO(b"\xef\xbb\xbfyes\r\nb\xff\n"), shown.append)
    assert lines.read(Prompt("a: ")) == "yes"
    with pytest.raises(UnicodeError):
        lines.read(Prompt("b: "))
    assert lines.number == 2
    with pytest.raises(EOFError):
        lines.read(Prompt("c: "))
    assert shown == ["a: yes", "c: "]


def test_an_answer_that_cannot_be_saved_is_not_lost(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The answer is kept until saving it can be tried again."""
    faults = iter([OSError(errno.ENOSPC, "No space left on device")])

    def full(path: Path, content: bytes) -> None:
        for fault in faults:
            raise fault
        save(path, content)

    monkeypatch.setattr(changing, "save", full)
    held = hold(new(tmp_path), "yes", "")
    assert "no space left on device" in " ".join(held.shown.split())
    assert "press Enter to try again" in held.labels[1]
    assert "sponsor.named: yes" in saved(held)


def test_what_others_write_into_the_file_meanwhile_stays(tmp_path: Path) -> None:
    """The file is read again, and the answer is added to it."""
    file = tmp_path / "new.yaml"

    def meanwhile() -> str:
        file.write_text(file.read_text() + "  money.audited: no  # the auditor\n")
        return "board"

    held = hold(new(tmp_path), "yes", meanwhile)
    assert "was changed in the meantime" in " ".join(held.shown.split())
    assert "  money.audited: no  # the auditor\n" in saved(held)
    assert "  sponsor.level: board\n" in saved(held)


def test_what_was_answered_there_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    """The question is asked again with the answer that was written meanwhile."""
    file = tmp_path / "new.yaml"

    def meanwhile() -> str:
        file.write_text(file.read_text() + "  sponsor.level: manager\n")
        return "board"

    held = hold(new(tmp_path), "yes", meanwhile)
    assert "answered there" in held.shown
    assert "Current answer: Line management" in held.shown
    assert "sponsor.level: manager" in saved(held)


def test_comments_and_layout_stay(tmp_path: Path) -> None:
    """Saving an answer changes only that entry of the file."""
    shop(tmp_path)
    text = f"# by hand\n{HEAD}\nanswers:\n  # the sponsor\n  sponsor.named:   yes # said twice\n"
    (tmp_path / "a.yaml").write_text(text)
    held = hold(begin(tmp_path / "a.yaml"), "board")
    record = f"given_on: {datetime.date.today()}, given_by: interview"
    level = f"  sponsor.level: {{value: board, {record}}}\n"
    assert (tmp_path / "a.yaml").read_text() == text + level
    assert held.labels[0] == "sponsor.level"


def test_help_and_standing_can_be_asked_for_anywhere(tmp_path: Path) -> None:
    """Help and status are also available while something else is asked for."""
    held = hold(new(tmp_path), "?", "/unknown", "?", "/status", "/why", "/back", "/quit")
    assert "/evidence" in held.shown
    assert "Score" in held.shown
    assert "check ? undetermined A sponsor on the board" in held.shown
    assert held.labels[-1] == "sponsor.named"


def test_it_keeps_to_a_narrow_terminal(tmp_path: Path) -> None:
    """No output is wider than 40 columns."""
    held = hold(new(tmp_path), "?", "yes", "/why", "/status", "board", "yes", "add", "", width=40)
    assert max(map(len, held.shown.splitlines())) <= 40


def test_texts_of_documents_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """Control sequences in questions and answers are removed."""
    shop(tmp_path)
    questions = (tmp_path / "questionnaire.yaml").read_text()
    evil = questions.replace("Has a sponsor been named?", '"Named?\\e[2J\\u202e"')
    (tmp_path / "questionnaire.yaml").write_text(evil)
    (tmp_path / "a.yaml").write_text(
        f'{HEAD}answers:\n  sponsor.named: {{value: , note: "\\e]0;x\\a"}}\n'
    )
    held = hold(begin(tmp_path / "a.yaml"))
    assert not {"\x1b", "\x07", "\u202e"} & set(held.shown)


def test_what_others_said_is_not_shown(tmp_path: Path) -> None:
    """Respondents who answer again do not see earlier answers, so they answer independently."""
    shop(tmp_path, "answers: ['*.answers.yaml']\n")
    finance = "format: readiness/answers/1\nrespondent: finance\nanswers: {money.committed: 8642}\n"
    (tmp_path / "finance.answers.yaml").write_text(finance)
    held = hold(
        begin(tmp_path / "e.yaml", "sales", InterviewOptions(puts_all=True)), *["/skip"] * 30
    )
    assert "money.committed" in held.labels
    assert "8642" not in held.shown.replace(",", "")
