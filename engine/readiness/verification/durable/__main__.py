"""The independent engine as a process: one request per input line, one answer per output line.

    python -m readiness.verification.durable

An answer has the request's `number`, and either the outcomes or `fault`, the reason for failure.
"""

from __future__ import annotations

import contextlib
import gc
import json
import os
import sys
from typing import IO, Any

from readiness.problems import DocumentError
from readiness.verification.durable.outcomes import IndependentOutcomes, read_request
from readiness.verification.durable.rule_engine import LIBRARY, Fault, NoLibrary, Rules, version

# A condition may be nested a hundred levels deep, and each level takes a few calls.
DEPTH = 20_000
# An assessment makes many values that stay as long as it takes, and are not walked each time.
COLLECT_AFTER = 200_000


def main() -> None:
    """Answer requests until there are no more.

    The library is written in C and may print: its standard output is redirected to standard error.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.setrecursionlimit(DEPTH)
    gc.set_threshold(COLLECT_AFTER)
    _leave_no_core()
    serve(sys.stdin.buffer, answers)
    # Exit without waiting for the resources that the library still holds.
    os._exit(0)


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer each line of `requests` with a line of `answers`."""
    rules: Rules | None = None
    for line in requests:
        try:
            rules = rules or Rules()
            found = _answer_request(rules, json.loads(line))
        except NoLibrary as fault:
            found = {"missing": str(fault)}
        except (Fault, DocumentError) as fault:
            found = {"fault": str(fault)}
            rules = None  # this host's sessions may be left in an undefined state
        except Exception as fault:  # noqa: BLE001 - the other side must hear of it
            found = {"fault": f"{type(fault).__name__}: {fault}"}
            rules = None
        answers.write(json.dumps(found).encode() + b"\n")
        answers.flush()


def _answer_request(rules: Rules, written: dict[str, Any]) -> dict[str, Any]:
    before = rules.facts
    outcomes = IndependentOutcomes(rules, *read_request(written))
    return {
        "number": written["number"],
        "statuses": outcomes.statuses,
        "standings": outcomes.standings,
        "verdicts": outcomes.verdicts,
        "facts": rules.facts - before,
        "engine": {"name": LIBRARY, "version": version()},
    }


def _leave_no_core() -> None:
    """Prevent core dumps: the parent process reports a crash, so no file is needed."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
