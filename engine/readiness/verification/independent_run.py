"""An assessment evaluated again by the independent engine, in a separate process.

Whatever goes wrong there, the crash of a process included, ends in `CouldNotReperform`; what comes
back is complete or is not there.
"""

from __future__ import annotations

import contextlib
import json
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.from_python import build
from readiness.evaluation.verdicts import STANDINGS, STATUSES, VERDICTS, Judgement
from readiness.loading.engagements import Inquiry
from readiness.model.answers import Given, Sheet
from readiness.model.engagement import Circumstances, Resolution
from readiness.problems import Source
from readiness.verification.durable.wire_format import pack_tree

# How many seconds one assessment may take: a minimum, and an addition for each item that it
# has. The shipped rulesets take a few hundredths of a second.
PATIENCE, PATIENCE_EACH = 60.0, 0.02
LARGEST_ANSWER = 32 * 1024 * 1024
LONGEST_REASON = 500

_ROOT = Path(__file__).parents[2]
# Isolated from the user's environment and from the folder at hand. It is this very package that is
# used there, wherever it stands, entered by a side door: its front door loads the native engine.
_PROGRAM = """
import os, sys, types
package = types.ModuleType("readiness")
package.__path__ = [os.path.join(sys.argv[1], "readiness")]
sys.modules["readiness"] = package
from readiness.verification.durable.__main__ import main
main()
"""
COMMAND = (sys.executable, "-I", "-X", "utf8", "-c", _PROGRAM, str(_ROOT))


class CouldNotReperform(Exception):
    """The second working did not come to an end; the message says why, in one sentence."""


class NoEngine(CouldNotReperform):
    """The independent engine is not installed; the message says what installs it."""


class EnginesDiffer(Exception):
    """The two engines say different things of one assessment; the message says which."""


@dataclass(frozen=True, slots=True, eq=False)
class IndependentRun(Judgement):
    """What the independent engine says: statuses and standings by check, verdicts by gate.

    `engine` and `version` name it; `facts` is how many facts its rules decided, `attempts` how many
    processes it took: 2 where the first one broke down.
    """

    engine: str
    version: str
    facts: int
    attempts: int


def reperform(inquiry: Inquiry, *, timeout: float | None = None) -> IndependentRun:
    """An engagement worked a second time.

    `timeout` is in seconds; left out, it grows with the engagement. Raises `CouldNotReperform`, and
    of its kind `NoEngine` where the engine is not installed.
    """
    with Reperformer(timeout=timeout) as reperformer:
        return reperformer.reperform(inquiry.ruleset, inquiry.sheets, inquiry.circumstances)


def differences(first: Judgement, second: Judgement) -> list[str]:
    """What a first and a second working of one assessment differ in, in words."""
    return [
        f"{noun} of {what} '{key}': native says {one}, durable says {other}"
        for noun, what, key, one, other in disagreements(first, second)
    ]


def disagreements(first: Judgement, second: Judgement) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield each status, standing or verdict that differs, its check or gate, and what both say."""
    for kind, noun, what in (
        ("statuses", "status", "check"),
        ("standings", "standing", "check"),
        ("verdicts", "verdict", "gate"),
    ):
        one, other = getattr(first, kind), getattr(second, kind)
        for key in dict.fromkeys((*one, *other)):
            said, again = one.get(key, "nothing"), other.get(key, "nothing")
            if said != again:
                yield noun, what, key, said, again


class Reperformer:
    """Works assessments a second time, all in one process; a context manager.

    The process is started when the first assessment comes, and once more when it breaks down: then
    the assessment at hand is tried a second time, and not a third. `command` starts the process.
    """

    def __init__(
        self, *, timeout: float | None = None, command: Sequence[str] | None = None
    ) -> None:
        self.timeout = timeout
        self.command = tuple(command or COMMAND)
        self._process: subprocess.Popen[bytes] | None = None
        self._number = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, whatever it is doing."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # what could not be written any more
                assert stream is not None
                stream.close()
        process.wait()

    def reperform(
        self, ruleset: Ruleset, sheets: Sequence[Sheet], circumstances: Circumstances
    ) -> IndependentRun:
        """One assessment worked a second time; raises `CouldNotReperform`."""
        self._number += 1
        line = _request(self._number, ruleset, sheets, circumstances)
        patience = self.timeout if self.timeout is not None else _patience(ruleset, sheets)
        try:
            return self._attempt(line, ruleset, patience, attempt=1)
        except _BrokeDown:
            return self._attempt(line, ruleset, patience, attempt=2)

    def judge(
        self, ruleset: Ruleset, sheets: Sequence[Sheet], circumstances: Circumstances
    ) -> Judgement:
        """The same, as the engine behind an `Assessor`; raises `CouldNotReperform`."""
        return self.reperform(ruleset, sheets, circumstances)

    def _attempt(
        self, line: bytes, ruleset: Ruleset, patience: float, *, attempt: int
    ) -> IndependentRun:
        """The answer to a request; after a fault the process is not used again."""
        try:
            self._process = self._process or _started(self.command)
            return _read(_answer(self._process, line, patience), self._number, ruleset, attempt)
        except BaseException:
            self.close()
            raise


class _BrokeDown(CouldNotReperform):
    """The process ended before it answered."""


def _started(command: Sequence[str]) -> subprocess.Popen[bytes]:
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    try:  # this interpreter, and our own program
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere)  # noqa: S603
    except OSError as fault:
        raise CouldNotReperform(
            f"the independent engine could not be started: {fault.strerror or fault}"
        ) from None


def _answer(process: subprocess.Popen[bytes], line: bytes, patience: float) -> bytes:
    """The line that comes back; raises `CouldNotReperform` where none does in time."""
    started = time.monotonic()
    timer = threading.Timer(patience, process.kill)
    timer.daemon = True
    timer.start()
    try:
        found = _exchange(process, line)
    finally:
        timer.cancel()
    if found.endswith(b"\n"):
        return found
    if len(found) > LARGEST_ANSWER:
        raise CouldNotReperform(
            f"the independent engine answered with more than {LARGEST_ANSWER:,} bytes"
        )
    if time.monotonic() - started >= patience:
        raise CouldNotReperform(
            f"the independent engine did not answer within {patience:g} seconds"
        )
    raise _BrokeDown(f"the independent engine ended without an answer: {_ending(process)}")


def _exchange(process: subprocess.Popen[bytes], line: bytes) -> bytes:
    """The answer to a line, as much of it as there is; nothing where the process is gone."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(line)
        process.stdin.flush()
    except OSError:
        return b""
    return process.stdout.readline(LARGEST_ANSWER + 1)


