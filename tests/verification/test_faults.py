"""Whatever happens to the engine's process, its answer is complete or there is none."""

from __future__ import annotations

import datetime
import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from readiness.loading.engagements import Inquiry, load_engagement
from readiness.model.engagement import Circumstances
from readiness.verification import independent_run
from readiness.verification.durable import rule_engine
from readiness.verification.independent_run import (
    COMMAND,
    CouldNotReperform,
    IndependentRun,
    NoEngine,
    Reperformer,
    differences,
    reperform,
)
from tests.semantics.harness import assess
from tests.verification.library import needs_durable

ROOT = Path(__file__).parents[2]
CASE = assess(
    {
        "questions": {"s.a": "yes_no", "s.b": "yes_no"},
        "checks": {
            "one": {"met_when": {"all": ["s.a", "s.b"]}},
            "two": {"met_when": "s.b", "requires": ["one"]},
        },
        "gates": {"go": {"requires": ["two"]}},
        "answers": {"s.a": True, "s.b": False},
    }
)
RIGHT = {
    "number": 1,
    "statuses": {"one": "unmet", "two": "unmet"},
    "standings": {"one": "actionable", "two": "blocked"},
    "verdicts": {"go": "no_go"},
    "facts": 1,
    "engine": {"name": "durable-rules", "version": "2.0.28"},
}
PREPARED = COMMAND[COMMAND.index("-c") + 1]
SIGNALS = [
    getattr(signal, name)
    for name in ("SIGKILL", "SIGSEGV", "SIGABRT", "SIGTERM")
    if hasattr(signal, name)
]
needs_signals = pytest.mark.skipif(
    os.name != "posix", reason="only POSIX ends processes by signals"
)


def worked(program: str, *, timeout: float | None = None) -> IndependentRun:
    """Return the case's answer from a process that runs `program` instead of the engine."""
    command = [sys.executable, "-I", "-c", program, COMMAND[-1]]
    with Reperformer(timeout=timeout, command=command) as found:
        return found.reperform(CASE.ruleset, CASE.sheets, CASE.answers.circumstances)


def answering(text: str) -> str:
    """Return a program that answers a request with a text."""
    return f"import sys; sys.stdin.readline(); print({text!r})"


def test_a_whole_answer_is_taken() -> None:
    """A complete answer to the request with valid values is accepted."""
    found = worked(answering(json.dumps(RIGHT)))
    assert differences(CASE.judgement, found) == []
    assert (found.engine, found.version, found.attempts) == ("durable-rules", "2.0.28", 1)


@pytest.mark.parametrize(
    "change",
    [
        {"number": 2},
        {"statuses": {"one": "unmet"}},
        {"statuses": {"one": "unmet", "two": "unmet", "three": "met"}},
        {"standings": {"one": "actionable", "two": "somewhere"}},
        {"standings": {"one": "actionable", "two": ["blocked"]}},
        {"verdicts": None},
        {"verdicts": {}},
        {"verdicts": "go"},
        {"engine": "durable"},
        {"facts": "many"},
    ],
    ids=str,
)
def test_an_answer_that_is_not_whole_is_none(change: dict[str, object]) -> None:
    """An answer to another request, with something missing, or with an invalid value is refused."""
    with pytest.raises(CouldNotReperform, match=r"^[^\n]+$"):
        worked(answering(json.dumps(RIGHT | change)))


@pytest.mark.parametrize(
    "text", ["", "nonsense", "[]", "7", "null", "{}", '"missing"', "[" * 100_000, "\x00\xff"]
)
def test_garbage_is_no_answer(text: str) -> None:
    """Text that is not an answer is refused in one sentence."""
    with pytest.raises(CouldNotReperform, match="engine cannot be read"):
        worked(answering(text))


def test_too_much_output_is_no_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """A process that writes endlessly is ended."""
    monkeypatch.setattr(independent_run, "LARGEST_ANSWER", 10_000)
    with pytest.raises(CouldNotReperform, match="more than 10,000 bytes"):
        worked("while True: print('x' * 1000, end='')")


