"""What is offered at a place in a document."""

from __future__ import annotations

import pytest

from readiness.authoring.completion import completions

DEFINED = [
    ("question", "site.lease"), ("option", "site.lease.signed"), ("option", "site.keys.lost"),
    ("check", "lease-signed"), ("area", "site"), ("value", "share"),
]  # fmt: skip
QUESTION = ["sections:", "  s:", "    questions:", "      q:"]


@pytest.mark.parametrize(
    ("kind", "lines", "wanted", "others"),
    [
        ("ruleset", ["checks:", "  a:", "    se"], {"severity:"}, {"title:", "share"}),
        ("ruleset", ["checks:", "  a:", "    remedy:", "      own"], {"owner:"}, {"title:"}),
        ("ruleset", ["checks:", "  a:", "    severity: "], {"critical", "minor"}, {"title:"}),
        ("ruleset", ["checks:", "  a:", "    met_when: s"], {"site.lease", "share"}, {"site"}),
        ("ruleset", ["checks:", "  a:", "    met_when: site.lease == '"], {"signed"}, {"lost"}),
        ("ruleset", ["checks:", "  a:", "    requires: ["], {"lease-signed"}, {"site"}),
        ("ruleset", ["checks:", "  a:", "    area: "], {"site"}, {"lease-signed"}),
        ("ruleset", ["ti"], {"title:"}, {"areas:"}),
        ("questionnaire", [*QUESTION, "        type: yes"], {"yes_no"}, {"number", "ask:"}),
        ("questionnaire", [*QUESTION, "        ma"], {"maximum:"}, {"sections:"}),
        ("answers", ["answers:", "  site"], {"site.lease"}, {"site.lease.signed"}),
        ("cases", ["cases:", "  - name: x", "    expect:", "      ga"], {"gates:"}, {"cases:"}),
        ("", ["checks:", "  "], set(), {"severity:"}),
    ],
)  # fmt: skip
def test_what_fits(kind: str, lines: list[str], wanted: set[str], others: set[str]) -> None:
    """Keys and values are those of the schema at that place, ids those that it takes."""
    start, offers = completions(kind, lines, DEFINED)
    assert wanted <= set(offers)
    assert not others & set(offers)
    assert all(lines[-1][start:].lower() in one.lower() for one in offers)
    assert all(meaning for what, meaning in offers.values() if what in ("key", "function"))
