"""The independent engine as a process: a request a line on standard input, an answer a line.

    python -m readiness.verification.durable

An answer has the request's `number`, and either what came out or `fault`, why nothing did.
"""

from __future__ import annotations

import contextlib
import json
import os
import sys
from typing import IO, Any

from readiness.problems import DocumentError
from readiness.verification.durable.outcomes import IndependentOutcomes
from readiness.verification.durable.rule_engine import LIBRARY, Fault, NoLibrary, Rules, version
from readiness.verification.durable.wire_format import read_request

# A condition may be nested a hundred deep, and each level takes a few calls.
DEPTH = 20_000


def main() -> None:
    """Answer requests until there are no more.

    The library is C and may print: whatever goes to standard output goes to standard error.
    """
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    sys.setrecursionlimit(DEPTH)
    _leave_no_core()
    serve(sys.stdin.buffer, answers)
    # Without looking back at what the library still holds.
    os._exit(0)


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer each line of `requests` by a line of `answers`."""
    rules: Rules | None = None
    for line in requests:
        try:
            rules = rules or Rules()
            found = _worked_out(rules, json.loads(line))
        except NoLibrary as fault:
            found = {"missing": str(fault)}
        except (Fault, DocumentError) as fault:
            found = {"fault": str(fault)}
            rules = None  # the sessions of this host may not be clean
        except Exception as fault:  # noqa: BLE001 - the other side must hear of it
            found = {"fault": f"{type(fault).__name__}: {fault}"}
            rules = None
        answers.write(json.dumps(found).encode() + b"\n")
        answers.flush()


def _worked_out(rules: Rules, written: dict[str, Any]) -> dict[str, Any]:
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
    """Disable core files: the parent reports a crash, which leaves no file behind."""
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main()
