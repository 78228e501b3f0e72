"""A small engagement with every case that progress and conflicts distinguish."""

from __future__ import annotations

from pathlib import Path

from readiness.assessing import Assessor
from readiness.loading.engagements import load_engagement
from readiness.result.assessment import Assessment

QUESTIONS = """\
format: readiness/questionnaire/1
id: garden
title: Garden
sections:
  is:
    title: The garden today
    questions:
      fenced: {ask: Is there a fence?, type: yes_no, evidence: required}
      high: {ask: Is it high?, type: yes_no, ask_when: is.fenced}
      deep: {ask: Is it dug in?, type: yes_no, ask_when: not is.fenced}
      dug: {ask: Is the ground dug over?, type: yes_no}
      soil: {ask: Which soil is it?, type: choice, options: {clay: Clay, sand: Sand}}
      glazed: {ask: Is the greenhouse glazed?, type: yes_no, not_applicable: justified}
      beds: {ask: How many beds are there?, type: number}
      paid: {ask: What did it cost?, type: money, unit: EUR}
      tools: {ask: Which tools are there?, type: choices, options: {spade: Spade, rake: Rake}}
      name: {ask: What is it called?, type: text}
      rows:
        ask: What grows where?
        type: table
        columns: {plant: {type: text}, row: {type: number}}
      wants: {ask: What do you want?, type: text, ask_each: gardeners}
      helps: {ask: Do you help?, type: yes_no, ask_each: gardeners}
"""

RULES = """\
format: readiness/ruleset/1
id: garden
title: Garden
questionnaire: garden
areas: {all: {title: All}}
gates:
  plant: {title: Plant, requires: [fenced, dug]}
  sell: {title: Sell, after: [plant], requires: [helped]}
checks:
  fenced: {title: There is a fence, area: all, severity: major, met_when: is.fenced}
  dug: {title: It is dug over, area: all, severity: major, met_when: is.dug and is.beds > 2}
  helped: {title: All help, area: all, severity: minor, met_when: every(is.helps)}
  soil: {title: It is sand, area: all, severity: minor, met_when: is.soil == 'sand'}
"""

ENGAGEMENT = """\
# The garden of two
format: readiness/engagement/1
id: garden
title: The garden
ruleset: rules.yaml
as_of: 2027-03-01
groups: {gardeners: [ada, ben, cem]}
answers: [ada.yaml, ben.yaml]

waivers: {}  # none yet
"""

ADA = """\
format: readiness/answers/1
respondent: ada
answers:
  is.fenced: yes
  is.dug: {value: yes, note: I did it myself.}
  is.soil: {unknown: nobody has looked}
  is.glazed: {not_applicable: there is none}
  is.wants: Beans
  is.helps: yes
  is.tools: [spade]
"""

BEN = """\
format: readiness/answers/1
respondent: ben
answers:
  is.dug:
    value: no
    evidence:
      - {title: Photo, file: photo.jpg, expires: 2027-12-31}
  is.soil: {unknown: I do not know}
  is.helps: {unknown: it depends}
  is.tools: [rake, spade]
  is.rows: [{plant: Beans, row: 1}]
"""


def write_garden(folder: Path, **changed: str) -> Path:
    """Write the engagement to a folder; `changed` replaces the texts of some files, by name."""
    files = {
        "questions": QUESTIONS,
        "rules": RULES,
        "engagement": ENGAGEMENT,
        "ada": ADA,
        "ben": BEN,
    }
    for name, text in (files | changed).items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8", newline="")
    return folder / "engagement.yaml"


def assessed(path: Path) -> Assessment:
    """Return the assessment of an engagement."""
    inquiry = load_engagement(path)
    return Assessor(inquiry.ruleset).assess(inquiry)
