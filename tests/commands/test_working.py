"""Long work reports progress on a terminal once it has taken more than a second."""

from __future__ import annotations

import subprocess
import sys

import pytest

from readiness.commands import writing

_PROGRAM = (
    "import sys, time; sys.path[:0] = {paths!r}\n"
    "from readiness.commands.writing import working\n"
    "with working('loading'): time.sleep({seconds})\n"
    "print('done')\n"
)


def program(seconds: float) -> str:
    """Do work that takes this long."""
    return _PROGRAM.format(paths=[path for path in sys.path if path], seconds=seconds)


def at_a_terminal(seconds: float) -> str:
    """Return what a terminal shows of it."""
    pexpect = pytest.importorskip("pexpect")
    environment = {"TERM": "xterm", "PYTHONUTF8": "1"}
    child = pexpect.spawn(sys.executable, ["-c", program(seconds)], env=environment, timeout=30)
    child.expect("done")
    shown: str = child.before.decode()
    child.close()
    return shown


@pytest.mark.slow
def test_work_over_a_second_is_told() -> None:
    """After a second a terminal shows the progress; when the work ends, the line is cleared."""
    shown = at_a_terminal(1.8)
    assert "loading" in shown
    assert "\x1b[2K" in shown


def test_short_work_is_not_told() -> None:
    """Work that finishes within a second shows nothing."""
    assert "loading" not in at_a_terminal(0.1)


@pytest.mark.slow
def test_nothing_is_told_where_there_is_no_terminal() -> None:
    """Through a pipe nothing is shown, however long the work takes."""
    done = subprocess.run(
        [sys.executable, "-c", program(1.4)], capture_output=True, timeout=30, check=True
    )
    assert (done.stdout.split(), done.stderr) == ([b"done"], b"")


def test_a_log_is_told_every_so_often(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without a terminal, a line says how far work is and how long the rest takes, if known."""
    monkeypatch.setattr(writing, "SECONDS_BETWEEN_LINES", 10)
    clock = iter([0, 5, 10, 15, 40])
    monkeypatch.setattr("time.monotonic", lambda: next(clock))
    assert list(writing.advancing([1, 4, 6, 8], 16, "cases", done=lambda one: one)) == [1, 4, 6, 8]
    clock = iter([0, 70])
    list(writing.advancing([1], 0, "cases", done=lambda one: one))
    assert capsys.readouterr().err == (
        "cases: 25% done after 0:00:10, about 0:00:30 left\n"
        "cases: 50% done after 0:00:40, about 0:00:40 left\n"
        "cases: still working after 0:01:10\n"
    )


_COMMAND = (
    "import sys; sys.path[:0] = {paths!r}\n"
    "from readiness.commands import main, writing\n"
    "writing.SECONDS_WITHOUT_BAR = 0\n"
    "sys.argv[1:] = [{command!r}, 'crm-upkeep']\n"
    "main()\n"
)


@pytest.mark.slow
@pytest.mark.parametrize("command", ["test", "coverage", "mutants", "lint"])
def test_commands_about_rulesets_have_a_bar(command: str) -> None:
    """What takes long about a large ruleset shows at a terminal how far it is."""
    pexpect = pytest.importorskip("pexpect")
    text = _COMMAND.format(paths=[path for path in sys.path if path], command=command)
    environment = {"TERM": "xterm", "PYTHONUTF8": "1"}
    child = pexpect.spawn(sys.executable, ["-c", text], env=environment, timeout=60)
    child.expect(r"\d+%")
    child.expect(pexpect.EOF)