def _ending(process: subprocess.Popen[bytes]) -> str:
    """How a process ended."""
    status = process.wait()
    if status >= 0:
        return f"its exit status is {status}"
    try:
        return f"it was ended by {signal.Signals(-status).name}"
    except ValueError:
        return f"it was ended by signal {-status}"


def _patience(ruleset: Ruleset, sheets: Sequence[Sheet]) -> float:
    answers = sum(len(sheet.given) for sheet in sheets)
    size = len(ruleset.checks) + len(ruleset.gates) + len(ruleset.questions) + answers
    return PATIENCE + PATIENCE_EACH * size


# ---- what is sent --------------------------------------------------------------------------------


def _request(
    number: int, ruleset: Ruleset, sheets: Sequence[Sheet], circumstances: Circumstances
) -> bytes:
    """The documents of an assessment as one line; the ruleset with all that it extends put in."""
    rules = {
        "ruleset": pack_tree(ruleset.checklist.node),
        "questionnaires": [pack_tree(one.node) for one in ruleset.questionnaires],
    }
    engagement = {
        "as_of": circumstances.as_of,
        "assurance": circumstances.assurance,
        "groups": circumstances.groups,
        "resolutions": {key: _resolution(one) for key, one in circumstances.resolutions.items()},
        "waivers": {
            key: {"approved_on": one.approved_on, "expires": one.expires}
            for key, one in circumstances.waivers.items()
        },
    }
    request = {
        "number": number,
        "rules": json.dumps(rules),
        "sheets": [pack_tree(sheet.node) for sheet in sheets],
        "seen": [_seen(sheet.given) for sheet in sheets],
        "seen_by_resolutions": _seen(circumstances.resolutions.values()),
        "engagement": pack_tree(build(engagement, Source("engagement", ""))),
    }
    return json.dumps(request).encode() + b"\n"


def _resolution(resolution: Resolution) -> dict[str, Any]:
    """A resolution as an engagement has it."""
    evidence = [asdict(item) for item in resolution.evidence]
    if resolution.state == "not_applicable":
        return {"not_applicable": resolution.inapplicable, "evidence": evidence}
    return {"value": resolution.value, "evidence": evidence}


def _seen(given: Iterable[Given | Resolution]) -> list[str]:
    """Return the names of the evidence files that were there."""
    return sorted({item.file for one in given for item in one.evidence if item.seen})


# ---- what comes back -----------------------------------------------------------------------------


def _read(line: bytes, number: int, ruleset: Ruleset, attempt: int) -> IndependentRun:
    """The answer in a line, which must be whole and to the question."""
    try:
        answer = json.loads(line)
        if "missing" in answer:
            raise NoEngine(str(answer["missing"]))
        if "fault" in answer:
            why = " ".join(str(answer["fault"]).split())[:LONGEST_REASON]
            raise CouldNotReperform(f"the independent engine gave up: {why}")
        if answer["number"] != number:
            raise CouldNotReperform("the independent engine answered another question")
        return IndependentRun(
            statuses=_each_of(ruleset.checks, answer["statuses"], STATUSES),
            standings=_each_of(ruleset.checks, answer["standings"], STANDINGS),
            verdicts=_each_of(ruleset.gate_order, answer["verdicts"], VERDICTS),
            engine=str(answer["engine"]["name"]),
            version=str(answer["engine"]["version"]),
            facts=int(answer["facts"]),
            attempts=attempt,
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise CouldNotReperform(
            "what the independent engine answered cannot be understood"
        ) from None


def _each_of(keys: Collection[str], found: Any, words: Collection[str]) -> dict[str, str]:
    """One of the words for each of the keys, in their order; raises `ValueError` otherwise."""
    if set(found) != set(keys) or any(word not in words for word in found.values()):
        raise ValueError("incomplete")
    return {key: found[key] for key in keys}
