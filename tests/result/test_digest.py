"""Digests of documents: what changes them and what does not."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from readiness.assessing import Assessor
from readiness.documents.from_python import build
from readiness.documents.nodes import as_written, digest_of
from readiness.documents.reading import read
from readiness.loading.engagements import load_engagement
from readiness.loading.rulesets import load_ruleset
from readiness.problems import Source
from readiness.result.digest import canonical, digest
from tests.verification.project import FILES, written

TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | TEXTS | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)


def of(text: str) -> str:
    """Return the digest of a document."""
    return digest_of(read(Source("it", text)))


@pytest.mark.slow
@given(st.recursive(VALUES | st.floats(-1e30, 1e30), st.lists, max_leaves=5))
def test_canonical_json_is_that_of_the_standard(value: Any) -> None:
    """Every way to write canonical JSON follows RFC 8785."""
    assert rfc8785.dumps(value) == canonical(value)


@given(VALUES)
def test_is_over_canonical_json(value: Any) -> None:
    """The digest of each input is over canonical JSON (RFC 8785) too."""
    node = build(value, Source("it", ""))
    assert digest(as_written(node)) == digest_of(node)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a: 1\nb: 2\n", "# a comment\na:   1\n\nb: 2\n"),
        ("a: [x, y]\n", "a:\n  - x\n  - 'y'\n"),
        ("a: {b: yes}", '{"a": {"b": "yes"}}'),
        ("a: ~", "a:"),
    ],
)
def test_layout_does_not_count(one: str, other: str) -> None:
    """Comments, spaces, quotes of texts, and YAML or JSON make no difference."""
    assert of(one) == of(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("a: 1\nb: 2\n", "b: 2\na: 1\n"),
        ("a: {b: x, c: y}", "a: {c: y, b: x}"),
        ("a: 1.10", "a: 1.1"),
        ("a: 007", "a: 7"),
        ("a: 'null'", "a: null"),
        ("a: ''", "a:"),
        ("a: [b, c]", "a: [c, b]"),
    ],
)
def test_order_and_writing_count(one: str, other: str) -> None:
    """The order of keys, the spelling of a number, and an empty text instead of nothing count."""
    assert of(one) != of(other)


@pytest.mark.parametrize("kind", ["gates", "checks", "options"])
def test_another_order_is_another_document(kind: str, tmp_path: Path) -> None:
    """Gates, checks or options in another order give another digest."""
    texts = {
        "gates": "gates: {one: {title: One, requires: [a]}, two: {title: Two, requires: [a]}}",
        "checks": "checks: {a: &, b: &}".replace("&", "{area: x, severity: minor, met_when: true}"),
        "options": "options: {yes: Yes, no: No}",
    }
    text = texts[kind]
    first, second = text[text.index("{") + 1 : -1].split("}, " if "}," in text else ", ")
    if "}," in text:
        turned = f"{kind}: {{{second}, {first}}}}}"
    else:
        turned = f"{kind}: {{{second}, {first}}}"
    assert of(text) != of(turned)
    assert digest(read(Source("it", text)).plain()) == digest(read(Source("it", turned)).plain())
    del tmp_path


def test_what_a_ruleset_is_put_together_from(tmp_path: Path) -> None:
    """`extends` has every document of the chain as written, the ruleset itself last."""
    found = load_engagement(written(tmp_path), paths=[tmp_path / "rules"])
    document = Assessor(found.ruleset).assess(found).to_dict()
    assert document["ruleset"]["extends"] == [
        {"id": "base", "version": "1.0.0", "sha256": of(FILES["rules/base.yaml"])},
        {"id": "own", "version": "2.0.0", "sha256": of(FILES["rules/own.yaml"])},
    ]
    assert document["ruleset"]["sha256"] != of(FILES["rules/own.yaml"])
    (questionnaire,) = document["questionnaires"]
    assert questionnaire["extends"] == []
    assert questionnaire["sha256"] == of(FILES["rules/questions.yaml"])
    assert [sheet["sha256"] for sheet in document["answers"]] == [
        of(FILES["work/answers/one.yaml"]),
        of(FILES["work/answers/two.yaml"]),
    ]


def test_the_chain_has_each_document_once() -> None:
    """A document that several others extend is listed where it is merged first."""
    chain = Assessor(load_ruleset("crm-nonprofit")).assess({}).to_dict()["ruleset"]["extends"]
    names = [one["id"] for one in chain]
    assert names[-2:] == ["crm-readiness", "crm-nonprofit"]
    assert len(names) == len(set(names)) == 7


def test_the_engagement_is_in_the_result(tmp_path: Path) -> None:
    """`engagement` has the digest of the engagement's document; a single sheet has none."""
    path = written(tmp_path)
    found = load_engagement(path, paths=[tmp_path / "rules"])
    document = Assessor(found.ruleset).assess(found).to_dict()
    expected = of(FILES["work/engagement.yaml"])
    assert document["engagement"] == {"id": "small", "title": "small", "sha256": expected}
    sheet = path.parent / "answers" / "one.yaml"
    alone = load_engagement(sheet, ruleset="own", paths=[tmp_path / "rules"])
    assert Assessor(alone.ruleset).assess(alone).to_dict()["engagement"] is None
    assert json.loads(Assessor(alone.ruleset).assess({"s.a": True}).to_json())["engagement"] is None
