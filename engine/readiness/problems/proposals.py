"""The commands that output, hints and errors propose, and the only function that formats them.

Add new proposals here; a test runs each one in the situation in which it is proposed. Other tests
run the examples in the help of commands and in the documentation.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Mapping, Sequence
from typing import TypeAlias

PROPOSALS: Mapping[str, str] = {
    "help": "readiness --help",
    "explain": "readiness explain PATH CHECK",
    "assess": "readiness assess PATH",
    "assess-for-auditor": "readiness assess PATH --for auditor",
    "assess-again": "readiness assess PATH --format json",
    "assess-as-then": "readiness assess PATH --as-of DAY --assurance ASSURANCE --format json",
    "verify": "readiness verify FILE",
    "verify-against": "readiness verify RESULT --engagement PATH",
    "resolve-by-value": "readiness resolve PATH QUESTION --value VALUE --reason WHY --by NAME",
    "resolve-not-applicable": (
        "readiness resolve PATH QUESTION --not-applicable VALUE --reason WHY --by NAME"
    ),
    "accept-contradiction": "readiness resolve PATH QUESTION --reason WHY --by NAME",
    "status": "readiness status PATH",
    "ask": "readiness ask PATH --respondent NAME",
    "export-forms": "readiness forms export PATH --into FOLDER",
    "action-plan": "readiness plan PATH -o FILE",
    "export-form": "readiness workbook export PATH --respondent NAME -o FILE",
    "graph": "readiness graph PATH",
    "graph-picture": "readiness graph PATH -o FILE",
    "lint": "readiness lint PATH",
    "new-from-checklist": "readiness new ruleset NAME --from FILE",
    "test": "readiness test PATH",
    "result-schema": "readiness schema result",
}
"""The proposals by name; a word in capitals is filled in by the program or by the reader."""

Options: TypeAlias = Sequence[tuple[str, str]]
"""The options of the command that makes the proposal, each with its value."""

_WITH_ANSWERS = frozenset({"assess", "explain", "graph", "plan", "status", "ask"})
# The commands that take a repeated option; `--path` goes with all.
_TAKEN_BY = {
    "--ruleset": _WITH_ANSWERS | {"verify"},
    "--as-of": _WITH_ANSWERS,
    "--assurance": _WITH_ANSWERS,
}
_WORD = re.compile(r"\b[A-Z]{3,}\b")
_FILES = frozenset({"PATH", "FILE", "RESULT"})


def format_command(proposal: str, /, *, options: Options = (), **words: str) -> str:
    """Return a command as typed in a shell; words that are not given stay in capitals.

    Those of `options` that the command takes are repeated, because without them it would read
    something else. Standard input cannot be read again, so a PATH of `-` stays in capitals too.
    """
    line = PROPOSALS[proposal]
    command = line.split()[1]

    def put_in(found: re.Match[str]) -> str:
        word = words.get(found[0].lower(), "")
        if found[0] in _FILES:
            if word == "-":
                return found[0]
            word = f"./{word}" if word.startswith("-") else word
        return shlex.quote(word) if word else found[0]

    further = "".join(
        f" {option} {shlex.quote(value)}"
        for option, value in options
        if command in _TAKEN_BY.get(option, {command}) and option not in line.split()
    )
    return _WORD.sub(put_in, line) + further
