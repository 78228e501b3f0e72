"""What is drawn, checked by hand and against another algorithm."""

from __future__ import annotations

import networkx as nx
import pytest

from readiness.problems import DocumentError
from readiness.reports.graph.drawing import draw
from tests.reports.graph.drawings import (
    arrows,
    assessment_of,
    case,
    ids,
    random_ruleset,
    shop,
)
from tests.semantics.harness import assess, ruleset_of

CHAIN = {"a": [], "b": ["a"], "c": ["b"], "d": ["c"]}
DIAMOND = {"a": [], "b": ["a"], "c": ["a"], "d": ["b", "c", "a"]}


def test_what_follows_from_other_edges_is_left_out() -> None:
    """`d` requires `a` explicitly, and waits for it through `b` and `c` anyway."""
    drawing = draw(ruleset_of(case(DIAMOND)))
    assert arrows(drawing) == {"a>b", "a>c", "b>d", "c>d"}


def test_an_edge_goes_through_closed_checks_that_are_left_out() -> None:
    """`d` requires `c`, which is closed and requires `b`: an edge leads from `b` to `d`."""
    drawing = draw(assessment_of(CHAIN, closed="c"))
    assert ids(drawing) == "a b d"
    assert arrows(drawing) == {"a>b", "b~d"}
    assert drawing.notes == ("1 closed check is not shown: 1 met",)


def test_an_edge_that_is_written_is_no_detour() -> None:
    """`c` requires `a` itself and through the closed `b`: the edge is an ordinary one."""
    drawing = draw(assessment_of({"a": [], "b": ["a"], "c": ["a", "b"]}, closed="b"))
    assert arrows(drawing) == {"a>c"}


def test_everything_shows_closed_checks_behind_the_waves() -> None:
    """With `everything` no edge passes through a hidden check, and closed checks are in no wave."""
    drawing = draw(assessment_of(CHAIN, closed="c"), everything=True)
    assert ids(drawing) == "a b d c"
    assert [check.wave for check in drawing.checks] == [1, 2, 3, 0]
    assert arrows(drawing) == {"a>b", "b>c", "c>d"}
    assert drawing.notes == ()


GATES = {"first": (["b"], []), "second": (["b", "c"], ["first"]), "third": (["d"], ["first"])}


def test_a_gate_waits_for_the_last_of_its_checks_and_for_the_gates_before_it() -> None:
    """`second` waits for `b` because it comes after `first`; for `a` because `b` does."""
    drawing = draw(ruleset_of(case(DIAMOND, gates=GATES)))
    assert arrows(drawing) == {
        "a>b", "a>c", "b>d", "c>d",
        "b>gate--first", "gate--first>gate--second", "c>gate--second",
        "gate--first>gate--third", "d>gate--third",
    }  # fmt: skip


def test_a_gate_waits_through_closed_checks() -> None:
    """`third` requires `d`, which is closed: edges lead from what is open before it."""
    drawing = draw(assessment_of(DIAMOND, closed="bd", gates=GATES))
    assert arrows(drawing) == {
        "a>c", "a~gate--first", "gate--first>gate--second", "c>gate--second",
        "gate--first>gate--third", "c~gate--third",
    }  # fmt: skip


def test_a_gate_limits_to_what_it_and_those_before_it_wait_for() -> None:
    """For `second`, `first` is shown, but not `d`, for which neither waits."""
    drawing = draw(ruleset_of(case(DIAMOND, gates=GATES)), ["second"])
    assert ids(drawing) == "a b c"
    assert [gate.id for gate in drawing.gates] == ["first", "second"]
    assert drawing.notes == ("shows what gate second and the gates before it wait for",)