@needs_signals
@pytest.mark.parametrize("how", SIGNALS, ids=lambda how: how.name)
def test_a_crash_is_told(how: signal.Signals) -> None:
    """If a signal ends the process twice, there is no answer; the signal is named."""
    program = f"import os, sys; sys.stdin.readline(); os.kill(os.getpid(), {int(how)})"
    with pytest.raises(CouldNotReperform, match=f"without an answer: it was stopped by {how.name}"):
        worked(program)


def test_an_exit_is_told() -> None:
    """If the process exits by itself, there is no answer; its exit status is named."""
    with pytest.raises(CouldNotReperform, match="without an answer: its exit status is 3"):
        worked("raise SystemExit(3)")


@needs_durable
@needs_signals
@pytest.mark.parametrize("how", SIGNALS, ids=lambda how: how.name)
def test_after_a_crash_it_is_tried_once_more(how: signal.Signals, tmp_path: Path) -> None:
    """A new process takes over, and the result says that two were needed."""
    flag = tmp_path / "crashed"
    crash = (
        "import os, sys\n"
        f"if not os.path.exists({str(flag)!r}):\n"
        f"    open({str(flag)!r}, 'w').close(); sys.stdin.readline()\n"
        f"    os.kill(os.getpid(), {int(how)})\n"
    )
    found = worked(crash + PREPARED)
    assert found.attempts == 2
    assert differences(CASE.judgement, found) == []


@needs_durable
@needs_signals
def test_one_that_was_killed_between_two_assessments_is_replaced() -> None:
    """Each of several assessments gets its answer, whatever happened to the previous process."""
    with Reperformer() as reperformer:
        attempts = []
        for number in range(3):
            if number == 1:
                assert reperformer._process is not None
                os.kill(reperformer._process.pid, signal.SIGKILL)
            found = reperformer.reperform(CASE.ruleset, CASE.sheets, CASE.answers.circumstances)
            assert differences(CASE.judgement, found) == []
            attempts.append(found.attempts)
    assert attempts == [1, 2, 1]


@pytest.mark.slow
def test_a_process_that_hangs_is_ended() -> None:
    """A process that does not answer in time is ended, whether it reads the request or not."""
    for program in ("import time; time.sleep(60)", "import sys; sys.stdin.read(); sys.exit()"):
        started = time.monotonic()
        with pytest.raises(CouldNotReperform, match=r"did not answer within 0\.5 seconds"):
            worked(program, timeout=0.5)
        assert time.monotonic() - started < 20


def test_a_request_that_nobody_reads_is_given_up() -> None:
    """A request that is larger than a pipe does not wait forever either."""
    inquiry = load_engagement(next((ROOT / "questionnaires").rglob("engagement.yaml")))
    command = [sys.executable, "-I", "-c", "import time; time.sleep(60)"]
    with (
        Reperformer(timeout=0.5, command=command) as reperformer,
        pytest.raises(CouldNotReperform, match="did not answer within"),
    ):
        reperformer.reperform(inquiry.ruleset, inquiry.sheets, inquiry.circumstances)


def test_a_process_that_cannot_be_started_is_told() -> None:
    """If the program cannot be started there is no answer."""
    with (
        Reperformer(command=["/no/such/program"]) as reperformer,
        pytest.raises(CouldNotReperform, match="could not be started"),
    ):
        reperformer.reperform(CASE.ruleset, CASE.sheets, CASE.answers.circumstances)


def test_the_time_grows_with_the_assessment() -> None:
    """More checks, questions and answers are allowed more time."""
    inquiry = load_engagement(next((ROOT / "questionnaires").rglob("engagement.yaml")))
    small = independent_run._patience(CASE.ruleset, CASE.sheets)
    assert small + 5 < independent_run._patience(inquiry.ruleset, inquiry.sheets)


@pytest.mark.skipif(
    sys.version_info >= (3, 13), reason="on Python 3.13 the message names the version"
)
def test_without_the_library_there_is_one_sentence() -> None:
    """One sentence names the missing library, how to install it, and what that requires."""
    blocked = "import sys; sys.modules['durable'] = None\n"
    with pytest.raises(NoEngine) as fault:
        worked(blocked + PREPARED)
    assert str(fault.value) == (
        "the independent engine needs durable-rules, which is not installed: "
        "pip install 'readiness[durable]', with a C compiler and Python 3.12 or earlier"
    )


