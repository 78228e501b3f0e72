"""Runs an assessment a second time, with the independent engine in a separate process.

Whatever goes wrong there, including a crash of the process, raises `CouldNotReperform`; a result is
always complete.
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
from readiness.evaluation.formatting import join_names
from readiness.evaluation.verdicts import OUT_OF_SCOPE, STANDINGS, STATUSES, VERDICTS, Judgement
from readiness.loading.engagements import Inquiry
from readiness.model.answers import Given, Sheet
from readiness.model.engagement import SCOPED, Circumstances, Resolution
from readiness.model.respondents import rename
from readiness.problems import Source
from readiness.verification.durable.outcomes import pack_tree

# The time limit of one assessment in seconds: at least this much, and more for each of its items.
# The shipped rulesets take a few hundredths of a second.
PATIENCE, PATIENCE_EACH = 60.0, 0.02
LARGEST_ANSWER = 32 * 1024 * 1024
LONGEST_REASON = 500

_ROOT = Path(__file__).parents[2]
# Isolated from the user's environment and the current folder. The process uses this very package,
# from wherever it is installed, but avoids its top-level import, which loads the native engine.
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
    """The error that the second run did not finish; the message says why, in one sentence."""


class NoEngine(CouldNotReperform):
    """The error that the independent engine is missing; the message says how to install it."""


class BeyondEngine(CouldNotReperform):
    """The error that conditions use what only the native engine can calculate."""


class EnginesDiffer(Exception):
    """The error that the two engines disagree on an assessment; the message says on what."""


@dataclass(frozen=True, slots=True, eq=False)
class IndependentRun(Judgement):
    """The result of the independent engine: statuses and standings by check, verdicts by gate.

    `engine` and `version` name it; `facts` is the number of facts that its rules decided,
    `attempts` the number of processes used: 2 if the first one failed.
    """

    engine: str
    version: str
    facts: int
    attempts: int


def reperform(inquiry: Inquiry, *, timeout: float | None = None) -> IndependentRun:
    """Assess an engagement a second time, with the independent engine.

    `timeout` is in seconds; by default it grows with the engagement. Raises `CouldNotReperform`, or
    its subclass `NoEngine` if the engine is not installed.
    """
    with Reperformer(timeout=timeout) as reperformer:
        return reperformer.reperform(inquiry.ruleset, inquiry.sheets, inquiry.circumstances)


def differences(first: Judgement, second: Judgement) -> list[str]:
    """Return the differences between the first and the second run, in words."""
    return [
        f"{noun} of {what} '{key}': native says {one}, durable says {other}"
        for noun, what, key, one, other in disagreements(first, second)
    ]


def disagreements(first: Judgement, second: Judgement) -> Iterator[tuple[str, str, str, str, str]]:
    """Yield each status, standing or verdict that differs: its check or gate, and both values."""
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
    """Runs assessments a second time, all in one process; a context manager.

    The process is started for the first assessment, and restarted once if it fails: then the
    current assessment is tried a second time, but not a third. `command` starts the process.
    """

    def __init__(
        self, *, timeout: float | None = None, command: Sequence[str] | None = None
    ) -> None:
        self.timeout = timeout
        self.command: tuple[str, ...] = tuple(command or COMMAND)
        self._process: subprocess.Popen[bytes] | None = None
        self._number = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_raised: object) -> None:
        self.close()

    def close(self) -> None:
        """End the process, even while it is working."""
        process, self._process = self._process, None
        if process is None:
            return
        process.kill()
        for stream in (process.stdin, process.stdout):
            with contextlib.suppress(OSError):  # a request that could not be written any more
                assert stream is not None
                stream.close()
        process.wait()

    def reperform(
        self, ruleset: Ruleset, sheets: Sequence[Sheet], circumstances: Circumstances
    ) -> IndependentRun:
        """Run one assessment a second time; raises `CouldNotReperform`."""
        if functions := ruleset.plugin_functions:
            names = join_names([str(one) for one in functions])
            raise BeyondEngine(f"the independent engine cannot calculate the {names}")
        self._number += 1
        line = _request(self._number, ruleset, sheets, circumstances)
        patience = self.timeout if self.timeout is not None else _patience(ruleset, sheets)
        try:
            return self._attempt(line, ruleset, patience, attempt=1)
        except _BrokeDown:
            return self._attempt(line, ruleset, patience, attempt=2)

    judge = reperform  # as the engine of an `Assessor`

    def _attempt(
        self, line: bytes, ruleset: Ruleset, patience: float, *, attempt: int
    ) -> IndependentRun:
        """Return the answer to a request; after a failure the process is not used again."""
        try:
            self._process = self._process or _start(self.command)
            return _read_answer(
                _answer(self._process, line, patience), self._number, ruleset, attempt
            )
        except BaseException:
            self.close()
            raise


class _BrokeDown(CouldNotReperform):
    """The error that the process ended before it answered."""


def _start(command: Sequence[str]) -> subprocess.Popen[bytes]:
    pipe, nowhere = subprocess.PIPE, subprocess.DEVNULL
    try:  # this interpreter, and our own program
        return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=nowhere)  # noqa: S603
    except OSError as fault:
        raise CouldNotReperform(
            f"the independent engine could not be started: {fault.strerror or fault}"
        ) from None


def _answer(process: subprocess.Popen[bytes], line: bytes, patience: float) -> bytes:
    """Return the answer line; raises `CouldNotReperform` if none arrives in time."""
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
    """Return the answer to a line, as far as it arrived; empty if the process has ended."""
    assert process.stdin is not None
    assert process.stdout is not None
    try:
        process.stdin.write(line)
        process.stdin.flush()
    except OSError:
        return b""
    return process.stdout.readline(LARGEST_ANSWER + 1)


def _ending(process: subprocess.Popen[bytes]) -> str:
    """Return how a process ended, in words."""
    status = process.wait()
    if status >= 0:
        return f"its exit status is {status}"
    try:
        return f"it was stopped by {signal.Signals(-status).name}"
    except ValueError:
        return f"it was stopped by signal {-status}"


def _patience(ruleset: Ruleset, sheets: Sequence[Sheet]) -> float:
    answers = sum(len(sheet.given) for sheet in sheets)
    size = len(ruleset.checks) + len(ruleset.gates) + len(ruleset.questions) + answers
    return PATIENCE + PATIENCE_EACH * size


# ---- the request ---------------------------------------------------------------------------------


def _request(
    number: int, ruleset: Ruleset, sheets: Sequence[Sheet], circumstances: Circumstances
) -> bytes:
    """Return an assessment's documents as one line; the ruleset includes all that it extends."""
    rules = {
        "ruleset": pack_tree(ruleset.checklist.node),
        "questionnaires": [pack_tree(one.node) for one in ruleset.questionnaires],
    }
    engagement = {
        "as_of": circumstances.as_of,
        "assurance": circumstances.assurance,
        "groups": rename(circumstances.groups, circumstances.people.written),
        "resolutions": {key: _resolution(one) for key, one in circumstances.resolutions.items()},
        "waivers": {
            key: {"approved_on": one.approved_on, "expires": one.expires}
            for key, one in circumstances.waivers.items()
        },
        "scope": {
            group: {one.id: {"on": one.on} for one in circumstances.scope if one.kind == kind}
            for group, kind in SCOPED.items()
        },
    }
    request = {
        "number": number,
        "rules": json.dumps(rules),
        "sheets": [pack_tree(sheet.node) for sheet in sheets],
        "seen": [_names_of_seen(sheet.given) for sheet in sheets],
        "seen_by_resolutions": _names_of_seen(circumstances.resolutions.values()),
        "engagement": pack_tree(build(engagement, Source("engagement", ""))),
    }
    return json.dumps(request).encode() + b"\n"


