"""Tallies: counted outcomes of many cases."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import reduce
from typing import Any

import pyarrow as pa
import pytest

from readiness.assessing import Assessor
from readiness.dependencies.ruleset import Ruleset
from readiness.dependencies.work_order import WorkOrder
from readiness.evaluation.verdicts import STATUSES, VERDICTS
from readiness.portfolio.assessed_block import Portfolio
from readiness.portfolio.tally import Tally
from readiness.problems import DocumentError
from readiness.result.assessment import Assessment
from tests.reports.portfolio.examples import (
    AS_OF,
    COMPANIES,
    REFUSED,
    answers,
    companies,
    shipped,
    tally_of,
)
from tests.semantics.harness import ruleset_of


@dataclass(frozen=True)
class TalliedCase:
    """The outcome of one case."""

    verdicts: dict[str, str]
    statuses: dict[str, str]
    open: frozenset[str]
    blockers: tuple[str, ...]
    root_blockers: tuple[str, ...]
    waited_for: dict[str, tuple[str, ...]]
    """The open checks that each gate waits for."""


def of_assessment(found: Assessment) -> TalliedCase:
    return TalliedCase(
        verdicts={key: gate.verdict for key, gate in found.gates.items()},
        statuses={key: check.status for key, check in found.checks.items()},
        open=frozenset(key for key, check in found.checks.items() if check.is_open),
        blockers=tuple(found.blockers),
        root_blockers=tuple(found.root_blockers),
        waited_for={key: gate.waits_for for key, gate in found.gates.items()},
    )


def of_line(ruleset: Ruleset, line: dict[str, Any]) -> TalliedCase:
    """Return the outcome from one row of a portfolio result."""
    is_open = [k for k in ruleset.checks if line[f"standing.{k}"] in ("actionable", "blocked")]
    sequence = WorkOrder(ruleset, is_open)
    assert line["blockers"] == len(sequence.blockers)
    assert line["first_root_blocker"] == next(iter(sequence.root_blockers), None)
    return TalliedCase(
        verdicts={key: line[f"verdict.{key}"] for key in ruleset.gates},
        statuses={key: line[f"status.{key}"] for key in ruleset.checks},
        open=frozenset(is_open),
        blockers=tuple(sequence.blockers),
        root_blockers=tuple(sequence.root_blockers),
        waited_for=dict(sequence.by_gate),
    )


def counted(ruleset: Ruleset, cases: Iterable[TalliedCase], refused: int) -> Tally:
    """Return the tally of some cases, counted one by one."""
    held, ids = list(cases), ruleset.graph.ids

    def area(key: str) -> str:
        return ruleset.checks[key].area

    return Tally(
        cases=len(held),
        refused=refused,
        verdicts=tuple(
            tuple(sum(one.verdicts[gate] == verdict for one in held) for verdict in VERDICTS)
            for gate in ruleset.gate_order
        ),
        statuses=tuple(
            tuple(sum(one.statuses[key] == status for one in held) for status in STATUSES)
            for key in ids
        ),
        open=tuple(sum(key in one.open for one in held) for key in ids),
        blockers=tuple(sum(key in one.blockers for one in held) for key in ids),
        root_blockers=tuple(sum(key in one.root_blockers for one in held) for key in ids),
        first=tuple(sum(one.root_blockers[:1] == (key,) for one in held) for key in ids),
        areas=tuple(sum(name in map(area, one.blockers) for one in held) for name in ruleset.areas),
        held=tuple(
            tuple(
                sum(name in map(area, one.waited_for[gate]) for one in held)
                for name in ruleset.areas
            )
            for gate in ruleset.gate_order
        ),
        numbers=tuple(
            sum(len(one.blockers) == number for one in held) for number in range(len(ids) + 1)
        ),
    )


def by_line(portfolio: Portfolio) -> Tally:
    """Return the tally of a portfolio, counted row by row from its result."""
    ruleset = portfolio.layout.ruleset
    cases = [of_line(ruleset, line) for line in portfolio.table.to_pylist()]
    refused = len({one.row for one in portfolio.refused})
    return counted(ruleset, cases, refused)


def in_blocks(ruleset: Ruleset, table: Any, rows: int) -> list[Tally]:
    """Return the tallies of a table in blocks of this many rows."""
    cut = pa.Table.from_batches(table.to_batches(max_chunksize=rows), schema=table.schema)
    blocks = Assessor(ruleset).assess_table(cut, as_of=AS_OF).blocks
    return [block.tally() for block in blocks]


def random_case(draw: random.Random) -> dict[str, Any]:
    """Return a ruleset with checks in some areas, some with requirements, and some gates."""
    size = draw.randint(1, 9)
    ids = [f"c{number}" for number in range(size)]
    checks = {
        key: {
            "met_when": f"s.{key}",
            "area": draw.choice(["one", "two", "three"]),
            "severity": draw.choice(["critical", "major", "minor"]),
            "requires": draw.sample(ids[:number], draw.randint(0, min(number, 2))),
            **({"applies_when": "s.kind == 'full'"} if draw.random() < 0.2 else {}),
        }
        for number, key in enumerate(ids)
    }
    gates = {
        f"g{number}": {
            "requires": draw.sample(ids, draw.randint(1, size)),
            "after": [f"g{number - 1}"] if number and draw.random() < 0.5 else [],
        }
        for number in range(draw.randint(0, 3))
    }
    kind = {"type": "choice", "options": {"full": "Full", "half": "Half"}}
    questions: dict[str, Any] = {f"s.{key}": "yes_no" for key in ids} | {"s.kind": kind}
    return {"questions": questions, "checks": checks, "gates": gates}


def random_table(draw: random.Random, ruleset: Ruleset) -> Any:
    """Return answers to all questions in some rows, a few of them invalid."""
    rows = draw.choice([1, 63, 64, 65, 130])
    kinds = ["full", "full", "half", None, *(["wrong"] if draw.random() < 0.5 else [])]
    found = {}
    for key in ruleset.questions:
        choices = kinds if key == "s.kind" else [True, True, False, None]
        column = [draw.choice(choices) for _ in range(rows)]
        found[key] = pa.array(column, pa.string() if key == "s.kind" else pa.bool_())
    return pa.table(found)


@pytest.mark.parametrize("seed", range(40))
def test_tally_is_what_the_table_says(seed: int) -> None:
    """A tally equals counting the result row by row, without refused rows."""
    draw = random.Random(seed)
    ruleset = ruleset_of(random_case(draw))
    portfolio = Assessor(ruleset).assess_table(random_table(draw, ruleset), as_of=AS_OF)
    assert tally_of(portfolio) == by_line(portfolio)


@pytest.mark.slow
def test_tally_is_what_single_assessments_say() -> None:
    """A tally equals assessing the cases one by one."""
    assessor = Assessor(shipped())
    found, refused = [], 0
    for row in answers():
        given = {key: value for key, value in row.items() if value is not None}
        try:
            found.append(of_assessment(assessor.assess(given, as_of=AS_OF)))
        except DocumentError:
            refused += 1
    assert (len(found), refused) == (COMPANIES, REFUSED)
    assert tally_of(companies()) == counted(shipped(), found, refused)


@pytest.mark.parametrize("rows", [1, 7, 64, 100])
def test_blocks_and_their_order_do_not_matter(rows: int) -> None:
    """Blocks of any size, added in any order and grouping, give the same tally."""
    draw = random.Random(rows)
    ruleset = ruleset_of(random_case(draw))
    tables = [random_table(draw, ruleset) for _ in range(3)]
    table = pa.concat_tables(tables).combine_chunks()
    [whole] = in_blocks(ruleset, table, table.num_rows)
    parts = in_blocks(ruleset, table, rows)
    assert len(parts) == -(-table.num_rows // rows)
    draw.shuffle(parts)
    cut = draw.randint(0, len(parts))
    none = Tally.none(ruleset)
    left, right = (reduce(Tally.__add__, some, none) for some in (parts[:cut], parts[cut:]))
    assert left + right == right + left == whole


def test_no_cases() -> None:
    """If every row is refused there are no cases; an empty tally adds nothing."""
    table = pa.table({"programme.stage": ["nothing", "of the sort"]})
    none = Tally.none(shipped())
    assert in_blocks(shipped(), table, 2) == [replace(none, refused=2)]
    tally = tally_of(companies())
    assert tally + none == none + tally == tally


def test_tallies_of_two_rulesets() -> None:
    """Tallies of rulesets with different checks cannot be added."""
    other = ruleset_of({"questions": {"s.a": "yes_no"}, "checks": {"a": {"met_when": "s.a"}}})
    with pytest.raises(ValueError, match="for different rulesets"):
        _ = Tally.none(shipped()) + Tally.none(other)


def test_all_numbers_are_plain() -> None:
    """A tally contains plain Python numbers, so that anything can write them."""

    def kinds(value: object) -> set[type]:
        return set().union(*map(kinds, value)) if isinstance(value, tuple) else {type(value)}

    tally = tally_of(companies())
    names = set(tally.__slots__) - {"by_row"}
    assert kinds(tuple(getattr(tally, name) for name in names)) == {int}


@pytest.mark.slow
def test_tally_needs_no_numpy_to_be_read() -> None:
    """A tally can be unpickled, added and rendered without numpy and pyarrow."""
    program = (
        "import sys; sys.modules['numpy'] = sys.modules['pyarrow'] = None\n"
        "import datetime\n"
        "from readiness.loading.rulesets import load_ruleset\n"
        "from readiness.portfolio.tally import Tally\n"
        "from readiness.reports.portfolio.summary import FORMATS, write_summary\n"
        "ruleset = load_ruleset('crm-pre-implementation')\n"
        "tally = Tally.none(ruleset) + Tally.none(ruleset)\n"
        "for name in FORMATS:\n"
        "    assert write_summary(tally, ruleset, datetime.date(2026, 11, 21), name)\n"
    )
    path = [str(entry) for entry in sys.path if entry]
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path[:0] = {path!r}\n{program}"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
