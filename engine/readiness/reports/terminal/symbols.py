"""Marks and colours: what is said in colour is said by a mark and a word as well."""

from __future__ import annotations

from typing import NamedTuple

# The colours of the terminal's own theme where they are legible on dark and on light backgrounds;
# its yellow, blue and grey are not on one of them, so these are fixed ones of medium lightness.
GOOD, BAD, OPEN, ACCEPTED, QUIET = "green", "red", "magenta", "dark_orange3", "grey50"
STRONG = "bold"

COLOURS = {
    "go": GOOD, "conditional_go": ACCEPTED, "no_go": BAD, "undetermined": OPEN,
    "out_of_scope": QUIET,
    "met": GOOD, "unmet": BAD, "not_applicable": QUIET, "waived": ACCEPTED,
    "true": GOOD, "false": BAD, "unknown": OPEN,
}  # fmt: skip

_SENSE = {
    "go": "yes", "conditional_go": "accepted", "no_go": "no", "undetermined": "open",
    "out_of_scope": "none",
    "met": "yes", "unmet": "no", "not_applicable": "none", "waived": "accepted",
    "true": "yes", "false": "no", "unknown": "open",
}  # fmt: skip


class Symbols(NamedTuple):
    """The signs of one character set."""

    yes: str
    no: str
    open: str
    none: str
    accepted: str
    critical: str
    turns: str
    bullet: str
    dash: str
    rule: str
    full: str
    part: str
    empty: str
    branch: str
    last: str
    trunk: str

    def of(self, state: str) -> str:
        """The mark of a verdict, a status or a truth."""
        return str(getattr(self, _SENSE[state]))


UNICODE = Symbols(
    yes="✓", no="✗", open="?", none="–", accepted="!", critical="▸", turns="→", bullet="•",
    dash="–", rule="─", full="█", part="▒", empty="·", branch="├─ ", last="└─ ", trunk="│  ",
)  # fmt: skip
ASCII = Symbols(
    yes="+", no="x", open="?", none="-", accepted="!", critical=">", turns="->", bullet="*",
    dash="-", rule="-", full="#", part="=", empty=".", branch="|- ", last="`- ", trunk="|  ",
)  # fmt: skip


def symbols_for(encoding: str) -> Symbols:
    """The marks that a terminal of that encoding can show."""
    return UNICODE if encoding.lower().startswith("utf") else ASCII
