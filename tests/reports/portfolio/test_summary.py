"""The summary of a portfolio: its content and its wording in each format."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for

from readiness.dependencies.ruleset import Ruleset
from readiness.documents.nodes import digest_of
from readiness.documents.schemas import schema
from readiness.portfolio.tally import Tally
from readiness.problems.terminal_text import printable
from readiness.reports.portfolio.summary import FORMATS, NONE, Bin, Summary, write_summary
from readiness.reports.portfolio.text import print_summary
from tests.conftest import GoldenCheck
from tests.lanes import each
from tests.reports.markdown.rendering import references, rendered, text_of
from tests.reports.portfolio.examples import AS_OF, companies, shipped, small, tally_of
from tests.reports.printing import GOLDEN, printed
from tests.reports.test_hostile_texts import ESCAPE, HOSTILE
from tests.reports.webpage.reading import PageReader

FILES = {"text": "txt", "json": "json", "html": "html", "markdown": "md"}


@cache
def worked() -> Summary:
    return Summary(tally_of(companies()), shipped(), AS_OF)


@cache
def told(name: str) -> str:
    """Return the summary of the companies in a format."""
    return write_summary(worked().tally, shipped(), AS_OF, name)


def titled(title: str) -> tuple[Tally, Ruleset]:
    """Return two cases of a ruleset with a text wherever a summary shows one."""
    case = {
        "questions": {"s.a": "yes_no"},
        "checks": {
            "roof": {"title": f"{title} roof", "met_when": "s.a"},
            "wall": {"title": f"{title} wall", "met_when": "s.a", "requires": ["roof"]},
        },
        "gates": {"move": {"title": f"{title} move", "requires": ["wall"]}},
    }
    return small(case, {"s.a": [False, None]})


def in_format(name: str, of: tuple[Tally, Ruleset]) -> str:
    return write_summary(*of, AS_OF, name)


def case(checks: int, **more: Any) -> dict[str, Any]:
    """Return a ruleset with a chain of checks that all depend on one question."""
    ids = [f"c{number:03}" for number in range(checks)]
    return {
        "questions": {"s.a": "yes_no"},
        "checks": {
            key: {"met_when": "s.a", "area": key, "requires": ids[max(number - 1, 0) : number]}
            for number, key in enumerate(ids)
        },
        "gates": {"last": {"requires": ids[-1:]}},
        **more,
    }


@pytest.mark.parametrize("name", FORMATS)
def test_whole_summary(name: str, golden: GoldenCheck) -> None:
    """In each format the summary of the companies equals its golden file."""
    text = told(name)
    if name == "html":  # the style is in a separate golden file
        text = re.sub(r"<style>.*?</style>", "<style></style>", text, flags=re.DOTALL)
        text = re.sub(r"sha256-[\w+/=]+", "sha256-", text)
    golden(GOLDEN / f"portfolio.{FILES[name]}", text)


@pytest.mark.parametrize("width", [40, 60, 80])
def test_narrow_text(width: int, golden: GoldenCheck) -> None:
    """In a narrow terminal no line is wider than the terminal."""
    text = printed(lambda console: print_summary(worked(), console), width)
    golden(GOLDEN / f"portfolio-{width}.txt", text)
    assert max(map(len, text.splitlines())) <= width


def test_text_in_ascii() -> None:
    """A terminal limited to ASCII gets only ASCII."""
    printed(lambda console: print_summary(worked(), console), 100, "ascii").encode("ascii")


@pytest.mark.parametrize("name", FORMATS)
def test_same_tally_gives_the_same_bytes(name: str) -> None:
    """A second rendering, from a second count, gives the same bytes."""
    assert told(name) == write_summary(tally_of(companies()), shipped(), AS_OF, name)


def test_unknown_format() -> None:
    """An unknown format raises `KeyError`."""
    with pytest.raises(KeyError):
        write_summary(worked().tally, shipped(), AS_OF, "xlsx")


def test_document_is_by_its_schema() -> None:
    """The JSON matches the published schema, with and without cases."""
    held = schema("portfolio")
    assert validator_for(held) is Draft202012Validator
    for tally in (worked().tally, Tally.none(shipped())):
        Draft202012Validator(held).validate(Summary(tally, shipped(), AS_OF).to_dict())


def test_document_says_what_was_assessed() -> None:
    """The JSON names the ruleset with its digest, the date, and the number of cases."""
    found = json.loads(told("json"))
    assert found["ruleset"] == {
        "id": "crm-pre-implementation",
        "version": shipped().version,
        "sha256": digest_of(shipped().checklist.node),
    }
    assert (found["as_of"], found["cases"], found["refused"]) == ("2026-11-21", 200, 3)


def test_document_has_everything() -> None:
    """The JSON has every gate, area and check, and outcomes add up to the number of cases."""
    found = json.loads(told("json"))
    assert [gate["id"] for gate in found["gates"]] == list(shipped().gate_order)
    assert {area["id"] for area in found["areas"]} == set(shipped().areas)
    assert {check["id"] for check in found["checks"]} == set(shipped().checks)
    sums = [sum(gate["verdicts"].values()) for gate in found["gates"]]
    sums += [sum(check["statuses"].values()) for check in found["checks"]]
    sums.append(sum(one["cases"] for one in found["blockers"]))
    assert set(sums) == {200}
    for gate in found["gates"]:
        waited_for = shipped().graph.with_upstream(shipped().gates[gate["id"]].requires)
        assert shipped().graph.bits(one["id"] for one in gate["checks"]) == waited_for


def is_falling(figures: Sequence[int]) -> bool:
    return list(figures) == sorted(figures, reverse=True)


def test_what_blocks_most_comes_first() -> None:
    """Areas and checks are ranked by their figures, for each gate too; gates keep their order."""
    assert is_falling([one.blocks for one in worked().areas])
    assert is_falling([one.root_blocker for one in worked().checks])
    for gate in worked().gates:
        assert is_falling([one.held[gate.id] for one in gate.areas])
        assert is_falling([one.open for one in gate.checks])


def test_order_of_the_ruleset_where_as_many() -> None:
    """Checks that block in the same number of cases keep the order of the ruleset."""
    tally, ruleset = small(case(3), {"s.a": [False, True]})
    found = Summary(tally, ruleset, AS_OF)
    assert [one.id for one in found.checks] == ["c000", "c001", "c002"]
    assert [one.root_blocker for one in found.checks] == [1, 0, 0]
    assert [one.area.id for one in found.areas] == ["c000", "c001", "c002"]


def test_areas_that_a_gate_does_not_wait_for() -> None:
    """An area without a check that a gate waits for has no figure for it, rather than 0."""
    tally, ruleset = small(
        case(2, gates={"first": {"requires": ["c000"]}, "both": {"requires": ["c001"]}}),
        {"s.a": [True]},
    )
    found = {one.area.id: dict(one.held) for one in Summary(tally, ruleset, AS_OF).areas}
    assert found == {"c000": {"first": 0, "both": 0}, "c001": {"both": 0}}


def test_conditions_that_are_evaluated_by_row() -> None:
    """The summary says how many conditions columns cannot express, and which."""
    table = {"type": "table", "columns": {"flow": {"type": "number"}}}
    whens = [f"payback(s.t, flow) < {years}" for years in (1, 2, 3)]
    checks = {f"c{number}": {"met_when": one} for number, one in enumerate(whens)}
    rows = {"s.t": [[{"flow": -1}, {"flow": 1}], None]}
    tally, ruleset = small({"questions": {"s.t": table}, "checks": checks}, rows)
    found = Summary(tally, ruleset, AS_OF)
    assert found.to_dict()["by_row"] == whens
    label, number, said = found.highlights[0]
    assert f"{number} {said}".startswith("3 conditions by row, which takes longer: 'payback(s.t")
    assert label == "Evaluated"


def numbered(numbers: Sequence[int]) -> Summary:
    """Return a summary with `numbers` cases of 0, 1, 2 … blockers."""
    tally, ruleset = small(case(len(numbers) - 1), {"s.a": [True]})
    values = {name: getattr(tally, name) for name in tally.__slots__}
    return Summary(
        Tally(**values | {"cases": sum(numbers), "numbers": tuple(numbers)}), ruleset, AS_OF
    )


@pytest.mark.parametrize(
    ("numbers", "median"),
    [((1, 0), 0), ((0, 1), 1), ((2, 1, 1), 0), ((1, 1, 1), 1), ((1, 2, 2), 1)],
)
def test_median(numbers: tuple[int, ...], median: int) -> None:
    """At least half of the cases have no more blockers than the median, and half no fewer."""
    assert numbered(numbers).median == median


@pytest.mark.parametrize(
    ("numbers", "bins"),
    [
        ((3, 0), (Bin(0, 0, 3),)),
        ((1, 2, 3), (Bin(0, 0, 1), Bin(1, 1, 2), Bin(2, 2, 3))),
        ((1, 2, 3, 4), (Bin(0, 0, 1), Bin(1, 2, 5), Bin(3, 4, 4))),
        ((0, 1, 1, 1, 1, 1, 0), (Bin(0, 0, 0), Bin(1, 5, 5))),
    ],
)
def test_classes(numbers: tuple[int, ...], bins: tuple[Bin, ...]) -> None:
    """No blockers form a separate class; the others are as wide as necessary for two of them."""
    assert numbered(numbers).bins(2)[: len(bins)] == bins
    assert sum(one.cases for one in numbered(numbers).bins(2)) == sum(numbers)


@pytest.mark.parametrize("name", ["text", "html", "markdown"])
def test_large_rulesets_are_cut(name: str) -> None:
    """Of more than 25 checks or areas the first 25 are shown, and the others are counted."""
    text = in_format(name, small(case(40), {"s.a": [False]}))
    shown = text if name == "text" else PageReader(text).text if name == "html" else text
    assert "c024" in shown
    assert "15 more" in shown or "15 checks more" in shown
    assert "c025" not in shown
    found = json.loads(in_format("json", small(case(40), {"s.a": [False]})))
    assert len(found["checks"]) == len(found["areas"]) == len(found["gates"][0]["checks"]) == 40


@pytest.mark.parametrize("name", FORMATS)
def test_no_cases(name: str) -> None:
    """Without cases a summary says so, and does not divide by zero."""
    text = in_format(name, (Tally.none(shipped()), shipped()))
    assert "NaN" not in text
    assert re.search(r"Cases(</dt><dd>|\W+)0\b|\"cases\": 0,", text)


@pytest.mark.parametrize("name", ["text", "html", "markdown"])
def test_nothing_blocks(name: str) -> None:
    """If nothing blocks in any case, no check is said to block most."""
    text = in_format(name, small(case(2), {"s.a": [True, True]}))
    assert "that blocks most" not in text
    assert "none in 2 (100 %)" in text


@pytest.mark.parametrize("name", ["text", "html", "markdown"])
def test_no_gates(name: str) -> None:
    """A ruleset without gates has no verdict, and the summary says so."""
    text = in_format(name, small(case(2, gates={}), {"s.a": [False]}))
    assert "The ruleset has no gates, so there is no verdict." in text


@pytest.mark.parametrize(("written", "shown"), HOSTILE)
def test_text_obeys_nothing(written: str, shown: str) -> None:
    """A title has no effect on a terminal, and is shown letter by letter."""
    text = in_format("text", titled(written))
    assert ESCAPE not in text
    assert printable(written) == shown
    for place in ("roof", "wall", "move"):
        assert f"{shown} {place}".strip() in " ".join(text.split())


MARKUP = (
    "<script>alert(1)</script>",
    "</title></style><!-- ]]>",
    "\"><img src=x onerror='alert(1)'>",
    "{{ 7 * 7 }} {% raw %}",
    "&amp; &lt;b&gt;",
    "| a | b |",
    "[x](javascript:alert(1))",
    "@name #1",
    "مرحبا hello שלום",
)


@cache
def plain_page() -> PageReader:
    return PageReader(in_format("html", titled("plain")))


@pytest.mark.parametrize("written", each(MARKUP, fast=lambda text: text in MARKUP[:3]))
def test_page_shows_titles_as_they_stand(written: str) -> None:
    """Text that looks like markup is shown letter by letter and adds no element."""
    plain, page = plain_page(), PageReader(in_format("html", titled(written)))
    kinds = [[tag for tag, _ in one.elements if tag != "text"] for one in (plain, page)]
    assert kinds[0] == kinds[1]
    assert page.astray == []
    for place in ("roof", "wall", "move"):
        assert f"{written} {place}" in page.text


@pytest.mark.parametrize("written", MARKUP)
def test_markdown_shows_titles_as_they_stand(written: str) -> None:
    """In Markdown, too, nothing in a title becomes a link or a mention."""
    root = rendered(in_format("markdown", titled(written)))
    for place in ("roof", "wall", "move"):
        assert f"{written} {place}" in text_of(root)
    assert references(root) == []
    plain = rendered(in_format("markdown", titled("plain")))
    kinds = ("table", "tr", "td", "a", "img", "script", "h2", "details")
    counts = [[len(found.findall(f".//{kind}")) for kind in kinds] for found in (plain, root)]
    assert counts[0] == counts[1]


def summary_of(cases: int) -> Summary:
    return Summary(replace(Tally.none(shipped()), cases=cases), shipped(), AS_OF)


@pytest.mark.parametrize(
    ("cases", "of", "expected"),
    [
        (0, 100_000, "0 %"),
        (5, 100_000, "<1 %"),
        (499, 100_000, "<1 %"),
        (500, 100_000, "1 %"),
        (99_500, 100_000, "99 %"),
        (99_501, 100_000, ">99 %"),
        (100_000, 100_000, "100 %"),
        (1, 3, "33 %"),
    ],
)
def test_a_share(cases: int, of: int, expected: str) -> None:
    """Shares are whole per cent; a few of many are not 0 %, and almost all are not 100 %."""
    summary = summary_of(of)
    assert summary.share(cases) == expected
    assert summary.figure(cases) == f"{cases:,} ({expected})"


def test_a_share_of_no_cases() -> None:
    """If nothing was assessed there is no share."""
    assert summary_of(0).share(0) == NONE
    assert summary_of(0).figure(0) == "0"
