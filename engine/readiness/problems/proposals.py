"""The commands that output, hints and errors propose, and the one way to write them.

A proposal is added here; a test runs each of them in the situation in which it is proposed. The
examples in the help of commands, and those of the documentation, are run by tests of their own.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping

PROPOSALS: Mapping[str, str] = {
    "help": "readiness --help",
    "explain": "readiness explain PATH CHECK",
    "assess": "readiness assess PATH",
    "assess-again": "readiness assess PATH --format json",
    "assess-as-then": "readiness assess PATH --as-of DAY --assurance ASSURANCE --format json",
    "verify": "readiness verify FILE",
    "verify-against": "readiness verify RESULT --engagement PATH",
    "resolve-by-value": "readiness resolve PATH QUESTION --value VALUE --reason WHY --by NAME",
    "resolve-not-applicable": (
        "readiness resolve PATH QUESTION --not-applicable VALUE --reason WHY --by NAME"
    ),
    "export-form": "readiness workbook export PATH --respondent NAME -o FILE",
    "graph": "readiness graph PATH",
    "lint": "readiness lint PATH",
    "test": "readiness test PATH",
    "result-schema": "readiness schema result",
}
"""The proposals by name; a word in capitals is one that is put in, or that the reader puts in."""

_WORD = re.compile(r"\b[A-Z]{3,}\b")
_FILES = frozenset({"PATH", "FILE", "RESULT"})


def proposed(proposal: str, /, *, folders: Iterable[str] = (), **words: str) -> str:
    """Return a command as it is typed in a shell; words that are not given stay in capitals.

    `folders` are those that `--path` names. Standard input cannot be read again, so that a PATH
    that is `-` stays in capitals too.
    """

    def put_in(found: re.Match[str]) -> str:
        word = words.get(found[0].lower(), "")
        if found[0] in _FILES:
            if word == "-":
                return found[0]
            word = f"./{word}" if word.startswith("-") else word
        return shlex.quote(word) if word else found[0]

    further = "".join(f" --path {shlex.quote(folder)}" for folder in folders)
    return _WORD.sub(put_in, PROPOSALS[proposal]) + further
