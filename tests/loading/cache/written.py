"""Small rulesets in files."""

from __future__ import annotations

from pathlib import Path

QUESTIONS = """\
format: readiness/questionnaire/1
id: garden
version: 1.0.0
title: The garden
sections:
  soil:
    title: Soil
    help: Dig a little.
    questions:
      dug: {ask: Is it dug?, type: yes_no, evidence: required}
      depth: {ask: "How deep, in \\u00e9tapes?", type: number, unit: cm, minimum: 0.5}
      kind: {ask: Which?, type: choice, options: {clay: Clay, sand: Sand, 1: One}}
      since: {ask: Since when?, type: date, ask_when: soil.dug, minimum: '2020-01-01'}
      beds:
        ask: Which beds?
        type: table
        columns: {name: {type: text}, width: {type: number, unit: cm}}
  people:
    title: People
    questions:
      agrees: {ask: Do you agree?, type: yes_no, ask_each: gardeners}
      why: {ask: Why?, type: text, not_applicable: justified}
      tools: {ask: Which tools?, type: choices, options: {spade: Spade, rake: Rake}}
"""
BASE = """\
format: readiness/ruleset/1
id: garden
version: 1.2.0
title: Is the garden ready?
description: >
  What has to be there
  before anything is sown.
questionnaire: garden
areas: {ground: {title: Ground}}
sources: {book: {title: A book, year: 1999}}
values:
  soil.size: band(soil.depth, 'flat', 10, 'deep')
  soil.wide: "sum(soil.beds, width) > 1.5"
gates:
  sow: {title: Sow, requires: [ready]}
  reap: {title: Reap, after: [sow], advises: [dug]}
checks:
  dug:
    title: It is dug
    area: ground
    severity: critical
    why: Seeds want air.
    met_when: {all: [soil.dug, "soil.since < '2026-05-01'", "soil.size == 'deep'"]}
    remedy: {action: Dig, owner: somebody, effort_days: {low: 1, likely: 2, high: 4.5}}
    cites: [book]
  spare: {title: Spare, area: ground, severity: minor, met_when: soil.dug}
  ready:
    title: All is ready
    area: ground
    severity: minor
    requires: [dug]
    applies_when: "not soil.kind in ['sand', '1'] or soil.wide"
    met_when:
      at_least: 2
      of:
        - every(people.agrees)
        - share(people.agrees) >= 0.5 and not (soil.depth + 1 > 20)
        - any: [stated(people.why), "'spade' in people.tools", true]
        - "covers(people.tools, ['spade', 'rake'])"
        - "agree(people.agrees) or days_until(soil.since) > -3"
"""
OWN = """\
format: readiness/ruleset/1
id: own
version: 2.0.0
title: My garden
extends: ["garden >=1,<2"]
drop: {checks: {spare: Nobody needs it.}}
checks:
  dug: {severity: major, cites: {remove: [book]}}
  fenced:
    title: There is a fence
    area: ground
    severity: major
    requires: [dug]
    met_when: {not: "soil.kind == 'clay'"}
    remedy: {action: Build it, owner: neighbour}
gates:
  sow: {requires: {add: [fenced]}}
"""
ANSWERS = {
    "soil.dug": True, "soil.depth": 12, "soil.kind": "clay", "soil.since": "2026-02-01",
    "soil.beds": [{"name": "left", "width": 1.0}, {"name": "right", "width": 0.75}],
    "people.agrees": True, "people.why": "It is time.", "people.tools": ["spade"],
}  # fmt: skip


def garden(folder: Path) -> Path:
    """A folder with a ruleset, the one that it extends, and the questionnaire of both."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in (("questions", QUESTIONS), ("base", BASE), ("own", OWN)):
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    return folder
