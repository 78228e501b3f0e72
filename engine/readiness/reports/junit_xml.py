"""JUnit XML: suites of cases, as pipelines read it.

It keeps to the schema of the Jenkins xUnit plugin, which Jenkins, GitLab and GitHub's actions read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as ET

from readiness.reports.sanitize import lines_of, one_line

_COUNTED = ("failures", "errors", "skipped")
_TAGS = {"failure": "failures", "error": "errors", "skipped": "skipped"}


@dataclass(frozen=True, slots=True)
class JunitCase:
    """One case.

    `outcome` is failure, error, skipped, or empty where it passed. `kind` says which sort of that
    it is, `message` says why in a line, `text` in full; of a passed case `text` is what is to be
    known all the same.
    """

    group: str
    name: str
    outcome: str = ""
    kind: str = ""
    message: str = ""
    text: str = ""


@dataclass(frozen=True, slots=True)
class JunitSuite:
    """Cases under a name; `properties` are facts about them all."""

    name: str
    cases: Sequence[JunitCase]
    properties: Sequence[tuple[str, str]] = ()


def junit_xml(suites: Iterable[JunitSuite]) -> str:
    """Suites as JUnit XML; what XML cannot hold is left out of their texts."""
    root = ET.Element("testsuites")
    total: Counter[str] = Counter()
    for suite in suites:
        counts = Counter(_TAGS[case.outcome] for case in suite.cases if case.outcome)
        total += counts + Counter(tests=len(suite.cases))
        root.append(_suite(suite, counts))
    for key in ("tests", "failures", "errors"):
        root.set(key, str(total[key]))
    ET.indent(root)
    written = ET.tostring(root, encoding="unicode")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{written}\n'


def _suite(suite: JunitSuite, counts: Counter[str]) -> ET.Element:
    figures = {key: str(counts[key]) for key in _COUNTED}
    facts = {"name": one_line(suite.name), "tests": str(len(suite.cases)), **figures}
    found = ET.Element("testsuite", facts)
    if suite.properties:
        held = ET.SubElement(found, "properties")
        for name, value in suite.properties:
            ET.SubElement(held, "property", {"name": name, "value": one_line(value)})
    found.extend(_case(case) for case in suite.cases)
    return found


def _case(case: JunitCase) -> ET.Element:
    found = ET.Element("testcase", {"classname": one_line(case.group), "name": one_line(case.name)})
    text = "\n".join(lines_of(case.text))
    if case.outcome:
        facts = {"type": case.kind} if case.kind else {}
        told = ET.SubElement(found, case.outcome, {"message": one_line(case.message), **facts})
        told.text = text or None
    elif text:
        ET.SubElement(found, "system-out").text = text
    return found
