"""A whole ruleset as a document for those who decide about it."""

from __future__ import annotations

import datetime
from functools import cache

import pytest

from readiness import Ruleset, load_ruleset
from readiness.reports.condition_sentences import Sentences
from readiness.reports.formats import DOCUMENTS, lay_out_ruleset
from readiness.reports.readers.ruleset import RulesetPaper

ASKED = """
format: readiness/questionnaire/1
id: ward
title: Ward
sections:
  s:
    title: Staff
    questions:
      yes: {ask: Is it open?, type: yes_no}
      each: {ask: Are you trained?, type: yes_no, ask_each: ward-doctors}
      level: {ask: Which level?, type: choice, options: {a: Low, b: High}}
      many: {ask: Which days?, type: choices, options: {mo: Monday, tu: Tuesday}}
      money: {ask: How much?, type: money, unit: USD, minimum: 5}
      part: {ask: What part?, type: percent}
      day: {ask: When?, type: date, maximum: today}
      note: {ask: What else?, type: text, help: In brief.}
      rows:
        ask: Which rooms?
        type: table
        columns: {name: {type: text, title: Room}, ok: {type: yes_no, title: Fine}}
"""
RULES = """
format: readiness/ruleset/1
id: ward
title: Ward
questionnaire: ward
sources: {law: {title: The Law, author: Parliament, year: 2020}}
areas: {all: {title: All}}
gates: {start: {title: Start, requires: [c]}}
values: {s.half: s.money / 2}
checks:
  c:
    title: It holds
    area: all
    severity: major
    met_when: CONDITION
    cites: [law]
    remedy: {action: Do it., owner: it-lead, effort_days: 2}
"""


@cache
def ruleset(condition: str) -> Ruleset:
    """Return the ruleset with that condition."""
    return load_ruleset(text=RULES.replace("CONDITION", condition), loader=lambda *_: ASKED)


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ("s.yes", ["“Is it open?” is answered yes"]),
        ("not s.yes", ["“Is it open?” is answered no"]),
        (
            "share(s.each) >= 0.9",
            ["“Are you trained?” is answered yes by at least 90 % of the ward doctors"],
        ),
        ("every(s.each)", ["“Are you trained?” is answered yes by all ward doctors"]),
        ("agree(s.each)", ["All ward doctors give the same answer to “Are you trained?”"]),
        ("s.level == 'b'", ["The answer to “Which level?” is “High”"]),
        ("s.level not in ['a', 'b']", ["The answer to “Which level?” is none of “Low” or “High”"]),
        ("\"'mo' in s.many\"", ["The answer to “Which days?” includes “Monday”"]),
        (
            "covers(s.many, ['mo', 'tu'])",
            ["The answer to “Which days?” includes “Monday” and “Tuesday”"],
        ),
        ("1200 <= s.money", ["The answer to “How much?” is at least 1,200 USD"]),
        ("s.part > 12.5", ["The answer to “What part?” is more than 12.5 %"]),
        ("s.day <= '2026-12-31'", ["The answer to “When?” is on or before 31 December 2026"]),
        ("days_until(s.day) < 5", ["The number of days until “When?” is less than 5 days"]),
        ("not stated(s.note)", ["“What else?” is not answered"]),
        (
            "count(s.rows, ok) >= 2",
            ["“Fine” is answered yes in at least 2 of the rows of “Which rooms?”"],
        ),
        ("count(s.rows) >= 2", ["The number of rows of “Which rooms?” is at least 2"]),
        (
            "s.half + 1 > s.money",
            ["The value “s.half” plus 1 is more than the answer to “How much?”"],
        ),
        (
            "s.yes and (s.part > 1 or s.level == 'a')",
            [
                "“Is it open?” is answered yes",
                (
                    "Either the answer to “What part?” is more than 1 %"
                    " or the answer to “Which level?” is “Low”"
                ),
            ],
        ),
        (
            "{at_least: 2, of: [s.yes, s.part > 1, s.level == 'a']}",
            [
                "At least 2 of these:",
                "“Is it open?” is answered yes",
                "The answer to “What part?” is more than 1 %",
                "The answer to “Which level?” is “Low”",
            ],
        ),
    ],
)
def test_a_condition_in_sentences(condition: str, words: list[str]) -> None:
    """Every kind of condition is said in the words of its questions, without a formula."""
    term = ruleset(condition).met_when["c"]
    found = Sentences(lambda question: f"“{question.label}”").lines(term)
    assert [text for _, text in found] == words


@pytest.mark.parametrize("name", DOCUMENTS)
def test_everything_is_in_it(name: str) -> None:
    """Each format shows all there is, numbered; the same day gives the same bytes."""
    pytest.importorskip({"pdf": "typst", "docx": "docx"}.get(name, "json"))
    shown = ruleset("s.yes")
    paper = RulesetPaper(shown, datetime.date(2026, 11, 30), "ward")
    data = lay_out_ruleset(name, paper)
    assert data == lay_out_ruleset(name, paper)
    if name in ("html", "markdown"):
        text = data.decode()
        told = [
            "Ruleset ward, version 0.0.0, 30 November 2026",
            "1.1",
            "It holds",
            "Do it.",
            "IT lead, 2 days",
            "“Is it open?” (Q1) is answered yes",
            "Parliament: The Law, 2020",
            "Monday; Tuesday",
            "An amount in USD from 5 USD",
            "Room: a text",
            "In brief.",
            "Signature",
            "One answer from each of: ward-doctors",
        ]
        assert [words for words in told if words not in text] == []