def test_around_shows_what_lies_before_and_after() -> None:
    """Around `b` are `a` before it and `d` after it; `c` is neither."""
    drawing = draw(ruleset_of(case(DIAMOND, gates=GATES)), around="b")
    assert ids(drawing) == "a b d"
    assert [gate.id for gate in drawing.gates] == ["first", "second", "third"]
    assert arrows(drawing) == {
        "a>b", "b>d", "b>gate--first", "gate--first>gate--second",
        "gate--first>gate--third", "d>gate--third",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("steps", "shown"), [(1, "b c d"), (2, "a b c d e"), (3, "a b c d e"), (None, "a b c d e")]
)
def test_steps_limit_how_far_around(steps: int | None, shown: str) -> None:
    """One step from `c` reaches `b` and `d`, two steps the whole chain."""
    checks = {**CHAIN, "e": ["d"]}
    assert ids(draw(ruleset_of(case(checks)), around="c", steps=steps)) == shown


def test_a_closed_check_in_the_middle_is_shown() -> None:
    """The check that is asked about is shown, whether open or closed."""
    drawing = draw(assessment_of(CHAIN, closed="bc"), around="b")
    assert ids(drawing) == "a d b"
    assert arrows(drawing) == {"a>b", "b~d"}


def test_nodes_say_what_came_out() -> None:
    """Status, standing, wave, waiver and verdict equal those of the assessment."""
    drawing = shop(everything=True)
    found = {check.id: check for check in drawing.checks}
    terms, funding = found["terms"], found["funding"]
    assert (terms.status, terms.standing, terms.decision) == ("unmet", "ready", "waived")
    assert (funding.status, funding.standing, funding.wave) == ("undetermined", "blocked", 2)
    assert funding.owner == "finance"
    assert funding.severity == "critical"
    assert {gate.id: gate.status for gate in drawing.gates} == {"build": "no_go", "open": "no_go"}


def test_edges_on_the_critical_path_join_two_checks_on_it() -> None:
    """An edge is critical if both its ends are."""
    drawing = draw(assessment_of(DIAMOND), critical=frozenset("abd"))
    assert {(e.start, e.end) for e in drawing.edges if e.is_critical} == {("a", "b"), ("b", "d")}


@pytest.mark.parametrize("name", ["gate", "check"])
def test_what_there_is_not_cannot_be_drawn(name: str) -> None:
    """An unknown gate or check raises `DocumentError`, which names it."""
    ruleset = ruleset_of(case(CHAIN))
    with pytest.raises(DocumentError, match=f"unknown {name} 'x'"):
        draw(ruleset, ["x"] if name == "gate" else (), "x" if name == "check" else "")


@pytest.mark.parametrize("seed", range(40))
def test_edges_are_the_fewest_that_say_the_same(seed: int) -> None:
    """The edges give exactly the order of the checks, and none can be left out."""
    ruleset = random_ruleset(seed)
    whole: nx.DiGraph[str] = nx.DiGraph()
    whole.add_nodes_from(ruleset.checks)
    for key, check in ruleset.checks.items():
        whole.add_edges_from((need, key) for need in check.requires)
    for key, gate in ruleset.gates.items():
        whole.add_edges_from((need, f"gate--{key}") for need in gate.requires)
        whole.add_edges_from((f"gate--{before}", f"gate--{key}") for before in gate.after)
    drawing = draw(ruleset)
    assert set(nx.transitive_reduction(whole).edges) == {(e.start, e.end) for e in drawing.edges}
    assert not any(edge.is_through for edge in drawing.edges)


@pytest.mark.parametrize("seed", range(40))
def test_edges_among_open_checks_say_all_that_they_wait_for(seed: int) -> None:
    """With closed checks left out, everything that an open check waits for is still shown."""
    ruleset = random_ruleset(seed)
    written = {key: list(check.requires) for key, check in ruleset.checks.items()}
    closed = {key for number, key in enumerate(written) if (number * 7 + seed) % 3 == 0}
    short = {**case(written), "answers": {f"s.{key}": key in closed for key in written}}
    assessment = assess(short)
    drawn: nx.DiGraph[str] = nx.DiGraph()
    drawing = draw(assessment)
    drawn.add_nodes_from(check.id for check in drawing.checks)
    drawn.add_edges_from((edge.start, edge.end) for edge in drawing.edges)
    for key in drawn:
        assert nx.ancestors(drawn, key) == set(assessment.checks[key].waits_for)