@pytest.mark.skipif(
    sys.version_info >= (3, 13), reason="on Python 3.13 the message names the version"
)
def test_a_library_that_cannot_be_loaded_is_told() -> None:
    """An installed library that fails on import is named together with the error."""
    broken = (
        "import sys, types\n"
        "class Broken:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        "        if name.startswith('durable'):\n"
        "            raise ImportError('undefined symbol: PyEval_CallObject')\n"
        "sys.meta_path.insert(0, Broken())\n"
    )
    with pytest.raises(NoEngine, match=r"installed and cannot be used .*PyEval_CallObject"):
        worked(broken + PREPARED)


def test_a_python_that_is_too_new_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    """From Python 3.13 on the library cannot be used, installed or not."""
    monkeypatch.setattr(sys, "version_info", VersionOfTomorrow((3, 13, 0)))
    with pytest.raises(rule_engine.NoLibrary, match=r"cannot be used on Python 3\.13: pip install"):
        rule_engine.Rules()


class VersionOfTomorrow(tuple[int, ...]):
    __slots__ = ()
    major, minor = 3, 13


@pytest.mark.skipif(sys.version_info < (3, 13), reason="for Python 3.13 and later")
def test_on_a_python_that_is_too_new() -> None:
    """There, one sentence says that a second evaluation is not possible."""
    with pytest.raises(NoEngine, match=r"cannot be used on Python 3\.\d+: pip install"):
        reperform(Inquiry("", "", "", CASE.ruleset, CASE.sheets, CASE.answers.circumstances))


@needs_durable
def test_rules_that_say_nothing_are_a_fault() -> None:
    """A fact that matches no rule ends the second evaluation; nothing is guessed."""
    broken = PREPARED.replace(
        "main()",
        "from readiness.verification.durable import rulebook\n"
        "del rulebook.BOOKS['all']['false']\n"
        "main()",
    )
    with pytest.raises(CouldNotReperform, match="gave up: durable-rules refused a fact of 'all'"):
        worked(broken)


@needs_durable
def test_rules_that_say_something_else_are_noticed() -> None:
    """If the two evaluations differ, both are shown, check by check and gate by gate."""
    broken = PREPARED.replace(
        "main()",
        "from readiness.verification.durable import rulebook\n"
        "status = rulebook.BOOKS['status']\n"
        "status['met'], status['unmet'] = status['unmet'], status['met']\n"
        "main()",
    )
    assert differences(CASE.judgement, worked(broken)) == [
        "status of check 'one': native says unmet, durable says met",
        "status of check 'two': native says unmet, durable says met",
        "standing of check 'one': native says actionable, durable says ready",
        "standing of check 'two': native says blocked, durable says ready",
        "verdict of gate 'go': native says no_go, durable says go",
    ]


@needs_durable
def test_memory_that_runs_out_is_a_fault() -> None:
    """A process that runs out of memory says so."""
    broken = PREPARED.replace(
        "main()",
        "from readiness.verification.durable import rule_engine\n"
        "def full(*_, **__): raise MemoryError\n"
        "rule_engine.Rules.outcome = full\n"
        "main()",
    )
    with pytest.raises(CouldNotReperform, match="gave up: MemoryError"):
        worked(broken)


@needs_durable
def test_what_the_library_prints_is_no_answer() -> None:
    """Other output to standard output does not mix with the answers."""
    noisy = PREPARED.replace(
        "main()",
        "from readiness.verification.durable import __main__ as worker\n"
        "serve = worker.serve\n"
        "def noisy(*streams):\n"
        "    print('a line', flush=True); os.write(1, b'another')\n"
        "    serve(*streams)\n"
        "worker.serve = noisy\n"
        "main()",
    )
    assert differences(CASE.judgement, worked(noisy)) == []


@needs_durable
def test_documents_that_no_longer_fit_are_a_fault() -> None:
    """Problems in the second reading of the documents are reported, not skipped."""
    day = datetime.date(2026, 11, 21)
    questions, checks = {"s.z": "yes_no"}, {"z": {"met_when": "s.z"}}
    strange = assess({"questions": questions, "checks": checks, "answers": {"s.z": True}})
    with (
        Reperformer() as reperformer,
        pytest.raises(CouldNotReperform, match=r"gave up: .*no question 's\.z'"),
    ):
        reperformer.reperform(CASE.ruleset, strange.sheets, Circumstances(day))
