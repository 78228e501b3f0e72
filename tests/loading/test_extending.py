"""Rulesets and questionnaires that extend others."""

from __future__ import annotations

from pathlib import Path

import pytest

from readiness import Assessor, DocumentError, Ruleset, load_ruleset

QUESTIONS = """\
format: readiness/questionnaire/1
id: base
version: 1.0.0
title: Base questions
sections:
  s:
    title: S
    questions:
      a: {ask: A?, type: yes_no}
      b: {ask: B?, type: yes_no}
      c: {ask: C?, type: choice, options: {x: X, y: Y}}
"""
BASE = """\
format: readiness/ruleset/1
id: base
version: 1.2.0
title: Base
questionnaire: base
areas: {general: {title: General}}
sources: {book: {title: A book}}
values: {s.both: s.a and s.b}
gates: {go-live: {title: Go live, requires: [two]}}
checks:
  one:
    title: One
    area: general
    severity: major
    met_when: s.a
    remedy: {action: Do it, owner: somebody, effort_days: 3}
    cites: [book]
  two: {title: Two, area: general, severity: minor, requires: [one], met_when: s.both}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a ruleset and its questionnaire to extend."""
    (tmp_path / "questions.yaml").write_text(QUESTIONS)
    (tmp_path / "base.yaml").write_text(BASE)
    return tmp_path


def extended(folder: Path, text: str, name: str = "own", extends: str = "[base]") -> Ruleset:
    """Return the ruleset that extends the one in `folder` with `text`."""
    head = f"format: readiness/ruleset/1\nid: {name}\nversion: 1.0.0\ntitle: Own\n"
    (folder / f"{name}.yaml").write_text(f"{head}extends: {extends}\n{text}")
    return load_ruleset(folder / f"{name}.yaml")


def status(ruleset: Ruleset, check: str, **answers: object) -> str:
    """Return the status of a check for answers to questions of section `s`."""
    given = {f"s.{key}": value for key, value in answers.items()}
    return Assessor(ruleset).assess(given).checks[check].status


def test_everything_is_inherited(folder: Path) -> None:
    """A ruleset has all checks, gates, values, areas and sources of those that it extends."""
    own = extended(folder, "")
    base = load_ruleset(folder / "base.yaml")
    assert (own.id, own.title) == ("own", "Own")
    for kind in ("checks", "gates", "areas", "sources", "values", "questions"):
        assert list(getattr(base, kind)) == list(getattr(own, kind))


def test_a_repeated_entry_is_merged_field_by_field(folder: Path) -> None:
    """Fields that a repeated entry leaves out are inherited, also within its remedy."""
    check = extended(folder, "checks: {one: {title: First, remedy: {owner: me}}}").checks["one"]
    assert ("First", "general", "major") == (check.title, check.area, check.severity)
    assert ("Do it", "me") == (check.remedy.action, check.remedy.owner)


def test_a_list_is_replaced_or_edited(folder: Path) -> None:
    """A list field replaces the inherited one, or adds to it and removes from it."""
    new = "{title: T, area: general, severity: minor, met_when: s.a}"
    replaced = extended(folder, f"checks: {{three: {new}, two: {{requires: [three]}}}}")
    assert replaced.checks["two"].requires == ("three",)
    edit = "{requires: {add: [three], remove: [one]}}"
    edited = extended(folder, f"checks: {{three: {new}, two: {edit}}}")
    assert edited.checks["two"].requires == ("three",)
    added = extended(folder, f"checks: {{three: {new}, two: {{requires: {{add: [three]}}}}}}")
    assert added.checks["two"].requires == ("one", "three")


def test_a_condition_is_tightened(folder: Path) -> None:
    """`met_when: {also: ..}` requires both the inherited condition and the new one."""
    own = extended(folder, "checks: {one: {met_when: {also: s.b}}}")
    assert status(own, "one", a=True) == "undetermined"
    assert status(own, "one", a=True, b=False) == "unmet"
    assert status(own, "one", a=True, b=True) == "met"


def test_a_value_is_replaced(folder: Path) -> None:
    """A repeated value replaces the inherited one wherever it is read."""
    own = extended(folder, "values: {s.both: s.b}")
    assert status(own, "two", b=True) == "met"


def test_an_entry_is_dropped(folder: Path) -> None:
    """`drop` removes a check."""
    text = "drop: {checks: {one: Not for us}}\nchecks: {two: {requires: {remove: [one]}}}"
    assert list(extended(folder, text).checks) == ["two"]


def test_diamonds_hold_what_both_sides_share_once(folder: Path) -> None:
    """Two parents with one ancestor are merged; equal fields are not a conflict."""
    extended(folder, "checks: {one: {severity: critical}}", "left")
    extended(folder, "checks: {one: {why: Because}}", "right")
    with pytest.raises(
        DocumentError, match="the extended documents disagree on 'severity' in 'one'"
    ):
        extended(folder, "", "both", "[left, right]")
    settled = extended(folder, "checks: {one: {severity: minor}}", "both", "[left, right]")
    assert ("minor", "Because") == (settled.checks["one"].severity, settled.checks["one"].why)


def test_parents_that_differ_in_a_condition_must_be_settled(folder: Path) -> None:
    """Two parents that differ in a condition are refused unless the extension gives it."""
    extended(folder, "checks: {one: {met_when: {all: [s.a, s.b]}}}", "left")
    extended(folder, "checks: {one: {met_when: {any: [s.a, s.b]}}}", "right")
    with pytest.raises(DocumentError, match="'met_when' in 'one'"):
        extended(folder, "", "both", "[left, right]")
    with pytest.raises(DocumentError, match="'met_when' in 'one'"):
        extended(folder, "checks: {one: {met_when: {also: s.b}}}", "both", "[left, right]")
    settled = extended(folder, "checks: {one: {met_when: s.b}}", "both", "[left, right]")
    assert status(settled, "one", b=True) == "met"


def test_versions_are_held_to_their_range(folder: Path) -> None:
    """A parent must be within the requested range of versions."""
    assert extended(folder, "", extends='["base >=1,<2"]').checks
    with pytest.raises(DocumentError, match=r"'base' is at version 1.2.0, which is not >=1.3"):
        extended(folder, "", extends="[base >=1.3]")


def test_every_field_knows_where_it_came_from(folder: Path) -> None:
    """An inherited field keeps the file and line where it was written."""
    own = extended(folder, "checks:\n  one:\n    severity: critical\n")
    node = own.checks["one"].node
    severity, title = node.get("severity"), node.get("title")  # type: ignore[attr-defined]
    assert ("own.yaml", 8) == (Path(severity.place.file).name, severity.place.line)
    assert ("base.yaml", 12) == (Path(title.place.file).name, title.place.line)


def test_questionnaires_extend_in_the_same_way(folder: Path) -> None:
    """A questionnaire inherits, changes, adds and drops questions and their options."""
    (folder / "more.yaml").write_text(
        "format: readiness/questionnaire/1\nid: more\nversion: 1.0.0\ntitle: More\n"
        "extends: [base]\ndrop: {questions: {s.b: Nobody knows}}\n"
        "sections:\n  s:\n    questions:\n      c: {options: {z: Z}}\n"
        "      d: {ask: D?, type: number}\n"
    )
    text = "questionnaire: more\nvalues: {s.both: s.a}\n"
    questions = extended(folder, text).questions
    assert list(questions) == ["s.a", "s.c", "s.d"]
    assert list(questions["s.c"].options) == ["x", "y", "z"]
    assert questions["s.c"].label == "C?"