def _resolution(resolution: Resolution) -> dict[str, Any]:
    """Return a resolution as written in an engagement."""
    evidence = [asdict(item) for item in resolution.evidence]
    if resolution.state == "not_applicable":
        return {"not_applicable": resolution.inapplicable, "evidence": evidence}
    return {"value": resolution.value, "evidence": evidence}


def _names_of_seen(given: Iterable[Given | Resolution]) -> list[str]:
    """Return the names of the evidence files that were found."""
    return sorted({item.file for one in given for item in one.evidence if item.seen})


# ---- the answer ----------------------------------------------------------------------------------


def _read_answer(line: bytes, number: int, ruleset: Ruleset, attempt: int) -> IndependentRun:
    """Read the answer in a line, which must be complete and belong to the request."""
    try:
        answer = json.loads(line)
        if "missing" in answer:
            raise NoEngine(str(answer["missing"]))
        if "fault" in answer:
            why = " ".join(str(answer["fault"]).split())[:LONGEST_REASON]
            raise CouldNotReperform(f"the independent engine gave up: {why}")
        if answer["number"] != number:
            raise CouldNotReperform("the independent engine answered another request")
        return IndependentRun(
            statuses=_each_of(ruleset.checks, answer["statuses"], STATUSES),
            standings=_each_of(ruleset.checks, answer["standings"], STANDINGS),
            verdicts=_each_of(ruleset.gate_order, answer["verdicts"], (*VERDICTS, OUT_OF_SCOPE)),
            engine=str(answer["engine"]["name"]),
            version=str(answer["engine"]["version"]),
            facts=int(answer["facts"]),
            attempts=attempt,
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        raise CouldNotReperform("the answer of the independent engine cannot be read") from None


def _each_of(keys: Collection[str], found: Any, words: Collection[str]) -> dict[str, str]:
    """Return one of the words for each key, in key order; raises `ValueError` otherwise."""
    if set(found) != set(keys) or any(word not in words for word in found.values()):
        raise ValueError("incomplete")
    return {key: found[key] for key in keys}
